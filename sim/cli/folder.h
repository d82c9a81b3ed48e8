/* Scenarios that are named on the command line, by themselves or by their folder. */
#ifndef SIM_CLI_FOLDER_H
#define SIM_CLI_FOLDER_H

#include "sim/cli/cli.h"

struct files {
	const char *file[MOST_FILES];
	int count;
	struct arena arena;
};

/* Returns an exit code, after a complaint of each folder that cannot be read. */
int folder_files(struct files *files, const struct arguments *arguments);

#endif
