/* The generator against numpy's, the fast fills against the slow definition, and the streams
 * against each other. */
#include "sim/rng.h"

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#define PAIR(high, low) ((rng_word)UINT64_C(high) << 64 | UINT64_C(low))

/* numpy.random.PCG64DXSM(42).state */
static const struct rng numpy_42 = {PAIR(0xcea44f6798798f2a, 0xacbc7c9d68860ac8),
				    PAIR(0xfa505436c9a8416e, 0x66caf2e28d25abff)};

/* pcg_setseq_128_srandom_r of pcg-c with state 2^127 + 12345 and sequence 2^100 + 7. */
static const struct rng srandom_large = {PAIR(0x99526826215922dc, 0x1789b2435fd23377),
					 PAIR(0x0000002000000000, 0x000000000000000f)};

enum { LONGEST = 700 };

Test(rng, gives_the_words_of_numpy)
{
	static const struct {
		const struct rng *start;
		int index;
		uint64_t word;
	} known[] = {
		{&numpy_42, 0, 0xab1c50338e63481d},	 {&numpy_42, 1, 0x01bdf91d548d1872},
		{&numpy_42, 2, 0xa872905d0418d0a1},	 {&numpy_42, 19, 0x935e5ec8e1293254},
		{&srandom_large, 0, 0x3241e6d3d46a9f36}, {&srandom_large, 1, 0xf44d22cc6a1e1c67},
		{&srandom_large, 2, 0xabc34eb5aa649058}, {&srandom_large, 19, 0xa51c62025f5585de},
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct rng rng = *known[i].start;
		for (int skipped = 0; skipped < known[i].index; skipped++)
			rng_next(&rng);
		cr_expect_eq(rng_next(&rng), known[i].word, "row %zu", i);
	}
}

/* numpy.random.Generator(PCG64DXSM(42)).random() */
Test(rng, gives_the_doubles_of_numpy)
{
	struct rng rng = numpy_42;
	cr_expect_eq(rng_uniform(&rng), 0.6684007764691958);
	cr_expect_eq(rng_uniform(&rng), 0.006805009518349059);
	cr_expect_eq(rng_uniform(&rng), 0.6579981066789486);
	cr_expect_eq(rng_uniform(&rng), 0.37125421479459286);
}

/* numpy.random.PCG64DXSM(42).advance(delta); the last is what numpy calls jumped(1) */
Test(rng, advances_like_numpy)
{
	static const struct {
		rng_word delta, state;
	} known[] = {
		{1, PAIR(0xfd03970028ae8401, 0x57678efcf6480b67)},
		{10, PAIR(0xd8c3b3a9ddedb6e5, 0xd712e185d03349da)},
		{1000000, PAIR(0x670613af34efea64, 0x11eed50e55cb1308)},
		{PAIR(0, 0x8000000000000000), PAIR(0x2c5c7cc18a376697, 0x2cbc7c9d68860ac8)},
		{PAIR(0x7fffffffffffffff, 0xffffffffffffffff),
		 PAIR(0x1f8c287212d2d73a, 0x5bb2e6ab50b15e45)},
		{PAIR(0x9e3779b97f4a7c15, 0xf39cc0605cedc835),
		 PAIR(0x0ae07af3257f11d0, 0xbb32caa39d43426b)},
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct rng rng = numpy_42;
		rng_advance(&rng, known[i].delta);
		cr_expect(rng.state == known[i].state, "row %zu", i);
	}
}

Test(rng, advancing_there_and_back_is_nothing)
{
	struct rng rng = srandom_large;
	rng_advance(&rng, 123456789);
	cr_expect(rng.state != srandom_large.state);
	rng_advance(&rng, -(rng_word)123456789);
	cr_expect(rng.state == srandom_large.state);
	rng_advance(&rng, 0);
	cr_expect(rng.state == srandom_large.state);
}

Test(rng, open_uniforms_never_touch_their_ends)
{
	struct rng lowest = {0, 1}, highest = {PAIR(0x72fcab15589fab15, 1), 1};
	cr_assert_eq(rng_next(&(struct rng){lowest.state, 1}), 0);
	cr_assert_eq(rng_next(&(struct rng){highest.state, 1}), UINT64_MAX);
	cr_expect_eq(rng_open_uniform(&lowest), 0x1p-53);
	cr_expect_eq(rng_open_uniform(&highest), 1 - 0x1p-53);
}

Test(rng, a_fill_of_any_length_is_that_many_words)
{
	static uint64_t out[LONGEST + 1];
	for (size_t count = 0; count <= LONGEST; count++) {
		struct rng fast, slow;
		rng_stream(&fast, 1, count, "fill");
		slow = fast;
		out[count] = 0x5afe;
		rng_fill64(&fast, out, count);
		for (size_t i = 0; i < count; i++)
			cr_assert_eq(out[i], rng_next(&slow), "word %zu of %zu", i, count);
		cr_assert(fast.state == slow.state, "after %zu", count);
		cr_assert(fast.increment == slow.increment, "after %zu", count);
		cr_assert_eq(out[count], 0x5afe, "wrote past %zu", count);
	}
}

