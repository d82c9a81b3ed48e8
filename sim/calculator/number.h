/* Numbers as text, fast: tables have millions of them. The results are those of the C library, to
 * the last digit; what these can't do quickly is left to it. */
#ifndef SIM_CALCULATOR_NUMBER_H
#define SIM_CALCULATOR_NUMBER_H

#include <stddef.h>

enum { NUMBER_TEXT = 32 };

/* strtod of a text that ends there; *end is where it stopped. */
double number_read(const char *text, const char **end);

/* %.17g, with nan and inf spelled so. Returns the length. */
size_t number_write(char out[NUMBER_TEXT], double number);

#endif
