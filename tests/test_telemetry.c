/* A dashboard must show what happened, in the window in which it was finished, no sooner than its
 * scrape arrives; and where it has seen nothing it must say so. */
#include "sim/telemetry.h"

#include "tests/random.h"

#include <criterion/criterion.h>
#include <math.h>

enum { KEYS_MOST = 6, ONE = 1, TWO = 2, BOTH = 3 };

struct bench {
	struct arena arena;
	struct telemetry telemetry;
};

static void set_up(struct bench *bench, struct telemetry_config config, int versions, int cohorts,
		   sim_time timeout, sim_time longest_window)
{
	struct telemetry_size size =
		telemetry_size(&config, versions * cohorts, timeout, longest_window);
	*bench = (struct bench){.arena = {NULL}};
	telemetry_allocate(&bench->telemetry, &bench->arena, &size);
	telemetry_reset(&bench->telemetry, &config, &size, versions, true);
}

static void tear_down(struct bench *bench)
{
	arena_free(&bench->arena);
}

/* Requests of a key that are done at a time, with flags, after a latency. */
static void finish(struct bench *bench, int key, sim_time done, int flags, uint32_t count,
		   double latency_ns)
{
	struct tally *tally = telemetry_window(&bench->telemetry, done) + key;
	tally->flags[flags] += count;
	tally->bucket[histogram_bucket(latency_ns)] += count;
}

static const struct metric errors = {.kind = METRIC_ERROR_RATE};
static const struct metric rate = {.kind = METRIC_REQUEST_RATE};

static struct reading read_window(struct bench *bench, sim_time now, int version, sim_time window)
{
	const struct lookback lookback = {window, MARK_START};
	return telemetry_read(&bench->telemetry, now, version, ONE, &errors, &lookback,
			      &(struct counts){0});
}

static struct reading read_since(struct bench *bench, sim_time now, const struct metric *metric,
				 enum telemetry_mark mark)
{
	const struct lookback lookback = {-1, mark};
	return telemetry_read(&bench->telemetry, now, 0, ONE, metric, &lookback,
			      &(struct counts){0});
}

static void expect_nothing(struct reading reading)
{
	cr_assert(isnan(reading.value));
	cr_assert_eq(reading.requests, 0);
}

Test(telemetry, a_window_shows_what_was_finished_in_it)
{
	struct bench bench;
	set_up(&bench, (struct telemetry_config){10, 0, 0}, 2, 1, 100, 20);
	for (int w = 0; w < 50; w++) {
		finish(&bench, 0, 10 * w + 5, 0, 100, 1e6);
		finish(&bench, 1, 10 * w, FLAG_ERROR | FLAG_BAD, (uint32_t)w, 1e6);
		finish(&bench, 1, 10 * w + 9, 0, 7, 1e6);
		telemetry_scrape(&bench.telemetry, false);
		sim_time now = 10 * (w + 1);
		struct reading one = read_window(&bench, now, 1, 10);
		cr_assert_eq(one.requests, w + 7);
		cr_assert_eq(one.hits, w);
		cr_assert_float_eq(one.value, w / (w + 7.0), 1e-15);
		struct reading two = read_window(&bench, now, 1, 20);
		cr_assert_eq(two.hits, w ? 2 * w - 1 : 0);
		cr_assert_eq(read_window(&bench, now, 0, 10).requests, 100);
	}
	tear_down(&bench);
}

Test(telemetry, a_request_counts_when_it_is_finished_and_not_before)
{
	struct bench bench;
	set_up(&bench, (struct telemetry_config){10, 0, 0}, 1, 1, 100, 10);
	finish(&bench, 0, 104, 0, 3, 1e6);
	for (int w = 1; w <= 10; w++) {
		telemetry_scrape(&bench.telemetry, false);
		expect_nothing(read_window(&bench, 10 * w, 0, 10));
	}
	telemetry_scrape(&bench.telemetry, false);
	cr_assert_eq(read_window(&bench, 110, 0, 10).requests, 3);
	telemetry_scrape(&bench.telemetry, false);
	expect_nothing(read_window(&bench, 120, 0, 10));
	tear_down(&bench);
}

