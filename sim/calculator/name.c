/* Dashes and underscores are one letter; a remark ends a name. */
#include "sim/calculator/name.h"

#include <string.h>

/* How much of the name the word begins with. */
static size_t count_equal(const char *word, const char *name)
{
	size_t i = 0;
	while (name[i] && (word[i] == name[i] || (word[i] == '-' && name[i] == '_')))
		i++;
	return i;
}

bool name_is(const char *word, const char *name)
{
	size_t length = count_equal(word, name);
	return !name[length] && !word[length];
}

bool name_heads(const char *head, const char *name)
{
	head += strspn(head, " \t");
	size_t length = count_equal(head, name);
	if (name[length])
		return false;
	head += length;
	head += strspn(head, " \t");
	return !*head || *head == '(' || *head == '=';
}
