/* Slots are taken in turn, the longest idle first, which is what balancers that spread evenly come
 * to. Slots that are not usable any more are found out when their turn comes. */
#include "sim/fleet.h"

#include "sim/hash.h"
#include "sim/param.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { SERVICES_LATELY = 32 }; /* half of what is known of a service is of the last twenty */

void fleet_allocate(struct fleet *fleet, struct arena *arena, int replicas, int slots)
{
	fleet->replica = arena_take(arena, (size_t)replicas * sizeof *fleet->replica);
	fleet->holder = arena_take(arena, (size_t)slots * sizeof *fleet->holder);
	fleet->ready = arena_take(arena, (size_t)slots * sizeof *fleet->ready);
	fleet->works = arena_take(arena, (size_t)slots * sizeof *fleet->works);
}

static bool is_scaled(const struct fleet_config *config)
{
	return config->autoscale.every != PARAM_UNSET;
}

int fleet_most(const struct fleet_config *config)
{
	return (int)(is_scaled(config) ? config->autoscale.most : config->replicas);
}

bool fleet_is_plain(const struct fleet_config *config)
{
	return !config->per_region && config->shed_wait == PARAM_UNSET &&
	       config->shed_in_flight == PARAM_UNSET && config->slow_factor == 1 &&
	       config->cold_factor == 1 && config->crash_every == PARAM_UNSET && !is_scaled(config);
}

/* ---- slots */

static int per_replica(const struct fleet *fleet)
{
	return (int)fleet->config->slots;
}

static bool can_work(const struct fleet *fleet, uint32_t slot)
{
	return fleet->replica[slot / (uint32_t)per_replica(fleet)].state == REPLICA_UP &&
	       slot < fleet->limit;
}

static void make_ready(struct fleet *fleet, uint32_t slot)
{
	int place = fleet->first_ready + fleet->ready_count++;
	fleet->ready[place < fleet->slots ? place : place - fleet->slots] = slot;
	fleet->holder[slot] = SLOT_READY;
}

static bool is_held(const struct fleet *fleet, int slot)
{
	return fleet->holder[slot] != SLOT_OUT && fleet->holder[slot] != SLOT_READY;
}

/* After something changed: which slots are usable, and puts those that are back in turn. */
static void review_slots(struct fleet *fleet)
{
	fleet->limit = (uint32_t)(fleet->working * fleet->wanted * per_replica(fleet) + 0.5);
	fleet->usable = fleet->finishing = 0;
	for (int s = 0; s < fleet->slots; s++) {
		fleet->works[s] = can_work(fleet, (uint32_t)s);
		if (!fleet->works[s]) {
			fleet->finishing += is_held(fleet, s);
			continue;
		}
		fleet->usable++;
		if (fleet->holder[s] == SLOT_OUT)
			make_ready(fleet, (uint32_t)s);
	}
}

/* Slots x time, for the autoscaler and for meters. */
static void account(struct fleet *fleet, sim_time now)
{
	double ns = (double)(now - fleet->accounted_at);
	fleet->busy_ns += fleet->busy * ns;
	fleet->usable_ns += fleet->usable * ns;
	fleet->used.busy_ns += fleet->busy * ns;
	fleet->used.slot_ns += (fleet->usable + fleet->finishing) * ns;
	fleet->accounted_at = now;
}

static bool is_accounted(const struct fleet *fleet)
{
	return is_scaled(fleet->config) || fleet->metered;
}

void fleet_add_usage(struct fleet *fleet, sim_time now, struct usage *usage)
{
	account(fleet, now);
	usage->busy_ns += fleet->used.busy_ns;
	usage->slot_ns += fleet->used.slot_ns;
}

uint32_t fleet_take(struct fleet *fleet)
{
	while (fleet->ready_count) {
		uint32_t slot = fleet->ready[fleet->first_ready];
		fleet->first_ready =
			fleet->first_ready + 1 < fleet->slots ? fleet->first_ready + 1 : 0;
		fleet->ready_count--;
		if (fleet->works[slot])
			return slot;
		fleet->holder[slot] = SLOT_OUT;
	}
	return NO_SLOT;
}

/* What somebody who does not know the future expects: everybody in line takes as long as services
 * have lately. */
static double expected_wait(const struct fleet *fleet)
{
	return (fleet->line.length + 1) * fleet->service_ns / fmax(fleet->usable, 1);
}

