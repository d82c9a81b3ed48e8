/* make bench: what a request, a trial, a row of a table, a look and a line of a log cost, beside a
 * floor measured in the same run. */
#include "bench/floor.h"
#include "bench/logs.h"
#include "bench/looks.h"
#include "bench/suite.h"
#include "bench/sweep.h"
#include "bench/tables.h"
#include "bench/whatif.h"

#include "sim/scenario/scenario.h"
#include "sim/study.h"
#include "sim/trial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { ROUNDS = 7 }; /* of every row, interleaved; the fastest counts */

static double cpu_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double wall_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- scenarios */

#define VERSIONS(pool)                                                                             \
	"versions:\n"                                                                              \
	"  stable: {latency: {exponential: {mean: 60us}}, errors: 0.1%" pool "}\n"                 \
	"  candidate: {like: stable}\n"                                                            \
	"cases: {bad: [{step: {on: candidate, errors: +2%, latency: x5}}]}\n"

#define CANARY                                                                                     \
	"rollouts: {canary: {canary: {steps: [10% for 100s]},\n"                                   \
	"  checks: [{metric: error_rate, ztest: {alpha: 0.0001%}, every: 30s, fail_limit: "        \
	"1000}]}}\n"                                                                               \
	"horizon: 100s\n"

#define TRAFFIC(text) "scenario: traffic\ntraffic: {" text "}\n" VERSIONS("") CANARY

static const char canary_text[] =
	"scenario: canary\ntraffic: {poisson: {rate: 10000/s}}\n" VERSIONS(", pool: {}") CANARY;

static const char plain_text[] =
	"scenario: plain\ntraffic: {poisson: {rate: 10000/s}}\n" VERSIONS("") CANARY;

static const char users_text[] = "scenario: users\n"
				 "traffic: {poisson: {rate: 10000/s}, users: {count: 50000, skew: "
				 "1.1}}\n" VERSIONS(", pool: {}") CANARY;

#define QUALITY ", quality: {accuracy: 92%, conversion: {right: 5%}}"

static const char quality_text[] = "scenario: quality\n"
				   "traffic: {poisson: {rate: 10000/s}}\n" VERSIONS(QUALITY) CANARY
	"telemetry: {labels: {share: 20%, delay: 30s}}\n";

static const char mm1_text[] = "scenario: mm1\n"
			       "traffic: {poisson: {rate: 9000/s}, timeout: 1h}\n"
			       "versions:\n"
			       "  stable: {latency: {exponential: {mean: 100us}}, pool: {}}\n"
			       "  candidate: {like: stable}\n"
			       "cases: {calm: []}\n"
			       "rollouts: {late: {instant: {}, start: 99999ms}}\n"
			       "telemetry: {scrape: 1h}\n"
			       "horizon: 100s\n";

/* Servers at load 0.9, with as many requests as mm1 has. */
#define POOL(mean, slots, traffic, version)                                                        \
	"scenario: pool\n"                                                                         \
	"traffic: {poisson: {rate: 9000/s}, timeout: 60s" traffic "}\n"                            \
	"versions:\n"                                                                              \
	"  stable: {latency: {exponential: {mean: " mean "}}, pool: {slots: " slots "}" version    \
	"}\n"                                                                                      \
	"  candidate: {like: stable}\n"                                                            \
	"cases: {calm: []}\n"                                                                      \
	"rollouts: {late: {instant: {}, start: 99999ms}}\n"                                        \
	"telemetry: {scrape: 1h}\n"                                                                \
	"horizon: 100s\n"

static const char empty_text[] = "scenario: empty\n"
				 "traffic: {poisson: {rate: 1/h}}\n"
				 "versions:\n"
				 "  stable: {latency: {constant: {time: 1ms}}}\n"
				 "  candidate: {like: stable}\n"
				 "cases: {calm: []}\n"
				 "rollouts: {all: {instant: {}}}\n"
				 "horizon: 1s\n";

