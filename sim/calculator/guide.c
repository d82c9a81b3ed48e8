/* Everything is read from the tables of the calculations. */
#include "sim/calculator/guide.h"

#include "sim/calculator/list.h"
#include "sim/report/json.h"
#include "sim/report/params.h"
#include "sim/report/table.h"
#include "sim/report/wrap.h"

#include <string.h>

enum { INDENT = 2, TEXT = 1024 };

/* ---- the list */

static int longest_name(void)
{
	const struct calculation *c;
	int longest = 0;
	for (int i = 0; (c = calculation_at(i)); i++)
		longest = table_width(c->name) > longest ? table_width(c->name) : longest;
	return longest;
}

/* always_valid: always valid */
static void print_family(const char *family, FILE *out)
{
	for (; *family; family++)
		fputc(*family == '_' ? ' ' : *family, out);
	fputc('\n', out);
}

static void print_example(const struct calculation *calculation, int indent, FILE *out)
{
	char text[TEXT];
	snprintf(text, sizeof text, "coalmine stat %s %s", calculation->name, calculation->example);
	fprintf(out, "%*s", indent, "");
	wrap_print(text, indent, WRAP_WIDTH, " \\", out);
	fputc('\n', out);
}

void guide_list(FILE *out)
{
	const struct calculation *c;
	const char *family = "";
	int name_width = longest_name(), indent = INDENT + name_width + 2;
	for (int i = 0; (c = calculation_at(i)); i++) {
		if (strcmp(family, calculation_family(i)) != 0) {
			fputs(i ? "\n" : "", out);
			print_family(family = calculation_family(i), out);
		}
		fprintf(out, "%*s%-*s  ", INDENT, "", name_width, c->name);
		wrap_print(c->about, indent, WRAP_WIDTH, "", out);
		fputc('\n', out);
		print_example(c, indent, out);
	}
}

static void print_member(const char *before, const char *name, const char *text, FILE *out)
{
	fprintf(out, "%s\"%s\": ", before, name);
	if (text)
		json_text(out, text);
	else
		fputs("null", out);
}

void guide_json(FILE *out)
{
	const struct calculation *c;
	for (int i = 0; (c = calculation_at(i)); i++) {
		print_member(i ? ",\n{" : "[{", "name", c->name, out);
		print_member(", ", "alias", c->alias, out);
		print_member(", ", "family", calculation_family(i), out);
		print_member(", ", "about", c->about, out);
		print_member(", ", "example", c->example, out);
		fputs(", \"inputs\": [", out);
		params_json(c->inputs, out);
		fputs("], \"answers\": [", out);
		for (const struct answer *a = c->answers; a->name; a++) {
			print_member(a == c->answers ? "{" : ", {", "name", a->name, out);
			print_member(", ", "about", a->about, out);
			fputc('}', out);
		}
		fputs("]}", out);
	}
	fputs("]\n", out);
}

/* ---- one in full */

static void print_answers(const struct answer *answers, FILE *out)
{
	static const char *const heads[] = {"answer", "about"};
	struct arena arena = {0};
	struct table table;
	table_init(&table, &arena, 2, heads);
	for (const struct answer *a = answers; a->name; a++) {
		table_add(&table);
		table_put(&table, 0, a->name);
		table_put(&table, 1, a->about);
	}
	table_print_within(&table, "  ", WRAP_WIDTH, out);
	arena_free(&arena);
}

void guide_print(const struct calculation *calculation, FILE *out)
{
	fprintf(out, "coalmine stat %s\n\n", calculation->name);
	wrap_print(calculation->about, 0, WRAP_WIDTH, "", out);
	fputs("\n", out);
	if (calculation->alias)
		fprintf(out, "Also called %s.\n", calculation->alias);
	fputc('\n', out);
	params_print(calculation->inputs, "input", "--", WRAP_WIDTH, out);
	fputc('\n', out);
	print_answers(calculation->answers, out);
	fputs("\nExample:\n", out);
	print_example(calculation, INDENT, out);
}
