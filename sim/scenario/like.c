/* `like`: a sibling is taken as the pattern and replaced key by key, whatever order they stand in.
 */
#include "sim/scenario/table.h"
#include "sim/scenario/tree.h"

#include <string.h>

enum { HINTS = 8 }; /* names shown where none is near; more would hide the sentence */

struct heir {
	struct node *node;
	const struct node
		*like; /* its `like`, which is no child any more; NULL if there was none */
	enum { FRESH, UNDERWAY, SETTLED } state;
};

struct family {
	struct arena *arena;
	struct complaints *complaints;
	struct heir *heirs;
	struct heir **chain; /* as long as all of them */
	struct table names;  /* -> heirs */
	int count;
	int copied; /* nodes */
};

/* None where the complaint would only be counted: a list for each would take quadratic time. */
static const char *const *list_siblings(const struct family *family, const struct heir *heir)
{
	int count = family->complaints->count < MAX_COMPLAINTS ? family->count : 0, n = 0;
	const char **names = arena_take(family->arena, ((size_t)count + 1) * sizeof *names);
	for (int i = 0; i < count; i++) {
		if (&family->heirs[i] != heir)
			names[n++] = family->heirs[i].node->key;
	}
	return names;
}

static const char *quote_some(struct arena *arena, const char *const *names)
{
	const char *list = "";
	for (int i = 0; names[i]; i++) {
		if (i == HINTS)
			return arena_printf(arena, "%s, ...", list);
		list = arena_printf(arena, "%s%s\"%s\"", list, i ? ", " : "", names[i]);
	}
	return list;
}

static void complain_unknown(const struct family *family, const struct heir *heir)
{
	const char *name = heir->like->text;
	const char *const *names = list_siblings(family, heir);
	const char *nearest = error_nearest(name, names);
	if (nearest)
		complain(family->complaints, heir->like->at,
			 "no sibling is called \"%s\"; did you mean \"%s\"?", name, nearest);
	else if (names[0])
		complain(family->complaints, heir->like->at,
			 "no sibling is called \"%s\"; there are: %s", name,
			 quote_some(family->arena, names));
	else
		complain(family->complaints, heir->like->at,
			 "no sibling is called \"%s\"; \"%s\" stands alone", name, heir->node->key);
}

/* Whom the heir is like, or NULL: it is like nobody, or wrongly so. Takes the `like` away. */
static struct heir *find_model(const struct family *family, struct heir *heir)
{
	heir->like = tree_find(heir->node, "like");
	if (!heir->like)
		return NULL;
	tree_remove(heir->node, heir->like);
	if (heir->like->kind != NODE_SCALAR || !*heir->like->text) {
		complain(family->complaints, heir->like->at,
			 "\"like\" takes the name of one sibling, such as \"like: stable\"");
		return NULL;
	}
	struct heir *model = table_look_up(&family->names, heir->like->text)->value;
	if (!model)
		complain_unknown(family, heir);
	return model;
}

static void complain_circle(const struct family *family, const struct heir *heir)
{
	const char *name = heir->node->key, *model = heir->like->text;
	if (strcmp(name, model) == 0)
		complain(family->complaints, heir->like->at, "\"%s\" cannot be like itself", name);
	else
		complain(family->complaints, heir->like->at,
			 "\"%s\" is like \"%s\", which leads back to \"%s\"; one must stand alone",
			 name, model, name);
}

static void mark_inherited(struct node *node)
{
	node->inherited = true;
	for (struct node *child = node->first; child; child = child->next)
		mark_inherited(child);
}

static struct node *copy_inherited(struct arena *arena, const struct node *node)
{
	struct node *copy = tree_copy(arena, node);
	mark_inherited(copy);
	return copy;
}

/* The model's keys come first, in its order; then what only the heir has. */
static void merge(struct arena *arena, struct node *heir, const struct node *model)
{
	struct node own = *heir;
	struct node **end = &heir->first;
	for (const struct node *theirs = model->first; theirs; theirs = theirs->next) {
		struct node *mine = tree_find(&own, theirs->key);
		if (!mine) {
			mine = copy_inherited(arena, theirs);
		} else {
			tree_remove(&own, mine);
			if (mine->kind == NODE_MAP && theirs->kind == NODE_MAP)
				merge(arena, mine, theirs);
		}
		*end = mine;
		end = &mine->next;
	}
	*end = own.first;
}

static void become(struct arena *arena, struct node *heir, const struct node *model)
{
	const struct node *copy = copy_inherited(arena, model);
	heir->kind = copy->kind;
	heir->text = copy->text;
	heir->quoted = copy->quoted;
	heir->first = copy->first;
}

static bool make_room(struct family *family, const struct heir *heir, const struct node *model)
{
	int size = tree_size(model);
	if (family->copied > TREE_MOST_NODES)
		return false;
	if (size > TREE_MOST_NODES - family->copied) {
		complain(family->complaints, heir->like->at,
			 "up to here \"like\" copies more than %d values", TREE_MOST_NODES);
		family->copied = TREE_MOST_NODES + 1;
		return false;
	}
	family->copied += size;
	return true;
}

static void inherit(struct family *family, const struct heir *heir, const struct node *model)
{
	if (!make_room(family, heir, model))
		return;
	if (model->kind == NODE_MAP)
		merge(family->arena, heir->node, model);
	else if (!heir->node->first)
		become(family->arena, heir->node, model);
	else
		complain(family->complaints, heir->like->at,
			 "\"%s\" is a %s, which has no keys to replace", model->key,
			 model->kind == NODE_LIST ? "list" : "plain value");
}

/* Follows the likes to one that is settled, then settles the way back; without recursion, because
 * a chain may be as long as the file. */
static void settle(struct family *family, struct heir *heir)
{
	int length = 0;
	struct heir *model = heir;
	while (model && model->state == FRESH) {
		model->state = UNDERWAY;
		family->chain[length++] = model;
		model = find_model(family, model);
	}
	if (model && model->state == UNDERWAY) {
		complain_circle(family, model);
		model = NULL;
	}
	while (length--) {
		struct heir *next = family->chain[length];
		if (model)
			inherit(family, next, model->node);
		next->state = SETTLED;
		model = next;
	}
}

void tree_resolve_likes(struct arena *arena, struct node *map, struct complaints *complaints)
{
	if (map->kind != NODE_MAP || !map->first)
		return;
	struct family family = {.arena = arena, .complaints = complaints};
	int count = tree_count(map);
	family.heirs = arena_take(arena, (size_t)count * sizeof *family.heirs);
	family.chain = arena_take(arena, (size_t)count * sizeof *family.chain);
	family.names = table_make(arena, count + 1);
	for (struct node *child = map->first; child; child = child->next) {
		struct heir *heir = &family.heirs[family.count++];
		heir->node = child;
		*table_look_up(&family.names, child->key) = (struct entry){child->key, heir};
	}
	for (int i = 0; i < family.count; i++)
		settle(&family, &family.heirs[i]);
}