static void expect_halves(const uint32_t *out, size_t count, struct rng slow,
			  const struct rng *fast)
{
	for (size_t i = 0; i < count; i += 2) {
		uint64_t word = rng_next(&slow);
		cr_assert_eq(out[i], (uint32_t)word, "low half %zu of %zu", i, count);
		cr_assert_eq(out[i + 1], (uint32_t)(word >> 32), "high half %zu of %zu", i, count);
	}
	cr_assert(fast->state == slow.state, "after %zu", count);
}

/* From an odd place, since nothing promises that 32-bit numbers start on eight bytes. */
Test(rng, a_fill_of_halves_gives_the_low_half_first)
{
	static uint32_t out[2 * LONGEST + 2];
	for (size_t count = 0; count <= 2 * LONGEST; count += 2) {
		struct rng fast, slow;
		rng_stream(&fast, 2, count, "fill");
		slow = fast;
		out[1 + count] = 0x5afe;
		rng_fill32(&fast, out + 1, count);
		expect_halves(out + 1, count, slow, &fast);
		cr_assert_eq(out[1 + count], 0x5afe, "wrote past %zu", count);
	}
}

Test(rng, three_fills_at_once_are_three_fills)
{
	static uint32_t out[3][2 * LONGEST];
	static const char *name[] = {"users", "outcome", "latency"};
	for (size_t count = 0; count <= 2 * LONGEST; count += 2) {
		struct rng fast[3], slow[3];
		for (int i = 0; i < 3; i++) {
			rng_stream(&fast[i], 3, count, name[i]);
			slow[i] = fast[i];
		}
		rng_fill32_three((struct rng *[]){&fast[0], &fast[1], &fast[2]},
				 (uint32_t *[]){out[0], out[1], out[2]}, count);
		for (int i = 0; i < 3; i++)
			expect_halves(out[i], count, slow[i], &fast[i]);
	}
}

/* Computed from the description in rng.c by a Python program, so that results stay reproducible
 * from one release to the next. */
Test(rng, streams_stay_where_they_are)
{
	static const struct {
		uint64_t seed, trial;
		const char *name;
		struct rng stream;
	} known[] = {
		{0,
		 0,
		 "",
		 {PAIR(0xda6e5918d471d4f3, 0x1138342a74ac1bf2),
		  PAIR(0x7473ba57605b3429, 0x7992b381c43db371)}},
		{42,
		 7,
		 "routing",
		 {PAIR(0x96b28910e3938dea, 0xc86dd3cccc64838a),
		  PAIR(0x84a6aa3eef493f47, 0xceec3bce56043c11)}},
		{UINT64_MAX,
		 999,
		 "telemetry-of-stable",
		 {PAIR(0xca04771cb7ce4b82, 0x910134c5b822ce20),
		  PAIR(0x4b345f1c3166efa5, 0x5f51396ce14be20d)}},
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct rng rng;
		rng_stream(&rng, known[i].seed, known[i].trial, known[i].name);
		cr_expect(rng.state == known[i].stream.state, "row %zu", i);
		cr_expect(rng.increment == known[i].stream.increment, "row %zu", i);
	}
}

enum { BASES = 400, INPUT_BITS = 128, OUTPUT_BITS = 255 };

static void count_flips(const struct rng *a, const struct rng *b, int *flips)
{
	rng_word state = a->state ^ b->state, increment = (a->increment ^ b->increment) >> 1;
	for (int bit = 0; bit < 128; bit++)
		flips[bit] += (int)(state >> bit & 1);
	for (int bit = 0; bit < 127; bit++)
		flips[128 + bit] += (int)(increment >> bit & 1);
}

/* Each pair of an input bit and an output bit: 400 flips of a fair coin, standard deviation 10. Of
 * 32640 such counts the most extreme is expected near 42 off, and one beyond 60 once in 15000 runs.
 */
Test(rng, every_bit_of_seed_and_trial_flips_every_bit_of_the_stream_half_the_time)
{
	static int flips[INPUT_BITS][OUTPUT_BITS];
	for (uint64_t base = 0; base < BASES; base++)
		for (int bit = 0; bit < INPUT_BITS; bit++) {
			uint64_t seed = base / 20, trial = base % 20,
				 flip = UINT64_C(1) << bit % 64;
			struct rng here, there;
			rng_stream(&here, seed, trial, "latency");
			rng_stream(&there, bit < 64 ? seed ^ flip : seed,
				   bit < 64 ? trial : trial ^ flip, "latency");
			count_flips(&here, &there, flips[bit]);
		}
	int total = 0;
	for (int in = 0; in < INPUT_BITS; in++)
		for (int out = 0; out < OUTPUT_BITS; out++) {
			total += flips[in][out];
			cr_expect_leq(abs(flips[in][out] - BASES / 2), 60, "bits %d, %d", in, out);
		}
	double draws = (double)BASES * INPUT_BITS * OUTPUT_BITS;
	cr_expect_lt(fabs(total - draws / 2), 5 * sqrt(draws) / 2);
}

