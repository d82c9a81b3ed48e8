/* Between a double m x 2^q and a decimal w x 10^s lies one product: of 64 bits with the power of
 * ten in 128. What is cut off makes less than a few units of its last place, so the result is
 * certain unless what is rounded away lies that close to a half (Loitsch 2010, "Printing
 * floating-point numbers quickly and accurately with integers"; Lemire 2021, "Number parsing at a
 * gigabyte per second"). Then the C library, which takes as many digits as it needs, has the word.
 */
#include "sim/calculator/number.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

enum {
	DIGITS = 17,	  /* what it takes to tell doubles apart */
	MOST_DIGITS = 19, /* that always fit into 64 bits */
	STEP = 28,	  /* one table for every 28th power, one for those between */
	LEAST_STEP = -12, /* of 1e-336: written doubles need 1e-292 to 1e340 */
	STEPS = 25,	  /* up to 1e336 */
	MOST_POWER = 363, /* 1e336 x 1e27 */
	LEAST_POWER = -336,
	UNSURE = 64,		  /* units of the last place; truncations make fewer than ten */
	WIDEST_EXPONENT = 100000, /* far beyond what fits, yet sums of them don't overflow */
};

/* ---- powers of ten */

/* 10^(28 (i - 12)) / 2^n, truncated to 128 bits of which the first is set; computed with integers
 * of any size. */
static const struct {
	uint64_t high, low;
} steps[STEPS] = {
	{0xe3e27a444d8d98b7, 0xfd1b1b2308169b25}, {0xe61acf033d1a45df, 0x6fb92487298e33bd},
	{0xe858ad248f5c22c9, 0xd1b3400f8f9cff68}, {0xea9c227723ee8bcb, 0x465e15a979c1cadc},
	{0xece53cec4a314ebd, 0xa4f8bf5635246428}, {0xef340a98172aace4, 0x86fb897116c87c34},
	{0xf18899b1bc3f8ca1, 0xdc44e6c3cb279ac1}, {0xf3e2f893dec3f126, 0x5a89dba3c3efccfa},
	{0xf64335bcf065d37d, 0x4d4617b5ff4a16d5}, {0xf8a95fcf88747d94, 0x75a44c6397ce912a},
	{0xfb158592be068d2e, 0xeed6e2f0f0d56712}, {0xfd87b5f28300ca0d, 0x8bca9d6e188853fc},
	{0x8000000000000000, 0x0000000000000000}, {0x813f3978f8940984, 0x4000000000000000},
	{0x82818f1281ed449f, 0xbff8f10e7a8921a4}, {0x83c7088e1aab65db, 0x792667c6da79e0fa},
	{0x850fadc09923329e, 0x03e2cf6bc604ddb0}, {0x865b86925b9bc5c2, 0x0b8a2392ba45a9b2},
	{0x87aa9aff79042286, 0x90fb44d2f05d0842}, {0x88fcf317f22241e2, 0x441fece3bdf81f03},
	{0x8a5296ffe33cc92f, 0x82bd6b70d99aaa6f}, {0x8bab8eefb6409c1a, 0x1ad089b6c2f7548e},
	{0x8d07e33455637eb2, 0xdb0b487b6423e1e8}, {0x8e679c2f5e44ff8f, 0x570f09eaa7ea7648},
	{0x8fcac257558ee4e6, 0x213a4f0aa5e8a7b1},
};

/* 5^i is exact; the twos of 10^i are a matter of the exponent. */
/* clang-format off */
static const uint64_t fives[STEP] = {
	1u, 5u, 25u, 125u, 625u, 3125u, 15625u, 78125u, 390625u, 1953125u, 9765625u, 48828125u,
	244140625u, 1220703125u, 6103515625u, 30517578125u, 152587890625u, 762939453125u,
	3814697265625u, 19073486328125u, 95367431640625u, 476837158203125u, 2384185791015625u,
	11920928955078125u, 59604644775390625u, 298023223876953125u, 1490116119384765625u,
	7450580596923828125u,
};
/* clang-format on */

/* The upper 128 of the 192 bits of a product. */
static wide multiply(uint64_t high, uint64_t low, uint64_t by)
{
	return (wide)high * by + (uint64_t)((wide)low * by >> 64);
}

/* 10^power / 2^exponent in 128 bits, the first of which is set. */
static wide power_of_ten(int power, int *exponent)
{
	int step = (power - LEAST_STEP * STEP) / STEP;
	uint64_t five = fives[power - (step + LEAST_STEP) * STEP];
	five <<= __builtin_clzll(five);
	wide product = multiply(steps[step].high, steps[step].low, five);
	*exponent = (power * 217706 >> 16) - 127; /* floor(power log2(10)): right up to 1e1000 */
	return product >> 127 ? product : product << 1;
}

static bool near_half(uint64_t rest)
{
	return rest - (UINT64_C(1) << 63) + UNSURE <= 2 * UNSURE;
}

/* ---- reading */

struct decimal {
	uint64_t digits;
	int count, power; /* count: from the first that is not 0 */
};

static const char *scan_digits(const char *at, struct decimal *d)
{
	for (; *at >= '0' && *at <= '9'; at++) {
		if (d->count < MOST_DIGITS)
			d->digits = d->digits * 10 + (uint64_t)(*at - '0');
		d->count += d->count || *at != '0';
	}
	return at;
}

/* An `e` without digits is not part of the number. */
static const char *scan_exponent(const char *at, int *power)
{
	const char *first = at + 1 + (at[1] == '-' || at[1] == '+'), *end = first;
	int exponent = 0;
	for (; *end >= '0' && *end <= '9'; end++)
		if (exponent < WIDEST_EXPONENT)
			exponent = exponent * 10 + *end - '0';
	*power += at[1] == '-' ? -exponent : exponent;
	return end > first ? end : at;
}

