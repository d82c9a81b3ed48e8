/* A list too short to be searched in any clever way. */
#include "replay/columns.h"

int columns_add(struct columns *columns, const char *name)
{
	for (int i = 0; i < columns->count; i++)
		if (!strcmp(columns->name[i], name))
			return i;
	columns->name[columns->count] = name;
	return columns->count++;
}
