/* What stands before a version, and what it costs: `breaker:`, `limit:` and `cost:`. */
#include "sim/scenario/reader.h"

#include <math.h>

static const char *const fallback_names[] = {"stable", "refuse", NULL};

const struct param scenario_breaker_params[] = {
	{"failures", PARAM_SHARE, offsetof(struct breaker_config, failures), "", 1e-6, 1,
	 .about = "opens when this share of the requests in the window fails"},
	{"window", PARAM_DURATION, offsetof(struct breaker_config, window), "10s", 1e6,
	 (double)MAX_HORIZON, .about = "how far it looks back"},
	{"min_requests", PARAM_COUNT, offsetof(struct breaker_config, min_requests), "20", 1, 1e9,
	 .about = "fewer than these in the window say nothing"},
	{"consecutive", PARAM_COUNT, offsetof(struct breaker_config, consecutive), "", 1, 1e9,
	 .about = "opens after so many failures in a row"},
	{"open", PARAM_DURATION, offsetof(struct breaker_config, open), "30s", 1,
	 (double)MAX_HORIZON, .about = "how long nobody is let through"},
	{"probes", PARAM_COUNT, offsetof(struct breaker_config, probes), "5", 1, 1e6,
	 .about = "then so many are; all must go well, or it opens again"},
	{"fallback", PARAM_CHOICE, offsetof(struct breaker_config, fallback), "stable",
	 .choices = fallback_names,
	 .about = "where the others go: to stable, or back with an error (as stable's own do)"},
	{0},
};

const struct param scenario_limit_params[] = {
	{"rate", PARAM_RATE, offsetof(struct limiter_config, rate), NULL, 1e-6, 1e9,
	 .about = "how many requests are let through on the whole"},
	{"burst", PARAM_COUNT, offsetof(struct limiter_config, burst), "10", 1, 1e9,
	 .about = "how many at once, after a pause"},
	{0},
};

const struct param scenario_cost_params[] = {
	{"request", PARAM_NUMBER, offsetof(struct cost_plan, request), "0", 0, 1e12,
	 .about = "price of a request, attempts and copies included"},
	{"replica_hour", PARAM_NUMBER, offsetof(struct cost_plan, replica_hour), "0", 0, 1e12,
	 .about = "price of an instance of the pool for an hour in the routes"},
	{0},
};

static void read_breaker(struct reader *reader, struct node *version, struct breaker_config *to)
{
	const struct node *node = tree_find(version, "breaker");
	to->open = PARAM_UNSET;
	if (fields_part(reader, version, "breaker", scenario_breaker_params, to) &&
	    isnan(to->failures) && to->consecutive == PARAM_UNSET)
		complain(reader->complaints, node->at,
			 "a breaker needs \"failures\", \"consecutive\" or both: when it opens");
}

void read_guards(struct reader *reader, struct node *node, struct version_plan *version)
{
	version->limit.rate = NAN;
	read_breaker(reader, node, &version->breaker);
	fields_part(reader, node, "limit", scenario_limit_params, &version->limit);
	version->cost.given = tree_find(node, "cost");
	fields_part(reader, node, "cost", scenario_cost_params, &version->cost);
}
