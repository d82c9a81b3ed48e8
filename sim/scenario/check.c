/* One entry of `checks:` a metric watched by a detector. */
#include "sim/scenario/reader.h"

#include "models/list.h"

#include <math.h>

struct check_fields {
	const char *metric, *segment, *region;
	sim_time every, window;
	int since, no_data, watch;
	bool in_a_row;
	enum { BY_NOTHING, BY_SEGMENT, BY_REGION } by;
	int64_t min_requests, fail_limit;
	double weight;
	bool critical;
	sim_time lasting;
	int action;
};

static const char *const since_names[] = {[MARK_START] = "start", [MARK_STAGE] = "stage", NULL};
static const char *const by_names[] = {"nothing", "segment", "region", NULL};
static const char *const no_data_names[] = {"hold", "pass", "fail", NULL};
static const char *const action_names[] = {"usual",	"halve",       "pause",
					   "immediate", "canary_only", NULL};
static const char *const watch_names[] = {"rollout", "always", NULL};

const struct param scenario_check_params[] = {
	{"metric", PARAM_WORD, offsetof(struct check_fields, metric), NULL,
	 .about = "what it looks at: coalmine list metric"},
	{"every", PARAM_DURATION, offsetof(struct check_fields, every), "30s", 1e6,
	 (double)MAX_HORIZON, .about = "how often it looks"},
	{"window", PARAM_DURATION, offsetof(struct check_fields, window), "", 1e6,
	 (double)MAX_HORIZON, .about = "how far it looks back, instead of since"},
	{"since", PARAM_CHOICE, offsetof(struct check_fields, since), "", .choices = since_names,
	 .about = "where evidence begins: stage or start; the default is the detector's"},
	{"min_requests", PARAM_COUNT, offsetof(struct check_fields, min_requests), "1", 0, 1e12,
	 .about = "fewer than this, on either side, is no data"},
	{"fail_limit", PARAM_COUNT, offsetof(struct check_fields, fail_limit), "1", 1, 1e6,
	 .about = "this many failures make the rollout fail"},
	{"in_a_row", PARAM_FLAG, offsetof(struct check_fields, in_a_row), "no",
	 .about = "whether a pass forgets the failures before it"},
	{"for", PARAM_DURATION, offsetof(struct check_fields, lasting), "0s", 0,
	 (double)MAX_HORIZON, .about = "how long looks must have failed, without a pass between"},
	{"action", PARAM_CHOICE, offsetof(struct check_fields, action), "usual",
	 .choices = action_names,
	 .about = "what is done then: as rollback says; half goes back first; a person is asked; "
		  "all "
		  "goes back at once; or only the candidate does"},
	{"weight", PARAM_NUMBER, offsetof(struct check_fields, weight), "1", 0, 1e6,
	 .about = "what it counts for among the checks, where a strategy adds them up"},
	{"critical", PARAM_FLAG, offsetof(struct check_fields, critical), "no",
	 .about = "whether it can fail the rollout alone where a strategy adds checks up"},
	{"no_data", PARAM_CHOICE, offsetof(struct check_fields, no_data), "hold",
	 .choices = no_data_names, .about = "what a look without data is worth"},
	{"watch", PARAM_CHOICE, offsetof(struct check_fields, watch), "rollout",
	 .choices = watch_names,
	 .about = "always: goes on after promotion, so that a late "
		  "rollback can happen"},
	{"segment", PARAM_WORD, offsetof(struct check_fields, segment), "",
	 .about = "look at this segment only"},
	{"region", PARAM_WORD, offsetof(struct check_fields, region), "",
	 .about = "look at this region only"},
	{"by", PARAM_CHOICE, offsetof(struct check_fields, by), "nothing", .choices = by_names,
	 .about = "segment or region: a check for each of them"},
	{0},
};

