/* Recorded traffic served again: the record comes back as it was, lanes do what a plain loop does,
 * and queues wait as theory says. */
#include "sim/results/recording.h"
#include "sim/stats/queue.h"
#include "sim/whatif.h"
#include "tests/golden.h"
#include "tests/random.h"

#include <math.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

/* ---- made-up traffic */

enum { USERS = 300 };

struct made {
	struct whatif_traffic traffic;
	struct arena arena;
	double *at, *service, *side;
	uint32_t *outcome, *user;
	uint8_t *fine;
};

static double exponential(uint64_t *state)
{
	return -log(random_share(state));
}

static void make_blocks(struct made *m, int blocks)
{
	int64_t *block = arena_take(&m->arena, ((size_t)blocks + 1) * sizeof *block);
	for (int b = 0; b <= blocks; b++)
		block[b] = m->traffic.requests * b / blocks;
	m->traffic.blocks = blocks;
	m->traffic.block = block;
}

/* Poisson arrivals, exponential services of mean 1 ms, whole ns; a share of failures. */
static void make(struct made *m, int count, double load, double errors, int blocks, uint64_t seed)
{
	uint64_t state = seed;
	size_t n = (size_t)count;
	double now = 0;
	memset(m, 0, sizeof *m);
	m->at = arena_take(&m->arena, n * sizeof *m->at);
	m->service = arena_take(&m->arena, n * sizeof *m->service);
	m->side = arena_take(&m->arena, n * sizeof *m->side);
	m->outcome = arena_take(&m->arena, n * sizeof *m->outcome);
	m->user = arena_take(&m->arena, n * sizeof *m->user);
	m->fine = arena_take(&m->arena, n);
	for (int i = 0; i < count; i++) {
		m->at[i] = now;
		now += rint(exponential(&state) * 1e6 / load);
		m->service[i] = rint(exponential(&state) * 1e6);
		m->outcome[i] = (uint32_t)random_next(&state);
		m->user[i] = i % 7 ? (uint32_t)random_to(&state, USERS - 1) : NOBODY;
		m->side[i] = (uint32_t)random_next(&state);
		m->fine[i] = m->outcome[i] >= errors * 0x1p32;
	}
	m->traffic = (struct whatif_traffic){
		.columns = {m->at, m->service, m->side, m->outcome, m->user, m->fine},
		.requests = count,
		.span = (sim_time)m->at[count - 1],
		.errors = errors,
		.limit_ns = INFINITY,
		.user_places = USERS,
		.users = USERS,
		.outcomes = true,
		.durations = true};
	make_blocks(m, blocks);
}

static const struct whatif_variant plain = {1, {CHANGE_ADD, 0}, 1, 0, 1};

static struct whatif_answer run_one(const struct made *m, struct whatif_variant variant)
{
	struct whatif_answer answer;
	whatif_run(&m->traffic, &variant, 1, 1, 200, &answer, NULL);
	return answer;
}

/* ---- the record */

Test(whatif, a_variant_that_changes_nothing_is_the_record)
{
	char why[512];
	struct arena arena = {0};
	struct whatif_traffic traffic;
	struct whatif_answer answer, record;
	const struct recording *r = recording_load(&arena, (const char *[]){"scenarios/tuesday.h5"},
						   1, why, sizeof why);
	cr_assert(r, "%s", why);
	whatif_stage(&traffic, &arena, r, &(struct whatif_traffic_options){.limit_ns = INFINITY});
	whatif_run(&traffic, &plain, 1, 1, 200, &answer, &record);
	cr_expect_eq(answer.requests, r->requests);
	cr_expect_eq(answer.failed, r->all.failed);
	cr_expect_eq(answer.harmed, 0);
	double sum = 0, recorded = r->all.answers.mean * (double)r->all.answers.count +
				   r->all.failures.mean * (double)r->all.failures.count;
	for (int64_t i = 0; i < traffic.requests; i++)
		sum += traffic.columns.service[i];
	cr_expect_eq(rint(recorded), sum);
	for (int m = 0; m < WHATIF_METRICS; m++) {
		cr_expect_eq(answer.of[m].value, record.of[m].value);
		cr_expect(answer.change[m].value == 0 && answer.change[m].low == 0 &&
			  answer.change[m].high == 0);
	}
	const struct recorded_law *law = &r->all.answers;
	double p95 = law->sorted[law->count * 95 / 100];
	cr_expect_float_eq(answer.of[WHATIF_P95].value, p95, 2 * HISTOGRAM_ERROR * p95);
	arena_free(&arena);
}

