/* Queues of requests beside queueing theory: each where waits are computed at once, and again where
 * every request is followed, as scenarios with retries, breakers or limits need it. */
#include "bench/theory.h"
#include "bench/theory_world.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { TRIALS = 40 };

/* All services take 10 ms on average, and the trials of all queues bring as many requests. */
#define SERVICE_S 0.01
#define REQUESTS  200000.0

struct queue {
	const char *law;
	int servers, places; /* servers 0: as many as needed; places 0: as many as needed */
	double rate;	     /* of arrivals, in 1/s */
	int clients;	     /* above 0: so many of them instead, who think for a second */
};

struct measured {
	struct moments wait_ms, stay_ms, present, refused, rate, little;
};

/* A limit that is never reached makes every request be followed. */
static void open_queue(struct world *world, const struct queue *q, bool followed, int seed)
{
	char pool[64] = "", bound[32] = "", traffic[96];
	if (q->places)
		snprintf(bound, sizeof bound, ", queue: %d", q->places - q->servers);
	if (q->servers)
		snprintf(pool, sizeof pool, ", pool: {slots: %d%s}", q->servers, bound);
	if (q->clients)
		snprintf(traffic, sizeof traffic,
			 "closed: {clients: %d, think: {exponential: {mean: 1s}}}", q->clients);
	else
		snprintf(traffic, sizeof traffic, "poisson: {rate: %.17g/s}", q->rate);
	world_open(world,
		   "scenario: queue\ntraffic: {%s, timeout: 1h}\n"
		   "versions: {stable: {latency: {%s}%s%s}, candidate: {like: stable}}\n"
		   "telemetry: {scrape: 1d}\ncases: {calm: []}\n"
		   "rollouts: {late: {instant: {}, start: 1s}}\nhorizon: %.0fs\nseed: %d\n",
		   traffic, q->law, pool, followed ? ", limit: {rate: 1000000/s, burst: 1000}" : "",
		   ceil(REQUESTS / q->rate), seed);
	assert(world->scenario.plans->coupled == followed);
}

/* What the requests say of a trial, but for the tenth in which queues that began empty fill. */
struct visited {
	double served, refused, wait_s, stay_s, presence_s;
};

static void visit(const struct visits *v, double warm, double end, struct visited *sum)
{
	for (int i = 0; i < v->count; i++) {
		double at = (double)v->at[i], stayed = v->stayed_ns[i];
		double from = fmax(at, warm), until = fmin(at + stayed, end);
		sum->presence_s += fmax(until - from, 0) / SIM_SECOND;
		if (at < warm)
			continue;
		if (v->flags[i] & FLAG_ERROR) {
			sum->refused++;
			continue;
		}
		sum->served++;
		sum->stay_s += stayed / SIM_SECOND;
		sum->wait_s += (stayed - floor(v->law_ns[i])) / SIM_SECOND;
	}
}

static void add(struct measured *m, const struct visited *sum, double seconds)
{
	double came = sum->served + sum->refused;
	moments_add(&m->wait_ms, 1000 * sum->wait_s / sum->served);
	moments_add(&m->stay_ms, 1000 * sum->stay_s / sum->served);
	moments_add(&m->present, sum->presence_s / seconds);
	moments_add(&m->refused, sum->refused / came);
	moments_add(&m->rate, sum->served / seconds);
	moments_add(&m->little, sum->presence_s / sum->stay_s);
}

static void measure_at_once(const struct theory *theory, const struct queue *q, struct measured *m)
{
	struct world world;
	struct visits visits;
	memset(m, 0, sizeof *m);
	open_queue(&world, q, false, theory_seed(theory));
	double end = (double)world.scenario.plans->horizon, warm = end / 10;
	for (uint64_t t = 0; t < TRIALS; t++) {
		struct visited sum = {0};
		visits_begin(&visits, &world, t);
		while (visits_next(&visits))
			visit(&visits, warm, end, &sum);
		add(m, &sum, (end - warm) / SIM_SECOND);
	}
	world_close(&world);
}

/* ---- followed one by one */

/* What has been answered so far. */
struct answered {
	double all, errors, stay_s;
};