static void note_service(struct fleet *fleet, sim_time service)
{
	double ns = (double)service;
	fleet->service_ns = fleet->service_ns > 0
				    ? fleet->service_ns + (ns - fleet->service_ns) / SERVICES_LATELY
				    : ns;
}

bool fleet_refuses(const struct fleet *fleet)
{
	const struct fleet_config *config = fleet->config;
	const struct line *line = &fleet->line;
	if (config->shed_in_flight != PARAM_UNSET &&
	    fleet->busy + line->length >= config->shed_in_flight)
		return true;
	return config->shed_wait != PARAM_UNSET && fleet->busy >= fleet->usable &&
	       expected_wait(fleet) >= (double)config->shed_wait;
}

/* ---- service */

/* From cold_factor down to 1, straight, over its first requests or its first while. */
static double coldness(struct fleet *fleet, uint32_t slot, sim_time now)
{
	const struct fleet_config *config = fleet->config;
	struct replica *replica = &fleet->replica[slot / (uint32_t)per_replica(fleet)];
	double left = 1;
	if (replica->warm_since == SIM_NEVER)
		replica->warm_since = now;
	if (config->cold_requests != PARAM_UNSET)
		left = 1 - (double)replica->served++ / (double)config->cold_requests;
	if (config->cold_time != PARAM_UNSET)
		left = fmin(left,
			    1 - (double)(now - replica->warm_since) / (double)config->cold_time);
	return left > 0 ? 1 + (config->cold_factor - 1) * left : 1;
}

/* From 1 at the knee up to slow_factor, straight, when every slot is busy. */
static double slowness(const struct fleet *fleet)
{
	const struct fleet_config *config = fleet->config;
	double share = fmin((double)fleet->busy / fmax(fleet->usable, 1), 1);
	double above = (share - config->slow_from) / (1 - config->slow_from);
	return above > 0 ? 1 + (config->slow_factor - 1) * above : 1;
}

sim_time fleet_begin(struct fleet *fleet, uint32_t slot, uint32_t who, sim_time service,
		     sim_time now)
{
	const struct fleet_config *config = fleet->config;
	double factor = 1;
	if (is_accounted(fleet))
		account(fleet, now);
	fleet->holder[slot] = who;
	fleet->busy++;
	if (config->slow_factor != 1)
		factor *= slowness(fleet);
	if (config->cold_factor != 1)
		factor *= coldness(fleet, slot, now);
	if (factor != 1)
		service = (sim_time)fmin((double)service * factor, (double)MAX_HORIZON);
	if (config->shed_wait != PARAM_UNSET)
		note_service(fleet, service);
	return service;
}

void fleet_release(struct fleet *fleet, uint32_t slot, sim_time now)
{
	if (is_accounted(fleet))
		account(fleet, now);
	fleet->busy--;
	fleet->finishing -= !fleet->works[slot];
	fleet->holder[slot] = SLOT_OUT;
	if (fleet->works[slot])
		make_ready(fleet, slot);
}

void fleet_work(struct fleet *fleet, double share, sim_time now)
{
	if (share == fleet->working)
		return;
	account(fleet, now);
	fleet->working = share;
	review_slots(fleet);
}

/* ---- the life of replicas */

/* Exponential, by inverse CDF: the n-th life of a replica is as long in every cell. */
static sim_time crash_time(const struct fleet *fleet, int index, sim_time now)
{
	double u = hash_uniform(
		hash_of(fleet->salt, (uint64_t)index, 0, fleet->replica[index].crashes));
	double lives = -log(u) * (double)fleet->config->crash_every;
	return now + (sim_time)fmin(lives, (double)MAX_HORIZON) + 1;
}

static void come_up(struct fleet *fleet, int index, sim_time now)
{
	struct replica *replica = &fleet->replica[index];
	bool crashes = fleet->config->crash_every != PARAM_UNSET;
	replica->state = REPLICA_UP;
	replica->changes_at = crashes ? crash_time(fleet, index, now) : SIM_NEVER;
}

static void find_next(struct fleet *fleet)
{
	fleet->next_at = fleet->looks_at;
	for (int i = 0; i < fleet->replicas; i++)
		if (fleet->replica[i].changes_at < fleet->next_at)
			fleet->next_at = fleet->replica[i].changes_at;
}

