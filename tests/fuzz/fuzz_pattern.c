/* Lines by every pattern that is shipped, and by one that is the first line itself: see log.h for
 * what must hold. */
#include "tests/fuzz/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view log = {(const char *)data, size};
	const char *newline = memchr(log.at, '\n', log.length);
	read_as_all(&reader_pattern, log);
	if (!newline)
		return 0;
	char *pattern = strndup(log.at, (size_t)(newline - log.at));
	require(pattern);
	const struct format own = {"own", "", &reader_pattern, pattern, NULL, {NULL}};
	read_log(&own, "", -1, view_from(log, (size_t)(newline + 1 - log.at)));
	free(pattern);
	return 0;
}