Test(rng, every_bit_of_a_name_flips_every_bit_of_the_stream_half_the_time)
{
	static int flips[64][OUTPUT_BITS];
	for (uint64_t trial = 0; trial < BASES; trial++)
		for (int bit = 0; bit < 64; bit++) {
			char name[] = "arrivals";
			name[bit / 8] ^= (char)(1 << bit % 8);
			struct rng here, there;
			rng_stream(&here, 42, trial, "arrivals");
			rng_stream(&there, 42, trial, name);
			count_flips(&here, &there, flips[bit]);
		}
	for (int in = 0; in < 64; in++)
		for (int out = 0; out < OUTPUT_BITS; out++)
			cr_expect_leq(abs(flips[in][out] - BASES / 2), 60, "bits %d, %d", in, out);
}

static const char *const names[] = {"",		"a",	    "aa",	 "arrival",
				    "arrivals", "arrivalt", "users",	 "user",
				    "outcome",	"latency",  "latencyy",	 "quality",
				    "faults",	"strategy", "telemetry", "routing"};
enum { NAMES = sizeof names / sizeof *names };

enum { NEIGHBOURS = 4 * 4 * 4, LENGTH = 4096 };

static void centred_uniforms(struct rng *rng, double out[LENGTH])
{
	for (int i = 0; i < LENGTH; i++)
		out[i] = (rng_uniform(rng) - 0.5) * sqrt(12);
}

static double correlation(const double *x, const double *y, int lag)
{
	double sum = 0;
	for (int i = 0; i + lag < LENGTH; i++)
		sum += x[i] * y[i + lag];
	return sum / sqrt(LENGTH - lag);
}

/* Standard normal each, 6048 of them: one beyond 5.5 once in 4000 runs. */
Test(rng, neighbouring_streams_are_uncorrelated_at_lags_0_to_2)
{
	static double x[NEIGHBOURS][LENGTH];
	for (int i = 0; i < NEIGHBOURS; i++) {
		struct rng rng;
		rng_stream(&rng, (uint64_t)(i / 16), (uint64_t)(i / 4 % 4), names[3 + i % 4]);
		centred_uniforms(&rng, x[i]);
	}
	double squares = 0;
	int pairs = 0;
	for (int i = 0; i < NEIGHBOURS; i++)
		for (int j = 0; j < i; j++)
			for (int lag = 0; lag < 3; lag++, pairs++) {
				double z = correlation(x[i], x[j], lag);
				squares += z * z;
				cr_expect_lt(fabs(z), 5.5, "%d with %d at lag %d", i, j, lag);
			}
	double p = gsl_cdf_chisq_Q(squares, pairs);
	cr_expect(p > 1e-4 && p < 1 - 1e-4, "p = %g", p);
}

/* What one trial after another sees: the first words of consecutive trials, in 64 x 64 cells. */
Test(rng, first_words_of_consecutive_trials_are_uniform_in_pairs)
{
	enum { SIDE = 64, TRIALS = 200000 };
	static int seen[SIDE][SIDE];
	unsigned before = 0;
	for (uint64_t trial = 0; trial <= TRIALS; trial++) {
		struct rng rng;
		rng_stream(&rng, 42, trial, "outcome");
		unsigned now = (unsigned)(rng_next(&rng) >> 58);
		if (trial > 0)
			seen[before][now]++;
		before = now;
	}
	double expected = (double)TRIALS / (SIDE * SIDE), statistic = 0;
	for (int i = 0; i < SIDE * SIDE; i++) {
		double off = seen[i / SIDE][i % SIDE] - expected;
		statistic += off * off / expected;
	}
	double p = gsl_cdf_chisq_Q(statistic, SIDE * SIDE - 1);
	cr_expect(p > 1e-4 && p < 1 - 1e-4, "p = %g", p);
}

static int by_value(const void *a, const void *b)
{
	rng_word x = *(const rng_word *)a, y = *(const rng_word *)b;
	return (x > y) - (x < y);
}

static void expect_distinct(rng_word *word, size_t count)
{
	qsort(word, count, sizeof *word, by_value);
	for (size_t i = 1; i < count; i++)
		cr_assert(word[i] != word[i - 1]);
}

Test(rng, no_two_streams_are_the_same)
{
	enum { SEEDS = 10, TRIALS = 1000, COUNT = SEEDS * TRIALS * NAMES };
	static rng_word state[COUNT], increment[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		struct rng rng;
		rng_stream(&rng, i / NAMES / TRIALS, i / NAMES % TRIALS, names[i % NAMES]);
		cr_assert(rng.increment & 1);
		state[i] = rng.state;
		increment[i] = rng.increment;
	}
	expect_distinct(state, COUNT);
	expect_distinct(increment, COUNT);
}
