/* Files of text, read whole; "-" is standard input. */
#include "sim/scenario/scenario.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_FILE = 64 << 20 }; /* the reader refuses much smaller ones with a better sentence */

/* Reads what is there, a pipe included, up to the limit. */
static char *slurp(FILE *file, size_t *length)
{
	size_t room = 1 << 16, used = 0;
	char *text = malloc(room + 1);
	while (text) {
		size_t got = fread(text + used, 1, room - used, file);
		used += got;
		if (!got || used > LARGEST_FILE)
			break;
		if (used < room)
			continue;
		room *= 2;
		char *larger = realloc(text, room + 1);
		if (!larger)
			free(text);
		text = larger;
	}
	if (!text)
		error_out_of_memory(room);
	text[used] = 0;
	*length = used;
	return text;
}

char *scenario_load(const char *path, size_t *length, char *why, size_t size)
{
	bool standard_input = !strcmp(path, "-");
	FILE *file = standard_input ? stdin : fopen(path, "rb");
	if (!file) {
		snprintf(why, size, "cannot open %s: %s", path, strerror(errno));
		return NULL;
	}
	errno = 0;
	char *text = slurp(file, length);
	bool failed = ferror(file);
	int code = errno;
	if (!standard_input)
		fclose(file);
	if (!failed)
		return text;
	snprintf(why, size, "cannot read %s: %s", path, strerror(code));
	free(text);
	return NULL;
}
