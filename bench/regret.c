/* Games: the bandit of a scenario is asked, and its shares pull arms. */
#include "bench/regret.h"

#include "bench/arms.h"
#include "sim/scenario/scenario.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the bandit of a scenario */

static bool read_bandit(const struct regret_game *game, struct scenario *scenario)
{
	static const char *const names[MAX_VERSIONS] = {"stable", "candidate", "c", "d",
							"e",	  "f",	       "g", "h"};
	char text[2048], versions[512] = "", list[256] = "";
	struct complaints complaints;
	for (int a = 0; a < game->arms; a++) {
		snprintf(versions + strlen(versions), sizeof versions - strlen(versions),
			 "%s: {latency: 1ms}, ", names[a]);
		snprintf(list + strlen(list), sizeof list - strlen(list), "%s, ", names[a]);
	}
	int length = snprintf(text, sizeof text,
			      "scenario: arms\ntraffic: {poisson: {rate: 1/s}}\nversions: {%s}\n"
			      "cases: {it: []}\nrollouts: {r: {bandit: {arms: [%s], every: 1s, "
			      "floor: 0, %s}}}\nhorizon: 1h\n",
			      versions, list, game->settings);
	const struct source source = {"arms", text, (size_t)length};
	complaints_init(&complaints);
	bool good = scenario_read(scenario, &source, NULL, 0, &complaints);
	complaints_print(&complaints, stderr);
	complaints_free(&complaints);
	return good;
}

/* ---- games */

/* The number of pulls of the next point: a fifth more, and at least one update. */
static int64_t next_point(int64_t pulls, int64_t batch)
{
	int64_t next = (int64_t)(1.2 * (double)pulls) / batch * batch;
	return next > pulls ? next : pulls + batch;
}

static int find_points(const struct regret_game *game, double pulls[REGRET_POINTS])
{
	int64_t last = game->batch * game->updates;
	int count = 0;
	for (int64_t p = game->batch; p < last; p = next_point(p, game->batch)) {
		assert(count < REGRET_POINTS - 1);
		pulls[count++] = (double)p;
	}
	pulls[count] = (double)last;
	return count + 1;
}

/* One pull, by whoever chooses for each, who is told at once. */
static void pull(struct arms *arms, const struct routes *routes)
{
	const struct chooser *chooser = routes->chooser;
	struct reward reward = {0};
	if (!chooser) {
		arms_pull(arms, arms_draw(arms, routes->share[0]));
		return;
	}
	reward.version = (uint8_t)chooser->choose(chooser, 0, &reward.chance);
	double before = arms->rewards[reward.version];
	arms_pull(arms, reward.version);
	reward.value = arms->rewards[reward.version] - before;
	chooser->learn(chooser, &reward);
}

static void play(const struct regret_game *game, const struct plan *plan, struct arms *arms,
		 const struct regret_curve *curve, double regret[REGRET_POINTS])
{
	const struct use *bandit = &plan->rollout[0].strategy;
	const struct lens lens = {.world = arms, .read = arms_read};
	struct rng rng;
	void *state = calloc(1, strategy_state_size(bandit));
	struct routes routes;
	rng_stream(&rng, 1, arms->random, "strategy");
	routes_reset(&routes, 1, plan->versions);
	for (int64_t u = 0, p = 0; state && u < game->updates; u++) {
		const struct observation o = {.now = u * SIM_SECOND,
					      .candidate = 1,
					      .cohorts = 1,
					      .tripped = -1,
					      .lens = &lens,
					      .rng = &rng,
					      .plan = plan};
		if (game->change && u == game->change)
			memcpy(arms->chance, game->later, sizeof arms->chance);
		strategy_decide(bandit, state, &o, &routes);
		for (int64_t i = 0; i < game->batch; i++)
			pull(arms, &routes);
		if (curve->pulls[p] <= (double)((u + 1) * game->batch))
			regret[p++] = arms->regret;
	}
	free(state);
}

bool regret_play(const struct regret_game *game, int games, struct regret_curve *curve)
{
	struct scenario scenario;
	double sum[REGRET_POINTS] = {0}, squares[REGRET_POINTS] = {0};
	if (!read_bandit(game, &scenario))
		return false;
	curve->points = find_points(game, curve->pulls);
	for (int g = 0; g < games; g++) {
		struct arms arms = {.count = game->arms, .random = (uint64_t)g};
		double regret[REGRET_POINTS] = {0};
		memcpy(arms.chance, game->chance, sizeof arms.chance);
		play(game, &scenario.plans[0], &arms, curve, regret);
		for (int p = 0; p < curve->points; p++) {
			sum[p] += regret[p];
			squares[p] += regret[p] * regret[p];
		}
	}
	for (int p = 0; p < curve->points; p++) {
		curve->mean[p] = sum[p] / games;
		double variance = squares[p] / games - curve->mean[p] * curve->mean[p];
		curve->error[p] = sqrt(fmax(variance, 0) / (games - 1));
	}
	scenario_free(&scenario);
	return true;
}
