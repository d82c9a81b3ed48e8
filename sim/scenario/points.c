/* Points are counted like an odometer: the last varied parameter moves fastest. */
#include "sim/scenario/points.h"

#include <stdlib.h>

/* One value to put into the tree: text from outside, or a node of `vary`. */
struct placement {
	const char *path;
	const struct setting *setting; /* NULL: */
	const struct node *value;
	struct mark at;
};

bool points_read(struct reader *reader, const struct node *root, const struct setting *settings,
		 int count, struct points *points)
{
	int64_t total = 1;
	int before = reader->complaints->count;
	const struct node *vary = tree_find(root, "vary");
	*points = (struct points){vary, settings, count, 0, 1};
	if (!vary)
		return true;
	if (!fields_is_map(reader, vary, "vary"))
		return false;
	for (const struct node *child = vary->first; child; child = child->next) {
		if (!fields_is_list(reader, child, child->key))
			continue;
		if (!child->first)
			complain(reader->complaints, child->at, "vary needs at least one value");
		if (total <= MAX_POINTS)
			total *= tree_count(child);
	}
	if (total > MAX_POINTS)
		complain(reader->complaints, vary->at, "vary makes more than %d points",
			 MAX_POINTS);
	points->varied = tree_count(vary);
	points->count = (int)total;
	return reader->complaints->count == before;
}

/* The value of a varied parameter at a point; `stride` is how many points each value lasts. */
static const struct node *value_at(const struct node *parameter, int point, int stride)
{
	const struct node *value = parameter->first;
	for (int skip = point / stride % tree_count(parameter); skip; skip--)
		value = value->next;
	return value;
}

static struct placement *place_all(struct arena *arena, const struct points *points, int point)
{
	int count = points->settings_count, stride = points->count;
	struct placement *all = arena_take(arena, (size_t)(count + points->varied) * sizeof *all);
	for (int i = 0; i < count; i++)
		all[i] = (struct placement){.path = points->settings[i].path,
					    .setting = &points->settings[i]};
	const struct node *child = points->vary ? points->vary->first : NULL;
	for (; child; child = child->next) {
		stride /= tree_count(child);
		all[count++] = (struct placement){.path = child->key,
						  .value = value_at(child, point, stride),
						  .at = child->key_at};
	}
	return all;
}

static void place(struct reader *reader, struct node *root, const struct placement *p)
{
	if (p->setting)
		tree_set(reader->arena, root, p->path, p->setting->value, &p->setting->source,
			 reader->complaints);
	else
		tree_put(reader->arena, root, p->path, p->value, p->at, reader->complaints);
}

static void resolve_likes(struct reader *reader, struct node *root)
{
	static const char *const maps[] = {"versions", "rollouts"};
	for (int m = 0; m < 2; m++) {
		struct node *map = tree_find(root, maps[m]);
		if (map && map->kind == NODE_MAP)
			tree_resolve_likes(reader->arena, map, reader->complaints);
	}
}

/* A value goes exactly where its path points: copies made by `like` don't follow their original. */
struct node *points_arrange(struct reader *reader, const struct node *root,
			    const struct points *points, int point)
{
	struct node *tree = tree_copy(reader->arena, root);
	struct placement *all = place_all(reader->arena, points, point);
	resolve_likes(reader, tree);
	for (int i = 0; i < points->settings_count + points->varied; i++)
		place(reader, tree, &all[i]);
	return tree;
}

static const char *value_text(struct arena *arena, const struct node *value)
{
	char *text = NULL;
	size_t length = 0;
	if (value->kind == NODE_SCALAR)
		return value->text;
	FILE *out = open_memstream(&text, &length);
	if (!out)
		error_out_of_memory(1);
	tree_print(value, out);
	fclose(out);
	while (length && text[length - 1] == '\n')
		length--;
	const char *copy = arena_copy(arena, text, length);
	free(text);
	return copy;
}

struct vary *points_describe(struct arena *arena, const struct points *points)
{
	struct vary *vary = arena_take(arena, (size_t)points->varied * sizeof *vary);
	int stride = points->count, i = 0;
	const struct node *child = points->vary ? points->vary->first : NULL;
	for (; child; child = child->next, i++) {
		stride /= tree_count(child);
		vary[i].key = child->key;
		vary[i].values = arena_take(arena, (size_t)points->count * sizeof(const char *));
		for (int p = 0; p < points->count; p++)
			vary[i].values[p] = value_text(arena, value_at(child, p, stride));
	}
	return vary;
}
