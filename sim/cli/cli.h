/* What the subcommands share: exit codes, options from a table, loading scenarios. */
#ifndef SIM_CLI_CLI_H
#define SIM_CLI_CLI_H

#include "sim/scenario/scenario.h"

#include <stdio.h>

enum exit_code {
	EXIT_GOOD = 0,
	EXIT_BROKEN = 1,     /* an expectation is broken */
	EXIT_USAGE = 2,	     /* the command line or the scenario is wrong */
	EXIT_CANNOT_RUN = 3, /* files, memory, threads */
	EXIT_UNDECIDED = 4,  /* the trials did not suffice */
	EXIT_NOTHING = 5,    /* nothing was selected */
	EXIT_SIGNAL = 128,   /* plus the signal; finished work is kept */
};

struct command {
	const char *name, *arguments, *about, *example;
	int (*run)(int argc, char **argv); /* argv[0] is the command's name */
};

extern const struct command command_run, command_validate, command_list, command_inspect,
	command_export, command_explain, command_plot, command_stat, command_import,
	command_replay_policy, command_check, command_backtest, command_what_if, command_compare,
	command_tune;

enum option_type { OPTION_FLAG, OPTION_TEXT, OPTION_COUNT, OPTION_SETTING };

/* One option of a command; a table ends with a row whose name is NULL. */
struct option_row {
	const char *name; /* without the dashes */
	char letter;	  /* 0: none */
	enum option_type type;
	void *value;	      /* bool, const char *, int64_t, struct settings */
	const char *argument; /* as shown in help; NULL for flags */
	const char *about;
	int64_t low, high; /* of a count */
};

enum {
	MOST_SETTINGS = 256,
	MOST_FILES = 4096,
	SETTINGS_OF_ROLLOUTS = 3, /* what `--rollouts` sets, before all others */
};

struct settings {
	struct setting setting[MOST_SETTINGS];
	int count;
	const char *rollouts; /* the file whose rollouts are sent instead of the scenario's */
	char *rollouts_text;
};

struct arguments {
	const char *file[MOST_FILES];
	int count;
};

enum options_result { OPTIONS_GO_ON, OPTIONS_HELP, OPTIONS_WRONG };

/* Reads options and files, in any order; everything after -- is a file. --help prints help. */
enum options_result options_read(const struct command *command, const struct option_row *rows,
				 int argc, char **argv, struct arguments *arguments);

/* Prints a complaint about usage, and where help is; returns EXIT_USAGE. */
int options_wrong(const struct command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds what an option of its own says to the settings; a value that is NULL was not said. */
void options_set(struct settings *settings, const char *path, const char *option,
		 const char *value);

/* Whether `path` may be written by a command that reads `input`: an exit code, after a sentence if
 * it is not good. */
int output_check(const char *path, const char *input, bool force);

/* The same for a report, which may replace one of its kind as a matter of course. */
int output_check_report(const char *path, bool force);

/* Whether two names are, or will be, those of one file. */
bool output_same(const char *a, const char *b);

enum { OUTPUT_PATH = 4096 };

bool output_is_directory(const char *output); /* NULL is none */

/* The file named, or that of a scenario in the directory named; false if that is too long. */
bool output_path(const char *output, bool directory, const char *scenario, char path[OUTPUT_PATH]);

/* Where the results of a scenario go, and whether they may: an exit code, as output_check has it.
 */
int output_of(const char *output, bool directory, const char *scenario, bool force,
	      char path[OUTPUT_PATH]);

/* False, after a complaint, if an output that is no directory, or names that are the same, would
 * have several scenarios write one file. */
bool output_serves_all(const struct command *command, const char *output, const char *const *files,
		       int count);

/* Results are held in memory until they are written: false, after a complaint, if they don't fit.
 */
bool output_fits_memory(const struct scenario *scenario);

/* A text as the shell reads it back: in quotes, or in quotes only where it needs them. */
const char *options_quote(struct arena *arena, const char *text);
const char *options_quote_path(struct arena *arena, const char *path);

/* The command that gives the same bytes again: threads and names of files don't change them; and
 * the settings behind a text. */
const char *options_command(struct arena *arena, const char *command,
			    const struct settings *settings, const char *file);
const char *options_print_settings(struct arena *arena, const char *text,
				   const struct settings *settings);

enum { LOAD_WHY = 512 };

/* A scenario and the text its complaints quote; or the first of these. */
struct loaded {
	char why[LOAD_WHY];
	int line;
	struct scenario scenario;
	struct source source;
	char *text;
};

/* Loads and reads a scenario file; complaints go to stderr. Returns an exit code. */
int load_scenario(struct loaded *loaded, const char *path, const struct settings *settings);

/* The same with a text that is already there; it is malloc'd, and owned from now on. */
int load_scenario_text(struct loaded *loaded, const char *name, char *text, size_t length,
		       const struct settings *settings);
void load_free(struct loaded *loaded);

/* A scenario fitted to a trace, for inspect. */
struct fit_options {
	const char *path; /* of the scenario; NULL: nothing is fitted */
	bool force, no_figure, json;
};

struct appraisal;

/* Fits a model to the trace that the appraisal is of. Returns an exit code. */
int fit_file(const struct fit_options *options, const char *trace,
	     const struct appraisal *appraisal);

/* Has the rollouts of a file sent into every scenario, whatever that expects of its own. Settings
 * that are there already are made of these. Returns an exit code; load_forget frees the text. */
int load_rollouts(struct settings *settings, const char *path);
void load_forget(struct settings *settings);

/* Whether a file holds results: its first bytes say so, not its name. */
bool load_is_results(const char *path);

#endif
