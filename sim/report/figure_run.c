/* Runs gnuplot on a script, in the script's directory. It writes NAME.FORMAT.part, which gets its
 * name only when gnuplot has ended well: an image with its name is a whole one. */
#include "sim/report/figure.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* The shell's way to say that there is no such program; some posix_spawn say it too. */
enum { NO_PROGRAM = 127 };

/* Keeps the last line that says anything: gnuplot quotes the script before it explains. Reads on to
 * the end: nobody should block on a full pipe. */
static void listen_to(int pipe_end, char *said, size_t size)
{
	char piece[512];
	size_t length = 0;
	bool ended = false;
	ssize_t count;
	while ((count = read(pipe_end, piece, sizeof piece)) > 0 || (count < 0 && errno == EINTR))
		for (ssize_t i = 0; i < count; i++) {
			if (piece[i] == '\n') {
				ended = true;
				continue;
			}
			length = ended ? 0 : length;
			ended = false;
			if (length + 1 < size)
				said[length++] = piece[i];
		}
	said[length] = '\0';
}

/* The environment, but for the locale: names are UTF-8 whatever the terminal is, and a figure is
 * not to depend on who draws it. */
static char **environment(struct arena *arena)
{
	static char locale[] = "LC_ALL=C.UTF-8";
	size_t count = 0, kept = 0;
	while (environ[count])
		count++;
	char **copy = arena_take(arena, (count + 2) * sizeof *copy);
	for (size_t i = 0; i < count; i++)
		if (strncmp(environ[i], "LC_ALL=", strlen("LC_ALL=")) != 0)
			copy[kept++] = environ[i];
	copy[kept] = locale;
	return copy;
}

static int spawn(const char *directory, char *const *arguments, const int pipe_ends[2],
		 pid_t *child)
{
	struct arena arena = {0};
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], 2);
	posix_spawn_file_actions_addchdir_np(&actions, directory);
	int failure =
		posix_spawnp(child, arguments[0], &actions, NULL, arguments, environment(&arena));
	arena_free(&arena);
	posix_spawn_file_actions_destroy(&actions);
	return failure;
}

static enum gnuplot_end wait_for(pid_t child)
{
	int status;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return GNUPLOT_FAILED;
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_PROGRAM)
		return GNUPLOT_MISSING;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? GNUPLOT_DREW : GNUPLOT_FAILED;
}

static enum gnuplot_end run(const char *directory, char *const *arguments, char *said, size_t size)
{
	int pipe_ends[2];
	pid_t child;
	if (pipe2(pipe_ends, O_CLOEXEC)) {
		snprintf(said, size, "%s", strerror(errno));
		return GNUPLOT_FAILED;
	}
	int failure = spawn(directory, arguments, pipe_ends, &child);
	close(pipe_ends[1]);
	if (!failure)
		listen_to(pipe_ends[0], said, size);
	close(pipe_ends[0]);
	if (failure == ENOENT)
		return GNUPLOT_MISSING;
	if (failure)
		snprintf(said, size, "%s", strerror(failure));
	return failure ? GNUPLOT_FAILED : wait_for(child);
}

enum gnuplot_end figure_run(const char *directory, const char *name, const char *format, char *said,
			    size_t size)
{
	struct arena arena = {0};
	char *script = arena_printf(&arena, "%s.gp", name);
	char *settings =
		arena_printf(&arena, "FORMAT = '%s'; OUT = '%s.%s.part'", format, name, format);
	char *image = arena_printf(&arena, "%s/%s.%s", directory, name, format);
	char *part = arena_printf(&arena, "%s.part", image);
	/* Default settings: a user's own .gnuplot would change the figures. */
	char *const arguments[] = {(char[]){"gnuplot"},
				   (char[]){"--default-settings"},
				   (char[]){"-e"},
				   settings,
				   script,
				   NULL};
	said[0] = '\0';
	enum gnuplot_end end = run(directory, arguments, said, size);
	if (end == GNUPLOT_DREW && rename(part, image)) {
		snprintf(said, size, "%s", strerror(errno));
		end = GNUPLOT_FAILED;
	}
	if (end != GNUPLOT_DREW)
		unlink(part);
	arena_free(&arena);
	return end;
}
