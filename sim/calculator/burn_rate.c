/* Calculations with error budgets: how fast they burn, and what alerts on that do. */
#include "sim/calculator/list.h"

#include "sim/stats/burn_rate.h"

#include <math.h>
#include <stdio.h>

/* ---- the rate */

struct rate_input {
	double bad, requests, slo, period_h;
};

static const struct param rate_inputs[] = {
	{"bad", PARAM_NUMBER, offsetof(struct rate_input, bad), NULL, 0, 1e15,
	 .about = "requests that went badly"},
	{"requests", PARAM_NUMBER, offsetof(struct rate_input, requests), NULL, 0, 1e15,
	 .about = "of how many"},
	{"slo", PARAM_CHANCE, offsetof(struct rate_input, slo), "99.9%", 0, 0.999999999,
	 .about = "share that is to go well"},
	{"period_h", PARAM_NUMBER, offsetof(struct rate_input, period_h), "720", 1e-9, 1e9,
	 .about = "hours that the budget is for: 30 days"},
	{0},
};

static const char *check_rate(const void *input, char *why, size_t size)
{
	const struct rate_input *in = input;
	if (in->bad <= in->requests)
		return NULL;
	snprintf(why, size, "there cannot be more bad requests than requests");
	return "bad";
}

struct rate_answers {
	double burn, exhausted_h;
};

static const struct answer rate_answers[] = {
	ANSWER_ROW(rate_answers, burn, "times faster than planned; 1 spends the budget exactly"),
	ANSWER_ROW(rate_answers, exhausted_h, "hours until a whole budget is spent at this rate"),
	{0},
};

static void rate(const void *input, void *answers, struct arena *arena)
{
	const struct rate_input *in = input;
	double burn = burn_rate(in->bad, in->requests, 1 - in->slo);
	(void)arena;
	*(struct rate_answers *)answers =
		(struct rate_answers){burn, burn_rate_exhaustion(burn, in->period_h)};
}

/* ---- an alert */

struct alert_input {
	double spent, window_h, short_h, period_h, slo, errors;
};

static const struct param alert_inputs[] = {
	{"spent", PARAM_CHANCE, offsetof(struct alert_input, spent), "2%", 1e-9, 1,
	 .about = "share of the budget that may burn in the long window"},
	{"window_h", PARAM_NUMBER, offsetof(struct alert_input, window_h), "1", 1e-6, 1e6,
	 .about = "the long window, in hours"},
	{"short_h", PARAM_NUMBER, offsetof(struct alert_input, short_h), "", 1e-6, 1e6,
	 .about = "the short window; left out: a twelfth of the long one"},
	{"period_h", PARAM_NUMBER, offsetof(struct alert_input, period_h), "720", 1e-6, 1e9,
	 .about = "hours that the budget is for: 30 days"},
	{"slo", PARAM_CHANCE, offsetof(struct alert_input, slo), "99.9%", 0, 0.999999999,
	 .about = "share that is to go well"},
	{"errors", PARAM_CHANCE, offsetof(struct alert_input, errors), "100%", 0, 1,
	 .about = "share of errors of an outage, from one moment on"},
	{0},
};

static const char *check_alert(const void *input, char *why, size_t size)
{
	const struct alert_input *in = input;
	const char *key = in->short_h > in->window_h ? "short_h" : NULL;
	if (in->window_h > in->period_h)
		key = "window_h";
	if (key)
		snprintf(why, size, "must not be longer than %s",
			 *key == 's' ? "the long window" : "the period of the budget");
	return key;
}

struct alert_answers {
	double threshold, error_share, detection_h, reset_h, spent_at_detection;
};

static const struct answer alert_answers[] = {
	ANSWER_ROW(alert_answers, threshold, "burn rate that both windows must reach"),
	ANSWER_ROW(alert_answers, error_share, "the share of errors that is"),
	ANSWER_ROW(alert_answers, detection_h, "hours until the outage fires; inf: never"),
	ANSWER_ROW(alert_answers, reset_h, "hours from the end of a long outage to the alert's"),
	ANSWER_ROW(alert_answers, spent_at_detection,
		   "share of the budget spent by then; NaN: it does not fire"),
	{0},
};

static void alert(const void *input, void *answers, struct arena *arena)
{
	const struct alert_input *in = input;
	double threshold = burn_rate_threshold(in->spent, in->window_h, in->period_h);
	double burn = in->errors / (1 - in->slo);
	double soon = isnan(in->short_h) ? in->window_h / 12 : in->short_h;
	(void)arena;
	*(struct alert_answers *)answers = (struct alert_answers){
		threshold, threshold * (1 - in->slo),
		burn_rate_detection(burn, threshold, in->window_h),
		burn_rate_reset(burn, threshold, soon),
		burn >= threshold ? burn_rate_spent(threshold, in->window_h, in->period_h) : NAN};
}

const struct calculation calculations_of_burn_rate[] = {
	{.name = "burn_rate",
	 .about = "How fast does an error budget burn?",
	 .example = "--bad 36 --requests 10000 --slo 99.9%",
	 .inputs = rate_inputs,
	 .input_size = sizeof(struct rate_input),
	 .answers = rate_answers,
	 .answer_size = sizeof(struct rate_answers),
	 .check = check_rate,
	 .calculate = rate},
	{.name = "burn_alert",
	 .about = "What does an alert on burn rates over a long and a short window do?",
	 .example = "--spent 2% --window_h 1 --slo 99.9% --errors 5%",
	 .inputs = alert_inputs,
	 .input_size = sizeof(struct alert_input),
	 .answers = alert_answers,
	 .answer_size = sizeof(struct alert_answers),
	 .check = check_alert,
	 .calculate = alert},
	{0},
};
