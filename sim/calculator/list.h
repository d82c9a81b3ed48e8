/* Every calculation there is: one line a family, each a file that exports an array of them ended by
 * one without a name. */
#ifndef SIM_CALCULATOR_LIST_H
#define SIM_CALCULATOR_LIST_H

#include "sim/calculator/calculation.h"

#define CALCULATION_FAMILIES(X)                                                                    \
	X(proportion)                                                                              \
	X(difference)                                                                              \
	X(design)                                                                                  \
	X(multiplicity)                                                                            \
	X(bayes)                                                                                   \
	X(always_valid)                                                                            \
	X(evalue)                                                                                  \
	X(sample)                                                                                  \
	X(quantile)                                                                                \
	X(bootstrap)                                                                               \
	X(survival)                                                                                \
	X(paired)                                                                                  \
	X(bandit)                                                                                  \
	X(regret)                                                                                  \
	X(bandit_regret)                                                                           \
	X(bandit_history)                                                                          \
	X(looks)                                                                                   \
	X(sprt)                                                                                    \
	X(chart)                                                                                   \
	X(run_length)                                                                              \
	X(threshold)                                                                               \
	X(stream)                                                                                  \
	X(changepoint)                                                                             \
	X(burn_rate)                                                                               \
	X(gates)                                                                                   \
	X(queue)

#define CALCULATION_DECLARE(family) extern const struct calculation calculations_of_##family[];
CALCULATION_FAMILIES(CALCULATION_DECLARE)
#undef CALCULATION_DECLARE

enum { MOST_CALCULATIONS = 256 }; /* nobody reads a longer list */

/* By name or alias, in which a dash may stand for an underscore; NULL: there is none. */
const struct calculation *calculation_find(const char *name);

/* The name or alias that looks most like a word; NULL: none does. */
const char *calculation_nearest(const char *word);

/* The `index`-th of all, from 0, in the order of the list; NULL after the last. */
const struct calculation *calculation_at(int index);

/* The family it belongs to, in words. */
const char *calculation_family(int index);

#endif