/* What a detector cannot make use of. */
static void check_detector(struct reader *reader, const struct node *use,
			   const struct detector *detector, const char *metric,
			   enum metric_kind kind)
{
	static const char *const wants[] = {[OFFERS_HITS] = "shares of requests",
					    [OFFERS_VARIANCE] = "numbers whose variance is known",
					    [OFFERS_HITS | OFFERS_VARIANCE] = "shares and means",
					    [OFFERS_DISTRIBUTION] =
						    "distributions: latencies, scores and ratings"};
	if (detector->takes && !(detector->takes & metric_rows[kind].offers))
		complain(reader->complaints, use->key_at, "%s is about %s; %s is none", use->key,
			 wants[detector->takes], metric);
	if (detector->compares && (kind == METRIC_AGREEMENT || metric_is_of_pairs(kind)))
		complain(reader->complaints, use->key_at,
			 "%s compares with stable; %s is about copies beside their originals "
			 "already",
			 use->key, metric);
}

/* A level must be in the unit of the metric it is held against. */
static void check_units(struct reader *reader, const struct node *use, const void *config,
			const char *metric, enum unit unit)
{
	static const char *const examples[] = {"a plain number", "a share such as 2%",
					       "a duration such as 500ms", "a rate such as 50/s"};
	const struct plugin *plugin = models_find(PLUGIN_DETECTOR, use->key);
	for (const struct param *p = plugin->params; p->key; p++) {
		const struct level *level =
			(const struct level *)((const char *)config + p->offset);
		if (p->type == PARAM_LEVEL && !isnan(level->amount) && level->unit != unit)
			complain(reader->complaints, read_mark(use, p->key),
				 "%s is measured against %s, so %s must be %s", plugin->name,
				 metric, p->key, examples[unit]);
	}
}

static void check_against_telemetry(struct reader *reader, const struct node *map,
				    const struct check_fields *fields)
{
	const struct plan *plan = reader->plan;
	char scrape[UNITS_TEXT];
	if (fields->window == PARAM_UNSET || plan->telemetry.scrape <= 0 ||
	    fields->window >= plan->telemetry.scrape)
		return;
	complain(reader->complaints, read_mark(map, "window"),
		 "the window must be at least one scrape interval (%s)",
		 units_print_duration(scrape, plan->telemetry.scrape));
}

static void read_detector(struct reader *reader, struct node *map,
			  const struct check_fields *fields, int candidate,
			  struct check_plan *check)
{
	struct node *use = use_find(reader, map, PLUGIN_DETECTOR, "a check");
	bool known = fields->metric && read_metric(reader, map, fields->metric, &check->metric);
	if (!use || !use_read(reader, use, PLUGIN_DETECTOR, NULL, &check->detector) || !known)
		return;
	check_units(reader, use, check->detector.config, fields->metric,
		    metric_rows[check->metric.kind].unit);
	read_needs(reader, map, check, candidate);
	check_detector(reader, use, (const struct detector *)check->detector.plugin, fields->metric,
		       check->metric.kind);
	check->label = arena_printf(reader->arena, "%s %s", fields->metric, use->key);
}

/* Evidence has one beginning: a window, or since something. Who goes on from look to look wants all
 * of it. */
static void complete_lookback(struct reader *reader, struct node *map,
			      const struct detector *detector)
{
	const struct node *window = tree_find(map, "window"), *since = tree_find(map, "since");
	bool goes_on = detector && detector->evidence == EVIDENCE_INCREMENTS;
	if (window && goes_on)
		complain(reader->complaints, window->key_at,
			 "%s goes through all evidence as it comes; it looks back over no window",
			 detector->plugin.name);
	else if (window && since)
		complain(reader->complaints, since->key_at,
			 "a check looks back either over a window or since something; not both");
	if (!window && !since)
		tree_add(reader->arena, map, "since",
			 since_names[detector && detector->from_start ? MARK_START : MARK_STAGE],
			 map->at);
}

static const struct detector *find_detector(const struct node *map)
{
	for (const struct node *child = map->first; child; child = child->next) {
		const struct plugin *plugin = models_find(PLUGIN_DETECTOR, child->key);
		if (plugin)
			return (const struct detector *)plugin;
	}
	return NULL;
}

