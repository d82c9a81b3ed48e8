/* Scenarios loaded, with their complaints shown. */
#include "sim/cli/cli.h"

#include <stdlib.h>
#include <string.h>

/* What a reader is told who sees one sentence only. */
static void keep_first(struct loaded *loaded, const struct complaints *complaints)
{
	const struct complaint *first = complaints->first;
	const struct source *source = first->at.source;
	int more = complaints->distinct - 1;
	char rest[64] = "";
	if (more)
		snprintf(rest, sizeof rest, " (and %d more)", more);
	if (source && first->at.line)
		snprintf(loaded->why, LOAD_WHY, "%s:%d:%d: %.300s%s", source->name, first->at.line,
			 first->at.column, first->text, rest);
	else
		snprintf(loaded->why, LOAD_WHY, "%.400s%s", first->text, rest);
	if (source == &loaded->source)
		loaded->line = first->at.line;
}

int load_scenario_text(struct loaded *loaded, const char *name, char *text, size_t length,
		       const struct settings *settings)
{
	struct complaints complaints;
	memset(loaded, 0, sizeof *loaded);
	loaded->text = text;
	loaded->source = (struct source){name, text, length};
	complaints_init(&complaints);
	bool good = scenario_read(&loaded->scenario, &loaded->source, settings->setting,
				  settings->count, &complaints);
	complaints_print(&complaints, stderr);
	if (complaints.first)
		keep_first(loaded, &complaints);
	if (!good)
		fprintf(stderr, "%s: %d mistake%s\n", loaded->source.name, complaints.distinct,
			complaints.distinct == 1 ? "" : "s");
	complaints_free(&complaints);
	return good ? EXIT_GOOD : EXIT_USAGE;
}

int load_scenario(struct loaded *loaded, const char *path, const struct settings *settings)
{
	size_t length;
	memset(loaded, 0, sizeof *loaded);
	char *text = scenario_load(path, &length, loaded->why, LOAD_WHY);
	if (!text) {
		fprintf(stderr, "coalmine: %s\n", loaded->why);
		return EXIT_CANNOT_RUN;
	}
	return load_scenario_text(loaded, strcmp(path, "-") ? path : "standard input", text, length,
				  settings);
}

void load_free(struct loaded *loaded)
{
	scenario_free(&loaded->scenario);
	free(loaded->text);
}

int load_rollouts(struct settings *settings, const char *path)
{
	char why[512];
	size_t length;
	if (!path)
		return EXIT_GOOD;
	if (settings->count + SETTINGS_OF_ROLLOUTS > MOST_SETTINGS) {
		fprintf(stderr, "coalmine: more than %d settings\n", MOST_SETTINGS);
		return EXIT_USAGE;
	}
	settings->rollouts_text = scenario_load(path, &length, why, sizeof why);
	if (!settings->rollouts_text) {
		fprintf(stderr, "coalmine: %s\n", why);
		return EXIT_CANNOT_RUN;
	}
	settings->rollouts = path;
	memmove(settings->setting + SETTINGS_OF_ROLLOUTS, settings->setting,
		(size_t)settings->count * sizeof *settings->setting);
	settings->count += SETTINGS_OF_ROLLOUTS;
	const struct setting own[SETTINGS_OF_ROLLOUTS] = {
		{"rollouts", settings->rollouts_text, {path, NULL, 0}},
		{"expect", "[]", {path, NULL, 0}},
		{"tune", "{}", {path, NULL, 0}}};
	memcpy(settings->setting, own, sizeof own);
	return EXIT_GOOD;
}

void load_forget(struct settings *settings)
{
	free(settings->rollouts_text);
}

bool load_is_results(const char *path)
{
	static const char signature[8] = "\211HDF\r\n\032\n"; /* of HDF5 */
	char magic[sizeof signature];
	FILE *file = fopen(path, "rb");
	size_t got = file ? fread(magic, 1, sizeof magic, file) : 0;
	if (file)
		fclose(file);
	return got == sizeof magic && !memcmp(magic, signature, sizeof magic);
}
