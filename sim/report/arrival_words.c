/* Rates in the unit that suits them, estimates with the digits they deserve, and a sentence where
 * there is nothing to draw. */
#include "sim/report/arrival_words.h"

#include "sim/report/figure_scale.h"

#include <math.h>

struct rate_unit arrival_unit(const struct arrival_survey *survey)
{
	static const struct rate_unit units[] = {
		{1e6, "million requests/s", "M/s"},
		{1e3, "thousand requests/s", "k/s"},
		{1, "requests/s", "/s"},
		{1.0 / 60, "requests/min", "/min"},
		{1.0 / 3600, "requests/h", "/h"},
		{1.0 / 86400, "requests/d", "/d"},
	};
	static const double least[] = {2e6, 2e4, 0.5, 0.5 / 60, 0.5 / 3600, 0};
	double per_second = fmax(survey->busiest, survey->per_second.value);
	int u = 0;
	while (per_second < least[u])
		u++;
	return units[u];
}

/* Digits after the point that make so many altogether. */
static int digits_of(double value, int altogether)
{
	return value > 0 ? (int)fmin(fmax(altogether - 1 - floor(log10(value)), 0), 9) : 0;
}

/* With as many digits as the interval leaves meaningful: it is three units of the last one wide, or
 * more. A number alone where there is no doubt. */
static const char *say(struct arena *arena, struct estimate e, const char *unit)
{
	double width = e.high - e.low;
	if (!(width > 0) || !isfinite(width))
		return arena_printf(arena, "%.*f%s", digits_of(e.value, 3), e.value, unit);
	int digits = (int)fmin(fmax(ceil(-log10(width / 3)), 0), 9);
	return arena_printf(arena, "%.*f%s [%.*f, %.*f]", digits, e.value, unit, digits, e.low,
			    digits, e.high);
}

static const char *say_busiest(struct arena *arena, const struct arrival_survey *survey,
			       struct rate_unit unit)
{
	double busiest = survey->busiest / unit.per_second;
	if (survey->arrivals < 2)
		return "";
	return arena_printf(arena, "; busiest %s of trial 0: %.*f%s",
			    figure_duration(arena, survey->bin_s), digits_of(busiest, 3), busiest,
			    unit.short_name);
}

const char *arrival_about(struct arena *arena, const struct arrival_survey *survey)
{
	struct rate_unit unit = arrival_unit(survey);
	struct estimate mean = survey->per_second;
	mean.value /= unit.per_second;
	mean.low = fmax(mean.low, 0) / unit.per_second;
	mean.high /= unit.per_second;
	const char *text =
		arena_printf(arena, "mean %s over %d trials%s", say(arena, mean, unit.short_name),
			     survey->trials, say_busiest(arena, survey, unit));
	if (isnan(survey->gap_cv.value))
		return text;
	return arena_printf(arena, "%s; coefficient of variation of the gaps: %s", text,
			    say(arena, survey->gap_cv, ""));
}

const char *arrival_no_rate(struct arena *arena, const struct arrival_survey *survey)
{
	if (survey->arrivals > 1)
		return "";
	if (survey->arrivals == 1)
		return arena_printf(arena, "one request in trial 0, after %s",
				    figure_duration(arena, survey->first_s));
	return "no request in trial 0";
}

const char *arrival_no_dispersion(struct arena *arena, const struct arrival_survey *survey)
{
	if (survey->widths)
		return "";
	double requests = survey->per_second.value * survey->horizon_s;
	return arena_printf(arena,
			    "too few requests a trial to tell how they clump: %.*f on average",
			    digits_of(requests, 2), requests);
}
