/* Where a check says what it found: to people, to machines that run tests, in files they name. */
#include "sim/cli/announce.h"

#include "sim/cli/cli.h"
#include "sim/results/replace.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* ---- before anything is run */

/* A report that would be written over what is read, or over results. */
static const char *find_same(const char *report, const struct announce_beside *beside)
{
	char path[OUTPUT_PATH];
	const char *const kept[] = {beside->output, beside->against};
	for (int i = 0; i < beside->count; i++) {
		if (output_same(report, beside->file[i]))
			return "is a scenario of this command";
		for (int k = 0; k < 2; k++)
			if (kept[k] &&
			    output_path(kept[k], output_is_directory(kept[k]), beside->file[i],
					path) &&
			    output_same(report, path))
				return k ? "is what --against names" : "is what --output names";
	}
	return NULL;
}

int announce_check(const struct announce_options *options, const struct announce_beside *beside)
{
	if (!options->junit)
		return EXIT_GOOD;
	bool named = strcmp(options->junit, "-") != 0;
	const char *same = named ? find_same(options->junit, beside) : NULL;
	if (!same)
		return output_check_report(options->junit, options->force);
	fprintf(stderr, "coalmine: --junit %s %s; name another file\n", options->junit, same);
	return EXIT_USAGE;
}

static const char *list_line(struct arena *arena, const char *file, int line, const char *name)
{
	return arena_printf(arena, "%s:%d: %s", file, line, name);
}

bool announce_finds(struct arena *arena, const char *filter, const char *file, int line,
		    const char *name)
{
	return !filter || !fnmatch(filter, name, 0) ||
	       !fnmatch(filter, list_line(arena, file, line, name), 0);
}

/* ---- what was found */

static int write_junit(const struct announce_options *options, struct rulings *rulings)
{
	if (!options->junit || replace_printed(options->junit, ruling_junit, rulings))
		return EXIT_GOOD;
	fprintf(stderr, "coalmine: cannot write %s: %s\n", options->junit, strerror(errno));
	return EXIT_CANNOT_RUN;
}

/* GitHub names the file that it shows on the page of the run. */
static int write_summary(const struct rulings *rulings)
{
	const char *path = getenv("GITHUB_STEP_SUMMARY");
	FILE *out = path && *path ? fopen(path, "a") : NULL;
	if (!path || !*path)
		return EXIT_GOOD;
	if (out)
		ruling_markdown(rulings, out);
	if (out && !fclose(out))
		return EXIT_GOOD;
	fprintf(stderr, "coalmine: cannot write %s: %s\n", path, strerror(errno));
	return EXIT_CANNOT_RUN;
}

int announce(const struct announce_options *options, struct rulings *rulings)
{
	int code = options->list ? EXIT_GOOD : write_junit(options, rulings);
	if (options->list)
		for (int i = 0; i < rulings->count; i++)
			puts(list_line(&rulings->arena, rulings->ruling[i].file,
				       rulings->ruling[i].line, rulings->ruling[i].name));
	else if (options->json)
		ruling_json(rulings, stdout);
	else if (options->tap)
		ruling_tap(rulings, stdout);
	else
		ruling_print(rulings, stdout);
	if (options->github && !options->list) {
		ruling_github(rulings, stdout);
		int summary = write_summary(rulings);
		code = summary > code ? summary : code;
	}
	return code;
}

int announce_code(const struct announce_options *options, const struct rulings *rulings)
{
	if (!rulings->count) {
		fputs("coalmine: nothing is expected: no expectation was selected\n", stderr);
		return EXIT_NOTHING;
	}
	if (options->list)
		return EXIT_GOOD;
	for (int i = 0; i < rulings->count; i++)
		if (rulings_fails(rulings, &rulings->ruling[i]))
			return EXIT_BROKEN;
	return rulings_count(rulings, FINDING_UNDECIDED) ? EXIT_UNDECIDED : EXIT_GOOD;
}