static const char study_text[] =
	"scenario: study\n"
	"traffic: {poisson: {rate: 100/s}}\n"
	"versions:\n"
	"  stable: {latency: {lognormal: {p50: 80ms, p99: 400ms}}, errors: 0.4%}\n"
	"  candidate: {like: stable}\n"
	"cases: {healthy: [], bad: [{step: {at: 10m, errors: +5%}}]}\n"
	"rollouts: {canary: {canary: {steps: [5% for 10m, 25% for 10m]},\n"
	"  checks: [{metric: error_rate, ztest: {alpha: 1%}, every: 30s}]}}\n"
	"horizon: 30m\ntrials: 60\n";

static void read_or_die(struct scenario *scenario, const char *text)
{
	struct complaints complaints;
	const struct source source = {"bench", text, strlen(text)};
	complaints_init(&complaints);
	if (!scenario_read(scenario, &source, NULL, 0, &complaints)) {
		complaints_print(&complaints, stderr);
		exit(3);
	}
}

/* ---- rows */

/* A scenario with the memory to run its first rollout in its first case. */
struct runner {
	struct scenario scenario;
	struct arena arena;
	struct trial *trial;
	double best_ns; /* per request */
};

static void runner_init(struct runner *runner, const char *text)
{
	struct trial_size size = {.strategy_state = 0};
	memset(runner, 0, sizeof *runner);
	read_or_die(&runner->scenario, text);
	trial_measure(&size, runner->scenario.plans);
	runner->trial = arena_take(&runner->arena, sizeof *runner->trial);
	trial_allocate(runner->trial, &runner->arena, &size);
	runner->best_ns = INFINITY;
}

static void runner_time(struct runner *runner, uint64_t number)
{
	double began = cpu_seconds();
	trial_begin(runner->trial, runner->scenario.plans, 0, 0, number, NULL);
	const struct result *row = trial_run(runner->trial);
	double ns = 1e9 * (cpu_seconds() - began) / (double)row->requests;
	runner->best_ns = fmin(runner->best_ns, ns);
}

static double time_floor(double (*floor)(int64_t), int64_t count, double *answer)
{
	double began = cpu_seconds();
	*answer = floor(count);
	return 1e9 * (cpu_seconds() - began) / (double)count;
}

static void print_row(const char *name, double ns, double floor_ns, const char *bar)
{
	printf("  %-58s %7.2f ns %6.2f x   %s\n", name, ns, ns / floor_ns, bar);
}

static double mean_stay(const struct trial *trial)
{
	uint64_t flags[FLAGS] = {0}, bucket[HISTOGRAM_BUCKETS] = {0}, total = 0;
	telemetry_sum(&trial->requests.telemetry, STABLE, flags, bucket);
	for (int f = 0; f < FLAGS; f++)
		total += flags[f];
	return histogram_mean(bucket, total);
}

static void bench_requests(void)
{
	const int64_t count = 1000000;
	struct runner canary, plain, users, quality, mm1;
	double canary_floor = INFINITY, lindley_floor = INFINITY, answer = 0, stay = 0;
	runner_init(&canary, canary_text);
	runner_init(&plain, plain_text);
	runner_init(&users, users_text);
	runner_init(&quality, quality_text);
	runner_init(&mm1, mm1_text);
	for (uint64_t round = 0; round < ROUNDS; round++) {
		canary_floor = fmin(canary_floor, time_floor(floor_canary, count, &answer));
		runner_time(&canary, round);
		runner_time(&plain, round);
		runner_time(&users, round);
		runner_time(&quality, round);
		lindley_floor = fmin(lindley_floor, time_floor(floor_lindley, count, &answer));
		runner_time(&mm1, round);
		stay += mean_stay(mm1.trial) / ROUNDS;
	}
	puts("One request, one thread (the fastest of 7 rounds, interleaved)");
	print_row("floor: arrival, route, error, service, FIFO, histogram", canary_floor,
		  canary_floor, "");
	print_row("canary: the same, with counterfactual ledger and control", canary.best_ns,
		  canary_floor, "at most 1.7");
	print_row("the same without queues", plain.best_ns, canary_floor, "");
	print_row("the same with 50,000 sticky users of skew 1.1", users.best_ns, canary_floor,
		  "at most 3");
	print_row("without queues, with wrong answers, conversions, labels", quality.best_ns,
		  canary_floor, "");
	print_row("floor: M/M/1 by Lindley's recursion", lindley_floor, lindley_floor, "");
	print_row("M/M/1 customer", mm1.best_ns, lindley_floor, "at most 1.5");
	puts("    (reported elsewhere: a fast C simulation library 93 to 102 ns, SimPy 12,000 ns)");
	printf("    mean time in the system %.4g ms (theory: %.4g ms; Lindley: %.4g ms)\n",
	       stay / 1e6, 0.1 / (1 - 0.9), answer * 0.1);
}

