/* One scanner reads decimal numbers exactly, tables hold the units they may carry, and one row for
 * each quantity says how it is read, printed and asked for: what is written is what is meant. */
#include "sim/units.h"

#include "sim/decimal.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct named {
	const char *name;
	int64_t value;
};

#define EXACT_NS 0x1p53 /* up to here a double knows each nanosecond */

/* Units ascend: durations are read from large to small and printed in the largest that will do.
 * The first name that matches is taken, so `ms` must stand before `m`. */
/* clang-format off */
static const struct named durations[] = {
	{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", SIM_SECOND}, {"m", 60 * SIM_SECOND},
	{"h", 3600 * SIM_SECOND}, {"d", 86400 * SIM_SECOND}, {"w", 604800 * SIM_SECOND}, {NULL, 0}};
static const struct named sizes[] = {
	{"B", 1}, {"kB", 1000}, {"KiB", 1 << 10}, {"MB", 1000000}, {"MiB", 1 << 20},
	{"GB", 1000000000}, {"GiB", 1 << 30}, {"TB", 1000000000000}, {"TiB", 1L << 40}, {NULL, 0}};
/* clang-format on */
static const struct named plain[] = {{"", 1}, {NULL, 0}};
static const struct named periods[] = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}, {NULL, 0}};
static const struct named powers_of_ten[] = {{"k", 3}, {"M", 6}, {"G", 9}, {NULL, 0}};
static const struct named flags[] = {{"yes", 1}, {"no", 0},  {"true", 1}, {"false", 0},
				     {"on", 1},	 {"off", 0}, {NULL, 0}};

/* Scanners move `at` behind what they understood. Where one fails, the text is given up. */
static bool scan_word(const char **at, const char *word)
{
	bool found = strncmp(*at, word, strlen(word)) == 0;
	*at += found ? strlen(word) : 0;
	return found;
}

static const struct named *scan_name(const char **at, const struct named *names)
{
	while (names->name && !scan_word(at, names->name))
		names++;
	return names->name ? names : NULL;
}

/* A whole amount and its unit, which is returned. */
static const struct named *scan_whole(const char **at, const struct named *units, int64_t *value)
{
	struct decimal number;
	const struct named *unit = decimal_scan(at, &number) ? scan_name(at, units) : NULL;
	return unit && decimal_to_whole(number, unit->value, value) ? unit : NULL;
}

/* 1.5k: the letter only moves the point, so that nothing is rounded. */
static bool scan_scaled(const char **at, struct decimal *number)
{
	bool found = decimal_scan(at, number);
	const struct named *power = scan_name(at, powers_of_ten);
	number->exponent += power ? (int)power->value : 0;
	return found;
}

static bool scan_count(const char **at, int64_t *count)
{
	struct decimal number;
	return scan_scaled(at, &number) && decimal_to_whole(number, 1, count);
}

static bool scan_flag(const char **at, bool *flag)
{
	const struct named *word = scan_name(at, flags);
	*flag = word && word->value;
	return word;
}

/* Zero is the one amount that may go without a unit. */
static bool scan_bare_zero(const char **at)
{
	return strcspn(*at, " \t") == 1 && scan_word(at, "0");
}

/* Parts go from large units to small ones: 5m30m is a slip. */
static bool scan_duration(const char **at, sim_time *duration)
{
	const struct named *unit, *above = durations + sizeof durations / sizeof *durations;
	sim_time part;
	*duration = 0;
	if (scan_bare_zero(at))
		return true;
	do {
		unit = scan_whole(at, durations, &part);
		if (!unit || unit >= above || __builtin_add_overflow(*duration, part, duration))
			return false;
		above = unit;
	} while (**at >= '0' && **at <= '9');
	return true;
}

static bool scan_ns(const char **at, double *ns)
{
	sim_time duration;
	bool found = scan_duration(at, &duration);
	*ns = (double)duration;
	return found && duration <= (sim_time)EXACT_NS;
}

static bool scan_rate(const char **at, double *per_second)
{
	struct decimal number;
	const struct named *period;
	return scan_scaled(at, &number) && scan_word(at, "/") &&
	       (period = scan_name(at, periods)) &&
	       decimal_to_double(number, (double)period->value, per_second);
}

