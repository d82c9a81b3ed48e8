/* coalmine import: recorded traffic becomes a trace, and is judged as it is read. */
#include "sim/cli/cli.h"
#include "sim/cli/progress.h"
#include "sim/cli/signals.h"

#include "sim/report/recorded.h"
#include "sim/results/trace.h"

#include <errno.h>
#include <string.h>

/* A clock that is coarser tells nothing of arrivals; a log that is less in order is none. */
#define LONGEST_JITTER (3600 * SIM_SECOND)
#define LONGEST_WINDOW (366 * 24 * 3600 * SIM_SECOND)

struct import_command {
	const char *output, *format, *window, *jitter, *max_bad;
	bool json, quiet, force, formats;
	struct import_options options;
	double share_bad;
	const atomic_int *stop;
};

static int list_formats(void)
{
	for (const struct format *format = formats; format->name; format++)
		printf("  %-18s %s\n", format->name, format->about);
	puts("\nThe format is found out from how a log begins. Another one is said by --pattern, "
	     "with "
	     "the\nlog_format of nginx, the LogFormat of Apache or the format string of Envoy; "
	     "what "
	     "the columns\nof tables and of JSON mean is said by --map:\n\n"
	     "  --map time=start:ms,duration=elapsed:s,status=code,user=account,version=build\n");
	fputs("Fields:", stdout);
	for (int field = 0; field < FIELDS; field++)
		printf("%s %s%s", field ? "," : "", mapping_word((enum field)field),
		       field >= FIELD_NUMBER ? ".NAME" : "");
	puts("\nUnits of times: s, ms, us, ns since 1970, date, clf; of durations: s, ms, us, ns.");
	puts("user=account|session takes the first of two columns that says something; a name with "
	     "a\n"
	     "comma, a bar or a colon stands in quotes: 'duration=\"elapsed, all\":ms'.");
	return EXIT_GOOD;
}

/* ---- what was asked for */

static int read_values(struct import_command *command)
{
	sim_time time;
	const char *expected = units_parse_duration(command->window, &time);
	if (expected || time > LONGEST_WINDOW)
		return options_wrong(&command_import, "--reorder-window: expected %s; found \"%s\"",
				     expected ? expected : "at most a year", command->window);
	command->options.window_ns = time;
	expected = units_parse_duration(command->jitter, &time);
	if (expected || time > LONGEST_JITTER)
		return options_wrong(&command_import, "--jitter: expected %s; found \"%s\"",
				     expected ? expected : "at most an hour", command->jitter);
	command->options.jitter_ns = time;
	expected = units_parse_share(command->max_bad, &command->share_bad);
	if (expected)
		return options_wrong(&command_import, "--max-bad: expected %s; found \"%s\"",
				     expected, command->max_bad);
	return EXIT_GOOD;
}

static int complain_format(const char *name)
{
	const char *names[64];
	int count = 0;
	for (const struct format *format = formats; format->name; format++)
		names[count++] = format->name;
	names[count] = NULL;
	const char *near = error_nearest(name, names);
	if (near)
		return options_wrong(&command_import, "there is no format %s; did you mean %s?",
				     name, near);
	return options_wrong(&command_import, "there is no format %s; --formats lists them", name);
}

static int check_logs(const struct import_command *command)
{
	int inputs = 0;
	for (int i = 0; i < command->options.logs; i++) {
		const char *log = command->options.log[i];
		inputs += !strcmp(log, "-");
		int refused = command->output ? output_check(command->output, log, command->force)
					      : EXIT_GOOD;
		if (refused)
			return refused;
	}
	if (inputs > 1)
		return options_wrong(&command_import, "standard input can be read only once");
	return EXIT_GOOD;
}

/* ---- the work */

static const char *describe(struct arena *arena, const struct import_command *command)
{
	const struct import_options *options = &command->options;
	const char *text = "coalmine import";
	for (int i = 0; i < options->logs; i++)
		text = arena_printf(arena, "%s %s", text,
				    options_quote_path(arena, options->log[i]));
	if (command->format)
		text = arena_printf(arena, "%s --format %s", text, command->format);
	if (options->pattern)
		text = arena_printf(arena, "%s --pattern %s", text,
				    options_quote(arena, options->pattern));
	if (options->map)
		text = arena_printf(arena, "%s --map %s", text, options_quote(arena, options->map));
	return arena_printf(arena, "%s --reorder-window %s --jitter %s --seed %llu%s%s", text,
			    command->window, command->jitter, (unsigned long long)options->seed,
			    options->salt ? " --salt ..." : "", options->unique ? " --unique" : "");
}

static const char *list_sources(struct arena *arena, const struct import_options *options)
{
	const char *text = options->log[0];
	for (int i = 1; i < options->logs; i++)
		text = arena_printf(arena, "%s\n%s", text, options->log[i]);
	return text;
}

static bool put_row(void *context, const struct row *row)
{
	return !context || trace_put(context, row);
}

static int save(const struct import_command *command, const struct import *import,
		struct trace_writer *writer, const char *why)
{
	const struct appraisal *appraisal = import_appraisal(import);
	struct arena arena = {0};
	char drawn[DRAWN_TEXT];
	struct trace_facts facts = {
		.program_version = COALMINE_VERSION,
		.command = describe(&arena, command),
		.format = import_facts(import)->format,
		.sources = list_sources(&arena, &command->options),
		.times = recorded_times(import_facts(import)),
		.drawn = recorded_drawn(import_facts(import), appraisal->kept, drawn),
		.records = appraisal->read,
		.bad = appraisal->bad,
		.resolution_ns = appraisal->resolution_ns,
		.spread_ns = command->options.jitter_ns,
	};
	bool saved = trace_finish(writer, &facts);
	arena_free(&arena);
	if (!saved)
		fprintf(stderr, "coalmine: %s\n", why);
	else if (!command->quiet)
		fprintf(stderr, "wrote %s: %lld rows, fingerprint %s\n", command->output,
			(long long)facts.rows, facts.fingerprint);
	return saved ? EXIT_GOOD : EXIT_CANNOT_RUN;
}

