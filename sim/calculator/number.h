/* Numbers as text, fast: tables have millions of them. To the last digit they are what the C
 * library reads and writes; what cannot be done quickly for certain is left to it. */
#ifndef SIM_CALCULATOR_NUMBER_H
#define SIM_CALCULATOR_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

enum { NUMBER_TEXT = 32 }; /* every written number fits */

/* Reads the decimal number (-12, 0.5, 3e-7) that starts at *at, and moves on to what follows it.
 * False where none does or no double is near it (1e999, 1e-999); then nothing is changed. */
bool number_read(const char **at, double *number);

/* As %.17g, with nan always spelled so; no NUL is written. Returns the length. */
size_t number_write(char out[NUMBER_TEXT], double number);

#endif
