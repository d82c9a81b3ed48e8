/* A list stands in one field, 1;2;3; rows of numbers are separated by bars. */
#include "sim/calculator/input.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static int count_of(const char *text, char separator)
{
	int count = 1;
	for (; *text; text++)
		count += *text == separator;
	return count;
}

/* The number that starts at *at; moves on to the character behind it. */
static bool scan_number(const struct param *param, const char **at, double *number, char *why,
			size_t size)
{
	char text[64];
	size_t length = strcspn(*at, ";|");
	snprintf(text, sizeof text, "%.*s", (int)(length < 63 ? length : 63), *at);
	const struct param row = {
		.key = param->key, .type = PARAM_NUMBER, .low = param->low, .high = param->high};
	*at += length;
	return param_set(&row, number, text, why, size);
}

static double *scan_numbers(const struct param *param, const char *text, int count,
			    struct arena *arena, char *why, size_t size)
{
	double *number = arena_take(arena, (size_t)count * sizeof *number);
	for (int i = 0; i < count; i++, text++)
		if (!scan_number(param, &text, &number[i], why, size))
			return NULL;
	return number;
}

static bool set_numbers(const struct param *param, void *to, const char *text, struct arena *arena,
			char *why, size_t size)
{
	int count = *text ? count_of(text, ';') : 0;
	if (strchr(text, '|')) {
		snprintf(why, size, "expected one list 1;2;3; found rows \"%.60s\"", text);
		return false;
	}
	struct numbers list = {scan_numbers(param, text, count, arena, why, size), count};
	if (list.number)
		*(struct numbers *)to = list;
	return list.number;
}

static bool set_rows(const struct param *param, void *to, const char *text, struct arena *arena,
		     char *why, size_t size)
{
	int rows = *text ? count_of(text, '|') : 0;
	int numbers = *text ? count_of(text, ';') - 1 + rows : 0;
	int columns = rows ? numbers / rows : 0;
	const char *at = text;
	for (int r = 0; r < rows; r++) {
		int here = 1;
		for (; *at && *at != '|'; at++)
			here += *at == ';';
		at += *at == '|';
		if (here != columns) {
			snprintf(why, size, "all rows must have equally many numbers");
			return false;
		}
	}
	double *number = scan_numbers(param, text, numbers, arena, why, size);
	if (number)
		*(struct number_rows *)to = (struct number_rows){number, rows, columns};
	return number;
}

bool input_set(const struct param *param, void *input, const char *text, struct arena *arena,
	       char *why, size_t size)
{
	void *to = (char *)input + param->offset;
	if (param->type == PARAM_NUMBERS)
		return set_numbers(param, to, text, arena, why, size);
	if (param->type == PARAM_ROWS)
		return set_rows(param, to, text, arena, why, size);
	return param_set(param, input, text, why, size);
}

const struct param *input_complete(const struct calculation *calculation, void *input,
				   const bool *given, struct arena *arena)
{
	char why[256];
	for (const struct param *p = calculation->inputs; p->key; p++, given++) {
		if (*given)
			continue;
		param_clear(p, input);
		if (!p->fallback)
			return p;
		bool good =
			!*p->fallback || input_set(p, input, p->fallback, arena, why, sizeof why);
		assert(good);
	}
	return NULL;
}