void fleet_reset(struct fleet *fleet, const struct fleet_config *config, bool warm, uint64_t salt)
{
	fleet->config = config;
	fleet->salt = salt;
	fleet->replicas = fleet_most(config);
	fleet->wanted = (int)config->replicas;
	fleet->slots = fleet->replicas * (int)config->slots;
	fleet->first_ready = fleet->ready_count = fleet->busy = 0;
	fleet->working = 1;
	fleet->service_ns = 0;
	fleet->looks_at = is_scaled(config) ? config->autoscale.every : SIM_NEVER;
	fleet->accounted_at = 0;
	fleet->metered = false;
	fleet->used = (struct usage){0};
	fleet->busy_ns = fleet->usable_ns = fleet->replica_ns = fleet->begun_at = 0;
	line_clear(&fleet->line);
	autoscale_reset(&fleet->autoscale);
	for (int s = 0; s < fleet->slots; s++)
		fleet->holder[s] = SLOT_OUT;
	for (int i = 0; i < fleet->replicas; i++) {
		fleet->replica[i] = (struct replica){.state = REPLICA_OFF, .changes_at = SIM_NEVER};
		/* What has been running for long is warm by any measure. */
		fleet->replica[i].warm_since = warm && i < fleet->wanted ? -MAX_HORIZON : SIM_NEVER;
		fleet->replica[i].served = warm && i < fleet->wanted ? INT64_MAX / 2 : 0;
		if (i < fleet->wanted)
			come_up(fleet, i, 0);
	}
	review_slots(fleet);
	find_next(fleet);
}

static void start(struct fleet *fleet, int index, sim_time now, sim_time takes)
{
	struct replica *replica = &fleet->replica[index];
	replica->served = 0;
	replica->warm_since = SIM_NEVER;
	replica->state = REPLICA_STARTING;
	replica->changes_at = now + takes;
	if (!takes)
		come_up(fleet, index, now);
}

double fleet_replica_ns(struct fleet *fleet, sim_time now)
{
	fleet->replica_ns += fleet->wanted * ((double)now - fleet->begun_at);
	fleet->begun_at = (double)now;
	return fleet->replica_ns;
}

static bool is_serving(const struct fleet *fleet, int index)
{
	int first = index * per_replica(fleet);
	for (int s = first; s < first + per_replica(fleet); s++)
		if (is_held(fleet, s))
			return true;
	return false;
}

static void scale(struct fleet *fleet, int wanted, sim_time now)
{
	fleet_replica_ns(fleet, now);
	for (int i = fleet->wanted; i < wanted; i++) {
		if (fleet->replica[i].state == REPLICA_LEAVING && is_serving(fleet, i))
			come_up(fleet, i, now); /* it is still there, and warm */
		else
			start(fleet, i, now, fleet->config->ready_after);
	}
	for (int i = wanted; i < fleet->wanted; i++) {
		struct replica *replica = &fleet->replica[i];
		replica->state = replica->state == REPLICA_UP ? REPLICA_LEAVING : REPLICA_OFF;
		replica->changes_at = SIM_NEVER;
	}
	fleet->wanted = wanted;
	review_slots(fleet);
}

static enum fleet_change look(struct fleet *fleet, sim_time now)
{
	const struct autoscale_config *config = &fleet->config->autoscale;
	int before = fleet->wanted, wanted = before;
	account(fleet, now);
	if (fleet->usable_ns > 0)
		wanted = autoscale_decide(&fleet->autoscale, config, before,
					  fleet->busy_ns / fleet->usable_ns, now);
	fleet->busy_ns = fleet->usable_ns = 0;
	fleet->looks_at = now + config->every;
	if (wanted != before)
		scale(fleet, wanted, now);
	return wanted > before ? FLEET_GREW : FLEET_SHRANK;
}

static int due_replica(const struct fleet *fleet, sim_time now)
{
	for (int i = 0; i < fleet->replicas; i++)
		if (fleet->replica[i].changes_at == now)
			return i;
	return -1;
}

enum fleet_change fleet_step(struct fleet *fleet, int *index)
{
	sim_time now = fleet->next_at;
	enum fleet_change change = FLEET_GREW;
	*index = due_replica(fleet, now);
	if (*index < 0) {
		assert(fleet->looks_at == now);
		change = look(fleet, now);
		find_next(fleet);
		return change;
	}
	account(fleet, now);
	if (fleet->replica[*index].state == REPLICA_STARTING) {
		come_up(fleet, *index, now);
	} else {
		fleet->replica[*index].crashes++;
		start(fleet, *index, now, fleet->config->restart + fleet->config->ready_after);
		change = FLEET_CRASHED;
	}
	review_slots(fleet);
	find_next(fleet);
	return change;
}