static struct answered answers_so_far(const struct requests *r)
{
	uint64_t flags[FLAGS] = {0}, bucket[HISTOGRAM_BUCKETS] = {0}, all = 0, errors = 0;
	telemetry_sum(&r->telemetry, STABLE, flags, bucket);
	for (int f = 0; f < FLAGS; f++) {
		all += flags[f];
		errors += f & FLAG_ERROR ? flags[f] : 0;
	}
	double mean_s = all ? histogram_mean(bucket, all) / SIM_SECOND : 0;
	return (struct answered){(double)all, (double)errors, mean_s * (double)all};
}

/* The number present is looked at at instants that nothing else knows of. Refused requests are
 * answered at once, which the histogram takes for its first bucket of less than a microsecond. */
static void follow_trial(struct world *world, uint64_t number, struct measured *m)
{
	enum { LOOKS = 20000 };
	sim_time end = world->scenario.plans->horizon, every = end / LOOKS, at = every;
	struct requests *r = world_begin(world, number);
	double present = 0, looks = 0;
	for (; at < end / 10; at += every)
		requests_run(r, at);
	struct answered before = answers_so_far(r);
	sim_time warm = at;
	for (; at < end; at += every, looks++) {
		requests_run(r, at);
		present += (double)r->journeys.side[SIDE_REAL].present;
	}
	struct answered after = answers_so_far(r);
	double seconds = (double)(at - every - warm) / SIM_SECOND;
	struct visited sum = {.refused = after.errors - before.errors,
			      .stay_s = after.stay_s - before.stay_s,
			      .presence_s = present / looks * seconds};
	sum.served = after.all - before.all - sum.refused;
	sum.wait_s = sum.stay_s - sum.served * SERVICE_S;
	add(m, &sum, seconds);
}

static void measure_followed(const struct theory *theory, const struct queue *q, struct measured *m)
{
	struct world world;
	memset(m, 0, sizeof *m);
	open_queue(&world, q, true, theory_seed(theory));
	for (uint64_t t = 0; t < TRIALS; t++)
		follow_trial(&world, t, m);
	world_close(&world);
}

/* ---- theory */

/* The chain of how many are present: clients who think come the less, the more of them wait. */
struct chain {
	double present, refused, rate;
};

static struct chain solve_chain(const struct queue *q)
{
	double weight = 1, sum = 1, present = 0, busy = 0;
	int most = q->clients ? q->clients : q->places;
	for (int n = 1; n <= most; n++) {
		double working = n < q->servers ? n : q->servers;
		double arrives = q->clients ? q->clients - n + 1 : q->rate;
		weight *= arrives * SERVICE_S / working;
		sum += weight;
		present += n * weight;
		busy += working * weight;
	}
	return (struct chain){present / sum, weight / sum, busy / sum / SERVICE_S};
}

/* Erlang 1917: the share that waits, by the recursion of his loss formula. */
static double erlang_c(int servers, double offered)
{
	double loss = 1;
	for (int n = 1; n <= servers; n++)
		loss = offered * loss / (n + offered * loss);
	return loss / (1 - offered / servers * (1 - loss));
}

static double wait_ms(const struct queue *q)
{
	double offered = q->rate * SERVICE_S;
	return erlang_c(q->servers, offered) * 1000 * SERVICE_S / (q->servers - offered);
}

/* One server whose services have a squared coefficient of variation of cv2. */
static double general_wait_ms(const struct queue *q, double cv2)
{
	double load = q->rate * SERVICE_S;
	return 1000 * SERVICE_S * load / (1 - load) * (1 + cv2) / 2;
}

static double general_present(const struct queue *q, double cv2)
{
	return q->rate * (general_wait_ms(q, cv2) / 1000 + SERVICE_S);
}

/* Stays of M/M/1 are exponential. A histogram takes all within a bucket for its middle, which is a
 * little more than they are: their mean, as a share of what it says. */
static double buckets_keep(const struct queue *q)
{
	double mean = 1e9 * SERVICE_S / (1 - q->rate * SERVICE_S), told = 0;
	for (int b = 0; b < HISTOGRAM_BUCKETS; b++) {
		double low = fmax(histogram_edge(b), 0), high = histogram_edge(b + 1);
		told += (low + high) / 2 * (exp(-low / mean) - exp(-high / mean));
	}
	return mean / told;
}