Test(whatif, a_user_is_always_on_one_side)
{
	char why[512];
	struct arena arena = {0};
	struct whatif_traffic traffic;
	const struct recording *r = recording_load(&arena, (const char *[]){"scenarios/tuesday.h5"},
						   1, why, sizeof why);
	cr_assert(r, "%s", why);
	whatif_stage(&traffic, &arena, r, &(struct whatif_traffic_options){.limit_ns = INFINITY});
	double *side = arena_take(&arena, (size_t)r->users * sizeof *side);
	int few = 0;
	for (int u = 0; u < r->users; u++)
		side[u] = -1;
	for (int64_t i = 0; i < traffic.requests; i++) {
		uint32_t user = traffic.columns.user[i];
		few += side[user] < 0 && traffic.columns.side[i] < 0.25 * 0x1p32;
		cr_assert(side[user] < 0 || side[user] == traffic.columns.side[i]);
		side[user] = traffic.columns.side[i];
	}
	cr_expect_float_eq((double)few / r->users, 0.25, 4.5 * sqrt(0.25 * 0.75 / r->users));
	arena_free(&arena);
}

/* ---- a plain loop */

struct plain_answer {
	int64_t requests, failed, harmed, harmed_users, waited;
	double wait_ns;
	uint64_t bucket[HISTOGRAM_BUCKETS];
};

static double start_of(double *free_ns, int slots, double at, double need)
{
	int first = 0;
	if (!slots)
		return at;
	for (int s = 1; s < slots; s++)
		first = free_ns[s] < free_ns[first] ? s : first;
	double start = free_ns[first] > at ? free_ns[first] : at;
	free_ns[first] = start + need;
	return start;
}

static void serve_plainly(const struct made *m, const struct whatif_variant *v,
			  struct plain_answer *a)
{
	double free_ns[16] = {0};
	bool hurt[USERS] = {false};
	memset(a, 0, sizeof *a);
	for (int64_t i = 0; i < m->traffic.requests; i++) {
		if (m->side[i] >= v->share * 0x1p32)
			continue;
		double at = v->speed == 1 ? m->at[i] : rint(m->at[i] / v->speed);
		double need = rint(m->service[i] * v->latency);
		double start = start_of(free_ns, v->slots, at, need), stay = start + need - at;
		bool failed =
			m->outcome[i] < round((m->traffic.errors + v->errors.amount) * 0x1p32);
		bool harmed = m->fine[i] && (failed || stay > m->traffic.limit_ns);
		a->requests++;
		a->failed += failed;
		a->harmed += harmed;
		a->waited += start > at;
		a->wait_ns += start - at;
		a->bucket[histogram_bucket(stay)]++;
		if (harmed && m->user[i] != NOBODY && !hurt[m->user[i]]) {
			hurt[m->user[i]] = true;
			a->harmed_users++;
		}
	}
}

static void expect_plain(const struct made *m, const struct whatif_variant *v,
			 const struct whatif_answer *a)
{
	struct plain_answer p;
	serve_plainly(m, v, &p);
	double n = (double)p.requests;
	cr_assert_eq(a->requests, p.requests);
	cr_assert_eq(a->failed, p.failed);
	cr_assert_eq(a->harmed, p.harmed, "%lld, not %lld", (long long)a->harmed,
		     (long long)p.harmed);
	cr_assert_eq(a->harmed_users, p.harmed_users);
	if (!p.requests) {
		cr_assert(isnan(a->of[WHATIF_WAITED].value));
		return;
	}
	cr_assert_eq(a->of[WHATIF_WAITED].value, (double)p.waited / n);
	cr_assert_eq(a->of[WHATIF_WAIT].value, p.wait_ns / n);
	double p95 = histogram_quantile(p.bucket, (uint64_t)p.requests, 0.95);
	cr_assert_float_eq(a->of[WHATIF_P95].value, p95, 1e-12 * p95);
}

static struct whatif_variant any_variant(uint64_t *state, int slots)
{
	static const double speeds[] = {1, 1, 1, 2};
	return (struct whatif_variant){.latency = 0.5 + random_share(state),
				       .errors = {CHANGE_ADD, 0.1 * random_share(state)},
				       .share = random_to(state, 1) ? 1 : random_share(state),
				       .slots = slots,
				       .speed = speeds[random_to(state, 3)]};
}

Test(whatif, lanes_do_what_a_plain_loop_does)
{
	static const int slots[] = {0, 1, 2, 8};
	static const double limits[] = {INFINITY, 3e6};
	struct whatif_variant variant[33];
	struct whatif_answer answer[33];
	uint64_t state = 7;
	for (int count = 1; count <= LENGTH(variant); count++) {
		struct made m;
		make(&m, 700 + 13 * count, 1.5, 0.02, 5, (uint64_t)count);
		m.traffic.limit_ns = limits[count % 2];
		for (int s = 0; s < LENGTH(slots); s++) {
			for (int i = 0; i < count; i++) {
				variant[i] = any_variant(&state, slots[s]);
				variant[i].speed = i ? variant[0].speed : variant[i].speed;
			}
			whatif_run(&m.traffic, variant, count, 1, 100, answer, NULL);
			for (int i = 0; i < count; i++)
				expect_plain(&m, &variant[i], &answer[i]);
		}
		arena_free(&m.arena);
	}
}