static void take_fields(const struct check_fields *fields, struct check_plan *check)
{
	check->every = fields->every;
	check->lookback = (struct lookback){fields->window, fields->since};
	check->min_requests = (double)fields->min_requests;
	check->fail_limit = (int)fields->fail_limit;
	check->consecutive = fields->in_a_row;
	check->no_data = fields->no_data == 0	? NO_DATA_HOLD
			 : fields->no_data == 1 ? NO_DATA_PASS
						: NO_DATA_FAIL;
	check->always = fields->watch == 1;
	check->lasting = fields->lasting;
	check->action = (enum check_action)fields->action;
	check->weight = fields->weight;
	check->critical = fields->critical;
}

static bool has_room(struct reader *reader, const struct node *map,
		     const struct rollout_plan *rollout)
{
	if (rollout->checks < MAX_CHECKS)
		return true;
	complain(reader->complaints, map->at,
		 "a rollout can have at most %d checks, each segment or region counted",
		 MAX_CHECKS);
	return false;
}

/* Those that go on from look to look have a mark of their own. */
static void add_check(struct reader *reader, const struct node *map, struct rollout_plan *rollout,
		      const struct check_plan *check)
{
	if (!has_room(reader, map, rollout))
		return;
	struct check_plan *added = &rollout->check[rollout->checks];
	*added = *check;
	if (check->detector.plugin && check_goes_on(check)) {
		added->by_stage = check->lookback.mark == MARK_STAGE;
		added->lookback = (struct lookback){PARAM_UNSET, MARKS + rollout->checks};
	}
	rollout->checks++;
}

/* One check for each segment, or region. */
static void add_each(struct reader *reader, const struct node *map, struct rollout_plan *rollout,
		     const struct check_plan *check, bool regions)
{
	const struct population *people = &reader->plan->population;
	int count = regions ? people->regions : people->segments;
	if (count < 2)
		complain(reader->complaints, read_mark(map, "by"), "there are no %s to tell apart",
			 regions ? "regions" : "segments");
	for (int i = 0; i < count; i++) {
		const char *name = regions ? people->region_names[i] : people->segment_names[i];
		struct check_plan one = *check;
		one.label = arena_printf(reader->arena, "%s %s", check->label, name);
		one.cohorts =
			read_cohorts(reader, map, regions ? NULL : name, regions ? name : NULL);
		add_check(reader, map, rollout, &one);
	}
}

void read_checks(struct reader *reader, struct node *list, struct rollout_plan *rollout, int scope)
{
	if (!fields_is_list(reader, list, list->key))
		return;
	for (struct node *entry = list->first; entry; entry = entry->next)
		read_check(reader, entry, rollout, scope);
}

void read_check(struct reader *reader, struct node *map, struct rollout_plan *rollout, int scope)
{
	struct check_fields fields;
	struct check_plan check = {.label = "", .scope = scope};
	const char *detectors[MODELS_MOST];
	if (!fields_is_map(reader, map, "a check"))
		return;
	models_names(PLUGIN_DETECTOR, detectors);
	fields_only(reader, map, scenario_check_params, NULL, detectors, "a check");
	complete_lookback(reader, map, find_detector(map));
	fields_read(reader, map, scenario_check_params, &fields, "a check");
	read_detector(reader, map, &fields, rollout->candidate, &check);
	check_against_telemetry(reader, map, &fields);
	take_fields(&fields, &check);
	check.cohorts = read_cohorts(reader, map, fields.segment, fields.region);
	if (fields.by && (fields.segment || fields.region))
		complain(reader->complaints, read_mark(map, "by"),
			 "a check looks either at one segment or region, or by them; not both");
	else if (fields.by)
		add_each(reader, map, rollout, &check, fields.by == BY_REGION);
	else
		add_check(reader, map, rollout, &check);
}