/* Every completion time a request may have, from every window it may come in. */
Test(telemetry, the_future_has_room_for_the_longest_request)
{
	struct bench bench;
	const sim_time scrape = 7, timeout = 40;
	set_up(&bench, (struct telemetry_config){scrape, 0, 0}, 1, 1, timeout, scrape);
	uint64_t random = 12;
	double expected[200] = {0};
	for (int w = 0; w < 150; w++) {
		for (int i = 0; i < 20; i++) {
			sim_time done = w * scrape + random_to(&random, scrape - 1) +
					random_to(&random, timeout);
			finish(&bench, 0, done, 0, 1, 1e6);
			expected[done / scrape]++;
		}
		telemetry_scrape(&bench.telemetry, false);
		cr_assert_eq(read_window(&bench, (w + 1) * scrape, 0, scrape).requests,
			     expected[w]);
	}
	tear_down(&bench);
}

Test(telemetry, a_scrape_is_seen_after_its_delay)
{
	struct bench bench;
	set_up(&bench, (struct telemetry_config){10, 25, 0}, 1, 1, 100, 10);
	for (int w = 0; w < 4; w++) {
		finish(&bench, 0, 10 * w, 0, 1u << w, 1e6);
		telemetry_scrape(&bench.telemetry, false);
	}
	expect_nothing(read_window(&bench, 34, 0, 10));
	cr_assert_eq(read_window(&bench, 35, 0, 10).requests, 1);
	cr_assert_eq(read_window(&bench, 44, 0, 10).requests, 1);
	cr_assert_eq(read_window(&bench, 45, 0, 10).requests, 2);
	cr_assert_eq(read_window(&bench, 64, 0, 10).requests, 4);
	tear_down(&bench);
}

Test(telemetry, what_a_lost_scrape_had_is_in_the_next)
{
	struct bench bench;
	set_up(&bench, (struct telemetry_config){10, 0, 0.5}, 1, 1, 100, 10);
	finish(&bench, 0, 5, 0, 1, 1e6);
	telemetry_scrape(&bench.telemetry, false);
	finish(&bench, 0, 15, 0, 2, 1e6);
	telemetry_scrape(&bench.telemetry, true);
	cr_assert_eq(read_window(&bench, 20, 0, 10).requests, 1); /* the newest there is */
	finish(&bench, 0, 25, 0, 4, 1e6);
	telemetry_scrape(&bench.telemetry, false);
	cr_assert_eq(read_window(&bench, 30, 0, 10).requests, 6);
	tear_down(&bench);
}

/* However many scrapes are lost, a window never begins long before it should: at most so many
 * scrapes earlier as were lost in a row. */
Test(telemetry, losses_never_stretch_a_window_to_the_beginning)
{
	struct bench bench;
	set_up(&bench, (struct telemetry_config){10, 0, 0.5}, 1, 1, 100, 30);
	uint64_t random = 13;
	int lost_in_a_row = 0, longest = 0;
	for (int w = 0; w < 2000; w++) {
		bool lost = random_to(&random, 1);
		finish(&bench, 0, 10 * w, 0, 1, 1e6);
		telemetry_scrape(&bench.telemetry, lost);
		lost_in_a_row = lost ? lost_in_a_row + 1 : 0;
		longest = lost_in_a_row > longest ? lost_in_a_row : longest;
		struct reading reading = read_window(&bench, 10 * (w + 1), 0, 30);
		cr_assert_leq(reading.requests, 3 + longest,
			      "after %d scrapes a window of three shows %g", w + 1,
			      reading.requests);
	}
	tear_down(&bench);
}

Test(telemetry, marks_are_where_later_evidence_begins)
{
	struct bench bench;
	set_up(&bench, (struct telemetry_config){10, 0, 0}, 1, 1, 100, 10);
	for (int w = 0; w < 8; w++) {
		finish(&bench, 0, 10 * w, 0, 1u << w, 1e6);
		telemetry_scrape(&bench.telemetry, false);
		if (w == 1)
			telemetry_mark(&bench.telemetry, MARK_START);
		if (w == 4)
			telemetry_mark(&bench.telemetry, MARK_STAGE);
	}
	cr_assert_eq(read_since(&bench, 80, &errors, MARK_START).requests, 255 - 3);
	cr_assert_eq(read_since(&bench, 80, &errors, MARK_STAGE).requests, 255 - 31);
	telemetry_mark(&bench.telemetry, MARK_STAGE);
	expect_nothing(read_since(&bench, 80, &errors, MARK_STAGE));
	tear_down(&bench);
}

