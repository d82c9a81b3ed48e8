/* A list stands in one field, 1;2;3; rows of numbers are separated by bars. */
#include "sim/calculator/input.h"

#include "sim/calculator/number.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

bool input_read_number(const struct param *param, const char *text, const char *end, double *number)
{
	const char *stop;
	double read = number_read(text, &stop);
	bool any = param->low == 0 && param->high == 0;
	bool inside = any || (read >= param->low && read <= param->high);
	if (stop != end || stop == text || !isfinite(read) || !inside || *text == ' ')
		return false;
	*number = read;
	return true;
}

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
	const struct param row = {
		.key = param->key, .type = PARAM_NUMBER, .low = param->low, .high = param->high};
	bool good = input_read_number(&row, *at, *at + length, number);
	if (!good) {
		snprintf(text, sizeof text, "%.*s", (int)(length < 63 ? length : 63), *at);
		good = param_set(&row, number, text, why, size);
	}
	*at += length;
	return good;
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
	if ((param->type == PARAM_NUMBER || param->type == PARAM_CHANCE) &&
	    input_read_number(param, text, text + strlen(text), to))
		return true;
	return param_set(param, input, text, why, size);
}

void input_default(const struct param *param, void *input, struct arena *arena)
{
	char why[256];
	param_clear(param, input);
	if (!param->fallback || !*param->fallback)
		return;
	bool good = input_set(param, input, param->fallback, arena, why, sizeof why);
	assert(good);
}
