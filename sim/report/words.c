/* Estimates in words. */
#include "sim/report/words.h"

#include "sim/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct time_unit {
	double seconds;
	const char *name;
};

/* The largest unit of which there are at least one and a half. */
static struct time_unit unit_of(double seconds)
{
	static const struct time_unit units[] = {
		{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}, {1e-3, "ms"}};
	double size = fabs(seconds);
	int i = 0;
	while (i < 4 && size < 1.5 * units[i].seconds)
		i++;
	return size == 0 ? units[3] : units[i];
}

/* Three significant digits, thousands set apart, no exponent. */
static void number(char *out, size_t size, double value)
{
	char digits[64];
	if (isinf(value)) {
		snprintf(out, size, value > 0 ? "inf" : "-inf");
		return;
	}
	double magnitude = fabs(value);
	int decimals = magnitude >= 100 || magnitude == 0 ? 0 : magnitude >= 10 ? 1 : 2;
	if (magnitude > 0 && magnitude < 1)
		decimals = 2 - (int)floor(log10(magnitude));
	decimals = decimals > 9 ? 9 : decimals;
	if (magnitude >= 1000) {
		double step = pow(10, floor(log10(magnitude)) - 2);
		value = round(value / step) * step;
	}
	snprintf(digits, sizeof digits, "%.*f", decimals, value);
	if (strchr(digits, '.')) {
		char *end = digits + strlen(digits);
		while (end[-1] == '0')
			*--end = 0;
		if (end[-1] == '.')
			*--end = 0;
	}
	size_t whole = strcspn(digits, "."), used = 0;
	for (size_t i = 0; digits[i] && used + 2 < size; i++) {
		bool group = i && i < whole && (whole - i) % 3 == 0 && digits[i - 1] != '-';
		if (group)
			out[used++] = ',';
		out[used++] = digits[i];
	}
	out[used] = 0;
}

static char *nothing(char *out)
{
	return strcpy(out, "-");
}

char *words_share(char *out, struct estimate share)
{
	char value[32], low[32], high[32];
	if (isnan(share.value))
		return nothing(out);
	number(value, sizeof value, 100 * share.value);
	number(low, sizeof low, 100 * share.low);
	number(high, sizeof high, 100 * share.high);
	if (!strcmp(low, high) && !strcmp(low, value))
		snprintf(out, WORDS_TEXT, "%s %%", value);
	else if (share.value == 0)
		snprintf(out, WORDS_TEXT, "below %s %%", high);
	else if (share.value == 1)
		snprintf(out, WORDS_TEXT, "above %s %%", low);
	else
		snprintf(out, WORDS_TEXT, "%s %% [%s, %s]", value, low, high);
	return out;
}

char *words_seconds(char *out, double seconds)
{
	struct time_unit unit = unit_of(seconds);
	number(out, 32, seconds / unit.seconds);
	strcat(out, " ");
	return strcat(out, unit.name);
}

char *words_time(char *out, struct estimate seconds)
{
	char value[32], low[32], high[32];
	if (isnan(seconds.value))
		return nothing(out);
	if (isinf(seconds.value)) {
		if (isinf(seconds.low))
			return strcpy(out, "not reached");
		words_seconds(value, seconds.low);
		snprintf(out, WORDS_TEXT, "not reached [%s, ...]", value);
		return out;
	}
	struct time_unit unit = unit_of(seconds.value);
	number(value, sizeof value, seconds.value / unit.seconds);
	number(low, sizeof low, seconds.low / unit.seconds);
	number(high, sizeof high, seconds.high / unit.seconds);
	if (!strcmp(low, high))
		snprintf(out, WORDS_TEXT, "%s %s", value, unit.name);
	else
		snprintf(out, WORDS_TEXT, "%s %s [%s, %s]", value, unit.name,
			 isfinite(seconds.low) ? low : "...",
			 isfinite(seconds.high) ? high : "...");
	return out;
}

static char *with_interval(char *out, const char *sign, struct estimate e)
{
	char value[32], low[32], high[32];
	number(value, sizeof value, e.value);
	number(low, sizeof low, e.low);
	number(high, sizeof high, e.high);
	if (!strcmp(low, high) && !strcmp(low, value))
		snprintf(out, WORDS_TEXT, "%s%s", sign, value);
	else
		snprintf(out, WORDS_TEXT, "%s%s [%s, %s]", sign, value,
			 isfinite(e.low) ? low : "...", isfinite(e.high) ? high : "...");
	return out;
}

char *words_count(char *out, struct estimate count)
{
	if (count.value >= 0 && count.low < 0 && isfinite(count.low))
		count.low = 0; /* there is never less than nothing of a count */
	return isnan(count.value) ? nothing(out) : with_interval(out, "", count);
}

char *words_change(char *out, struct estimate change)
{
	return isnan(change.value) ? nothing(out)
				   : with_interval(out, change.value > 0 ? "+" : "", change);
}

char *words_quantity(char *out, const struct quantity *quantity, struct estimate estimate)
{
	if (isnan(estimate.value) || isinf(estimate.value))
		return strcpy(out, isnan(estimate.value) ? "-" : "never");
	if (quantity_is_share(quantity))
		return words_share(out, estimate);
	return strcmp(quantity->column->unit, "s") != 0 ? words_count(out, estimate)
							: words_time(out, estimate);
}

char *words_quantity_change(char *out, const struct quantity *quantity, struct estimate change)
{
	bool share = quantity_is_share(quantity), time = !strcmp(quantity->column->unit, "s");
	double larger = fmax(fabs(change.low), fabs(change.high));
	bool small = time && larger > 0 && larger < 1;
	double unit = share ? 100 : small ? 1000 : 1;
	if (isnan(change.value) || isinf(change.value))
		return strcpy(out, change.value > 0 ? "never" : "-");
	/* Adding 0 makes -0 a plain one. */
	words_change(out, (struct estimate){unit * change.value + 0, unit * change.low + 0,
					    unit * change.high + 0});
	return share   ? strcat(out, " pp")
	       : small ? strcat(out, " ms")
	       : time  ? strcat(out, " s")
		       : out;
}
