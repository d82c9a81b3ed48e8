/* A list too short to be searched in any clever way. */
#include "replay/columns.h"

#include <assert.h>

int columns_add(struct columns *columns, const char *name)
{
	for (int i = 0; i < columns->count; i++)
		if (!strcmp(columns->name[i], name))
			return i;
	assert(columns->count < MOST_COLUMNS);
	columns->name[columns->count] = name;
	return columns->count++;
}
