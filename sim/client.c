/* Closed clients never leave the agenda: they think, or they wait. */
#include "sim/client.h"

#include "sim/attempt.h"
#include "sim/each.h"
#include "sim/hash.h"
#include "sim/people.h"

#include <math.h>

/* What is random about the n-th request of a client. */
enum {
	OF_THINKING,
	OF_SERVICE,
	OF_ROUTE,
	OF_COPY,
	OF_ATTRIBUTES,				    /* and on, one for each */
	OF_CHANCE = OF_ATTRIBUTES + MAX_ATTRIBUTES, /* and on, one for each fault */
};

enum { REMEMBERED = 64 }; /* bits of a word: requests of which a client knows how they went */

static uint64_t bits_of(const struct requests *r, const struct call *call, int kind)
{
	return hash_of(r->journeys.salt, call->user, (uint64_t)kind, call->number);
}

static void think(struct requests *r, struct side *side, uint32_t id)
{
	struct call *call = call_of(&side->calls, id);
	const struct use *law = r->plan->clients.think;
	double u = hash_uniform(bits_of(r, call, OF_THINKING));
	double ns = ((const struct latency *)law->plugin)->quantile(law->config, u);
	sim_time back = side->now + (sim_time)fmin(ns, (double)MAX_HORIZON);
	call->state = CALL_IDLE;
	call->attempts = 0;
	if (back < r->plan->horizon)
		agenda_set(&side->agenda, id, back, AGENDA_SENDS);
}

void client_begin(struct requests *r, struct side *side)
{
	for (int i = 0; i < r->plan->clients.count; i++) {
		uint32_t id = calls_take(&side->calls);
		struct call *call = call_of(&side->calls, id);
		call->user = (uint32_t)i;
		call->number = call->recent = 0;
		think(r, side, id);
	}
}

static uint32_t attribute_of(const struct requests *r, const struct call *call, int attribute)
{
	return r->plan->attribute[attribute].per_request
		       ? (uint32_t)bits_of(r, call, OF_ATTRIBUTES + attribute)
		       : people_own_bits(r, attribute, call->user);
}

/* The bits by which a fault that hits only some may hit this one. */
static uint32_t choose(const struct requests *r, const struct call *call, int index)
{
	const struct selection *selection = &r->case_->selection[index];
	if (selection->of == OF_ATTRIBUTE)
		return attribute_of(r, call, selection->attribute);
	if (selection->of == OF_USERS)
		return router_bucket(call->user, r->select_salt + (uint32_t)index);
	return (uint32_t)bits_of(r, call, OF_CHANCE + index);
}

static uint32_t find_caught(const struct requests *r, const struct call *call)
{
	const struct rules *rules = r->routes.rules;
	struct crowd crowd = {.count = 1, .cohort = &call->cohort, .user = &call->user};
	uint32_t bits[MAX_ATTRIBUTES], caught = 0;
	if (!rules)
		return 0;
	for (uint32_t asked = rules_attributes(rules); asked; asked &= asked - 1) {
		int a = __builtin_ctz(asked);
		bits[a] = attribute_of(r, call, a);
		crowd.bits[a] = &bits[a];
	}
	rules_catch(rules, &crowd, &caught);
	return caught;
}

/* Who it is and what it wants; the route is that of users who keep their version, or anew. */
static void draw(struct requests *r, struct call *call)
{
	uint64_t service = bits_of(r, call, OF_SERVICE), route = bits_of(r, call, OF_ROUTE);
	bool lost = router_bucket(call->user, ~r->user_salt) < r->drift;
	call->outcome = (uint32_t)service;
	call->latency = (uint32_t)(service >> 32);
	call->bucket =
		r->sticky && !lost ? router_bucket(call->user, r->user_salt) : (uint32_t)route;
	for (int k = 0; k < r->case_->selections; k++)
		call->chosen[k] = choose(r, call, k);
	call->cohort = (uint8_t)population_cohort(&r->plan->population, r->plan->cohorts,
						  router_bucket(call->user, r->cohort_salt));
	call->caught = find_caught(r, call);
}

static void set_out(struct requests *r, struct side *side, struct call *call, int version)
{
	call->version = (uint8_t)version;
	call->key = (uint8_t)plan_key(r->plan, call->cohort, version);
	call->lot = attempt_lot(r, call);
	call->service = attempt_service(r, side, call);
	side->present++;
}

static void send_copy(struct requests *r, struct side *side, const struct call *call)
{
	uint64_t mirrored = (uint64_t)(r->routes.mirror * 0x1p32);
	if (side->twin || (uint32_t)bits_of(r, call, OF_COPY) >= mirrored)
		return;
	uint32_t id = calls_take(&side->calls);
	struct call *copy = call_of(&side->calls, id);
	*copy = *call;
	copy->copy = true;
	copy->attempts = 0;
	set_out(r, side, copy, r->routes.mirror_to);
	attempt_send(r, side, id);
}

void client_ask(struct requests *r, struct side *side, uint32_t id)
{
	struct call *call = call_of(&side->calls, id);
	draw(r, call);
	int version = attempt_version(r, side, call, call->bucket);
	call->asked = side->now;
	call->copy = call->exposed = false;
	retry_note_request(&side->budget, &r->plan->retry);
	set_out(r, side, call, version);
	struct call asked = *call;
	attempt_send(r, side, id);
	send_copy(r, side, &asked);
}

/* How the same request went in the other world: clients have the same numbers in both. What was
 * too long ago is forgotten, and counts as nobody's harm. */
static void compare(struct requests *r, const struct side *side, const struct call *call, bool bad)
{
	const struct side *beside = &r->journeys.side[side->twin ? SIDE_REAL : SIDE_TWIN];
	const struct call *other = call_of(&beside->calls, call->user);
	if (other->number <= call->number || other->number - call->number > REMEMBERED)
		return;
	bool other_bad = other->recent >> (call->number % REMEMBERED) & 1;
	if (side->twin ? other_bad && !bad : bad && !other_bad)
		ledger_note_harm(&r->ledger, call->user,
				 call->cohort / r->plan->population.regions);
}

void client_return(struct requests *r, struct side *side, uint32_t id, bool bad)
{
	struct call *call = call_of(&side->calls, id);
	uint64_t bit = UINT64_C(1) << (call->number % REMEMBERED);
	call->recent = bad ? call->recent | bit : call->recent & ~bit;
	compare(r, side, call, bad);
	call->number++;
	think(r, side, id);
}
