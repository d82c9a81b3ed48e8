/* The calculator: every calculation must be well made, agree with what other programs answer, and
 * survive whatever is allowed. */
#include "sim/calculator/input.h"
#include "sim/calculator/list.h"

#include "tests/random.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

/* ---- one calculation, asked in words */

struct question {
	const struct calculation *calculation;
	struct arena arena;
	void *input;
	char *answers;
};

static void open_question(struct question *q, const char *name)
{
	gsl_set_error_handler_off();
	*q = (struct question){.calculation = calculation_find(name)};
	cr_assert(q->calculation, "there is no calculation %s", name);
	q->input = arena_take(&q->arena, q->calculation->input_size);
	q->answers = arena_take(&q->arena, q->calculation->answer_size);
	for (const struct param *p = q->calculation->inputs; p->key; p++)
		input_default(p, q->input, &q->arena);
}

static void set(struct question *q, const char *key, const char *value)
{
	char why[512];
	for (const struct param *p = q->calculation->inputs; p->key; p++)
		if (!strcmp(p->key, key)) {
			cr_assert(input_set(p, q->input, value, &q->arena, why, sizeof why),
				  "%s %s: %s", q->calculation->name, key, why);
			return;
		}
	cr_assert_fail("%s has no input %s", q->calculation->name, key);
}

/* "--x 3 --n 120", quotes around lists. */
static void set_all(struct question *q, const char *arguments)
{
	char copy[8192], *save, *word;
	snprintf(copy, sizeof copy, "%s", arguments);
	for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		char *value = strtok_r(NULL, " ", &save);
		cr_assert(!strncmp(word, "--", 2) && value, "%s", arguments);
		size_t length = strlen(value);
		if (*value == '\'') {
			value[length - 1] = 0;
			value++;
		}
		set(q, word + 2, value);
	}
}

static void answer(struct question *q)
{
	char why[512];
	const char *key =
		q->calculation->check ? q->calculation->check(q->input, why, sizeof why) : NULL;
	cr_assert(!key, "%s: %s: %s", q->calculation->name, key ? key : "", key ? why : "");
	q->calculation->calculate(q->input, q->answers, &q->arena);
}

static double number_of(const struct question *q, const char *name)
{
	for (const struct answer *a = q->calculation->answers; a->name; a++)
		if (!strcmp(a->name, name))
			return *(const double *)(q->answers + a->offset);
	cr_assert_fail("%s has no answer %s", q->calculation->name, name);
	return NAN;
}

static void close_question(struct question *q)
{
	arena_free(&q->arena);
}

/* ---- all of them */

Test(calculator, names_are_words_and_unique)
{
	const struct calculation *c, *other;
	for (int i = 0; (c = calculation_at(i)); i++) {
		cr_assert_eq(strspn(c->name, "abcdefghijklmnopqrstuvwxyz_0123456789"),
			     strlen(c->name));
		cr_assert(c->about && *c->about && c->about[strlen(c->about) - 1] != '\n');
		for (int j = 0; j < i; j++) {
			other = calculation_at(j);
			cr_assert(strcmp(c->name, other->name) != 0, "%s", c->name);
			cr_assert(!c->alias || !other->alias || strcmp(c->alias, other->alias) != 0,
				  "%s", c->alias);
			cr_assert(!c->alias || strcmp(c->alias, other->name) != 0, "%s", c->alias);
		}
		cr_assert_eq(calculation_find(c->name), c);
		cr_assert(!c->alias || calculation_find(c->alias) == c);
	}
	cr_assert_null(calculation_find("nonsense"));
}

Test(calculator, tables_lie_within_their_structs_and_say_what_they_are)
{
	const struct calculation *c;
	for (int i = 0; (c = calculation_at(i)); i++) {
		for (const struct param *p = c->inputs; p->key; p++) {
			cr_assert_lt(p->offset, c->input_size, "%s %s", c->name, p->key);
			cr_assert(p->about && *p->about, "%s %s", c->name, p->key);
			cr_assert_leq(p->low, p->high);
		}
		for (const struct answer *a = c->answers; a->name; a++) {
			cr_assert_lt(a->offset, c->answer_size, "%s %s", c->name, a->name);
			cr_assert(a->about && *a->about, "%s %s", c->name, a->name);
		}
	}
}

/* What a person may write, and may leave out; an input must not be taken for an option of the
 * command, and has to fit into one field of a table. */
