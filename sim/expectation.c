/* What a quantity is in. */
#include "sim/expectation.h"

#include <string.h>

bool quantity_is_share(const struct quantity *quantity)
{
	return quantity->kind == QUANTITY_SHARE || strstr(quantity->column->name, "share") ||
	       strstr(quantity->column->name, "accuracy");
}