static double time_servers(int servers, int64_t count, double *stay)
{
	double began = cpu_seconds();
	*stay = floor_servers(count, servers);
	return 1e9 * (cpu_seconds() - began) / (double)count;
}

/* Requests are served here and in the twin world: there are two pools for the floor's one. */
static void bench_pools(void)
{
	static const struct {
		const char *name, *text;
		int servers;
		const char *bar;
	} rows[] = {
		{"M/M/8 customer", POOL("800us", "8", "", ""), 8, "at most 2.5"},
		{"M/M/64 customer", POOL("6400us", "64", "", ""), 64, ""},
		{"M/M/8, followed one by one: a limit that is never reached",
		 POOL("800us", "8", "", ", limit: {rate: 1000000/s, burst: 1000}"), 8, ""},
		{"M/M/8 with 10 % errors and retries",
		 POOL("720us", "8", ", retries: {backoff: 1ms}", ", errors: 10%"), 8, ""},
	};
	enum { ROWS = sizeof rows / sizeof *rows };
	struct runner runner[ROWS];
	double floor_ns[ROWS], floor_stay[ROWS], stay[ROWS] = {0};
	for (int i = 0; i < ROWS; i++) {
		runner_init(&runner[i], rows[i].text);
		floor_ns[i] = INFINITY;
	}
	for (uint64_t round = 0; round < ROUNDS; round++)
		for (int i = 0; i < ROWS; i++) {
			double ns = time_servers(rows[i].servers, 1000000, &floor_stay[i]);
			floor_ns[i] = fmin(floor_ns[i], ns);
			runner_time(&runner[i], round);
			stay[i] += mean_stay(runner[i].trial) / ROUNDS;
		}
	puts("\nPools at load 0.9, as ratios to one loop with a heap of as many servers");
	for (int i = 0; i < ROWS; i++) {
		if (i < 2)
			print_row(i ? "floor: 64 servers" : "floor: 8 servers", floor_ns[i],
				  floor_ns[i], "");
		print_row(rows[i].name, runner[i].best_ns, floor_ns[i], rows[i].bar);
	}
	/* Erlang C: 1 + 0.7015 / 0.8 and 1 + 0.3121 / 6.4 services. */
	printf("    mean time in the system %.4g and %.4g ms (theory: 1.502 and 6.712 ms; one "
	       "loop: %.4g and %.4g ms)\n",
	       stay[0] / 1e6, stay[1] / 1e6, floor_stay[0] * 0.8, floor_stay[1] * 6.4);
}

