/* May a file be written? Whatever would stop us in the end should stop us before hours of work. */
#include "sim/cli/cli.h"

#include <errno.h>
#include <libgen.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int complain_output(const char *path, const char *why)
{
	fprintf(stderr, "coalmine: %s %s\n", path, why);
	return EXIT_CANNOT_RUN;
}

static int check_existing(const char *path, const struct stat *status, const char *input,
			  bool force)
{
	struct stat own;
	if (S_ISDIR(status->st_mode))
		return complain_output(path, "is a directory; name a file in it");
	if (!S_ISREG(status->st_mode))
		return complain_output(path, "is no file that could be replaced");
	if (!stat(input, &own) && own.st_dev == status->st_dev && own.st_ino == status->st_ino) {
		complain_output(path, "is read by this command; name another output");
		return EXIT_USAGE;
	}
	return force ? EXIT_GOOD : complain_output(path, "exists; --force replaces it");
}

int output_check(const char *path, const char *input, bool force)
{
	if (!strcmp(path, "-")) {
		complain_output("standard output", "cannot be named here; name a file");
		return EXIT_USAGE;
	}
	char copy[4096];
	struct stat status;
	int code = stat(path, &status) ? EXIT_GOOD : check_existing(path, &status, input, force);
	if (code)
		return code;
	if (snprintf(copy, sizeof copy, "%s", path) >= (int)sizeof copy - (int)sizeof ".part")
		return complain_output(path, "is too long a name");
	const char *directory = dirname(copy);
	if (!access(directory, W_OK | X_OK))
		return EXIT_GOOD;
	fprintf(stderr, "coalmine: cannot write to %s: %s\n", directory, strerror(errno));
	return EXIT_CANNOT_RUN;
}
