/* Places in a text and what is wrong there; objects, whose members stand in any order. */
#include "replay/document.h"

#include <stdio.h>

enum { TEXT_SHOWN = 200 };

/* ---- sentences */

int64_t document_line(struct document *document, const char *at)
{
	if (at < document->counted) {
		document->counted = document->text.at;
		document->line = 1;
	}
	const char *newline;
	while ((newline = memchr(document->counted, '\n', (size_t)(at - document->counted)))) {
		document->counted = newline + 1;
		document->line++;
	}
	return document->line;
}

bool document_refuse(struct document *document, const char *at, const char *what)
{
	snprintf(document->why, document->size, "line %lld: %s",
		 (long long)document_line(document, at), what);
	return false;
}

bool document_refuse_of(struct document *document, const char *at, const char *what,
			struct view found)
{
	char text[TEXT_SHOWN + 120];
	int shown = (int)(found.length < TEXT_SHOWN ? found.length : TEXT_SHOWN);
	snprintf(text, sizeof text, "%s; found %.*s", what, shown, found.at);
	return document_refuse(document, at, text);
}

/* ---- objects */

bool document_members(struct scan *scan, struct member *members, int count)
{
	struct view key, value;
	if (!scan_take(scan, '{'))
		return false;
	if (scan_take(scan, '}'))
		return true;
	do {
		if (!scan_text(scan, &key) || !scan_take(scan, ':'))
			return false;
		enum scan_kind kind = scan_value(scan, &value);
		if (kind == SCAN_WRONG)
			return false;
		for (int i = 0; i < count; i++)
			if (view_is(key, members[i].name)) {
				members[i].kind = kind;
				members[i].value = value;
			}
	} while (scan_take(scan, ','));
	return scan_take(scan, '}');
}

struct scan document_scan(struct view view)
{
	return (struct scan){view.at, view.at + view.length};
}

/* ---- texts */

struct view document_unescaped(struct document *document, struct view text)
{
	if (!memchr(text.at, '\\', text.length))
		return text;
	scratch_begin(&document->scratch, text.length);
	text = scratch_unescape(&document->scratch, text);
	return (struct view){arena_copy(&document->matrix->arena, text.at, text.length),
			     text.length};
}

int document_compare(struct view a, struct view b)
{
	size_t shorter = a.length < b.length ? a.length : b.length;
	int order = memcmp(a.at, b.at, shorter);
	return order ? order : (a.length > b.length) - (a.length < b.length);
}