/* What arrivals cost beyond Poisson's, in a scenario that is otherwise plain. */
static void bench_traffic(void)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
		{"poisson", TRAFFIC("poisson: {rate: 10000/s}")},
		{"poisson in a diurnal wave",
		 TRAFFIC("poisson: {rate: 10000/s}, shapes: [{diurnal: {peak: x1.5, trough: x0.5, "
			 "starts: 8h}}]")},
		{"poisson under noise",
		 TRAFFIC("poisson: {rate: 10000/s}, shapes: [{noise: {sigma: 0.2, every: 1s}}]")},
		{"uniform", TRAFFIC("uniform: {rate: 10000/s}")},
		{"renewal, gamma of cv 4", TRAFFIC("renewal: {rate: 10000/s, cv: 4}")},
		{"renewal, lognormal of cv 4",
		 TRAFFIC("renewal: {rate: 10000/s, cv: 4, law: lognormal}")},
		{"mmpp", TRAFFIC("mmpp: {rate: 10000/s, burst: x5, lasts: 1s}")},
		{"sessions, 8000 at a time", TRAFFIC("sessions: {rate: 2000/s, requests: 5, think: "
						     "{exponential: {mean: 1s}}}")},
		{"users in regions with clocks of their own",
		 TRAFFIC("poisson: {rate: 10000/s}, users: {count: 50000}, shapes: [{diurnal: "
			 "{peak: x1.5, trough: x0.5, starts: 8h}}], regions: {eu: 50%, us: {share: "
			 "50%, offset: -8h}}")},
		{"a trace, a thousand times as fast, with recorded luck",
		 TRAFFIC("replay: {trace: scenarios/tuesday.h5, speed: x1000}")},
		{"two and a half passes of it, with new luck",
		 TRAFFIC("replay: {trace: scenarios/tuesday.h5, speed: x1000, rate: x2.5, luck: "
			 "drawn}")},
		{"users who are replaced, or strangers",
		 TRAFFIC("poisson: {rate: 10000/s}, users: {count: 50000, new: 1000/h, anonymous: "
			 "20%}")},
	};
	enum { ROWS = sizeof rows / sizeof *rows };
	struct runner runner[ROWS];
	for (int i = 0; i < ROWS; i++)
		runner_init(&runner[i], rows[i].text);
	for (uint64_t round = 0; round < ROUNDS; round++)
		for (int i = 0; i < ROWS; i++)
			runner_time(&runner[i], round);
	puts("\nTraffic, without queues (ratio to poisson)");
	for (int i = 0; i < ROWS; i++)
		print_row(rows[i].name, runner[i].best_ns, runner[0].best_ns, "");
}

static void bench_trial(void)
{
	struct runner empty;
	const int count = 200000;
	runner_init(&empty, empty_text);
	double best = INFINITY;
	for (int round = 0; round < ROUNDS; round++) {
		double began = cpu_seconds();
		for (int i = 0; i < count; i++) {
			trial_begin(empty.trial, empty.scenario.plans, 0, 0, (uint64_t)i, NULL);
			trial_run(empty.trial);
		}
		best = fmin(best, 1e9 * (cpu_seconds() - began) / count);
	}
	printf("\nOne trial without requests: %.0f ns (at most 1000)\n", best);
}

static double time_study(const struct scenario *scenario, int threads)
{
	struct results results;
	scenario_describe(scenario, &results);
	const struct study study = {.plans = scenario->plans,
				    .points = 1,
				    .trials = scenario->trials,
				    .threads = threads};
	double began = wall_seconds();
	if (!study_run(&study, &results))
		exit(3);
	double seconds = wall_seconds() - began;
	results_free(&results);
	return seconds;
}

static void bench_threads(void)
{
	struct scenario scenario;
	double one = INFINITY, two = INFINITY;
	read_or_die(&scenario, study_text);
	for (int round = 0; round < 5; round++) {
		one = fmin(one, time_study(&scenario, 1));
		two = fmin(two, time_study(&scenario, 2));
	}
	printf("Two threads: %.2f x one (at least 1.9 on a quiet machine); %.0f trials of half an "
	       "hour per second\n",
	       one / two, 2 * scenario.trials / two);
	scenario_free(&scenario);
}

static long peak_kb(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static void bench_memory(void)
{
	struct runner runner;
	runner_init(&runner, plain_text);
	runner_time(&runner, 0);
	long before = peak_kb();
	struct plan longer = *runner.scenario.plans;
	longer.horizon *= 10;
	trial_begin(runner.trial, &longer, 0, 0, 0, NULL);
	trial_run(runner.trial);
	printf("Memory: %ld MB at 1,000,000 requests, %ld MB at 10,000,000\n", before / 1024,
	       peak_kb() / 1024);
}

int main(void)
{
	bench_requests();
	bench_pools();
	bench_traffic();
	bench_whatif();
	bench_trial();
	bench_threads();
	bench_memory();
	bench_tables();
	bench_looks();
	bench_sweep();
	bench_logs();
	bench_suite();
	return 0;
}
