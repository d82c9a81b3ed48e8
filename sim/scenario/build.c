/* Builds nodes bottom-up from a stream of events, so that depth and aliases are counted before
 * anything is built, and nothing hostile is ever recursed into. */
#include "sim/scenario/build.h"

#include "sim/scenario/text.h"

#include <string.h>

/* An anchor stands on a value or on its key; one more is remembered before the last is refused. */
enum { MOST_ANCHORS = 2 * TREE_MOST_NODES + 2 };

void build_init(struct build *build, struct arena *arena, struct complaints *complaints,
		int most_anchors)
{
	*build = (struct build){.arena = arena, .complaints = complaints};
	build->anchors =
		table_make(arena, most_anchors < MOST_ANCHORS ? most_anchors + 1 : MOST_ANCHORS);
}

struct frame *build_top(struct build *build)
{
	return build->depth ? &build->frames[build->depth - 1] : NULL;
}

static bool expects_key(struct build *build)
{
	const struct frame *frame = build_top(build);
	return frame && frame->node->kind == NODE_MAP && !frame->has_key;
}

/* Makes `key` the key of the next value; NULL where it was refused. */
static void set_key(struct build *build, const char *key, struct mark at)
{
	struct frame *frame = build_top(build);
	frame->has_key = true;
	frame->key = key;
	frame->key_at = at;
}

static void take_key(struct build *build, struct mark at, const char *text, bool quoted)
{
	size_t length = strlen(text);
	if (!quoted && strcmp(text, "<<") == 0) {
		complain(build->complaints, at,
			 "merge keys are not read; write \"like: NAME\" to start from a sibling");
		text = NULL;
	} else if (length > TREE_LONGEST_KEY) {
		complain(build->complaints, at,
			 "a key of %zu bytes is too long; at most %d are read", length,
			 TREE_LONGEST_KEY);
		text = NULL;
	}
	set_key(build, text, at);
}

static void refuse_key(struct build *build, struct mark at, enum node_kind kind)
{
	complain(build->complaints, at, "a key must be a word, not a %s",
		 kind == NODE_LIST ? "list" : "map");
	set_key(build, NULL, at);
}

static bool make_room(struct build *build, struct mark at, int nodes)
{
	if (nodes > TREE_MOST_NODES - build->nodes) {
		complain(build->complaints, at,
			 "there are more than %d values, counting what aliases repeat",
			 TREE_MOST_NODES);
		build->failed = true;
		return false;
	}
	build->nodes += nodes;
	return true;
}

static void place(struct build *build, struct node *node)
{
	struct frame *frame = build_top(build);
	if (!frame) {
		build->root = node;
		return;
	}
	bool dropped = frame->has_key && !frame->key;
	node->key = frame->key;
	node->key_at = frame->key_at;
	frame->has_key = false;
	frame->key = NULL;
	if (dropped)
		return;
	*frame->end = node;
	frame->end = &node->next;
}

static struct node *make_node(struct build *build, struct mark at, const char *anchor,
			      enum node_kind kind)
{
	struct node *node = arena_take(build->arena, sizeof *node);
	node->kind = kind;
	node->at = at;
	if (anchor)
		*table_look_up(&build->anchors, anchor) = (struct entry){anchor, node};
	return node;
}

void build_scalar(struct build *build, struct mark at, const char *anchor, const char *text,
		  bool quoted)
{
	struct node *node = make_node(build, at, anchor, NODE_SCALAR);
	node->quoted = quoted;
	node->text = quoted || !text_is_null(text) ? text : "";
	if (expects_key(build))
		take_key(build, at, text, quoted);
	else if (make_room(build, at, 1))
		place(build, node);
}

void build_open(struct build *build, struct mark at, const char *anchor, enum node_kind kind,
		bool flow)
{
	if (build->depth == TREE_DEEPEST) {
		complain(build->complaints, at, "this is nested more than %d levels deep",
			 TREE_DEEPEST);
		build->failed = true;
		return;
	}
	if (!make_room(build, at, 1))
		return;
	struct node *node = make_node(build, at, anchor, kind);
	if (expects_key(build))
		refuse_key(build, at, kind);
	else
		place(build, node);
	build->frames[build->depth++] =
		(struct frame){.node = node, .end = &node->first, .flow = flow};
}

/* Only the first of equal keys is kept, so that nobody complains of the second again. */
static void drop_duplicates(struct build *build, struct node *map)
{
	struct table seen = table_make(build->arena, tree_count(map) + 1);
	struct node **link = &map->first;
	while (*link) {
		struct node *child = *link;
		struct entry *entry = table_look_up(&seen, child->key);
		const struct node *first = entry->value;
		if (first) {
			complain(build->complaints, child->key_at,
				 "\"%s\" is given twice; first on line %d", child->key,
				 first->key_at.line);
			*link = child->next;
		} else {
			*entry = (struct entry){child->key, child};
			link = &child->next;
		}
	}
}

void build_close(struct build *build)
{
	struct node *node = build->frames[--build->depth].node;
	if (node->kind == NODE_MAP)
		drop_duplicates(build, node);
}

static bool is_open(const struct build *build, const struct node *node)
{
	for (int i = 0; i < build->depth; i++) {
		if (build->frames[i].node == node)
			return true;
	}
	return false;
}

/* Why the alias cannot stand for the node, as a format that takes the alias's name; or NULL. */
static const char *refuse_alias(const struct build *build, const struct node *node)
{
	if (!node)
		return "no anchor \"&%s\" stands before this alias";
	if (is_open(build, node))
		return "the alias \"*%s\" stands inside what it repeats, which would never end";
	if (build->depth + tree_height(node) > TREE_DEEPEST)
		return "what the alias \"*%s\" repeats is nested too deep here";
	return NULL;
}

void build_alias(struct build *build, struct mark at, const char *name)
{
	const struct node *node = table_look_up(&build->anchors, name)->value;
	const char *refusal = refuse_alias(build, node);
	if (refusal) {
		complain(build->complaints, at, refusal, name);
		build->failed = true;
	} else if (expects_key(build)) {
		if (node->kind == NODE_SCALAR)
			take_key(build, at, node->text, node->quoted);
		else
			refuse_key(build, at, node->kind);
	} else if (make_room(build, at, tree_size(node))) {
		struct node *copy = tree_copy(build->arena, node);
		copy->at = at;
		place(build, copy);
	}
}
