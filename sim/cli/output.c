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

static bool is_same(const char *a, const char *b)
{
	struct stat one, other;
	return !stat(a, &one) && !stat(b, &other) && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino;
}

static int check_existing(const char *path, const struct stat *status, const char *input,
			  bool force)
{
	if (S_ISDIR(status->st_mode))
		return complain_output(path, "is a directory; name a file in it");
	if (!S_ISREG(status->st_mode))
		return complain_output(path, "is no file that could be replaced");
	if (is_same(path, input)) {
		complain_output(path, "is read by this command; name another output");
		return EXIT_USAGE;
	}
	return force ? EXIT_GOOD : complain_output(path, "exists; --force replaces it");
}

static int check_name(const char *path)
{
	if (strcmp(path, "-") != 0)
		return EXIT_GOOD;
	complain_output("standard output", "cannot be named here; name a file");
	return EXIT_USAGE;
}

static int check_folder(const char *path)
{
	char copy[4096];
	if (snprintf(copy, sizeof copy, "%s", path) >= (int)sizeof copy - (int)sizeof ".part")
		return complain_output(path, "is too long a name");
	const char *directory = dirname(copy);
	if (!access(directory, W_OK | X_OK))
		return EXIT_GOOD;
	fprintf(stderr, "coalmine: cannot write to %s: %s\n", directory, strerror(errno));
	return EXIT_CANNOT_RUN;
}

int output_check(const char *path, const char *input, bool force)
{
	struct stat status;
	int code = check_name(path);
	if (!code && !stat(path, &status))
		code = check_existing(path, &status, input, force);
	return code ? code : check_folder(path);
}

/* Whether a file is empty, or begins as XML does. */
static bool is_report(const char *path)
{
	static const char start[] = "<?xml";
	char found[sizeof start] = "";
	FILE *file = fopen(path, "rb");
	size_t got = file ? fread(found, 1, sizeof start - 1, file) : 1;
	if (file)
		fclose(file);
	return !got || !strcmp(found, start);
}

int output_check_report(const char *path, bool force)
{
	struct stat status;
	int code = check_name(path);
	if (code)
		return code;
	bool exists = !stat(path, &status);
	if (exists && S_ISDIR(status.st_mode))
		return complain_output(path, "is a directory; name a file in it");
	if (exists && !S_ISREG(status.st_mode)) /* is written to, and stays what it is */
		return EXIT_GOOD;
	if (exists && !force && !is_report(path))
		return complain_output(path, "exists and is no XML; --force replaces it");
	return check_folder(path);
}

bool output_same(const char *a, const char *b)
{
	char one[OUTPUT_PATH], other[OUTPUT_PATH];
	if (is_same(a, b))
		return true;
	/* Or will be, when they are there. */
	snprintf(one, sizeof one, "%s", a);
	snprintf(other, sizeof other, "%s", b);
	if (strcmp(basename(one), basename(other)) != 0)
		return false;
	return is_same(dirname(one), dirname(other));
}

bool output_is_directory(const char *output)
{
	struct stat status;
	return output && !stat(output, &status) && S_ISDIR(status.st_mode);
}

bool output_path(const char *output, bool directory, const char *scenario, char path[OUTPUT_PATH])
{
	if (!directory)
		return snprintf(path, OUTPUT_PATH, "%s", output) < OUTPUT_PATH;
	char copy[OUTPUT_PATH];
	snprintf(copy, sizeof copy, "%s", scenario);
	char *base = basename(copy), *dot = strrchr(base, '.');
	if (dot && dot != base)
		*dot = 0;
	return snprintf(path, OUTPUT_PATH, "%s/%s.h5", output, base) < OUTPUT_PATH;
}

int output_of(const char *output, bool directory, const char *scenario, bool force,
	      char path[OUTPUT_PATH])
{
	if (output_path(output, directory, scenario, path))
		return output_check(path, scenario, force);
	fputs("coalmine: the name of the output is too long\n", stderr);
	return EXIT_USAGE;
}

/* Two scenarios of one name would write one file. */
static const char *find_twin(const char *output, const char *const *files, int count)
{
	char path[OUTPUT_PATH], other[OUTPUT_PATH];
	for (int i = 0; i < count; i++)
		for (int j = 0; j < i; j++)
			if (output_path(output, true, files[i], path) &&
			    output_path(output, true, files[j], other) && !strcmp(path, other))
				return files[i];
	return NULL;
}

bool output_serves_all(const struct command *command, const char *output, const char *const *files,
		       int count)
{
	bool directory = output_is_directory(output);
	const char *twin = directory ? find_twin(output, files, count) : NULL;
	if (count > 1 && output && !directory)
		options_wrong(command, "several scenarios need a directory as --output; %s is none",
			      output);
	else if (twin)
		options_wrong(command, "%s and another scenario would write the same file in %s",
			      twin, output);
	else
		return true;
	return false;
}

bool output_fits_memory(const struct scenario *scenario)
{
	const struct plan *plan = scenario->plans;
	double rows = (double)plan->rollouts * plan->cases * scenario->points * scenario->trials;
	double bytes = rows * (double)sizeof(struct result);
	double memory = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
	if (bytes < 0.8 * memory)
		return true;
	fprintf(stderr,
		"coalmine: the results of %.3g trials need up to %.3g GB of memory; there are "
		"%.3g GB: run fewer trials or points at a time\n",
		rows, bytes / 1e9, memory / 1e9);
	return false;
}
