/* A hash table of at most a few thousand words, which never shrinks. */
#include "replay/dictionary.h"

#include "replay/clean.h"

#include <stdlib.h>
#include <xxhash.h>

void dictionary_init(struct dictionary *dictionary, int most)
{
	int places = 16;
	while (places < 2 * most)
		places *= 2;
	*dictionary = (struct dictionary){.most = most, .places = places};
	struct arena *arena = &dictionary->arena;
	dictionary->word = arena_take(arena, (size_t)most * sizeof *dictionary->word);
	dictionary->hash = arena_take(arena, (size_t)most * sizeof *dictionary->hash);
	dictionary->place = arena_take(arena, (size_t)places * sizeof *dictionary->place);
	memset(dictionary->place, -1, (size_t)places * sizeof *dictionary->place);
}

void dictionary_free(struct dictionary *dictionary)
{
	arena_free(&dictionary->arena);
}

static bool is_word(const struct dictionary *dictionary, int number, uint64_t hash,
		    struct view word)
{
	return dictionary->hash[number] == hash && view_is(word, dictionary->word[number]);
}

/* Puts a question mark in the place of every byte that is no text, if there is any. */
static struct view clean(struct view word, char room[LONGEST_WORD_KEPT])
{
	for (size_t i = 0, step; i < word.length; i += step) {
		step = clean_letter(word.at + i, word.length - i);
		if (step)
			continue;
		step = 1;
		if (word.at != room)
			memcpy(room, word.at, word.length);
		word.at = room;
		room[i] = '?';
	}
	return word;
}

int dictionary_add(struct dictionary *dictionary, struct view word)
{
	char room[LONGEST_WORD_KEPT];
	if (word.length > LONGEST_WORD_KEPT)
		word.length = LONGEST_WORD_KEPT;
	word = clean(view_trim(word), room);
	if (!word.length)
		word = view_of("(blank)");
	uint64_t hash = XXH3_64bits(word.at, word.length);
	unsigned mask = (unsigned)dictionary->places - 1, at = (unsigned)hash & mask;
	for (; dictionary->place[at] >= 0; at = (at + 1) & mask)
		if (is_word(dictionary, dictionary->place[at], hash, word))
			return dictionary->place[at];
	if (dictionary->count == dictionary->most)
		return -1;
	int number = dictionary->count++;
	dictionary->word[number] = arena_copy(&dictionary->arena, word.at, word.length);
	dictionary->hash[number] = hash;
	dictionary->place[at] = number;
	return number;
}
