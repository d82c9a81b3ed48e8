/* Sessions: visitors come like Poisson arrivals, make a geometric number of requests with a pause
 * after each, and leave. A session is the same in every cell: all of it follows from its number. */
#include "models/list.h"

#include "models/traffic/residual.h"
#include "sim/draw.h"
#include "sim/intensity.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

struct config {
	double rate, requests;
	struct use think;
	double think_ns; /* mean; derived */
	struct residual residual;
};

struct visitor {
	double next_ns; /* when the next request comes */
	sim_time born;
	uint32_t number, requests; /* made so far */
};

struct state {
	bool begun;
	double begin_operational, begin_ns; /* of the next session */
	uint64_t salt;
	uint32_t sessions; /* so far */
	int visitors, room;
	struct visitor heap[]; /* the earliest next request first */
};

static const struct param params[] = {
	{"rate", PARAM_RATE, offsetof(struct config, rate), NULL, 1e-6, 1e7,
	 .about = "how many visitors come on average"},
	{"requests", PARAM_NUMBER, offsetof(struct config, requests), "5", 1, 1e6,
	 .about = "how many requests each makes on average"},
	{"think", PARAM_LAW, offsetof(struct config, think), NULL,
	 .about = "the time from one request of a visitor to the next"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	const struct latency *law = (const struct latency *)c->think.plugin;
	c->think_ns = law->mean(c->think.config);
	if (isfinite(c->think_ns)) {
		residual_prepare(&c->residual, law, c->think.config);
		return NULL;
	}
	snprintf(why, size, "the time between requests must have a mean");
	return "think";
}

/* Little 1961: those who are there between two of their requests, when all is at the factor. */
static double present(const struct config *c, double factor)
{
	return factor * c->rate * (c->requests - 1) * c->think_ns / SIM_SECOND;
}

/* Ten standard deviations above the highest mean. */
static double most_visitors(const struct config *c, double peak)
{
	double mean = present(c, peak);
	return mean + 10 * sqrt(mean) + 64;
}

static size_t state_size_of(const void *config, double peak)
{
	double bytes = most_visitors(config, peak) * sizeof(struct visitor);
	return sizeof(struct state) + (size_t)fmin(bytes, 1e18);
}

static void sift_down(struct visitor *heap, int count, int i)
{
	struct visitor moved = heap[i];
	for (int child; (child = 2 * i + 1) < count; i = child) {
		child += child + 1 < count && heap[child + 1].next_ns < heap[child].next_ns;
		if (moved.next_ns <= heap[child].next_ns)
			break;
		heap[i] = heap[child];
	}
	heap[i] = moved;
}

static void push(struct state *s, struct visitor visitor)
{
	int i = s->visitors++;
	assert(i < s->room);
	for (; i && s->heap[(i - 1) / 2].next_ns > visitor.next_ns; i = (i - 1) / 2)
		s->heap[i] = s->heap[(i - 1) / 2];
	s->heap[i] = visitor;
}

/* Whether the visitor makes another request, and when: from the session's own random words. */
static bool goes_on(const struct config *c, const struct state *s, struct visitor *v)
{
	uint64_t word = rng_expand(rng_expand(s->salt, v->number), v->requests++);
	const struct latency *law = (const struct latency *)c->think.plugin;
	uint32_t bits = (uint32_t)word;
	double pause_ns;
	if (latency_share((uint32_t)(word >> 32)) * c->requests < 1)
		return false;
	law->fill(c->think.config, &bits, &pause_ns, 1);
	v->next_ns += pause_ns;
	return true;
}

static void draw_next_begin(const struct config *c, struct state *s, const struct arrivals *to)
{
	s->begin_operational += draw_exponential(to->rng) * SIM_SECOND / c->rate;
	s->begin_ns = s->begin_operational;
	if (to->intensity)
		intensity_invert(to->intensity, &s->begin_ns, 1);
}

/* Stationary, at the factor of the beginning: pauses that have begun and not ended are Poisson in
 * number, what is left of each has the residual law, and after it everything is still to come,
 * because a geometric number has no memory. */
static void begin(const struct config *c, struct state *s, const struct arrivals *to)
{
	double factor = to->intensity ? intensity_now(to->intensity) : 1;
	s->begun = true;
	s->room = (int)((to->state_size - sizeof *s) / sizeof *s->heap);
	s->salt = rng_next(to->rng);
	int there = (int)draw_poisson(to->rng, present(c, factor));
	for (; there; there--)
		push(s,
		     (struct visitor){residual_draw(&c->residual, to->rng), 0, s->sessions++, 0});
	draw_next_begin(c, s, to);
}

/* The earliest of all requests: the next of somebody present, or the first of somebody new. */
static struct visitor next_request(const struct config *c, struct state *s,
				   const struct arrivals *to)
{
	struct visitor v = {s->begin_ns, (sim_time)s->begin_ns, s->sessions, 0};
	struct visitor after;
	if (!s->visitors || s->begin_ns < s->heap[0].next_ns) {
		after = v;
		s->sessions++;
		draw_next_begin(c, s, to);
		if (goes_on(c, s, &after))
			push(s, after);
		return v;
	}
	v = after = s->heap[0];
	s->heap[0] = goes_on(c, s, &after) ? after : s->heap[--s->visitors];
	sift_down(s->heap, s->visitors, 0);
	return v;
}

static int fill(const void *config, void *state, const struct arrivals *to, int room)
{
	const struct config *c = config;
	struct state *s = state;
	if (!s->begun)
		begin(c, s, to);
	for (int i = 0; i < room; i++) {
		struct visitor v = next_request(c, s, to);
		if (v.next_ns >= to->until)
			return i;
		to->ns[i] = v.next_ns;
		to->session[i] = v.number;
		to->born[i] = v.born;
	}
	return room;
}

static double rate(const void *config, sim_time at)
{
	const struct config *c = config;
	(void)at;
	return c->rate * c->requests;
}

static double peak(const void *config)
{
	return rate(config, 0);
}

const struct traffic traffic_sessions = {
	.plugin = {.kind = PLUGIN_TRAFFIC,
		   .name = "sessions",
		   .about = "visitors who come, make some requests with pauses, and leave",
		   .example = "sessions: {rate: 4/s, requests: 5, think: {exponential: {mean: "
			      "10s}}}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state),
		   .prepare = prepare},
	.fill = fill,
	.sessions = true,
	.rate = rate,
	.peak = peak,
	.state_size_of = state_size_of,
};
