/* PCG64-DXSM, which this program draws from; and its older sister PCG64-XSL-RR, a congruence with
 * another multiplier, which only lends its rows to the jumps. */
#include "tests/oracles/published.h"

#include "sim/rng.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct generator {
	rng_word multiplier;
	uint64_t (*next)(struct rng *rng);
};

static uint64_t next_dxsm(struct rng *rng)
{
	return rng_next(rng);
}

/* O'Neill 2014: pcg_setseq_128_xsl_rr_64, as PCG_DEFAULT_MULTIPLIER_128 moves it. */
#define XSL_RR_MULTIPLIER                                                                          \
	((rng_word)UINT64_C(0x2360ed051fc65da4) << 64 | UINT64_C(0x4385df649fccf645))

static uint64_t next_xsl_rr(struct rng *rng)
{
	rng->state = rng->state * XSL_RR_MULTIPLIER + rng->increment;
	uint64_t folded = (uint64_t)(rng->state >> 64) ^ (uint64_t)rng->state;
	unsigned turn = (unsigned)(rng->state >> 122);
	return folded >> turn | folded << (-turn & 63);
}

static struct generator generator_of(const char *name)
{
	if (!strncmp(name, "PCG64DXSM", 9))
		return (struct generator){RNG_MULTIPLIER, next_dxsm};
	return (struct generator){XSL_RR_MULTIPLIER, next_xsl_rr};
}

/* 0x and up to 32 digits. */
static rng_word word_of(const char *hex)
{
	rng_word word = 0;
	for (hex += 2; isxdigit((unsigned char)*hex); hex++) {
		const char digit[] = {*hex, 0};
		word = word << 4 | strtoul(digit, NULL, 16);
	}
	return word;
}

static rng_word word_at(const struct oracle *o, int row, const char *high, const char *low)
{
	return word_of(oracle_text(o, row, high)) << 64 | word_of(oracle_text(o, row, low));
}

static struct rng start_of(const struct oracle *o, int row)
{
	return (struct rng){word_at(o, row, "state_hi", "state_lo"),
			    word_at(o, row, "inc_hi", "inc_lo")};
}

static void skip(const struct generator *generator, struct rng *rng, double words)
{
	for (; words > 0; words--)
		generator->next(rng);
}

/* Words have more digits than numbers. */
static void compare_word(struct oracle *o, int row, const char *column, uint64_t got)
{
	bool same = got == word_of(oracle_text(o, row, column));
	oracle_compare_to(o, row, column, same, 1, 0, 0);
}

static int compare_words(void)
{
	struct oracle *o = oracle_open("pcg64_kat.csv");
	for (int row = 0; row < o->rows; row++) {
		struct generator generator = generator_of(oracle_text(o, row, "generator"));
		struct rng rng = start_of(o, row);
		skip(&generator, &rng, oracle_number(o, row, "index"));
		compare_word(o, row, "output", generator.next(&rng));
	}
	return !oracle_close(o);
}

static double uniform(const struct generator *generator, struct rng *rng)
{
	if (generator->next == next_dxsm)
		return rng_uniform(rng);
	return (double)(generator->next(rng) >> 11) * 0x1p-53;
}

static int compare_doubles(void)
{
	struct oracle *o = oracle_open("pcg64_double.csv");
	for (int row = 0; row < o->rows; row++) {
		struct generator generator = generator_of(oracle_text(o, row, "generator"));
		struct rng rng = start_of(o, row);
		skip(&generator, &rng, oracle_number(o, row, "index"));
		oracle_compare(o, row, "double53", uniform(&generator, &rng), 0, 0);
	}
	return !oracle_close(o);
}

static int compare_jumps(void)
{
	struct oracle *o = oracle_open("pcg64_advance.csv");
	for (int row = 0; row < o->rows; row++) {
		struct generator generator = generator_of(oracle_text(o, row, "generator"));
		struct rng rng = start_of(o, row);
		rng_word steps = word_at(o, row, "delta_hi", "delta_lo");
		rng.state = rng_leap(rng.state, generator.multiplier, rng.increment, steps);
		compare_word(o, row, "new_state_hi", (uint64_t)(rng.state >> 64));
		compare_word(o, row, "new_state_lo", (uint64_t)rng.state);
		compare_word(o, row, "next_output", generator.next(&rng));
	}
	return !oracle_close(o);
}

int oracles_of_pcg(void)
{
	return compare_words() + compare_doubles() + compare_jumps();
}

/* "PCG64 output 19" */
static void published_word(struct oracle *o, int row)
{
	const char *what = oracle_text(o, row, "description");
	struct generator generator = generator_of(what);
	struct rng rng = {word_of(published_input_text(o, row, "state")),
			  word_of(published_input_text(o, row, "inc"))};
	skip(&generator, &rng, atof(strrchr(what, ' ')));
	compare_word(o, row, "expected", generator.next(&rng));
}

const struct published published_generators[] = {{"PCG", published_word}, {0}};
