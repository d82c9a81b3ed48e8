/* coalmine stat: the statistics room as a calculator, for one case or a table of them. */
#include "sim/cli/cli.h"

#include "sim/calculator/guide.h"
#include "sim/calculator/in_order.h"
#include "sim/calculator/list.h"
#include "sim/calculator/question.h"
#include "sim/calculator/reply.h"
#include "sim/calculator/sheet.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct stat_options {
	bool json, help;
	const char *csv;
	int64_t threads;
};

static int list_all(bool json)
{
	if (json) {
		guide_json(stdout);
		return EXIT_GOOD;
	}
	guide_list(stdout);
	puts("\ncoalmine stat NAME --help shows what goes in and what comes out; --csv FILE "
	     "answers\n"
	     "each row of a table.");
	return EXIT_GOOD;
}

static int complain_unknown(const char *name)
{
	const char *near = calculation_nearest(name);
	if (near)
		return options_wrong(&command_stat, "there is no calculation %s; did you mean %s?",
				     name, near);
	return options_wrong(&command_stat, "there is no calculation %s; coalmine stat lists them",
			     name);
}

/* ---- a table */

static int answer_table(const struct stat_options *options, const struct question *question)
{
	bool standard = !strcmp(options->csv, "-");
	const char *name = standard ? "standard input" : options->csv;
	int in = standard ? STDIN_FILENO : open(options->csv, O_RDONLY | O_CLOEXEC);
	const struct sheet sheet = {.calculation = question->calculation,
				    .name = name,
				    .in = in,
				    .out = stdout,
				    .complaints = stderr,
				    .input = question->input,
				    .given = question->given,
				    .threads = (int)options->threads};
	enum sheet_end end = in < 0 ? SHEET_NOT_READ : sheet_run(&sheet);
	int error = errno;
	if (end == SHEET_NOT_READ)
		fprintf(stderr, "coalmine: cannot read %s: %s\n", name, strerror(error));
	if (in > STDIN_FILENO)
		close(in);
	errno = error; /* for whoever finds that stdout failed */
	return end == SHEET_GOOD ? EXIT_GOOD : end == SHEET_MISTAKES ? EXIT_USAGE : EXIT_CANNOT_RUN;
}

/* ---- one case */

static int answer_question(const struct stat_options *options, struct question *question)
{
	if (!question_complete(question))
		return EXIT_USAGE;
	const void *answers = question_answer(question);
	if (options->json)
		reply_json(question->calculation, answers, stdout);
	else
		reply_print(question->calculation, answers, stdout);
	return EXIT_GOOD;
}

static void set_threads(struct stat_options *options, struct question *question, const char *text)
{
	int64_t threads;
	const char *expected = units_parse_count(text, &threads);
	if (expected)
		question_complain(question, "--threads", "expected %s; found \"%.80s\"", expected,
				  text);
	else if (threads < 1 || threads > IN_ORDER_THREADS)
		question_complain(question, "--threads", "must be from 1 to %d; found \"%.80s\"",
				  IN_ORDER_THREADS, text);
	else
		options->threads = threads;
}

static void set_option(struct stat_options *options, struct question *question, const char *name,
		       const char *value)
{
	bool csv = !strcmp(name, "csv"), threads = !strcmp(name, "threads");
	if ((csv || threads) && !value)
		question_complain(question, csv ? "--csv" : "--threads", "it wants a value");
	else if (csv)
		options->csv = value;
	else if (threads)
		set_threads(options, question, value);
	else
		question_set(question, name, value);
}

/* The option at argv[0] with its value, which stands in the same word or in the next. Returns how
 * many words that is. */
static int read_option(struct stat_options *options, struct question *question, char **argv)
{
	char *name = argv[0] + 2, *equals = strchr(name, '=');
	char *next = argv[1] && strncmp(argv[1], "--", 2) != 0 ? argv[1] : NULL;
	if (!strcmp(name, "json") || !strcmp(name, "help")) {
		*(*name == 'j' ? &options->json : &options->help) = true;
		return 1;
	}
	if (equals)
		*equals = 0;
	set_option(options, question, name, equals ? equals + 1 : next);
	return equals || !next ? 1 : 2;
}

static void read_words(struct stat_options *options, struct question *question, char **argv)
{
	while (*argv) {
		if (!strcmp(*argv, "-h")) {
			options->help = true;
			argv++;
		} else if (!strncmp(*argv, "--", 2)) {
			argv += read_option(options, question, argv);
		} else {
			question_complain(question, *argv++,
					  "what is this? Inputs are written --input value");
		}
	}
	if (options->json && options->csv)
		question_complain(question, "--json", "it does not go with --csv");
}

static int answer(struct stat_options *options, struct question *question, char **argv)
{
	int code = EXIT_USAGE;
	read_words(options, question, argv);
	if (options->help) {
		guide_print(question->calculation, stdout);
		return EXIT_GOOD;
	}
	if (!options->csv)
		code = answer_question(options, question);
	else if (!question->complaints.count)
		code = answer_table(options, question);
	complaints_print(&question->complaints, stderr);
	if (question->complaints.count)
		fprintf(stderr, "See coalmine stat %s --help.\n", question->calculation->name);
	return code;
}

/* Without a calculation there is help, and the list. */
static int read_options(int argc, char **argv)
{
	struct stat_options options = {.json = false};
	const struct option_row rows[] = {
		{"csv", 0, OPTION_TEXT, &options.csv, "FILE",
		 .about = "answer each row of a table, - is stdin; columns are inputs"},
		{"json", 0, OPTION_FLAG, &options.json, NULL,
		 .about = "print one JSON object; infinities are strings, no answer is null"},
		{"threads", 0, OPTION_COUNT, &options.threads, "N",
		 "for a table; what comes out does not depend on it", 1, IN_ORDER_THREADS},
		{0},
	};
	struct arguments arguments;
	enum options_result result = options_read(&command_stat, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (arguments.count || options.csv)
		return options_wrong(&command_stat, "the calculation comes first");
	return list_all(options.json);
}

static int stat_run(int argc, char **argv)
{
	static const char *const names[] = {"csv", "json", "threads", "help", NULL};
	struct stat_options options = {.threads = sysconf(_SC_NPROCESSORS_ONLN)};
	struct question question;
	if (argc < 2 || argv[1][0] == '-')
		return read_options(argc, argv);
	const struct calculation *calculation = calculation_find(argv[1]);
	if (!calculation)
		return complain_unknown(argv[1]);
	question_open(&question, calculation, names);
	int code = answer(&options, &question, argv + 2);
	int error = errno;
	question_close(&question);
	errno = error;
	return code;
}

const struct command command_stat = {
	.name = "stat",
	.arguments = "[NAME [--input value]...]",
	.about = "Tests, intervals, sample sizes: the statistics room as a calculator.",
	.example = "  coalmine stat two_prop_z --x1 43 --n1 50 --x2 44 --n2 50",
	.run = stat_run,
};
