/* One entry of `checks:` a metric watched by a detector. */
#include "sim/scenario/reader.h"

#include "models/list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct check_fields {
	const char *metric, *segment, *region;
	sim_time every, window;
	int since, counting, no_data, watch;
	int64_t min_requests, fail_limit;
};

static const char *const since_names[] = {"stage", "start", NULL};
static const char *const counting_names[] = {"cumulative", "consecutive", NULL};
static const char *const no_data_names[] = {"hold", "pass", "fail", NULL};
static const char *const watch_names[] = {"rollout", "always", NULL};

const struct param scenario_check_params[] = {
	{"metric", PARAM_WORD, offsetof(struct check_fields, metric), NULL,
	 .about = "error_rate, timeout_rate, latency_mean, latency_p95 (any p), request_rate; of "
		  "labels: accuracy, auc, conversion_rate, value_per_request, satisfaction; of "
		  "copies: agreement"},
	{"every", PARAM_DURATION, offsetof(struct check_fields, every), "30s", 1e6,
	 (double)MAX_HORIZON, .about = "how often it looks"},
	{"window", PARAM_DURATION, offsetof(struct check_fields, window), "", 1e6,
	 (double)MAX_HORIZON, .about = "how far it looks back, instead of since"},
	{"since", PARAM_CHOICE, offsetof(struct check_fields, since), "", .choices = since_names,
	 .about = "where evidence begins: stage (the default) or start"},
	{"min_requests", PARAM_COUNT, offsetof(struct check_fields, min_requests), "1", 0, 1e12,
	 .about = "fewer than this, on either side, is no data"},
	{"fail_limit", PARAM_COUNT, offsetof(struct check_fields, fail_limit), "1", 1, 1e6,
	 .about = "this many failures make the rollout fail"},
	{"counting", PARAM_CHOICE, offsetof(struct check_fields, counting), "cumulative",
	 .choices = counting_names, .about = "whether a pass forgets the failures before it"},
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
	{0},
};

static const struct {
	const char *name;
	enum metric_kind kind;
	enum unit unit;
} metrics[] = {
	{"error_rate", METRIC_ERROR_RATE, UNIT_SHARE},
	{"timeout_rate", METRIC_TIMEOUT_RATE, UNIT_SHARE},
	{"latency_mean", METRIC_LATENCY_MEAN, UNIT_DURATION},
	{"request_rate", METRIC_REQUEST_RATE, UNIT_RATE},
	{"accuracy", METRIC_ACCURACY, UNIT_SHARE},
	{"auc", METRIC_AUC, UNIT_NUMBER},
	{"conversion_rate", METRIC_CONVERSION_RATE, UNIT_SHARE},
	{"value_per_request", METRIC_VALUE_PER_REQUEST, UNIT_NUMBER},
	{"satisfaction", METRIC_SATISFACTION, UNIT_NUMBER},
	{"agreement", METRIC_AGREEMENT, UNIT_SHARE},
};

enum { METRICS = sizeof metrics / sizeof metrics[0] };

