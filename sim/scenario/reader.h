/* What the parts of the reader share: the plan being made, and fields read by param tables. */
#ifndef SIM_SCENARIO_READER_H
#define SIM_SCENARIO_READER_H

#include "sim/plan.h"
#include "sim/scenario/tree.h"

enum { READER_SENTENCE = 512 };

struct shelf;

/* A strategy that is being read, and the one that holds it. */
struct nest {
	const struct plugin *plugin;
	const struct nest *outer;
};

struct reader {
	struct arena *arena; /* where configs live */
	struct complaints *complaints;
	struct plan *plan;
	struct shelf *shelf;
	const struct source *source;  /* the scenario's: files stand beside it */
	struct rollout_plan *rollout; /* the one that is being read, for its strategies */
	const struct nest *nest;
	bool sends_baseline; /* some strategy of the present rollout may */
};

/* ---- fields.c */

/* Reads the values of a table from a map into `config`; keys that are missing are added to the
 * tree with their default, so that the tree ends up complete. `what` names the map. */
void fields_read(struct reader *reader, struct node *map, const struct param *params, void *config,
		 const char *what);

/* Complains about every key that is in none of the tables and not among `others` (each a
 * NULL-terminated list, or NULL). */
void fields_only(struct reader *reader, const struct node *map, const struct param *first,
		 const struct param *second, const char *const *others, const char *what);

/* The child, as a map: an empty one is added if it is missing or empty. NULL after a complaint
 * that it is no map. */
struct node *fields_map(struct reader *reader, struct node *parent, const char *key);

/* A map of one table that may be left out; true if it is there and could be read. */
bool fields_part(struct reader *reader, struct node *parent, const char *key,
		 const struct param *params, void *config);

bool fields_is_map(struct reader *reader, const struct node *node, const char *what);
bool fields_is_list(struct reader *reader, const struct node *node, const char *what);

/* Complains unless there are from 1 to `most` of something. */
bool fields_count(struct reader *reader, const struct node *node, const char *what, int count,
		  int most);

/* ---- use.c */

/* The one child of a map that names a plug-in of the kind; a copied one gives way to the map's
 * own. Complains if there is none or more. */
struct node *use_find(struct reader *reader, struct node *map, enum plugin_kind kind,
		      const char *what);

/* A plug-in with its parameters from the map `node`, whose key is its name. Further tables and
 * keys that may stand in the same map are given by the caller. */
bool use_read(struct reader *reader, struct node *node, enum plugin_kind kind,
	      const struct param *also, struct use *use);

/* The names of a kind as a list of words; the child whose key looks most like one of them, and
 * like which. */
void use_names(enum plugin_kind kind, char *out, size_t size);
const char *use_nearest(enum plugin_kind kind, const struct node *map, const struct node **child);

/* ---- lists.c */

/* How many entries a list has; 0 after a complaint. */
int list_count(struct reader *reader, const struct param *param, const struct node *node);

/* The text of an entry; and whether there is nothing to expect of it, else a complaint. */
const char *list_text(const struct node *entry);
bool list_is_read(struct reader *reader, const struct node *entry, const char *expected);

void read_spells(struct reader *reader, const struct param *param, const struct node *node,
		 struct spells *spells);
void read_spans(struct reader *reader, const struct param *param, const struct node *node,
		struct spans *spans);
void read_share_list(struct reader *reader, const struct param *param, const struct node *node,
		     struct shares *shares);
void read_names(struct reader *reader, const struct param *param, const struct node *node,
		struct words *words);

/* ---- kin.c: says of every rollout of a plan that has been read whose kin it is */

void read_kin(const struct node *root, struct plan *plan);

/* ---- strategies.c: strategies as values, and what they are made of. Their own checks are added
 * to the rollout, to look while they are on. */

/* A strategy in a map of its own, {canary: {...}}, or a bare name; and the part behind the name. */
bool read_strategy(struct reader *reader, struct node *node, struct use *use);
bool read_strategy_use(struct reader *reader, struct node *node, struct use *use);
/* The names of all strategies, and what else may stand beside one; room for all of them. */
void read_strategy_keys(const char *const *others, const char *keys[]);

int read_scope(struct reader *reader, struct node *list); /* checks with a scope of their own */
void read_phases(struct reader *reader, const struct param *param, struct node *node,
		 struct phases *phases);
void read_stages(struct reader *reader, const struct param *param, struct node *node,
		 struct stages *stages);

/* ---- rules.c: whom a flag catches; added to those of the rollout */

void read_users_listed(struct reader *reader, const struct param *param, const struct node *node,
		       int *rule);
void read_rules(struct reader *reader, const struct param *param, const struct node *node,
		struct flag_rules *flag);

/* ---- laws.c */

/* A latency law as a value: {lognormal: {...}}, a bare name, or a bare duration. */
bool use_read_law(struct reader *reader, struct node *node, struct use *use);

/* Laws with their shares, as a list of {share: 5%, constant: {time: 2s}}. */
void use_read_parts(struct reader *reader, const struct node *node, const char *key,
		    struct parts *parts);

/* ---- measured.c and file.c: what was measured, and the file it stands in */

void read_times(struct reader *reader, const struct param *param, const struct node *node,
		struct times *times);
