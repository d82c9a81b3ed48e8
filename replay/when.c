/* Dates by the proleptic Gregorian calendar; leap seconds count as the second after them. */
#include "replay/when.h"

#include "replay/number.h"

#include <stddef.h>
#include <stdio.h>

#define SECOND INT64_C(1000000000)
#define MINUTE (60 * SECOND)

const char *when_words(enum when_kind kind)
{
	static const char *const words[] = {
		[WHEN_UNKNOWN] = "stamps of no known form",
		[WHEN_S] = "seconds since 1970",
		[WHEN_MS] = "milliseconds since 1970",
		[WHEN_US] = "microseconds since 1970",
		[WHEN_NS] = "nanoseconds since 1970",
		[WHEN_DATE] = "dates such as 2015-05-17T10:05:03.123Z",
		[WHEN_CLF] = "dates such as 17/May/2015:10:05:03 +0000",
	};
	return words[kind];
}

static bool digits(const char *at, int count, int *out)
{
	int sum = 0;
	for (int i = 0; i < count; i++) {
		unsigned digit = (unsigned)at[i] - '0';
		if (digit > 9)
			return false;
		sum = sum * 10 + (int)digit;
	}
	*out = sum;
	return true;
}

/* Days since 1970-01-01: Hinnant 2013, "chrono-compatible low-level date algorithms". */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool is_date(int year, int month, int day)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (month < 1 || month > 12 || day < 1)
		return false;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return day <= lengths[month - 1] + (month == 2 && leap);
}

/* The whole range of int64_t lies between 1677-09-21 and 2262-04-11. */
static bool minute_of(int year, int month, int day, int hour, int minute, int64_t *ns)
{
	if (year < 1678 || year > 2261 || !is_date(year, month, day) || hour > 23 || minute > 59)
		return false;
	*ns = (days_of(year, month, day) * 1440 + hour * 60 + minute) * MINUTE;
	return true;
}

