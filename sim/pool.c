/* Memory of pools; the work is in the header, where the request path can inline it. */
#include "sim/pool.h"

#include <assert.h>
#include <string.h>

void pool_allocate(struct pool *pool, struct arena *arena, int servers, int queue)
{
	pool->free_at = arena_take(arena, (size_t)servers * sizeof(sim_time));
	pool->left_at = arena_take(arena, (size_t)(queue > 0 ? queue : 0) * sizeof(sim_time));
}

void pool_reset(struct pool *pool, const struct pool_config *config)
{
	assert(config->servers <= MAX_SERVERS);
	pool->servers = config->servers;
	pool->queue = config->queue;
	pool->oldest = 0;
	pool->work_ns = 0;
	memset(pool->free_at, 0, (size_t)pool->servers * sizeof(sim_time));
	if (pool->queue > 0)
		memset(pool->left_at, 0, (size_t)pool->queue * sizeof(sim_time));
}

/* A server that will be free later is busy all the time until then: whoever it serves last has
 * come. */
double pool_busy_ns(const struct pool *pool, sim_time now)
{
	double busy_ns = pool->work_ns;
	for (int s = 0; s < pool->servers; s++)
		if (pool->free_at[s] > now)
			busy_ns -= (double)(pool->free_at[s] - now);
	return busy_ns;
}
