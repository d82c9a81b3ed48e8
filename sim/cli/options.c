/* Options from a table: parsed, checked and explained by the same rows. */
#include "sim/cli/cli.h"

#include "sim/error.h"

#include <libgen.h>
#include <stdarg.h>
#include <string.h>

int options_wrong(const struct command *command, const char *format, ...)
{
	va_list list;
	fprintf(stderr, "coalmine %s: ", command->name);
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fprintf(stderr, "\nSee coalmine %s --help.\n", command->name);
	return EXIT_USAGE;
}

static void print_help(const struct command *command, const struct option_row *rows)
{
	printf("coalmine %s %s\n\n%s\n\n", command->name, command->arguments, command->about);
	for (const struct option_row *row = rows; row->name; row++) {
		char left[64];
		snprintf(left, sizeof left, "%s%c%s--%s%s%s", row->letter ? "-" : " ",
			 row->letter ? row->letter : ' ', row->letter ? ", " : "  ", row->name,
			 row->argument ? " " : "", row->argument ? row->argument : "");
		printf("  %-28s %s\n", left, row->about);
	}
	printf("  %-28s %s\n\nExample:\n%s\n", "-h, --help", "show this", command->example);
}

static const struct option_row *find_row(const struct option_row *rows, const char *name,
					 size_t length)
{
	for (; rows->name; rows++)
		if (strlen(rows->name) == length && !strncmp(rows->name, name, length))
			return rows;
	return NULL;
}

static const struct option_row *find_letter(const struct option_row *rows, char letter)
{
	for (; rows->name; rows++)
		if (rows->letter == letter)
			return rows;
	return NULL;
}

static int complain_unknown(const struct command *command, const struct option_row *rows,
			    const char *text)
{
	const char *names[64];
	int count = 0;
	for (; rows->name && count < 62; rows++)
		names[count++] = rows->name;
	names[count++] = "help";
	names[count] = NULL;
	const char *near = text[1] == '-' ? error_nearest(text + 2, names) : NULL;
	return near ? options_wrong(command, "there is no option %s; did you mean --%s?", text,
				    near)
		    : options_wrong(command, "there is no option %s", text);
}

/* KEY=VALUE, kept with the text complaints will quote. */
static bool add_setting(const struct command *command, const struct option_row *row, char *text)
{
	struct settings *settings = row->value;
	char *equals = strchr(text, '=');
	if (!equals || equals == text) {
		bool set = !strcmp(row->name, "set");
		options_wrong(command, "--%s wants %s%s; found %s", row->name, row->argument,
			      set ? ", such as --set trials=100" : "", text);
		return false;
	}
	if (settings->count == MOST_SETTINGS) {
		options_wrong(command, "--%s was given more than %d times", row->name,
			      MOST_SETTINGS);
		return false;
	}
	*equals = 0;
	settings->setting[settings->count++] = (struct setting){text, equals + 1, {text, NULL, 0}};
	return true;
}

static bool set_count(const struct command *command, const struct option_row *row, const char *text)
{
	int64_t count;
	const char *expected = units_parse_count(text, &count);
	if (expected) {
		options_wrong(command, "--%s: expected %s; found \"%s\"", row->name, expected,
			      text);
		return false;
	}
	if (count < row->low || count > row->high) {
		options_wrong(command, "--%s must be from %lld to %lld; found %s", row->name,
			      (long long)row->low, (long long)row->high, text);
		return false;
	}
	*(int64_t *)row->value = count;
	return true;
}

static bool set_value(const struct command *command, const struct option_row *row, char *text)
{
	switch (row->type) {
	case OPTION_FLAG:
		*(bool *)row->value = true;
		return true;
	case OPTION_TEXT:
		*(const char **)row->value = text;
		return true;
	case OPTION_COUNT:
		return set_count(command, row, text);
	case OPTION_SETTING:
		return add_setting(command, row, text);
	}
	return false;
}

