/* Calculations with charts and changes: their examples must work, and what they answer must be what
 * the functions say. */
#include "sim/calculator/input.h"
#include "sim/calculator/list.h"

#include <criterion/criterion.h>

#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const families[] = {
	"cusum",
	"bernoulli_cusum",
	"poisson_cusum",
	"ewma",
	"cusum_arl",
	"ewma_arl",
	"shewhart_arl",
	"shiryaev_roberts_arl",
	"bernoulli_cusum_arl",
	"poisson_cusum_arl",
	"cusum_threshold",
	"ewma_threshold",
	"shiryaev_roberts_threshold",
	"bernoulli_cusum_threshold",
	"poisson_cusum_threshold",
	"page_hinkley",
	"adwin",
	"shiryaev_roberts",
	"bernoulli_shiryaev_roberts",
	"bocpd",
	"bocpd_share",
	"burn_rate",
	"burn_alert",
	NULL,
};

/* What one call answers. */
struct asked {
	const struct calculation *calculation;
	struct arena arena;
	char *answers;
	char why[256];
	const char *key; /* at fault; NULL: answered */
};

static void set_words(struct asked *asked, void *input, char *arguments)
{
	const struct param *inputs = asked->calculation->inputs;
	bool given[64] = {false};
	char *end, *name = strtok_r(arguments, " ", &end);
	for (int i = 0; inputs[i].key; i++)
		input_default(&inputs[i], input, &asked->arena);
	for (; name; name = strtok_r(NULL, " ", &end)) {
		char *value = strtok_r(NULL, " '", &end);
		int i = 0;
		while (inputs[i].key && strcmp(inputs[i].key, name + 2) != 0)
			i++;
		cr_assert(inputs[i].key, "%s has no %s", asked->calculation->name, name);
		given[i] = input_set(&inputs[i], input, value, &asked->arena, asked->why,
				     sizeof asked->why);
		cr_assert(given[i], "%s: %s", name, asked->why);
	}
	for (int i = 0; inputs[i].key; i++)
		cr_assert(given[i] || inputs[i].fallback, "%s is needed", inputs[i].key);
}

/* Arguments as on the command line, without blanks in a value. */
static struct asked ask(const char *name, const char *text)
{
	struct asked asked = {.calculation = calculation_find(name)};
	char arguments[512];
	gsl_set_error_handler_off();
	cr_assert(asked.calculation, "%s", name);
	snprintf(arguments, sizeof arguments, "%s", text);
	void *input = arena_take(&asked.arena, asked.calculation->input_size);
	asked.answers = arena_take(&asked.arena, asked.calculation->answer_size);
	set_words(&asked, input, arguments);
	if (asked.calculation->check)
		asked.key = asked.calculation->check(input, asked.why, sizeof asked.why);
	if (!asked.key)
		asked.calculation->calculate(input, asked.answers, &asked.arena);
	return asked;
}

static const struct answer *answer_of(const struct asked *asked, const char *name)
{
	const struct answer *a = asked->calculation->answers;
	while (a->name && strcmp(a->name, name) != 0)
		a++;
	cr_assert(a->name, "%s does not answer %s", asked->calculation->name, name);
	return a;
}

static double number(const struct asked *asked, const char *name)
{
	double got;
	memcpy(&got, asked->answers + answer_of(asked, name)->offset, sizeof got);
	return got;
}

static struct numbers list(const struct asked *asked, const char *name)
{
	struct numbers got;
	memcpy(&got, asked->answers + answer_of(asked, name)->offset, sizeof got);
	return got;
}

static void expect_number(const char *name, const char *text, const char *answer, double known,
			  double tolerance)
{
	struct asked asked = ask(name, text);
	double got = asked.key ? NAN : number(&asked, answer);
	cr_expect(got == known || fabs(got - known) <= tolerance * fabs(known),
		  "%s %s: %s is %.15g, not %.15g", name, text, answer, got, known);
	arena_free(&asked.arena);
}

static void expect_refused(const char *name, const char *text, const char *key)
{
	struct asked asked = ask(name, text);
	cr_assert(asked.key, "%s %s is answered", name, text);
	cr_expect_str_eq(asked.key, key);
	cr_expect(*asked.why);
	arena_free(&asked.arena);
}

Test(change_calculations, answer_their_examples)
{
	for (int i = 0; families[i]; i++) {
		const struct calculation *c = calculation_find(families[i]);
		struct asked asked = ask(families[i], c->example);
		cr_expect_null(asked.key, "%s: %s", c->name, asked.why);
		for (const struct answer *a = c->answers; a->name; a++) {
			if (a->type == ANSWER_NUMBER)
				cr_expect_not(isnan(number(&asked, a->name)), "%s: %s", c->name,
					      a->name);
			else
				cr_expect_gt(list(&asked, a->name).count, 0, "%s: %s", c->name,
					     a->name);
		}
		arena_free(&asked.arena);
	}
}

