/* Durations of a trace, each as likely as the others; of a request of that trace, its own. */
#include "models/list.h"

#include "sim/recording.h"

#include <math.h>
#include <stdio.h>

enum { OF_ANSWERS, OF_FAILURES };

static const char *const kinds[] = {"answers", "failures", NULL};

struct config {
	const struct recording *trace;
	const char *fingerprint, *version;
	int of;
	struct recorded_law law; /* derived */
};

static const struct param params[] = {
	{"trace", PARAM_TRACE, offsetof(struct config, trace), NULL,
	 .about = "a trace that coalmine import made, beside the scenario"},
	{"fingerprint", PARAM_WORD, offsetof(struct config, fingerprint), "",
	 .about = "of the trace; another one is refused"},
	{"version", PARAM_WORD, offsetof(struct config, version), "",
	 .about = "of those in the log, whose durations count; left out: there is only one"},
	{"of", PARAM_CHOICE, offsetof(struct config, of), "answers", 0, 0, kinds,
	 .about = "whose durations: failures are those that the server answered with an error"},
	{0},
};

static const char *say_version(const struct config *c, const char *said, char *why, size_t size)
{
	int length = snprintf(why, size, "%s; the log has", said);
	for (int v = 0; v < c->trace->versions && length < (int)size; v++)
		length += snprintf(why + length, size - (size_t)length, "%s %s", v ? "," : "",
				   c->trace->version_of[v].name);
	return "version";
}

/* What one version did says nothing of what another would have done: whose it is must be said. */
static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	const struct recorded_version *version = &c->trace->all;
	if (c->version) {
		version = recording_version(c->trace, c->version);
		if (!version)
			return say_version(c, "nobody is called so", why, size);
	} else if (c->trace->versions > 1) {
		return say_version(c, "say whose durations: several versions served", why, size);
	}
	c->law = c->of == OF_ANSWERS ? version->answers : version->failures;
	if (c->law.count)
		return NULL;
	snprintf(why, size, "the trace has no durations of %s", kinds[c->of]);
	return "of";
}

static double value_at(const struct recorded_law *law, uint32_t bits)
{
	return law->sorted[((uint64_t)bits * (uint64_t)law->count) >> 32];
}

static void fill(const void *config, const uint32_t *bits, double *ns, int count)
{
	const struct config *c = config;
	for (int i = 0; i < count; i++)
		ns[i] = value_at(&c->law, bits[i]);
}

static double quantile(const void *config, double p)
{
	const struct recorded_law *law = &((const struct config *)config)->law;
	double place = ceil(p * (double)law->count) - 1;
	return law->sorted[(int64_t)fmin(fmax(place, 0), (double)(law->count - 1))];
}

/* How many are no longer. */
static double cdf(const void *config, double ns)
{
	const struct recorded_law *law = &((const struct config *)config)->law;
	return (double)recorded_law_below(law, nextafter(ns, INFINITY)) / (double)law->count;
}

static double mean(const void *config)
{
	return ((const struct config *)config)->law.mean;
}

const struct latency latency_recorded = {
	.plugin = {.kind = PLUGIN_LATENCY,
		   .name = "recorded",
		   .about = "durations of a trace; a request that is replayed has its own",
		   .example = "recorded: {trace: scenarios/tuesday.h5}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.fill = fill,
	.quantile = quantile,
	.cdf = cdf,
	.mean = mean,
};
