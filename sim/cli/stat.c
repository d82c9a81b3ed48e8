/* coalmine stat: the statistics room as a calculator. */
#include "sim/cli/cli.h"

#include "sim/calculator/input.h"
#include "sim/calculator/list.h"
#include "sim/calculator/number.h"
#include "sim/calculator/sheet.h"
#include "sim/report/json.h"
#include "sim/report/table.h"

#include <errno.h>
#include <math.h>
#include <string.h>

enum { MOST_INPUTS = 64, MOST_CALCULATIONS = 256, SENTENCE = 512 };

struct asked {
	const struct calculation *calculation;
	struct arena arena;
	void *input;
	bool given[MOST_INPUTS];
	bool json, help;
	const char *csv;
	int mistakes;
};

/* ---- what there is */

static void print_all(void)
{
	const struct calculation *c;
	puts("The statistics room as a calculator: coalmine stat NAME --input value ...\n");
	for (int i = 0; (c = calculation_at(i)); i++) {
		printf("  %s%s%s: %s\n", c->name, c->alias ? ", " : "", c->alias ? c->alias : "",
		       c->about);
		printf("      coalmine stat %s %s\n", c->name, c->example);
	}
	puts("\ncoalmine stat NAME --help shows inputs and answers. --csv FILE reads a table with "
	     "a\n"
	     "column an input, and adds a column an answer; --json prints JSON.");
}

static void print_inputs(const struct calculation *c, struct arena *arena)
{
	static const char *const heads[] = {"input", "what it is", "default", "about"};
	struct table table;
	char text[SENTENCE];
	table_init(&table, arena, 4, heads);
	for (const struct param *p = c->inputs; p->key; p++) {
		table_add(&table);
		snprintf(text, sizeof text, "--%s", p->key);
		table_put(&table, 0, text);
		param_describe(p, text, sizeof text);
		table_put(&table, 1, text);
		table_put(&table, 2, !p->fallback ? "(needed)" : *p->fallback ? p->fallback : "-");
		table_put(&table, 3, p->about);
	}
	table_print(&table, "  ", stdout);
}

static void print_help(struct asked *asked)
{
	static const char *const heads[] = {"answer", "about"};
	const struct calculation *c = asked->calculation;
	struct table table;
	printf("coalmine stat %s: %s\n", c->name, c->about);
	if (c->alias)
		printf("Also called %s.\n", c->alias);
	putchar('\n');
	print_inputs(c, &asked->arena);
	putchar('\n');
	table_init(&table, &asked->arena, 2, heads);
	for (const struct answer *a = c->answers; a->name; a++) {
		table_add(&table);
		table_put(&table, 0, a->name);
		table_put(&table, 1, a->about);
	}
	table_print(&table, "  ", stdout);
	printf("\nExample:\n  coalmine stat %s %s\n", c->name, c->example);
}

/* ---- what is asked */

/* Dashes and underscores are alike. */
static bool same_word(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (*a != *b && !(*a == '-' && *b == '_'))
			return false;
	return *a == *b;
}

static const struct calculation *find_calculation(const char *name)
{
	const struct calculation *c;
	const char *names[2 * MOST_CALCULATIONS + 1];
	int count = 0;
	for (int i = 0; (c = calculation_at(i)) && i < MOST_CALCULATIONS; i++) {
		names[count++] = c->name;
		if (c->alias)
			names[count++] = c->alias;
		if (same_word(name, c->name) || (c->alias && same_word(name, c->alias)))
			return c;
	}
	names[count] = NULL;
	const char *near = error_nearest(name, names);
	options_wrong(&command_stat, "there is no calculation %s%s%s%s", name,
		      near ? "; did you mean " : "; coalmine stat lists them", near ? near : "",
		      near ? "?" : "");
	return NULL;
}

