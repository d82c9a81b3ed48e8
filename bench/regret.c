/* Arms stand in for dashboards: a bandit asks how many requests each version has had and how many
 * went well, and is told at once. Nothing else of a trial is simulated. */
#include "bench/regret.h"

#include "sim/scenario/scenario.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arms {
	int count;
	const double *chance;
	double pulls[REGRET_ARMS], rewards[REGRET_ARMS], regret;
	struct rng rng;
};

static struct reading read_arm(const void *world, int version, uint32_t cohorts,
			       const struct metric *metric, const struct lookback *lookback)
{
	const struct arms *arms = world;
	(void)cohorts;
	(void)metric;
	(void)lookback;
	return arms->pulls[version] > 0
		       ? reading_of_share(arms->rewards[version], arms->pulls[version])
		       : reading_of_nothing;
}

static int draw_arm(const double *share, struct arms *arms)
{
	double u = rng_uniform(&arms->rng);
	int arm = 0;
	while (arm + 1 < arms->count && u >= share[arm])
		u -= share[arm++];
	return arm;
}

static void pull(struct arms *arms, int arm)
{
	double best = 0;
	for (int a = 0; a < arms->count; a++)
		best = fmax(best, arms->chance[a]);
	arms->regret += best - arms->chance[arm];
	arms->pulls[arm]++;
	arms->rewards[arm] += rng_uniform(&arms->rng) < arms->chance[arm];
}

/* ---- the bandit of a scenario */

static bool read_bandit(const struct regret_game *game, struct scenario *scenario)
{
	static const char *const names[REGRET_ARMS] = {"stable", "candidate", "c", "d",
						       "e",	 "f",	      "g", "h"};
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

static void play(const struct regret_game *game, const struct plan *plan, struct arms *arms,
		 const struct regret_curve *curve, double regret[REGRET_POINTS])
{
	const struct use *bandit = &plan->rollout[0].strategy;
	const struct lens lens = {.world = arms, .read = read_arm};
	void *state = calloc(1, strategy_state_size(bandit));
	struct routes routes;
	routes_reset(&routes, 1, plan->versions);
	for (int64_t u = 0, p = 0; state && u < game->updates; u++) {
		const struct observation o = {.now = u * SIM_SECOND,
					      .candidate = 1,
					      .cohorts = 1,
					      .tripped = -1,
					      .lens = &lens,
					      .rng = &arms->rng,
					      .plan = plan};
		if (game->change && u == game->change)
			arms->chance = game->later;
		strategy_decide(bandit, state, &o, &routes);
		for (int64_t i = 0; i < game->batch; i++)
			pull(arms, draw_arm(routes.share[0], arms));
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
		struct arms arms = {.count = game->arms, .chance = game->chance};
		double regret[REGRET_POINTS] = {0};
		rng_stream(&arms.rng, 1, (uint64_t)g, "arms");
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
