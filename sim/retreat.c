/* Steps of the way back, each of which takes time and may fail. */
#include "sim/retreat.h"

#include "sim/checks.h"
#include "sim/control.h"
#include "sim/effect.h"
#include "sim/party.h"

#include <math.h>

/* ---- how long, and whether it works */

/* How long a way back takes that faults stand in. */
static sim_time hindered(const struct trial *trial, sim_time takes, bool first)
{
	struct hindrance h = course_hindrance(&trial->course, trial->queue.now);
	double ns = (double)takes * h.back_factor + h.back_add_ns + (first ? h.back_first_ns : 0);
	return (sim_time)fmin(fmax(ns, 0), (double)MAX_HORIZON);
}

static double failing_share(const struct trial *trial)
{
	double own = trial->rollout->rollback.fails;
	if (!trial->case_->hindering)
		return own;
	return 1 - (1 - own) * (1 - course_hindrance(&trial->course, trial->queue.now).back_fails);
}

static void wait(struct trial *trial, sim_time time)
{
	sim_time done = trial->queue.now + time;
	if (done < trial->plan->horizon)
		event_schedule(&trial->queue, done, EVENT_ROLLED_BACK, 0);
}

static sim_time draw(const struct use *law, double u)
{
	const struct latency *latency = (const struct latency *)law->plugin;
	return (sim_time)fmin(latency->quantile(law->config, u), (double)MAX_HORIZON);
}

/* When all attempts are used up, somebody does it by hand, and that works. */
static bool is_by_hand(const struct trial *trial)
{
	int64_t most = trial->rollout->rollback.retries;
	return most != PARAM_UNSET && trial->retreat.failed > most;
}

/* An attempt begins after a pause and takes as long as decided, or as the rollout's law says. */
static void attempt(struct trial *trial, sim_time pause)
{
	const struct rollback_plan *way = &trial->rollout->rollback;
	double u = rng_open_uniform(&trial->rollback_stream);
	sim_time takes = trial->retreat.takes;
	if (is_by_hand(trial))
		takes = draw(&way->by_hand, u);
	else if (takes == PARAM_UNSET)
		takes = draw(&way->takes, u);
	if (trial->case_->hindering)
		takes = hindered(trial, takes, trial->queue.now == trial->decided);
	wait(trial, pause + takes);
}

static bool fails(struct trial *trial)
{
	bool failed = rng_uniform(&trial->rollback_stream) < failing_share(trial);
	return failed && !is_by_hand(trial);
}

/* ---- routes on the way */

/* The check that failed may say it, or else the rollout does. */
static bool is_canary_alone(const struct trial *trial)
{
	int check = trial->retreat.check;
	enum check_action action = check < 0 ? ACTION_USUAL : trial->rollout->check[check].action;
	if (action == ACTION_USUAL || action == ACTION_HALVE)
		return trial->rollout->rollback.policy == BACK_CANARY_ONLY;
	return action == ACTION_CANARY_ONLY;
}

/* What is left of other versions than stable: a share of what they had. */
static void shrink(const struct trial *trial, double left, struct routes *routes)
{
	bool alone = is_canary_alone(trial);
	for (int v = 1; v < routes->versions; v++)
		if (!alone || v == trial->rollout->candidate)
			routes_take_back(routes, v, 1 - left);
	if (left == 0 && (!alone || routes->mirror_to == trial->rollout->candidate))
		routes->mirror = 0;
}

static void read_routes(const struct trial *trial, struct routes *routes)
{
	routes_copy(routes,
		    trial->case_->hindering ? &trial->propagation.asked : &trial->requests.routes);
}

void retreat_finish(struct trial *trial, const struct routes *routes)
{
	trial->rolling_back = true;
	trial->undone = true;
	trial->course.back = trial->queue.now;
	effect_ask_over(trial, routes, trial->rollout->rollback.spread);
	effect_treat(trial);
}

static void arrive(struct trial *trial)
{
	struct routes routes;
	read_routes(trial, &routes);
	if (is_canary_alone(trial))
		shrink(trial, 0, &routes);
	else
		routes_withdraw(&routes);
	trial->retreat.step = RETREAT_NONE;
	retreat_finish(trial, &routes);
}

/* ---- half of it first */

