/* Eight bytes at a time through texts, one at a time elsewhere. */
#include "replay/scan.h"

#include <endian.h>
#include <stdint.h>

void scan_space(struct scan *scan)
{
	while (scan->at < scan->end &&
	       (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r' || *scan->at == '\n'))
		scan->at++;
}

bool scan_take(struct scan *scan, char letter)
{
	scan_space(scan);
	if (scan->at == scan->end || *scan->at != letter)
		return false;
	scan->at++;
	return true;
}

/* Marks, in the highest bit of each byte, zeros among eight (Mycroft 1987); those above the lowest
 * mark may be false. */
static uint64_t zeros(uint64_t bytes)
{
	return (bytes - UINT64_C(0x0101010101010101)) & ~bytes & UINT64_C(0x8080808080808080);
}

/* The first quote, backslash or control character from `at` on. */
static const char *find_special(const char *at, const char *end)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	for (; end - at >= 8; at += 8) {
		uint64_t bytes;
		memcpy(&bytes, at, 8);
		bytes = le64toh(bytes);
		uint64_t control = (bytes - ones * 0x20) & ~bytes & ones * 0x80;
		uint64_t marks = zeros(bytes ^ ones * '"') | zeros(bytes ^ ones * '\\') | control;
		if (marks)
			return at + __builtin_ctzll(marks) / 8;
	}
	while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= 0x20)
		at++;
	return at;
}

bool scan_text(struct scan *scan, struct view *text)
{
	if (!scan_take(scan, '"'))
		return false;
	const char *start = scan->at, *at = start;
	while ((at = find_special(at, scan->end)) < scan->end && *at == '\\' &&
	       scan->end - at > 2 && (unsigned char)at[1] >= 0x20)
		at += 2;
	if (at == scan->end || *at != '"')
		return false;
	*text = (struct view){start, (size_t)(at - start)};
	scan->at = at + 1;
	return true;
}

static bool is_plain(struct view value)
{
	if (view_is(value, "true") || view_is(value, "false"))
		return true;
	for (size_t i = 0; i < value.length; i++)
		if ((value.at[i] < '0' || value.at[i] > '9') &&
		    !view_is_one_of(value.at[i], "+-.eE"))
			return false;
	return value.length && (*value.at == '-' || (*value.at >= '0' && *value.at <= '9'));
}

static enum scan_kind plain_value(struct scan *scan, struct view *value)
{
	const char *start = scan->at;
	while (scan->at < scan->end && *scan->at != ',' && *scan->at != '}' && *scan->at != ']' &&
	       (unsigned char)*scan->at > ' ')
		scan->at++;
	*value = (struct view){start, (size_t)(scan->at - start)};
	if (view_is(*value, "null")) {
		value->length = 0;
		return SCAN_NULL;
	}
	return is_plain(*value) ? SCAN_PLAIN : SCAN_WRONG;
}

/* Steps over brackets with all that is in them. Only brackets and texts are looked at. */
static bool skip_brackets(struct scan *scan)
{
	char open[SCAN_DEPTH];
	int depth = 0;
	struct view text;
	do {
		scan_space(scan);
		if (scan->at == scan->end)
			return false;
		char c = *scan->at;
		if (c == '"') {
			if (!scan_text(scan, &text))
				return false;
			continue;
		}
		scan->at++;
		if (c == '{' || c == '[') {
			if (depth == SCAN_DEPTH)
				return false;
			open[depth++] = c;
		} else if (c == '}' || c == ']') {
			if (open[--depth] != (c == '}' ? '{' : '['))
				return false;
		} else if ((unsigned char)c < 0x20) {
			return false;
		}
	} while (depth);
	return true;
}

enum scan_kind scan_value(struct scan *scan, struct view *value)
{
	scan_space(scan);
	if (scan->at == scan->end)
		return SCAN_WRONG;
	const char *start = scan->at;
	if (*start == '"')
		return scan_text(scan, value) ? SCAN_TEXT : SCAN_WRONG;
	if (*start != '{' && *start != '[')
		return plain_value(scan, value);
	if (!skip_brackets(scan))
		return SCAN_WRONG;
	*value = (struct view){start, (size_t)(scan->at - start)};
	return *start == '{' ? SCAN_OBJECT : SCAN_LIST;
}

bool scan_element(struct scan *scan, bool *first, struct view *element, bool *good)
{
	*good = true;
	if (scan_take(scan, ']'))
		return false;
	*good = *first || scan_take(scan, ',');
	*first = false;
	*good = *good && scan_value(scan, element) != SCAN_WRONG;
	return *good;
}
