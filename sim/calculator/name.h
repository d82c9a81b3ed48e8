/* Names as people write them: a dash for an underscore, and in the head of a table a remark behind.
 */
#ifndef SIM_CALCULATOR_NAME_H
#define SIM_CALCULATOR_NAME_H

#include <stdbool.h>

bool name_is(const char *word, const char *name);

/* The head of a column: blanks around it don't matter, nor what follows the first "(" or "=":
 * "p (from R)" names p. */
bool name_heads(const char *head, const char *name);

#endif
