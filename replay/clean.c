/* The table of well-formed UTF-8 (Unicode 15, table 3-7), less the control characters. */
#include "replay/clean.h"

#include <stdbool.h>
#include <string.h>

size_t clean_letter(const char *text, size_t left)
{
	const unsigned char *at = (const unsigned char *)text;
	if (*at < 0x80)
		return *at >= 0x20 && *at != 0x7f;
	size_t length = *at >= 0xf0 ? 4 : *at >= 0xe0 ? 3 : 2;
	if (*at < 0xc2 || *at > 0xf4 || length > left)
		return 0;
	for (size_t i = 1; i < length; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	bool control = *at == 0xc2 && at[1] < 0xa0;
	bool strange = (*at == 0xe0 && at[1] < 0xa0) || (*at == 0xed && at[1] > 0x9f) ||
		       (*at == 0xf0 && at[1] < 0x90) || (*at == 0xf4 && at[1] > 0x8f);
	return strange || control ? 0 : length;
}

void clean_text(char *text)
{
	for (size_t left = strlen(text), step; left; left -= step, text += step) {
		step = clean_letter(text, left);
		if (step)
			continue;
		step = 1;
		*text = '?';
	}
}