/* Runs the import; the trace is in its place if this returns EXIT_GOOD. */
static int import_logs(const struct import_command *command, struct import *import)
{
	char why[IMPORT_WHY] = "", error[TRACE_ERROR] = "";
	struct trace_writer *writer = NULL;
	struct progress progress;
	if (command->output &&
	    !(writer = trace_create(command->output, import_head(import), error, sizeof error))) {
		fprintf(stderr, "coalmine: %s\n", error);
		return EXIT_CANNOT_RUN;
	}
	progress_begin(&progress, command->options.log[0], "bytes", command->quiet);
	bool ran = import_run(import, (struct sink){writer, put_row}, command->stop,
			      (struct ticker){&progress, progress_show}, why);
	progress_end(&progress);
	const struct recorded recorded = {&command->options, import_facts(import),
					  import_appraisal(import), import_head(import),
					  command->share_bad};
	int code = EXIT_GOOD;
	if (ran)
		(command->json ? recorded_json : recorded_print)(&recorded, stdout);
	fflush(stdout); /* before what is said of it */
	if (atomic_load(command->stop))
		code = EXIT_SIGNAL + atomic_load(command->stop);
	else if (!ran)
		code = *why && !import_unread(import) ? EXIT_USAGE : EXIT_CANNOT_RUN;
	else if (recorded_refuse(&recorded, stderr))
		code = EXIT_USAGE;
	if (!ran && !atomic_load(command->stop))
		fprintf(stderr, "coalmine: %s\n", *why ? why : error);
	if (writer && code == EXIT_GOOD)
		return save(command, import, writer, error);
	if (writer)
		trace_abandon(writer);
	return code;
}

static int import(int argc, char **argv)
{
	struct import_command command = {.window = "1s", .jitter = "0s", .max_bad = "0.1%"};
	struct import_options *options = &command.options;
	int64_t seed = 0;
	const struct option_row rows[] = {
		{"output", 'o', OPTION_TEXT, &command.output, "FILE",
		 .about = "write the trace here (HDF5); without it the logs are only judged"},
		{"format", 0, OPTION_TEXT, &command.format, "NAME",
		 .about = "instead of finding out; --formats lists them"},
		{"pattern", 0, OPTION_TEXT, &options->pattern, "TEXT",
		 .about = "the log_format, LogFormat or format string that the log was written by"},
		{"map", 0, OPTION_TEXT, &options->map, "FIELD=COLUMN,...",
		 .about = "what columns mean; --formats lists the fields"},
		{"formats", 0, OPTION_FLAG, &command.formats, NULL,
		 .about = "list the formats and the fields"},
		{"max-bad", 0, OPTION_TEXT, &command.max_bad, "SHARE",
		 .about = "of records that may be mistakes: 0.1%"},
		{"reorder-window", 0, OPTION_TEXT, &command.window, "TIME",
		 .about = "by which stamps may go back: 1s"},
		{"jitter", 0, OPTION_TEXT, &command.jitter, "TIME",
		 .about = "spread arrivals at random over so much, where the clock is coarse"},
		{"seed", 0, OPTION_COUNT, &seed, "N",
		 "of the spreading, and of requests that are drawn", 0, INT64_MAX},
		{"salt", 0, OPTION_TEXT, &options->salt, "TEXT",
		 .about = "of the hashes of users; one salt knows them again in another log"},
		{"unique", 0, OPTION_FLAG, &options->unique, NULL,
		 .about = "leave out rows that are the same as another of their time, as where "
			  "logs overlap"},
		{"force", 'f', OPTION_FLAG, &command.force, NULL,
		 .about = "replace an existing output"},
		{"json", 0, OPTION_FLAG, &command.json, NULL,
		 .about = "print the findings as JSON"},
		{"quiet", 'q', OPTION_FLAG, &command.quiet, NULL, .about = "no progress"},
		{0},
	};
	struct arguments arguments;
	enum options_result result = options_read(&command_import, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (command.formats)
		return list_formats();
	if (!arguments.count)
		return options_wrong(&command_import, "which log? - is standard input");
	if (command.format && options->pattern)
		return options_wrong(&command_import, "--format and --pattern exclude each other");
	options->log = arguments.file;
	options->logs = arguments.count;
	options->seed = (uint64_t)seed;
	if (command.format && !(options->format = format_find(command.format)))
		return complain_format(command.format);
	int refused = read_values(&command);
	if (!refused)
		refused = check_logs(&command);
	if (refused)
		return refused;
	command.stop = signals_listen();
	char why[IMPORT_WHY];
	bool unread;
	struct import *opened = import_begin(options, why, &unread);
	if (!opened) {
		fprintf(stderr, "coalmine: %s\n", why);
		return unread ? EXIT_CANNOT_RUN : EXIT_USAGE;
	}
	int code = import_logs(&command, opened);
	import_end(opened);
	return code;
}

const struct command command_import = {
	.name = "import",
	.arguments = "LOG... [-o TRACE]",
	.about = "Turns logs of real traffic into a trace, and says what is wrong with them.",
	.example = "  coalmine import /var/log/nginx/access.log* -o tuesday.h5",
	.run = import,
};
