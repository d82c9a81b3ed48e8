/* Fine with a little traffic, dead with more: what a small canary cannot show. */
#include "models/list.h"

#include <math.h>
#include <stdio.h>

struct config {
	struct fault_changes changes;
	double begins, full, begins_load, full_load;
};

static const struct param params[] = {
	FAULT_CHANGES("", ""),
	{"begins", PARAM_SHARE, offsetof(struct config, begins), "", 0, 1,
	 .about = "the share of the traffic up to which all is well"},
	{"full", PARAM_SHARE, offsetof(struct config, full), "", 0, 1,
	 .about = "the share from which it is as bad as it gets"},
	{"begins_load", PARAM_RATE, offsetof(struct config, begins_load), "", 0, 1e9,
	 .about = "instead of begins: the load"},
	{"full_load", PARAM_RATE, offsetof(struct config, full_load), "", 0, 1e9,
	 .about = "instead of full: the load"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	bool by_share = c->begins <= c->full, by_load = c->begins_load <= c->full_load;
	bool share = !isnan(c->begins) || !isnan(c->full);
	bool load = !isnan(c->begins_load) || !isnan(c->full_load);
	if (fault_need_changes(config, why, size))
		return "";
	if (share != load && by_share == share && by_load == load)
		return NULL;
	snprintf(why, size,
		 "give either begins and full or begins_load and full_load, the smaller "
		 "first");
	return share ? "begins" : load ? "begins_load" : "";
}

/* How far x is from where it begins to where it is full. */
static double level(double x, double begins, double full)
{
	return x >= full ? 1 : fmax(0, (x - begins) / (full - begins));
}

static void bend(const void *config, const struct fault_context *context,
		 struct behaviour *behaviour)
{
	const struct config *c = config;
	double share = isnan(c->begins) ? level(context->load, c->begins_load, c->full_load)
					: level(context->share, c->begins, c->full);
	fault_change(behaviour, &c->changes, context->strength * share);
}

const struct fault fault_load_collapse = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "load_collapse",
		   .about = "fine with a little traffic, dead with more",
		   .example = "load_collapse: {begins: 20%, full: 50%, errors: +30%, latency: x5}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.dynamic = true,
	.bend = bend,
};
