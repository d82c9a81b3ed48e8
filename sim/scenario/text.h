/* Letters: what a scenario's text may hold, whether it comes from a file or from an option. */
#ifndef SIM_SCENARIO_TEXT_H
#define SIM_SCENARIO_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the UTF-8 letter at `text`, and its code; 0 if it is no letter. */
size_t text_letter(const char *text, size_t left, uint32_t *code);

/* The first byte that is not UTF-8, or is a control character other than tab and line ends;
 * NULL if there is none. */
const char *text_find_binary(const char *text, size_t length);

/* A sentence's predicate for what text_find_binary found. */
const char *text_why_binary(char byte);

/* Whether YAML reads the text, unquoted, as no value at all. */
bool text_is_null(const char *text);

#endif
