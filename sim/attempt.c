/* An attempt passes the breaker and the limiter of its version, then its fleet; dashboards see
 * every end of one, the ledger only the last. */
#include "sim/attempt.h"

#include "sim/client.h"
#include "sim/each.h"
#include "sim/hash.h"
#include "sim/serve.h"

#include <math.h>

static const struct treatment *treatment_of(const struct requests *r, const struct side *side,
					    const struct call *call)
{
	return side->twin ? &r->apart[call->lot] : &r->treatment[call->lot];
}

static double draw(const struct use *law, uint32_t bits)
{
	double ns;
	((const struct latency *)law->plugin)->fill(law->config, &bits, &ns, 1);
	return ns;
}

static uint8_t outcome_of(const struct treatment *t, uint32_t bits)
{
	if (bits < t->error)
		return FLAG_ERROR;
	if (bits < t->hang)
		return FLAG_TIMEOUT;
	return bits < t->corrupt ? FLAG_BAD : 0;
}

static double bent(const struct treatment *t, uint32_t bits, double ns)
{
	if (t->tail_factor != 1 && bits >= t->tail)
		ns *= t->tail_factor;
	return fmax(ns * t->factor + t->add_ns, 0);
}

/* Which luck a call has this time: that of its n-th attempt or of a copy, or always the same. */
static int luck_of(const struct requests *r, const struct call *call)
{
	int luck = call->copy ? HASH_OF_COPY : call->attempts;
	return luck && hash_repeats(call->outcome, call->latency, r->plan->repeatable) ? 0 : luck;
}

struct service attempt_service(const struct requests *r, const struct side *side,
			       const struct call *call)
{
	int luck = luck_of(r, call);
	const struct plan *plan = r->plan;
	const struct treatment *t = treatment_of(r, side, call);
	const struct service_plan *service = &plan->version[call->version].service[call->cohort];
	uint32_t latency = hash_again(call->latency, luck);
	uint8_t flags = outcome_of(t, hash_again(call->outcome, luck));
	double ns;
	if (flags == FLAG_TIMEOUT)
		ns = (double)plan->timeout; /* it never answers: as long as anybody waits */
	else if (flags == FLAG_ERROR && service->failed.plugin)
		ns = draw(&service->failed, latency);
	else
		ns = bent(t, latency, draw(&service->latency, latency));
	return (struct service){(sim_time)fmin(ns, (double)MAX_HORIZON), flags};
}

/* Users and attributes stay what they are; whatever else hits some requests may miss the next
 * attempt. */
uint8_t attempt_lot(const struct requests *r, const struct call *call)
{
	uint32_t bits[MAX_SELECTIONS];
	int luck = luck_of(r, call);
	for (int k = 0; k < r->case_->selections; k++) {
		bool stays = selection_stays(&r->case_->selection[k], call->user);
		bits[k] = stays ? call->chosen[k] : hash_again(call->chosen[k], luck);
	}
	return serve_lot(r, call->key, bits);
}

static struct fleet *fleet_of(const struct requests *r, const struct side *side,
			      const struct call *call)
{
	const struct plan *plan = r->plan;
	int v = call->version, regions = plan->population.regions;
	int region = plan->version[v].fleet.per_region ? call->cohort % regions : 0;
	return &side->fleet[v * regions + region];
}

/* ---- the end of an attempt */

/* Everything is recorded as it happens: in the current window, which after the end of the trial
 * nobody closes any more. */
static void record(struct requests *r, const struct side *side, const struct call *call, int flags)
{
	struct telemetry *t = &r->telemetry;
	sim_time last = t->open_since + t->open_count * t->config.scrape - 1;
	sim_time *done = &r->last_done[call->version];
	struct tally *tally = telemetry_window(t, side->now < last ? side->now : last) + call->key;
	tally->flags[flags]++;
	tally->bucket[histogram_bucket((double)(side->now - call->sent))]++;
	*done = side->now > *done ? side->now : *done;
}

/* Somebody learns from it. */
static void note(struct requests *r, const struct side *side, const struct call *call, int flags)
{
	struct reward reward = {!(flags & (FLAG_ERROR | FLAG_TIMEOUT)), call->chance, call->version,
				call->cohort};
	rewards_note(&r->rewards, METRIC_SUCCESS_RATE, reward, side->now);
}

/* The last attempt is over: what the client makes of it all. */
static void conclude(struct requests *r, struct side *side, uint32_t id, int flags)
{
	struct call *call = call_of(&side->calls, id);
	const struct plan *plan = r->plan;
	int segment = plan->cohorts > 1 ? call->cohort / plan->population.regions : 0;
	bool bad = flags || side->now - call->asked > plan->objective.latency, other;
	side->present--;
	ledger_count(&r->ledger, segment, side->twin, call->exposed, bad);
	if (plan->clients.count) {
		client_return(r, side, id, bad);
		return;
	}
	if (matches_end(&r->journeys.matches, call->match, bad, &other) &&
	    (side->twin ? other && !bad : bad && !other))
		ledger_note_harm(&r->ledger, call->user, segment);
	calls_give(&side->calls, id);
}

