/* One case for each type of answer, three times. */
#include "sim/calculator/reply.h"

#include "sim/calculator/csv.h"
#include "sim/calculator/number.h"
#include "sim/report/json.h"
#include "sim/report/table.h"
#include "sim/report/wrap.h"

#include <math.h>
#include <string.h>

enum {
	LIST_WIDTH = 36, /* places after which a list is cut short */
	TEXT = 256,
};

static const void *field(const void *answers, const struct answer *answer)
{
	return (const char *)answers + answer->offset;
}

/* ---- for people */

static void describe_list(const struct numbers *list, char *out, size_t size)
{
	size_t used = 0;
	int i = 0;
	out[0] = 0;
	for (; i < list->count && used < LIST_WIDTH; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%.10g", i ? ";" : "",
					 list->number[i]);
	if (i < list->count)
		snprintf(out + used, size - used, "; ... %d in all", list->count);
}

static void describe(const struct answer *answer, const void *from, char *out, size_t size)
{
	const char *word = answer->type == ANSWER_WORD ? *(const char *const *)from : NULL;
	if (answer->type == ANSWER_LIST)
		describe_list(from, out, size);
	else if (answer->type == ANSWER_WORD)
		snprintf(out, size, "%s", word ? word : "-");
	else if (isnan(*(const double *)from))
		snprintf(out, size, "nan");
	else
		snprintf(out, size, "%.10g", *(const double *)from);
}

void reply_print(const struct calculation *calculation, const void *answers, FILE *out)
{
	static const char *const heads[] = {"answer", "value", "about"};
	struct arena arena = {0};
	struct table table;
	char text[TEXT];
	table_init(&table, &arena, 3, heads);
	for (const struct answer *a = calculation->answers; a->name; a++) {
		describe(a, field(answers, a), text, sizeof text);
		table_add(&table);
		table_put(&table, 0, a->name);
		table_put(&table, 1, text);
		table_put(&table, 2, a->about);
	}
	table_print_within(&table, "", WRAP_WIDTH, out);
	arena_free(&arena);
}

/* ---- JSON */

static void json_value(FILE *out, double number)
{
	if (isinf(number))
		json_text(out, number > 0 ? "inf" : "-inf");
	else
		json_number(out, number);
}

static void json_list(FILE *out, const struct numbers *list)
{
	fputc('[', out);
	for (int i = 0; i < list->count; i++) {
		fputs(i ? ", " : "", out);
		json_value(out, list->number[i]);
	}
	fputc(']', out);
}

void reply_json(const struct calculation *calculation, const void *answers, FILE *out)
{
	for (const struct answer *a = calculation->answers; a->name; a++) {
		const void *from = field(answers, a);
		const char *word = a->type == ANSWER_WORD ? *(const char *const *)from : NULL;
		fputs(a == calculation->answers ? "{" : ", ", out);
		json_text(out, a->name);
		fputs(": ", out);
		if (a->type == ANSWER_NUMBER)
			json_value(out, *(const double *)from);
		else if (a->type == ANSWER_LIST)
			json_list(out, from);
		else if (word)
			json_text(out, word);
		else
			fputs("null", out);
	}
	fputs("}\n", out);
}

/* ---- fields of a table */

static void add_number(struct buffer *out, char before, double number)
{
	char *to = buffer_room(out, NUMBER_TEXT + 1);
	*to = before;
	out->length += 1 + number_write(to + 1, number);
}

static void add_list(struct buffer *out, const struct numbers *list)
{
	if (!list->count)
		buffer_add(out, ",", 1);
	for (int i = 0; i < list->count; i++)
		add_number(out, i ? ';' : ',', list->number[i]);
}

static void add_word(struct buffer *out, const char *word)
{
	buffer_add(out, ",", 1);
	csv_add(out, word ? word : "");
}

void reply_fields(const struct calculation *calculation, const void *answers, struct buffer *out)
{
	for (const struct answer *a = calculation->answers; a->name; a++) {
		if (a->type == ANSWER_WORD)
			add_word(out, answers ? *(const char *const *)field(answers, a) : NULL);
		else if (!answers)
			buffer_add(out, ",nan", 4);
		else if (a->type == ANSWER_NUMBER)
			add_number(out, ',', *(const double *)field(answers, a));
		else
			add_list(out, field(answers, a));
	}
}
