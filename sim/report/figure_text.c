/* Makes any text fit for a figure: clean, not too wide, and quoted so that gnuplot shows just that.
 * Names are the user's: nothing in them may act as markup or command. */
#include "sim/report/figure_text.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum { FILE_WORD_MOST = 60 }; /* two of them and the rest fit in a file name of 255 bytes */

#define PIXELS_A_POINT (4.0 / 3)

/* Advance widths of DejaVu Sans from blank to tilde, in hundredths of its size. */
static const unsigned char advance[] = {
	32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36,	 32, 34, 64, 64, 64,
	64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63,
	58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63,	 61, 73, 68, 99, 69,
	61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35,	 63, 63, 28, 28, 58,
	28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59,	 52, 64, 34, 64, 84,
};

/* The length of the well-formed UTF-8 letter at `at` (Unicode 15, table 3-7), or 0. */
static size_t letter(const char *at)
{
	static const struct {
		unsigned char first, last, low, high;
		unsigned char length;
	} forms[] = {{0x01, 0x7F, 0, 0, 1},	  {0xC2, 0xDF, 0x80, 0xBF, 2},
		     {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
		     {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
		     {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4},
		     {0xF4, 0xF4, 0x80, 0x8F, 4}};
	const unsigned char *byte = (const unsigned char *)at;
	for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
		if (byte[0] < forms[f].first || byte[0] > forms[f].last)
			continue;
		if (forms[f].length > 1 && (byte[1] < forms[f].low || byte[1] > forms[f].high))
			return 0;
		for (size_t i = 2; i < forms[f].length; i++)
			if ((byte[i] & 0xC0) != 0x80)
				return 0;
		return forms[f].length;
	}
	return 0;
}

/* Control characters, also those above ASCII, and the two that XML knows not. */
static bool is_control(const char *at, size_t length)
{
	unsigned char first = (unsigned char)at[0];
	return (length == 1 && (first < ' ' || first == 0x7F)) ||
	       (length == 2 && first == 0xC2 && (unsigned char)at[1] < 0xA0) ||
	       (length == 3 && memcmp(at, "\xEF\xBF", 2) == 0 && (unsigned char)at[2] >= 0xBE);
}

const char *figure_clean(struct arena *arena, const char *text)
{
	char *clean = arena_copy(arena, text, strlen(text)), *to = clean;
	while (*text) {
		size_t length = letter(text);
		if (length == 0 || is_control(text, length)) {
			*to++ = strchr("\t\n\r", *text) ? ' ' : '?';
			text += length ? length : 1;
			continue;
		}
		memcpy(to, text, length);
		to += length;
		text += length;
	}
	*to = '\0';
	return clean;
}

/* Letters that are not ASCII count as wide as an average one, those of East Asia and pictures as
 * wide as they are high. */
static double letter_width(const char *at, size_t length)
{
	unsigned char first = (unsigned char)*at;
	if (length == 1)
		return first < ' ' || first > '~' ? 0 : advance[first - ' '] / 100.0;
	return first >= 0xE3 ? 1 : 0.64;
}

/* How much of the text fits into a width, in bytes; the width of that part. */
static size_t fitting(const char *text, double points, double room, double *width)
{
	size_t at = 0;
	*width = 0;
	while (text[at]) {
		size_t length = letter(text + at);
		length += length == 0;
		double wider = *width + letter_width(text + at, length) * points * PIXELS_A_POINT;
		if (wider > room)
			break;
		*width = wider;
		at += length;
	}
	return at;
}

double figure_width(const char *text, double points)
{
	double width;
	fitting(text, points, 1e9, &width);
	return width;
}

const char *figure_cut(struct arena *arena, const char *text, double points, double width)
{
	double used;
	if (!text[fitting(text, points, width, &used)])
		return text;
	size_t keep = fitting(text, points, width - points * PIXELS_A_POINT, &used);
	while (keep > 0 && text[keep - 1] == ' ')
		keep--;
	return arena_printf(arena, "%.*s…", (int)keep, text);
}

static const char joints[] = " -_./:";

/* After the last blank or joint that still fits, or wherever the room ends. */
static size_t break_at(const char *text, size_t room)
{
	for (size_t i = room; i > 0; i--)
		if (strchr(joints, text[i - 1]))
			return i;
	return room;
}

bool figure_wraps_well(const char *text, double points, double width)
{
	while (*text) {
		double used;
		size_t word = strcspn(text, joints);
		word += text[word] != '\0';
		if (fitting(text, points, width, &used) < word)
			return false;
		text += word;
	}
	return true;
}

const char *figure_wrap(struct arena *arena, const char *text, double points, double width,
			int lines)
{
	double used;
	size_t room = fitting(text, points, width, &used);
	if (!text[room] || room == 0 || lines == 1)
		return figure_cut(arena, text, points, width);
	size_t first = break_at(text, room);
	const char *rest = figure_wrap(arena, text + first, points, width, lines - 1);
	return arena_printf(arena, "%.*s\n%s", (int)first, text, rest);
}

/* DejaVu Sans has all letters of this kind, and few others. Where a machine lacks a letter, gnuplot
 * covers half of a PNG with the picture of a missing one. */
static bool is_common(const char *at, size_t length)
{
	const unsigned char *byte = (const unsigned char *)at;
	return length == 1 || (length == 2 && byte[0] <= 0xDB) ||     /* to U+06FF */
	       (length == 3 && byte[0] == 0xE1 && byte[1] >= 0xB8) || /* U+1E00 to U+1FFF */
	       (length == 3 && byte[0] == 0xE2 && byte[1] <= 0x9E);   /* U+2000 to U+27BF */
}

/* Returns the text itself if all its letters are common. */
static const char *only_common(struct arena *arena, const char *text)
{
	char *common = arena_copy(arena, text, strlen(text)), *to = common;
	for (size_t length; *text; text += length) {
		length = letter(text);
		if (!is_common(text, length)) {
			*to++ = '?';
			continue;
		}
		memcpy(to, text, length);
		to += length;
	}
	*to = '\0';
	return common;
}

/* Single quotes: gnuplot runs commands found in double ones. Those are needed for line breaks, and
 * for single quotes themselves, which gnuplot doesn't let a text begin with. */
static const char *quote(struct arena *arena, const char *text)
{
	static const char line_break[] = "'.\"\\n\".'", single_quote[] = "'.\"'\".'";
	static const char backslash[] = "{\\\\}"; /* alone it would not count as markup */
	char *quoted = arena_take(arena, strlen(text) * (sizeof line_break - 1) + 3), *to = quoted;
	*to++ = '\'';
	for (; *text; text++) {
		if (strchr("{}^_@&~", *text))
			*to++ = '\\';
		if (*text == '\n')
			to = stpcpy(to, line_break);
		else if (*text == '\'')
			to = stpcpy(to, single_quote);
		else if (*text == '\\')
			to = stpcpy(to, backslash);
		else
			*to++ = *text;
	}
	stpcpy(to, "'");
	return quoted;
}

const char *figure_quote(struct arena *arena, const char *text)
{
	const char *common = only_common(arena, text);
	if (strcmp(common, text) == 0)
		return quote(arena, text);
	return arena_printf(arena, "ALL_LETTERS ? %s : %s", quote(arena, text),
			    quote(arena, common));
}

static void reduce(char *word, const char *name)
{
	size_t length = strlen(name) < FILE_WORD_MOST ? strlen(name) : FILE_WORD_MOST;
	for (size_t i = 0; i < length; i++) {
		char c = name[i];
		bool safe = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			    (c >= '0' && c <= '9') || c == '-' || c == '_';
		word[i] = safe ? c : '_';
	}
	if (length == 0)
		word[length++] = '_';
	word[length] = '\0';
}

/* Some file systems don't tell letters by their case. */
const char *figure_file_word(struct arena *arena, const char *const *names, int index)
{
	char word[FILE_WORD_MOST + 1], other[FILE_WORD_MOST + 1];
	bool taken = false;
	reduce(word, names[index]);
	for (int i = 0; i < index; i++) {
		reduce(other, names[i]);
		taken |= strcasecmp(word, other) == 0;
	}
	return taken ? arena_printf(arena, "%s-%d", word, index + 1)
		     : arena_printf(arena, "%s", word);
}
