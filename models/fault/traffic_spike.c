/* More traffic than usual, whoever serves it: a campaign, a mention on television, a broken client.
 */
#include "models/list.h"

struct config {
	double times;
};

static const struct param params[] = {
	{"times", PARAM_FACTOR, offsetof(struct config, times), "x3", 0, 1000,
	 .about = "what the traffic is multiplied by"},
	{0},
};

static double surge(const void *config)
{
	return ((const struct config *)config)->times;
}

const struct fault fault_traffic_spike = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "traffic_spike",
		   .about = "more traffic, whoever serves it",
		   .example = "traffic_spike: {at: 10m, duration: 5m, ramp: 1m, times: x3}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.on = "both",
	.surge = surge,
};
