/* Lines of JSON, an object each. */
#include "replay/object.h"
#include "replay/reader.h"

static bool begin(void *state, const char *layout, const struct columns *columns,
		  struct lines *lines, char *why, size_t size)
{
	(void)layout, (void)lines, (void)why, (void)size;
	object_begin(state, columns);
	return true;
}

static enum record next(void *state, struct lines *lines, struct view *values, struct view *text)
{
	enum line_kind line = lines_next(lines, text);
	if (line != LINE_GOOD)
		return line == LINE_LONG ? RECORD_LONG : RECORD_NONE;
	if (!view_trim(*text).length)
		return RECORD_COMMENT;
	struct scan scan = {text->at, text->at + text->length};
	object_clear(state, text->length, values);
	bool good = object_read(state, &scan, (struct view){"", 0}, values);
	scan_space(&scan);
	return good && scan.at == scan.end ? RECORD_GOOD : RECORD_BAD;
}

static void end(void *state)
{
	object_end(state);
}

const struct reader reader_json_lines = {
	.name = "json_lines",
	.state_size = sizeof(struct object),
	.begin = begin,
	.next = next,
	.end = end,
};
