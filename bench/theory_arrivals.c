/* Arrivals beside renewal theory and its kin: how many come, how uneven their gaps are, and how
 * much the number in 20 s varies. */
#include "bench/theory.h"
#include "bench/theory_world.h"

#include "sim/batch.h"

#include <math.h>
#include <string.h>

/* All processes bring 50 requests a second. */
#define RATE	  50.0
#define HORIZON_S 2000
#define WINDOW_S  20.0

enum { TRIALS = 200, WINDOWS = 100, DAYS = 100 };

_Static_assert(WINDOWS * 20 == HORIZON_S, "windows must fill the horizon");

struct measured {
	struct moments rate, gaps, dispersion;
};

static void open_traffic(struct world *world, const char *traffic, const char *horizon, int seed)
{
	world_open(world,
		   "scenario: arrivals\ntraffic: {%s}\n"
		   "versions: {stable: {latency: 1ms}, candidate: {like: stable}}\n"
		   "telemetry: {scrape: 1d}\ncases: {calm: []}\n"
		   "rollouts: {all: {instant: {}}}\nhorizon: %s\nseed: %d\n",
		   traffic, horizon, seed);
}

/* Squares of the gaps that begin in the first nine tenths, summed: by Campbell 1909 the sum has
 * the mean rate x time x E[gap^2] without any bias of the ends. */
static double gap_squares(const struct batch *batch, double *last_s, double until_s)
{
	double sum = 0;
	for (int i = 0; i < batch->size; i++) {
		double at_s = (double)batch->at[i] / SIM_SECOND;
		if (*last_s >= 0 && *last_s < until_s)
			sum += (at_s - *last_s) * (at_s - *last_s);
		*last_s = at_s;
	}
	return sum;
}

static void measure_trial(struct world *world, uint64_t number, struct measured *m)
{
	struct requests *r = world_begin(world, number);
	double in_window[WINDOWS] = {0}, count = 0, squares = 0, gaps = 0, last_s = -1;
	while (batch_draw(r)) {
		gaps += gap_squares(&r->batch, &last_s, 0.9 * HORIZON_S);
		count += r->batch.size;
		for (int i = 0; i < r->batch.size; i++)
			in_window[(int)((double)r->batch.at[i] / SIM_SECOND / WINDOW_S)]++;
	}
	for (int w = 0; w < WINDOWS; w++)
		squares += pow(in_window[w] - RATE * WINDOW_S, 2);
	moments_add(&m->rate, count / HORIZON_S);
	moments_add(&m->gaps, gaps * RATE / (0.9 * HORIZON_S) - 1);
	moments_add(&m->dispersion, squares / WINDOWS / (RATE * WINDOW_S));
}

static void measure(const struct theory *theory, const char *traffic, struct measured *m)
{
	struct world world;
	memset(m, 0, sizeof *m);
	open_traffic(&world, traffic, "2000s", theory_seed(theory));
	for (uint64_t t = 0; t < TRIALS; t++)
		measure_trial(&world, t, m);
	world_close(&world);
}

/* ---- theory */

/* Gamma gaps with a squared coefficient of variation: their third central moment is 2 cv2^2. */
static double renewal_dispersion(double cv2)
{
	double numbers = RATE * WINDOW_S;
	return cv2 + (1.0 / 6 + cv2 * cv2 / 2 - 2 * cv2 * cv2 / 3) / numbers;
}

/* A Poisson process whose rate jumps between two, which it leaves at two other rates. */
struct states {
	double high, low, leaves_high, leaves_low;
};

/* As long as it is in bursts for 20 % of the time, for 2 s each, at 3 times its mean. */
static const struct states states = {3 * RATE, 0.5 * RATE, 1 / 2.0, 1 / 8.0};

static double states_cv2(const struct states *s)
{
	double both = s->leaves_high + s->leaves_low, apart = s->high - s->low;
	double within = s->high * s->low + s->high * s->leaves_low + s->low * s->leaves_high;
	return 1 + 2 * s->leaves_high * s->leaves_low * apart * apart / (both * both * within);
}

