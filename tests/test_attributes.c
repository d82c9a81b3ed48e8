/* A condition on an attribute must hold for as many requests as its law says, for the same people
 * every time, and a condition that means nothing must be refused in words. */
#include "tests/arrivals.h"

#include <stdlib.h>
#include <string.h>

static const char *const traffic =
	"poisson: {rate: 100/s}, users: {count: 20000, skew: 0, anonymous: 10%}, attributes: {"
	"age: {uniform: {low: 20, high: 70}}, "
	"height: {normal: {mean: 170, sd: 10}}, "
	"value: {lognormal: {median: 100, sigma: 1.2}}, "
	"size: {per: request, pareto: {low: 2, shape: 1.5}}, "
	"score: {per: request, quantiles: [0, 10, 20, 100]}, "
	"device: {words: {ios: 40%, android: 55%, other: 5%}}}";

/* The share that a condition asks for. */
static double share_of(const struct plan *plan, const char *condition)
{
	struct bit_range range;
	char why[300];
	int index;
	cr_assert(attribute_condition(plan->attribute, plan->attributes, condition, &index, &range,
				      why, sizeof why),
		  "%s: %s", condition, why);
	return (double)(range.to - range.from) * 0x1p-32;
}

/* The normal distribution by C's own erfc. */
static double normal(double z)
{
	return 0.5 * erfc(-z / sqrt(2));
}

static const struct {
	const char *condition;
	double z_low, z_high, share; /* a share, where it is given; else of the normal law */
} known[] = {
	{"age > 45", 0, 0, 0.5},
	{"age between 30 and 35", 0, 0, 0.1},
	{"age < 30", 0, 0, 0.2},
	{"age >= 60", 0, 0, 0.2},
	{"age<=25", 0, 0, 0.1},
	{"height > 180", 1, INFINITY, NAN},
	{"height between 150 and 180", -2, 1, NAN},
	{"value < 100", 0, 0, 0.5},
	{"value>1000", 1.9188209108283716, INFINITY, NAN}, /* ln(10) / 1.2 */
	{"size > 8", 0, 0, 0.125},			   /* 4^-1.5 */
	{"size between 2 and 8", 0, 0, 0.875},
	{"score < 5", 0, 0, 1.0 / 6},
	{"score > 20", 0, 0, 1.0 / 3},
	{"score between 10 and 60", 0, 0, 0.5},
	{"device = ios", 0, 0, 0.4},
	{"device=android", 0, 0, 0.55},
	{"device = other", 0, 0, 0.05},
};

enum { KNOWN = sizeof known / sizeof *known };

static double truth(int i)
{
	return isnan(known[i].share) ? normal(known[i].z_high) - normal(known[i].z_low)
				     : known[i].share;
}

Test(attributes, conditions_hold_for_the_share_their_law_says)
{
	struct world world;
	arrivals_read(&world, traffic, "1h");
	for (int i = 0; i < KNOWN; i++)
		cr_expect_float_eq(share_of(&world.scenario.plans[0], known[i].condition), truth(i),
				   1e-9, "%s", known[i].condition);
	world_free(&world);
}

static void expect_drawn(struct world *world, const char *condition, double share, bool per_user)
{
	static int8_t answer[20000];
	struct bit_range range;
	char why[300];
	int index;
	double total = 0, hits = 0, people = 0, their_hits = 0;
	const struct plan *plan = &world->scenario.plans[0];
	cr_assert(attribute_condition(plan->attribute, plan->attributes, condition, &index, &range,
				      why, sizeof why));
	struct requests *r = arrivals_begin(world, 1);
	memset(answer, 0, sizeof answer);
	while (batch_draw(r)) {
		const uint32_t *bits = batch_attribute(r, index);
		cr_assert_eq(batch_attribute(r, index), bits);
		for (int i = 0; i < r->batch.size; i++, total++) {
			uint32_t user = r->batch.user[i];
			bool hit = bits[i] >= range.from && bits[i] < range.to;
			hits += hit;
			if (!per_user || user == NOBODY)
				continue;
			cr_assert(!answer[user] || answer[user] == 1 + hit);
			people += !answer[user];
			their_hits += !answer[user] && hit;
			answer[user] = (int8_t)(1 + hit);
		}
	}
	/* Of people there are fewer than of requests. */
	double n = per_user ? 20000 : total;
	cr_expect_float_eq(hits / total, share, 4.5 * sqrt(share * (1 - share) / n), "%s: %g",
			   condition, hits / total);
	if (per_user)
		cr_expect_float_eq(their_hits / people, share,
				   4.5 * sqrt(share * (1 - share) / people), "%s", condition);
}

