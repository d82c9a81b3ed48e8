/* Axes as people read them: times in their unit, ends on round numbers. */
#include "sim/report/figure_scale.h"

#include <math.h>

static const struct {
	double seconds;
	const char *text;
} times[] = {
	{0.001, "1 ms"},   {0.002, "2 ms"},    {0.005, "5 ms"}, {0.01, "10 ms"},  {0.02, "20 ms"},
	{0.05, "50 ms"},   {0.1, "100 ms"},    {0.2, "200 ms"}, {0.5, "500 ms"},  {1, "1 s"},
	{2, "2 s"},	   {5, "5 s"},	       {10, "10 s"},	{20, "20 s"},	  {30, "30 s"},
	{60, "1 min"},	   {120, "2 min"},     {300, "5 min"},	{600, "10 min"},  {1200, "20 min"},
	{1800, "30 min"},  {3600, "1 h"},      {7200, "2 h"},	{18000, "5 h"},	  {43200, "12 h"},
	{86400, "1 d"},	   {172800, "2 d"},    {432000, "5 d"}, {864000, "10 d"}, {1728000, "20 d"},
	{4320000, "50 d"}, {8640000, "100 d"},
};

enum { TIMES = sizeof times / sizeof *times };

/* A shorter stretch of a logarithmic axis has too few ticks to tell that it is one. */
#define LEAST_STRETCH 8.0

/* Labels closer than this share of a panel would touch. */
#define LEAST_GAP 0.115

void figure_log_times(struct ticks *ticks, double *low_s, double *high_s, double width)
{
	const double gap = LEAST_GAP / width;
	int first = 0, last = 1;
	while (first < TIMES - 2 && times[first + 1].seconds <= *low_s)
		first++;
	while (last < TIMES - 1 && (last <= first || times[last].seconds < *high_s ||
				    times[last].seconds < times[first].seconds * LEAST_STRETCH))
		last++;
	*low_s = times[first].seconds;
	*high_s = times[last].seconds;
	double stretch = log(*high_s / *low_s), before = -INFINITY;
	ticks->count = 0;
	for (int i = first; i <= last; i++) {
		double at = log(times[i].seconds / *low_s) / stretch;
		bool near_end = i < last && 1 - at < gap;
		if (at - before < gap || near_end)
			continue;
		ticks->at[ticks->count] = times[i].seconds;
		ticks->text[ticks->count++] = times[i].text;
		before = at;
	}
}

void figure_ticks(struct figure *figure, const char *name, const struct ticks *ticks)
{
	fprintf(figure->script, "%s_TICKS = %d\n", name, ticks->count);
	figure_numbers(figure, arena_printf(&figure->arena, "%s_TICK", name), ticks->at,
		       ticks->count);
	figure_texts(figure, arena_printf(&figure->arena, "%s_TICK_TEXT", name), ticks->text,
		     ticks->count);
}

struct time_axis figure_time_axis(double span_s)
{
	static const struct {
		const char *unit;
		double seconds, most_s;
		double steps[9];
	} units[] = {
		{"s", 1, 180, {0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30}},
		{"min", 60, 3 * 3600, {0.5, 1, 2, 5, 10, 15, 20, 30, 60}},
		{"h", 3600, 4 * 86400, {0.5, 1, 2, 3, 4, 6, 12, 24, 48}},
		{"d", 86400, INFINITY, {0.5, 1, 2, 5, 7, 10, 14, 20, 50}},
	};
	enum { MOST_STEPS = 9 };
	int u = 0, s = 0;
	while (span_s >= units[u].most_s)
		u++;
	while (s < 8 && span_s / units[u].seconds / units[u].steps[s] > MOST_STEPS)
		s++;
	return (struct time_axis){units[u].unit, units[u].seconds, units[u].steps[s]};
}

double figure_round_up(double value)
{
	static const double rounds[] = {1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10};
	double power = pow(10, floor(log10(value)));
	for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++)
		if (value <= rounds[i] * power * (1 + 1e-9))
			return rounds[i] * power;
	return 10 * power;
}

/* The two largest units that say anything; one where the number is small enough to carry decimals.
 */
const char *figure_duration(struct arena *arena, double seconds)
{
	static const struct {
		const char *large, *small;
		double size, parts;
	} units[] = {{"d", "h", 86400, 24}, {"h", "min", 3600, 60}, {"min", "s", 60, 60}};
	if (seconds < 1)
		return arena_printf(arena, "%.3g ms", 1000 * seconds);
	if (seconds < 99.5)
		return arena_printf(arena, "%.3g s", seconds);
	for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
		double parts = round(seconds / units[u].size * units[u].parts);
		double whole = floor(parts / units[u].parts);
		double rest = parts - whole * units[u].parts;
		if (whole < 1)
			continue;
		return rest > 0 ? arena_printf(arena, "%.0f %s %.0f %s", whole, units[u].large,
					       rest, units[u].small)
				: arena_printf(arena, "%.0f %s", whole, units[u].large);
	}
	return arena_printf(arena, "%.0f s", seconds);
}

/* Digits that the interval leaves meaningful. */
static int digits_of(struct estimate share)
{
	double width = share.high - share.low;
	return width >= 0.1 ? 0 : width >= 0.01 ? 1 : 2;
}

const char *figure_percent(struct arena *arena, struct estimate share, double value)
{
	return arena_printf(arena, "%.*f %%", digits_of(share), 100 * value);
}

const char *figure_interval(struct arena *arena, struct estimate share)
{
	int digits = digits_of(share);
	return arena_printf(arena, "%.*f–%.*f %%", digits, 100 * share.low, digits,
			    100 * share.high);
}
