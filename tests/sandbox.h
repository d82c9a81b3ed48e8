/* A directory of its own for a test, in which a shell runs what a user would type, so that nothing
 * is left behind and messages name files by the same short paths everywhere. */
#ifndef TESTS_SANDBOX_H
#define TESTS_SANDBOX_H

#include <criterion/criterion.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SANDBOX_PATH = PATH_MAX + 256 };

struct sandbox {
	char repository[PATH_MAX], program[PATH_MAX], directory[PATH_MAX];
};

/* Makes `name` in the sandbox stand for `target`. */
static inline void sandbox_link(const struct sandbox *sandbox, const char *target, const char *name)
{
	char link[SANDBOX_PATH];
	snprintf(link, sizeof link, "%s/%s", sandbox->directory, name);
	cr_assert_eq(symlink(target, link), 0, "cannot link %s", link);
}

static inline void sandbox_link_own(const struct sandbox *sandbox, const char *path,
				    const char *name)
{
	char target[SANDBOX_PATH];
	snprintf(target, sizeof target, "%s/%s", sandbox->repository, path);
	sandbox_link(sandbox, target, name);
}

/* Tests run in the root of the repository; COALMINE names the program. */
static inline void sandbox_open(struct sandbox *sandbox)
{
	const char *program = getenv("COALMINE"), *room = getenv("TMPDIR");
	char bin[SANDBOX_PATH];
	program = program ? program : "build/gcc/coalmine";
	cr_assert(getcwd(sandbox->repository, sizeof sandbox->repository));
	cr_assert(realpath(program, sandbox->program), "there is no program %s", program);
	snprintf(sandbox->directory, sizeof sandbox->directory, "%s/coalmine-test-XXXXXX",
		 room ? room : "/tmp");
	cr_assert(mkdtemp(sandbox->directory));
	snprintf(bin, sizeof bin, "%s/bin", sandbox->directory);
	cr_assert_eq(mkdir(bin, 0777), 0);
	sandbox_link(sandbox, sandbox->program, "bin/coalmine");
}

static inline char *sandbox_slurp(FILE *file)
{
	size_t length = 0, room = 4096, got;
	char *text = malloc(room);
	cr_assert(text);
	while ((got = fread(text + length, 1, room - length - 1, file))) {
		length += got;
		if (room - length > 1)
			continue;
		room *= 2;
		text = realloc(text, room);
		cr_assert(text);
	}
	text[length] = 0;
	return text;
}

/* What the command prints to stdout and stderr, to be freed; what it returns is in `code`. */
static inline char *sandbox_run(const struct sandbox *sandbox, const char *command, int *code)
{
	char *line;
	cr_assert_neq(asprintf(&line,
			       "exec 2>&1; cd '%s' && PATH=$PWD/bin:$PATH LC_ALL=C && "
			       "export PATH LC_ALL\n%s\n",
			       sandbox->directory, command),
		      -1);
	FILE *pipe = popen(line, "r");
	cr_assert(pipe);
	char *output = sandbox_slurp(pipe);
	int status = pclose(pipe);
	*code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	free(line);
	return output;
}

static inline void sandbox_close(const struct sandbox *sandbox)
{
	char command[SANDBOX_PATH];
	snprintf(command, sizeof command, "rm -rf '%s'", sandbox->directory);
	cr_assert_eq(system(command), 0);
}

#endif
