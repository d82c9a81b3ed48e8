/* Who was hurt must add up: each user once, each request where it belongs, copies never. */
#include "tests/random.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <math.h>

static const char *const text = "scenario: ledger\n"
				"traffic:\n"
				"  poisson: {rate: 10/s}\n"
				"  users: {count: 1000}\n"
				"  segments: {premium: 20%, free: 80%}\n"
				"  regions: {here: 50%, there: 50%}\n"
				"versions:\n"
				"  stable: {latency: 80ms}\n"
				"  candidate: {like: stable}\n"
				"slo: {latency: 100ms, bad: 2%}\n"
				"cases: {healthy: []}\n"
				"rollouts: {all: {instant: {}}}\n"
				"horizon: 1h\n";

struct books {
	struct world world;
	const struct plan *plan;
	struct telemetry *telemetry;
	struct ledger *ledger;
};

static void open_books(struct books *books)
{
	world_read(&books->world, text);
	books->plan = &books->world.scenario.plans[0];
	struct requests *requests = &books->world.trial->requests;
	requests_reset(requests, books->plan, books->plan->case_, true, 0);
	books->telemetry = &requests->telemetry;
	books->ledger = &requests->ledger;
}

static void count(struct books *books, int cohort, int version, int flags, uint32_t requests,
		  double ns)
{
	struct tally *tally =
		telemetry_current(books->telemetry) + plan_key(books->plan, cohort, version);
	tally->flags[flags] += requests;
	tally->bucket[histogram_bucket(ns)] += requests;
}

static struct result settle(struct books *books)
{
	struct result row = {0};
	ledger_settle(books->ledger, books->plan, books->telemetry, &row);
	world_free(&books->world);
	return row;
}

Test(ledger, a_user_is_counted_once)
{
	struct arena arena = {0};
	struct ledger ledger = {0};
	bool seen[1000] = {false};
	int expected = 0, per_segment[2] = {0};
	uint64_t random = 15;
	ledger_allocate(&ledger, &arena, 1000);
	for (int round = 0; round < 3; round++) {
		ledger_reset(&ledger, 1000);
		memset(seen, 0, sizeof seen);
		expected = per_segment[0] = per_segment[1] = 0;
		for (int i = 0; i < 1500; i++) {
			uint32_t user = (uint32_t)random_to(&random, 999);
			int segment = user % 3 == 0;
			ledger_harm(&ledger, user, segment);
			expected += !seen[user];
			per_segment[segment] += !seen[user];
			seen[user] = true;
		}
		cr_assert_eq(ledger.harmed_users, expected);
		cr_assert_eq(ledger.segment_harmed_users[0], per_segment[0]);
		cr_assert_eq(ledger.segment_harmed_users[1], per_segment[1]);
	}
	arena_free(&arena);
}

Test(ledger, requests_are_settled_where_they_belong)
{
	struct books books;
	open_books(&books);
	for (int cohort = 0; cohort < 4; cohort++) {
		count(&books, cohort, STABLE, 0, 1000, 80e6);
		count(&books, cohort, STABLE, FLAG_ERROR | FLAG_BAD, 10, 80e6);
		count(&books, cohort, 1, 0, 100u << cohort, 80e6);
		count(&books, cohort, 1, FLAG_ERROR | FLAG_BAD | FLAG_HARMED, 1u << cohort, 80e6);
	}
	struct result row = settle(&books);
	cr_assert_eq(row.version_requests[STABLE], 4040);
	cr_assert_eq(row.version_requests[1], 1515);
	cr_assert_eq(row.version_failures[STABLE], 40);
	cr_assert_eq(row.version_failures[1], 15);
	cr_assert_eq(row.requests, 5555);
	cr_assert_eq(row.exposed_requests, 1515);
	cr_assert_eq(row.harmed_requests, 15);
	cr_assert_eq(row.segment_exposed[0], 303); /* cohorts 0 and 1 are premium's regions */
	cr_assert_eq(row.segment_exposed[1], 1212);
	cr_assert_eq(row.segment_harmed[0], 3);
	cr_assert_eq(row.segment_harmed[1], 12);
	cr_assert_float_eq(row.harmed_share, 15 / 5555.0, 1e-15);
}

Test(ledger, copies_are_nobodys_requests)
{
	struct books books;
	open_books(&books);
	count(&books, 0, STABLE, 0, 100, 80e6);
	count(&books, 0, 1, FLAG_COPY, 70, 80e6);
	count(&books, 0, 1, FLAG_COPY | FLAG_ERROR | FLAG_BAD, 30, 80e6);
	struct result row = settle(&books);
	cr_assert_eq(row.requests, 100);
	cr_assert_eq(row.exposed_requests, 0);
	cr_assert_eq(row.version_requests[1], 0);
	cr_assert_eq(row.version_failures[1], 0);
	cr_assert_eq(row.harmed_requests, 0);
}

Test(ledger, an_error_that_also_timed_out_is_one_failure)
{
	struct books books;
	open_books(&books);
	count(&books, 0, 1, FLAG_ERROR | FLAG_BAD, 1, 80e6);
	count(&books, 0, 1, FLAG_TIMEOUT | FLAG_BAD, 2, 80e6);
	count(&books, 0, 1, FLAG_ERROR | FLAG_TIMEOUT | FLAG_BAD, 4, 80e6);
	count(&books, 0, 1, FLAG_BAD, 8, 80e6);
	struct result row = settle(&books);
	cr_assert_eq(row.version_failures[1], 7);
}

/* 5000 requests in an hour may go badly 100 times; 25 of them are a quarter of the hour's budget.
 */
Test(ledger, harm_uses_up_seconds_of_budget)
{
	struct books books;
	open_books(&books);
	count(&books, 0, STABLE, 0, 4975, 80e6);
	count(&books, 0, 1, FLAG_ERROR | FLAG_BAD | FLAG_HARMED, 25, 80e6);
	struct result row = settle(&books);
	cr_assert_float_eq(row.budget_seconds, 900, 1e-9);
}

Test(ledger, latencies_are_those_of_all_cohorts_of_a_version)
{
	struct books books;
	open_books(&books);
	count(&books, 0, 1, 0, 500, 10e6);
	count(&books, 3, 1, 0, 480, 100e6);
	count(&books, 2, 1, 0, 20, 1e9);
	struct result row = settle(&books);
	cr_assert_float_eq(row.version_p95[1], 0.1, 0.1 / 32);
	cr_assert_float_eq(row.version_p99[1], 1, 1.0 / 32);
	cr_assert(isnan(row.version_p50[STABLE]));
}

Test(ledger, nothing_happened_is_no_harm)
{
	struct books books;
	open_books(&books);
	struct result row = settle(&books);
	cr_assert_eq(row.requests, 0);
	cr_assert_eq(row.harmed_share, 0);
	cr_assert_eq(row.budget_seconds, 0);
	cr_assert_eq(row.harmed_users, 0);
}
