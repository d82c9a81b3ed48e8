/* The day: people sleep. Either a wave between a trough and a peak, or a table of hours. */
#include "models/list.h"

#include "models/shape/spells.h"

#include <math.h>
#include <stdio.h>

struct config {
	double peak, trough;
	sim_time peak_at, starts;
	struct spells hours;
};

static const struct param params[] = {
	{"peak", PARAM_FACTOR, offsetof(struct config, peak), "", 0, 1e6,
	 .about = "the factor at the busiest hour"},
	{"trough", PARAM_FACTOR, offsetof(struct config, trough), "", 0, 1e6,
	 .about = "the factor half a day away from it"},
	{"peak_at", PARAM_DURATION, offsetof(struct config, peak_at), "14h", 0, 86400e9,
	 .about = "the time of day of the busiest hour"},
	{"hours", PARAM_SPELLS, offsetof(struct config, hours), "",
	 .about = "instead of a wave: spells from midnight to midnight"},
	{"starts", PARAM_DURATION, offsetof(struct config, starts), "0s", 0, 86400e9,
	 .about = "the time of day when the trial begins"},
	{0},
};

static const sim_time day = 86400 * SIM_SECOND;

/* A cubic through four points of a 256th of a wave is off by 2e-11 of its height. */
enum { PIECES = 256 };

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	bool wave = !isnan(c->peak) || !isnan(c->trough);
	if (wave == (c->hours.count > 0) || isnan(c->peak) != isnan(c->trough)) {
		snprintf(why, size, "give peak and trough, or hours");
		return "";
	}
	if (c->hours.count && spells_total(&c->hours) != day) {
		char total[UNITS_TEXT];
		snprintf(why, size, "the hours must fill a day; they last %s",
			 units_print_duration(total, spells_total(&c->hours)));
		return "hours";
	}
	return NULL;
}

static double time_of_day(const struct config *c, double ns)
{
	double local = ns + (double)c->starts;
	return local - floor(local / (double)day) * (double)day;
}

static sim_time advance(const void *config, void *state, struct rng *rng, sim_time at)
{
	const struct config *c = config;
	sim_time clock = (sim_time)time_of_day(c, (double)at), until;
	(void)state;
	(void)rng;
	if (c->hours.count)
		spells_find(&c->hours, (double)clock, &until);
	else
		until = (clock / (day / PIECES) + 1) * (day / PIECES);
	return at + until - clock;
}

static double factor(const void *config, const void *state, double ns)
{
	const struct config *c = config;
	sim_time until;
	(void)state;
	if (c->hours.count)
		return spells_find(&c->hours, time_of_day(c, ns), &until)->factor;
	double phase = (time_of_day(c, ns) - (double)c->peak_at) / (double)day;
	return c->trough + (c->peak - c->trough) * 0.5 * (1 + cos(2 * M_PI * phase));
}

static double peak(const void *config)
{
	const struct config *c = config;
	return c->hours.count ? spells_peak(&c->hours) : fmax(c->peak, c->trough);
}

const struct shape shape_diurnal = {
	.plugin = {.kind = PLUGIN_SHAPE,
		   .name = "diurnal",
		   .about = "day and night, as a wave or a table of hours",
		   .example = "diurnal: {peak: x1.6, trough: x0.4, peak_at: 14h, starts: 9h}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.periodic = true,
	.advance = advance,
	.factor = factor,
	.peak = peak,
};
