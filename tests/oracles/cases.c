/* Tables whose first column is `case`: inputs and answers of the calculation of the same name. */
#include "tests/oracles/oracle.h"

#include "sim/calculator/input.h"
#include "sim/calculator/list.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Closed forms must agree to nine digits; what is looser has its reason here. */
#define CLOSED_FORM 1e-9

static const struct tolerance {
	const char *file, *column; /* column NULL: all */
	double relative, absolute;
} tolerances[] = {
	/* The table holds differences of numbers of 32 digits, and quadratures that miss far tails.
	 */
	{"beta_binomial_pba.csv", NULL, CLOSED_FORM, 1e-30},
	/* Data of size 1e6 are rounded by 1e-10 as they are read; and the quantiles of Student's t
	 * in the table are good to eight digits. */
	{"welch_t.csv", "ci95_lo", 1e-7, 1e-10},
	{"welch_t.csv", "ci95_hi", 1e-7, 1e-10},
	{"welch_t.csv", NULL, CLOSED_FORM, 1e-10},
};

static const struct tolerance *find_tolerance(const char *file, const char *column)
{
	static const struct tolerance usual = {NULL, NULL, CLOSED_FORM, 0};
	for (unsigned i = 0; i < sizeof tolerances / sizeof *tolerances; i++)
		if (!strcmp(tolerances[i].file, file) &&
		    (!tolerances[i].column || !strcmp(tolerances[i].column, column)))
			return &tolerances[i];
	return &usual;
}

static bool has_column(const struct oracle *o, const char *name)
{
	size_t length = strlen(name);
	for (int c = 0; c < o->columns; c++)
		if (!strncmp(o->head[c], name, length) &&
		    (!o->head[c][length] || strchr("(=", o->head[c][length])))
			return true;
	return false;
}

/* False where a row lacks an input: it describes its data in words. */
static bool read_inputs(const struct oracle *o, int row, const struct calculation *calculation,
			void *input, struct arena *arena)
{
	char why[512];
	bool whole = true;
	for (const struct param *p = calculation->inputs; p->key; p++) {
		const char *text = has_column(o, p->key) ? oracle_text(o, row, p->key) : "";
		input_default(p, input, arena);
		whole &= *text || p->fallback;
		if (*text && !input_set(p, input, text, arena, why, sizeof why)) {
			printf("%s row %d: %s: %s\n", o->file, row + 2, p->key, why);
			exit(3);
		}
	}
	return whole;
}

static void compare_list(struct oracle *o, int row, const struct answer *answer,
			 const struct numbers *got, const struct tolerance *t)
{
	static double wanted[1 << 20];
	int count = oracle_list(o, row, answer->name, wanted, 1 << 20);
	oracle_compare_to(o, row, answer->name, got->count, count, 0, 0);
	for (int i = 0; i < count && i < got->count; i++)
		oracle_compare_to(o, row, answer->name, got->number[i], wanted[i], t->relative,
				  t->absolute);
}

static void compare_word(struct oracle *o, int row, const struct answer *answer, const char *got)
{
	bool same = !strcmp(got, oracle_text(o, row, answer->name));
	oracle_compare_to(o, row, answer->name, same, 1, 0, 0);
}

static void compare_answers(struct oracle *o, int row, const struct calculation *calculation,
			    const char *answers)
{
	for (const struct answer *a = calculation->answers; a->name; a++) {
		const struct tolerance *t = find_tolerance(o->file, a->name);
		if (!has_column(o, a->name) || !*oracle_text(o, row, a->name))
			continue;
		if (a->type == ANSWER_NUMBER)
			oracle_compare(o, row, a->name, *(const double *)(answers + a->offset),
				       t->relative, t->absolute);
		else if (a->type == ANSWER_LIST)
			compare_list(o, row, a, (const struct numbers *)(answers + a->offset), t);
		else
			compare_word(o, row, a, *(const char *const *)(answers + a->offset));
	}
}

/* What is left of a name with a comma in it: more brackets close than open. */
static bool is_rest(const char *head)
{
	int open = 0;
	for (; *head; head++)
		open += (*head == '(') - (*head == ')');
	return open < 0;
}

/* Every column must be an input or an answer. */
static bool knows_columns(const struct oracle *o, const struct calculation *calculation)
{
	bool good = true;
	for (int c = 1; c < o->columns; c++) {
		char name[128];
		bool known = false;
		snprintf(name, sizeof name, "%.*s", (int)strcspn(o->head[c], "(="), o->head[c]);
		for (const struct param *p = calculation->inputs; p->key; p++)
			known |= !strcmp(p->key, name);
		for (const struct answer *a = calculation->answers; a->name; a++)
			known |= !strcmp(a->name, name);
		known |= is_rest(o->head[c]);
		if (!known)
			printf("%s: %s has no %s\n", o->file, calculation->name, name);
		good &= known;
	}
	return good;
}

static int compare_file(const char *file, const struct calculation *calculation)
{
	struct oracle *o = oracle_open(file);
	bool known = knows_columns(o, calculation);
	int lacking = 0;
	for (int row = 0; row < o->rows; row++) {
		struct arena arena = {0};
		void *input = arena_take(&arena, calculation->input_size);
		char *answers = arena_take(&arena, calculation->answer_size);
		if (read_inputs(o, row, calculation, input, &arena)) {
			calculation->calculate(input, answers, &arena);
			compare_answers(o, row, calculation, answers);
		} else {
			lacking++;
		}
		arena_free(&arena);
	}
	if (lacking)
		printf("%s: %d rows have words instead of an input\n", file, lacking);
	return !oracle_close(o) | !known;
}

/* The name of the table if it is one of cases: what stands before ".csv". */
static bool is_of_cases(const char *folder, const char *file, char name[256])
{
	char path[4096], head[5] = "";
	const char *dot = strrchr(file, '.');
	if (!dot || strcmp(dot, ".csv") != 0)
		return false;
	snprintf(name, 256, "%.*s", (int)(dot - file), file);
	snprintf(path, sizeof path, "%s/%s", folder, file);
	FILE *in = fopen(path, "r");
	bool cases = in && fread(head, 1, 4, in) == 4 && !strcmp(head, "case");
	if (in)
		fclose(in);
	return cases;
}

int oracles_of_cases(void)
{
	int bad = 0;
	char name[256];
	struct dirent **entries;
	const char *folder = getenv("ORACLES") ? getenv("ORACLES") : ".";
	int count = scandir(folder, &entries, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		const char *file = entries[i]->d_name;
		bool cases = is_of_cases(folder, file, name);
		const struct calculation *c = cases ? calculation_find(name) : NULL;
		if (cases && !c)
			printf("%s: there is no calculation %s\n", file, name);
		if (cases)
			bad += c ? compare_file(file, c) : 1;
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return bad;
}