static bool scan_share(const char **at, double *share)
{
	struct decimal number;
	*share = 0;
	if (scan_bare_zero(at))
		return true;
	bool found = decimal_scan(at, &number) && scan_word(at, "%");
	number.exponent -= 2;
	return found && decimal_to_double(number, 1, share);
}

static bool scan_number(const char **at, double *number)
{
	struct decimal magnitude;
	double sign = scan_word(at, "-") ? -1 : 1;
	return decimal_scan(at, &magnitude) && decimal_to_double(magnitude, sign, number);
}

static bool scan_chance(const char **at, double *chance)
{
	struct decimal number;
	bool found = decimal_scan(at, &number);
	number.exponent -= scan_word(at, "%") ? 2 : 0;
	return found && decimal_to_double(number, 1, chance);
}

static bool scan_factor(const char **at, double *factor)
{
	struct decimal number;
	return (scan_word(at, "x") || scan_word(at, "\u00d7")) && decimal_scan(at, &number) &&
	       decimal_to_double(number, 1, factor);
}

static bool (*const scan_amount[])(const char **at, double *amount) = {
	scan_number, scan_share, scan_ns, scan_rate}; /* by enum unit */

static bool scan_change(const char **at, enum unit unit, struct change *change)
{
	double sign = **at == '-' ? -1 : 1;
	bool adds = scan_word(at, "+") || scan_word(at, "-");
	*change = (struct change){adds ? CHANGE_ADD : CHANGE_MULTIPLY, 0};
	bool found = (adds ? scan_amount[unit] : scan_factor)(at, &change->amount);
	change->amount *= sign;
	return found;
}

/* Numbers are tried first, so that 0 is one. */
static bool scan_level(const char **at, struct level *level)
{
	const char *start = *at;
	for (level->unit = UNIT_NUMBER; level->unit <= UNIT_RATE; level->unit++, *at = start)
		if (scan_amount[level->unit](at, &level->amount) && **at == '\0')
			return true;
	return false;
}

static bool scan_for(const char **at, sim_time *duration)
{
	int joint = 0;
	sscanf(*at, "%*[ \t]for%*[ \t]%n", &joint);
	*at += joint;
	return joint > 0 && scan_duration(at, duration);
}

static bool scan_stage(const char **at, struct stage *stage)
{
	return scan_share(at, &stage->share) && stage->share <= 1 && scan_for(at, &stage->hold);
}

static bool scan_spell(const char **at, struct spell *spell)
{
	return scan_factor(at, &spell->factor) && scan_for(at, &spell->lasts);
}

static bool scan_offset(const char **at, sim_time *offset)
{
	bool negative = scan_word(at, "-");
	if (!negative)
		scan_word(at, "+");
	bool found = scan_duration(at, offset);
	*offset = negative ? -*offset : *offset;
	return found;
}

static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
static const sim_time one_minute = 60 * SIM_SECOND, one_day = 86400 * SIM_SECOND;
enum { DAYS = 7 };

/* A time of day, and the day before it if it is there: -1 if it is not. */
static bool scan_clock_of(const char **at, int *day, sim_time *of_day)
{
	int hours, minutes, used = 0;
	*day = -1;
	for (int d = 0; d < DAYS; d++)
		if (scan_word(at, days[d]))
			*day = d;
	if (*day >= 0)
		*at += strspn(*at, " \t");
	if (**at < '0' || **at > '9' || sscanf(*at, "%2d:%2d%n", &hours, &minutes, &used) != 2 ||
	    !used)
		return false;
	*at += used;
	*of_day = (hours * 60 + minutes) * one_minute;
	return minutes >= 0 && minutes < 60 && *of_day <= one_day;
}

static bool scan_clock(const char **at, sim_time *of_week)
{
	int day;
	bool found = scan_clock_of(at, &day, of_week);
	*of_week += found && day > 0 ? day * one_day : 0;
	return found;
}

/* Days are named at both ends or at neither. */
static bool scan_span(const char **at, struct span *span)
{
	int from_day, to_day, joint = 0;
	if (!scan_clock_of(at, &from_day, &span->from))
		return false;
	sscanf(*at, "%*[ \t]to%*[ \t]%n", &joint);
	*at += joint;
	if (!joint || !scan_clock_of(at, &to_day, &span->to) || (from_day < 0) != (to_day < 0))
		return false;
	span->weekly = from_day >= 0;
	span->from += span->weekly ? from_day * one_day : 0;
	span->to += span->weekly ? to_day * one_day : 0;
	return span->from != span->to;
}

