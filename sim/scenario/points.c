/* Points are counted like an odometer: the last varied parameter moves fastest. */
#include "sim/scenario/points.h"

#include <stdlib.h>
#include <string.h>

/* What belongs to the file, not to a trial. */
static bool is_fixed(const char *path)
{
	static const char *const fixed[] = {"scenario", "trials", "timelines", "horizon",
					    "seed",	"vary",	  "tune",      "telemetry.scrape"};
	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
		size_t length = strlen(fixed[i]);
		if (!strncmp(path, fixed[i], length) && (!path[length] || path[length] == '.'))
			return true;
	}
	return false;
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

/* Results hold the scenario with what its files say; of those that vary they could not. */
static bool has_file(const struct node *node)
{
	if (node->key && !strcmp(node->key, "file"))
		return true;
	for (const struct node *child = node->first; child; child = child->next)
		if (has_file(child))
			return true;
	return false;
}

static void check_parameter(struct reader *reader, const struct node *parameter,
			    const struct setting *settings, int count)
{
	if (!fields_is_list(reader, parameter, parameter->key))
		return;
	if (!parameter->first)
		complain(reader->complaints, parameter->at, "vary needs at least one value");
	if (is_fixed(parameter->key))
		complain(reader->complaints, parameter->key_at,
			 "%s is the same at every point and cannot vary", parameter->key);
	const char *step = strrchr(parameter->key, '.');
	if (has_file(parameter) || (step && !strcmp(step, ".file")))
		complain(reader->complaints, parameter->key_at,
			 "a file cannot vary, for results must not need it; vary what it holds");
	for (int i = 0; i < count; i++)
		if (!strcmp(settings[i].path, parameter->key))
			complain(reader->complaints, parameter->key_at,
				 "%s varies and is set by %s as well: which is meant?",
				 parameter->key, settings[i].source.name);
}

static bool read_vary(struct reader *reader, const struct setting *settings, int count,
		      struct points *points)
{
	int64_t total = 1;
	int before = reader->complaints->count;
	if (!fields_is_map(reader, points->vary, "vary"))
		return false;
	for (const struct node *child = points->vary->first; child; child = child->next) {
		check_parameter(reader, child, settings, count);
		if (total <= MAX_POINTS)
			total *= tree_count(child);
	}
	if (total > MAX_POINTS)
		complain(reader->complaints, points->vary->at, "vary makes more than %d points",
			 MAX_POINTS);
	points->varied = tree_count(points->vary);
	points->count = (int)total;
	return reader->complaints->count == before;
}

/* Takes a part out of the scenario; NULL if it is not there or nothing is in it: `--set vary={}`
 * leaves out what a scenario varies. */
static struct node *take_part(struct node *root, const char *name)
{
	struct node *part = tree_find(root, name);
	if (part)
		tree_remove(root, part);
	return part && part->kind == NODE_MAP && !part->first ? NULL : part;
}

/* A value goes exactly where its path points: copies made by `like` don't follow their original. */
bool points_read(struct reader *reader, struct node *root, const struct setting *settings,
		 int count, struct points *points)
{
	resolve_likes(reader, root);
	for (int i = 0; i < count; i++)
		tree_set(reader->arena, root, settings[i].path, settings[i].value,
			 &settings[i].source, reader->complaints);
	/* Points need not copy what they don't read. */
	*points = (struct points){root, take_part(root, "vary"), take_part(root, "tune"), 0, 1};
	if (points->vary && points->tune)
		complain(reader->complaints, points->tune->key_at,
			 "what varies is not tuned: leave out \"vary\" or \"tune\"");
	if (!points->vary)
		return true;
	return read_vary(reader, settings, count, points);
}

/* The value of a varied parameter at a point; `stride` is how many points each value lasts. */
static const struct node *value_at(const struct node *parameter, int point, int stride)
{
	const struct node *value = parameter->first;
	for (int skip = point / stride % tree_count(parameter); skip; skip--)
		value = value->next;
	return value;
}

struct node *points_arrange(struct reader *reader, const struct points *points, int point)
{
	struct node *tree = tree_copy(reader->arena, points->root);
	int stride = points->count;
	const struct node *child = points->vary ? points->vary->first : NULL;
	for (; child; child = child->next) {
		stride /= tree_count(child);
		tree_put(reader->arena, tree, child->key, value_at(child, point, stride),
			 child->key_at, reader->complaints);
	}
	return tree;
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
			vary[i].values[p] = tree_text(arena, value_at(child, p, stride));
	}
	return vary;
}
