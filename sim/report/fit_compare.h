/* How far a fitted model is from its trace, beside how far samples of the model are from the model:
 * a Monte Carlo test a line (Barnard 1963). */
#ifndef SIM_REPORT_FIT_COMPARE_H
#define SIM_REPORT_FIT_COMPARE_H

#include "sim/plan.h"
#include "sim/report/fit.h"

enum fit_measure {
	FIT_RATE,
	FIT_GAPS,
	FIT_SECOND,
	FIT_MINUTE,
	FIT_ANSWERS,
	FIT_ANSWERS_P50,
	FIT_ANSWERS_P95,
	FIT_ANSWERS_P99,
	FIT_FAILURES,
	FIT_FAILURES_P50,
	FIT_FAILURES_P95,
	FIT_FAILURES_P99,
	FIT_ERRORS,
	FIT_CLUMP_INDEX,
	FIT_CLUMP_RATIO,
	FIT_MEASURES
};

/* Within what 95 of 100 samples show; beyond, but by little; further. */
enum fit_verdict { FIT_NOTHING, FIT_SAME, FIT_CLOSE, FIT_OFF };

enum { FIT_WIDTHS = 20 };

struct fit_value {
	double trace, low, middle, high; /* low is 0 where only more is worse; NaN: not known */
	enum fit_verdict verdict;
};

struct fit_comparison {
	int trials;
	struct fit_value value[FIT_MEASURES];
	int widths; /* windows whose dispersion is known */
	double width_s[FIT_WIDTHS];
	struct fit_value dispersion[FIT_WIDTHS];
	struct fit_value bin[LEVELS_BINS]; /* requests per second */
};

/* Simulates the plan that the scenario of the fit is, with a horizon as long as the trace. */
void fit_compare(const struct fit *fit, const struct plan *plan, struct fit_comparison *comparison);

/* The same of the arrivals alone, with few samples. */
void fit_compare_arrivals(const struct fit *fit, const struct plan *plan,
			  struct fit_comparison *comparison);

/* indistinguishable, close, off. */
const char *fit_verdict_words(enum fit_verdict verdict);

#endif
