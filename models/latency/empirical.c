/* Measured times: a list of values, each as likely as the others, or quantiles, between two of
 * which every time is as likely as any other. */
#include "models/list.h"

#include <stdio.h>

enum { GUIDES = 256 };

struct config {
	const char *file, *unit; /* the reader has put what the file says into one of the others */
	struct times values;
	struct knots quantiles;
	/* The first knot that lies beyond i / GUIDES, where a search may begin (Chen and Asau
	 * 1974). Derived. */
	uint16_t guide[GUIDES];
};

static const struct param params[] = {
	{"file", PARAM_FILE, offsetof(struct config, file), "",
	 .about = "of one time a line, or of one quantile (p50 80ms), beside the scenario's"},
	{"unit", PARAM_WORD, offsetof(struct config, unit), "",
	 .about = "of the file's numbers, such as ms; left out: each carries its own"},
	{"values", PARAM_TIMES, offsetof(struct config, values), "", 0, (double)MAX_HORIZON,
	 .about = "times that were measured, each as likely as the others"},
	{"quantiles", PARAM_KNOTS, offsetof(struct config, quantiles), "", 0, (double)MAX_HORIZON,
	 .about = "from p0, the fastest, to p100; straight lines between"},
	{0},
};

static void make_guide(struct config *c)
{
	const struct knot *knot = c->quantiles.knot;
	uint16_t k = 1;
	for (int i = 0; i < GUIDES; i++) {
		while (knot[k].p <= (double)i / GUIDES)
			k++;
		c->guide[i] = k;
	}
}

static const char *prepare(void *config, char *why, size_t size)
{
	struct config *c = config;
	if (!c->values.count == !c->quantiles.count) {
		snprintf(why, size, "give one of values, quantiles and file; found %s",
			 c->values.count ? "values and quantiles" : "none");
		return c->values.count ? "quantiles" : "";
	}
	if (c->unit) {
		snprintf(why, size, "unit is for the numbers of a file; there is none");
		return "unit";
	}
	if (c->quantiles.count)
		make_guide(c);
	return NULL;
}

/* On the line that ends at a knot. */
static double on_line(const struct knot *end, double p)
{
	const struct knot *start = end - 1;
	double way = (p - start->p) / (end->p - start->p);
	return (double)start->time + (double)(end->time - start->time) * way;
}

static double quantile(const void *config, double p)
{
	const struct config *c = config;
	int low = 0, high = c->values.count - 1;
	if (c->quantiles.count) {
		const struct knot *knot = &c->quantiles.knot[c->guide[(int)(p * GUIDES)]];
		while (knot->p < p)
			knot++;
		return on_line(knot, p);
	}
	while (low < high) { /* the first value that so many are not above */
		int middle = (low + high) / 2;
		if ((double)(middle + 1) / c->values.count < p)
			low = middle + 1;
		else
			high = middle;
	}
	return (double)c->values.time[low];
}

/* Twice the bits and one are whole numbers, so nothing is rounded. */
static void fill(const void *config, const uint32_t *bits, double *ns, int count)
{
	const struct config *c = config;
	const sim_time *value = c->values.time;
	uint64_t values = (uint64_t)c->values.count;
	if (c->quantiles.count)
		for (int i = 0; i < count; i++)
			ns[i] = quantile(c, latency_share(bits[i]));
	else
		for (int i = 0; i < count; i++)
			ns[i] = (double)value[(2 * (uint64_t)bits[i] + 1) * values >> 33];
}

/* How many of ascending times, a stride of bytes apart, are at most `ns`. */
static int count_until(const sim_time *first, int count, size_t stride, double ns)
{
	int low = 0, high = count;
	while (low < high) {
		int middle = (low + high) / 2;
		sim_time time = *(const sim_time *)((const char *)first + (size_t)middle * stride);
		if ((double)time <= ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static double cdf(const void *config, double ns)
{
	const struct config *c = config;
	const struct knot *knot = c->quantiles.knot;
	int knots = c->quantiles.count, values = c->values.count;
	if (!knots)
		return (double)count_until(c->values.time, values, sizeof(sim_time), ns) / values;
	int passed = count_until(&knot->time, knots, sizeof *knot, ns);
	if (passed == 0 || passed == knots)
		return passed == knots;
	const struct knot *end = &knot[passed], *start = end - 1;
	double way = (ns - (double)start->time) / (double)(end->time - start->time);
	return start->p + (end->p - start->p) * way;
}

static double mean(const void *config)
{
	const struct config *c = config;
	double sum = 0;
	for (int i = 0; i < c->values.count; i++)
		sum += (double)c->values.time[i] / c->values.count;
	for (int k = 1; k < c->quantiles.count; k++) {
		const struct knot *end = &c->quantiles.knot[k], *start = end - 1;
		sum += (end->p - start->p) * 0.5 * ((double)start->time + (double)end->time);
	}
	return sum;
}

const struct latency latency_empirical = {
	.plugin = {.kind = PLUGIN_LATENCY,
		   .name = "empirical",
		   .about = "measured times: values or quantiles, written here or in a file",
		   .example = "empirical: {quantiles: {p0: 5ms, p50: 80ms, p99: 400ms, p100: 2s}}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.fill = fill,
	.quantile = quantile,
	.cdf = cdf,
	.mean = mean,
};