Test(calculator, inputs_can_be_asked_for)
{
	const struct calculation *c;
	int count = 0;
	for (; (c = calculation_at(count)); count++) {
		int inputs = 0;
		for (const struct param *p = c->inputs; p->key; p++, inputs++) {
			cr_expect(strcmp(p->key, "csv") != 0 && strcmp(p->key, "json") != 0 &&
					  strcmp(p->key, "threads") != 0 &&
					  strcmp(p->key, "help") != 0,
				  "%s %s", c->name, p->key);
			cr_expect(p->type != PARAM_WORD && p->type != PARAM_FILE, "%s %s", c->name,
				  p->key);
			for (const struct param *o = c->inputs; o < p; o++)
				cr_expect(strcmp(o->key, p->key) != 0, "%s %s", c->name, p->key);
		}
		cr_expect(inputs > 0 && inputs <= MOST_INPUTS, "%s", c->name);
		cr_expect(calculation_family(count) && *calculation_family(count), "%s", c->name);
	}
	cr_expect(count > 0 && count <= MOST_CALCULATIONS);
}

Test(calculator, every_example_has_an_answer)
{
	const struct calculation *c;
	for (int i = 0; (c = calculation_at(i)); i++) {
		struct question q;
		bool any = false;
		open_question(&q, c->name);
		set_all(&q, c->example);
		answer(&q);
		for (const struct answer *a = c->answers; a->name; a++) {
			const struct numbers *list =
				(const struct numbers *)(q.answers + a->offset);
			any |= a->type == ANSWER_LIST ? list->count > 0
						      : isfinite(number_of(&q, a->name));
		}
		cr_assert(any, "%s %s", c->name, c->example);
		close_question(&q);
	}
}

/* Whatever is allowed, in all corners: nothing may crash, hang or read beyond a list. */
static const char *corner(const struct param *p, uint64_t *random)
{
	static char text[64];
	static const char *const lists[] = {"",	   "0",	  "1",	   "0;0",
					    "1;1", "0;1", "1;0;1", "0.5;0.5;0.5"};
	double low = p->low, high = p->high;
	if (p->type == PARAM_NUMBERS || p->type == PARAM_ROWS)
		return lists[random_to(random, 7)];
	if (p->type == PARAM_CHOICE)
		return p->choices[0];
	if (low == 0 && high == 0)
		high = 1e9;
	double at[] = {low, high, low + 1e-9 * (high - low), fmin(fmax(1, low), high),
		       fmin(fmax(20, low), high)};
	double value = fmin(at[random_to(random, 4)], 1e6 > low ? fmax(1e6, low) : high);
	snprintf(text, sizeof text, p->type == PARAM_RATE ? "%.17g/s" : "%.17g",
		 p->type == PARAM_COUNT ? floor(value) : value);
	return text;
}

Test(calculator, nothing_that_is_allowed_does_harm)
{
	const struct calculation *c;
	uint64_t random = 3;
	for (int i = 0; (c = calculation_at(i)); i++)
		for (int try = 0; try < 60; try++) {
			struct question q;
			char why[512];
			open_question(&q, c->name);
			bool allowed = true;
			for (const struct param *p = c->inputs; p->key; p++)
				allowed &= input_set(p, q.input, corner(p, &random), &q.arena, why,
						     sizeof why);
			if (allowed && (!c->check || !c->check(q.input, why, sizeof why)))
				c->calculate(q.input, q.answers, &q.arena);
			close_question(&q);
		}
}

/* ---- answers of other programs */

static const struct answer *find_answer(const struct calculation *c, const char *name)
{
	for (const struct answer *a = c->answers; a->name; a++)
		if (!strcmp(a->name, name))
			return a;
	cr_assert_fail("%s has no answer %s", c->name, name);
	return NULL;
}

static void compare(const char *name, const char *what, double got, double wanted, double relative)
{
	double allowed = relative * fabs(wanted);
	cr_expect(got == wanted || fabs(got - wanted) <= allowed || (isnan(got) && isnan(wanted)),
		  "%s: %s is %.17g, not %.17g", name, what, got, wanted);
}

static void compare_list(const char *name, const char *what, const struct numbers *got, char *text,
			 double relative)
{
	int count = 0;
	char *save, *item = strtok_r(text, ";", &save);
	for (; item; item = strtok_r(NULL, ";", &save), count++)
		if (count < got->count)
			compare(name, what, got->number[count], strtod(item, NULL), relative);
	cr_expect_eq(got->count, count, "%s: %s has %d numbers, not %d", name, what, got->count,
		     count);
}

/* "p=0.05 z=1;2;3 ARL=370~1e-4": after ~ what may differ, relative, because the other program is no
 * more exact. */
