/* Verdicts lead to decisions, decisions to wishes: what comes of them is not decided here. */
#include "sim/control.h"

#include "sim/answers.h"
#include "sim/checks.h"
#include "sim/effect.h"
#include "sim/party.h"
#include "sim/retreat.h"

#include <math.h>
#include <string.h>

/* ---- what can be seen */

/* For strategies; what a reading is made of does not outlive this. */
static struct reading read_through(const void *world, int version, uint32_t cohorts,
				   const struct metric *metric, const struct lookback *lookback)
{
	struct counts counts;
	struct reading reading = checks_read(world, version, cohorts, metric, lookback, &counts);
	reading.counts = NULL;
	return reading;
}

/* A request of somebody who could be anybody, if no fault asks who it is. */
static struct probe probe(const void *world, int version, struct rng *rng)
{
	const struct trial *trial = world;
	struct viewpoint from = {.version = version};
	double who = rng_uniform(rng), luck = rng_uniform(rng), u = rng_open_uniform(rng);
	from.cohort = population_cohort(&trial->plan->population, trial->plan->cohorts,
					(uint32_t)(who * 0x1p32));
	struct behaviour b = course_behaviour(&trial->course, &from, trial->queue.now);
	const struct use *law = &trial->plan->version[version].service[from.cohort].latency;
	double ns = ((const struct latency *)law->plugin)->quantile(law->config, u);
	ns = fmax(ns * (u > b.tail_from ? b.tail_factor : 1) * b.latency_factor + b.latency_add_ns,
		  0);
	bool failed = luck < b.errors + b.hangs || ns >= (double)trial->plan->timeout, right = true;
	if (trial->plan->has_quality)
		right = answers_right(&trial->course, &from, trial->queue.now,
				      (uint32_t)(rng_next(rng) >> 32));
	return (struct probe){failed, right, ns};
}

/* ---- decisions */

/* Evidence that counts from the stage on counts from now on; checks of stages come and go. */
static void begin_stage(struct trial *trial, const struct decision *decision)
{
	uint64_t before = trial->scopes;
	trial->scopes = decision->scopes | 1;
	telemetry_mark(&trial->requests.telemetry, MARK_STAGE);
	if (decision->anew)
		telemetry_mark(&trial->requests.telemetry, MARK_START);
	checks_begin_stage(trial, before, decision->anew);
}

static void carry_out(struct trial *trial, const struct decision *decision, int check,
		      const struct routes *routes)
{
	sim_time now = trial->queue.now;
	if (decision->remark)
		trial_tell(trial, HAPPENING_REMARK, decision->number, (double)decision->of,
			   (int)decision->remark);
	switch (decision->kind) {
	case DECISION_HOLD:
		break;
	case DECISION_SHIFT:
		effect_ask(trial, routes);
		break;
	case DECISION_PROMOTE:
		trial->promoted = true;
		trial->promoted_at = now;
		trial->row.outcome = OUTCOME_PROMOTED;
		trial_tell(trial, HAPPENING_PROMOTE, trial->rollout->candidate, NAN, 0);
		effect_ask(trial, routes);
		break;
	case DECISION_ROLL_BACK:
		retreat_begin(trial, decision, check);
		break;
	case DECISION_UNDONE:
		retreat_finish(trial, routes);
		break;
	case DECISION_PAUSE:
		trial->over = true;
		trial->row.outcome = OUTCOME_PAUSED;
		trial_tell(trial, HAPPENING_PAUSE, -1, NAN, 0);
		break;
	}
	if (decision->stage_begins)
		begin_stage(trial, decision);
}

/* A strategy has one wish at a time: the latest. */
static void schedule_wake(struct trial *trial, sim_time wake)
{
	if (wake == trial->woken_at)
		return;
	if (trial->woken_at != SIM_NEVER)
		event_cancel(&trial->queue, EVENT_WAKE);
	trial->woken_at = SIM_NEVER;
	if (wake >= trial->plan->horizon)
		return;
	event_schedule(&trial->queue, wake, EVENT_WAKE, 0);
	trial->woken_at = wake;
}

/* ---- the strategy is asked */

struct standing control_standing(const struct trial *trial, const struct rider *rider)
{
	const struct rollout_plan *rollout = rider->rollout;
	struct standing s = {.tripped = -1};
	double looking = 0;
	for (int c = rollout->checks - 1; c >= 0; c--) {
		const struct check_state *state = rider->check[c];
		double weight = checks_is_looking(trial, c) ? rollout->check[c].weight : 0;
		if (state->tripped)
			s.tripped = c;
		s.critical |= state->tripped && rollout->check[c].critical;
		s.holding |= state->holding;
		s.passing += state->says == VERDICT_PASS ? weight : 0;
		s.failing += state->says == VERDICT_FAIL ? weight : 0;
		looking += weight;
	}
	s.passing /= looking > 0 ? looking : 1;
	s.failing /= looking > 0 ? looking : 1;
	return s;
}

