/* Figures of benches: a script of numbers and of the shipped plots, drawn into out/. */
#ifndef BENCH_PICTURE_H
#define BENCH_PICTURE_H

#include <stddef.h>

/* The text of a file of plots/; empty if there is none of the name. */
const char *picture_source(const char *name);

/* Writes out/NAME.gp and draws NAME.png and NAME.svg from it; an exit code. */
int picture_draw(const char *name, const char *script, size_t size);

#endif
