/* Recorded traffic: the arrivals of a trace, as they were or so that trials differ. */
#include "models/list.h"

#include "sim/recording.h"
#include "sim/rng.h"

#include <math.h>
#include <stdio.h>

enum { EACH_RECORDED, EACH_ROTATED, EACH_BLOCKS, MOST_PASSES = 16 };

enum { LUCK_RECORDED, LUCK_DRAWN };

static const char *const ways[] = {"recorded", "rotated", "blocks", NULL};
static const char *const lucks[] = {"recorded", "drawn", NULL};

struct config {
	const struct recording *trace;
	const char *fingerprint;
	sim_time from, lasts, block;
	double speed, rate;
	int each, luck;
	bool loop;
	/* Derived: the slice that is replayed, in trace time. */
	int64_t first, end;
	int passes;  /* that are laid over each other */
	double keep; /* share of the arrivals of each */
	int blocks;  /* in the slice */
};

/* One pass through the slice. Trial time is base + (trace time - origin) / speed. */
struct pass {
	int64_t next, end; /* requests */
	double base_ns;	   /* of the stretch that is being replayed */
	sim_time origin;   /* where it begins in the trace */
	sim_time stretch;  /* how long it is */
	bool over;
};

struct state {
	bool begun;
	struct pass pass[MOST_PASSES];
};

static const struct param params[] = {
	{"trace", PARAM_TRACE, offsetof(struct config, trace), NULL,
	 .about = "a trace that coalmine import made, beside the scenario"},
	{"fingerprint", PARAM_WORD, offsetof(struct config, fingerprint), "",
	 .about = "of the trace; another one is refused"},
	{"from", PARAM_DURATION, offsetof(struct config, from), "0s", 0, 1e17,
	 .about = "where the part that is replayed begins, from the trace's first request on"},
	{"lasts", PARAM_DURATION, offsetof(struct config, lasts), "", 1e9, 1e17,
	 .about = "how long that part is; left out: to the end"},
	{"each", PARAM_CHOICE, offsetof(struct config, each), "rotated", 0, 0, ways,
	 .about = "trial sees the part as recorded, from a random moment on and round, or made of "
		  "blocks drawn from it"},
	{"block", PARAM_DURATION, offsetof(struct config, block), "", 1e9, 1e17,
	 .about = "how long a block is: what happens within stays together; what is left of the "
		  "part "
		  "is not used"},
	{"luck", PARAM_CHOICE, offsetof(struct config, luck), "recorded", 0, 0, lucks,
	 .about = "of a request: as slow among others as it was, and failed if it did; or new"},
	{"loop", PARAM_FLAG, offsetof(struct config, loop), "yes",
	 .about = "begin again where the part ends before the trial; no: nobody comes any more"},
	{"speed", PARAM_FACTOR, offsetof(struct config, speed), "x1", 0.001, 1000,
	 .about = "how many times as fast time passes"},
	{"rate", PARAM_FACTOR, offsetof(struct config, rate), "x1", 1e-6, MOST_PASSES,
	 .about = "how many times as many requests: some are left out, or passes are laid over "
		  "each other"},
	{0},
};

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	const struct recording *trace = c->trace;
	if (c->from > trace->span) {
		snprintf(why, size, "the trace is over before that");
		return "from";
	}
	sim_time rest = trace->span - c->from;
	char text[UNITS_TEXT];
	if (c->lasts > rest) {
		snprintf(why, size, "the trace ends %s behind that moment",
			 units_print_duration(text, rest));
		return "lasts";
	}
	c->lasts = c->lasts == PARAM_UNSET ? rest : c->lasts;
	c->first = recording_find(trace, c->from);
	c->end = recording_find(trace, c->from + c->lasts + 1);
	if (c->end - c->first < 2 || c->lasts < SIM_SECOND) {
		snprintf(why, size, "the part has fewer than two requests, or less than a second");
		return "lasts";
	}
	if ((c->block != PARAM_UNSET) != (c->each == EACH_BLOCKS)) {
		snprintf(why, size, "it goes with \"each: blocks\", which needs it");
		return "block";
	}
	c->blocks = c->each == EACH_BLOCKS
			    ? (int)fmin(floor((double)c->lasts / (double)c->block), 1e9)
			    : 0;
	if (c->each == EACH_BLOCKS && c->blocks < 2) {
		snprintf(why, size, "the part should have at least two blocks");
		return "block";
	}
	c->passes = (int)ceil(c->rate);
	c->keep = c->rate / c->passes;
	return NULL;
}

