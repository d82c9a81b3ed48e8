/* Reading: up to 19 digits and a small power of ten are one division or product of exact doubles,
 * which is rounded once and so correctly (Clinger 1990). Writing: the C library's printf computes
 * with numbers of a thousand digits; seventeen digits of a number between 1e-5 and 1e15 are found
 * in 128 bits, where the rest is known to be far from a half. */
#include "sim/calculator/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double exact_power[] = {1e0,  1e1,	 1e2,  1e3,  1e4,  1e5,	 1e6,  1e7,
				     1e8,  1e9,	 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
				     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

enum { MOST_DIGITS = 15, MOST_POWER = 22 };

static double read_slowly(const char *text, const char **end)
{
	char *stop;
	double number = strtod(text, &stop);
	*end = stop;
	return number;
}

double number_read(const char *text, const char **end)
{
	const char *at = text;
	bool negative = *at == '-';
	uint64_t digits = 0;
	int count = 0, power = 0;
	at += negative || *at == '+';
	const char *start = at;
	for (; *at >= '0' && *at <= '9' && count<MOST_DIGITS; at++, count += digits> 0)
		digits = digits * 10 + (uint64_t)(*at - '0');
	bool whole = at > start;
	if (*at == '.')
		for (at++; *at >= '0' && *at <= '9' &&
			   count<MOST_DIGITS; at++, power--, count += digits> 0)
			digits = digits * 10 + (uint64_t)(*at - '0');
	if (!whole || count >= MOST_DIGITS || power < -MOST_POWER ||
	    (*at && *at != ',' && *at != ';' && *at != '|' && *at != '\r' && *at != '\n'))
		return read_slowly(text, end);
	*end = at;
	double number = (double)digits / exact_power[-power];
	return negative ? -number : number;
}

/* ---- writing */

__extension__ typedef unsigned __int128 wide;

static size_t write_slowly(char *out, double number)
{
	if (isnan(number))
		return (size_t)snprintf(out, NUMBER_TEXT, "nan");
	return (size_t)snprintf(out, NUMBER_TEXT, "%.17g", number);
}

static const uint64_t whole_power[] = {1u,
				       10u,
				       100u,
				       1000u,
				       10000u,
				       100000u,
				       1000000u,
				       10000000u,
				       100000000u,
				       1000000000u,
				       10000000000u,
				       100000000000u,
				       1000000000000u,
				       10000000000000u,
				       100000000000000u,
				       1000000000000000u,
				       10000000000000000u,
				       100000000000000000u,
				       1000000000000000000u,
				       10000000000000000000u};

/* Of magnitude x = m 2^-shift: seventeen digits and the power of ten of the first. False where the
 * product does not fit or the rest is too close to a half to be sure of rounding. */
static bool find_digits(double x, uint64_t *digits, int *power)
{
	int exponent;
	uint64_t m = (uint64_t)ldexp(frexp(x, &exponent), 53);
	int shift = 53 - exponent, first = (int)floor((exponent - 1) * 0.30102999566398120);
	for (;; first++) {
		int scale = 16 - first;
		if (scale < 0 || scale > 22 || shift < 1 || shift > 120)
			return false;
		wide product = (wide)m * whole_power[scale > 19 ? 19 : scale];
		if (scale > 19)
			product *= whole_power[scale - 19];
		wide rest = product & (((wide)1 << shift) - 1), half = (wide)1 << (shift - 1);
		*digits = (uint64_t)(product >> shift);
		if (rest == half)
			return false; /* ties go to even: leave them */
		*digits += rest > half;
		if (*digits < 100000000000000000u)
			break;
	}
	*power = first;
	return *digits >= 10000000000000000u;
}

static size_t put_digits(char *out, uint64_t digits, int count)
{
	for (int i = count - 1; i >= 0; i--, digits /= 10)
		out[i] = (char)('0' + digits % 10);
	return (size_t)count;
}

size_t number_write(char out[NUMBER_TEXT], double number)
{
	uint64_t digits;
	int power, count = 17;
	char text[20], *to = out;
	double x = fabs(number);
	if (number == 0 || !(x >= 1e-4 && x < 1e15) || !find_digits(x, &digits, &power))
		return write_slowly(out, number);
	if (number < 0)
		*to++ = '-';
	for (; digits % 10 == 0; count--)
		digits /= 10;
	put_digits(text, digits, count);
	int before = power + 1; /* digits before the point */
	if (before <= 0) {
		memcpy(to, "0.0000", (size_t)(2 - before));
		to += 2 - before;
		memcpy(to, text, (size_t)count);
		to += count;
	} else {
		for (int i = 0; i < before; i++)
			*to++ = i < count ? text[i] : '0';
		if (count > before) {
			*to++ = '.';
			memcpy(to, text + before, (size_t)(count - before));
			to += count - before;
		}
	}
	*to = 0;
	return (size_t)(to - out);
}
