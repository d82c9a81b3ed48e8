/* What comes back of a slice of answers: labels, ratings and conversions, each in its time. */
#include "sim/answers.h"

#include "sim/each.h"

#include "sim/stats/lanes.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* Requests of a slice of which something becomes known, and when. */
struct news {
	int count;
	uint16_t who[2 * BATCH];
	uint32_t bits[2 * BATCH]; /* of the delay */
	double delay_ns[2 * BATCH];
};

static sim_time time_of(const struct requests *r, const struct news *news, int n)
{
	const struct slice *s = &r->slice;
	int i = news->who[n];
	double delay = fmin(news->delay_ns[n], (double)MAX_HORIZON);
	return s->at[i] + (sim_time)s->latency_ns[i] + (sim_time)delay;
}

/* Where the news of one request is counted; -1: nobody lives to see it. */
static int place_of(const struct requests *r, const struct news *news, int n)
{
	int key = r->slice.key[news->who[n]];
	return labels_place(&r->answers->labels, time_of(r, news, n), key);
}

/* The same news, to somebody who learns from each; copies are none of theirs. */
static void tell(struct requests *r, const struct news *news, int n, enum metric_kind metric,
		 double value)
{
	if (r->routes.chooser && !(r->slice.flags[news->who[n]] & FLAG_COPY))
		each_note(r, metric, value, time_of(r, news, n));
}

static void draw_delays(struct requests *r, struct news *news, const struct use *law,
			enum answer_stream stream)
{
	const struct answers *a = r->answers;
	for (int n = 0; n < news->count; n++)
		news->bits[n] = a->bits[stream][a->origin[news->who[n]]];
	((const struct latency *)law->plugin)
		->fill(law->config, news->bits, news->delay_ns, news->count);
}

/* ---- labels, and the ratings that come with them */

/* The model's score of a positive lies one margin above the threshold and normally around that, of
 * a negative below it; the answer is right when it lies on its side. */
static int score_bin(const struct answer_lot *lot, uint64_t rank, bool positive)
{
	double z = gsl_cdf_ugaussian_Qinv(latency_share((uint32_t)rank));
	double score = positive ? lot->margin + z : -lot->margin - z;
	const int middle = SCORE_BINS / 2;
	double bin = floor(score * 8) + middle;
	return (int)fmin(fmax(bin, 0), SCORE_BINS - 1);
}

static void count_score(struct requests *r, int i, int place)
{
	struct answers *a = r->answers;
	uint64_t positives = (uint64_t)llround(r->plan->labels.prevalence * 0x1p32);
	bool positive = a->bits[ANSWER_TRUTH][a->origin[i]] < positives;
	int bin = score_bin(&a->lot[r->slice.lot[i]], a->rank[i], positive);
	a->labels.score[place].bin[positive][bin]++;
}

static void count_rating(struct requests *r, const struct facts *f, int i, int place)
{
	struct answers *a = r->answers;
	int version = r->slice.key[i] % r->plan->versions, stars = 0;
	int mood = f->bad[i] ? RATED_BAD : a->right[i] ? RATED_RIGHT : RATED_WRONG;
	const uint64_t *below = a->users[version].below[mood];
	while (a->bits[ANSWER_RATING][a->origin[i]] >= below[stars])
		stars++;
	a->labels.tally[place].count[LABEL_STARS + stars]++;
}

/* Who has an answer whose truth will be known. */
static void find_labelled(struct requests *r, struct news *news)
{
	const struct answers *a = r->answers;
	uint64_t labelled = (uint64_t)llround(r->plan->labels.share * 0x1p32);
	news->count = 0;
	for (int i = 0; i < r->slice.count; i++) {
		news->who[news->count] = (uint16_t)i;
		news->count += a->given[i] & (a->bits[ANSWER_LABELLED][a->origin[i]] < labelled);
	}
}

