/* Figures of benches: a script of numbers and of the shipped plots, drawn into out/. */
#ifndef BENCH_PICTURE_H
#define BENCH_PICTURE_H

#include <stdio.h>

/* The text of a file of plots/; empty if there is none of the name. */
const char *picture_source(const char *name);

/* Has out/NAME.gp written from the numbers, and draws NAME.png and NAME.svg from it; an exit code.
 */
int picture_draw(const char *name, void (*write)(FILE *out, const void *numbers),
		 const void *numbers);

#endif
