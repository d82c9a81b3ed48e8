/* Text broken at blanks, so that a line ends before the edge of the screen. */
#ifndef SIM_REPORT_WRAP_H
#define SIM_REPORT_WRAP_H

#include <stdio.h>

enum { WRAP_WIDTH = 100 }; /* places of a line, where nobody says otherwise */

/* The first line has begun: `indent` places are taken. `before_break` ends each line but the last:
 * " \\" in a command. */
void wrap_print(const char *text, int indent, int width, const char *before_break, FILE *out);

#endif
