/* Any text is read or refused; what was read, resolved and printed reads back as the same tree. */
#include "sim/scenario/text.h"
#include "sim/scenario/tree.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Quotes are kept; they are added only to text that starts like an indicator or that no plain
 * scalar can hold on one line. */
static bool may_differ_in_quotes(const char *text)
{
	if (strchr("-?:.", *text))
		return true;
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			return true;
	}
	return false;
}

static void require_letters(const char *text)
{
	uint32_t code;
	for (size_t left = strlen(text), length; left; left -= length, text += length) {
		length = text_letter(text, left, &code);
		require(length);
	}
}

static void require_equal(const struct node *a, const struct node *b)
{
	require(a->kind == b->kind);
	require(!a->key == !b->key && (!a->key || strcmp(a->key, b->key) == 0));
	if (a->kind == NODE_SCALAR) {
		require_letters(a->text);
		require(strcmp(a->text, b->text) == 0);
		require(a->quoted == b->quoted || may_differ_in_quotes(a->text));
	}
	const struct node *p = a->first, *q = b->first;
	for (; p && q; p = p->next, q = q->next)
		require_equal(p, q);
	require(!p && !q);
}

static void require_places(const struct complaints *complaints, const struct source *source)
{
	for (const struct complaint *c = complaints->first; c; c = c->next) {
		require(*c->text && c->at.source == source);
		require(c->at.line >= 0 && (size_t)c->at.line <= source->length + 1);
		require(c->at.column >= 0 && (size_t)c->at.column <= source->length + 1);
	}
}

static void require_round_trip(const struct node *tree)
{
	struct source source = {.name = "printed"};
	char *text;
	FILE *out = open_memstream(&text, &source.length);
	tree_print(tree, out);
	fclose(out);
	source.text = text;

	struct arena arena = {0};
	struct complaints complaints;
	complaints_init(&complaints);
	const struct node *again = tree_read(&arena, &source, &complaints);
	complaints_print(&complaints, stderr);
	require(again && !complaints.count);
	require_equal(tree, again);
	complaints_free(&complaints);
	arena_free(&arena);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	require(text);
	if (size)
		memcpy(text, data, size);
	text[size] = 0;
	const struct source source = {"fuzz", text, size};

	struct arena arena = {0};
	struct complaints complaints;
	complaints_init(&complaints);
	struct node *tree = tree_read(&arena, &source, &complaints);
	require(tree || complaints.count);
	require_places(&complaints, &source);
	if (tree) {
		require_round_trip(tree);
		tree_resolve_likes(&arena, tree, &complaints);
		tree_set(&arena, tree, "a.1.b", text, &source, &complaints);
		require_round_trip(tree);
	}
	complaints_free(&complaints);
	arena_free(&arena);
	free(text);
	return 0;
}
