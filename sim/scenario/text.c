/* Which bytes are letters, by Unicode's own table, because libfyaml swallows some that are not. */
#include "sim/scenario/text.h"

#include <string.h>

/* Unicode 15, table 3-7: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
size_t text_letter(const char *text, size_t left, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *byte = (const unsigned char *)text;
	*code = byte[0];
	if (byte[0] < 0x80)
		return 1;
	size_t length = byte[0] < 0xC0 ? 0 : byte[0] < 0xE0 ? 2 : byte[0] < 0xF0 ? 3 : 4;
	if (!length || length > left || byte[0] > 0xF4)
		return 0;
	*code = byte[0] & (0x7Fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((byte[i] & 0xC0) != 0x80)
			return 0;
		*code = *code << 6 | (byte[i] & 0x3F);
	}
	bool surrogate = *code >= 0xD800 && *code <= 0xDFFF;
	return *code < least[length] || surrogate || *code > 0x10FFFF ? 0 : length;
}

static bool is_control(uint32_t code)
{
	return (code < ' ' && code != '\t' && code != '\n' && code != '\r') || code == 127;
}

const char *text_find_binary(const char *text, size_t length)
{
	for (size_t i = 0, step; i < length; i += step) {
		uint32_t code;
		step = text_letter(text + i, length - i, &code);
		if (!step || is_control(code))
			return text + i;
	}
	return NULL;
}

const char *text_why_binary(char byte)
{
	return is_control((unsigned char)byte) ? "a control character" : "not UTF-8";
}

/* YAML 1.2.2, section 10.3.2: the core schema's words for null, and nothing. */
bool text_is_null(const char *text)
{
	return !*text || strcmp(text, "~") == 0 || strcmp(text, "null") == 0 ||
	       strcmp(text, "Null") == 0 || strcmp(text, "NULL") == 0;
}