/* Behind the digits of a number; NULL where there are none. */
static const char *scan(const char *at, struct decimal *d)
{
	const char *whole = scan_digits(at, d), *end = whole;
	if (*whole == '.') {
		end = scan_digits(whole + 1, d);
		d->power = (int)(whole + 1 - end);
	}
	if (end - at - (*whole == '.') <= 0)
		return NULL;
	return *end == 'e' || *end == 'E' ? scan_exponent(end, &d->power) : end;
}

/* digits x 10^power; false where that takes more care. */
static bool to_double(const struct decimal *d, double *number)
{
	int exponent;
	if (!d->digits || (!d->power && d->digits >> 53 == 0)) {
		*number = (double)d->digits;
		return d->count <= MOST_DIGITS;
	}
	if (d->count > MOST_DIGITS || d->power < LEAST_POWER || d->power > MOST_POWER)
		return false;
	wide power = power_of_ten(d->power, &exponent);
	int zeros = __builtin_clzll(d->digits);
	wide product = multiply((uint64_t)(power >> 64), (uint64_t)power, d->digits << zeros);
	int twice = !(product >> 127);
	product <<= twice;
	/* 53 bits, and what is rounded away: its first 64. */
	uint64_t mantissa = (uint64_t)(product >> 75), rest = (uint64_t)(product >> 11);
	exponent += 75 + 64 - zeros - twice;
	if (near_half(rest) || exponent < -1074 || exponent > 970)
		return false;
	*number = ldexp((double)(mantissa + (rest >> 63)), exponent);
	return true;
}

bool number_read(const char **at, double *number)
{
	struct decimal d = {0, 0, 0};
	bool negative = **at == '-';
	const char *end = scan(*at + negative, &d);
	double magnitude;
	if (!end)
		return false;
	if (!to_double(&d, &magnitude))
		magnitude = strtod(*at + negative, NULL);
	if (!isfinite(magnitude) || (magnitude == 0 && d.digits))
		return false;
	*number = negative ? -magnitude : magnitude;
	*at = end;
	return true;
}

/* ---- writing */

/* Of a positive number: its seventeen digits and the power of ten of the first. False where the
 * rounding is in doubt. */
static bool find_digits(double magnitude, uint64_t *digits, int *first)
{
	int binary, exponent;
	uint64_t mantissa = (uint64_t)ldexp(frexp(magnitude, &binary), 64), rest;
	binary -= 64;
	/* floor(log10) or one less, as 2^(binary + 63) <= magnitude. */
	*first = (int)((int64_t)(binary + 63) * 1262611 >> 22);
	for (;; ++*first) {
		wide power = power_of_ten(DIGITS - 1 - *first, &exponent);
		wide product = multiply((uint64_t)(power >> 64), (uint64_t)power, mantissa);
		int shift = -(exponent + binary + 64);
		*digits = (uint64_t)(product >> shift);
		rest = (uint64_t)(product >> (shift - 64));
		if (*digits < 100000000000000000u)
			break;
	}
	*digits += rest >> 63;
	if (*digits == 100000000000000000u) {
		*digits /= 10;
		++*first;
	}
	return !near_half(rest);
}

/* Returns how many are left without zeros at the end. */
static size_t put_digits(char text[DIGITS], uint64_t digits)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324"
				    "25262728293031323334353637383940414243444546474849"
				    "50515253545556575859606162636465666768697071727374"
				    "75767778798081828384858687888990919293949596979899";
	size_t count = DIGITS;
	for (int i = DIGITS - 2; i > 0; i -= 2, digits /= 100)
		memcpy(text + i, pairs + 2 * (digits % 100), 2);
	text[0] = (char)('0' + digits);
	while (count > 1 && text[count - 1] == '0')
		count--;
	return count;
}

/* 1.25e-07: the exponent has two digits at least. */
static char *put_scientific(char *to, const char *text, size_t count, int first)
{
	*to++ = text[0];
	if (count > 1) {
		*to++ = '.';
		memcpy(to, text + 1, count - 1);
		to += count - 1;
	}
	*to++ = 'e';
	*to++ = first < 0 ? '-' : '+';
	int power = abs(first);
	if (power >= 100)
		*to++ = (char)('0' + power / 100);
	*to++ = (char)('0' + power / 10 % 10);
	*to++ = (char)('0' + power % 10);
	return to;
}

static char *put_plain(char *to, const char *text, size_t count, int first)
{
	size_t whole = first < 0 ? 0 : (size_t)first + 1; /* digits before the point */
	if (!whole) {
		memcpy(to, "0.0000", (size_t)(1 - first));
		to += 1 - first;
	}
	memcpy(to, text, DIGITS); /* behind `count` there are zeros, as many as may be needed */
	if (count <= whole || !whole)
		return to + (whole ? whole : count);
	memmove(to + whole + 1, to + whole, count - whole);
	to[whole] = '.';
	return to + count + 1;
}

static size_t write_slowly(char *out, double number)
{
	char text[NUMBER_TEXT];
	int length = isnan(number) ? snprintf(text, sizeof text, "nan")
				   : snprintf(text, sizeof text, "%.17g", number);
	memcpy(out, text, (size_t)length);
	return (size_t)length;
}

size_t number_write(char out[NUMBER_TEXT], double number)
{
	uint64_t digits;
	int first;
	char text[DIGITS], *to = out;
	if (number == 0 || !isfinite(number) || !find_digits(fabs(number), &digits, &first))
		return write_slowly(out, number);
	if (number < 0)
		*to++ = '-';
	size_t count = put_digits(text, digits);
	to = first < -4 || first >= DIGITS ? put_scientific(to, text, count, first)
					   : put_plain(to, text, count, first);
	return (size_t)(to - out);
}