/* Whether the client asks again, and then when. */
static bool tries_again(struct requests *r, struct side *side, uint32_t id, enum attempt_end end)
{
	struct call *call = call_of(&side->calls, id);
	const struct retry_config *config = &r->plan->retry;
	if (end == ATTEMPT_ANSWERED || config->attempts == 1)
		return false;
	uint64_t bits = hash_mix((uint64_t)call->outcome << 32 | call->latency);
	sim_time delay =
		retry_delay(config, call->attempts, hash_uniform(hash_mix(bits + call->attempts)));
	sim_time again = side->now + delay;
	if (again >= call->asked + r->plan->timeout ||
	    !retry_wanted(&side->budget, config, call->attempts, end))
		return false;
	call->state = CALL_IDLE;
	agenda_set(&side->agenda, id, again, AGENDA_SENDS);
	return true;
}

static void end(struct requests *r, struct side *side, uint32_t id, int flags, enum attempt_end how)
{
	struct call *call = call_of(&side->calls, id);
	int v = call->version;
	bool bad = flags || side->now - call->sent > r->plan->objective.latency;
	if (!side->twin)
		record(r, side, call,
		       (flags & (FLAG_ERROR | FLAG_TIMEOUT)) | (bad ? FLAG_BAD : 0) |
			       (call->copy ? FLAG_COPY : 0));
	if (r->routes.chooser && !side->twin && !call->copy)
		note(r, side, call, flags);
	if (call->guarded)
		breaker_note(&side->breaker[v], &r->plan->version[v].breaker, call->era,
			     how != ATTEMPT_ANSWERED, side->now);
	if (call->copy) {
		side->present--;
		calls_give(&side->calls, id);
	} else if (!tries_again(r, side, id, how)) {
		conclude(r, side, id, flags);
	}
}

static void refuse(struct requests *r, struct side *side, uint32_t id)
{
	end(r, side, id, FLAG_ERROR, ATTEMPT_REFUSED);
}

/* ---- service */

static void begin(struct side *side, struct fleet *fleet, uint32_t id, uint32_t slot)
{
	struct call *call = call_of(&side->calls, id);
	sim_time service = call->service.takes;
	if (slot != NO_SLOT)
		service = fleet_begin(fleet, slot, id, service, side->now);
	call->state = CALL_SERVED;
	call->slot = slot;
	call->done = side->now + service;
	if (call->done < call->deadline)
		agenda_set(&side->agenda, id, call->done, AGENDA_DONE);
	else
		agenda_set(&side->agenda, id, call->deadline, AGENDA_GIVES_UP);
}

void attempt_serve_line(struct side *side, struct fleet *fleet)
{
	uint32_t slot;
	while (fleet->line.length && (slot = fleet_take(fleet)) != NO_SLOT) {
		uint32_t id = fleet->line.first;
		line_leave(&fleet->line, &side->calls, id);
		begin(side, fleet, id, slot);
	}
}

static void release(struct side *side, struct fleet *fleet, uint32_t slot)
{
	fleet_release(fleet, slot, side->now);
	attempt_serve_line(side, fleet);
}

void attempt_done(struct requests *r, struct side *side, uint32_t id)
{
	struct call *call = call_of(&side->calls, id);
	if (call->slot != NO_SLOT)
		release(side, fleet_of(r, side, call), call->slot);
	if (call->state == CALL_GHOST) {
		calls_give(&side->calls, id);
		return;
	}
	int flags = call->service.flags;
	bool failed = flags & (FLAG_ERROR | FLAG_TIMEOUT);
	end(r, side, id, flags, failed ? ATTEMPT_FAILED : ATTEMPT_ANSWERED);
}

/* Its client has left, but the server doesn't know. */
static void leave_ghost(struct requests *r, struct side *side, const struct call *call)
{
	uint32_t id = calls_take(&side->calls);
	struct call *ghost = call_of(&side->calls, id);
	*ghost = *call;
	ghost->state = CALL_GHOST;
	fleet_of(r, side, call)->holder[call->slot] = id;
	agenda_set(&side->agenda, id, call->done, AGENDA_DONE);
}

