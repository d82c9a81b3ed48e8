/* An observer that writes down what it is told. */
#include "sim/timeline.h"

#include "sim/error.h"

#include <stdlib.h>
#include <string.h>

struct recorder {
	struct timeline *timeline;
	int versions, bins_most, room;
	struct happening *happened; /* grows; copied to the arena at the end */
};

static void note_happening(void *context, const struct happening *happening)
{
	struct recorder *recorder = context;
	struct timeline *timeline = recorder->timeline;
	if (timeline->happenings == recorder->room) {
		recorder->room = recorder->room ? 2 * recorder->room : 256;
		size_t bytes = (size_t)recorder->room * sizeof *recorder->happened;
		recorder->happened = realloc(recorder->happened, bytes);
		if (!recorder->happened)
			error_out_of_memory(bytes);
	}
	recorder->happened[timeline->happenings++] = *happening;
}

/* What one version's windows say, all cohorts together. */
static struct series_bin read_window(const struct requests *r, int version)
{
	struct counts counts = {0};
	uint64_t total = 0;
	const struct tally *window =
		r->telemetry.open + r->telemetry.open_first * r->telemetry.keys;
	for (int c = 0; c < r->plan->cohorts; c++) {
		const struct tally *tally = window + plan_key(r->plan, c, version);
		for (int f = 0; f < FLAGS; f++)
			counts.flags[f] += tally->flags[f];
		for (int b = 0; b < HISTOGRAM_BUCKETS; b++)
			counts.bucket[b] += tally->bucket[b];
	}
	for (int f = 0; f < FLAGS; f++)
		total += counts.flags[f];
	const struct metric errors = {.kind = METRIC_ERROR_RATE};
	struct reading reading = metric_judge(&counts, &errors, 1);
	return (struct series_bin){
		.share = plan_share(r->plan, &r->routes, version),
		.requests = (double)total,
		.errors = total ? reading.hits : 0,
		.latency_p50 = histogram_quantile(counts.bucket, total, 0.50) / SIM_SECOND,
		.latency_p99 = histogram_quantile(counts.bucket, total, 0.99) / SIM_SECOND,
	};
}

static void note_window(void *context, const struct requests *requests)
{
	struct recorder *recorder = context;
	struct timeline *timeline = recorder->timeline;
	if (timeline->bins == recorder->bins_most)
		return;
	for (int v = 0; v < recorder->versions; v++)
		timeline->bin[timeline->bins * recorder->versions + v] = read_window(requests, v);
	timeline->bins++;
}

void timeline_record(struct trial *trial, const struct plan *plan, int rollout, int case_index,
		     int number, struct arena *arena, struct timeline *timeline)
{
	struct recorder recorder = {
		.timeline = timeline,
		.versions = plan->versions,
		.bins_most = (int)(plan->horizon / plan->telemetry.scrape),
	};
	*timeline = (struct timeline){rollout, case_index, number, 0, NULL, 0, NULL};
	timeline->bin = arena_take(arena, (size_t)(recorder.bins_most * plan->versions) *
						  sizeof *timeline->bin);
	const struct observer observer = {&recorder, note_happening, note_window};
	trial_begin(trial, plan, rollout, case_index, (uint64_t)number, &observer);
	trial_run(trial);
	size_t bytes = (size_t)timeline->happenings * sizeof *timeline->happened;
	timeline->happened = arena_take(arena, bytes);
	if (bytes)
		memcpy(timeline->happened, recorder.happened, bytes);
	free(recorder.happened);
}
