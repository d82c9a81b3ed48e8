/* The sample size of one test of two shares (Fleiss, Levin and Paik 2003): tests that may look at
 * any time need somewhat more, those that look often and don't care get it wrong more often. */
#include "sim/report/needs.h"

#include "sim/alike.h"
#include "sim/expected.h"
#include "sim/report/words.h"
#include "sim/stats/power.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define POWER 0.8 /* by custom (Cohen 1988) */

/* The chance that a request of stable fails, where failures alone decide the metric. */
static double failures(const struct plan *plan, const struct check_plan *check)
{
	bool known = check->metric.kind == METRIC_ERROR_RATE ||
		     check->metric.kind == METRIC_SUCCESS_RATE;
	return known ? expected_share(plan, STABLE, check->cohorts, METRIC_ERROR_RATE) : NAN;
}

/* Who gets what when the rollout begins: the strategy is asked. */
static double first_share(const struct plan *plan, const struct rollout_plan *rollout)
{
	void *state = calloc(1, strategy_state_size(&rollout->strategy) + 1);
	struct rng rng;
	rng_stream(&rng, 0, 0, "strategy");
	struct observation start = {.now = rollout->start,
				    .candidate = rollout->candidate,
				    .cohorts = (uint32_t)((UINT64_C(1) << plan->cohorts) - 1),
				    .tripped = -1,
				    .rng = &rng,
				    .plan = plan};
	struct routes routes;
	routes_reset(&routes, plan->cohorts, plan->versions);
	routes_hold(&routes, &rollout->rules);
	if (state)
		strategy_decide(&rollout->strategy, state, &start, &routes);
	double share = plan_share(plan, &routes, rollout->candidate);
	free(state);
	return share;
}

static double rate_of(const struct plan *plan, const struct rollout_plan *rollout)
{
	const struct traffic *traffic = (const struct traffic *)plan->traffic.plugin;
	return traffic->rate ? traffic->rate(plan->traffic.config, rollout->start) : NAN;
}

static void print_need(const struct plan *plan, const struct rollout_plan *rollout, int index,
		       double failing, double level, FILE *out)
{
	const struct check_plan *check = &rollout->check[index];
	double share = first_share(plan, rollout), rate = rate_of(plan, rollout);
	char count[WORDS_TEXT], time[WORDS_TEXT];
	if (!(share > 0 && share < 1))
		return;
	struct design design = {level, POWER, (1 - share) / share, false};
	double n = ceil(power_size_pooled(2 * failing, failing, &design));
	struct estimate exactly = {n, n, n};
	fprintf(out, "  %s, check %d (%s): %s requests of the candidate at a level of %.3g %%",
		rollout->name, index, check->label, words_count(count, exactly), 100 * level);
	if (rate > 0)
		fprintf(out, ": %s at %.3g %% of %.3g/s", words_seconds(time, n / share / rate),
			100 * share, rate);
	fputc('\n', out);
}

/* ---- what recorded traffic can tell, and what it cannot */

static bool is_recorded(const struct version_plan *version)
{
	return !strcmp(version->service[0].latency.plugin->name, "recorded");
}

static void print_alike(const struct alike *alike, FILE *out)
{
	static const char *const words[] = {"route", "segment", "hour of the day"};
	const char *between = "";
	fputs("Each request fares as one that is drawn from those of its ", out);
	for (int i = 0; i < 3; i++)
		if (alike->in_common & 1 << i) {
			fprintf(out, "%s%s", between, words[i]);
			between = " and ";
		}
	fprintf(out, " (%lld group%s).\n", (long long)alike->groups, alike->groups == 1 ? "" : "s");
}

static void print_replays(const struct plan *plan, FILE *out)
{
	const struct recording *recording = plan->recording;
	double known = (double)recording->replayed.requests / (double)recording->requests;
	for (int v = 0; v < plan->versions; v++)
		if (plan->version[v].replayed)
			fprintf(out,
				"But \"%s\" gives each request the answer its replay had; by its "
				"law "
				"it answers the\n%.3g %% that were not replayed.\n",
				plan->version[v].name, 100 * (1 - known));
}

static bool has_pools(const struct plan *plan)
{
	bool any = false;
	for (int v = 0; v < plan->versions; v++)
		any = any || plan->version[v].pool.servers;
	return any;
}

static bool has_drawn(const struct recording *recording)
{
	bool any = false;
	for (int t = 0; t < recording->traces; t++)
		any = any || recording->trace[t].drawn;
	return any;
}

void needs_print_clock(const struct clock_use *clock, FILE *out)
{
	char tick[UNITS_TEXT];
	fprintf(out,
		"The clock of the trace ticks every %s, %.3g requests come at one tick: how long "
		"they wait\nfor each other is the clock's doing. Import it with --jitter %s.\n",
		units_print_duration(tick, clock->tick_ns), clock_rows(clock), tick);
}

void needs_print_recorded(const struct plan *plan, FILE *out)
{
	bool waits = false, bent = plan->recorded_luck && is_recorded(&plan->version[STABLE]);
	if (!plan->recording)
		return;
	for (int v = 0; v < plan->versions; v++)
		waits = waits || (plan->version[v].pool.servers && is_recorded(&plan->version[v]));
	if (plan->alike)
		print_alike(plan->alike, out);
	else if (bent)
		fputs("Stable serves each request as it was recorded; what another version would "
		      "have done\nwith it is that, bent by its own law and by the case.\n",
		      out);
	else if (plan->recorded_luck)
		fputs("Each request is as slow among others as it was recorded, and fails if it "
		      "did "
		      "and a\nversion fails as often; the laws are the scenario's own.\n",
		      out);
	if (plan->replays)
		print_replays(plan, out);
	if (has_drawn(plan->recording))
		fputs("The trace was drawn from series: no request of it was recorded, and who "
		      "failed or took long is\nchance.\n",
		      out);
	for (int t = 0; t < plan->recording->traces && has_pools(plan); t++)
		if (clock_is_coarse(&plan->recording->trace[t].clock))
			needs_print_clock(&plan->recording->trace[t].clock, out);
	if (waits)
		fputs("Recorded durations hold the waiting there was; a version that also has a "
		      "pool waits twice.\n",
		      out);
}

void needs_print(const struct plan *plan, FILE *out)
{
	bool any = false;
	for (int r = 0; r < plan->rollouts; r++)
		for (int c = 0; c < plan->rollout[r].checks; c++) {
			const struct check_plan *check = &plan->rollout[r].check[c];
			const struct detector *detector =
				(const struct detector *)check->detector.plugin;
			double failing = failures(plan, check);
			if (!detector->level || !(failing > 0 && failing < 0.5))
				continue;
			if (!any)
				fprintf(out, "To see failures double, four times in five, it takes "
					     "at least\n");
			any = true;
			print_need(plan, &plan->rollout[r], c, failing,
				   detector->level(check->detector.config), out);
		}
}
