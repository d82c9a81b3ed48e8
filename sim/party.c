/* The trial lies in an arena of its own, so that the bytes of that are the whole world: who waits
 * keeps a copy of them. What riders have for themselves lies outside, and waits with them. */
#include "sim/party.h"

#include "sim/control.h"
#include "sim/retreat.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* All copies of one thread's world. */
static const size_t copies_most_bytes = (size_t)512 << 20;

/* ---- beginning */

int party_most(size_t world_bytes)
{
	size_t copies = copies_most_bytes / world_bytes;
	return 1 << (copies < MOST_WAITING_PARTS ? copies : MOST_WAITING_PARTS);
}

static size_t own_bytes(const struct kindred *kindred)
{
	size_t bytes = 0;
	for (int c = 0; c < kindred->judge[0]->checks; c++)
		if (kindred->apart >> c & 1)
			bytes += kindred_check_bytes(kindred->judge[0], c);
	return bytes * (size_t)kindred->riders;
}

void party_measure(struct party_size *size, const struct kindred *kindred)
{
	size_t riders = (size_t)kindred->riders, own = own_bytes(kindred);
	size_t strategy = strategy_state_size(&kindred->judge[0]->strategy);
	size->riders = riders > size->riders ? riders : size->riders;
	size->own = own > size->own ? own : size->own;
	size->strategy = strategy > size->strategy ? strategy : size->strategy;
	size_t rest = kindred->apart ? rest_size(kindred->plan) : 0;
	size->rest = rest > size->rest ? rest : size->rest;
}

void party_allocate(struct party *party, struct arena *arena, const struct party_size *size)
{
	memset(party, 0, sizeof *party);
	party->rider = arena_take(arena, size->riders * sizeof *party->rider);
	party->order = arena_take(arena, size->riders * sizeof(*party->order));
	party->own = arena_take(arena, size->own);
	party->before = arena_take(arena, size->strategy);
	party->first = arena_take(arena, size->strategy);
	party->rest.slot = arena_take(arena, size->rest);
}

void party_free(struct party *party)
{
	for (int i = 0; i < MOST_WAITING_PARTS; i++)
		arena_image_free(&party->part[i].world);
}

/* States of a check lie beside each other, and so do those of its detectors: a look goes through
 * all of them. */
static unsigned char *give_states(struct party *party, const struct kindred *kindred, int check,
				  unsigned char *room)
{
	size_t bytes = kindred_check_bytes(kindred->judge[0], check),
	       count = (size_t)kindred->riders;
	struct check_state *state = (struct check_state *)room;
	unsigned char *detector = room + count * sizeof *state;
	for (size_t m = 0; m < count; m++) {
		state[m].detector = detector + m * (bytes - sizeof *state);
		trial_forget_check(&state[m], &kindred->judge[m]->check[check]);
		party->rider[m].check[check] = &state[m];
	}
	return room + count * bytes;
}

void party_begin(struct party *party, struct trial *trial, const struct kindred *kindred)
{
	int checks = kindred->judge[0]->checks;
	unsigned char *room = party->own;
	assert(!trial->observer);
	assert(!party->waiting);
	for (int m = 0; m < kindred->riders; m++) {
		struct rider *rider = &party->rider[m];
		rider->rollout = kindred->judge[m];
		rider->alarm = SIM_NEVER;
		rider->deciding_statistic = NAN;
		rider->cell = kindred->cell[m];
		party->order[m] = rider;
		for (int c = 0; c < checks; c++)
			rider->check[c] = &trial->check[c];
	}
	for (int c = 0; c < checks; c++)
		if (kindred->apart >> c & 1)
			room = give_states(party, kindred, c, room);
	trial->apart = kindred->apart;
	trial->riders = kindred->riders;
	trial->rider = party->order;
	trial->party = kindred->apart ? party : NULL;
	rest_begin(&party->rest, trial->plan, trial->case_);
}

void party_live(struct party *party, struct trial *trial)
{
	if (trial->party)
		rest_live(&party->rest, trial);
	else
		trial_run(trial);
}

/* ---- parting */

static void wait(struct trial *trial, struct rider **who, int count, void (*go_on)(struct trial *))
{
	struct party *party = trial->party;
	struct rider **here = trial->rider;
	int riders = trial->riders;
	assert(party->waiting < MOST_WAITING_PARTS);
	struct waiting_part *part = &party->part[party->waiting++];
	part->go_on = go_on;
	trial->rider = who;
	trial->riders = count;
	arena_save(party->world, &part->world);
	trial->rider = here;
	trial->riders = riders;
}

/* The first so many go one way, the others another, or several. True if those that go on are known
 * to go one way. */
static bool part_after(struct trial *trial, int same, void (*go_on)(struct trial *))
{
	int others = trial->riders - same;
	if (!others)
		return true;
	if (same <= others) {
		wait(trial, trial->rider + same, others, go_on);
		trial->riders = same;
		return true;
	}
	wait(trial, trial->rider, same, go_on);
	trial->rider += same;
	trial->riders = others;
	return false;
}

