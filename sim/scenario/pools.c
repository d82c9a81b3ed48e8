/* `pool:` in a version: the servers behind it, and what their replicas do. */
#include "sim/scenario/reader.h"

struct pool_fields {
	int64_t replicas, slots, queue, shed_in_flight;
	sim_time shed_wait, ready_after;
	bool per_region;
};

const struct param scenario_pool_params[] = {
	{"replicas", PARAM_COUNT, offsetof(struct pool_fields, replicas), "1", 1, MAX_SERVERS,
	 .about = "how many instances there are"},
	{"slots", PARAM_COUNT, offsetof(struct pool_fields, slots), "1", 1, MAX_SERVERS,
	 .about = "requests one instance works on at a time"},
	{"queue", PARAM_COUNT, offsetof(struct pool_fields, queue), "", 0, MAX_QUEUE,
	 .about = "how many may wait; one more is refused; left out: any number"},
	{"per_region", PARAM_FLAG, offsetof(struct pool_fields, per_region), "",
	 .about = "yes: every region has a pool of this size"},
	{"shed_wait", PARAM_DURATION, offsetof(struct pool_fields, shed_wait), "", 1,
	 (double)MAX_HORIZON, .about = "refuses who would have to wait so long, as services go"},
	{"shed_in_flight", PARAM_COUNT, offsetof(struct pool_fields, shed_in_flight), "", 1,
	 MAX_QUEUE, .about = "refuses while so many wait or are served"},
	{"ready_after", PARAM_DURATION, offsetof(struct pool_fields, ready_after), "", 0,
	 (double)MAX_HORIZON,
	 .about = "how long a new or restarted instance takes to be ready; left out: no time"},
	{0},
};

const struct param scenario_slowdown_params[] = {
	{"from", PARAM_SHARE, offsetof(struct fleet_config, slow_from), "70%", 0, 0.999,
	 .about = "share of busy slots above which services slow down"},
	{"factor", PARAM_FACTOR, offsetof(struct fleet_config, slow_factor), NULL, 1, 1000,
	 .about = "how much when all slots are busy; in between in a straight line"},
	{0},
};

const struct param scenario_warmup_params[] = {
	{"factor", PARAM_FACTOR, offsetof(struct fleet_config, cold_factor), NULL, 1, 1000,
	 .about = "how much slower the first request of an instance is"},
	{"requests", PARAM_COUNT, offsetof(struct fleet_config, cold_requests), "", 1, 1e12,
	 .about = "after so many it is warm"},
	{"time", PARAM_DURATION, offsetof(struct fleet_config, cold_time), "", 1,
	 (double)MAX_HORIZON, .about = "so long after its first request it is warm"},
	{0},
};

const struct param scenario_crash_params[] = {
	{"every", PARAM_DURATION, offsetof(struct fleet_config, crash_every), NULL, 1e6,
	 (double)MAX_HORIZON, .about = "mean time an instance runs until it crashes"},
	{"restart", PARAM_DURATION, offsetof(struct fleet_config, restart), "10s", 0,
	 (double)MAX_HORIZON, .about = "how long until it runs again; ready_after comes on top"},
	{0},
};

const struct param scenario_autoscale_params[] = {
	{"target", PARAM_SHARE, offsetof(struct autoscale_config, target), "60%", 0.01, 1,
	 .about = "share of the slots that should be busy"},
	{"min", PARAM_COUNT, offsetof(struct autoscale_config, least), "1", 1, MAX_SERVERS,
	 .about = "the fewest instances"},
	{"max", PARAM_COUNT, offsetof(struct autoscale_config, most), NULL, 1, MAX_SERVERS,
	 .about = "the most"},
	{"every", PARAM_DURATION, offsetof(struct autoscale_config, every), "15s", 1e6,
	 (double)MAX_HORIZON, .about = "how often it looks"},
	{"calm", PARAM_DURATION, offsetof(struct autoscale_config, calm), "5m", 0,
	 (double)MAX_HORIZON, .about = "how long fewer must have been enough before any go"},
	{0},
};

static const struct fleet_config as_many_as_needed = {
	.queue = PARAM_UNSET,
	.shed_wait = PARAM_UNSET,
	.shed_in_flight = PARAM_UNSET,
	.slow_factor = 1,
	.cold_factor = 1,
	.crash_every = PARAM_UNSET,
	.autoscale = {.every = PARAM_UNSET},
};

static void read_warmup(struct reader *reader, struct node *pool, struct fleet_config *fleet)
{
	const struct node *node = tree_find(pool, "warmup");
	if (fields_part(reader, pool, "warmup", scenario_warmup_params, fleet) &&
	    fleet->cold_requests == PARAM_UNSET && fleet->cold_time == PARAM_UNSET)
		complain(reader->complaints, node->at,
			 "warmup needs \"requests\", \"time\" or both: when an instance is warm");
}

static void read_autoscale(struct reader *reader, struct node *pool, struct fleet_config *fleet)
{
	struct autoscale_config *scale = &fleet->autoscale;
	if (!fields_part(reader, pool, "autoscale", scenario_autoscale_params, scale))
		return;
	if (scale->least <= fleet->replicas && fleet->replicas <= scale->most)
		return;
	complain(reader->complaints, tree_find(pool, "autoscale")->at,
		 "the pool begins with %lld replicas, which is not from min %lld to max %lld",
		 (long long)fleet->replicas, (long long)scale->least, (long long)scale->most);
}

static void check_size(struct reader *reader, const struct node *pool,
		       const struct fleet_config *fleet)
{
	long long replicas = fleet_most(fleet), slots = fleet->slots;
	if (replicas * slots > MAX_SERVERS)
		complain(reader->complaints, pool->at,
			 "%lld replicas of %lld slots are %lld servers; at most %d are possible",
			 replicas, slots, replicas * slots, MAX_SERVERS);
}

void read_pool(struct reader *reader, struct node *node, struct version_plan *version)
{
	static const char *const maps[] = {"slowdown", "warmup", "crashes", "autoscale", NULL};
	struct node *pool = tree_find(node, "pool");
	struct pool_fields fields;
	/* One that cannot be read is still one: nobody is to be told that there is none. */
	version->pool = (struct pool_config){!!pool, PARAM_UNSET};
	version->fleet = as_many_as_needed;
	if (!pool || !fields_is_map(reader, pool, "pool"))
		return;
	int before = reader->complaints->count;
	struct fleet_config fleet = as_many_as_needed;
	fields_only(reader, pool, scenario_pool_params, NULL, maps, "pool");
	fields_read(reader, pool, scenario_pool_params, &fields, "pool");
	fleet.replicas = fields.replicas;
	fleet.slots = fields.slots;
	fleet.queue = fields.queue;
	fleet.per_region = fields.per_region;
	fleet.shed_wait = fields.shed_wait;
	fleet.shed_in_flight = fields.shed_in_flight;
	fleet.ready_after = fields.ready_after == PARAM_UNSET ? 0 : fields.ready_after;
	fields_part(reader, pool, "slowdown", scenario_slowdown_params, &fleet);
	fields_part(reader, pool, "crashes", scenario_crash_params, &fleet);
	read_warmup(reader, pool, &fleet);
	read_autoscale(reader, pool, &fleet);
	if (reader->complaints->count == before)
		check_size(reader, pool, &fleet);
	if (reader->complaints->count != before)
		return;
	version->fleet = fleet;
	version->pool = (struct pool_config){(int)(fleet.replicas * fleet.slots), (int)fleet.queue};
}