/* Half of the candidate's share goes back, and what is left is watched. */
static void halve(struct trial *trial)
{
	struct routes routes;
	read_routes(trial, &routes);
	routes_copy(&trial->retreat.before, &routes);
	shrink(trial, 0.5, &routes);
	trial->retreat.step = RETREAT_OBSERVING;
	trial->rolling_back = false;
	effect_ask(trial, &routes);
	wait(trial, trial->rollout->rollback.observe);
}

/* It was nothing: what was taken is given back, and the rollout goes on. */
static void restore(struct trial *trial)
{
	struct retreat *retreat = &trial->retreat;
	retreat->step = RETREAT_NONE;
	retreat->restores++;
	retreat->quiet_until = trial->queue.now + trial->rollout->rollback.cool_down;
	trial->decided = SIM_NEVER;
	trial->row.deciding_check = -1;
	checks_forgive(trial);
	trial_tell(trial, HAPPENING_RESTORE, retreat->check, NAN, 0);
	effect_ask(trial, &retreat->before);
	control_ask(trial);
}

static void go_all_the_way(struct trial *trial)
{
	trial->retreat.step = RETREAT_GOING;
	trial->rolling_back = true;
	trial->row.outcome = OUTCOME_ROLLED_BACK;
	trial->row.deciding_check = (int8_t)trial->retreat.check;
	trial_tell(trial, HAPPENING_ROLLBACK, trial->retreat.check,
		   trial->rider[0]->deciding_statistic, 0);
	attempt(trial, 0);
}

/* Whether the check that failed still does, or another has begun to. */
bool retreat_is_backed(const struct rider *rider)
{
	bool failing = false;
	for (int c = 0; c < rider->rollout->checks; c++)
		failing |= rider->check[c]->tripped && rider->check[c]->says != VERDICT_PASS;
	return failing;
}

/* ---- steps */

static void note_decision(struct trial *trial)
{
	trial->decided = trial->queue.now;
	/* Copies can show what is wrong before anybody is hurt, but nothing can show what only goes
	 * wrong at this very instant. */
	trial->guilty = trial->shown < trial->decided;
	for (int c = 0; c < trial->plan->cohorts; c++)
		trial->guilty |= effect_is_worse(trial, c, trial->decided - 1);
}

/* Only a check's failure may be a mistake that halving shows. */
static bool is_halved_first(const struct trial *trial, int check)
{
	const struct rollout_plan *rollout = trial->rollout;
	enum check_action action = check < 0 ? ACTION_USUAL : rollout->check[check].action;
	bool wanted = action == ACTION_HALVE ||
		      (action == ACTION_USUAL && rollout->rollback.policy == BACK_STAGED);
	return wanted && check >= 0 && trial->retreat.restores < rollout->rollback.restores;
}

void retreat_begin(struct trial *trial, const struct decision *decision, int check)
{
	struct retreat *retreat = &trial->retreat;
	retreat->takes = decision->takes;
	retreat->check = check;
	retreat->failed = 0;
	note_decision(trial);
	if (decision->itself) {
		retreat->step = RETREAT_WALKING;
		trial->row.outcome = OUTCOME_ROLLED_BACK;
		trial->row.deciding_check = (int8_t)check;
		trial_tell(trial, HAPPENING_ROLLBACK, check, trial->rider[0]->deciding_statistic,
			   0);
		return;
	}
	if (!is_halved_first(trial, check)) {
		go_all_the_way(trial);
		return;
	}
	retreat->step = RETREAT_HALVING;
	trial->rolling_back = true;
	trial_tell(trial, HAPPENING_HALVE, check, trial->rider[0]->deciding_statistic, 0);
	attempt(trial, 0);
}

void retreat_go_on(struct trial *trial)
{
	if (trial->retreat.step == RETREAT_OBSERVING) {
		if (trial->party)
			party_part_to_go_on(trial);
		if (retreat_is_backed(trial->rider[0]))
			go_all_the_way(trial);
		else
			restore(trial);
		return;
	}
	if (fails(trial)) {
		trial->retreat.failed++;
		trial_tell(trial, HAPPENING_RETRY, is_by_hand(trial), NAN, 0);
		attempt(trial, trial->rollout->rollback.retry_after);
	} else if (trial->retreat.step == RETREAT_HALVING) {
		halve(trial);
	} else {
		arrive(trial);
	}
}