/* In whatever order they are asked, beside whichever others. */
Test(whatif, a_variant_does_not_depend_on_its_neighbours)
{
	struct whatif_variant variant[40];
	struct whatif_answer answer[40];
	struct made m;
	uint64_t state = 3;
	make(&m, 4000, 3, 0.02, 20, 5);
	for (int i = 0; i < LENGTH(variant); i++)
		variant[i] = any_variant(&state, (int)random_to(&state, 8));
	whatif_run(&m.traffic, variant, LENGTH(variant), 1, 200, answer, NULL);
	for (int i = 0; i < LENGTH(variant); i++) {
		struct whatif_answer alone = run_one(&m, variant[i]);
		expect_plain(&m, &variant[i], &alone);
		for (int k = 0; k < WHATIF_METRICS; k++) {
			cr_expect_eq(answer[i].of[k].low, alone.of[k].low);
			cr_expect_eq(answer[i].change[k].high, alone.change[k].high);
		}
	}
	arena_free(&m.arena);
}

/* Three come 10 ns apart and need 10 ns each: twice as long, the second waits 10 and the third 20.
 */
Test(whatif, services_twice_as_long_make_a_queue)
{
	struct made m;
	make(&m, 3, 1, 0, 1, 1);
	for (int i = 0; i < 3; i++) {
		m.at[i] = 10 * i;
		m.service[i] = 10;
	}
	struct whatif_variant variant = {2, {CHANGE_ADD, 0}, 1, 1, 1};
	cr_expect_eq(run_one(&m, variant).of[WHATIF_WAIT].value, 10);
	variant.latency = 1;
	cr_expect_eq(run_one(&m, variant).of[WHATIF_WAIT].value, 0);
	arena_free(&m.arena);
}

/* ---- theory */

/* Within 4.5 of the standard errors that the bootstrap finds. */
static void expect_near(struct whatif_estimate found, double due, const char *what)
{
	double se = (found.high - found.low) / (2 * 1.959964);
	cr_expect_float_eq(found.value, due, 4.5 * se, "%s: %g, not %g (%g)", what, found.value,
			   due, se);
	cr_expect_lt(se, 0.1 * due, "%s is not known well enough", what);
}

Test(whatif, queues_wait_as_theory_says)
{
	static const int slots[] = {1, 8};
	for (int i = 0; i < LENGTH(slots); i++) {
		struct made m;
		double load = 0.8 * slots[i];
		make(&m, 400000, load, 0, 400, 11);
		struct whatif_variant variant = plain;
		variant.slots = slots[i];
		struct whatif_answer a = run_one(&m, variant);
		expect_near(a.of[WHATIF_WAITED], queue_erlang_c(slots[i], load), "waited");
		expect_near(a.of[WHATIF_WAIT], 1e6 * queue_mmc(slots[i], load).wait, "wait");
		cr_expect_float_eq(a.load, 0.8, 0.01);
		arena_free(&m.arena);
	}
}

/* Each block of 50 requests has a share of failures of its own, uniform below 20 %: intervals that
 * took requests for independent would hold 10 % less often than they say. */
Test(whatif, intervals_hold_as_often_as_they_say)
{
	enum { TRACES = 300, TRACE_BLOCKS = 60, IN_BLOCK = 50 };
	int held = 0;
	for (int t = 0; t < TRACES; t++) {
		struct made m;
		uint64_t state = (uint64_t)t + 1000;
		make(&m, TRACE_BLOCKS * IN_BLOCK, 1, 0.5, TRACE_BLOCKS, (uint64_t)t);
		for (int b = 0; b < TRACE_BLOCKS; b++) {
			double errors = 0.2 * random_share(&state);
			for (int i = b * IN_BLOCK; i < (b + 1) * IN_BLOCK; i++)
				m.outcome[i] = random_share(&state) < errors ? 0 : UINT32_MAX;
		}
		struct whatif_estimate e = run_one(&m, plain).of[WHATIF_FAILED];
		held += e.low <= 0.1 && 0.1 <= e.high;
		arena_free(&m.arena);
	}
	cr_expect_geq(held, 0.86 * TRACES, "%d", held);
	cr_expect_leq(held, 0.99 * TRACES, "%d", held);
}

/* ---- what people see */

