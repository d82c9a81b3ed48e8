/* The lives of rollouts, told in one line: with faults that leave no doubt they can be known in
 * advance, second by second. */
#ifndef TESTS_STORY_H
#define TESTS_STORY_H

#include "sim/timeline.h"

#include "tests/world.h"

#include <criterion/criterion.h>
#include <stdlib.h>

/* Nothing goes wrong unless faults say so. What else is known of the traffic is up to the story. */
static const char *const story_world =
	"scenario: decisions\n"
	"traffic: {poisson: {rate: 50/s}, timeout: 1s, %s}\n"
	"versions: {stable: {latency: 80ms}, candidate: {latency: 80ms}, control: {like: stable}}\n"
	"slo: {latency: 100ms}\n"
	"telemetry: {scrape: 15s}\n"
	"cases: {it: [%s]}\n"
	"rollouts: {r: {%s}}\n"
	"horizon: %s\n";

/* Nobody attends "none": who looks at it sees no data. */
#define STORY_TRAFFIC "segments: {some: 100%, none: 0%}"

#define HEALTHY	 ""
#define BURST	 "step: {at: 10m, errors: +100%}"
#define WATCHING "{metric: error_rate, threshold: {max: 50%}, every: 30s, window: 30s}"
#define ALWAYS	 "{metric: error_rate, threshold: {max: 50%}, every: 30s, window: 30s, watch: always}"

static inline void read_decisions_in(struct world *world, const char *traffic, const char *faults,
				     const char *rollout, const char *horizon)
{
	char text[4096];
	snprintf(text, sizeof text, story_world, traffic, faults, rollout, horizon);
	world_read(world, text);
}

static inline void read_decisions(struct world *world, const char *faults, const char *rollout,
				  const char *horizon)
{
	read_decisions_in(world, STORY_TRAFFIC, faults, rollout, horizon);
}

/* Looks are many, and faults are known. */
static inline bool is_told(const struct happening *h)
{
	return h->kind != HAPPENING_CHECK && h->kind != HAPPENING_FAULT;
}

/* Names are numbers here. */
static inline void print_remark(const struct happening *h, FILE *out)
{
	char number[16];
	snprintf(number, sizeof number, "%d", h->index);
	fputc(' ', out);
	fprintf(out, remark_words[h->detail], number);
}

/* "0 share 0, 600 share 0.05, ..." */
static inline char *tell_story(const struct timeline *timeline)
{
	char *story = NULL;
	size_t length;
	FILE *out = open_memstream(&story, &length);
	for (int i = 0, told = 0; i < timeline->happenings; i++) {
		const struct happening *h = &timeline->happened[i];
		if (!is_told(h))
			continue;
		fprintf(out, "%s%g %s", told++ ? ", " : "", (double)h->at / SIM_SECOND,
			happening_names[(int)h->kind]);
		if (h->kind == HAPPENING_SHARE || h->kind == HAPPENING_COPIES)
			fprintf(out, " %g", h->value);
		if (h->kind == HAPPENING_REMARK)
			print_remark(h, out);
	}
	fclose(out);
	return story;
}

/* Runs trial 0, compares its story, frees the world and returns the row. */
static inline struct result expect_trial_story(struct world *world, const char *expected)
{
	struct timeline timeline;
	timeline_record(world->trial, &world->scenario.plans[0], 0, 0, 0, &world->arena, &timeline);
	char *story = tell_story(&timeline);
	struct result row = world->trial->row;
	cr_assert_str_eq(story, expected);
	free(story);
	world_free(world);
	return row;
}

static inline struct result expect_story_in(const char *traffic, const char *faults,
					    const char *rollout, const char *horizon,
					    const char *expected)
{
	struct world world;
	read_decisions_in(&world, traffic, faults, rollout, horizon);
	return expect_trial_story(&world, expected);
}

static inline struct result expect_story(const char *faults, const char *rollout,
					 const char *horizon, const char *expected)
{
	return expect_story_in(STORY_TRAFFIC, faults, rollout, horizon, expected);
}

#endif