/* False if that takes more than `most` characters, or never ends: 1s is 0.01666... minutes. */
static bool write_in_unit(char out[UNITS_TEXT], size_t most, uint64_t ns, const struct named *unit)
{
	uint64_t scale = (uint64_t)unit->value, rest = ns % scale;
	size_t used = (size_t)snprintf(out, UNITS_TEXT, "%" PRIu64 ".", ns / scale) - (rest == 0);
	for (; rest != 0 && used < most; rest %= scale) {
		rest *= 10;
		out[used++] = (char)('0' + rest / scale);
	}
	snprintf(out + used, UNITS_TEXT - used, "%s", unit->name);
	return rest == 0 && strlen(out) <= most;
}

static char *print_word(char *out, const char *word)
{
	return memcpy(out, word, strlen(word) + 1);
}

/* The largest unit that needs no point and at most three digits: 250ms rather than 0.25s. */
static const struct named *plain_unit(uint64_t ns)
{
	const struct named *largest = NULL;
	for (const struct named *unit = durations; unit->name; unit++)
		if (ns % (uint64_t)unit->value == 0 && ns / (uint64_t)unit->value < 1000)
			largest = unit;
	return largest;
}

/* `before` stands there unless a minus does. Where no unit is plain, the shortest text wins. */
static char *print_ns(char *out, const char *before, sim_time duration)
{
	char best[DECIMAL_TEXT] = "0s", text[UNITS_TEXT];
	size_t most = sizeof best - 1;
	uint64_t ns = duration < 0 ? -(uint64_t)duration : (uint64_t)duration;
	const struct named *sole = plain_unit(ns);
	for (const struct named *unit = sole ? sole : durations; ns != 0 && unit->name; unit++) {
		if (write_in_unit(text, most, ns, unit))
			most = strlen(print_word(best, text));
		if (sole)
			break;
	}
	snprintf(out, UNITS_TEXT, "%s%s", duration < 0 ? "-" : before, best);
	return out;
}

/* Fractions of a nanosecond are rounded away; what is beyond durations is shown as it is. */
static char *print_amount(char *out, const char *before, double amount, enum unit unit)
{
	static const char *const after[] = {"", "%", "ns", "/s"};
	char text[DECIMAL_TEXT];
	if (unit == UNIT_DURATION && fabs(amount) <= EXACT_NS)
		return print_ns(out, before, llround(amount));
	if (!isfinite(amount))
		return print_word(out, isnan(amount) ? "nan" : amount > 0 ? "inf" : "-inf");
	struct decimal number = decimal_of(fabs(amount));
	number.exponent += unit == UNIT_SHARE && amount != 0 ? 2 : 0;
	decimal_write(text, number);
	snprintf(out, UNITS_TEXT, "%s%s%s", signbit(amount) ? "-" : before, text, after[unit]);
	return out;
}

static char *print_change(char *out, struct change change, enum unit unit)
{
	bool adds = change.how == CHANGE_ADD;
	return print_amount(out, adds ? "+" : "x", change.amount, adds ? unit : UNIT_NUMBER);
}

static char *print_stage(char *out, struct stage stage)
{
	char hold[UNITS_TEXT];
	size_t used = strlen(print_amount(out, "", stage.share, UNIT_SHARE));
	snprintf(out + used, UNITS_TEXT - used, " for %s", print_ns(hold, "", stage.hold));
	return out;
}

static char *print_spell(char *out, struct spell spell)
{
	char lasts[UNITS_TEXT];
	size_t used = strlen(print_amount(out, "x", spell.factor, UNIT_NUMBER));
	snprintf(out + used, UNITS_TEXT - used, " for %s", print_ns(lasts, "", spell.lasts));
	return out;
}

static size_t write_clock(char *out, size_t size, bool weekly, sim_time moment)
{
	int minutes = (int)(moment % one_day / one_minute);
	return (size_t)snprintf(out, size, "%s%s%d:%02d",
				weekly ? days[moment / one_day % DAYS] : "", weekly ? " " : "",
				minutes / 60, minutes % 60);
}

static char *print_clock(char *out, sim_time of_week)
{
	write_clock(out, UNITS_TEXT, true, of_week);
	return out;
}

