/* Multi-window, multi-burn-rate alerts (Site Reliability Workbook 2018, chapter 5): the error
 * budget burns too fast over a long window, and still does over a short one. */
#include "models/list.h"

#include <stdio.h>

enum { WINDOWS = 4, PLACES = 60 /* of a window: what leaves it does so in sixtieths */ };

struct config {
	double fast, slow, budget;
	sim_time window[WINDOWS]; /* fast and its short one, slow and its short one */
};

/* A window as a ring of stretches of time. */
struct ring {
	double bad[PLACES], all[PLACES];
	int newest;
	double seconds; /* in the newest place */
};

struct state {
	struct ring ring[WINDOWS];
};

static const struct param params[] = {
	{"fast", PARAM_NUMBER, offsetof(struct config, fast), "14.4", 0, 1e6,
	 .about = "times the budget's own pace, over fast_window"},
	{"fast_window", PARAM_DURATION, offsetof(struct config, window[0]), "1h", 1e9,
	 (double)MAX_HORIZON, .about = "how far the fast alert looks back"},
	{"fast_short", PARAM_DURATION, offsetof(struct config, window[1]), "5m", 1e9,
	 (double)MAX_HORIZON, .about = "over which it must still burn as fast"},
	{"slow", PARAM_NUMBER, offsetof(struct config, slow), "6", 0, 1e6,
	 .about = "the same of a slower alert, over slow_window"},
	{"slow_window", PARAM_DURATION, offsetof(struct config, window[2]), "6h", 1e9,
	 (double)MAX_HORIZON, .about = "how far the slow alert looks back"},
	{"slow_short", PARAM_DURATION, offsetof(struct config, window[3]), "30m", 1e9,
	 (double)MAX_HORIZON, .about = "over which it must still burn as fast"},
	{"budget", PARAM_SHARE, offsetof(struct config, budget), "", 1e-9, 1,
	 .about = "the share of requests that may go badly; left out: that of slo"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	const char *key = c->window[1] > c->window[0]	? "fast_short"
			  : c->window[3] > c->window[2] ? "slow_short"
							: NULL;
	if (key)
		snprintf(why, size, "the short window must not be longer than the long one");
	return key;
}

/* As many places on as time has passed, each emptied. */
static void advance(struct ring *ring, double place_seconds, const struct reading *reading,
		    double bad)
{
	double steps = floor((ring->seconds + reading->seconds) / place_seconds);
	ring->seconds += reading->seconds - steps * place_seconds;
	for (int i = 0; i < (int)fmin(steps, PLACES); i++) {
		ring->newest = (ring->newest + 1) % PLACES;
		ring->bad[ring->newest] = ring->all[ring->newest] = 0;
	}
	ring->bad[ring->newest] += bad;
	ring->all[ring->newest] += reading->requests;
}

/* Of the requests of a window, how many times the budget went badly. */
static double burn(const struct ring *ring, double budget)
{
	double bad = 0, all = 0;
	for (int p = 0; p < PLACES; p++) {
		bad += ring->bad[p];
		all += ring->all[p];
	}
	return bad / all / budget;
}

static struct verdict look(const void *config, void *state, const struct evidence *evidence)
{
	const struct config *c = config;
	struct state *s = state;
	double budget = isnan(c->budget) ? evidence->budget : c->budget, rate[WINDOWS];
	for (int w = 0; w < WINDOWS; w++) {
		advance(&s->ring[w], (double)c->window[w] / 1e9 / PLACES, &evidence->candidate,
			evidence_bad(evidence, &evidence->candidate));
		rate[w] = burn(&s->ring[w], budget);
	}
	double fast = fmin(rate[0], rate[1]), slow = fmin(rate[2], rate[3]);
	bool slowly = fast < c->fast && slow >= c->slow;
	return verdict_of_limit(fast >= c->fast || slowly, slowly ? slow : fast,
				slowly ? c->slow : c->fast);
}

const struct detector detector_slo_burn = {
	.plugin = {.kind = PLUGIN_DETECTOR,
		   .name = "slo_burn",
		   .about = "fails when the error budget burns too fast over two windows at once",
		   .example = "slo_burn: {fast: 14.4, slow: 6, budget: 0.1%}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state),
		   .prepare = prepare},
	.evidence = EVIDENCE_INCREMENTS,
	.takes = OFFERS_HITS,
	.from_start = true,
	.look = look,
};