static void complain_unknown(struct asked *asked, const char *key)
{
	const char *names[MOST_INPUTS + 4];
	int count = 0;
	for (const struct param *p = asked->calculation->inputs; p->key; p++)
		names[count++] = p->key;
	names[count++] = "csv";
	names[count++] = "json";
	names[count++] = "help";
	names[count] = NULL;
	const char *near = error_nearest(key, names);
	fprintf(stderr, "coalmine stat: %s has no input %s%s%s%s\n", asked->calculation->name, key,
		near ? "; did you mean --" : "", near ? near : "", near ? "?" : "");
	asked->mistakes++;
}

static void set_input(struct asked *asked, const char *key, const char *value)
{
	const struct param *inputs = asked->calculation->inputs;
	char why[SENTENCE];
	int i = 0;
	while (inputs[i].key && !same_word(key, inputs[i].key))
		i++;
	if (!inputs[i].key) {
		complain_unknown(asked, key);
		return;
	}
	asked->given[i] = true;
	if (input_set(&inputs[i], asked->input, value, &asked->arena, why, sizeof why))
		return;
	fprintf(stderr, "coalmine stat: --%s: %s\n", inputs[i].key, why);
	asked->mistakes++;
}

/* --key value or --key=value; returns how many further words were used. */
static int read_option(struct asked *asked, const char *word, const char *next)
{
	char key[64];
	size_t length = strcspn(word, "=");
	const char *value = word[length] ? word + length + 1 : next;
	snprintf(key, sizeof key, "%.*s", (int)(length < 63 ? length : 63), word);
	if (!strcmp(word, "json") || !strcmp(word, "help")) {
		*(word[0] == 'j' ? &asked->json : &asked->help) = true;
		return 0;
	}
	if (!value) {
		fprintf(stderr, "coalmine stat: --%s wants a value\n", key);
		asked->mistakes++;
		return 0;
	}
	if (!strcmp(key, "csv"))
		asked->csv = value;
	else
		set_input(asked, key, value);
	return word[length] ? 0 : 1;
}

static void read_words(struct asked *asked, int argc, char **argv)
{
	for (int i = 2; i < argc; i++) {
		if (!strcmp(argv[i], "-h")) {
			asked->help = true;
		} else if (!strncmp(argv[i], "--", 2)) {
			i += read_option(asked, argv[i] + 2, i + 1 < argc ? argv[i + 1] : NULL);
		} else {
			fprintf(stderr,
				"coalmine stat: what is %s? Inputs are written --input value\n",
				argv[i]);
			asked->mistakes++;
		}
	}
}

/* All that is missing in one sentence. */
static void complete(struct asked *asked)
{
	const struct param *inputs = asked->calculation->inputs;
	int missing = 0;
	for (int i = 0; inputs[i].key; i++) {
		if (asked->given[i])
			continue;
		input_default(&inputs[i], asked->input, &asked->arena);
		if (!inputs[i].fallback)
			fprintf(stderr, "%s--%s", missing++ ? ", " : "coalmine stat: it needs ",
				inputs[i].key);
	}
	if (missing)
		fputc('\n', stderr);
	asked->mistakes += missing;
}

static void check(struct asked *asked)
{
	const struct calculation *c = asked->calculation;
	char why[SENTENCE];
	const char *key = c->check ? c->check(asked->input, why, sizeof why) : NULL;
	if (!key)
		return;
	fprintf(stderr, "coalmine stat: --%s: %s\n", key, why);
	asked->mistakes++;
}

/* ---- answers */

static void list_text(const struct numbers *list, char *out, size_t size)
{
	enum { SHOWN = 8 };
	size_t used = 0;
	out[0] = 0;
	for (int i = 0; i < list->count && i < SHOWN; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%.10g", i ? ";" : "",
					 list->number[i]);
	if (list->count > SHOWN)
		snprintf(out + used, size - used, "; ... %d in all", list->count);
}

