/* What was measured: lists of times and maps of quantiles. */
#include "sim/scenario/reader.h"
#include "sim/scenario/shelf.h"

#include <stdlib.h>
#include <string.h>

/* One time of a list or map, within the range of that. */
static bool read_time(struct reader *reader, const struct param *param, const struct node *node,
		      sim_time *time)
{
	const struct param row = {"a time",   PARAM_DURATION, 0,	  NULL,
				  param->low, param->high,    .about = ""};
	char why[READER_SENTENCE];
	const char *text = node->kind == NODE_SCALAR ? node->text : "a list or map";
	if (param_set(&row, time, text, why, sizeof why))
		return true;
	complain(reader->complaints, node->at, "%s", why);
	return false;
}

/* Lists are read for every point, and kept once: the room they are read into is given back. */
static void *take_room(int count, size_t size)
{
	void *room = calloc((size_t)count, size);
	if (!room)
		error_out_of_memory((size_t)count * size);
	return room;
}

static int compare_times(const void *a, const void *b)
{
	sim_time x = *(const sim_time *)a, y = *(const sim_time *)b;
	return (x > y) - (x < y);
}

void read_times(struct reader *reader, const struct param *param, const struct node *node,
		struct times *times)
{
	int count = tree_count(node), i = 0;
	bool good = true;
	if (!fields_is_list(reader, node, param->key) ||
	    !fields_count(reader, node, param->key, count, MAX_TIMES))
		return;
	sim_time *room = take_room(count, sizeof *room);
	for (const struct node *child = node->first; child; child = child->next, i++)
		good &= read_time(reader, param, child, &room[i]);
	qsort(room, (size_t)count, sizeof *room, compare_times);
	if (good)
		*times = (struct times){
			shelf_keep(reader->shelf, room, (size_t)count * sizeof *room), count};
	free(room);
}

struct marked_knot {
	struct knot knot;
	const struct node *node;
};

static int compare_knots(const void *a, const void *b)
{
	double x = ((const struct marked_knot *)a)->knot.p;
	double y = ((const struct marked_knot *)b)->knot.p;
	return (x > y) - (x < y);
}

static bool read_knot(struct reader *reader, const struct param *param, const struct node *node,
		      struct marked_knot *marked)
{
	marked->node = node;
	if (node->key[0] == 'p' && units_percentile(node->key + 1, &marked->knot.p))
		return read_time(reader, param, node, &marked->knot.time);
	complain(reader->complaints, node->key_at,
		 "expected a quantile from p0 to p100, such as p50 or p99.9; found \"%.40s\"",
		 node->key);
	return false;
}

/* Knots in order of p must be those of a law. */
static bool check_knots(struct reader *reader, const struct node *map, const char *what,
			const struct marked_knot *marked, int count)
{
	int before = reader->complaints->count;
	if (marked[0].knot.p > 0 || marked[count - 1].knot.p < 1)
		complain(reader->complaints, map->at,
			 "%s need p0 and p100: the fastest and the slowest", what);
	for (int k = 1; k < count; k++) {
		const struct marked_knot *here = &marked[k], *last = here - 1;
		if (here->knot.p <= last->knot.p)
			complain(reader->complaints, here->node->key_at,
				 "\"%s\" is given twice, here and as \"%s\"", here->node->key,
				 last->node->key);
		else if (here->knot.time < last->knot.time)
			complain(reader->complaints, here->node->at,
				 "%s must not be shorter than %s", here->node->key,
				 last->node->key);
	}
	return reader->complaints->count == before;
}

static void keep_knots(struct reader *reader, const struct marked_knot *marked, int count,
		       struct knots *knots)
{
	struct knot *room = take_room(count, sizeof *room);
	for (int k = 0; k < count; k++)
		room[k] = marked[k].knot;
	*knots = (struct knots){shelf_keep(reader->shelf, room, (size_t)count * sizeof *room),
				count};
	free(room);
}

void read_knots(struct reader *reader, const struct param *param, const struct node *node,
		struct knots *knots)
{
	int count = tree_count(node), k = 0;
	bool good = true;
	if (!fields_is_map(reader, node, param->key) ||
	    !fields_count(reader, node, param->key, count, MAX_KNOTS))
		return;
	struct marked_knot *room = take_room(count, sizeof *room);
	for (const struct node *child = node->first; child; child = child->next, k++)
		good &= read_knot(reader, param, child, &room[k]);
	qsort(room, (size_t)count, sizeof *room, compare_knots);
	if (good && check_knots(reader, node, param->key, room, count))
		keep_knots(reader, room, count, knots);
	free(room);
}
