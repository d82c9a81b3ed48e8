/* What trials report: one row a trial, one entry of result_columns[] a number. The results file,
 * the export and the summary are all driven by that table. */
#ifndef SIM_RESULT_H
#define SIM_RESULT_H

#include "sim/arena.h"
#include "sim/vocabulary.h"

#include <stddef.h>

/* Times are seconds, NaN where the thing never happened; `outcome` says why. "After onset" times
 * count from the instant the candidate first hurt somebody. */
struct result {
	int8_t outcome; /* enum outcome */
	int8_t false_rollback, missed;
	int8_t deciding_check; /* -1: none */
	double deciding_statistic;
	double onset_time;		      /* since the trial began */
	double decision_time, promotion_time; /* since the trial began */
	double evidence_time, alarm_time, detection_time, mitigation_time,
		drain_time;	/* after onset */
	double time_to_promote; /* after start */
	int64_t requests, exposed_requests, harmed_requests, harmed_users;
	double harmed_share, peak_share, budget_seconds;
	double replica_hours, cost;
	int64_t shadow_requests;
	double shadow_calls, shadow_writes;
	int64_t wrong_answers, quality_harmed, quality_helped;
	double regret;
	int64_t version_requests[MAX_VERSIONS], version_failures[MAX_VERSIONS];
	double version_p50[MAX_VERSIONS], version_p95[MAX_VERSIONS], version_p99[MAX_VERSIONS];
	double version_accuracy[MAX_VERSIONS];
	int64_t version_labels[MAX_VERSIONS], version_conversions[MAX_VERSIONS];
	int64_t segment_exposed[MAX_SEGMENTS], segment_harmed[MAX_SEGMENTS];
	int64_t segment_harmed_users[MAX_SEGMENTS];
};

enum column_type { COLUMN_REAL, COLUMN_COUNT, COLUMN_FLAG }; /* double, int64_t, int8_t */
enum column_extent { PER_TRIAL, PER_VERSION, PER_SEGMENT };

/* What people want of a number; of a rollout, that depends on whether it had to be stopped. */
enum wish {
	WISH_NONE,
	WISH_LESS,
	WISH_MORE,
	WISH_LESS_IF_HARMFUL, /* where the candidate is worse than stable */
	WISH_LESS_IF_HEALTHY, /* where it is not */
};

struct column {
	const char *name, *unit; /* "s" or "1" */
	enum column_type type;
	enum column_extent extent;
	enum wish wish;
	size_t offset;	      /* in struct result */
	const char *meanings; /* of a flag: words for 0, 1, 2 ..., separated by blanks; else NULL */
	const char *about;
};

extern const struct column result_columns[];
extern const int result_columns_count;

struct tried;

/* One varied parameter: its key as in --set, and the text of its value at each point. */
struct vary {
	const char *key;
	const char **values;
};

/* What happened to one kept trial, in order. */
enum happening_kind {
	HAPPENING_FAULT, /* a fault starts, moves or ends; value: its strength */
	HAPPENING_ONSET, /* the candidate begins to hurt */
	HAPPENING_SHARE, /* routes take effect; value: the version's share */
	HAPPENING_CHECK, /* a check looked; value: its statistic; detail: enum verdict_kind */
	HAPPENING_ALARM, /* a check reached its limit of failures */
	HAPPENING_PROMOTE,
	HAPPENING_ROLLBACK, /* decided; index: the check, or -1 */
	HAPPENING_RETRY,    /* an attempt to roll back failed */
	HAPPENING_SAFE,	    /* the candidate serves nobody any more */
	HAPPENING_PAUSE,
	HAPPENING_REMARK,  /* what the strategy says, by enum remark in detail; index: its number;
			      value: enum remark_of */
	HAPPENING_HALVE,   /* decided: half goes back first; index: the check */
	HAPPENING_RESTORE, /* the half was given back */
	HAPPENING_COPIES,  /* copies begin or end; value: the share of the requests */
	HAPPENING_REFUSE,  /* there is no baseline yet; value: the requests there are */
	HAPPENING_KINDS
};

extern const char *const happening_names[HAPPENING_KINDS];

struct happening {
	sim_time at;
	int8_t kind, detail;
	int16_t index; /* of the fault, version or check */
	double value;
};

/* What one version did over one scrape interval, whatever faults let dashboards see of it. */
struct series_bin {
	double share, requests, errors, latency_p50, latency_p99; /* latencies in s; NaN: no data */
};

struct timeline {
	int rollout, case_index, trial;
	int bins;		/* each `scrape` long */
	struct series_bin *bin; /* bins x versions */
	int happenings;
	struct happening *happened;
};

/* All trials of a run. Cells are ordered rollout, case, point; columns hold cells x trials x
 * extent values, row-major. A cell that stopped early has NaN (or -1) from trials_run on. */
struct results {
	struct arena arena;
	const char *title, *question; /* of the scenario; the question may be empty */
	const char *scenario; /* resolved YAML: with the seed and the version it reproduces all */
	const char *command, *program_version;
	uint64_t seed;
	int rollouts, cases, points, trials, versions, segments, checks_most;
	const char **rollout_names, **case_names, **version_names, **segment_names;
	const char **strategy_names; /* per rollout */
	const char **check_names;    /* rollouts x checks_most; "" beyond a rollout's own */
	const bool *case_harmful;
	int varied;
	struct vary *vary;
	int64_t *trials_run; /* per cell */
	void **columns;	     /* in the order of result_columns */
	double horizon_s, scrape_s;
	int timelines;
	struct timeline *timeline;
	const struct tried *tried; /* how the points were found; NULL: they were asked for */
};

/* Takes the columns' memory from results->arena; the counts above must be set. */
void results_allocate(struct results *results);
void results_free(struct results *results);

/* All rows of results that have the same cells, trials, versions and segments. */
void results_copy_columns(struct results *into, const struct results *from);

int results_cells(const struct results *results);
int results_cell(const struct results *results, int rollout, int case_index, int point);
int results_extent(const struct results *results, const struct column *column);
const struct column *results_column(const char *name); /* NULL if there is none */

/* Writes one trial's row into the columns; safe from many threads for different rows. */
void results_store(struct results *results, int cell, int trial, const struct result *row);

/* One value as a double, whatever its type; `sub` is the version or segment, or 0. */
double results_value(const struct results *results, const struct column *column, int cell,
		     int trial, int sub);

#endif
