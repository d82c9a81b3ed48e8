/* A rolling update: instances are replaced a few at a time, and the candidate's share follows those
 * that are ready. The way back is a rolling update, too. */
#include "models/list.h"

#include "models/strategy/ladder.h"

#include <string.h>

enum { MAX_INSTANCES = 1000 }; /* more of them look like a ramp, which a canary is */

struct config {
	int64_t instances, most_failures;
	double surge, unavailable, fails;
	struct use ready;
	sim_time min_ready, pause, deadline;
	/* Made of these. */
	int extra, fewer;
};

/* An instance of the side that grows. */
struct instance {
	sim_time ready_at; /* SIM_NEVER: it will not be */
	sim_time gives_up_at;
};

/* Instances of the side that grows stand behind it, as many as there are. */
struct state {
	enum { FRESH, FORWARD, BACK, DONE } phase;
	int old, started; /* of the side that shrinks; of the other */
	int failures;
	sim_time paused_until;
};

static const struct param params[] = {
	{"instances", PARAM_COUNT, offsetof(struct config, instances), "10", 1, MAX_INSTANCES,
	 .about = "how many are replaced"},
	{"max_surge", PARAM_SHARE, offsetof(struct config, surge), "25%", 0, 1,
	 .about = "how many there may be beyond that, rounded up"},
	{"max_unavailable", PARAM_SHARE, offsetof(struct config, unavailable), "25%", 0, 1,
	 .about = "how many of them may be missing, rounded down; one where max_surge is 0, too"},
	{"ready", PARAM_LAW, offsetof(struct config, ready), "30s",
	 .about = "how long a new instance takes until it is ready"},
	{"min_ready", PARAM_DURATION, offsetof(struct config, min_ready), "0s", 0,
	 (double)MAX_HORIZON, .about = "how long it must have been before it counts as available"},
	{"pause", PARAM_DURATION, offsetof(struct config, pause), "0s", 0, (double)MAX_HORIZON,
	 .about = "wait between one batch and the next"},
	{"fails", PARAM_SHARE, offsetof(struct config, fails), "0", 0, 1,
	 .about = "share of the new instances that never become healthy"},
	{"deadline", PARAM_DURATION, offsetof(struct config, deadline), "2m", 1e9,
	 (double)MAX_HORIZON, .about = "when such a one is replaced"},
	{"most_failures", PARAM_COUNT, offsetof(struct config, most_failures), "5", 0, 1e6,
	 .about = "after more of them it is rolled back"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	c->extra = (int)ceil(c->surge * (double)c->instances - 1e-9);
	c->fewer = (int)floor(c->unavailable * (double)c->instances + 1e-9);
	if (c->extra + c->fewer == 0)
		c->fewer = 1;
	if (c->fewer < c->instances || c->extra > 0)
		return NULL;
	snprintf(why, size,
		 "all instances at once would be missing: lower max_unavailable or give max_surge");
	return "max_unavailable";
}

static size_t state_size_of(const void *config)
{
	const struct config *c = config;
	return strategy_behind(sizeof(struct state)) +
	       (size_t)c->instances * sizeof(struct instance);
}

static struct instance *instances_of(struct state *s)
{
	return (struct instance *)((char *)s + strategy_behind(sizeof *s));
}

/* ---- instances */

static int count_ready(struct state *s, sim_time now, sim_time for_at_least)
{
	const struct instance *instance = instances_of(s);
	int count = 0;
	for (int i = 0; i < s->started; i++)
		count += instance[i].ready_at != SIM_NEVER &&
			 instance[i].ready_at + for_at_least <= now;
	return count;
}

static void start(const struct config *c, struct instance *instance, const struct observation *o)
{
	bool fails = rng_uniform(o->rng) < c->fails;
	sim_time ready = o->now + ladder_delay(&c->ready, o->rng);
	*instance = (struct instance){fails ? SIM_NEVER : ready, o->now + c->deadline};
}

/* Those that are not ready in time are replaced. */
static void replace_failed(const struct config *c, struct state *s, const struct observation *o)
{
	struct instance *instance = instances_of(s);
	for (int i = 0; i < s->started; i++)
		if (instance[i].ready_at > instance[i].gives_up_at &&
		    o->now >= instance[i].gives_up_at) {
			s->failures++;
			start(c, &instance[i], o);
		}
}

/* As many old ones are stopped, and as many new ones started, as surge and unavailability let. */
static void replace_batch(const struct config *c, struct state *s, const struct observation *o)
{
	int all = (int)c->instances, available = s->old + count_ready(s, o->now, c->min_ready);
	int stops = available - (all - c->fewer);
	stops = stops < s->old ? stops : s->old;
	s->old -= stops > 0 ? stops : 0;
	int starts = all + c->extra - s->old - s->started;
	starts = starts < all - s->started ? starts : all - s->started;
	for (int i = 0; i < starts; i++)
		start(c, &instances_of(s)[s->started++], o);
	if (stops > 0 || starts > 0)
		s->paused_until = o->now + c->pause;
}

/* When something about an instance will have changed. */
static sim_time next_change(const struct config *c, struct state *s, sim_time now)
{
	sim_time next = s->paused_until > now ? s->paused_until : SIM_NEVER;
	for (int i = 0; i < s->started; i++) {
		const struct instance *it = &instances_of(s)[i];
		bool late = it->ready_at > it->gives_up_at;
		const sim_time times[] = {late ? it->gives_up_at : it->ready_at,
					  late ? SIM_NEVER : it->ready_at + c->min_ready};
		for (int k = 0; k < 2; k++)
			if (times[k] > now && times[k] < next)
				next = times[k];
	}
	return next;
}

/* ---- the candidate's share */

/* Whoever is ready serves, the candidate's instances as well as stable's. */
static void share_out(const struct config *c, struct state *s, const struct observation *o,
		      struct routes *routes)
{
	double grown = count_ready(s, o->now, 0), all = grown + s->old;
	double own = s->phase == BACK ? s->old : grown, other = all - own;
	routes_give(routes, o->candidate, all > 0 ? own / all : s->phase == BACK);
	if (!o->plan->queued)
		return;
	routes->running[o->candidate] = own / (double)c->instances;
	routes->running[STABLE] = other / (double)c->instances;
}

static struct decision shift(const struct config *c, struct state *s, const struct observation *o,
			     struct routes *routes)
{
	struct decision decision = decision_hold(next_change(c, s, o->now));
	struct routes before;
	routes_copy(&before, routes);
	share_out(c, s, o, routes);
	if (!routes_equal(routes, &before))
		decision.kind = DECISION_SHIFT;
	return decision;
}

/* The side that has grown so far is the one that shrinks from now on; what has only been started
 * is stopped. */
static struct decision turn_back(struct state *s, const struct observation *o)
{
	int own = count_ready(s, o->now, 0), left = s->old;
	s->phase = BACK;
	s->old = own;
	s->started = left;
	for (int i = 0; i < left; i++)
		instances_of(s)[i] = (struct instance){.ready_at = 0};
	s->paused_until = 0;
	struct decision decision = decision_roll_back();
	decision.itself = true;
	decision.wake = o->now;
	return decision;
}

static struct decision roll(const struct config *c, struct state *s, const struct observation *o,
			    struct routes *routes)
{
	replace_failed(c, s, o);
	if (s->phase == FORWARD && s->failures > c->most_failures)
		return decision_with(turn_back(s, o), REMARK_NOT_READY, OF_NUMBER, s->failures);
	if (o->now >= s->paused_until)
		replace_batch(c, s, o);
	bool over = s->old == 0 && count_ready(s, o->now, c->min_ready) == c->instances;
	if (!over)
		return shift(c, s, o, routes);
	if (s->phase == FORWARD && o->holding)
		return decision_hold(SIM_NEVER);
	share_out(c, s, o, routes);
	struct decision decision = decision_promote();
	if (s->phase == BACK)
		decision = (struct decision){
			.kind = DECISION_UNDONE, .wake = SIM_NEVER, .takes = PARAM_UNSET};
	s->phase = DONE;
	return decision;
}

static struct decision decide(const void *config, void *state,
			      const struct observation *observation, struct routes *routes)
{
	const struct config *c = config;
	const struct observation *o = observation;
	struct state *s = state;
	if (s->phase == DONE)
		return o->tripped >= 0 ? decision_roll_back() : decision_hold(SIM_NEVER);
	if (s->phase == FORWARD && o->tripped >= 0)
		return turn_back(s, o);
	if (s->phase != FRESH)
		return roll(c, s, o, routes);
	s->phase = FORWARD;
	s->old = (int)c->instances;
	struct decision decision = roll(c, s, o, routes);
	decision.stage_begins = true;
	return decision;
}

const struct strategy strategy_rolling = {
	.plugin = {.kind = PLUGIN_STRATEGY,
		   .name = "rolling",
		   .about = "instances are replaced a few at a time; the share follows those that "
			    "are ready",
		   .example = "rolling: {instances: 8, max_surge: 25%, ready: 40s, min_ready: 30s}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.decide = decide,
	.state_size_of = state_size_of,
	.takes_servers = true,
};
