/* Right and wrong answers: one random number a request decides for all versions at once. */
#include "sim/answers.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

/* ---- beginning */

static const char *const stream_names[ANSWER_STREAMS] = {
	[ANSWER_QUALITY] = "quality",	     [ANSWER_TRUTH] = "truth",
	[ANSWER_LABELLED] = "labels",	     [ANSWER_LABEL_DELAY] = "label_delays",
	[ANSWER_CONVERSION] = "conversions", [ANSWER_CONVERSION_DELAY] = "conversion_delays",
	[ANSWER_VALUE] = "values",	     [ANSWER_RATING] = "ratings",
};

/* The streams somebody in the plan has a use for. */
static uint32_t streams_of(const struct plan *plan)
{
	bool used[ANSWER_STREAMS] = {[ANSWER_QUALITY] = true,
				     [ANSWER_LABELLED] = true,
				     [ANSWER_LABEL_DELAY] = true,
				     [ANSWER_TRUTH] = plan_watches_scores(plan),
				     [ANSWER_RATING] = plan_watches(plan, METRIC_SATISFACTION)};
	const struct quality *stable = plan->version[STABLE].quality;
	used[ANSWER_CONVERSION] = used[ANSWER_CONVERSION_DELAY] = stable->converts;
	for (int v = 0; v < plan->versions; v++)
		used[ANSWER_VALUE] |= plan->version[v].quality->conversion.cv > 0;
	uint32_t mask = 0;
	for (int s = 0; s < ANSWER_STREAMS; s++)
		mask |= (uint32_t)used[s] << s;
	return mask;
}

static uint64_t limit(double share)
{
	return (uint64_t)llround(share * 0x1p32);
}

/* Ratings are 1 and a binomial number of the other stars: it has any mean, and a variance that
 * follows. */
static void rate(double mean, uint64_t below[STARS])
{
	double p = (mean - 1) / (STARS - 1);
	for (unsigned s = 0; s < STARS; s++)
		below[s] = limit(s < STARS - 1 ? gsl_cdf_binomial_P(s, p, STARS - 1) : 1);
}

static void prepare_users(struct answer_users *users, const struct quality *quality)
{
	const struct conversion *c = &quality->conversion;
	memset(users, 0, sizeof *users);
	if (quality->converts) {
		users->convert[0] = limit(c->wrong);
		users->convert[1] = limit(c->right);
		users->value = c->value;
		users->sigma = sqrt(log1p(c->cv * c->cv)); /* of a lognormal law */
	}
	if (quality->rates) {
		rate(quality->satisfaction.wrong, users->below[RATED_WRONG]);
		rate(quality->satisfaction.right, users->below[RATED_RIGHT]);
		rate(quality->satisfaction.bad, users->below[RATED_BAD]);
	}
}

void answers_reset(struct requests *r, uint64_t trial)
{
	const struct plan *plan = r->plan;
	struct answers *a = r->answers;
	int keys = plan->cohorts * plan->versions;
	a->drawn = streams_of(plan);
	for (int s = 0; s < ANSWER_STREAMS; s++)
		rng_stream(&a->rng[s], plan->seed, trial, stream_names[s]);
	for (int v = 0; v < plan->versions; v++)
		prepare_users(&a->users[v], plan->version[v].quality);
	memset(a->tally, 0, (size_t)keys * sizeof *a->tally);
	a->regret = 0;
	a->fresh_harm = 0;
	labels_reset(&a->labels, &plan->label_size, plan->versions);
}

/* ---- at control instants */

static double accuracy_of(const struct course *course, const struct viewpoint *from, sim_time now)
{
	struct behaviour b = course_behaviour(course, from, now);
	return plan_accuracy(course->plan, from->version, from->cohort, now, b.accuracy);
}

static struct joint joint_of(const struct course *course, const struct viewpoint *from,
			     sim_time now)
{
	const struct plan *plan = course->plan;
	struct viewpoint apart = *from;
	apart.version = STABLE;
	apart.apart = true;
	int segment = from->cohort / plan->population.regions;
	return quality_joint(accuracy_of(course, &apart, now), accuracy_of(course, from, now),
			     plan->version[from->version].quality->concord[segment]);
}

