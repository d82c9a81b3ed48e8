/* coalmine: a table of subcommands. */
#include "sim/cli/cli.h"

#include "sim/error.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <string.h>

static const struct command *const commands[] = {
	&command_run,		&command_check,	   &command_tune,    &command_compare,
	&command_validate,	&command_list,	   &command_inspect, &command_export,
	&command_explain,	&command_plot,	   &command_stat,    &command_import,
	&command_replay_policy, &command_backtest, &command_what_if,
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void print_overview(FILE *out)
{
	fputs("coalmine sends canaries where production need not follow: it simulates rollouts,\n"
	      "injects failures whose truth it knows, and measures how long they go unnoticed,\n"
	      "whom they hurt, and how often a healthy release is rolled back for nothing.\n\n",
	      out);
	for (int i = 0; i < COMMANDS; i++)
		fprintf(out, "  coalmine %-13s %s\n", commands[i]->name, commands[i]->about);
	fputs("\nEvery command has --help with an example. A first run:\n"
	      "  coalmine run scenarios/checkout-canary.yaml -o out.h5\n"
	      "  coalmine plot out.h5 -o figures\n",
	      out);
}

static int complain_unknown(const char *word)
{
	const char *names[COMMANDS + 1] = {NULL};
	for (int i = 0; i < COMMANDS; i++)
		names[i] = commands[i]->name;
	const char *near = error_nearest(word, names);
	if (near)
		fprintf(stderr, "coalmine: there is no command %s; did you mean %s?\n", word, near);
	else
		fprintf(stderr, "coalmine: there is no command %s; see coalmine --help\n", word);
	return EXIT_USAGE;
}

/* Output that did not arrive is a failure, whatever else went well. */
static int flush_output(int code)
{
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	fprintf(stderr, "coalmine: cannot print: %s\n", strerror(errno));
	return code == EXIT_GOOD ? EXIT_CANNOT_RUN : code;
}

static int run_command(int argc, char **argv)
{
	char help[] = "--help";
	if (argc == 3 && !strcmp(argv[1], "help")) {
		argv[1] = argv[2];
		argv[2] = help;
	}
	if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	    !strcmp(argv[1], "help")) {
		print_overview(stdout);
		return argc < 2 ? EXIT_USAGE : EXIT_GOOD;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("coalmine " COALMINE_VERSION);
		return EXIT_GOOD;
	}
	for (int i = 0; i < COMMANDS; i++)
		if (!strcmp(argv[1], commands[i]->name))
			return commands[i]->run(argc - 1, argv + 1);
	return complain_unknown(argv[1]);
}

int main(int argc, char **argv)
{
	/* A full disk is an error of write(), not the end of us. */
	signal(SIGXFSZ, SIG_IGN);
	/* A special function without an answer gives NaN, which every caller looks for. */
	gsl_set_error_handler_off();
	return flush_output(run_command(argc, argv));
}