static char *print_span(char *out, struct span span)
{
	size_t used = write_clock(out, UNITS_TEXT, span.weekly, span.from);
	used += (size_t)snprintf(out + used, UNITS_TEXT - used, " to ");
	write_clock(out + used, UNITS_TEXT - used, span.weekly, span.to);
	return out;
}

static char *print_whole(char *out, int64_t value, const struct named *units)
{
	const struct named *largest = units;
	for (; value != 0 && units->name; units++)
		largest = value % units->value == 0 ? units : largest;
	snprintf(out, UNITS_TEXT, "%" PRId64 "%s", value / largest->value, largest->name);
	return out;
}

/* name, type, what is expected, how `text` is read into `value`, how `value` is printed to `out` */
/* clang-format off */
#define QUANTITIES(_) \
	_(duration, sim_time, "a duration such as 250ms, 30s, 5m, 2h or 3d", \
	  scan_duration(&text, &value), print_ns(out, "", value)) \
	_(rate, double, "a rate such as 120/s, 1.5k/s, 7200/m or 2/d", \
	  scan_rate(&text, &value), print_amount(out, "", value, UNIT_RATE)) \
	_(share, double, "a share such as 5% or 0.1%", \
	  scan_share(&text, &value), print_amount(out, "", value, UNIT_SHARE)) \
	_(factor, double, "a factor such as x2 or x0.5", \
	  scan_factor(&text, &value), print_amount(out, "x", value, UNIT_NUMBER)) \
	_(number, double, "a number such as 3, 1.1 or 2e6", \
	  scan_number(&text, &value), print_amount(out, "", value, UNIT_NUMBER)) \
	_(chance, double, "a number such as 0.05, or a share such as 5%", \
	  scan_chance(&text, &value), print_amount(out, "", value, UNIT_NUMBER)) \
	_(count, int64_t, "a count such as 50000, 50k or 2M", \
	  scan_count(&text, &value), print_whole(out, value, plain)) \
	_(size, int64_t, "a size such as 10B, 64KiB or 2MB", \
	  scan_whole(&text, sizes, &value), print_whole(out, value, sizes)) \
	_(flag, bool, "a flag such as yes, no, true or false", \
	  scan_flag(&text, &value), print_word(out, value ? "yes" : "no")) \
	_(share_change, struct change, "a change such as +5%, -5% or x2", \
	  scan_change(&text, UNIT_SHARE, &value), print_change(out, value, UNIT_SHARE)) \
	_(duration_change, struct change, "a change such as +200ms, -20ms or x1.5", \
	  scan_change(&text, UNIT_DURATION, &value), print_change(out, value, UNIT_DURATION)) \
	_(level, struct level, "a level such as 2%, 500ms, 120/s or 1.5", \
	  scan_level(&text, &value), print_amount(out, "", value.amount, value.unit)) \
	_(stage, struct stage, "a stage such as 5% for 10m, at most 100%", \
	  scan_stage(&text, &value), print_stage(out, value)) \
	_(spell, struct spell, "a spell such as x2 for 10m", \
	  scan_spell(&text, &value), print_spell(out, value)) \
	_(offset, sim_time, "an offset such as 1h or -8h", \
	  scan_offset(&text, &value), print_ns(out, "", value)) \
	_(clock, sim_time, "a time such as 9:30 or fri 18:00", \
	  scan_clock(&text, &value), print_clock(out, value)) \
	_(span, struct span, "a span such as 22:00 to 7:00 or fri 18:00 to mon 8:00", \
	  scan_span(&text, &value), print_span(out, value))
/* clang-format on */

#define DEFINE(name, type, expected, scan, print)                                                  \
	const char *units_parse_##name(const char *text, __typeof__(type) *parsed)                 \
	{                                                                                          \
		type value;                                                                        \
		if (!(scan) || *text)                                                              \
			return expected;                                                           \
		*parsed = value;                                                                   \
		return NULL;                                                                       \
	}                                                                                          \
	char *units_print_##name(char *out, type value)                                            \
	{                                                                                          \
		return print;                                                                      \
	}

QUANTITIES(DEFINE)

bool units_percentile(const char *digits, double *p)
{
	char *end;
	size_t length = strlen(digits);
	if (strspn(digits, "0123456789.") != length || !length || length > 8)
		return false;
	errno = 0;
	double percent = strtod(digits, &end);
	if (*end || errno)
		return false;
	for (; !strchr(digits, '.') && percent > 100; percent /= 10)
		;
	*p = percent / 100;
	return *p <= 1;
}
