/* Names as logs dress them up, undressed. */
#include "replay/person.h"

#include <ctype.h>
#include <stdlib.h>

/* Export writes a hash as sixteen hexadecimals. */
bool person_hash(struct view text, uint64_t *hash)
{
	char copy[17] = "", *end;
	if (text.length != 16)
		return false;
	memcpy(copy, text.at, 16);
	*hash = strtoull(copy, &end, 16);
	return end == copy + 16 && isxdigit((unsigned char)*copy);
}

static bool is_made_of(struct view text, const char *letters)
{
	for (size_t i = 0; i < text.length; i++)
		if (!text.at[i] || !strchr(letters, text.at[i]))
			return false;
	return text.length > 0;
}

/* An address without its port, which is another for each connection; of a list of proxies, whom the
 * first one served. Other names stay as they are. */
struct view person_of(struct view user)
{
	const char *comma = memchr(user.at, ',', user.length);
	struct view first = {user.at, comma ? (size_t)(comma - user.at) : user.length};
	if (comma && is_made_of(first, "0123456789abcdefABCDEF.:[]"))
		user = first;
	const char *colon = memrchr(user.at, ':', user.length);
	size_t length = colon ? (size_t)(colon - user.at) : 0;
	bool address = length && (is_made_of((struct view){user.at, length}, "0123456789.") ||
				  (*user.at == '[' && colon[-1] == ']'));
	if (address && is_made_of(view_from(user, length + 1), "0123456789"))
		user.length = length;
	return user;
}

/* Istio's "outbound|9080|v1|details.default.svc.cluster.local" is v1. */
struct view person_party(struct view text)
{
	if (!view_begins(text, "outbound|") && !view_begins(text, "inbound|"))
		return text;
	const char *bar = memchr(text.at, '|', text.length);
	struct view left = view_from(text, (size_t)(bar + 1 - text.at));
	const char *subset = memchr(left.at, '|', left.length);
	left = subset ? view_from(left, (size_t)(subset + 1 - left.at)) : left;
	const char *host = memchr(left.at, '|', left.length);
	return host && host > left.at ? (struct view){left.at, (size_t)(host - left.at)} : text;
}
