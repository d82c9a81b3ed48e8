/* Users lose the version they had: sessions expire, cookies go, hashes change. */
#include "models/list.h"

struct config {
	double users;
};

static const struct param params[] = {
	{"users", PARAM_SHARE, offsetof(struct config, users), NULL, 0, 1,
	 .about = "share of the users who are routed anew at every request"},
	{0},
};

static void hinder(const void *config, const struct fault_context *context,
		   struct hindrance *hindrance)
{
	const struct config *c = config;
	hindrance->drift += context->strength * c->users;
}

const struct fault fault_sticky_drift = {
	.plugin = {.kind = PLUGIN_FAULT,
		   .name = "sticky_drift",
		   .about = "users lose the version they had",
		   .example = "sticky_drift: {users: 20%}",
		   .params = params,
		   .config_size = sizeof(struct config)},
	.on = "both",
	.hinder = hinder,
};