static void compare_answers(struct question *q, char *text)
{
	char *save, *word;
	for (word = strtok_r(text, " \n", &save); word; word = strtok_r(NULL, " \n", &save)) {
		char *value = strchr(word, '='), *tolerance = strchr(word, '~');
		double relative = tolerance ? strtod(tolerance + 1, NULL) : 1e-9;
		if (tolerance)
			*tolerance = 0;
		*value++ = 0;
		const struct answer *a = find_answer(q->calculation, word);
		const void *got = q->answers + a->offset;
		if (a->type == ANSWER_LIST)
			compare_list(q->calculation->name, word, got, value, relative);
		else
			compare(q->calculation->name, word, *(const double *)got,
				strtod(value, NULL), relative);
	}
}

/* "calculation | program | arguments | answers"; what was asked, to count. */
static const struct calculation *ask_line(char *line)
{
	char *field[4] = {line};
	for (int f = 1; f < 4; f++) {
		char *bar = strstr(field[f - 1], " | ");
		cr_assert(bar, "%s", line);
		*bar = 0;
		field[f] = bar + 3;
	}
	struct question q;
	open_question(&q, field[0]);
	set_all(&q, field[2]);
	answer(&q);
	compare_answers(&q, field[3]);
	close_question(&q);
	return q.calculation;
}

static void ask_file(const char *path, int counts[MOST_CALCULATIONS])
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	cr_assert(file, "%s", path);
	while (getline(&line, &room, file) > 0) {
		if (*line == '#')
			continue;
		const struct calculation *asked = ask_line(line), *c;
		for (int i = 0; (c = calculation_at(i)); i++)
			counts[i] += c == asked;
	}
	free(line);
	fclose(file);
}

/* What is not asked twenty times there, and where else it is held to answers from outside, or to
 * its definition. */
static const struct {
	const char *name, *where;
} elsewhere[] = {
	{"bootstrap", "random; tests/test_bootstrap.c"},
	{"bootstrap_difference", "random; tests/test_bootstrap.c"},
	{"cusum", "a recursion; tests/test_change.c"},
	{"bernoulli_cusum", "a recursion; tests/test_change_calculations.c"},
	{"poisson_cusum", "a recursion; tests/test_change_calculations.c"},
	{"ewma", "a recursion; tests/test_change.c"},
	{"page_hinkley", "a recursion; tests/test_change.c"},
	{"adwin", "a recursion; tests/test_change.c"},
	{"shiryaev_roberts", "a recursion; tests/test_change.c"},
	{"bernoulli_shiryaev_roberts", "a recursion; tests/test_change.c"},
	{"bocpd", "a recursion; tests/test_bocpd.c sums over all histories"},
	{"bocpd_share", "a recursion; tests/test_bocpd.c sums over all histories"},
	{"cusum_arl", "tests/test_chart.c"},
	{"ewma_arl", "tests/test_chart.c"},
	{"shewhart_arl", "tests/test_chart.c"},
	{"shiryaev_roberts_arl", "tests/test_chart.c"},
	{"bernoulli_cusum_arl", "tests/test_lattice.c"},
	{"poisson_cusum_arl", "tests/test_lattice.c"},
	{"cusum_threshold", "the inverse of its run length; tests/test_chart.c"},
	{"ewma_threshold", "the inverse of its run length; tests/test_chart.c"},
	{"shiryaev_roberts_threshold", "the inverse of its run length; tests/test_chart.c"},
	{"bernoulli_cusum_threshold", "the inverse of its run length; tests/test_lattice.c"},
	{"poisson_cusum_threshold", "the inverse of its run length; tests/test_lattice.c"},
	{"etc_regret", "tests/test_regret.c"},
	{"lai_robbins", "tests/test_regret.c"},
	{"mmc", "tests/test_queue.c"},
	{"mmck", "tests/test_queue.c"},
	{"mg1", "tests/test_queue.c"},
	{"gm1", "tests/test_queue.c"},
	{"md1_wait", "tests/test_queue.c"},
	{"burn_rate", "arithmetic; tests/test_burn_rate.c"},
	{"burn_alert", "arithmetic; tests/test_burn_rate.c"},
};

static bool is_elsewhere(const char *name)
{
	for (int i = 0; i < LENGTH(elsewhere); i++)
		if (!strcmp(elsewhere[i].name, name))
			return true;
	return false;
}

