/* What a check found, said in every way that was asked for. */
#ifndef SIM_CLI_ANNOUNCE_H
#define SIM_CLI_ANNOUNCE_H

#include "sim/report/ruling.h"

struct announce_options {
	const char *junit; /* a file; NULL: none */
	bool list, tap, github, json;
	bool force; /* the file may be something else than such a report */
};

/* Files that a report must not be written over. */
struct announce_beside {
	const char *const *file; /* scenarios */
	int count;
	const char *output, *against; /* a file, or a folder with one a scenario; NULL: none */
};

/* Whether the report may be written: an exit code, after a sentence if not. */
int announce_check(const struct announce_options *options, const struct announce_beside *beside);

/* Whether a filter finds an expectation: its name, or its line in --list. NULL finds all. */
bool announce_finds(struct arena *arena, const char *filter, const char *file, int line,
		    const char *name);

/* Says it. Returns an exit code: whether it could be written. */
int announce(const struct announce_options *options, struct rulings *rulings);

/* The exit code of what was found. */
int announce_code(const struct announce_options *options, const struct rulings *rulings);

#endif