static void label(struct requests *r, const struct facts *f, struct news *news)
{
	struct answers *a = r->answers;
	bool scored = a->labels.size.scored > 0, rated = a->drawn >> ANSWER_RATING & 1;
	find_labelled(r, news);
	draw_delays(r, news, &r->plan->labels.delay, ANSWER_LABEL_DELAY);
	for (int n = 0; n < news->count; n++) {
		int i = news->who[n], place = place_of(r, news, n);
		if (place < 0)
			continue;
		tell(r, news, n, METRIC_ACCURACY, a->right[i]);
		a->labels.tally[place].count[LABEL_SEEN]++;
		a->labels.tally[place].count[LABEL_RIGHT] += a->right[i];
		if (scored)
			count_score(r, i, place);
		if (rated && !(r->slice.flags[i] & FLAG_COPY))
			count_rating(r, f, i, place);
	}
}

/* ---- conversions */

/* What a request brings to a version whose answer is right or not; 0: it does not convert. */
static double brings(const struct answers *a, int origin, int version, int right)
{
	const struct answer_users *users = &a->users[version];
	if (a->bits[ANSWER_CONVERSION][origin] >= users->convert[right])
		return 0;
	if (users->sigma == 0)
		return users->value;
	double z = gsl_cdf_ugaussian_Pinv(latency_share(a->bits[ANSWER_VALUE][origin]));
	return users->value * exp(users->sigma * (z - users->sigma / 2));
}

/* Every request shown to somebody is a visit. What was not served well converts nobody. */
static void find_visits(const struct requests *r, struct news *news)
{
	news->count = 0;
	for (int i = 0; i < r->slice.count; i++) {
		news->who[news->count] = (uint16_t)i;
		news->count += !(r->slice.flags[i] & FLAG_COPY);
	}
}

static void convert(struct requests *r, const struct facts *f, struct news *news)
{
	struct answers *a = r->answers;
	find_visits(r, news);
	draw_delays(r, news, &r->plan->labels.conversion_delay, ANSWER_CONVERSION_DELAY);
	for (int n = 0; n < news->count; n++) {
		int i = news->who[n], place = place_of(r, news, n);
		int key = r->slice.key[i], version = key % r->plan->versions;
		double value = f->bad[i] ? 0 : brings(a, a->origin[i], version, a->right[i]);
		if (version != STABLE)
			a->regret -= value;
		if (version != STABLE && !f->ill[i])
			a->regret += brings(a, a->origin[i], STABLE, a->stable_right[i]);
		a->tally[key].converted += value > 0;
		if (place < 0)
			continue;
		tell(r, news, n, METRIC_CONVERSION_RATE, value > 0);
		tell(r, news, n, METRIC_VALUE_PER_REQUEST, value);
		struct label_tally *tally = &a->labels.tally[place];
		tally->count[LABEL_VISITS]++;
		tally->count[LABEL_CONVERTED] += value > 0;
		tally->value += value;
		tally->value_squared += value * value;
	}
}

/* ---- copies: to see whether two answers agree, nobody has to know which is right */

static void compare_copies(struct requests *r)
{
	const struct slice *s = &r->slice;
	struct answers *a = r->answers;
	for (int i = 1; i < s->count; i++) {
		if (!(s->flags[i] & FLAG_COPY) || !a->given[i] || !a->given[i - 1])
			continue;
		sim_time done = s->at[i] + (sim_time)fmax(s->latency_ns[i], s->latency_ns[i - 1]);
		int place = labels_place(&a->labels, done, s->key[i]);
		if (place < 0)
			continue;
		a->labels.tally[place].count[LABEL_COPIES]++;
		a->labels.tally[place].count[LABEL_AGREED] += a->right[i] == a->right[i - 1];
	}
}

void feedback_slice(struct requests *r, const struct facts *facts)
{
	struct news news = {.count = 0};
	label(r, facts, &news);
	if (r->answers->drawn >> ANSWER_CONVERSION & 1)
		convert(r, facts, &news);
	if (r->routes.mirror > 0)
		compare_copies(r);
}
