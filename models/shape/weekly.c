/* The week: working days and weekends, and if wanted, days and nights that begin and end sharply.
 */
#include "models/list.h"

#include <math.h>
#include <stdio.h>

struct config {
	double weekday, weekend, day, night;
	sim_time day_from, day_until, starts;
};

static const struct param params[] = {
	{"weekday", PARAM_FACTOR, offsetof(struct config, weekday), "x1", 0, 1e6,
	 .about = "the factor from Monday to Friday"},
	{"weekend", PARAM_FACTOR, offsetof(struct config, weekend), "x0.5", 0, 1e6,
	 .about = "the factor on Saturday and Sunday"},
	{"day", PARAM_FACTOR, offsetof(struct config, day), "x1", 0, 1e6,
	 .about = "a further factor by day"},
	{"night", PARAM_FACTOR, offsetof(struct config, night), "x1", 0, 1e6,
	 .about = "a further factor by night"},
	{"day_from", PARAM_DURATION, offsetof(struct config, day_from), "8h", 0, 86400e9,
	 .about = "the time of day when night ends"},
	{"day_until", PARAM_DURATION, offsetof(struct config, day_until), "20h", 0, 86400e9,
	 .about = "the time of day when night begins"},
	{"starts", PARAM_DURATION, offsetof(struct config, starts), "0s", 0, 7 * 86400e9,
	 .about = "when the trial begins, counted from Monday, 0:00"},
	{0},
};

static const sim_time one_day = 86400 * SIM_SECOND;

static const char *prepare(void *config, char *why, size_t size)
{
	const struct config *c = config;
	if (c->day_from < c->day_until)
		return NULL;
	snprintf(why, size, "day_until must come after day_from");
	return "day_until";
}

static double time_of_week(const struct config *c, double ns)
{
	double local = ns + (double)c->starts, week = 7 * (double)one_day;
	return local - floor(local / week) * week;
}

static sim_time advance(const void *config, void *state, struct rng *rng, sim_time at)
{
	const struct config *c = config;
	sim_time clock = (sim_time)time_of_week(c, (double)at) % one_day;
	(void)state;
	(void)rng;
	sim_time next = clock < c->day_from    ? c->day_from
			: clock < c->day_until ? c->day_until
					       : one_day;
	return at + next - clock;
}

static double factor(const void *config, const void *state, double ns)
{
	const struct config *c = config;
	double clock = time_of_week(c, ns);
	double weekly = clock < 5 * (double)one_day ? c->weekday : c->weekend;
	double hour = fmod(clock, (double)one_day);
	bool is_day = hour >= (double)c->day_from && hour < (double)c->day_until;
	(void)state;
	return weekly * (is_day ? c->day : c->night);
}

static double peak(const void *config)
{
	const struct config *c = config;
	return fmax(c->weekday, c->weekend) * fmax(c->day, c->night);
}

const struct shape shape_weekly = {
	.plugin = {.kind = PLUGIN_SHAPE,
		   .name = "weekly",
		   .about = "working days and weekends, days and nights",
		   .example = "weekly: {weekend: x0.6, day: x1.2, night: x0.5, starts: 4d9h}",
		   .params = params,
		   .config_size = sizeof(struct config),
		   .prepare = prepare},
	.periodic = true,
	.advance = advance,
	.factor = factor,
	.peak = peak,
};
