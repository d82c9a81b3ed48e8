/* The pool says when a request is served from nothing but times at which servers become free. Here
 * the same shop is simulated as a crowd of people and a clock, and both must agree request by
 * request. */
#include "sim/pool.h"

#include "tests/random.h"

#include <criterion/criterion.h>

enum { MOST = 400, SERVERS_MOST = 6 };

struct guest {
	sim_time at, service;
	int fate; /* POOL_ */
	sim_time stayed;
};

/* Who waits, in order, and until when each server is busy; nothing else. */
struct shop {
	int servers, queue;
	sim_time patience, busy_until[SERVERS_MOST];
	int waiting[MOST], waiters;
	struct guest *guests;
};

static void leave_queue(struct shop *shop, int place)
{
	shop->waiters--;
	for (int i = place; i < shop->waiters; i++)
		shop->waiting[i] = shop->waiting[i + 1];
}

static void start(struct shop *shop, int guest, int server, sim_time now)
{
	struct guest *g = &shop->guests[guest];
	shop->busy_until[server] = now + g->service;
	g->stayed = now + g->service - g->at;
	g->fate = g->stayed < shop->patience ? POOL_SERVED : POOL_GIVEN_UP;
	if (g->fate == POOL_GIVEN_UP)
		g->stayed = shop->patience;
}

static int idle_server(const struct shop *shop, sim_time now)
{
	for (int s = 0; s < shop->servers; s++)
		if (shop->busy_until[s] <= now)
			return s;
	return -1;
}

/* At `now` those out of patience leave first, then free servers take who has waited longest. */
static void settle(struct shop *shop, sim_time now)
{
	for (int i = 0; i < shop->waiters;) {
		struct guest *g = &shop->guests[shop->waiting[i]];
		if (now < g->at + shop->patience) {
			i++;
			continue;
		}
		g->fate = POOL_LEFT;
		g->stayed = shop->patience;
		leave_queue(shop, i);
	}
	for (int s; shop->waiters && (s = idle_server(shop, now)) >= 0;) {
		start(shop, shop->waiting[0], s, now);
		leave_queue(shop, 0);
	}
}

/* The next instant after `now` at which anything can happen without an arrival. */
static sim_time next_instant(const struct shop *shop, sim_time now)
{
	sim_time next = SIM_NEVER;
	for (int s = 0; s < shop->servers; s++)
		if (shop->busy_until[s] > now && shop->busy_until[s] < next)
			next = shop->busy_until[s];
	for (int i = 0; i < shop->waiters; i++) {
		sim_time gives_up = shop->guests[shop->waiting[i]].at + shop->patience;
		if (gives_up > now && gives_up < next)
			next = gives_up;
	}
	return next;
}

static void arrive(struct shop *shop, int guest)
{
	struct guest *g = &shop->guests[guest];
	int server = idle_server(shop, g->at);
	if (server >= 0) {
		start(shop, guest, server, g->at);
	} else if (shop->queue >= 0 && shop->waiters >= shop->queue) {
		g->fate = POOL_REFUSED;
		g->stayed = 0;
	} else {
		shop->waiting[shop->waiters++] = guest;
	}
}

static void simulate(struct shop *shop, int count)
{
	sim_time now = 0;
	for (int i = 0; i <= count; i++) {
		sim_time until = i < count ? shop->guests[i].at : SIM_NEVER;
		for (sim_time next;
		     (next = next_instant(shop, now)) <= until && next < SIM_NEVER;) {
			now = next;
			settle(shop, now);
		}
		if (i < count) {
			now = until;
			arrive(shop, i);
		}
	}
}

/* Times are small integers, so that many things happen at the same instant. */
static int draw_guests(struct guest *guests, uint64_t *random)
{
	int count = 1 + (int)random_to(random, MOST - 1);
	sim_time gap = random_to(random, 8), longest = random_to(random, 30), at = 0;
	for (int i = 0; i < count; i++) {
		at += random_to(random, gap);
		guests[i] = (struct guest){at, random_to(random, longest), -1, -1};
	}
	return count;
}

static void compare(int servers, int queue, sim_time patience, uint64_t *random)
{
	struct guest guests[MOST];
	struct arena arena = {0};
	struct pool pool;
	struct shop shop = {
		.servers = servers, .queue = queue, .patience = patience, .guests = guests};
	const struct pool_config config = {servers, queue};
	int count = draw_guests(guests, random);
	simulate(&shop, count);
	pool_allocate(&pool, &arena, servers, queue);
	pool_reset(&pool, &config);
	for (int i = 0; i < count; i++) {
		sim_time stayed = -1;
		int fate = pool_serve(&pool, guests[i].at, guests[i].service, patience, &stayed);
		cr_assert_eq(fate, guests[i].fate, "%d servers, queue %d, patience %d, request %d",
			     servers, queue, (int)patience, i);
		cr_assert_eq(stayed, guests[i].stayed);
	}
	arena_free(&arena);
}

Test(pool, agrees_with_a_crowd_and_a_clock)
{
	uint64_t random = 3;
	for (int round = 0; round < 6000; round++) {
		int servers = 1 + (int)random_to(&random, SERVERS_MOST - 1);
		int queue = (int)random_to(&random, 6) - 1; /* PARAM_UNSET: any number */
		compare(servers, queue, 1 + random_to(&random, 60), &random);
	}
}

Test(pool, agrees_where_nobody_ever_gives_up)
{
	uint64_t random = 4;
	for (int round = 0; round < 1000; round++)
		compare(1 + (int)random_to(&random, SERVERS_MOST - 1),
			(int)random_to(&random, 4) - 1, 1000000, &random);
}

static int serve(struct pool *pool, sim_time at, sim_time service, sim_time *stayed)
{
	return pool_serve(pool, at, service, 100, stayed);
}

Test(pool, one_server_by_hand)
{
	struct arena arena = {0};
	struct pool pool;
	sim_time stayed;
	pool_allocate(&pool, &arena, 1, 1);
	pool_reset(&pool, &(struct pool_config){1, 1});
	cr_assert_eq(serve(&pool, 0, 10, &stayed), POOL_SERVED);
	cr_assert_eq(stayed, 10);
	cr_assert_eq(serve(&pool, 4, 10, &stayed), POOL_SERVED); /* waits from 4 to 10 */
	cr_assert_eq(stayed, 16);
	cr_assert_eq(serve(&pool, 9, 10, &stayed), POOL_REFUSED); /* one waits already */
	cr_assert_eq(stayed, 0);
	cr_assert_eq(serve(&pool, 10, 85, &stayed), POOL_SERVED); /* from 20 to 105 */
	cr_assert_eq(stayed, 95);
	cr_assert_eq(serve(&pool, 20, 16, &stayed), POOL_GIVEN_UP); /* from 105 to 121 */
	cr_assert_eq(stayed, 100);
	cr_assert_eq(serve(&pool, 105, 1, &stayed), POOL_SERVED); /* it is served all the same */
	cr_assert_eq(stayed, 17);
	arena_free(&arena);
}

Test(pool, reset_forgets_everybody)
{
	struct arena arena = {0};
	struct pool pool;
	const struct pool_config config = {2, 3};
	sim_time stayed;
	pool_allocate(&pool, &arena, 4, 5);
	pool_reset(&pool, &config);
	for (int i = 0; i < 20; i++)
		serve(&pool, i, 50, &stayed);
	pool_reset(&pool, &config);
	cr_assert_eq(serve(&pool, 0, 7, &stayed), POOL_SERVED);
	cr_assert_eq(stayed, 7);
	arena_free(&arena);
}