Test(calculator, agrees_with_other_programs)
{
	const struct calculation *c;
	int counts[MOST_CALCULATIONS] = {0};
	ask_file("tests/answers/programs.txt", counts);
	ask_file("tests/answers/formulas.txt", counts);
	ask_file("tests/answers/survival.txt", counts);
	ask_file("tests/answers/published.txt", counts);
	for (int i = 0; (c = calculation_at(i)); i++)
		cr_expect(counts[i] >= 20 || is_elsewhere(c->name),
			  "%s has only %d answers of other programs", c->name, counts[i]);
}

/* ---- published values and identities */

static double ask(const char *name, const char *arguments, const char *wanted)
{
	struct question q;
	open_question(&q, name);
	set_all(&q, arguments);
	answer(&q);
	double got = number_of(&q, wanted);
	close_question(&q);
	return got;
}

static void expect(const char *name, const char *arguments, const char *wanted, double value,
		   double allowed)
{
	double got = ask(name, arguments, wanted);
	cr_expect_float_eq(got, value, allowed, "%s %s: %s is %.12g, not %.12g", name, arguments,
			   wanted, got, value);
}

Test(calculator, gives_what_is_printed_in_books_and_papers)
{
	/* Newcombe 1998, table II, methods 10 and 5: 56/70 - 48/80. */
	expect("prop_diff_ci", "--x1 56 --n1 70 --x2 48 --n2 80", "newcombe_lo", 0.0524, 5e-5);
	expect("prop_diff_ci", "--x1 56 --n1 70 --x2 48 --n2 80", "newcombe_hi", 0.3339, 5e-5);
	expect("prop_diff_ci", "--x1 56 --n1 70 --x2 48 --n2 80", "mn_score_lo", 0.0528, 5e-5);
	expect("prop_diff_ci", "--x1 56 --n1 70 --x2 48 --n2 80", "mn_score_hi", 0.3382, 5e-5);
	/* Newcombe 1998, "Interval estimation for the single proportion", table I. */
	expect("wilson_ci", "--x 81 --n 263", "wilson_lo", 0.2553, 5e-5);
	expect("wilson_ci", "--x 81 --n 263", "wilson_hi", 0.3662, 5e-5);
	expect("clopper_pearson_ci", "--x 15 --n 148", "cp_lo", 0.0578, 5e-5);
	expect("clopper_pearson_ci", "--x 15 --n 148", "cp_hi", 0.1617, 5e-5);
	/* Fisher 1935, the lady tasting tea. */
	expect("fisher_exact", "--a 3 --b 1 --c 1 --d 3", "p_two_sided", 34.0 / 70, 1e-12);
	expect("fisher_exact", "--a 4 --b 0 --c 0 --d 4", "p_greater", 1.0 / 70, 1e-14);
	/* Cohen 1988, table 6.4.1: h = 0.5, two-sided 5 %, power 80 %: 63. */
	expect("sample_size", "--p1 0.5 --p2 0.7397127693021015", "n1_arcsine_exact", 62.79, 0.01);
	/* Kayenta, MannWhitneySuite: 6 to 39, 22.5. */
	expect("mann_whitney_hl", "--x 10;20;30;40 --y 1;2;3;4", "lo", 6, 1e-9);
	expect("mann_whitney_hl", "--x 10;20;30;40 --y 1;2;3;4", "hi", 39, 1e-9);
	expect("mann_whitney_hl", "--x 10;20;30;40 --y 1;2;3;4", "est", 22.5, 0.51);
	/* Garrett and others' GrowthBook suite, and PostHog's. */
	expect("asymptotic_cs",
	       "--estimate 0.5306122448979592 --se2 0.1113435869175911 --n_total 6500 --tuning_N "
	       "1000",
	       "half_width", 1.06291, 5e-6);
	/* Jennison and Turnbull 2000, tables 2.2, 2.4 and 2.9. */
	expect("group_sequential", "--looks 5 --delta 0.25", "constant", 2.136, 5e-4);
	expect("group_sequential", "--looks 5 --delta 0.5", "inflation", 1.229, 5e-4);
	expect("group_sequential", "--looks 5 --delta 0", "inflation", 1.028, 5e-4);
	/* Lucas and Crosier 1982, table 1: k = 0.5, h = 4 and 5. */
	expect("cusum_arl", "--k 0.5 --h 4 --chart two-sided", "ARL", 168, 0.5);
	expect("cusum_arl", "--k 0.5 --h 4 --shift_sigma 1 --chart two-sided", "ARL", 8.38, 5e-3);
	expect("cusum_arl", "--k 0.5 --h 5 --chart two-sided", "ARL", 465, 0.5);
	expect("cusum_arl", "--k 0.5 --h 5 --shift_sigma 1 --chart two-sided", "ARL", 10.4, 5e-2);
	expect("cusum_arl", "--k 0.5 --h 4 --headstart 2 --chart two-sided", "ARL", 149, 0.5);
	/* Shewhart's chart: 370 at three sigma. */
	expect("shewhart_arl", "--L 3", "ARL", 370.4, 0.05);
	expect("shewhart_arl", "--L 3 --shift_sigma 1", "ARL", 43.9, 0.05);
	/* Howard and Ramdas's confseq: 700 of 1000, 15 of 50. */
	expect("bernoulli_cs", "--x 700 --n 1000", "lo", 0.651629, 1e-6);
	expect("bernoulli_cs", "--x 700 --n 1000", "hi", 0.745949, 1e-6);
	expect("bernoulli_cs", "--x 15 --n 50 --t_opt 50", "lo", 0.129556, 1e-6);
}

