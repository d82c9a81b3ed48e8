/* Texts into the inputs of a calculation: scalars by the rules of all parameters, lists by theirs.
 */
#ifndef SIM_CALCULATOR_INPUT_H
#define SIM_CALCULATOR_INPUT_H

#include "sim/calculator/calculation.h"

/* Reads `text` into the input. On failure writes a sentence to `why`, which does not name the
 * input, and changes nothing. */
bool input_set(const struct param *param, void *input, const char *text, struct arena *arena,
	       char *why, size_t size);

/* Sets an input to its default, or to "left out" where it has none. */
void input_default(const struct param *param, void *input, struct arena *arena);

#endif
