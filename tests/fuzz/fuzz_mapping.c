/* Any text is a mapping or is refused in a sentence; a mapping names only fields that there are. */
#include "replay/head.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mapping mapping = {.count = 0}, other = {.count = 0};
	struct arena arena = {0};
	struct head head = {.extras = 0};
	char why[256] = "", *text = strndup((const char *)data, size);
	bool good = mapping_read(&mapping, &arena, text, why, sizeof why);
	if (!good && !*why)
		abort();
	for (int i = 0; i < mapping.count; i++)
		if (mapping.row[i].field >= FIELDS || !mapping.row[i].column)
			abort();
	mapping_read(&other, &arena, "time=t,user=u,number.n=n", why, sizeof why);
	mapping_replace(&other, &mapping);
	mapping_complete(&other, why, sizeof why);
	head_init(&head, &other, why, sizeof why);
	head_free(&head);
	arena_free(&arena);
	free(text);
	return 0;
}