void attempt_gives_up(struct requests *r, struct side *side, uint32_t id)
{
	struct call *call = call_of(&side->calls, id);
	if (call->state == CALL_WAITING)
		line_leave(&fleet_of(r, side, call)->line, &side->calls, id);
	else if (call->slot != NO_SLOT)
		leave_ghost(r, side, call);
	end(r, side, id, call->service.flags | FLAG_TIMEOUT, ATTEMPT_TIMED_OUT);
}

void attempt_crash(struct requests *r, struct side *side, struct fleet *fleet, uint32_t slot)
{
	uint32_t id = fleet->holder[slot];
	struct call *call = call_of(&side->calls, id);
	fleet_release(fleet, slot, side->now);
	agenda_drop(&side->agenda, id);
	if (call->state == CALL_GHOST)
		calls_give(&side->calls, id);
	else
		end(r, side, id, FLAG_ERROR, ATTEMPT_FAILED);
}

/* ---- on the way */

static void send_to(struct requests *r, const struct side *side, struct call *call, int version)
{
	call->version = (uint8_t)version;
	call->key = (uint8_t)plan_key(r->plan, call->cohort, version);
	call->lot = attempt_lot(r, call);
	call->service = attempt_service(r, side, call);
}

int attempt_version(struct requests *r, const struct side *side, struct call *call, uint32_t bucket)
{
	if (side->twin)
		return STABLE;
	if (r->routes.chooser)
		return each_choose(r, call->cohort, side->now, &call->chance);
	return split_version(&r->split, call->caught, call->cohort, r->plan->versions, bucket);
}

/* Another attempt is another request to the balancer, but users keep their version. */
static void choose_again(struct requests *r, struct side *side, struct call *call)
{
	bool keeps = r->sticky && call->user != NOBODY;
	uint32_t bucket = keeps ? call->bucket : hash_again(call->bucket, call->attempts);
	send_to(r, side, call, attempt_version(r, side, call, bucket));
}

static bool passes_breaker(struct requests *r, struct side *side, struct call *call)
{
	int v = call->version;
	const struct breaker_config *config = &r->plan->version[v].breaker;
	struct breaker *breaker = &side->breaker[v];
	if (config->open == PARAM_UNSET)
		return true;
	call->guarded = breaker_admits(breaker, config, side->now);
	call->era = breaker->era;
	return call->guarded;
}

/* Who is turned away may go to stable instead; copies are worth no more of its time. */
static bool passes_breakers(struct requests *r, struct side *side, struct call *call)
{
	int v = call->version;
	if (passes_breaker(r, side, call))
		return true;
	if (v == STABLE || call->copy || r->plan->version[v].breaker.fallback != FALLBACK_STABLE)
		return false;
	send_to(r, side, call, STABLE);
	call->chance = 1; /* nobody chose */
	return passes_breaker(r, side, call);
}

static bool passes_limiter(struct requests *r, struct side *side, struct call *call)
{
	int v = call->version;
	const struct limiter_config *config = &r->plan->version[v].limit;
	if (isnan(config->rate) || limiter_admits(&side->limiter[v], config, side->now))
		return true;
	if (call->guarded)
		breaker_forget(&side->breaker[v], call->era);
	call->guarded = false;
	return false;
}

/* Finds it a slot or a place in line. */
static void enter(struct requests *r, struct side *side, uint32_t id)
{
	struct call *call = call_of(&side->calls, id);
	struct fleet *fleet = fleet_of(r, side, call);
	if (!fleet->config->slots) {
		begin(side, fleet, id, NO_SLOT);
		return;
	}
	if (fleet_refuses(fleet)) {
		refuse(r, side, id);
		return;
	}
	uint32_t slot = fleet_take(fleet);
	if (slot != NO_SLOT) {
		begin(side, fleet, id, slot);
	} else if (fleet->config->queue >= 0 && fleet->line.length >= fleet->config->queue) {
		refuse(r, side, id);
	} else {
		call->state = CALL_WAITING;
		line_join(&fleet->line, &side->calls, id);
		agenda_set(&side->agenda, id, call->deadline, AGENDA_GIVES_UP);
	}
}

void attempt_send(struct requests *r, struct side *side, uint32_t id)
{
	struct call *call = call_of(&side->calls, id);
	const struct plan *plan = r->plan;
	sim_time leaves = call->asked + plan->timeout;
	sim_time patience = plan->retry.timeout;
	call->sent = side->now;
	call->deadline = leaves;
	if (patience != PARAM_UNSET && side->now + patience < leaves)
		call->deadline = side->now + patience;
	call->guarded = false;
	if (call->attempts)
		choose_again(r, side, call);
	bool passes = passes_breakers(r, side, call) && passes_limiter(r, side, call);
	call->exposed |= ledger_is_exposed(&r->ledger, call->version);
	call->attempts++;
	if (passes)
		enter(r, side, id);
	else
		refuse(r, side, id);
}
