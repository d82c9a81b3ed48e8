/* The metric of a check: its name, and what it needs of the versions it is watched on. */
#include "sim/scenario/reader.h"

#include <math.h>
#include <string.h>

/* bad/requests: the share of the second counter that is the first, too. */
static bool read_ratio(const char *name, struct metric *metric)
{
	const char *slash = strchr(name, '/');
	bool found[2] = {false, false};
	for (int c = 0; slash && c < COUNTERS; c++) {
		size_t length = strlen(counter_names[c]);
		if ((size_t)(slash - name) == length && !strncmp(name, counter_names[c], length)) {
			metric->of = (enum counter)c;
			found[0] = true;
		}
		if (!strcmp(slash + 1, counter_names[c])) {
			metric->in = (enum counter)c;
			found[1] = true;
		}
	}
	metric->kind = METRIC_RATIO;
	return found[0] && found[1] && metric->of != metric->in;
}

static bool read_quantile(const char *name, struct metric *metric)
{
	metric->kind = METRIC_LATENCY_QUANTILE;
	return !strncmp(name, "latency_p", 9) && units_percentile(name + 9, &metric->quantile) &&
	       metric->quantile > 0 && metric->quantile < 1;
}

static void complain_of_metric(struct reader *reader, const struct node *map, const char *name)
{
	const char *names[METRIC_KINDS + 1] = {NULL};
	char list[READER_SENTENCE] = "";
	size_t used = 0;
	for (int m = 0; m < METRIC_KINDS; m++) {
		names[m] = metric_rows[m].name;
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", m ? ", " : "",
					 names[m]);
	}
	const char *near = error_nearest(name, names);
	complain(reader->complaints, read_mark(map, "metric"),
		 "there is no metric \"%s\"%s%s%s there are %s (any percentile, and any share "
		 "of the counters requests, errors, timeouts and bad)",
		 name, near ? "; did you mean \"" : "", near ? near : "", near ? "\"? Else" : ";",
		 list);
}

bool read_metric(struct reader *reader, const struct node *map, const char *name,
		 struct metric *metric)
{
	*metric = (struct metric){.quantile = NAN};
	for (int m = 0; m < METRIC_KINDS; m++)
		if (!strcmp(name, metric_rows[m].name) && m != METRIC_RATIO &&
		    m != METRIC_LATENCY_QUANTILE) {
			metric->kind = (enum metric_kind)m;
			return true;
		}
	if (read_ratio(name, metric) || read_quantile(name, metric))
		return true;
	complain_of_metric(reader, map, name);
	return false;
}

/* Quality is watched only where there is what the metric is made of. */
static void check_quality(struct reader *reader, const struct node *map, enum metric_kind kind)
{
	const struct quality *quality = reader->plan->version[STABLE].quality;
	const char *lacks = NULL;
	if (!quality)
		lacks = "quality";
	else if ((kind == METRIC_CONVERSION_RATE || kind == METRIC_VALUE_PER_REQUEST) &&
		 !quality->converts)
		lacks = "conversion in its quality";
	else if (kind == METRIC_SATISFACTION && !quality->rates)
		lacks = "satisfaction in its quality";
	if (lacks)
		complain(reader->complaints, read_mark(map, "metric"),
			 "there is no %s to watch: stable has no %s", metric_rows[kind].name,
			 lacks);
}

/* So are machines. */
static void check_version(struct reader *reader, const struct node *map, enum metric_kind kind,
			  const struct version_plan *version)
{
	const struct cost_plan *cost = &version->cost;
	bool pooled = version->pool.servers > 0;
	const char *lacks = NULL;
	if (kind == METRIC_SATURATION && !pooled)
		lacks = "pool";
	else if (kind == METRIC_COST && !cost->given)
		lacks = "cost";
	else if (kind == METRIC_COST && !pooled && !(cost->request > 0))
		lacks = "pool to pay for, nor do its requests cost anything";
	if (lacks)
		complain(reader->complaints, read_mark(map, "metric"),
			 "there is no %s to watch: %s has no %s", metric_rows[kind].name,
			 version->name, lacks);
}

static void check_machines(struct reader *reader, const struct node *map, enum metric_kind kind,
			   int candidate, bool compares)
{
	static const char *const parts[] = {"segment", "region", "by"};
	const struct plan *plan = reader->plan;
	if (candidate > STABLE)
		/* cppcheck-suppress arrayIndexOutOfBoundsCond; the reader numbers at most 8 */
		check_version(reader, map, kind, &plan->version[candidate]);
	if (compares)
		check_version(reader, map, kind, &plan->version[STABLE]);
	for (int i = 0; i < 3; i++) {
		const struct node *part = tree_find(map, parts[i]);
		if (part && part->kind == NODE_SCALAR && strcmp(part->text, "nothing"))
			complain(reader->complaints, part->key_at,
				 "%s is told of a whole version, not of a segment or region",
				 metric_rows[kind].name);
	}
}

void read_needs(struct reader *reader, const struct node *map, const struct check_plan *check,
		int candidate)
{
	enum metric_kind kind = check->metric.kind;
	bool compares = ((const struct detector *)check->detector.plugin)->compares;
	if (metric_is_of_quality(kind))
		check_quality(reader, map, kind);
	if (metric_is_of_machines(kind))
		check_machines(reader, map, kind, candidate, compares);
}