/* A metric of size 1e-5 must not lose what one of size 1 has: the root tolerance of R and Kayenta
 * is absolute. */
Test(calculator, a_shift_scales_with_the_values)
{
	double large =
		ask("mann_whitney_hl", "--x 1.5;1.6;1.8;2.0;2.1 --y 1.0;1.1;1.2;1.3;1.4", "lo");
	double small = ask("mann_whitney_hl",
			   "--x 1.5e-5;1.6e-5;1.8e-5;2.0e-5;2.1e-5 "
			   "--y 1.0e-5;1.1e-5;1.2e-5;1.3e-5;1.4e-5",
			   "lo");
	double rough = ask("mann_whitney_hl",
			   "--x 1.5e-5;1.6e-5;1.8e-5;2.0e-5;2.1e-5 "
			   "--y 1.0e-5;1.1e-5;1.2e-5;1.3e-5;1.4e-5",
			   "lo_R_tol1e4");
	cr_assert_float_eq(small, large * 1e-5, 1e-11);
	cr_assert(fabs(rough - small) > 1e-7, "what the absolute tolerance makes of it: %g", rough);
}

Test(calculator, small_p_values_keep_their_digits)
{
	/* R 4.2: pnorm(-35) = 1.124911e-268; fisher of 1000 0 / 0 1000: 1 / C(2000, 1000). */
	double z =
		ask("two_prop_z", "--x1 200000 --n1 1000000 --x2 180283 --n2 1000000", "z_pooled");
	double p =
		ask("two_prop_z", "--x1 200000 --n1 1000000 --x2 180283 --n2 1000000", "p_greater");
	cr_assert(z > 35 && z < 36);
	cr_assert_float_eq(log(p), -z * z / 2 - log(z * sqrt(2 * M_PI)) + log1p(-1 / (z * z)),
			   1e-5);
	double exact = ask("fisher_exact", "--a 400 --b 0 --c 0 --d 400", "p_greater");
	cr_assert_float_eq(log(exact), lgamma(401) * 2 - lgamma(801), 1e-9);
	double many = ask("two_prop_z", "--x1 1e9 --n1 1e12 --x2 1.0001e9 --n2 1e12", "z_pooled");
	cr_assert_float_eq(many, -1e5 / sqrt(2 * 1.00005e9 * (1 - 1.00005e-3)), 1e-9);
}

Test(calculator, nothing_and_everything_have_an_answer)
{
	expect("two_prop_z", "--x1 0 --n1 10 --x2 0 --n2 10", "p_two_sided", 1, 0);
	expect("two_prop_z", "--x1 10 --n1 10 --x2 10 --n2 10", "p_two_sided", 1, 0);
	cr_assert(isnan(ask("two_prop_z", "--x1 0 --n1 0 --x2 0 --n2 10", "z_pooled")));
	expect("wilson_ci", "--x 0 --n 0", "wilson_hi", 1, 0);
	expect("clopper_pearson_ci", "--x 0 --n 400", "cp_hi", 1 - pow(0.025, 1.0 / 400), 1e-12);
	expect("clopper_pearson_ci", "--x 5 --n 5", "cp_hi", 1, 0);
	expect("mann_whitney", "--x 1;1;1 --y 1;1", "p_two_sided_cc", 1, 0);
	cr_assert(isnan(ask("welch_t", "--x 1 --y 2;3", "t")));
	expect("ks2", "--x 1;1 --y 1;1", "D", 0, 0);
	expect("poisson_two_sample", "--x1 0 --T1 1 --x2 0 --T2 1", "p_two_sided_minlik", 1, 0);
}
