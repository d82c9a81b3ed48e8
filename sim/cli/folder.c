/* Folders are read in the order of their names, so that a suite is the same everywhere. */
#include "sim/cli/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_scenario_name(const char *name)
{
	return *name != '.' && (!fnmatch("*.yaml", name, 0) || !fnmatch("*.yml", name, 0));
}

/* A folder that is cut short, or empty, would look as if it were well. */
static int add_file(struct files *files, const char *path)
{
	if (files->count == MOST_FILES) {
		fprintf(stderr, "coalmine: more than %d scenarios\n", MOST_FILES);
		return EXIT_USAGE;
	}
	files->file[files->count++] = path;
	return EXIT_GOOD;
}

static int add_folder(struct files *files, const char *path)
{
	DIR *folder = opendir(path);
	int first = files->count, code = EXIT_GOOD;
	if (!folder) {
		fprintf(stderr, "coalmine: cannot read %s: %s\n", path, strerror(errno));
		return EXIT_CANNOT_RUN;
	}
	for (const struct dirent *entry; !code && (entry = readdir(folder));)
		if (is_scenario_name(entry->d_name))
			code = add_file(files,
					arena_printf(&files->arena, "%s/%s", path, entry->d_name));
	closedir(folder);
	qsort(files->file + first, (size_t)(files->count - first), sizeof *files->file, by_name);
	if (files->count > first)
		return code;
	fprintf(stderr, "coalmine: %s holds no scenario: no *.yaml, no *.yml\n", path);
	return EXIT_NOTHING;
}

int folder_files(struct files *files, const struct arguments *arguments)
{
	int worst = EXIT_GOOD;
	for (int i = 0; i < arguments->count; i++) {
		struct stat status;
		const char *path = arguments->file[i];
		bool folder = !stat(path, &status) && S_ISDIR(status.st_mode);
		int code = folder ? add_folder(files, path) : add_file(files, path);
		worst = code > worst ? code : worst;
	}
	return worst;
}