static bool read_metric(struct reader *reader, const struct node *map, const char *name,
			struct metric *metric, enum unit *unit)
{
	static const char *const names[] = {"error_rate",
					    "timeout_rate",
					    "latency_mean",
					    "latency_p50",
					    "latency_p95",
					    "latency_p99",
					    "request_rate",
					    "accuracy",
					    "auc",
					    "agreement",
					    "conversion_rate",
					    "satisfaction",
					    "value_per_request",
					    NULL};
	for (int m = 0; m < METRICS; m++)
		if (!strcmp(name, metrics[m].name)) {
			*metric = (struct metric){metrics[m].kind, 0};
			*unit = metrics[m].unit;
			return true;
		}
	*unit = UNIT_DURATION;
	metric->kind = METRIC_LATENCY_QUANTILE;
	if (!strncmp(name, "latency_p", 9) && read_percentile(name + 9, &metric->quantile) &&
	    metric->quantile > 0 && metric->quantile < 1)
		return true;
	const char *near = error_nearest(name, names);
	complain(reader->complaints, read_mark(map, "metric"),
		 "there is no metric \"%s\"%s%s%s; there are error_rate, timeout_rate, "
		 "latency_mean, latency_p95 (any percentile), request_rate, accuracy, auc, "
		 "conversion_rate, value_per_request, satisfaction, agreement",
		 name, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	return false;
}

/* Quality is watched only where there is what the metric is made of. */
static void check_quality(struct reader *reader, const struct node *map, const char *name,
			  enum metric_kind kind)
{
	const struct quality *quality = reader->plan->version[STABLE].quality;
	const char *lacks = NULL;
	if (metric_is_of_quality(kind) && !quality)
		lacks = "quality";
	else if ((kind == METRIC_CONVERSION_RATE || kind == METRIC_VALUE_PER_REQUEST) &&
		 !quality->converts)
		lacks = "conversion in its quality";
	else if (kind == METRIC_SATISFACTION && !quality->rates)
		lacks = "satisfaction in its quality";
	if (lacks)
		complain(reader->complaints, read_mark(map, "metric"),
			 "there is no %s to watch: stable has no %s", name, lacks);
}

/* What a detector cannot make use of. */
static void check_detector(struct reader *reader, const struct node *use,
			   const struct detector *detector, const char *metric,
			   enum metric_kind kind, enum unit unit)
{
	bool is_mean = metric_is_of_quality(kind) && unit == UNIT_NUMBER;
	if (detector->shares_only && unit != UNIT_SHARE && !(detector->means && is_mean))
		complain(reader->complaints, use->key_at,
			 "%s compares shares of requests%s; %s is none", use->key,
			 detector->means ? ", ratings and values" : "", metric);
	if (detector->compares && kind == METRIC_AGREEMENT)
		complain(reader->complaints, use->key_at,
			 "%s compares with stable; agreement is that of copies with it already",
			 use->key);
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
			  const struct check_fields *fields, struct check_plan *check)
{
	enum unit unit = UNIT_SHARE;
	struct node *use = use_find(reader, map, PLUGIN_DETECTOR, "a check");
	bool known =
		fields->metric && read_metric(reader, map, fields->metric, &check->metric, &unit);
	if (!use || !use_read(reader, use, PLUGIN_DETECTOR, NULL, &check->detector) || !known)
		return;
	check_units(reader, use, check->detector.config, fields->metric, unit);
	check_quality(reader, map, fields->metric, check->metric.kind);
	check_detector(reader, use, (const struct detector *)check->detector.plugin, fields->metric,
		       check->metric.kind, unit);
	check->label = arena_printf(reader->arena, "%s %s", fields->metric, use->key);
}

/* Evidence has one beginning: a window, or since something. */
static void complete_lookback(struct reader *reader, struct node *map)
{
	const struct node *window = tree_find(map, "window"), *since = tree_find(map, "since");
	if (window && since)
		complain(reader->complaints, since->key_at,
			 "a check looks back either over a window or since something; not both");
	if (!window && !since)
		tree_add(reader->arena, map, "since", since_names[0], map->at);
}

bool read_check(struct reader *reader, struct node *map, struct check_plan *check)
{
	struct check_fields fields;
	const char *detectors[MODELS_MOST];
	int before = reader->complaints->count;
	if (!fields_is_map(reader, map, "a check"))
		return false;
	models_names(PLUGIN_DETECTOR, detectors);
	fields_only(reader, map, scenario_check_params, NULL, detectors, "a check");
	complete_lookback(reader, map);
	fields_read(reader, map, scenario_check_params, &fields, "a check");
	read_detector(reader, map, &fields, check);
	check_against_telemetry(reader, map, &fields);
	check->every = fields.every;
	check->lookback = (struct lookback){fields.window, fields.since ? MARK_START : MARK_STAGE};
	check->min_requests = (double)fields.min_requests;
	check->fail_limit = (int)fields.fail_limit;
	check->consecutive = fields.counting == 1;
	check->no_data = fields.no_data == 0   ? NO_DATA_HOLD
			 : fields.no_data == 1 ? NO_DATA_PASS
					       : NO_DATA_FAIL;
	check->always = fields.watch == 1;
	check->cohorts = read_cohorts(reader, map, fields.segment, fields.region);
	return reader->complaints->count == before;
}
