/* The C library never sees a radix character of ours nor we one of its own, so that neither reading
 * nor printing depends on the locale. */
#include "sim/decimal.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MOST_PADDING = 6,	   /* of "000000": 1000000 but 1e7, 0.000001 but 1e-7 */
	WIDEST_EXPONENT = 1000000, /* far beyond what fits, yet sums of them don't overflow */
};

/* Returns how many digits there were. */
static int scan_digits(const char **at, struct decimal *number)
{
	const char *start = *at;
	for (; **at >= '0' && **at <= '9'; (*at)++) {
		bool room = number->digits <= (UINT64_MAX - 9) / 10;
		number->digits =
			room ? number->digits * 10 + (unsigned)(**at - '0') : number->digits;
		number->exponent += !room;
		number->cut |= !room && **at != '0';
	}
	return (int)(*at - start);
}

/* An `e` without digits stays where it is, as garbage behind the number. */
static void scan_exponent(const char **at, struct decimal *number)
{
	const char *end = *at;
	struct decimal power = {0};
	if (*end != 'e' && *end != 'E')
		return;
	end++;
	bool negative = *end == '-';
	end += negative || *end == '+';
	if (scan_digits(&end, &power) == 0)
		return;
	int shift = power.digits < WIDEST_EXPONENT ? (int)power.digits : WIDEST_EXPONENT;
	number->exponent += negative ? -shift : shift;
	*at = end;
}

bool decimal_scan(const char **at, struct decimal *number)
{
	*number = (struct decimal){0};
	int digits = scan_digits(at, number);
	bool point = **at == '.';
	*at += point;
	int places = point ? scan_digits(at, number) : 0;
	number->exponent -= places;
	scan_exponent(at, number);
	return digits + places > 0;
}

bool decimal_to_double(struct decimal number, double divisor, double *value)
{
	char text[DECIMAL_TEXT];
	snprintf(text, sizeof text, "%" PRIu64 "e%d", number.digits, number.exponent);
	*value = strtod(text, NULL) / divisor;
	return isfinite(*value) && (*value != 0 || number.digits == 0);
}

bool decimal_to_whole(struct decimal number, int64_t unit, int64_t *value)
{
	__extension__ unsigned __int128 whole = number.digits; /* any digits times any unit fit */
	whole *= (uint64_t)unit;
	for (; number.exponent < 0 && whole != 0 && whole % 10 == 0; number.exponent++)
		whole /= 10;
	for (; number.exponent > 0 && whole != 0 && whole <= INT64_MAX; number.exponent--)
		whole *= 10;
	*value = (int64_t)whole;
	return whole == 0 || (whole <= INT64_MAX && number.exponent == 0 && !number.cut);
}

struct decimal decimal_of(double magnitude)
{
	struct decimal number = {0};
	double back;
	for (int places = 0; places < 17; places++) {
		char text[DECIMAL_TEXT];
		snprintf(text, sizeof text, "%.*e", places, magnitude);
		const char *at = text;
		number = (struct decimal){.exponent = -places};
		for (; *at != 'e'; at += strcspn(at, "0123456789e")) /* over the radix */
			scan_digits(&at, &number);
		scan_exponent(&at, &number);
		if (decimal_to_double(number, 1, &back) && back == magnitude)
			break;
	}
	return number;
}

void decimal_write(char out[DECIMAL_TEXT], struct decimal number)
{
	char digits[DECIMAL_TEXT / 2 + 1];
	int length = snprintf(digits, sizeof digits, "%" PRIu64, number.digits);
	int point = length + number.exponent; /* so many digits stand before it */
	if (number.exponent > MOST_PADDING || point <= -MOST_PADDING)
		snprintf(out, DECIMAL_TEXT, "%.1s%s%se%d", digits, length > 1 ? "." : "",
			 digits + 1, point - 1);
	else if (point <= 0)
		snprintf(out, DECIMAL_TEXT, "0.%.*s%s", -point, "000000", digits);
	else if (number.exponent < 0)
		snprintf(out, DECIMAL_TEXT, "%.*s.%s", point, digits, digits + point);
	else
		snprintf(out, DECIMAL_TEXT, "%s%.*s", digits, number.exponent, "000000");
}
