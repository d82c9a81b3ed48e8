/* Copies that are a little shorter than what they were made of. */
#include "replay/scratch.h"

#include "sim/error.h"

#include <ctype.h>
#include <stdlib.h>

void scratch_begin(struct scratch *scratch, size_t bytes)
{
	scratch->used = 0;
	if (bytes <= scratch->room)
		return;
	free(scratch->text);
	scratch->room = 2 * bytes;
	scratch->text = malloc(scratch->room);
	if (!scratch->text)
		error_out_of_memory(scratch->room);
}

void scratch_free(struct scratch *scratch)
{
	free(scratch->text);
}

static bool read_hex(const char *at, const char *end, int digits, unsigned *code)
{
	*code = 0;
	if (end - at < digits)
		return false;
	for (int i = 0; i < digits; i++) {
		if (!isxdigit((unsigned char)at[i]))
			return false;
		int digit = isdigit((unsigned char)at[i]) ? at[i] - '0' : (at[i] | 32) - 'a' + 10;
		*code = *code * 16 + (unsigned)digit;
	}
	return true;
}

static char *put_letter(char *to, unsigned code)
{
	if (code < 0x80) {
		*to++ = (char)code;
	} else if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
		*to++ = (char)(0x80 | (code & 0x3f));
	} else if (code < 0x10000) {
		*to++ = (char)(0xe0 | code >> 12);
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
		*to++ = (char)(0x80 | (code & 0x3f));
	} else {
		*to++ = (char)(0xf0 | code >> 18);
		*to++ = (char)(0x80 | (code >> 12 & 0x3f));
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
		*to++ = (char)(0x80 | (code & 0x3f));
	}
	return to;
}

/* \uXXXX, a pair of which makes one letter beyond the first 65,536; a half alone is U+FFFD. */
static const char *take_unicode(const char *at, const char *end, char **to)
{
	unsigned code, low;
	if (!read_hex(at + 1, end, 4, &code))
		return NULL;
	at += 5;
	if (code >= 0xd800 && code < 0xdc00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u' &&
	    read_hex(at + 2, end, 4, &low) && low >= 0xdc00 && low < 0xe000) {
		code = 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
		at += 6;
	} else if (code >= 0xd800 && code < 0xe000) {
		code = 0xfffd;
	}
	*to = put_letter(*to, code);
	return at;
}

/* What follows a backslash; NULL if that begins no escape. */
static const char *take_escape(const char *at, const char *end, char **to)
{
	static const char from[] = "\"\\/bfnrt", plain[] = "\"\\/\b\f\n\r\t";
	unsigned code;
	if (at == end)
		return NULL;
	if (*at == 'u')
		return take_unicode(at, end, to);
	if (*at == 'x' && read_hex(at + 1, end, 2, &code)) {
		*(*to)++ = (char)code;
		return at + 3;
	}
	const char *found = *at ? strchr(from, *at) : NULL;
	if (!found)
		return NULL;
	*(*to)++ = plain[found - from];
	return at + 1;
}

struct view scratch_unescape(struct scratch *scratch, struct view text)
{
	char *start = scratch->text + scratch->used, *to = start;
	const char *at = text.at, *end = text.at + text.length;
	if (!memchr(text.at, '\\', text.length))
		return text;
	while (at < end) {
		const char *next = *at == '\\' ? take_escape(at + 1, end, &to) : NULL;
		if (next)
			at = next;
		else
			*to++ = *at++;
	}
	scratch->used += (size_t)(to - start);
	return (struct view){start, (size_t)(to - start)};
}

struct view scratch_undouble(struct scratch *scratch, struct view text)
{
	char *start = scratch->text + scratch->used, *to = start;
	for (size_t i = 0; i < text.length; i++) {
		*to++ = text.at[i];
		i += text.at[i] == '"' && i + 1 < text.length && text.at[i + 1] == '"';
	}
	scratch->used += (size_t)(to - start);
	return (struct view){start, (size_t)(to - start)};
}
