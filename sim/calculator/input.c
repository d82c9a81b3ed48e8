/* A list stands in one field, 1;2;3; rows of numbers are separated by bars. What is a plain number
 * is read without detours; everything else, and every refusal, is left to the rules of parameters.
 */
#include "sim/calculator/input.h"

#include "sim/calculator/number.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static bool in_range(const struct param *param, double number)
{
	return (param->low == 0 && param->high == 0) ||
	       (number >= param->low && number <= param->high);
}

/* ---- lists */

static int count_of(const char *text, char separator)
{
	int count = 1;
	for (; *text; text++)
		count += *text == separator;
	return count;
}

/* By the rules of parameters, whose sentence it is if they refuse. */
static bool scan_carefully(const struct param *param, const char **at, double *number,
			   struct arena *arena, char *why, size_t size)
{
	size_t length = strcspn(*at, ";|");
	const char *text = arena_copy(arena, *at, length);
	const struct param row = {
		.key = param->key, .type = PARAM_NUMBER, .low = param->low, .high = param->high};
	*at += length;
	return param_set(&row, number, text, why, size);
}

/* The number that starts at *at; moves on to the character behind it. */
static bool scan_number(const struct param *param, const char **at, double *number,
			struct arena *arena, char *why, size_t size)
{
	const char *end = *at;
	if (!number_read(&end, number) || (*end && *end != ';' && *end != '|') ||
	    !in_range(param, *number))
		return scan_carefully(param, at, number, arena, why, size);
	*at = end;
	return true;
}

static double *scan_numbers(const struct param *param, const char *text, int count,
			    struct arena *arena, char *why, size_t size)
{
	double *number = arena_take(arena, (size_t)count * sizeof *number);
	for (int i = 0; i < count; i++, text++)
		if (!scan_number(param, &text, &number[i], arena, why, size))
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

/* How many numbers stand before the next bar; moves on to behind it. */
static int count_row(const char **at)
{
	int count = 1;
	for (; **at && **at != '|'; ++*at)
		count += **at == ';';
	*at += **at == '|';
	return count;
}

static bool set_rows(const struct param *param, void *to, const char *text, struct arena *arena,
		     char *why, size_t size)
{
	int rows = *text ? count_of(text, '|') : 0;
	const char *at = text;
	int columns = rows ? count_row(&at) : 0;
	for (int r = 1; r < rows; r++) {
		int here = count_row(&at);
		if (here != columns) {
			snprintf(why, size,
				 "rows must be equally long; the first has %d numbers, row %d has "
				 "%d",
				 columns, r + 1, here);
			return false;
		}
	}
	double *number = scan_numbers(param, text, rows * columns, arena, why, size);
	if (number)
		*(struct number_rows *)to = (struct number_rows){number, rows, columns};
	return number;
}

/* ---- scalars */

static bool set_plain(const struct param *param, double *to, const char *text)
{
	double number;
	if (!number_read(&text, &number) || *text || !in_range(param, number))
		return false;
	*to = number;
	return true;
}

/* Some sentences begin with the key, which is said already. */
static void drop_key(const char *key, char *why)
{
	size_t length = strlen(key);
	if (!strncmp(why, key, length) && why[length] == ' ')
		memmove(why, why + length + 1, strlen(why + length));
}

bool input_set(const struct param *param, void *input, const char *text, struct arena *arena,
	       char *why, size_t size)
{
	void *to = (char *)input + param->offset;
	bool scalar = param->type == PARAM_NUMBER || param->type == PARAM_CHANCE;
	if (scalar && set_plain(param, to, text))
		return true;
	bool good = param->type == PARAM_NUMBERS ? set_numbers(param, to, text, arena, why, size)
		    : param->type == PARAM_ROWS	 ? set_rows(param, to, text, arena, why, size)
						 : param_set(param, input, text, why, size);
	if (!good)
		drop_key(param->key, why);
	return good;
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
