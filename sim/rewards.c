/* The agenda says when, the pending rewards what. Both grow as they must, and never shrink: trials
 * are alike. */
#include "sim/rewards.h"

#include "sim/latency.h"

#include <math.h>
#include <string.h>

enum { FIRST_ROOM = 64 };

void rewards_init(struct rewards *w, struct arena *arena)
{
	memset(w, 0, sizeof *w);
	w->arena = arena;
	agenda_init(&w->agenda, arena);
}

static void forget(struct rewards *w)
{
	agenda_clear(&w->agenda);
	w->used = w->idles = 0;
}

void rewards_reset(struct rewards *w, sim_time horizon)
{
	forget(w);
	w->chooser = NULL;
	w->horizon = horizon;
}

void rewards_go_to(struct rewards *w, const struct chooser *chooser)
{
	if (w->chooser == chooser && (!chooser || w->since == chooser->since))
		return;
	forget(w);
	w->chooser = chooser;
	w->since = chooser ? chooser->since : 0;
}

static void make_room(struct rewards *w)
{
	uint32_t room = w->room ? 2 * w->room : FIRST_ROOM;
	struct reward *pending = arena_take(w->arena, room * sizeof *pending);
	uint32_t *idle = arena_take(w->arena, room * sizeof *idle);
	if (w->room)
		memcpy(pending, w->pending, w->room * sizeof *pending);
	w->pending = pending;
	w->idle = idle; /* nobody is idle where there is no room */
	w->room = room;
}

static uint32_t take_place(struct rewards *w)
{
	if (w->idles)
		return w->idle[--w->idles];
	if (w->used == w->room)
		make_room(w);
	return w->used++;
}

static sim_time draw_delay(const struct chooser *chooser)
{
	const struct use *law = chooser->delay;
	if (!law)
		return 0;
	double ns = ((const struct latency *)law->plugin)
			    ->quantile(law->config, rng_open_uniform(chooser->rng));
	return (sim_time)fmin(ns, (double)MAX_HORIZON);
}

void rewards_note(struct rewards *w, enum metric_kind metric, struct reward reward, sim_time at)
{
	if (!w->chooser || metric != w->chooser->metric)
		return;
	sim_time known = at + draw_delay(w->chooser);
	if (known >= w->horizon)
		return;
	uint32_t who = take_place(w);
	w->pending[who] = reward;
	agenda_set(&w->agenda, who, known, AGENDA_DONE);
}

void rewards_tell(struct rewards *w, sim_time now)
{
	while (agenda_next(&w->agenda) <= now) {
		uint32_t who = agenda_who(agenda_pop(&w->agenda));
		w->chooser->learn(w->chooser, &w->pending[who]);
		w->idle[w->idles++] = who;
	}
}