/* ---- stretches: what is replayed without a break */

static void begin_stretch(const struct config *c, struct pass *pass, sim_time origin,
			  sim_time stretch)
{
	pass->origin = origin;
	pass->stretch = stretch;
	pass->next = recording_find(c->trace, origin);
	pass->end = recording_find(c->trace, origin + stretch);
}

/* The last request of a part belongs to it. */
static void begin_whole(const struct config *c, struct pass *pass, sim_time origin)
{
	begin_stretch(c, pass, origin, c->from + c->lasts + 1 - origin);
}

static void begin_block(const struct config *c, struct pass *pass, struct rng *rng)
{
	int block = (int)(rng_uniform(rng) * c->blocks);
	begin_stretch(c, pass, c->from + block * c->block, c->block);
}

/* Passes that lie over the first one begin elsewhere, or all would come at once. */
static void begin(const struct config *c, struct state *s, struct rng *rng)
{
	s->begun = true;
	for (int p = 0; p < c->passes; p++) {
		struct pass *pass = &s->pass[p];
		*pass = (struct pass){.base_ns = 0};
		if (c->each == EACH_BLOCKS) {
			begin_block(c, pass, rng);
			continue;
		}
		bool shift = p || c->each == EACH_ROTATED;
		sim_time at = shift ? (sim_time)(rng_uniform(rng) * (double)c->lasts) : 0;
		begin_whole(c, pass, c->from + at);
	}
}

/* Round, or on to the next block. */
static void go_on(const struct config *c, struct pass *pass, struct rng *rng)
{
	pass->base_ns += (double)pass->stretch / c->speed;
	if (c->each == EACH_BLOCKS)
		begin_block(c, pass, rng);
	else if (c->loop)
		begin_whole(c, pass, c->from);
	else
		pass->over = true;
}

static double due(const struct config *c, const struct pass *pass)
{
	return pass->base_ns + (double)(c->trace->at[pass->next] - pass->origin) / c->speed;
}

/* The pass whose request comes first, and when; NULL: none before `until`. Empty blocks follow each
 * other until somebody comes or time is over. */
static struct pass *next_pass(const struct config *c, struct state *s, const struct arrivals *to,
			      double *ns)
{
	struct pass *first = NULL;
	for (int p = 0; p < c->passes; p++) {
		struct pass *pass = &s->pass[p];
		while (!pass->over && pass->next == pass->end && pass->base_ns < to->until)
			go_on(c, pass, to->rng);
		if (pass->over || pass->next == pass->end)
			continue;
		double at = due(c, pass);
		if (at < to->until && (!first || at < *ns)) {
			first = pass;
			*ns = at;
		}
	}
	return first;
}

static int fill(const void *config, void *state, const struct arrivals *to, int room)
{
	const struct config *c = config;
	struct state *s = state;
	int count = 0;
	if (!s->begun)
		begin(c, s, to->rng);
	while (count < room) {
		double ns;
		struct pass *pass = next_pass(c, s, to, &ns);
		if (!pass)
			return count;
		int64_t row = pass->next++;
		if (c->keep < 1 && rng_uniform(to->rng) >= c->keep)
			continue;
		to->ns[count] = ns;
		to->row[count++] = row;
	}
	return count;
}

static double rate(const void *config, sim_time at)
{
	const struct config *c = config;
	(void)at;
	return (double)(c->end - c->first) / ((double)c->lasts * 1e-9) * c->speed * c->rate;
}

static double peak(const void *config)
{
	const struct config *c = config;
	return c->trace->busiest * fmax(c->speed, 1) * c->passes;
}

static const struct recording *recording(const void *config)
{
	return ((const struct config *)config)->trace;
}

static bool keeps_luck(const void *config)
{
	return ((const struct config *)config)->luck == LUCK_RECORDED;
}

const struct traffic traffic_replay = {
	.plugin = {.kind = PLUGIN_TRAFFIC,
		   .name = "replay",
		   .about = "recorded traffic: the arrivals of a trace, and who sent them",
		   .example = "replay: {trace: scenarios/tuesday.h5}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .state_size = sizeof(struct state),
		   .prepare = prepare},
	.fill = fill,
	.rate = rate,
	.peak = peak,
	.recording = recording,
	.keeps_luck = keeps_luck,
};