/* Takes the option at argv[*at], and the next word where the option has an argument. */
static bool take_option(const struct command *command, const struct option_row *rows, int argc,
			char **argv, int *at, uint64_t *seen)
{
	char *text = argv[*at], *value = NULL;
	bool is_long = text[1] == '-';
	size_t length = is_long ? strcspn(text + 2, "=") : 1;
	const struct option_row *row =
		is_long ? find_row(rows, text + 2, length) : find_letter(rows, text[1]);
	if (!row) {
		complain_unknown(command, rows, text);
		return false;
	}
	if (is_long && text[2 + length] == '=')
		value = text + 3 + length;
	else if (!is_long && text[2])
		value = text + 2;
	if (row->type == OPTION_FLAG && value && is_long) {
		options_wrong(command, "--%s takes no value", row->name);
		return false;
	}
	if (row->type == OPTION_FLAG && value) { /* -qf: the rest are options of their own */
		*(bool *)row->value = true;
		*--value = '-';
		argv[(*at)--] = value;
		return true;
	}
	if (row->type != OPTION_FLAG && !value) {
		if (*at + 1 >= argc) {
			options_wrong(command, "--%s wants %s", row->name, row->argument);
			return false;
		}
		value = argv[++*at];
	}
	if (row->type == OPTION_TEXT && *seen >> (row - rows) & 1) {
		options_wrong(command, "--%s is given twice: the second is \"%s\"", row->name,
			      value);
		return false;
	}
	*seen |= UINT64_C(1) << (row - rows);
	return set_value(command, row, value);
}

enum options_result options_read(const struct command *command, const struct option_row *rows,
				 int argc, char **argv, struct arguments *arguments)
{
	bool only_files = false;
	uint64_t seen = 0; /* the rows whose options were given: one of two would be lost */
	arguments->count = 0;
	for (int i = 1; i < argc; i++) {
		bool option = argv[i][0] == '-' && argv[i][1] && !only_files;
		if (option && !strcmp(argv[i], "--")) {
			only_files = true;
		} else if (option && (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))) {
			print_help(command, rows);
			return OPTIONS_HELP;
		} else if (option) {
			if (!take_option(command, rows, argc, argv, &i, &seen))
				return OPTIONS_WRONG;
		} else if (arguments->count == MOST_FILES) {
			options_wrong(command, "more than %d files", MOST_FILES);
			return OPTIONS_WRONG;
		} else {
			arguments->file[arguments->count++] = argv[i];
		}
	}
	return OPTIONS_GO_ON;
}

void options_set(struct settings *settings, const char *path, const char *option, const char *value)
{
	if (value && settings->count < MOST_SETTINGS)
		settings->setting[settings->count++] =
			(struct setting){path, value, {option, NULL, 0}};
}

const char *options_quote(struct arena *arena, const char *text)
{
	const char *quoted = "'";
	for (const char *quote; (quote = strchr(text, '\'')); text = quote + 1)
		quoted = arena_printf(arena, "%s%.*s'\\''", quoted, (int)(quote - text), text);
	return arena_printf(arena, "%s%s'", quoted, text);
}

const char *options_quote_path(struct arena *arena, const char *path)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "%+,-./:=@_";
	return *path && !path[strspn(path, plain)] ? path : options_quote(arena, path);
}

const char *options_print_settings(struct arena *arena, const char *text,
				   const struct settings *settings)
{
	const char *file = settings->rollouts;
	if (file)
		text = arena_printf(
			arena, "%s --rollouts %s", text,
			options_quote_path(arena, basename(arena_copy(arena, file, strlen(file)))));
	for (int i = file ? SETTINGS_OF_ROLLOUTS : 0; i < settings->count; i++) {
		const struct setting *set = &settings->setting[i];
		const char *both = arena_printf(arena, "%s=%s", set->path, set->value);
		text = arena_printf(arena, "%s --set %s", text, options_quote(arena, both));
	}
	return text;
}

const char *options_command(struct arena *arena, const char *command,
			    const struct settings *settings, const char *file)
{
	char *name = arena_copy(arena, file, strlen(file));
	const char *text = arena_printf(arena, "coalmine %s %s", command,
					options_quote_path(arena, basename(name)));
	return options_print_settings(arena, text, settings);
}