Test(telemetry, rates_are_per_second_of_what_was_scraped)
{
	struct bench bench;
	set_up(&bench, (struct telemetry_config){10 * SIM_SECOND, 0, 0}, 1, 1, SIM_SECOND,
	       30 * SIM_SECOND);
	for (int w = 0; w < 6; w++) {
		finish(&bench, 0, 10 * w * SIM_SECOND, 0, 50, 1e6);
		telemetry_scrape(&bench.telemetry, false);
		/* Stages begin when they want to, not when telemetry is read. */
		if (w == 2)
			telemetry_mark(&bench.telemetry, MARK_STAGE);
	}
	sim_time now = 60 * SIM_SECOND;
	const struct lookback window = {30 * SIM_SECOND, MARK_START};
	cr_assert_float_eq(
		telemetry_read(&bench.telemetry, now, 0, ONE, &rate, &window, &(struct counts){0})
			.value,
		5, 1e-12);
	cr_assert_float_eq(read_since(&bench, now, &rate, MARK_START).value, 5, 1e-12);
	struct reading stage = read_since(&bench, now, &rate, MARK_STAGE);
	cr_assert_float_eq(stage.value, 5, 1e-12, "%g requests are read as %g/s", stage.requests,
			   stage.value);
	tear_down(&bench);
}

Test(telemetry, versions_and_cohorts_are_told_apart)
{
	struct bench bench;
	set_up(&bench, (struct telemetry_config){10, 0, 0}, 3, 2, 100, 10);
	for (int k = 0; k < KEYS_MOST; k++)
		finish(&bench, k, 1, k % 2 ? FLAG_ERROR : 0, 1u << k, 1e6);
	telemetry_scrape(&bench.telemetry, false);
	for (int version = 0; version < 3; version++)
		for (uint32_t cohorts = ONE; cohorts <= BOTH; cohorts++) {
			const struct lookback lookback = {10, MARK_START};
			double expected = (cohorts & ONE ? 1 << version : 0) +
					  (cohorts & TWO ? 1 << (3 + version) : 0);
			cr_assert_eq(telemetry_read(&bench.telemetry, 10, version, cohorts, &errors,
						    &lookback, &(struct counts){0})
					     .requests,
				     expected);
		}
	tear_down(&bench);
}

Test(telemetry, metrics_count_what_they_say)
{
	struct bench bench;
	set_up(&bench, (struct telemetry_config){10, 0, 0}, 1, 1, 100, 10);
	finish(&bench, 0, 1, 0, 50, 1e6);
	finish(&bench, 0, 1, FLAG_BAD, 20, 1e6); /* slow is no error */
	finish(&bench, 0, 1, FLAG_ERROR | FLAG_BAD, 10, 1e6);
	finish(&bench, 0, 1, FLAG_TIMEOUT | FLAG_BAD | FLAG_HARMED, 5, 1e6);
	finish(&bench, 0, 1, FLAG_TIMEOUT | FLAG_ERROR | FLAG_BAD, 3, 1e6);
	finish(&bench, 0, 1, FLAG_COPY, 8, 1e6); /* the dashboard cannot tell copies */
	finish(&bench, 0, 1, FLAG_COPY | FLAG_ERROR | FLAG_BAD, 4, 1e6);
	telemetry_scrape(&bench.telemetry, false);
	const struct lookback lookback = {10, MARK_START};
	const struct metric timeouts = {.kind = METRIC_TIMEOUT_RATE};
	struct reading failed = read_window(&bench, 10, 0, 10);
	cr_assert_eq(failed.requests, 100);
	cr_assert_eq(failed.hits, 22);
	cr_assert_float_eq(failed.value, 0.22, 1e-15);
	cr_assert_eq(telemetry_read(&bench.telemetry, 10, 0, ONE, &timeouts, &lookback,
				    &(struct counts){0})
			     .hits,
		     8);
	tear_down(&bench);
}

