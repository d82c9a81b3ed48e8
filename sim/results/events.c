/* Group /events: what happened to the kept trials, as columns over one axis; a compound table
 * would keep netCDF readers from opening the file. */
#include "sim/results/load.h"
#include "sim/results/timelines.h"
#include "sim/results/variable.h"
#include "sim/strategy.h"

#include <limits.h>

/* The columns as they lie in the file; each has an entry an event. */
struct events {
	int64_t *timeline, *time;
	int8_t *kind, *detail;
	int16_t *index;
	double *value;
};

static size_t count_events(const struct results *results)
{
	size_t count = 0;
	for (int t = 0; t < results->timelines; t++)
		count += (size_t)results->timeline[t].happenings;
	return count;
}

static void gather(struct arena *arena, const struct results *results, size_t count,
		   struct events *events)
{
	events->timeline = arena_take(arena, count * sizeof *events->timeline);
	events->time = arena_take(arena, count * sizeof *events->time);
	events->kind = arena_take(arena, count * sizeof *events->kind);
	events->detail = arena_take(arena, count * sizeof *events->detail);
	events->index = arena_take(arena, count * sizeof *events->index);
	events->value = arena_take(arena, count * sizeof *events->value);
	size_t e = 0;
	for (int t = 0; t < results->timelines; t++)
		for (int h = 0; h < results->timeline[t].happenings; h++, e++) {
			const struct happening *happening = &results->timeline[t].happened[h];
			events->timeline[e] = t;
			events->time[e] = happening->at;
			events->kind[e] = happening->kind;
			events->detail[e] = happening->detail;
			events->index[e] = happening->index;
			events->value[e] = happening->value;
		}
}

static const char *kind_meanings(struct arena *arena)
{
	const char *words = happening_names[0];
	for (int k = 1; k < HAPPENING_KINDS; k++)
		words = arena_printf(arena, "%s %s", words, happening_names[k]);
	return words;
}

void events_write(struct hdf *hdf, const struct results *results)
{
	size_t count = count_events(results);
	if (count == 0)
		return;
	struct events events;
	gather(&hdf->scratch, results, count, &events);
	hid_t group = hdf_create_group(hdf, "events");
	static const struct variable event = {.name = "event",
					      .unit = "1",
					      .about = "Events, timeline by timeline, in order.",
					      .kind = KIND_COUNT};
	struct axis axis = axis_create(hdf, group, &event, count, NULL);
	const struct {
		struct variable variable;
		const void *values;
	} columns[] = {
		{{.name = "timeline",
		  .unit = "1",
		  .kind = KIND_COUNT,
		  .about = "Index of the kept trial in the group series."},
		 events.timeline},
		{{.name = "time",
		  .unit = "ns",
		  .kind = KIND_COUNT,
		  .about = "Since the trial began."},
		 events.time},
		{{.name = "kind",
		  .unit = "1",
		  .kind = KIND_FLAG,
		  .meanings = kind_meanings(&hdf->scratch),
		  .about = "What happened."},
		 events.kind},
		{{.name = "detail",
		  .unit = "1",
		  .kind = KIND_FLAG,
		  .about = "Of a check, its verdict: 0 pass, 1 fail, 2 unsure, 3 no data."},
		 events.detail},
		{{.name = "index",
		  .unit = "1",
		  .kind = KIND_INDEX,
		  .about = "Index of the fault, version or check; -1 for none."},
		 events.index},
		{{.name = "value",
		  .unit = "1",
		  .kind = KIND_REAL,
		  .missing = true,
		  .about = "Strength of the fault, share of the version, statistic of the check."},
		 events.value},
	};
	for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
		struct variable variable = columns[c].variable;
		variable.rank = 1;
		variable.axes[0] = &axis;
		variable_write(hdf, group, &variable, columns[c].values);
	}
}

/* An index must be smaller than this for what it points to; or -1. */
static int index_limit(const struct results *results, int8_t kind)
{
	switch (kind) {
	case HAPPENING_FAULT:
		return MAX_FAULTS;
	case HAPPENING_CHECK:
	case HAPPENING_ALARM:
	case HAPPENING_ROLLBACK:
	case HAPPENING_HALVE:
	case HAPPENING_RESTORE:
		return results->checks_most;
	case HAPPENING_REMARK:
		return INT16_MAX + 1; /* it may be any number */
	default:
		return results->versions;
	}
}

static bool is_sane(const struct results *results, const struct events *events, size_t e)
{
	int8_t kind = events->kind[e];
	if (kind < 0 || kind >= HAPPENING_KINDS || events->time[e] < 0)
		return false;
	if (kind == HAPPENING_CHECK &&
	    (events->detail[e] < VERDICT_PASS || events->detail[e] > VERDICT_NO_DATA))
		return false;
	if (kind == HAPPENING_REMARK && (events->detail[e] < 0 || events->detail[e] >= REMARKS))
		return false;
	if (events->index[e] < -1 || events->index[e] >= index_limit(results, kind))
		return false;
	int64_t before = e == 0 ? 0 : events->timeline[e - 1];
	return events->timeline[e] >= before && events->timeline[e] < results->timelines;
}

static bool are_sane(const struct results *results, const struct events *events, size_t count)
{
	for (size_t e = 0; e < count; e++)
		if (!is_sane(results, events, e))
			return false;
	return true;
}

/* Events come timeline by timeline, so that each timeline's are a slice of one array. */
static void scatter(struct results *results, const struct events *events, size_t count)
{
	struct happening *all = arena_take(&results->arena, count * sizeof *all);
	for (size_t e = 0; e < count; e++) {
		struct timeline *timeline = &results->timeline[events->timeline[e]];
		if (timeline->happenings == 0)
			timeline->happened = &all[e];
		timeline->happenings++;
		all[e] = (struct happening){events->time[e], events->kind[e], events->detail[e],
					    events->index[e], events->value[e]};
	}
}

void events_read(struct hdf *hdf, struct results *results)
{
	if (!hdf_has(hdf, hdf->file, "events"))
		return;
	hid_t group = hdf_try(hdf, H5Gopen2(hdf->file, "events", H5P_DEFAULT));
	int count = load_length(hdf, group, "event", INT_MAX);
	const struct shape shape = {1, {(hsize_t)count}};
	struct arena *arena = &hdf->scratch;
	struct events events = {
		.timeline = load_new(hdf, arena, group, "timeline", KIND_COUNT, &shape),
		.time = load_new(hdf, arena, group, "time", KIND_COUNT, &shape),
		.kind = load_new(hdf, arena, group, "kind", KIND_FLAG, &shape),
		.detail = load_new(hdf, arena, group, "detail", KIND_FLAG, &shape),
		.index = load_new(hdf, arena, group, "index", KIND_INDEX, &shape),
		.value = load_new(hdf, arena, group, "value", KIND_REAL, &shape),
	};
	if (!hdf->failed && !are_sane(results, &events, (size_t)count))
		hdf_fail(hdf, "an event is out of range");
	if (!hdf->failed)
		scatter(results, &events, (size_t)count);
	H5Gclose(group);
}
