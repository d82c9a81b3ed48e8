/* Recorded traffic: the arrivals of a trace, as they were or so that trials differ. */
#include "models/list.h"

#include "models/traffic/passes.h"

#include "sim/alike.h"
#include "sim/rng.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const ways[] = {"recorded", "rotated", "blocks", NULL};
static const char *const lucks[] = {"recorded", "drawn", "alike", NULL}; /* enum luck_kind */

struct config {
	const char *fingerprint;
	sim_time from, lasts;
	double rate;
	struct shares shares;
	int luck;
	struct words alike;
	int in_common; /* derived, as are the excerpts of the way */
	struct itinerary way;
};

struct state {
	bool begun;
	struct passes passes;
};

static const struct param params[] = {
	{"trace", PARAM_TRACE, offsetof(struct config, way.recording), NULL,
	 .about = "a trace that coalmine import made, beside the scenario; or a list of them, each "
		  "from its own first request on"},
	{"fingerprint", PARAM_WORD, offsetof(struct config, fingerprint), "",
	 .about = "of the trace, or of each with a + between them; another one is refused"},
	{"from", PARAM_DURATION, offsetof(struct config, from), "0s", 0, 1e17,
	 .about = "where the part that is replayed begins, from the trace's first request on"},
	{"lasts", PARAM_DURATION, offsetof(struct config, lasts), "", 1e9, 1e17,
	 .about = "how long that part is; left out: to the end"},
	{"each", PARAM_CHOICE, offsetof(struct config, way.each), "rotated", 0, 0, ways,
	 .about = "trial sees the part as recorded, from a random moment on and round, or made of "
		  "blocks drawn from it"},
	{"block", PARAM_DURATION, offsetof(struct config, way.block), "", 1e9, 1e17,
	 .about = "how long a block is: what happens within stays together; what is left of the "
		  "part "
		  "is not used"},
	{"luck", PARAM_CHOICE, offsetof(struct config, luck), "recorded", 0, 0, lucks,
	 .about =
		 "of a request: as slow among others as it was, and failed if it did; new; or that "
		 "of one that is alike"},
	{"alike", PARAM_WORDS, offsetof(struct config, alike), "",
	 .about = "what alike requests have in common: route, segment, hour of the day in UTC"},
	{"loop", PARAM_FLAG, offsetof(struct config, way.loop), "yes",
	 .about = "begin again where the part ends before the trial; no: nobody comes any more"},
	{"speed", PARAM_FACTOR, offsetof(struct config, way.speed), "x1", 0.001, 1000,
	 .about = "how many times as fast time passes"},
	{"rate", PARAM_FACTOR, offsetof(struct config, rate), "x1", 1e-6, MOST_PASSES,
	 .about = "how many times as many requests: some are left out, or passes are laid over "
		  "each other"},
	{"shares", PARAM_SHARES, offsetof(struct config, shares), "",
	 .about = "of the requests of each trace, that come; left out: all"},
	{0},
};

/* ---- what is replayed of each trace */

static const char *cut(const struct config *c, struct excerpt *part, char *why, size_t size)
{
	const struct recorded_trace *trace = &c->way.recording->trace[part->trace];
	char text[UNITS_TEXT];
	if (c->from > trace->span) {
		snprintf(why, size, "the trace is over before that");
		return "from";
	}
	sim_time rest = trace->span - c->from;
	if (c->lasts > rest) {
		snprintf(why, size, "the trace ends %s behind that moment",
			 units_print_duration(text, rest));
		return "lasts";
	}
	part->from = c->from;
	part->lasts = c->lasts == PARAM_UNSET ? rest : c->lasts;
	part->first = recording_find(c->way.recording, part->trace, part->from);
	part->end = recording_find(c->way.recording, part->trace, part->from + part->lasts + 1);
	if (part->end - part->first >= 2 && part->lasts >= SIM_SECOND)
		return NULL;
	snprintf(why, size, "the part has fewer than two requests, or less than a second");
	return "lasts";
}

static const char *cut_blocks(const struct config *c, struct excerpt *part, char *why, size_t size)
{
	if (c->way.each != EACH_BLOCKS)
		return NULL;
	part->blocks = (int)fmin(floor((double)part->lasts / (double)c->way.block), 1e9);
	if (part->blocks >= 2)
		return NULL;
	snprintf(why, size, "the part should have at least two blocks");
	return "block";
}