void read_knots(struct reader *reader, const struct param *param, const struct node *node,
		struct knots *knots);

/* Replaces the `file` in the map, and its `unit`, by the `values` or `quantiles` that it holds. */
void read_file(struct reader *reader, struct node *map, const struct node *file);

/* A file that the scenario names stands beside it, unless its path begins at the root. */
const char *read_path(struct reader *reader, const char *name);

/* ---- recorded.c */

/* Puts what a trace says of a version in the place of `recorded: yes`, or of its name there. */
void read_recorded(struct reader *reader, const struct node *root, struct node *version,
		   struct version_plan *plan);

/* ---- expect.c */

struct expectations;
struct quantity;

/* The list that is called so in the map, which may lack it. */
void read_expectations(struct reader *reader, struct node *map, const char *key,
		       struct expectations *all);

/* A quantity by the key of the node. */
bool read_quantity(struct reader *reader, const struct node *node, struct quantity *quantity);

/* ---- tune.c and tune_values.c */

struct tuning;
struct tuning_parameter;

/* Reads the `tune` of a scenario whose plan is there; NULL if there is none, or after complaints.
 */
const struct tuning *read_tuning(struct reader *reader, struct node *tune);

/* The values of a parameter from its list or its range. */
void read_tuning_values(struct reader *reader, struct node *node,
			struct tuning_parameter *parameter);

/* ---- trace.c */

/* Reads a trace; adds its fingerprint to the map, or complains that it is another. The resolved
 * scenario names it from where the program runs. */
void read_trace(struct reader *reader, struct node *map, struct node *files,
		const struct recording **recording);

/* ---- one file for each part of a scenario, with the table of its own parameters */

extern const struct param scenario_expect_params[], scenario_top_params[],
	scenario_traffic_params[], scenario_user_params[], scenario_version_params[],
	scenario_service_params[], scenario_pool_params[], scenario_slowdown_params[],
	scenario_warmup_params[], scenario_crash_params[], scenario_autoscale_params[],
	scenario_breaker_params[], scenario_limit_params[], scenario_cost_params[],
	scenario_retry_params[], scenario_telemetry_params[], scenario_slo_params[],
	scenario_rollout_params[], scenario_rollback_params[], scenario_check_params[],
	scenario_region_params[], scenario_attribute_params[], scenario_uniform_params[],
	scenario_normal_params[], scenario_lognormal_params[], scenario_pareto_params[],
	scenario_quality_params[], scenario_drift_params[], scenario_conversion_params[],
	scenario_satisfaction_params[], scenario_label_params[], scenario_stage_params[],
	scenario_rule_params[], scenario_tune_params[], scenario_parameter_params[],
	scenario_aim_params[];

void read_traffic(struct reader *reader, struct node *root);
void read_people(struct reader *reader, struct node *traffic);
void read_attributes(struct reader *reader, struct node *traffic);
void read_versions(struct reader *reader, struct node *root);
void read_pool(struct reader *reader, struct node *node, struct version_plan *version);
void read_guards(struct reader *reader, struct node *node, struct version_plan *version);
void read_clients(struct reader *reader, struct node *traffic, bool good); /* good: read well */
void read_telemetry(struct reader *reader, struct node *root);
void read_cases(struct reader *reader, struct node *root);
void read_rollouts(struct reader *reader, struct node *root);
void read_check(struct reader *reader, struct node *node, struct rollout_plan *rollout, int scope);

/* A list of checks that look while `scope` is on. */
void read_checks(struct reader *reader, struct node *list, struct rollout_plan *rollout, int scope);

/* The metric of that name, for a check; what it needs of the candidate, and of stable. */
bool read_metric(struct reader *reader, const struct node *map, const char *name,
		 struct metric *metric);
void read_needs(struct reader *reader, const struct node *map, const struct check_plan *check,
		int candidate);

/* Names with shares that must sum to 100%, and, where they may have one, with an offset. Returns
 * how many, at least 1. */
int read_shares(struct reader *reader, struct node *map, const char *key, int most,
		const char *names[], double shares[], sim_time offsets[]);

void read_fault(struct reader *reader, struct node *entry, struct case_plan *case_,
		struct fault_plan *fault);
/* The quality of a version, if it has one; `stable` is NULL for stable itself. */
const struct quality *read_quality(struct reader *reader, const struct node *version,
				   const struct quality *stable);
void read_qualities(struct reader *reader, const struct node *versions); /* beside each other */
void read_reactions(struct reader *reader, const struct node *map, struct quality *quality);
void read_labels(struct reader *reader, struct node *telemetry);

/* Names to numbers, with the nearest right word on failure. -1 after a complaint. */
int read_version_name(struct reader *reader, const struct node *map, const char *key,
		      const char *name);

/* The cohorts of a segment and a region; NULL: all. 0 after a complaint. */
uint32_t read_cohorts(struct reader *reader, const struct node *map, const char *segment,
		      const char *region);
uint32_t read_cohorts_at(struct reader *reader, struct mark at, const char *segment,
			 const char *region);

/* The mark of a key's value, or of the map where the key is missing. */
struct mark read_mark(const struct node *map, const char *key);

#endif
