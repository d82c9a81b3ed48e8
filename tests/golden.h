/* For each command line exactly the words and the exit code that tests/golden says. UPDATE_GOLDEN=1
 * writes the words anew; read the difference before you keep it. */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include "tests/sandbox.h"

#include <stdbool.h>

struct line {
	const char *name; /* tests/golden/NAME.out */
	int code;
	const char *command;
};

static inline void open_with_data(struct sandbox *sandbox)
{
	sandbox_open(sandbox);
	sandbox_link_own(sandbox, "tests/data", "data");
	sandbox_link_own(sandbox, "scenarios", "scenarios");
}

static inline char *read_golden(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		return NULL;
	char *text = sandbox_slurp(file);
	fclose(file);
	return text;
}

static inline void write_golden(const char *path, const char *text)
{
	FILE *file = fopen(path, "wb");
	cr_assert(file, "cannot write %s", path);
	fputs(text, file);
	fclose(file);
}

static inline int count_equal(const char *a, const char *b)
{
	int count = 0;
	while (a[count] && a[count] == b[count])
		count++;
	return count;
}

/* Words, quoted from the start of the line in which they first differ. */
static inline void expect_same(const struct line *line, const char *found, const char *golden)
{
	int at = count_equal(found, golden), number = 1, start = 0;
	for (int i = 0; i < at; i++)
		if (found[i] == '\n') {
			number++;
			start = i + 1;
		}
	cr_expect(!found[at] && !golden[at],
		  "%s: %s\nline %d of tests/golden/%s.out is\n%.300s\nbut found\n%.300s",
		  line->name, line->command, number, line->name, golden + start, found + start);
}

static inline void expect_line(const struct sandbox *sandbox, const struct line *line)
{
	char path[512];
	int code;
	char *found = sandbox_run(sandbox, line->command, &code);
	snprintf(path, sizeof path, "tests/golden/%s.out", line->name);
	cr_expect_eq(code, line->code, "%s: %s\nreturns %d, not %d:\n%.300s", line->name,
		     line->command, code, line->code, found);
	if (getenv("UPDATE_GOLDEN") && code == line->code)
		write_golden(path, found);
	char *golden = read_golden(path);
	cr_expect(golden, "%s is missing", path);
	if (golden)
		expect_same(line, found, golden);
	free(golden);
	free(found);
}

/* Each line in a sandbox of its own. */
static inline void expect_lines(const struct line *lines, int count)
{
	for (int i = 0; i < count; i++) {
		struct sandbox sandbox;
		open_with_data(&sandbox);
		expect_line(&sandbox, &lines[i]);
		sandbox_close(&sandbox);
	}
}

/* Runs a command that must be silent and succeed: a `test`, a `cmp`, a `diff`. */
static inline void expect_good(const struct sandbox *sandbox, const char *command)
{
	int code;
	char *found = sandbox_run(sandbox, command, &code);
	cr_expect(code == 0 && !*found, "%s\nreturns %d:\n%.500s", command, code, found);
	free(found);
}

#endif
