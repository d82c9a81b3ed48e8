/* Decimal numbers as they are written, read and printed exactly. */
#ifndef SIM_DECIMAL_H
#define SIM_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

/* digits x 10^exponent. */
struct decimal {
	uint64_t digits;
	int exponent;
	bool cut; /* digits other than 0 beyond the 19th were dropped: no double would show them */
};

enum { DECIMAL_TEXT = 40 }; /* 1.2345678901234567e-308, or any digits with any exponent */

/* Moves `at` behind the number, without a sign, that begins there; false if none does. */
bool decimal_scan(const char **at, struct decimal *number);

/* number / divisor; refuses what is too large for a double or so small that it would become 0. */
bool decimal_to_double(struct decimal number, double divisor, double *value);

/* number x unit, if that is whole and fits. */
bool decimal_to_whole(struct decimal number, int64_t unit, int64_t *value);

/* The fewest digits that read back as the same double; seventeen always do. */
struct decimal decimal_of(double magnitude);
void decimal_write(char out[DECIMAL_TEXT], struct decimal number);

#endif