static struct observation observe(struct trial *trial, const struct lens *lens,
				  const struct standing *standing)
{
	const struct rollout_plan *rollout = trial->rollout;
	return (struct observation){
		.now = trial->queue.now,
		.clock = rollout->clock + trial->queue.now,
		.candidate = rollout->candidate,
		.baseline = rollout->baseline,
		.cohorts = (uint32_t)((UINT64_C(1) << trial->plan->cohorts) - 1),
		.tripped = standing->tripped,
		.critical = standing->critical,
		.holding = standing->holding,
		.passing = standing->passing,
		.failing = standing->failing,
		.lens = lens,
		.rng = &trial->strategy_stream,
		.plan = trial->plan,
	};
}

/* When nobody forbids changes any more; SIM_NEVER: they are forbidden for good. */
static sim_time thaw(const struct rollout_plan *rollout, sim_time now)
{
	sim_time end =
		span_end_of_all(rollout->freeze.span, rollout->freeze.count, rollout->clock + now);
	return end == SIM_NEVER ? SIM_NEVER : end - rollout->clock;
}

/* While changes are frozen, what would give the candidate more is not decided yet: the strategy is
 * as if it had not been asked, and is asked again later. Less is possible at any time. */
static struct decision decide(struct trial *trial, const struct observation *o,
			      struct routes *routes)
{
	const struct use *strategy = &trial->rollout->strategy;
	sim_time thawed = thaw(trial->rollout, o->now);
	if (thawed == o->now || trial->promoted)
		return strategy_decide(strategy, trial->strategy_state, o, routes);
	struct routes before;
	struct rng stream = *o->rng;
	size_t size = strategy_state_size(strategy);
	routes_copy(&before, routes);
	memcpy(trial->spare_state, trial->strategy_state, size);
	struct decision decision = strategy_decide(strategy, trial->strategy_state, o, routes);
	bool less = decision.kind == DECISION_SHIFT &&
		    plan_share(trial->plan, routes, o->candidate) <
			    plan_share(trial->plan, &before, o->candidate);
	if ((decision.kind != DECISION_SHIFT && decision.kind != DECISION_PROMOTE) || less)
		return decision;
	memcpy(trial->strategy_state, trial->spare_state, size);
	*o->rng = stream;
	return decision_hold(thawed);
}

/* A rollout that is not promoted by then has taken too long. */
static sim_time deadline(const struct trial *trial)
{
	sim_time longest = trial->rollout->longest;
	return longest == PARAM_UNSET || trial->promoted ? SIM_NEVER
							 : trial->rollout->start + longest;
}

/* Nobody asks while it goes back, unless the strategy itself does that. */
static bool is_busy(const struct trial *trial)
{
	return trial->rolling_back || trial->retreat.step == RETREAT_OBSERVING;
}

static bool asks_a_person(const struct trial *trial, int check)
{
	return check >= 0 && trial->rollout->check[check].action == ACTION_PAUSE;
}

static struct decision give_up(const struct rollout_plan *rollout)
{
	return decision_with(rollout->backs_off ? decision_roll_back() : decision_pause(),
			     REMARK_LATE, OF_NUMBER, 0);
}

struct decision control_answer(struct trial *trial, const struct standing *standing,
			       struct routes *routes)
{
	const struct lens lens = {trial, read_through, probe};
	struct observation observation = observe(trial, &lens, standing);
	routes_copy(routes,
		    trial->case_->hindering ? &trial->propagation.asked : &trial->requests.routes);
	bool late = trial->queue.now >= deadline(trial) && trial->retreat.step == RETREAT_NONE;
	struct decision decision =
		late ? give_up(trial->rollout) : decide(trial, &observation, routes);
	if (decision.kind == DECISION_ROLL_BACK && asks_a_person(trial, standing->tripped))
		decision = decision_pause();
	return decision;
}

void control_ask(struct trial *trial)
{
	if (is_busy(trial) || trial->over)
		return;
	if (trial->party)
		party_part_to_ask(trial);
	struct standing standing = control_standing(trial, trial->rider[0]);
	struct routes routes;
	struct decision decision = control_answer(trial, &standing, &routes);
	carry_out(trial, &decision, standing.tripped, &routes);
	sim_time last = deadline(trial);
	schedule_wake(trial, decision.wake < last ? decision.wake : last);
}

bool control_may_begin(struct trial *trial)
{
	static const struct metric any = {.kind = METRIC_REQUEST_RATE};
	static const struct lookback all = {.window = PARAM_UNSET, .mark = MARK_START};
	struct counts counts;
	double needed = trial->rollout->needs_baseline;
	if (!(needed > 0))
		return true;
	double shown = checks_read(trial, STABLE, UINT32_MAX, &any, &all, &counts).requests;
	if (shown >= needed)
		return true;
	trial->over = true;
	trial->row.outcome = OUTCOME_REFUSED;
	trial_tell(trial, HAPPENING_REFUSE, -1, shown, 0);
	return false;
}
