/* A question to the calculator as it is put together: inputs by name, and all that is wrong with
 * them. */
#ifndef SIM_CALCULATOR_QUESTION_H
#define SIM_CALCULATOR_QUESTION_H

#include "sim/calculator/calculation.h"
#include "sim/error.h"

struct question {
	const struct calculation *calculation;
	struct arena arena;
	void *input; /* what was given; else the default */
	bool given[MOST_INPUTS];
	const char *const *options; /* what may have been meant besides inputs; ends with NULL */
	struct complaints complaints;
};

void question_open(struct question *question, const struct calculation *calculation,
		   const char *const *options);
void question_close(struct question *question);

/* Sets the input of that name, in which a dash may stand for an underscore. NULL: there was a name,
 * but no text. */
void question_set(struct question *question, const char *name, const char *text);

/* Complains of an option that is wrong for another reason. */
void question_complain(struct question *question, const char *option, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Whether it can be answered: nothing was wrong, is missing or contradicts itself. */
bool question_complete(struct question *question);

/* Memory of the question. */
const void *question_answer(struct question *question);

#endif
