/* Digits by hand, because millions of them are read; what has an exponent goes through strtod. */
#include "replay/number.h"

#include <math.h>
#include <stdlib.h>

enum {
	LONGEST = 64,	  /* of a number in text */
	MOST_DIGITS = 18, /* that fit in 64 bits whatever they are */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* strtod takes more than logs should hold: hexadecimals, names, blanks before. */
bool number_plain(struct view text, double *out)
{
	char copy[LONGEST + 1], *end;
	if (!text.length || text.length > LONGEST)
		return false;
	for (size_t i = 0; i < text.length; i++)
		if (!is_digit(text.at[i]) && !view_is_one_of(text.at[i], "+-.eE"))
			return false;
	memcpy(copy, text.at, text.length);
	copy[text.length] = 0;
	double number = strtod(copy, &end);
	if (*end || !isfinite(number))
		return false;
	*out = number;
	return true;
}

static bool scale_plain(struct view text, int64_t scale, int64_t *out)
{
	double number;
	if (!number_plain(text, &number))
		return false;
	number = round(number * (double)scale);
	if (!(fabs(number) < 0x1p63))
		return false;
	*out = (int64_t)number;
	return true;
}

/* Digits behind the point, as parts of `scale`: each is worth a tenth of the one before; of those
 * worth less than one only the first counts, for rounding. */
static bool add_decimals(struct view text, int64_t scale, int64_t *sum)
{
	int64_t worth = scale;
	size_t i = 0;
	for (; i < text.length && is_digit(text.at[i]) && worth % 10 == 0; i++) {
		worth /= 10;
		*sum += (text.at[i] - '0') * worth;
	}
	*sum += i < text.length && text.at[i] >= '5';
	while (i < text.length && is_digit(text.at[i]))
		i++;
	return i == text.length;
}

/* Not inlined: what is rare would make what is common save more registers. */
__attribute__((noinline)) static bool scale_decimal(struct view text, int64_t scale, int64_t *out)
{
	bool negative = text.length && *text.at == '-';
	struct view left = view_from(text, negative);
	int64_t whole = 0, sum;
	size_t i = 0;
	for (; i < left.length && is_digit(left.at[i]); i++)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, left.at[i] - '0', &whole))
			return false;
	bool point = i < left.length && left.at[i] == '.';
	if (!i || (i < left.length && !point))
		return scale_plain(text, scale, out);
	if (__builtin_mul_overflow(whole, scale, &sum))
		return false;
	if (point && !add_decimals(view_from(left, i + 1), scale, &sum))
		return scale_plain(text, scale, out);
	*out = negative ? -sum : sum;
	return true;
}

/* Most are a few digits and nothing else. */
bool number_scaled(struct view text, int64_t scale, int64_t *out)
{
	int64_t number = 0;
	size_t most = text.length < MOST_DIGITS ? text.length : MOST_DIGITS, i = 0;
	for (unsigned digit; i < most && (digit = (unsigned)text.at[i] - '0') < 10; i++)
		number = number * 10 + digit;
	return i && i == text.length ? !__builtin_mul_overflow(number, scale, out)
				     : scale_decimal(text, scale, out);
}