static const char *lay(const struct config *c, struct excerpt *part, int *passes, char *why,
		       size_t size)
{
	double rate = c->rate * (c->shares.count ? c->shares.share[part->trace] : 1);
	part->passes = (int)ceil(rate);
	part->keep = rate / part->passes;
	*passes += part->passes;
	if (*passes <= MOST_PASSES)
		return NULL;
	snprintf(why, size, "the traces would be laid over each other more than %d times",
		 MOST_PASSES);
	return "rate";
}

static const char *prepare_parts(struct config *c, char *why, size_t size)
{
	int passes = 0;
	const char *key = NULL;
	c->way.excerpts = c->way.recording->traces;
	for (int p = 0; p < c->way.excerpts && !key; p++) {
		struct excerpt *part = &c->way.excerpt[p];
		part->trace = p;
		key = cut(c, part, why, size);
		key = key ? key : cut_blocks(c, part, why, size);
		key = key ? key : lay(c, part, &passes, why, size);
	}
	return key;
}

/* ---- what alike requests have in common */

static const char *add_in_common(struct config *c, const char *word, char *why, size_t size)
{
	static const struct {
		const char *word;
		int bit;
	} words[] = {{"route", ALIKE_ROUTE}, {"segment", ALIKE_SEGMENT}, {"hour", ALIKE_HOUR}};
	for (int i = 0; i < 3; i++) {
		if (strcmp(words[i].word, word) != 0)
			continue;
		bool there = words[i].bit == ALIKE_ROUTE     ? c->way.recording->route != NULL
			     : words[i].bit == ALIKE_SEGMENT ? c->way.recording->segment != NULL
							     : true;
		c->in_common |= words[i].bit;
		snprintf(why, size, "the trace has no %ss", word);
		return there ? NULL : "alike";
	}
	snprintf(why, size, "expected route, segment or hour; found \"%.60s\"", word);
	return "alike";
}

static const char *prepare_alike(struct config *c, char *why, size_t size)
{
	const char *key = NULL;
	if ((c->alike.count > 0) != (c->luck == LUCK_ALIKE)) {
		snprintf(why, size,
			 c->alike.count ? "alike says what groups have in common, and needs "
					  "\"luck: alike\""
					: "\"luck: alike\" needs alike, such as [route, hour]");
		return "alike";
	}
	for (int i = 0; i < c->alike.count && !key; i++)
		key = add_in_common(c, c->alike.word[i], why, size);
	return key;
}

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	if ((c->way.block != PARAM_UNSET) != (c->way.each == EACH_BLOCKS)) {
		snprintf(why, size,
			 c->way.block != PARAM_UNSET
				 ? "block says how long blocks are, and needs \"each: blocks\""
				 : "\"each: blocks\" needs block, such as 10m");
		return "block";
	}
	if (c->shares.count && c->shares.count != c->way.recording->traces) {
		snprintf(why, size, "there must be one for each trace: %d",
			 c->way.recording->traces);
		return "shares";
	}
	const char *key = prepare_parts(c, why, size);
	return key ? key : prepare_alike(c, why, size);
}

/* ---- arrivals */

static int fill(const void *config, void *state, const struct arrivals *to, int room)
{
	const struct config *c = config;
	struct state *s = state;
	int count = 0;
	if (!s->begun)
		passes_begin(&s->passes, &c->way, to->rng);
	s->begun = true;
	while (count < room) {
		double ns;
		struct pass *pass = passes_next(&s->passes, &c->way, to, &ns);
		if (!pass)
			return count;
		int64_t row = pass->next++;
		if (pass->excerpt->keep < 1 && rng_uniform(to->rng) >= pass->excerpt->keep)
			continue;
		to->ns[count] = ns;
		to->row[count++] = row;
	}
	return count;
}

static double rate(const void *config, sim_time at)
{
	const struct itinerary *way = &((const struct config *)config)->way;
	double sum = 0;
	(void)at;
	for (int p = 0; p < way->excerpts; p++) {
		const struct excerpt *part = &way->excerpt[p];
		sum += (double)(part->end - part->first) / ((double)part->lasts * 1e-9) *
		       part->passes * part->keep;
	}
	return sum * way->speed;
}

static double peak(const void *config)
{
	const struct itinerary *way = &((const struct config *)config)->way;
	double sum = 0;
	for (int p = 0; p < way->excerpts; p++)
		sum += way->recording->trace[p].busiest * way->excerpt[p].passes;
	return sum * fmax(way->speed, 1);
}

static const struct recording *recording(const void *config)
{
	return ((const struct config *)config)->way.recording;
}

static enum luck_kind luck(const void *config, int *in_common)
{
	const struct config *c = config;
	*in_common = c->in_common;
	return (enum luck_kind)c->luck;
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
	.luck = luck,
};
