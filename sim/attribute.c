/* Conditions on attributes, read word by word, become ranges of random bits. */
#include "sim/attribute.h"

#include "sim/error.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- laws */

static double below_quantiles(const struct attribute *a, double value)
{
	const double *q = a->quantile;
	int i = 0, steps = a->values - 1;
	if (value <= q[0])
		return 0;
	while (i < steps && value >= q[i + 1])
		i++;
	return i == steps ? 1 : (i + (value - q[i]) / (q[i + 1] - q[i])) / steps;
}

double attribute_below(const struct attribute *a, double value)
{
	switch (a->law) {
	case ATTRIBUTE_UNIFORM:
		return fmin(fmax((value - a->a) / (a->b - a->a), 0), 1);
	case ATTRIBUTE_NORMAL:
		return gsl_cdf_ugaussian_P((value - a->a) / a->b);
	case ATTRIBUTE_LOGNORMAL:
		return value > 0 ? gsl_cdf_ugaussian_P(log(value / a->a) / a->b) : 0;
	case ATTRIBUTE_PARETO:
		return value > a->a ? -expm1(-a->b * log(value / a->a)) : 0;
	case ATTRIBUTE_QUANTILES:
		return below_quantiles(a, value);
	case ATTRIBUTE_WORDS:
		break;
	}
	return NAN;
}

static uint64_t bits_below(const struct attribute *a, double value)
{
	return (uint64_t)llround(attribute_below(a, value) * 0x1p32);
}

/* ---- conditions */

enum { TOKENS = 5, TOKEN = 64, READ_OF = 64, NAMES = MAX_ATTRIBUTES + MAX_CATEGORIES };

/* The words of a condition; blanks may be left out around <, > and =. */
struct tokens {
	int count; /* TOKENS + 1: too many */
	char text[TOKENS][TOKEN];
};

static bool is_sign(char c)
{
	return c && strchr("<>=!", c);
}

static void split(const char *text, struct tokens *tokens)
{
	tokens->count = 0;
	for (;;) {
		text += strspn(text, " \t");
		size_t length = strspn(text, "<>=!");
		if (!length)
			while (text[length] && !strchr(" \t", text[length]) &&
			       !is_sign(text[length]))
				length++;
		if (!length)
			return;
		if (tokens->count == TOKENS || length >= TOKEN) {
			tokens->count = TOKENS + 1;
			return;
		}
		memcpy(tokens->text[tokens->count], text, length);
		tokens->text[tokens->count++][length] = 0;
		text += length;
	}
}

static bool fail(char *why, size_t size, const char *sentence)
{
	snprintf(why, size, "%s", sentence);
	return false;
}

static bool complain_of_name(const char *what, const char *of, const char *name,
			     const char *const *names, char *why, size_t size)
{
	const char *near = error_nearest(name, names);
	snprintf(why, size, "%s no %s \"%s\"%s%s%s", of, what, name,
		 near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	return false;
}

static bool find_attribute(const struct attribute *attributes, int count, const char *name,
			   int *attribute, char *why, size_t size)
{
	const char *names[NAMES] = {NULL};
	for (int i = 0; i < count; i++) {
		names[i] = attributes[i].name;
		if (!strcmp(names[i], name)) {
			*attribute = i;
			return true;
		}
	}
	return complain_of_name("attribute", "traffic has", name, names, why, size);
}

static bool read_word(const struct attribute *a, const struct tokens *t, struct bit_range *range,
		      char *why, size_t size)
{
	const char *names[NAMES] = {NULL};
	char of[READ_OF];
	if (t->count != 3 || strcmp(t->text[1], "=") != 0) {
		snprintf(why, size, "%s is a word: ask for one, such as \"%s = %s\"", a->name,
			 a->name, a->word[0]);
		return false;
	}
	for (int i = 0; i < a->values; i++) {
		names[i] = a->word[i];
		if (!strcmp(names[i], t->text[2])) {
			*range = (struct bit_range){i ? a->upper[i - 1] : 0, a->upper[i]};
			return true;
		}
	}
	snprintf(of, sizeof of, "%.40s has", a->name);
	return complain_of_name("value", of, t->text[2], names, why, size);
}

static bool read_number(const char *text, double *number, char *why, size_t size)
{
	const char *expected = units_parse_number(text, number);
	if (expected)
		snprintf(why, size, "expected %s; found \"%s\"", expected, text);
	return !expected;
}

/* A law without jumps: `<=` is `<`, and `=` is never. */
static bool read_range(const struct attribute *a, const struct tokens *t, struct bit_range *range,
		       char *why, size_t size)
{
	double low, high;
	bool between =
		t->count == 5 && !strcmp(t->text[1], "between") && !strcmp(t->text[3], "and");
	bool above = t->count == 3 && (!strcmp(t->text[1], ">") || !strcmp(t->text[1], ">="));
	bool below = t->count == 3 && (!strcmp(t->text[1], "<") || !strcmp(t->text[1], "<="));
	if (!between && !above && !below) {
		snprintf(why, size,
			 "%s is a number: write \"%s > 1\", \"%s < 1\" or \"%s between 1 and 2\"",
			 a->name, a->name, a->name, a->name);
		return false;
	}
	if (!read_number(t->text[2], &low, why, size) ||
	    (between && !read_number(t->text[4], &high, why, size)))
		return false;
	*range = (struct bit_range){below ? 0 : bits_below(a, low), above     ? UINT64_C(1) << 32
								    : between ? bits_below(a, high)
									      : bits_below(a, low)};
	return true;
}

bool attribute_condition(const struct attribute *attributes, int count, const char *text,
			 int *attribute, struct bit_range *range, char *why, size_t size)
{
	struct tokens tokens;
	split(text, &tokens);
	if (!count)
		return fail(why, size, "traffic has no attributes to ask for");
	if (tokens.count < 3 || tokens.count > TOKENS)
		return fail(why, size,
			    "expected a condition such as \"age between 18 and 25\", "
			    "\"value > 1000\" or \"device = ios\"");
	if (!find_attribute(attributes, count, tokens.text[0], attribute, why, size))
		return false;
	const struct attribute *a = &attributes[*attribute];
	bool read = a->law == ATTRIBUTE_WORDS ? read_word(a, &tokens, range, why, size)
					      : read_range(a, &tokens, range, why, size);
	if (!read || range->from < range->to)
		return read;
	snprintf(why, size, "no request ever has %s", text);
	return false;
}
