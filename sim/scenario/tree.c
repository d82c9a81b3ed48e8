/* Nodes without their text: finding, counting, copying, adding and removing them. */
#include "sim/scenario/tree.h"

#include <string.h>

struct node *tree_find(const struct node *map, const char *key)
{
	if (!map || map->kind != NODE_MAP)
		return NULL;
	struct node *child = map->first;
	while (child && strcmp(child->key, key) != 0)
		child = child->next;
	return child;
}

int tree_count(const struct node *node)
{
	int count = 0;
	for (const struct node *child = node->first; child; child = child->next)
		count++;
	return count;
}

int tree_size(const struct node *node)
{
	int size = 1;
	for (const struct node *child = node->first; child; child = child->next)
		size += tree_size(child);
	return size;
}

int tree_height(const struct node *node)
{
	if (node->kind == NODE_SCALAR)
		return 0;
	int highest = 0;
	for (const struct node *child = node->first; child; child = child->next) {
		int height = tree_height(child);
		if (height > highest)
			highest = height;
	}
	return highest + 1;
}

/* Texts and keys never change once read, so copies share them. */
struct node *tree_copy(struct arena *arena, const struct node *node)
{
	struct node *copy = arena_take(arena, sizeof *copy);
	*copy = *node;
	copy->next = NULL;
	struct node **end = &copy->first;
	for (const struct node *child = node->first; child; child = child->next) {
		*end = tree_copy(arena, child);
		end = &(*end)->next;
	}
	*end = NULL;
	return copy;
}

static struct node *append(struct arena *arena, struct node *map, const char *key, struct mark at)
{
	struct node *child = arena_take(arena, sizeof *child);
	child->key = arena_copy(arena, key, strlen(key));
	child->at = child->key_at = at;
	struct node **end = &map->first;
	while (*end)
		end = &(*end)->next;
	*end = child;
	return child;
}

struct node *tree_add(struct arena *arena, struct node *map, const char *key, const char *text,
		      struct mark at)
{
	struct node *child = append(arena, map, key, at);
	child->kind = NODE_SCALAR;
	child->text = arena_copy(arena, text, strlen(text));
	return child;
}

struct node *tree_add_map(struct arena *arena, struct node *map, const char *key, struct mark at)
{
	struct node *child = append(arena, map, key, at);
	child->kind = NODE_MAP;
	return child;
}

void tree_remove(struct node *map, const struct node *child)
{
	struct node **link = &map->first;
	while (*link && *link != child)
		link = &(*link)->next;
	if (*link)
		*link = child->next;
}
