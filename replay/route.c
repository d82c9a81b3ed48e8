/* One pass over the path, part by part. */
#include "replay/route.h"

enum {
	HEX_LONG = 12, /* letters; a shorter one may be a word such as "facade" */
	MOST_METHOD = 20,
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Whether a part of a path is one of many: all digits, or long and of hexadecimals and dashes with
 * at least one digit. */
static bool is_identifier(struct view part)
{
	size_t numbers = 0, others = 0;
	for (size_t i = 0; i < part.length; i++) {
		if (!is_hex(part.at[i]) && part.at[i] != '-')
			return false;
		numbers += is_digit(part.at[i]);
		others += !is_digit(part.at[i]);
	}
	return numbers && (!others || part.length >= HEX_LONG);
}

static struct view path_of(struct view url)
{
	const char *colon = memchr(url.at, ':', url.length);
	struct view rest = colon ? view_from(url, (size_t)(colon - url.at)) : (struct view){"", 0};
	if (view_begins(rest, "://")) {
		const char *slash = memchr(rest.at + 3, '/', rest.length - 3);
		url = slash ? view_from(url, (size_t)(slash - url.at)) : view_of("/");
	}
	for (size_t i = 0; i < url.length; i++)
		if (url.at[i] == '?' || url.at[i] == '#' || url.at[i] == ';')
			url.length = i;
	return url;
}

struct writing {
	char *room;
	size_t length;
};

static void put(struct writing *out, struct view text)
{
	size_t left = ROUTE_ROOM - out->length, taken = text.length < left ? text.length : left;
	memcpy(out->room + out->length, text.at, taken);
	out->length += taken;
}

struct view route_of(struct view method, struct view url, char room[ROUTE_ROOM])
{
	struct writing out = {room, 0};
	struct view path = path_of(url);
	if (method.length) {
		put(&out, method);
		put(&out, view_of(" "));
	}
	while (path.length) {
		const char *slash = memchr(path.at, '/', path.length);
		size_t length = slash ? (size_t)(slash - path.at) : path.length;
		struct view part = {path.at, length};
		put(&out, is_identifier(part) ? view_of("*") : part);
		if (slash)
			put(&out, view_of("/"));
		path = view_from(path, length + (slash != NULL));
	}
	return (struct view){room, out.length};
}

bool route_split(struct view request, struct view *method, struct view *url)
{
	size_t length = 0, end;
	while (length < request.length && request.at[length] >= 'A' && request.at[length] <= 'Z')
		length++;
	if (!length || length > MOST_METHOD || length + 1 >= request.length ||
	    request.at[length] != ' ')
		return false;
	*method = (struct view){request.at, length};
	*url = view_from(request, length + 1);
	const char *blank = memrchr(url->at, ' ', url->length);
	end = blank ? (size_t)(blank - url->at) : url->length;
	if (blank && view_begins(view_from(*url, end + 1), "HTTP/"))
		url->length = end;
	return url->length > 0;
}
