/* So many clients, each of whom waits for an answer and thinks before it asks again: a slow service
 * is asked less. */
#include "models/list.h"

#include <stdio.h>

struct config {
	int64_t clients;
	struct use think;
};

static const struct param params[] = {
	{"clients", PARAM_COUNT, offsetof(struct config, clients), NULL, 1, MAX_CLIENTS,
	 .about = "how many there are; they are the users"},
	{"think", PARAM_LAW, offsetof(struct config, think), NULL,
	 .about = "how long each waits after an answer before it asks again"},
	{0},
};

static double think_seconds(const struct config *config)
{
	const struct use *law = &config->think;
	return ((const struct latency *)law->plugin)->mean(law->config) / SIM_SECOND;
}

static const char *prepare(void *config, char *why, size_t size)
{
	/* Without it the rate has no bound. */
	if (think_seconds(config) > 0)
		return NULL;
	snprintf(why, size, "clients must think for longer than 0s on average");
	return "think";
}

/* None comes unasked. */
static int fill(const void *config, void *state, const struct arrivals *to, int room)
{
	(void)config, (void)state, (void)to, (void)room;
	return 0;
}

/* If all answers came at once. */
static double rate(const void *config, sim_time at)
{
	const struct config *c = config;
	(void)at;
	return (double)c->clients / think_seconds(c);
}

static double peak(const void *config)
{
	return rate(config, 0);
}

static struct clients clients(const void *config)
{
	const struct config *c = config;
	return (struct clients){(int)c->clients, &c->think};
}

const struct traffic traffic_closed = {
	.plugin = {.kind = PLUGIN_TRAFFIC,
		   .name = "closed",
		   .about = "clients who wait for the answer, think and ask again",
		   .example = "closed: {clients: 50, think: {exponential: {mean: 2s}}}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.fill = fill,
	.rate = rate,
	.peak = peak,
	.clients = clients,
};
