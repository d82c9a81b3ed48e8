/* Worlds in which something goes wrong, what happened in them, and the course of their faults. */
#ifndef TESTS_FAULTY_H
#define TESTS_FAULTY_H

#include "tests/world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* YAML in flow style; NULL: something simple. */
struct faulty {
	double rate;	     /* of Poisson arrivals, in 1/s; 0: 100 */
	const char *traffic; /* beside them */
	const char *stable, *candidate, *others;
	const char *faults;   /* of case 0, "it" */
	const char *cases;    /* more of them */
	const char *rollouts; /* rollout 0 is everybody at once if this is NULL */
	const char *more;     /* slo, telemetry, horizon (10m) */
};

static inline const char *faulty_or(const char *text, const char *otherwise)
{
	return text ? text : otherwise;
}

/* What some faults need of a version: servers to lose, or answers to be wrong. */
static inline const char *faulty_needs(const struct faulty *f)
{
	const char *cases = faulty_or(f->cases, ""), *faults = faulty_or(f->faults, "");
	const char *stable = faulty_or(f->stable, "");
	bool servers = strstr(faults, "capacity_loss") || strstr(cases, "capacity_loss") ||
		       strstr(faults, "crash_loop") || strstr(cases, "crash_loop");
	bool like = !strncmp(faulty_or(f->candidate, "like"), "like", 4) && !f->others;
	if (!like || strstr(stable, servers ? "pool" : "quality"))
		return "";
	return servers ? ", pool: {replicas: 40}" : ", quality: {accuracy: 90%}";
}

static inline void faulty_read(struct world *world, const struct faulty *f)
{
	char text[8192];
	int length = snprintf(text, sizeof text,
			      "scenario: faulty\ntraffic: {poisson: {rate: %g/s}%s}\n"
			      "versions:\n  stable: {%s%s}\n  candidate: {%s}\n%s"
			      "cases:\n  it: [%s]\n%s"
			      "rollouts:\n  %s\n%s\nseed: 11\n",
			      f->rate > 0 ? f->rate : 100, faulty_or(f->traffic, ""),
			      faulty_or(f->stable, "latency: 80ms, errors: 1%"), faulty_needs(f),
			      faulty_or(f->candidate, "like: stable"), faulty_or(f->others, ""),
			      faulty_or(f->faults, ""), faulty_or(f->cases, ""),
			      faulty_or(f->rollouts, "all: {instant: {}}"),
			      faulty_or(f->more, "horizon: 10m"));
	cr_assert_lt(length, (int)sizeof text);
	world_read(world, text);
}

/* A case of some faults where nothing else matters. */
static inline void faulty_case(struct world *world, const char *faults)
{
	faulty_read(world, &(struct faulty){.faults = faults});
}

/* ---- what happened */

/* What a version finished within a scrape interval. */
struct deeds {
	double requests, errors, timeouts, bad, harmed;
};

struct diary {
	int count, windows;
	struct happening entry[4096];
	struct deeds window[1024][2]; /* of the first two versions */
};

static inline void diary_note(void *context, const struct happening *happening)
{
	struct diary *diary = context;
	cr_assert_lt(diary->count, 4096);
	diary->entry[diary->count++] = *happening;
}

static inline void diary_window(void *context, const struct requests *requests)
{
	struct diary *diary = context;
	const struct telemetry *t = &requests->telemetry;
	const struct tally *window = t->open + t->open_first * t->keys;
	cr_assert_lt(diary->windows, 1024);
	struct deeds *deeds = diary->window[diary->windows++];
	memset(deeds, 0, 2 * sizeof *deeds);
	for (int k = 0; k < t->keys; k++)
		for (int f = 0; f < FLAGS && k % t->versions < 2; f++) {
			struct deeds *d = &deeds[k % t->versions];
			d->requests += window[k].flags[f];
			d->errors += f & FLAG_ERROR ? window[k].flags[f] : 0;
			d->timeouts += f & FLAG_TIMEOUT ? window[k].flags[f] : 0;
			d->bad += f & FLAG_BAD ? window[k].flags[f] : 0;
			d->harmed += flags_harm(f) ? window[k].flags[f] : 0;
		}
}

static inline struct result diary_run(struct diary *diary, struct world *world, int rollout,
				      int case_index, uint64_t number)
{
	const struct observer observer = {diary, diary_note, diary_window};
	diary->count = diary->windows = 0;
	trial_begin(world->trial, &world->scenario.plans[0], rollout, case_index, number,
		    &observer);
	return *trial_run(world->trial);
}

/* The happenings of a kind and index (-1: any), from `from` on; NULL: no more. */
static inline const struct happening *diary_find(const struct diary *diary,
						 enum happening_kind kind, int index, int *from)
{
	while (*from < diary->count) {
		const struct happening *h = &diary->entry[(*from)++];
		if (h->kind == (int)kind && (index < 0 || h->index == index))
			return h;
	}
	return NULL;
}

/* ---- the course of faults that wait for nothing */

struct drive {
	const struct plan *plan;
	struct course course;
};

static inline void drive_begin(struct drive *drive, const struct world *world, uint64_t number)
{
	drive->plan = &world->scenario.plans[0];
	course_begin(&drive->course, drive->plan, &drive->plan->case_[0], number);
}

/* Every change up to and including `now` happens in its time. */
static inline void drive_to(struct drive *drive, sim_time now)
{
	for (int f = 0; f < drive->plan->case_[0].faults; f++) {
		const struct fault_run *run = &drive->course.run[f];
		sim_time at = run->started == SIM_NEVER ? run->due : -1;
		if (at < 0)
			at = course_next(&drive->course, f, run->started);
		for (; at <= now; at = course_next(&drive->course, f, at))
			course_change(&drive->course, f, at);
	}
}

static inline struct behaviour drive_see(const struct drive *drive, int version, int cohort,
					 int variant, sim_time now)
{
	const struct viewpoint from = {.version = version, .cohort = cohort, .variant = variant};
	return course_behaviour(&drive->course, &from, now);
}

#endif
