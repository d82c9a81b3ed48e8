/* Names and words of a trace. */
#include "replay/head.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static bool is_extra(const struct mapped *row)
{
	return row->field == FIELD_ACTION || row->field == FIELD_REWARD ||
	       row->field == FIELD_PROPENSITY || row->field == FIELD_NUMBER ||
	       row->field == FIELD_WORD;
}

static const char *name_of(const struct mapped *row)
{
	return row->field >= FIELD_NUMBER ? row->name : mapping_word(row->field);
}

int head_extra(const struct head *head, const struct mapped *row)
{
	if (is_extra(row))
		for (int i = 0; i < head->extras; i++)
			if (!strcmp(head->extra[i].name, name_of(row)))
				return i;
	return -1;
}

/* Attributes are arrays of the file, and must not take the name of another. */
static bool is_free(const char *name)
{
	static const char *const taken[] = {
		"time",	 "end",	    "arrival", "duration", "status",	 "bytes", "request",
		"route", "outcome", "segment", "version",  "user",	 "url",	  "method",
		"id",	 "action",  "reward",  "number",   "propensity", "word",  "where"};
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		if (!strcmp(name, taken[i]))
			return false;
	if (!islower((unsigned char)*name))
		return false;
	for (; *name; name++)
		if (!islower((unsigned char)*name) && !isdigit((unsigned char)*name) &&
		    *name != '_')
			return false;
	return true;
}

static bool add_extra(struct head *head, const struct mapped *row, char *why, size_t size)
{
	const char *name = name_of(row);
	bool word = row->field == FIELD_ACTION || row->field == FIELD_WORD;
	int known = head_extra(head, row);
	if (known >= 0 && head->extra[known].word == word)
		return true;
	if (known >= 0 || (row->field >= FIELD_NUMBER && !is_free(name))) {
		snprintf(why, size,
			 known >= 0 ? "%s is both a number and a word"
				    : "%s cannot be the name of an attribute: names are of small "
				      "letters, digits and _, and those of other columns are taken",
			 name);
		return false;
	}
	if (head->extras == MOST_EXTRAS) {
		snprintf(why, size, "more than %d attributes", MOST_EXTRAS);
		return false;
	}
	struct extra *extra = &head->extra[head->extras++];
	*extra = (struct extra){.name = name, .word = word};
	if (word)
		dictionary_init(&extra->words, MOST_VALUES);
	return true;
}

static int by_name(const void *a, const void *b)
{
	const struct extra *left = a, *right = b;
	return strcmp(left->name, right->name);
}

void head_sort(struct head *head)
{
	if (head->extras)
		qsort(head->extra, (size_t)head->extras, sizeof *head->extra, by_name);
}

bool head_init(struct head *head, const struct mapping *mapping, char *why, size_t size)
{
	*head = (struct head){.extras = 0};
	dictionary_init(&head->routes, MOST_ROUTES);
	dictionary_init(&head->segments, MOST_PARTIES);
	dictionary_init(&head->versions, MOST_PARTIES);
	for (int i = 0; i < mapping->count; i++)
		if (is_extra(&mapping->row[i]) && !add_extra(head, &mapping->row[i], why, size))
			return false;
	head_sort(head);
	return true;
}

void head_free(struct head *head)
{
	dictionary_free(&head->routes);
	dictionary_free(&head->segments);
	dictionary_free(&head->versions);
	for (int i = 0; i < head->extras; i++)
		if (head->extra[i].word)
			dictionary_free(&head->extra[i].words);
}

int head_number(const struct head *head, const char *name)
{
	for (int e = 0; e < head->extras; e++)
		if (!head->extra[e].word && !strcmp(head->extra[e].name, name))
			return e;
	return -1;
}

size_t head_row_size(const struct head *head)
{
	return sizeof(struct row) + (size_t)head->extras * sizeof(double);
}
