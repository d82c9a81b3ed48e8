/* The README is true: what it shows after `$ coalmine ...` is what the program prints now, and
 * every scenario in it is in a file that ships. Blocks that draw or build are not run. */
#include "tests/sandbox.h"

#include <dirent.h>
#include <glob.h>
#include <stdbool.h>

/* Lines between two fences, without them. */
struct block {
	char *start, *end;
	int line;
};

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	cr_assert(file, "there is no %s", path);
	char *text = sandbox_slurp(file);
	fclose(file);
	return text;
}

static char *next_line(char *line)
{
	char *newline = strchr(line, '\n');
	return newline ? newline + 1 : line + strlen(line);
}

/* The next block at or behind `*at`, which is moved behind it. */
static bool find_block(char **at, int *line, struct block *block)
{
	bool inside = false;
	while (**at) {
		char *start = *at;
		*at = next_line(start);
		++*line;
		if (strncmp(start, "```", 3) != 0)
			continue;
		if (inside) {
			block->end = start;
			return true;
		}
		inside = true;
		*block = (struct block){.start = *at, .line = *line + 1};
	}
	cr_assert(!inside, "the block on line %d of README.md never ends", block->line);
	return false;
}

/* ---- commands and what they print */

static bool is_command(const char *line)
{
	return strncmp(line, "$ coalmine", 10) == 0;
}

static bool is_skipped(const char *text)
{
	return strstr(text, " plot ") || strstr(text, "make ");
}

static void expect_output(const struct sandbox *sandbox, const char *command, const char *shown,
			  int line)
{
	int code;
	char *found = sandbox_run(sandbox, command, &code);
	cr_expect_str_eq(found, shown, "README.md:%d: coalmine prints\n%s\nbut README.md shows\n%s",
			 line, found, shown);
	free(found);
}

/* A command lasts one line, more where one ends in a backslash; its output lasts until the next
 * command. */
static int expect_commands(const struct sandbox *sandbox, char *text, int line)
{
	int count = 0;
	while (is_command(text)) {
		char *shown = next_line(text);
		int here = line++;
		for (; shown[-2] == '\\' && *shown; shown = next_line(shown))
			line++;
		char *next = shown;
		for (; *next && !is_command(next); next = next_line(next))
			line++;
		char *command = strndup(text + 2, (size_t)(shown - text) - 2);
		char *output = strndup(shown, (size_t)(next - shown));
		expect_output(sandbox, command, output, here);
		free(output);
		free(command);
		text = next;
		count++;
	}
	return count;
}

/* Everything in the root is there, but for `out` and what a command makes. */
static void open_like_root(struct sandbox *sandbox)
{
	char out[SANDBOX_PATH];
	sandbox_open(sandbox);
	DIR *root = opendir(".");
	cr_assert(root);
	for (const struct dirent *entry; (entry = readdir(root));)
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, "out") != 0 &&
		    strcmp(entry->d_name, "bin") != 0)
			sandbox_link_own(sandbox, entry->d_name, entry->d_name);
	closedir(root);
	snprintf(out, sizeof out, "%s/out", sandbox->directory);
	cr_assert_eq(mkdir(out, 0777), 0);
}

Test(readme, commands_print_what_is_shown)
{
	struct sandbox sandbox;
	struct block block;
	char *text = read_file("README.md"), *at = text;
	int line = 0, count = 0;
	open_like_root(&sandbox);
	while (find_block(&at, &line, &block)) {
		char *own = strndup(block.start, (size_t)(block.end - block.start));
		if (!is_skipped(own))
			count += expect_commands(&sandbox, own, block.line);
		free(own);
	}
	cr_expect(count > 0, "README.md shows no command");
	sandbox_close(&sandbox);
	free(text);
}

/* ---- scenarios */

static const char *find_title(const char *text)
{
	if (strncmp(text, "scenario: ", 10) == 0)
		return text;
	const char *line = strstr(text, "\nscenario: ");
	return line ? line + 1 : NULL;
}

static void expect_shipped(const char *scenario, const char *title, int line)
{
	char path[PATH_MAX];
	int length = (int)strcspn(title += strlen("scenario: "), " #\n");
	snprintf(path, sizeof path, "scenarios/%.*s.yaml", length, title);
	char *shipped = read_file(path);
	cr_expect(strstr(shipped, scenario), "README.md:%d: this is not in %s", line, path);
	free(shipped);
}

/* A block that says `scenario: NAME` is a part of scenarios/NAME.yaml. */
Test(readme, scenarios_are_those_that_ship)
{
	struct block block;
	char *text = read_file("README.md"), *at = text;
	int line = 0, count = 0;
	while (find_block(&at, &line, &block)) {
		char *own = strndup(block.start, (size_t)(block.end - block.start));
		const char *title = find_title(own);
		if (title && !is_command(own)) {
			expect_shipped(own, title, block.line);
			count++;
		}
		free(own);
	}
	cr_expect(count > 0, "README.md shows no scenario");
	free(text);
}

/* `language` has a chapter of its own. */
Test(readme, the_gallery_lists_what_ships)
{
	char *text = read_file("README.md");
	glob_t files;
	cr_assert_eq(glob("scenarios/*.yaml", 0, NULL, &files), 0);
	for (size_t f = 0; f < files.gl_pathc; f++) {
		char name[PATH_MAX], row[PATH_MAX + 8];
		snprintf(name, sizeof name, "%s", strrchr(files.gl_pathv[f], '/') + 1);
		name[strlen(name) - strlen(".yaml")] = 0;
		snprintf(row, sizeof row, "\n| `%s` | ", name);
		cr_expect(strstr(text, row) || !strcmp(name, "language"),
			  "README.md does not list scenarios/%s.yaml", name);
	}
	globfree(&files);
	free(text);
}
