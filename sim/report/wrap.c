/* A word that is longer than a line has one of its own. */
#include "sim/report/wrap.h"

#include "sim/report/table.h"

#include <string.h>

/* How many places the first `length` bytes take. */
static int width_of(const char *text, size_t length)
{
	int width = 0;
	for (size_t i = 0; i < length; i++)
		width += ((unsigned char)text[i] & 0xC0) != 0x80;
	return width;
}

void wrap_print(const char *text, int indent, int width, const char *before_break, FILE *out)
{
	int at = indent, kept = table_width(before_break);
	for (const char *end; *text; text = end + (*end == ' ')) {
		end = strchrnul(text, ' ');
		int word = width_of(text, (size_t)(end - text));
		bool first = at == indent;
		if (!first && at + 1 + word + (*end ? kept : 0) > width) {
			fprintf(out, "%s\n%*s", before_break, indent, "");
			at = indent;
		} else if (!first) {
			fputc(' ', out);
			at++;
		}
		fwrite(text, 1, (size_t)(end - text), out);
		at += word;
	}
}