Test(telemetry, latencies_are_within_their_bucket)
{
	struct bench bench;
	set_up(&bench, (struct telemetry_config){10, 0, 0}, 1, 1, 100, 10);
	finish(&bench, 0, 1, 0, 900, 80e6);
	finish(&bench, 0, 1, 0, 100, 400e6);
	telemetry_scrape(&bench.telemetry, false);
	const struct lookback lookback = {10, MARK_START};
	const struct {
		struct metric metric;
		double ns;
	} rows[] = {{{.kind = METRIC_LATENCY_QUANTILE, .quantile = 0.5}, 80e6},
		    {{.kind = METRIC_LATENCY_QUANTILE, .quantile = 0.89}, 80e6},
		    {{.kind = METRIC_LATENCY_QUANTILE, .quantile = 0.91}, 400e6},
		    {{.kind = METRIC_LATENCY_QUANTILE, .quantile = 0.99}, 400e6},
		    {{.kind = METRIC_LATENCY_MEAN}, 0.9 * 80e6 + 0.1 * 400e6}};
	for (int i = 0; i < 5; i++) {
		struct reading reading =
			telemetry_read(&bench.telemetry, 10, 0, ONE, &rows[i].metric, &lookback,
				       &(struct counts){0});
		cr_assert_float_eq(reading.value, rows[i].ns, HISTOGRAM_ERROR * rows[i].ns + 1000);
		cr_assert(isnan(reading.hits));
	}
	tear_down(&bench);
}

/* 32 bits hold 4.29e9: totals may pass that, differences not. */
Test(telemetry, wrapped_counters_still_subtract)
{
	struct bench bench;
	set_up(&bench, (struct telemetry_config){10, 0, 0}, 1, 1, 100, 10);
	for (int w = 0; w < 10; w++) {
		finish(&bench, 0, 10 * w, 0, 1500000000, 1e6);
		finish(&bench, 0, 10 * w, FLAG_ERROR, 1400000000, 2e6);
		telemetry_scrape(&bench.telemetry, false);
		struct reading reading = read_window(&bench, 10 * (w + 1), 0, 10);
		cr_assert_eq(reading.requests, 2.9e9);
		cr_assert_eq(reading.hits, 1.4e9);
	}
	tear_down(&bench);
}

Test(telemetry, the_sum_has_everything_finished_or_not)
{
	struct bench bench;
	set_up(&bench, (struct telemetry_config){10, 0, 0}, 2, 1, 100, 10);
	uint64_t flags[FLAGS] = {0}, bucket[HISTOGRAM_BUCKETS] = {0};
	cr_assert(telemetry_is_silent(&bench.telemetry, 1));
	telemetry_sum(&bench.telemetry, 1, flags, bucket);
	finish(&bench, 1, 5, 0, 1, 1e6);
	finish(&bench, 1, 95, FLAG_ERROR, 2, 1e6);
	telemetry_scrape(&bench.telemetry, false);
	finish(&bench, 1, 15, 0, 4, 1e6);
	finish(&bench, 0, 15, 0, 99, 1e6);
	cr_assert_not(telemetry_is_silent(&bench.telemetry, 1));
	telemetry_sum(&bench.telemetry, 1, flags, bucket);
	cr_assert_eq(flags[0], 5);
	cr_assert_eq(flags[FLAG_ERROR], 2);
	cr_assert_eq(bucket[histogram_bucket(1e6)], 7);
	tear_down(&bench);
}

Test(telemetry, reset_leaves_nothing_behind)
{
	struct bench bench;
	const struct telemetry_config large = {10, 0, 0}, small = {50, 0, 0};
	struct telemetry_size size = telemetry_size(&large, 6, 100, 100);
	struct telemetry_size less = telemetry_size(&small, 2, 100, 100);
	bench = (struct bench){.arena = {NULL}};
	telemetry_allocate(&bench.telemetry, &bench.arena, &size);
	for (int round = 0; round < 3; round++) {
		telemetry_reset(&bench.telemetry, &large, &size, 3, true);
		for (int w = 0; w < 20; w++) {
			for (int k = 0; k < 6; k++)
				finish(&bench, k, 10 * w + 90, k, 1, 1e6);
			telemetry_scrape(&bench.telemetry, false);
		}
		telemetry_mark(&bench.telemetry, MARK_START);
		telemetry_reset(&bench.telemetry, &small, &less, 2, true);
		expect_nothing(read_window(&bench, 1000, 0, 50));
		telemetry_scrape(&bench.telemetry, false);
		expect_nothing(read_since(&bench, 50, &errors, MARK_START));
		for (int k = 0; k < 2; k++) {
			uint64_t flags[FLAGS] = {0}, bucket[HISTOGRAM_BUCKETS] = {0};
			cr_assert(telemetry_is_silent(&bench.telemetry, k));
			telemetry_sum(&bench.telemetry, k, flags, bucket);
		}
	}
	tear_down(&bench);
}
