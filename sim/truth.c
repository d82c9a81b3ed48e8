/* Versions are compared by what they do, not by what was done to them: what hits both alike makes
 * neither worse. */
#include "sim/truth.h"

#include "sim/weaker.h"

#include <math.h>

/* What a version does to a request, as shares; and the share of its servers that are missing. */
struct badness {
	double failing, slow, missing;
};

/* The share of answers longer than `ns`, before any queue. */
static double share_above(const struct use *law, const struct behaviour *b, double ns)
{
	const struct latency *latency = (const struct latency *)law->plugin;
	double limit = (ns - b->latency_add_ns) / b->latency_factor;
	double plain = limit > 0 ? 1 - latency->cdf(law->config, limit) : 1;
	if (b->tail_factor == 1)
		return plain;
	double tail = limit > 0 ? 1 - latency->cdf(law->config, limit / b->tail_factor) : 1;
	return fmax(plain, fmin(tail, 1 - b->tail_from));
}

static struct badness badness_of(const struct course *course, const struct viewpoint *from,
				 sim_time now)
{
	const struct plan *plan = course->plan;
	struct behaviour b = course_behaviour(course, from, now);
	double longest = fmin((double)plan->objective.latency, (double)plan->timeout);
	const struct use *law = &plan->version[from->version].service[from->cohort].latency;
	bool pooled = plan->version[from->version].fleet.slots > 0;
	return (struct badness){b.errors + b.hangs + b.corrupt, share_above(law, &b, longest),
				pooled ? 1 - b.capacity : 0};
}

static bool exceeds(struct badness a, struct badness b)
{
	return a.failing > b.failing || a.slow > b.slow || a.missing > b.missing;
}

static double range(const struct selection *selection, int version)
{
	return (double)(selection->to[version] - selection->from[version]) * 0x1p-32;
}

/* The probability that a request on a version is of a variant. */
static double share_of_variant(const struct case_plan *case_, int version, int variant)
{
	double share = 1;
	for (int s = 0; s < case_->selections; s++) {
		double selected = range(&case_->selection[s], version);
		share *= variant >> s & 1 ? selected : 1 - selected;
	}
	return share;
}

#define ROUNDING 1e-12 /* of sums of a few products of shares, with room to spare */

/* Answers that are right less often, convert less or please less than stable's. */
static bool answers_worse(const struct course *course, const struct viewpoint *from,
			  const struct viewpoint *stable, sim_time now)
{
	const struct plan *plan = course->plan;
	if (!plan->has_quality)
		return false;
	double added = course_behaviour(course, from, now).accuracy;
	double stable_added = course_behaviour(course, stable, now).accuracy;
	return quality_is_worse(plan->version[from->version].quality,
				plan_accuracy(plan, from->version, from->cohort, now, added),
				plan->version[STABLE].quality,
				plan_accuracy(plan, STABLE, from->cohort, now, stable_added));
}

/* Versions are worse if they are to some requests; where a version only sends more of them into
 * trouble, if they are on the whole. */
static uint32_t worse_variants(const struct course *course, int version, int cohort, sim_time now)
{
	const struct case_plan *case_ = course->case_;
	struct badness sum = {0, 0, 0}, stable_sum = {0, 0, 0};
	bool alike = true;
	uint32_t found = 0;
	for (int v = 0; v < 1 << case_->selections; v++) {
		struct viewpoint from = {version, cohort, v, false, true};
		struct viewpoint stable_from = {STABLE, cohort, v, true, true};
		double share = share_of_variant(case_, version, v);
		double stable_share = share_of_variant(case_, STABLE, v);
		struct badness it = badness_of(course, &from, now);
		struct badness stable = badness_of(course, &stable_from, now);
		bool worse = exceeds(it, stable) || answers_worse(course, &from, &stable_from, now);
		if (share > 0 && stable_share > 0 && worse)
			found |= UINT32_C(1) << v;
		alike &= share == stable_share;
		sum.failing += share * it.failing;
		sum.slow += share * it.slow;
		stable_sum.failing += stable_share * stable.failing;
		stable_sum.slow += stable_share * stable.slow;
	}
	stable_sum.failing += ROUNDING;
	stable_sum.slow += ROUNDING;
	return found || alike || !exceeds(sum, stable_sum) ? found : UINT32_MAX;
}

uint32_t truth_worse_variants(const struct course *course, int version, int cohort, sim_time now)
{
	if (weaker_than_stable(course->plan, version))
		return UINT32_MAX;
	return worse_variants(course, version, cohort, now);
}

/* Whether some rollout's candidate is worse than stable at an instant. */
static bool is_harmful_at(const struct course *course, sim_time now)
{
	const struct plan *plan = course->plan;
	for (int r = 0; r < plan->rollouts; r++)
		for (int c = 0; c < plan->cohorts; c++)
			if (truth_worse_variants(course, plan->rollout[r].candidate, c, now))
				return true;
	return false;
}

enum { MOST_FLICKERS = 1024 }; /* looked at: whatever flickers has shown both its faces by then */

static bool flickers(const struct fault_plan *fault)
{
	return ((const struct fault *)fault->fault.plugin)->pulse ||
	       fault->when.every != PARAM_UNSET;
}

/* The next instant after `now` at which some fault changes, of all or of those that calm down. */
static sim_time next_change(const struct course *course, sim_time now, bool all)
{
	sim_time next = SIM_NEVER;
	for (int f = 0; f < course->case_->faults; f++) {
		if (!all && flickers(&course->case_->fault[f]))
			continue;
		sim_time change = course_next(course, f, now);
		next = change < next ? change : next;
	}
	return next;
}

/* Between its points a drift is straight, so that it takes a version furthest from stable at one.
 */
static sim_time next_drift(const struct plan *plan, sim_time now)
{
	sim_time next = now < plan->horizon - 1 ? plan->horizon - 1 : SIM_NEVER;
	for (int v = 0; v < plan->versions && plan->drifts; v++) {
		const struct quality *quality = plan->version[v].quality;
		for (int p = 0; p < quality->drift_points; p++) {
			sim_time at = quality->drift[p].at;
			next = at > now && at < next ? at : next;
		}
	}
	return plan->drifts ? next : SIM_NEVER;
}

/* Harm may come of a candidate that has served much, or of one that has served nothing yet. */
static bool becomes_harmful(const struct plan *plan, const struct case_plan *case_, bool unused)
{
	struct course course;
	sim_time now = 0;
	course_begin(&course, plan, case_, 0);
	course_assume_worst(&course, unused);
	for (int looks = 0; now < plan->horizon; looks++) {
		for (int f = 0; f < case_->faults; f++)
			course_change(&course, f, now);
		if (is_harmful_at(&course, now))
			return true;
		sim_time change = next_change(&course, now, looks < MOST_FLICKERS);
		sim_time drift = next_drift(plan, now);
		now = change < drift ? change : drift;
	}
	return false;
}

bool truth_is_harmful(const struct plan *plan, const struct case_plan *case_)
{
	return becomes_harmful(plan, case_, false) || becomes_harmful(plan, case_, true);
}