/* Reads +hh:mm, +hhmm or Z; nothing is UTC. What Go's time.String adds is passed over. */
static bool read_zone(struct view text, int64_t *offset_ns)
{
	int hours, minutes;
	*offset_ns = 0;
	if (text.length && *text.at == ' ')
		text = view_from(text, 1);
	if (!text.length || view_is(text, "Z") || view_is(text, "UTC"))
		return true;
	if ((*text.at != '+' && *text.at != '-') || text.length < 5)
		return false;
	size_t colon = text.at[3] == ':';
	if (text.length < 5 + colon || !digits(text.at + 1, 2, &hours) ||
	    !digits(text.at + 3 + colon, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*offset_ns = (hours * 60 + minutes) * MINUTE * (*text.at == '-' ? -1 : 1);
	struct view left = view_from(text, 5 + colon);
	return !left.length || view_begins(left, " UTC");
}

/* Seconds with their decimals, then the zone, from behind the minute's colon. */
static bool read_rest(struct view text, int64_t minute_ns, int64_t *ns)
{
	int64_t decimals = 0, offset_ns;
	int seconds;
	if (text.length < 2 || !digits(text.at, 2, &seconds) || seconds > 60)
		return false;
	text = view_from(text, 2);
	if (text.length && (*text.at == '.' || *text.at == ',')) {
		size_t end = 1;
		while (end < text.length && text.at[end] >= '0' && text.at[end] <= '9')
			end++;
		int64_t worth = SECOND;
		for (size_t i = 1; i < end; i++)
			decimals += (text.at[i] - '0') * (worth /= 10);
		if (end == 1)
			return false;
		text = view_from(text, end);
	}
	if (!read_zone(text, &offset_ns))
		return false;
	*ns = minute_ns + seconds * SECOND + decimals - offset_ns;
	return true;
}

/* 2015-05-17T10:05, a blank may stand for the T. */
static bool read_date(const char *at, int64_t *minute_ns)
{
	int year, month, day, hour, minute;
	return digits(at, 4, &year) && at[4] == '-' && digits(at + 5, 2, &month) && at[7] == '-' &&
	       digits(at + 8, 2, &day) && (at[10] == 'T' || at[10] == 't' || at[10] == ' ') &&
	       digits(at + 11, 2, &hour) && at[13] == ':' && digits(at + 14, 2, &minute) &&
	       minute_of(year, month, day, hour, minute, minute_ns);
}

/* 17/May/2015:10:05 */
static bool read_clf(const char *at, int64_t *minute_ns)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int year, day, hour, minute;
	if (!digits(at, 2, &day) || at[2] != '/' || at[6] != '/' || !digits(at + 7, 4, &year) ||
	    at[11] != ':' || !digits(at + 12, 2, &hour) || at[14] != ':' ||
	    !digits(at + 15, 2, &minute))
		return false;
	for (int month = 0; month < 12; month++)
		if (!memcmp(at + 3, months + (ptrdiff_t)3 * month, 3))
			return minute_of(year, month + 1, day, hour, minute, minute_ns);
	return false;
}

static bool read_calendar(struct when *when, struct view text, size_t length,
			  bool (*read_minute)(const char *, int64_t *), int64_t *ns)
{
	if (text.length < length + 3 || text.at[length] != ':')
		return false;
	if (text.length == when->length && !memcmp(when->seen, text.at, text.length)) {
		*ns = when->ns;
		return true;
	}
	if (memcmp(when->seen, text.at, length) != 0) {
		when->length = 0;
		if (!read_minute(text.at, &when->minute_ns))
			return false;
		memcpy(when->seen, text.at, length);
	}
	if (!read_rest(view_from(text, length + 1), when->minute_ns, ns))
		return false;
	when->length = text.length <= sizeof when->seen ? text.length : 0;
	memcpy(when->seen, text.at, when->length);
	when->ns = *ns;
	return true;
}

bool when_read(struct when *when, struct view text, int64_t *ns)
{
	switch (when->kind) {
	case WHEN_S:
		return number_scaled(text, SECOND, ns);
	case WHEN_MS:
		return number_scaled(text, 1000000, ns);
	case WHEN_US:
		return number_scaled(text, 1000, ns);
	case WHEN_NS:
		return number_scaled(text, 1, ns);
	case WHEN_DATE:
		return read_calendar(when, text, 16, read_date, ns);
	case WHEN_CLF:
		return read_calendar(when, text, 17, read_clf, ns);
	case WHEN_UNKNOWN:
		break;
	}
	return false;
}

enum when_kind when_guess(struct view text)
{
	static const struct {
		double below;
		enum when_kind kind;
	} sizes[] = {{1e8, WHEN_UNKNOWN},
		     {1e11, WHEN_S},
		     {1e14, WHEN_MS},
		     {1e17, WHEN_US},
		     {1e19, WHEN_NS}};
	double number;
	int64_t ns;
	if (number_plain(text, &number)) {
		for (int i = 0; i < 5; i++)
			if (number < sizes[i].below)
				return sizes[i].kind;
		return WHEN_UNKNOWN;
	}
	for (enum when_kind kind = WHEN_DATE; kind <= WHEN_CLF; kind++)
		if (when_read(&(struct when){.kind = kind}, text, &ns))
			return kind;
	return WHEN_UNKNOWN;
}

/* The inverse of days_of, by the same source. */
static void date_of(int64_t days, int *year, int *month, int *day)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097, of_era = days - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100), mp = (5 * of_year + 2) / 153;
	*day = (int)(of_year - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

const char *when_print(char out[WHEN_TEXT], int64_t ns)
{
	const int64_t day_ns = 1440 * MINUTE;
	int64_t days = ns / day_ns - (ns % day_ns < 0), left = ns - days * day_ns;
	int year, month, day, decimals = 9;
	date_of(days, &year, &month, &day);
	int64_t fraction = left % SECOND;
	while (decimals && fraction % 10 == 0) {
		fraction /= 10;
		decimals--;
	}
	int length = snprintf(out, WHEN_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day,
			      (int)(left / (60 * MINUTE)), (int)(left / MINUTE % 60),
			      (int)(left / SECOND % 60));
	if (decimals)
		length += snprintf(out + length, WHEN_TEXT - (size_t)length, ".%0*lld", decimals,
				   (long long)fraction);
	snprintf(out + length, WHEN_TEXT - (size_t)length, "Z");
	return out;
}