Test(whatif, variants_are_set_beside_the_record)
{
#define TUESDAY "coalmine what-if scenarios/tuesday.h5 "
#define IMPORT                                                                                     \
	"for i in 1 2 3 4 5 6 7 8 9; do echo \"$i,${i}0,200,v$((i % 2))\"; done >> log.csv; "      \
	"coalmine import log.csv -q -o t.h5 --max-bad 50% --map "
	static const struct line lines[] = {
		{"what_if_help", 0, "coalmine what-if --help"},
		{"what_if", 0, TUESDAY "--latency x1,x1.5 --errors +0%,+1% --limit 500ms"},
		{"what_if_nothing", 0, "coalmine what-if scenarios/tuesday.h5"},
		{"what_if_slots", 0, TUESDAY "--slots 1,2 --speed x1,x8 --share 100%,30%"},
		{"what_if_json", 0, TUESDAY "--latency x2 --slots 2 --resamples 100 --json"},
		{"what_if_few", 0, TUESDAY "--latency x2 --block 1h"},
		{"what_if_no_slots", 2, TUESDAY "--slots 0"},
		{"what_if_list", 2, TUESDAY "--latency x1,1.5"},
		{"what_if_errors", 2, TUESDAY "--errors -1%"},
		{"what_if_share", 2, TUESDAY "--share 0%"},
		{"what_if_many", 2,
		 TUESDAY "--slots $(seq -s, 1 1000) --latency x1,x1.1,x1.2,x1.3,x1.4"},
		{"what_if_blocks", 2, TUESDAY "--block 1s"},
		{"what_if_slow", 2, TUESDAY "--speed x0.001"},
		{"what_if_version", 2, TUESDAY "--version v2"},
		{"what_if_versions", 2,
		 "echo t,d,s,v > log.csv; " IMPORT
		 "time=t:s,duration=d:ms,status=s,version=v > said; coalmine what-if t.h5"},
		{"what_if_near", 2,
		 "echo t,d,s,v > log.csv; " IMPORT
		 "time=t:s,duration=d:ms,status=s,version=v > said; coalmine what-if t.h5 "
		 "--version v3"},
		{"what_if_one_version", 0,
		 "echo t,d,s,v > log.csv; " IMPORT
		 "time=t:s,duration=d:ms,status=s,version=v > said; coalmine what-if t.h5 "
		 "--version v1 --latency x2"},
		{"what_if_no_durations", 2,
		 "echo t,d,s,v > log.csv; " IMPORT
		 "time=t:s,status=s > said; coalmine what-if t.h5 --latency x2"},
		{"what_if_no_outcomes", 2,
		 "echo t,d,s,v > log.csv; " IMPORT
		 "time=t:s,duration=d:ms > said; coalmine what-if t.h5 --errors +1%"},
		{"what_if_results", 3,
		 "coalmine run scenarios/recorded-tuesday.yaml --set trials=2 -q -o r.h5 > said; "
		 "coalmine what-if r.h5"},
	};
	expect_lines(lines, LENGTH(lines));
#undef IMPORT
#undef TUESDAY
}

/* ---- seeds */

enum { SEEDS = 300 };

/* Over seeds, the trace being what it is: the truth is a share that was added to the record's, and
 * of users what most seeds say. */
Test(whatif, intervals_hold_what_other_seeds_say)
{
	char why[512];
	struct arena arena = {0};
	struct whatif_answer answer[SEEDS];
	const struct whatif_variant worse = {1, {CHANGE_ADD, 0.02}, 0.5, 0, 1};
	const struct recording *r = recording_load(&arena, (const char *[]){"scenarios/tuesday.h5"},
						   1, why, sizeof why);
	cr_assert(r, "%s", why);
	double users = 0;
	int failed_held = 0, users_held = 0;
	for (int s = 0; s < SEEDS; s++) {
		struct arena scratch = {0};
		struct whatif_traffic traffic;
		whatif_stage(&traffic, &scratch, r,
			     &(struct whatif_traffic_options){.limit_ns = INFINITY,
							      .seed = (uint64_t)s});
		whatif_run(&traffic, &worse, 1, (uint64_t)s, 200, &answer[s], NULL);
		users += answer[s].users.value / SEEDS;
		arena_free(&scratch);
	}
	for (int s = 0; s < SEEDS; s++) {
		struct whatif_estimate more = answer[s].change[WHATIF_FAILED];
		failed_held += more.low <= 0.02 && more.high >= 0.02;
		users_held += answer[s].users.low <= users && answer[s].users.high >= users;
	}
	double least = SEEDS * (WHATIF_LEVEL - 3 * sqrt(WHATIF_LEVEL * (1 - WHATIF_LEVEL) / SEEDS));
	cr_expect_geq(failed_held, least, "%d of %d", failed_held, SEEDS);
	cr_expect_geq(users_held, least, "%d of %d", users_held, SEEDS);
	cr_expect_neq(answer[0].failed, answer[1].failed);
	cr_expect_neq(answer[0].requests, answer[1].requests);
	arena_free(&arena);
}
