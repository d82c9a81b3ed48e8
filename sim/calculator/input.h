/* Texts into the inputs of a calculation: scalars by the rules of all parameters, lists by theirs.
 */
#ifndef SIM_CALCULATOR_INPUT_H
#define SIM_CALCULATOR_INPUT_H

#include "sim/calculator/calculation.h"

/* Reads `text` into the input. On failure writes a sentence to `why` and changes nothing. */
bool input_set(const struct param *param, void *input, const char *text, struct arena *arena,
	       char *why, size_t size);

/* Sets what `given` (one flag a row of inputs) says was not given to its default. Returns NULL, or
 * the first that has none. */
const struct param *input_complete(const struct calculation *calculation, void *input,
				   const bool *given, struct arena *arena);

#endif