/* R 4.2.2 with spc 0.6.7, closed forms, and chains solved in rational numbers. */
Test(change_calculations, give_the_known_run_lengths)
{
	expect_number("cusum_arl", "--k 0.5 --h 4", "ARL", 167.6837888, 1e-9);
	expect_number("cusum_arl", "--k 0.5 --h 5 --headstart 2.5", "ARL", 430.3908392, 1e-9);
	expect_number("cusum_arl", "--k 0.5 --h 5 --shift_sigma 1", "ARL", 10.37596992, 1e-9);
	expect_number("ewma_arl", "--lambda 0.1 --L 2.814", "ARL", 499.5795501, 1e-9);
	expect_number("ewma_arl", "--lambda 0.2 --L 2.962 --shift_sigma 1", "ARL", 10.5416658,
		      1e-9);
	expect_number("shewhart_arl", "--L 3", "ARL", 370.3983473449592, 1e-13);
	expect_number("shewhart_arl", "--L 3 --shift_sigma 2", "ARL", 6.302962987143028, 1e-13);
	expect_number("shiryaev_roberts_arl", "--threshold 390", "ARL", 697, 1e-3);
	expect_number("bernoulli_cusum_arl", "--m 2 --H 20 --p 0.5", "ARL_observations_from_0", 420,
		      1e-12);
	expect_number("poisson_cusum_arl", "--k 1.5 --h 5 --lambda 1", "ARL_from_0",
		      273.64997235516874, 1e-12);
}

Test(change_calculations, find_the_thresholds_of_run_lengths)
{
	expect_number("cusum_threshold", "--arl 465.443506", "h", 5, 1e-8);
	expect_number("cusum_threshold", "--arl 465.443506", "delay", 10.37596992, 1e-8);
	expect_number("ewma_threshold", "--arl 499.5795501", "L", 2.814, 1e-8);
	expect_number("shiryaev_roberts_threshold", "--arl 1000.28 --delta 0.1", "threshold",
		      943.41, 1e-5);
	expect_number("bernoulli_cusum_threshold", "--p0 1% --p1 2% --arl 100000", "m", 69, 0);
	expect_number("poisson_cusum_threshold", "--lambda0 1 --lambda1 2 --k 1.5 --arl 273", "h",
		      5, 0);
}

Test(change_calculations, tell_where_the_alarm_was)
{
	expect_number("cusum", "--x 0;0;3;3 --k 0.5 --h 4", "first_alarm_index0", 3, 0);
	expect_number("cusum", "--x 0;0;-3;-3 --k 0.5 --h 4", "first_alarm_index0", 3, 0);
	expect_number("cusum", "--x 0;0;3;2.5 --k 0.5 --h 4.5", "first_alarm_index0", -1, 0);
	expect_number("cusum", "--x 1.5 --k 0.5 --h 4 --headstart 3.5", "first_alarm_index0", 0, 0);
	expect_number("ewma", "--x 2;2;2 --lambda 1 --L 3", "first_alarm_exact_limits", -1, 0);
	expect_number("ewma", "--x 2;4 --lambda 1 --L 3", "first_alarm_asymptotic_limits", 1, 0);
	expect_number("bernoulli_cusum", "--x 0;1;1 --m 10 --H 18", "first_alarm_index0", 2, 0);
	expect_number("bernoulli_cusum", "--x 5;5 --n 100 --m 50 --H 300", "first_alarm_index0", 1,
		      0);
	expect_number("poisson_cusum", "--x 3;4;2 --k 2 --h 3", "first_alarm_index0", 1, 0);
	expect_number("shiryaev_roberts", "--x 0;3;3 --delta 1 --threshold 100",
		      "first_alarm_index0", 2, 0);
}

Test(change_calculations, a_single_number_does_not_alarm)
{
	struct asked asked = ask("page_hinkley", "--x 1");
	cr_expect_eq(list(&asked, "alarm_indices").count, 0);
	cr_expect_eq(list(&asked, "statistic").count, 1);
	arena_free(&asked.arena);
}

Test(change_calculations, know_what_alerts_on_burn_rates_do)
{
	expect_number("burn_rate", "--bad 36 --requests 10000", "burn", 3.6, 1e-12);
	expect_number("burn_alert", "--errors 100%", "detection_h", 0.0144, 1e-12);
	expect_number("burn_alert", "--spent 5% --window_h 6", "threshold", 6, 1e-12);
	expect_number("burn_alert", "--errors 1%", "detection_h", INFINITY, 0);
}

Test(change_calculations, refuse_contradictions)
{
	expect_refused("cusum_arl", "--k 0.5 --h 4 --headstart 3", "headstart");
	expect_refused("bernoulli_cusum_arl", "--m 2.5 --H 5 --p 1%", "m");
	expect_refused("poisson_cusum_arl", "--k 1.23456 --h 5 --lambda 1", "k");
	expect_refused("bernoulli_cusum", "--x 2 --H 5", "x");
	expect_refused("bernoulli_cusum", "--x 1 --p0 5% --p1 2% --H 5", "p1");
	expect_refused("poisson_cusum", "--x 1 --lambda0 2 --lambda1 2 --h 5", "lambda1");
	expect_refused("bernoulli_cusum_threshold", "--p0 5% --p1 2% --arl 100", "p1");
	expect_refused("poisson_cusum_threshold", "--lambda0 5 --lambda1 2 --arl 100", "lambda1");
	expect_refused("bernoulli_shiryaev_roberts", "--x 3 --p0 1% --p1 2% --threshold 5", "x");
	expect_refused("bocpd_share", "--x 3 --n 2", "x");
	expect_refused("burn_rate", "--bad 3 --requests 2", "bad");
	expect_refused("burn_alert", "--short_h 3", "short_h");
	expect_refused("burn_alert", "--window_h 3000", "window_h");
}
