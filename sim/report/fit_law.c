/* A fitted law as a scenario names it. */
#include "sim/report/fit_law.h"

#include <math.h>

enum {
	DIGITS = 3,
	MORE_DIGITS = 4, /* of laws known so well that three would show */
	MOST_DIGITS = 12,
	WELL_KNOWN = 20000, /* times */
};

const char *fit_duration(char text[UNITS_TEXT], double seconds, int digits)
{
	double ns = fmin(fmax(fit_round(seconds * 1e9, digits), 1), (double)MAX_HORIZON);
	return units_print_duration(text, llround(ns));
}

/* A narrow one needs more digits to be one at all. */
static void print_lognormal(const double *value, int digits, FILE *out)
{
	const double z99 = 2.3263478740408408;
	double middle = exp(value[0]), slow = exp(value[0] + z99 * value[1]);
	char one[UNITS_TEXT], two[UNITS_TEXT];
	while (digits < MOST_DIGITS && fit_round(middle, digits) >= fit_round(slow, digits))
		digits++;
	fprintf(out, "lognormal: {p50: %s, p99: %s}", fit_duration(one, middle * 1e-9, digits),
		fit_duration(two, fmax(slow, round(middle) + 1) * 1e-9, digits));
}

static void print_empirical(const struct fit_law *law, int digits, FILE *out)
{
	static const double points[FIT_KNOTS] = {0,    0.01, 0.05, 0.1,	  0.25,	 0.5,	0.75, 0.9,
						 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 1};
	sim_time last = -1;
	fputs("empirical: {quantiles: {", out);
	for (int k = 0; k < FIT_KNOTS; k++) {
		char text[UNITS_TEXT];
		int place = (int)fmin(points[k] * law->n, law->n - 1);
		sim_time at = llround(fit_round(law->sorted[place], digits));
		last = at > last ? at : last;
		fprintf(out, "%sp%g: %s", k % 6 == 0 ? (k ? ",\n        " : "\n        ") : ", ",
			100 * points[k], units_print_duration(text, last));
	}
	fputs("}}", out);
}

static void print_mixture(const struct law_fit *law, int digits, FILE *out)
{
	double share = fit_round(law->share, DIGITS);
	for (int k = 0; k < 2; k++) {
		char text[UNITS_TEXT];
		double part = k ? fit_round(1 - share, 10) : share;
		fprintf(out, "%s{share: %s, ",
			k ? ",\n          " : "mixture: {parts: [\n          ",
			units_print_share(text, part));
		print_lognormal(law->value + 2 * k, digits, out);
		fputc('}', out);
	}
	fputs("]}", out);
}

/* A time and a plain number. */
static void print_pair(const char *name, const char *key, double ns, double shape, int digits,
		       FILE *out)
{
	char text[UNITS_TEXT];
	fprintf(out, "%s: {%s: %s, shape: %.*g}", name, key, fit_duration(text, ns * 1e-9, digits),
		digits, shape);
}

void fit_print_law(const struct fit_law *fitted, FILE *out)
{
	const struct law_fit *law = &fitted->law;
	const double *v = law->value;
	int digits = fitted->n < WELL_KNOWN ? DIGITS : MORE_DIGITS;
	char one[UNITS_TEXT], two[UNITS_TEXT];
	if (fitted->empirical) {
		print_empirical(fitted, digits, out);
		return;
	}
	switch (law->kind) {
	case LAW_CONSTANT:
		fprintf(out, "constant: {time: %s}", fit_duration(one, v[0] * 1e-9, digits));
		break;
	case LAW_EXPONENTIAL:
		fprintf(out, "exponential: {mean: %s}", fit_duration(one, v[0] * 1e-9, digits));
		break;
	case LAW_LOGNORMAL:
		print_lognormal(v, digits, out);
		break;
	case LAW_GAMMA:
		print_pair("gamma", "mean", v[0] * v[1], v[0], digits, out);
		break;
	case LAW_WEIBULL:
		print_pair("weibull", "scale", v[1], v[0], digits, out);
		break;
	case LAW_PARETO:
		print_pair("pareto", "min", v[1], v[0], digits, out);
		break;
	case LAW_NORMAL:
		fprintf(out, "normal: {mean: %s, sd: %s}", fit_duration(one, v[0] * 1e-9, digits),
			fit_duration(two, v[1] * 1e-9, digits));
		break;
	default:
		print_mixture(law, digits, out);
	}
}