static void swap(struct rider **a, struct rider **b)
{
	struct rider *kept = *a;
	*a = *b;
	*b = kept;
}

bool party_turn_back(struct party *party, struct trial *trial)
{
	if (!party->waiting)
		return false;
	const struct waiting_part *part = &party->part[--party->waiting];
	arena_restore(party->world, &part->world);
	part->go_on(trial);
	return true;
}

/* ---- to ask the strategy */

/* What the first of a trial's riders would do, and who stands elsewhere and would, too. */
struct poll {
	struct standing standing;
	bool answered;
	struct decision decision;
	struct routes routes;
	struct rng stream;
	int known;
	struct {
		struct standing standing;
		bool agrees;
	} other[16]; /* more are asked each time */
};

static bool stand_alike(const struct standing *a, const struct standing *b)
{
	return a->tripped == b->tripped && a->critical == b->critical && a->holding == b->holding &&
	       a->passing == b->passing && a->failing == b->failing;
}

static bool decide_alike(const struct decision *a, const struct decision *b)
{
	return a->kind == b->kind && a->wake == b->wake && a->takes == b->takes &&
	       a->stage_begins == b->stage_begins && a->itself == b->itself && a->anew == b->anew &&
	       a->scopes == b->scopes;
}

/* What would be decided, with what would become of the strategy's state and stream left in their
 * places: who points to them does so afterwards as well. */
static struct decision try_out(struct trial *trial, const struct standing *standing,
			       struct routes *routes, struct rng *stream)
{
	struct party *party = trial->party;
	struct rng kept = trial->strategy_stream;
	memcpy(party->before, trial->strategy_state,
	       strategy_state_size(&trial->rollout->strategy));
	struct decision decision = control_answer(trial, standing, routes);
	*stream = trial->strategy_stream;
	trial->strategy_stream = kept;
	return decision;
}

static void forget_trial(struct trial *trial)
{
	memcpy(trial->strategy_state, trial->party->before,
	       strategy_state_size(&trial->rollout->strategy));
}

static void answer_first(struct trial *trial, struct poll *poll)
{
	poll->answered = true;
	poll->decision = try_out(trial, &poll->standing, &poll->routes, &poll->stream);
	memcpy(trial->party->first, trial->strategy_state,
	       strategy_state_size(&trial->rollout->strategy));
	forget_trial(trial);
}

/* Which check led to a way back is part of it. Equal states have equal bytes; if equal ones had
 * others, two would part who need not. */
static bool would_agree(struct trial *trial, struct poll *poll, const struct standing *standing)
{
	struct routes routes;
	struct rng stream;
	if (!poll->answered)
		answer_first(trial, poll);
	struct decision decision = try_out(trial, standing, &routes, &stream);
	bool same = decide_alike(&decision, &poll->decision) &&
		    routes_equal(&routes, &poll->routes) &&
		    !memcmp(&stream, &poll->stream, sizeof stream) &&
		    !memcmp(trial->strategy_state, trial->party->first,
			    strategy_state_size(&trial->rollout->strategy));
	if (decision.kind == DECISION_ROLL_BACK)
		same &= standing->tripped == poll->standing.tripped;
	forget_trial(trial);
	return same;
}

static bool agrees(struct trial *trial, struct poll *poll, const struct standing *standing)
{
	if (stand_alike(standing, &poll->standing))
		return true;
	for (int i = 0; i < poll->known; i++)
		if (stand_alike(standing, &poll->other[i].standing))
			return poll->other[i].agrees;
	bool agree = would_agree(trial, poll, standing);
	if (poll->known < (int)(sizeof poll->other / sizeof *poll->other)) {
		poll->other[poll->known].standing = *standing;
		poll->other[poll->known++].agrees = agree;
	}
	return agree;
}

/* Brings those to the front who agree with the first; returns how many. */
static int gather_agreeing(struct trial *trial)
{
	struct poll poll;
	poll.standing = control_standing(trial, trial->rider[0]);
	poll.answered = false;
	poll.known = 0;
	int same = 1;
	for (int m = 1; m < trial->riders; m++) {
		struct standing standing = control_standing(trial, trial->rider[m]);
		if (agrees(trial, &poll, &standing))
			swap(&trial->rider[same++], &trial->rider[m]);
	}
	return same;
}

void party_part_to_ask(struct trial *trial)
{
	while (!part_after(trial, gather_agreeing(trial), control_ask))
		;
}

/* ---- to go on with the way back */

static int gather_backed(struct trial *trial)
{
	bool backed = retreat_is_backed(trial->rider[0]);
	int same = 1;
	for (int m = 1; m < trial->riders; m++)
		if (retreat_is_backed(trial->rider[m]) == backed)
			swap(&trial->rider[same++], &trial->rider[m]);
	return same;
}

void party_part_to_go_on(struct trial *trial)
{
	while (!part_after(trial, gather_backed(trial), retreat_go_on))
		;
}
