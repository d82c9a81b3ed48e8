/* What clients do in `traffic:` when an answer is bad or late: `retries:`. */
#include "sim/scenario/reader.h"

const struct param scenario_retry_params[] = {
	{"attempts", PARAM_COUNT, offsetof(struct retry_config, attempts), "3", 1, MAX_ATTEMPTS,
	 .about = "at most, the first included"},
	{"timeout", PARAM_DURATION, offsetof(struct retry_config, timeout), "", 1e6, 3600e9,
	 .about = "how long a client waits for each; left out: as long as for all"},
	{"backoff", PARAM_DURATION, offsetof(struct retry_config, backoff), "100ms", 0, 3600e9,
	 .about = "how long it waits before the second attempt"},
	{"factor", PARAM_FACTOR, offsetof(struct retry_config, factor), "x2", 1, 1000,
	 .about = "how much longer before each further one"},
	{"longest", PARAM_DURATION, offsetof(struct retry_config, longest), "10s", 0, 3600e9,
	 .about = "but never longer than this"},
	{"jitter", PARAM_SHARE, offsetof(struct retry_config, jitter), "100%", 0, 1,
	 .about = "up to this share of the wait is left out at random"},
	{"errors", PARAM_FLAG, offsetof(struct retry_config, errors), "yes",
	 .about = "whether it asks again after an error"},
	{"timeouts", PARAM_FLAG, offsetof(struct retry_config, timeouts), "yes",
	 .about = "whether it asks again when it waited in vain"},
	{"refusals", PARAM_FLAG, offsetof(struct retry_config, refusals), "yes",
	 .about = "whether it asks again when it was turned away"},
	{"budget", PARAM_SHARE, offsetof(struct retry_config, budget), "", 0, 1,
	 .about = "retries of all clients as a share of their requests; left out: any number"},
	{"reserve", PARAM_NUMBER, offsetof(struct retry_config, reserve), "10", 1, 1e9,
	 .about = "retries that may be saved up within the budget"},
	{0},
};

static void complain_of(struct reader *reader, const struct node *traffic, const char *key,
			const char *why)
{
	const struct node *node = tree_find(traffic, key);
	if (node)
		complain(reader->complaints, node->key_at, "%s; leave %s out", why, key);
}

/* Who waits for an answer does not come by chance, or by the hour. */
static void read_closed(struct reader *reader, const struct node *traffic)
{
	struct plan *plan = reader->plan;
	plan->clients =
		((const struct traffic *)plan->traffic.plugin)->clients(plan->traffic.config);
	plan->population.users = plan->clients.count;
	complain_of(reader, traffic, "users", "the clients of closed traffic are the users");
	complain_of(reader, traffic, "shapes", "the clients of closed traffic come when answered");
}

void read_clients(struct reader *reader, struct node *traffic, bool good)
{
	struct plan *plan = reader->plan;
	plan->clients = (struct clients){0, NULL};
	plan->retry = (struct retry_config){.attempts = 1, .timeout = PARAM_UNSET};
	fields_part(reader, traffic, "retries", scenario_retry_params, &plan->retry);
	if (good && ((const struct traffic *)plan->traffic.plugin)->clients)
		read_closed(reader, traffic);
}
