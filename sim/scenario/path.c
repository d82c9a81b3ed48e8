/* `--set` and `vary`: one value of the tree is replaced by its dotted path. */
#include "sim/scenario/text.h"
#include "sim/scenario/tree.h"

#include <stdlib.h>
#include <string.h>

struct setting {
	struct arena *arena;
	struct complaints *complaints;
	const char *path;
	struct mark whole;
	const char *steps[TREE_DEEPEST];
	int count;
};

static bool add_step(struct setting *setting, const char *start, size_t length)
{
	const char *fault = NULL;
	if (setting->count == TREE_DEEPEST)
		fault = "the path \"%s\" has too many steps";
	else if (!length)
		fault = "the path \"%s\" has a step without a name";
	else if (length > TREE_LONGEST_KEY)
		fault = "the path \"%s\" has a step that is too long for a key";
	if (fault) {
		complain(setting->complaints, setting->whole, fault, setting->path);
		return false;
	}
	setting->steps[setting->count++] = arena_copy(setting->arena, start, length);
	return true;
}

static bool split(struct setting *setting)
{
	const char *step = setting->path, *bad = text_find_binary(step, strlen(step));
	if (bad) {
		complain(setting->complaints, setting->whole, "byte 0x%02X of the path is %s",
			 (unsigned)(unsigned char)*bad, text_why_binary(*bad));
		return false;
	}
	while (true) {
		size_t length = strcspn(step, ".");
		if (!add_step(setting, step, length))
			return false;
		if (!step[length])
			return true;
		step += length + 1;
	}
}

/* The start of the path, `steps` steps long, as complaints show it. */
static const char *show(const struct setting *setting, int steps)
{
	const char *end = setting->path;
	for (int i = 0; i < steps; i++)
		end += strlen(setting->steps[i]) + 1;
	return steps ? arena_copy(setting->arena, setting->path, (size_t)(end - setting->path) - 1)
		     : "the scenario";
}

static struct node *find_entry(const struct setting *setting, const struct node *list, int step)
{
	const char *text = setting->steps[step], *name = show(setting, step);
	if (text[strspn(text, "0123456789")]) {
		complain(setting->complaints, setting->whole,
			 "\"%s\" is a list; its entries are called 0, 1, 2 ..., not \"%s\"", name,
			 text);
		return NULL;
	}
	unsigned long index = strtoul(text, NULL, 10);
	int count = tree_count(list);
	if (index >= (unsigned long)count) {
		complain(setting->complaints, setting->whole,
			 "\"%s\" has no entry %s; there %s %d, counted from 0", name, text,
			 count == 1 ? "is" : "are", count);
		return NULL;
	}
	struct node *entry = list->first;
	while (index--)
		entry = entry->next;
	return entry;
}

/* The child of that step, made where a map lacks it; NULL after a complaint. */
static struct node *enter(const struct setting *setting, struct node *node, int step)
{
	if (node->kind == NODE_LIST)
		return find_entry(setting, node, step);
	if (node->kind == NODE_SCALAR) {
		complain(setting->complaints, setting->whole,
			 "\"%s\" is a plain value; nothing below it can be set",
			 show(setting, step));
		return NULL;
	}
	struct node *child = tree_find(node, setting->steps[step]);
	return child ? child
		     : tree_add_map(setting->arena, node, setting->steps[step], setting->whole);
}

/* An option's value may be nothing at all, which is no YAML text. */
static struct node *read_value(const struct setting *setting, const char *text)
{
	struct source *source = arena_take(setting->arena, sizeof *source);
	const char *copy = arena_copy(setting->arena, text, strlen(text));
	*source = (struct source){setting->whole.source->name, copy, strlen(text)};
	if (*text)
		return tree_read(setting->arena, source, setting->complaints);
	struct node *value = arena_take(setting->arena, sizeof *value);
	*value = (struct node){.kind = NODE_SCALAR, .at = setting->whole, .text = ""};
	return value;
}

static void replace(struct node *node, const struct node *value)
{
	node->kind = value->kind;
	node->at = value->at;
	node->text = value->text;
	node->quoted = value->quoted;
	node->inherited = false;
	node->first = value->first;
}

/* Puts a value that nobody else holds at the path. */
static bool place(struct setting *setting, struct node *root, const struct node *value)
{
	if (setting->count + tree_height(value) > TREE_DEEPEST) {
		complain(setting->complaints, setting->whole, "\"%s\" would be nested too deep",
			 setting->path);
		return false;
	}
	struct node *node = root;
	for (int step = 0; step < setting->count && node; step++)
		node = enter(setting, node, step);
	if (node)
		replace(node, value);
	return node;
}

bool tree_set(struct arena *arena, struct node *root, const char *path, const char *text,
	      const struct source *source, struct complaints *complaints)
{
	struct setting setting = {arena, complaints, path, {source, 0, 0}, {NULL}, 0};
	int before = complaints->count;
	if (!split(&setting))
		return false;
	const struct node *value = read_value(&setting, text);
	return value && complaints->count == before && place(&setting, root, value);
}

bool tree_put(struct arena *arena, struct node *root, const char *path, const struct node *value,
	      struct mark at, struct complaints *complaints)
{
	struct setting setting = {arena, complaints, path, at, {NULL}, 0};
	return split(&setting) && place(&setting, root, tree_copy(arena, value));
}