Test(attributes, bits_are_drawn_by_the_law_and_kept_by_people)
{
	struct world world;
	arrivals_read(&world, traffic, "1h");
	expect_drawn(&world, "age between 30 and 35", 0.1, true);
	expect_drawn(&world, "device = android", 0.55, true);
	expect_drawn(&world, "value > 100", 0.5, true);
	expect_drawn(&world, "size > 8", 0.125, false);
	expect_drawn(&world, "score < 5", 1.0 / 6, false);
	world_free(&world);
}

/* Age must say nothing about the device, nor either about the bucket. */
Test(attributes, they_are_independent_of_each_other_and_of_routes)
{
	double count = 0, both = 0, routed = 0;
	struct world world;
	arrivals_read(&world, traffic, "1h");
	struct requests *r = arrivals_begin(&world, 1);
	while (batch_draw(r)) {
		const uint32_t *age = batch_attribute(r, 0), *device = batch_attribute(r, 5);
		for (int i = 0; i < r->batch.size; i++, count++) {
			both += (age[i] >> 31) & (device[i] >> 31);
			routed += (age[i] >> 31) & (r->batch.bucket[i] >> 31);
		}
	}
	cr_expect_float_eq(both / count, 0.25, 4.5 * sqrt(0.1875 / 20000));
	cr_expect_float_eq(routed / count, 0.25, 4.5 * sqrt(0.1875 / 20000));
	world_free(&world);
}

/* Bits that nobody asked for are skipped, so that later requests keep theirs. */
Test(attributes, asking_now_and_then_gets_the_same_bits)
{
	static uint32_t always[8192];
	struct world world;
	int count = 0, batch = 0;
	arrivals_read(&world, traffic, "1m");
	struct requests *r = arrivals_begin(&world, 1);
	for (; batch_draw(r); count += r->batch.size)
		memcpy(always + count, batch_attribute(r, 3),
		       (size_t)r->batch.size * sizeof *always);
	cr_assert(count > 5000 && count < 8192);
	r = arrivals_begin(&world, 1);
	for (count = 0; batch_draw(r); count += r->batch.size, batch++)
		if (batch % 3 == 2)
			cr_assert_eq(memcmp(always + count, batch_attribute(r, 3),
					    (size_t)r->batch.size * sizeof *always),
				     0);
	world_free(&world);
}

static const struct {
	const char *condition, *sentence;
} mistakes[] = {
	{"agee > 45", "traffic has no attribute \"agee\"; did you mean \"age\"?"},
	{"colour = red", "traffic has no attribute \"colour\""},
	{"device = andriod", "device has no value \"andriod\"; did you mean \"android\"?"},
	{"device > ios", "device is a word: ask for one, such as \"device = ios\""},
	{"age = 45", "age is a number: write \"age > 1\", \"age < 1\" or \"age between 1 and 2\""},
	{"age > old", "expected a number such as 3, 1.1 or 2e6; found \"old\""},
	{"age between 35 and 30", "no request ever has age between 35 and 30"},
	{"age > 70", "no request ever has age > 70"},
	{"age", "expected a condition such as \"age between 18 and 25\", \"value > 1000\" or "
		"\"device = ios\""},
	{"", "expected a condition such as \"age between 18 and 25\", \"value > 1000\" or "
	     "\"device = ios\""},
	{"age > 45 and height > 180", "expected a condition such as \"age between 18 and 25\", "
				      "\"value > 1000\" or \"device = ios\""},
};

Test(attributes, conditions_that_mean_nothing_are_refused_in_words)
{
	struct world world;
	struct bit_range range;
	char why[300];
	int index;
	arrivals_read(&world, traffic, "1h");
	const struct plan *plan = &world.scenario.plans[0];
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		cr_expect_not(attribute_condition(plan->attribute, plan->attributes,
						  mistakes[i].condition, &index, &range, why,
						  sizeof why));
		cr_expect_str_eq(why, mistakes[i].sentence);
	}
	cr_expect_not(attribute_condition(NULL, 0, "age > 45", &index, &range, why, sizeof why));
	cr_expect_str_eq(why, "traffic has no attributes to ask for");
	world_free(&world);
}