static void print_answers(struct asked *asked, const char *answers)
{
	static const char *const heads[] = {"answer", "value", "about"};
	struct table table;
	char text[SENTENCE];
	table_init(&table, &asked->arena, 3, heads);
	for (const struct answer *a = asked->calculation->answers; a->name; a++) {
		const void *from = answers + a->offset;
		if (a->type == ANSWER_NUMBER)
			snprintf(text, sizeof text, "%.10g", *(const double *)from);
		else if (a->type == ANSWER_LIST)
			list_text(from, text, sizeof text);
		else
			snprintf(text, sizeof text, "%s", *(const char *const *)from);
		table_add(&table);
		table_put(&table, 0, a->name);
		table_put(&table, 1, text);
		table_put(&table, 2, a->about);
	}
	table_print(&table, "", stdout);
}

static void json_answer(const struct answer *answer, const char *answers)
{
	const void *from = answers + answer->offset;
	json_text(stdout, answer->name);
	fputs(": ", stdout);
	if (answer->type == ANSWER_NUMBER) {
		json_number(stdout, *(const double *)from);
	} else if (answer->type == ANSWER_WORD) {
		json_text(stdout, *(const char *const *)from);
	} else {
		const struct numbers *list = from;
		putchar('[');
		for (int i = 0; i < list->count; i++) {
			fputs(i ? ", " : "", stdout);
			json_number(stdout, list->number[i]);
		}
		putchar(']');
	}
}

static void print_json(const struct asked *asked, const char *answers)
{
	putchar('{');
	for (const struct answer *a = asked->calculation->answers; a->name; a++) {
		fputs(a == asked->calculation->answers ? "" : ", ", stdout);
		json_answer(a, answers);
	}
	puts("}");
}

static int run_csv(struct asked *asked)
{
	bool standard = !strcmp(asked->csv, "-");
	FILE *in = standard ? stdin : fopen(asked->csv, "r");
	if (!in) {
		fprintf(stderr, "coalmine: cannot read %s: %s\n", asked->csv, strerror(errno));
		return EXIT_CANNOT_RUN;
	}
	struct sheet sheet = {.calculation = asked->calculation,
			      .name = standard ? "<stdin>" : asked->csv,
			      .in = in,
			      .out = stdout,
			      .complaints = stderr,
			      .input = asked->input,
			      .given = asked->given};
	enum sheet_end end = sheet_run(&sheet);
	bool broken = ferror(in);
	if (broken)
		fprintf(stderr, "coalmine: cannot read %s: %s\n", sheet.name, strerror(errno));
	if (!standard)
		fclose(in);
	return broken || end == SHEET_NOT_WRITTEN ? EXIT_CANNOT_RUN
	       : end == SHEET_MISTAKES		  ? EXIT_USAGE
						  : EXIT_GOOD;
}

static int answer(struct asked *asked)
{
	const struct calculation *c = asked->calculation;
	if (asked->help) {
		print_help(asked);
		return EXIT_GOOD;
	}
	if (asked->csv && !asked->mistakes)
		return run_csv(asked);
	complete(asked);
	if (!asked->mistakes)
		check(asked);
	if (asked->mistakes) {
		fprintf(stderr, "See coalmine stat %s --help.\n", c->name);
		return EXIT_USAGE;
	}
	char *answers = arena_take(&asked->arena, c->answer_size);
	c->calculate(asked->input, answers, &asked->arena);
	if (asked->json)
		print_json(asked, answers);
	else
		print_answers(asked, answers);
	return EXIT_GOOD;
}

static int stat(int argc, char **argv)
{
	struct asked asked = {.json = false};
	if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		print_all();
		return EXIT_GOOD;
	}
	asked.calculation = find_calculation(argv[1]);
	if (!asked.calculation)
		return EXIT_USAGE;
	asked.input = arena_take(&asked.arena, asked.calculation->input_size);
	read_words(&asked, argc, argv);
	int code = answer(&asked);
	arena_free(&asked.arena);
	return code;
}

const struct command command_stat = {
	.name = "stat",
	.arguments = "[NAME --input value ...]",
	.about = "Tests, intervals, sample sizes: the statistics room as a calculator.",
	.example = "  coalmine stat sample_size --p1 1% --p2 1.5% --rate 50/s --share 5%",
	.run = stat,
};