bool answers_right(const struct course *course, const struct viewpoint *from, sim_time now,
		   uint32_t bits)
{
	struct joint joint = joint_of(course, from, now);
	return quality_rank(&joint, bits) < joint.own;
}

void answers_treat(struct requests *r, const struct course *course, sim_time now)
{
	const struct plan *plan = r->plan;
	int keys = plan->cohorts * plan->versions;
	for (int lot = 0; lot < r->lots; lot++) {
		struct viewpoint from = {.version = lot % plan->versions,
					 .cohort = lot % keys / plan->versions,
					 .variant = lot / keys};
		r->answers->lot[lot] =
			(struct answer_lot){joint_of(course, &from, now),
					    quality_margin(accuracy_of(course, &from, now))};
	}
}

void answers_scrape(struct requests *r, sim_time now)
{
	r->answers->fresh_harm = 0;
	labels_scrape(&r->answers->labels, now);
}

/* ---- batches and slices */

void answers_draw(struct requests *r)
{
	struct answers *a = r->answers;
	size_t count = (size_t)((r->batch.size + 1) & ~1);
	for (int s = 0; s < ANSWER_STREAMS; s++)
		if (a->drawn >> s & 1)
			rng_fill32(&a->rng[s], a->bits[s], count);
}

/* A copy follows its original, and has its random bits. */
static void find_origins(struct answers *a, const struct slice *s, int from)
{
	int origin = from - 1;
	for (int i = 0; i < s->count; i++) {
		origin += !(s->flags[i] & FLAG_COPY);
		a->origin[i] = (uint16_t)origin;
	}
}

static void judge(struct answers *a, const struct slice *s, const struct facts *f)
{
	for (int i = 0; i < s->count; i++) {
		const struct joint *joint = &a->lot[s->lot[i]].joint;
		uint32_t bits = a->bits[ANSWER_QUALITY][a->origin[i]];
		a->rank[i] = quality_rank(joint, bits);
		a->right[i] = a->rank[i] < joint->own;
		a->stable_right[i] = bits < joint->stable;
		a->given[i] = !(f->bad[i] & (FLAG_ERROR | FLAG_TIMEOUT));
	}
}

static void count(struct answers *a, const struct slice *s)
{
	for (int i = 0; i < s->count; i++) {
		struct answer_tally *tally = &a->tally[s->key[i]];
		int right = a->right[i], stable = a->stable_right[i];
		int given = a->given[i], shown = given & !(s->flags[i] & FLAG_COPY);
		tally->given += given;
		tally->right += given & right;
		tally->wrong += shown & !right;
		tally->harmed += shown & !right & stable;
		tally->helped += shown & right & !stable;
		a->fresh_harm += shown & !right & stable;
	}
}

static void condemn(const struct answers *a, const struct slice *s, struct facts *f)
{
	for (int i = 0; i < s->count; i++) {
		f->bad[i] |= (uint8_t)(!a->right[i] * FLAG_BAD);
		f->ill[i] |= !a->stable_right[i];
	}
}

void answers_slice(struct requests *r, int from, struct facts *facts)
{
	struct answers *a = r->answers;
	find_origins(a, &r->slice, from);
	judge(a, &r->slice, facts);
	count(a, &r->slice);
	feedback_slice(r, facts);
	if (r->plan->objective.wrong)
		condemn(a, &r->slice, facts);
}

/* ---- end */

void answers_settle(const struct requests *r, struct result *row)
{
	const struct plan *plan = r->plan;
	const struct answers *a = r->answers;
	row->regret = a->regret;
	for (int v = 0; v < plan->versions; v++) {
		int64_t given = 0, right = 0;
		for (int c = 0; c < plan->cohorts; c++) {
			const struct answer_tally *tally = &a->tally[plan_key(plan, c, v)];
			given += tally->given;
			right += tally->right;
			row->wrong_answers += tally->wrong;
			row->quality_harmed += tally->harmed;
			row->quality_helped += tally->helped;
			row->version_conversions[v] += tally->converted;
		}
		row->version_accuracy[v] = given ? (double)right / (double)given : NAN;
		row->version_labels[v] = labels_seen(&a->labels, v);
	}
}
