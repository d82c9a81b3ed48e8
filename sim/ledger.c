/* Distinct harmed people are marked as they are harmed; everything else is settled from the tallies
 * once the trial is over. */
#include "sim/ledger.h"

#include <math.h>
#include <string.h>

static size_t words(int people)
{
	return ((size_t)people + 63) / 64;
}

void ledger_allocate(struct ledger *ledger, struct arena *arena, int people)
{
	ledger->harmed = arena_take(arena, words(people) * sizeof *ledger->harmed);
}

void ledger_reset(struct ledger *ledger, int people)
{
	if (ledger->harmed_users)
		memset(ledger->harmed, 0, words(ledger->people) * sizeof *ledger->harmed);
	ledger->people = people;
	ledger->baseline = STABLE;
	ledger->harmed_users = 0;
	memset(ledger->segment_harmed_users, 0, sizeof ledger->segment_harmed_users);
	for (int s = 0; s < MAX_SEGMENTS; s++)
		ledger->asked[s] = ledger->exposed[s] = ledger->balance[s] = 0;
	ledger->fresh = 0;
}

void ledger_count(struct ledger *ledger, int segment, bool twin, bool exposed, bool bad)
{
	ledger->balance[segment] += twin ? -bad : bad;
	ledger->asked[segment] += !twin;
	ledger->exposed[segment] += !twin && exposed;
}

void ledger_note_harm(struct ledger *ledger, uint32_t person, int segment)
{
	ledger->fresh++;
	if (ledger->people && person == NOBODY)
		ledger_harm_unknown(ledger, segment);
	else if (ledger->people)
		ledger_harm(ledger, person, segment);
}

/* The requests with all the bits of `want` and none of FLAG_COPY. */
static int64_t count_shown(const uint64_t flags[FLAGS], int want)
{
	uint64_t count = 0;
	for (int f = 0; f < FLAGS; f++)
		if ((f & (want | FLAG_COPY)) == want)
			count += flags[f];
	return (int64_t)count;
}

static int64_t count_failed(const uint64_t flags[FLAGS])
{
	return count_shown(flags, FLAG_ERROR) + count_shown(flags, FLAG_TIMEOUT) -
	       count_shown(flags, FLAG_ERROR | FLAG_TIMEOUT);
}

static void settle_latencies(struct result *row, int version, const uint64_t *bucket)
{
	uint64_t total = 0;
	for (int b = 0; b < HISTOGRAM_BUCKETS; b++)
		total += bucket[b];
	row->version_p50[version] = histogram_quantile(bucket, total, 0.50) / SIM_SECOND;
	row->version_p95[version] = histogram_quantile(bucket, total, 0.95) / SIM_SECOND;
	row->version_p99[version] = histogram_quantile(bucket, total, 0.99) / SIM_SECOND;
}

/* In a queue, whom the twin world would have refused is a matter of luck even for equal versions,
 * as is who gets a wrong answer from versions that are right about different things; there, harm is
 * what is left when those who were helped are set against it. */
static void settle_counts(const struct ledger *ledger, const struct plan *plan, struct result *row,
			  int version, int segment, const uint64_t flags[FLAGS])
{
	int64_t requests = count_shown(flags, 0), harmed = count_shown(flags, FLAG_HARMED);
	if (plan->queued || plan->objective.wrong)
		harmed -= count_shown(flags, FLAG_HELPED);
	row->version_requests[version] += requests;
	row->version_failures[version] += count_failed(flags);
	if (plan->coupled)
		return; /* these are attempts */
	row->requests += requests;
	row->harmed_requests += harmed;
	row->segment_harmed[segment] += harmed;
	if (!ledger_is_exposed(ledger, version))
		return;
	row->exposed_requests += requests;
	row->segment_exposed[segment] += requests;
}

static bool served_nobody(const struct plan *plan, const struct telemetry *telemetry, int version)
{
	bool silent = true;
	for (int c = 0; c < plan->cohorts; c++)
		silent &= telemetry_is_silent(telemetry, plan_key(plan, c, version));
	return silent;
}

/* What copies have cost others than their version. */
static void settle_copies(const struct plan *plan, struct result *row, int version,
			  const uint64_t flags[FLAGS])
{
	const struct version_plan *v = &plan->version[version];
	uint64_t copies = 0;
	for (int f = 0; f < FLAGS; f++)
		copies += f & FLAG_COPY ? flags[f] : 0;
	row->shadow_requests += (int64_t)copies;
	row->shadow_writes += v->writes * (double)copies;
	for (int d = 0; d < plan->dependencies; d++)
		row->shadow_calls += v->calls[d] * (double)copies;
}

static void settle_version(const struct ledger *ledger, const struct plan *plan,
			   const struct telemetry *telemetry, int version, struct result *row)
{
	row->version_p50[version] = row->version_p95[version] = row->version_p99[version] = NAN;
	if (served_nobody(plan, telemetry, version))
		return;
	uint64_t bucket[HISTOGRAM_BUCKETS] = {0};
	for (int c = 0; c < plan->cohorts; c++) {
		uint64_t flags[FLAGS] = {0};
		telemetry_sum(telemetry, plan_key(plan, c, version), flags, bucket);
		settle_counts(ledger, plan, row, version, c / plan->population.regions, flags);
		settle_copies(plan, row, version, flags);
	}
	settle_latencies(row, version, bucket);
}

static void settle_followed(const struct ledger *ledger, const struct plan *plan,
			    struct result *row)
{
	for (int s = 0; s < plan->population.segments; s++) {
		row->requests += ledger->asked[s];
		row->exposed_requests += ledger->exposed[s];
		row->harmed_requests += ledger->balance[s];
		row->segment_exposed[s] += ledger->exposed[s];
		row->segment_harmed[s] += ledger->balance[s];
	}
}

static int64_t at_most(int64_t count, int64_t most)
{
	return count < most ? count : most;
}

/* Where harm is a balance, luck is exchanged between people: no more of them are harmed than
 * requests are. */
static void settle_users(const struct ledger *ledger, int segments, struct result *row)
{
	bool known = ledger->people > 0;
	row->harmed_users = row->harmed_requests;
	if (known)
		row->harmed_users = at_most(ledger->harmed_users, row->harmed_requests);
	for (int s = 0; s < segments; s++) {
		int64_t users = ledger->segment_harmed_users[s], most = row->segment_harmed[s];
		row->segment_harmed_users[s] = known ? at_most(users, most) : most;
	}
}

void ledger_settle(const struct ledger *ledger, const struct plan *plan,
		   const struct telemetry *telemetry, struct result *row)
{
	for (int v = 0; v < plan->versions; v++)
		settle_version(ledger, plan, telemetry, v, row);
	if (plan->coupled)
		settle_followed(ledger, plan, row);
	row->harmed_requests = row->harmed_requests > 0 ? row->harmed_requests : 0;
	for (int s = 0; s < plan->population.segments; s++)
		row->segment_harmed[s] = row->segment_harmed[s] > 0 ? row->segment_harmed[s] : 0;
	settle_users(ledger, plan->population.segments, row);
	double requests = (double)row->requests, harmed = (double)row->harmed_requests;
	row->harmed_share = row->requests ? harmed / requests : 0;
	/* The budget allows a share of the requests to go badly; harm used up what that share of
	 * the average traffic would have allowed in so many seconds. */
	double allowed = plan->objective.bad_share * requests;
	double seconds = (double)plan->horizon / SIM_SECOND;
	row->budget_seconds = allowed > 0 ? harmed / allowed * seconds : harmed > 0 ? INFINITY : 0;
}