static double states_dispersion(const struct states *s)
{
	double both = s->leaves_high + s->leaves_low, share = s->leaves_low / both;
	double variance = share * (1 - share) * pow(s->high - s->low, 2);
	double decay = -expm1(-both * WINDOW_S);
	return 1 + 2 * variance * (WINDOW_S / both - decay / both / both) / (RATE * WINDOW_S);
}

/* After each request its session goes on with chance p, after a pause of mean 1/b. */
static double sessions_dispersion(double p, double b)
{
	double a = b * (1 - p);
	return 1 + 2 * p * b * (WINDOW_S / a + expm1(-a * WINDOW_S) / a / a) / WINDOW_S;
}

/* ---- day and night */

/* A wave 1 + cos / 2 around 14 h: its integral over the six hours in the middle, of the day's. */
static double peak_share(void)
{
	return (6 + 0.5 * 24 / M_PI * sin(M_PI / 4)) / 24;
}

static void expect_days(struct theory *theory)
{
	const sim_time hour = 3600 * SIM_SECOND;
	struct world world;
	struct moments share = {0};
	open_traffic(&world,
		     "poisson: {rate: 1/s}, shapes: [{diurnal: {peak: x1.5, trough: x0.5}}]", "1d",
		     theory_seed(theory));
	for (uint64_t t = 0; t < DAYS; t++) {
		struct requests *r = world_begin(&world, t);
		double peak = 0, all = 0;
		while (batch_draw(r))
			for (int i = 0; i < r->batch.size; i++, all++)
				peak += r->batch.at[i] >= 11 * hour && r->batch.at[i] < 17 * hour;
		moments_add(&share, peak / all);
	}
	theory_expect(theory, "diurnal: share in the peak six hours", peak_share(),
		      "integral of the wave", &share);
	world_close(&world);
}

void theory_arrivals(struct theory *theory)
{
	struct measured m;
	theory_heading("Arrivals, 50/s; dispersion: variance / mean of the number in 20 s");
	measure(theory, "poisson: {rate: 50/s}", &m);
	theory_expect(theory, "poisson: requests/s", RATE, "Poisson 1837", &m.rate);
	theory_expect(theory, "poisson: cv^2 of gaps", 1, "Poisson 1837", &m.gaps);
	theory_expect(theory, "poisson: dispersion", 1, "Poisson 1837", &m.dispersion);
	measure(theory, "renewal: {rate: 50/s, cv: 2}", &m);
	theory_expect(theory, "renewal, gamma gaps: requests/s", RATE, "Cox 1962", &m.rate);
	theory_expect(theory, "renewal, gamma gaps: cv^2 of gaps", 4, "as asked", &m.gaps);
	theory_expect(theory, "renewal, gamma gaps: dispersion", renewal_dispersion(4),
		      "Cox 1962, (4.5.19)", &m.dispersion);
	measure(theory, "mmpp: {rate: 50/s, burst: x3, share: 20%, lasts: 2s}", &m);
	theory_expect(theory, "mmpp: requests/s", RATE, "as asked", &m.rate);
	theory_expect(theory, "mmpp: cv^2 of gaps", states_cv2(&states), "Heffes, Lucantoni 1986",
		      &m.gaps);
	theory_expect(theory, "mmpp: dispersion", states_dispersion(&states),
		      "Fischer, Meier-Hellstern 1993", &m.dispersion);
	measure(theory, "sessions: {rate: 10/s, requests: 5, think: {exponential: {mean: 500ms}}}",
		&m);
	theory_expect(theory, "sessions: requests/s", RATE, "as asked", &m.rate);
	theory_expect(theory, "sessions: dispersion", sessions_dispersion(0.8, 2),
		      "Daley, Vere-Jones 2003, section 6.3", &m.dispersion);
	expect_days(theory);
}