#define EXPONENTIAL "exponential: {mean: 10ms}"
/* Sigma is 1: the median is exp(-1/2) of the mean, and cv^2 is e - 1. */
#define LOGNORMAL "lognormal: {mean: 10ms, p50: 6065307ns}"

static const double lognormal_cv2 = 1.718281828459045;

static const struct queue one = {EXPONENTIAL, 1, 0, 70, 0};
static const struct queue eight = {EXPONENTIAL, 8, 0, 680, 0};
static const struct queue bounded = {EXPONENTIAL, 3, 7, 270, 0};
static const struct queue even = {"constant: {time: 10ms}", 1, 0, 70, 0};
static const struct queue uneven = {LOGNORMAL, 1, 0, 50, 0};
static const struct queue unlimited = {LOGNORMAL, 0, 0, 1000, 0};
static const struct queue machines = {EXPONENTIAL, 1, 0, 90, 100};

void theory_queues(struct theory *theory)
{
	struct measured m;
	theory_heading("Queues, computed at once");
	measure_at_once(theory, &one, &m);
	theory_expect(theory, "M/M/1 wait, ms", wait_ms(&one), "Erlang 1917", &m.wait_ms);
	measure_at_once(theory, &eight, &m);
	theory_expect(theory, "M/M/8 wait, ms", wait_ms(&eight), "Erlang 1917", &m.wait_ms);
	theory_expect(theory, "its number present / (rate x stay)", 1, "Little 1961", &m.little);
	measure_at_once(theory, &bounded, &m);
	theory_expect(theory, "M/M/3/7 share refused", solve_chain(&bounded).refused,
		      "Kleinrock 1975, section 3.6", &m.refused);
	measure_at_once(theory, &even, &m);
	theory_expect(theory, "M/D/1 wait, ms", general_wait_ms(&even, 0), "Erlang 1909",
		      &m.wait_ms);
	measure_at_once(theory, &uneven, &m);
	theory_expect(theory, "M/G/1 wait with lognormal services, ms",
		      general_wait_ms(&uneven, lognormal_cv2), "Pollaczek 1930, Khinchine 1932",
		      &m.wait_ms);
	measure_at_once(theory, &unlimited, &m);
	theory_expect(theory, "M/G/infinity number present", unlimited.rate * SERVICE_S,
		      "Palm 1943", &m.present);
}

static void expect_machines(struct theory *theory)
{
	struct measured m;
	struct chain chain = solve_chain(&machines);
	measure_followed(theory, &machines, &m);
	theory_expect(theory, "machine repair, 100 clients: requests/s", chain.rate,
		      "Kleinrock 1975, section 3.8", &m.rate);
	theory_expect(theory, "its stay, ms", 1000 * chain.present / chain.rate,
		      "Kleinrock 1975, section 3.8", &m.stay_ms);
	theory_expect(theory, "its number present", chain.present, "Kleinrock 1975, section 3.8",
		      &m.present);
}

void theory_followed(struct theory *theory)
{
	struct measured m;
	theory_heading("Queues, followed request by request");
	measure_followed(theory, &one, &m);
	theory_expect(theory, "M/M/1 wait, ms", wait_ms(&one), "Erlang 1917", &m.wait_ms);
	theory_expect(theory, "its number present / (rate x stay in buckets)", buckets_keep(&one),
		      "Little 1961", &m.little);
	measure_followed(theory, &eight, &m);
	theory_expect(theory, "M/M/8 wait, ms", wait_ms(&eight), "Erlang 1917", &m.wait_ms);
	measure_followed(theory, &bounded, &m);
	theory_expect(theory, "M/M/3/7 share refused", solve_chain(&bounded).refused,
		      "Kleinrock 1975, section 3.6", &m.refused);
	measure_followed(theory, &even, &m);
	theory_expect(theory, "M/D/1 number present", general_present(&even, 0),
		      "Erlang 1909, Little 1961", &m.present);
	measure_followed(theory, &uneven, &m);
	theory_expect(theory, "M/G/1 number present, lognormal services",
		      general_present(&uneven, lognormal_cv2), "Pollaczek 1930, Little 1961",
		      &m.present);
	measure_followed(theory, &unlimited, &m);
	theory_expect(theory, "M/G/infinity number present", unlimited.rate * SERVICE_S,
		      "Palm 1943", &m.present);
	expect_machines(theory);
}
