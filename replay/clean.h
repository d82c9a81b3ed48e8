/* Text of a log that is shown to people: what a terminal would obey, and what is no text, is a
 * question mark. */
#ifndef REPLAY_CLEAN_H
#define REPLAY_CLEAN_H

#include <stddef.h>

/* How many bytes the letter at `at` takes in UTF-8; 0 where it is none, or one nobody can see. */
size_t clean_letter(const char *at, size_t left);

void clean_text(char *text);

#endif
