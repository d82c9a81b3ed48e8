/* Latency laws as values, and as parts of a mixture. */
#include "sim/scenario/reader.h"

#include "models/list.h"
#include "sim/scenario/shelf.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Turns `lognormal` and `20s` into the maps they stand for; NULL if it is neither. */
static struct node *expand_law(struct reader *reader, struct node *node)
{
	const char *text = node->text;
	sim_time time;
	bool name = models_find(PLUGIN_LATENCY, text) != NULL;
	if (!name && units_parse_duration(text, &time))
		return NULL;
	node->kind = NODE_MAP;
	node->first = NULL;
	struct node *law = tree_add_map(reader->arena, node, name ? text : "constant", node->at);
	if (!name)
		tree_add(reader->arena, law, "time", text, node->at);
	return law;
}

static void complain_of_law(struct reader *reader, const struct node *node)
{
	char names[READER_SENTENCE];
	const char *all[MODELS_MOST], *near = NULL;
	const struct node *at = node;
	models_names(PLUGIN_LATENCY, all);
	use_names(PLUGIN_LATENCY, names, sizeof names);
	if (node->kind == NODE_SCALAR)
		near = error_nearest(node->text, all);
	else if (node->kind == NODE_MAP)
		near = use_nearest(PLUGIN_LATENCY, node, &at);
	complain(reader->complaints, at == node ? node->at : at->key_at,
		 "expected a latency law (%s) or a duration such as 20s; found %s%.40s%s%s%s%s",
		 names, node->kind == NODE_SCALAR ? "\"" : "",
		 node->kind == NODE_SCALAR ? node->text : "none",
		 node->kind == NODE_SCALAR ? "\"" : "", near ? "; did you mean \"" : "",
		 near ? near : "", near ? "\"?" : "");
}

bool use_read_law(struct reader *reader, struct node *node, struct use *use)
{
	struct node *law = NULL;
	if (node->kind == NODE_SCALAR)
		law = expand_law(reader, node);
	else if (node->kind == NODE_MAP && tree_count(node) == 1 &&
		 models_find(PLUGIN_LATENCY, node->first->key))
		law = node->first;
	else if (node->kind == NODE_MAP && tree_count(node) > 1)
		law = use_find(reader, node, PLUGIN_LATENCY, "the latency");
	if (!law) {
		complain_of_law(reader, node);
		return false;
	}
	fields_only(reader, node, NULL, NULL, (const char *const[]){law->key, NULL}, "the latency");
	return use_read(reader, law, PLUGIN_LATENCY, NULL, use);
}

static bool read_part(struct reader *reader, struct node *node, struct part *part)
{
	static const struct param share[] = {
		{"share", PARAM_SHARE, offsetof(struct part, share), NULL, 1e-6, 1,
		 .about = "of the requests that follow its law"},
		{0},
	};
	const char *keys[MODELS_MOST];
	int before = reader->complaints->count;
	if (!fields_is_map(reader, node, "a part"))
		return false;
	models_names(PLUGIN_LATENCY, keys);
	fields_only(reader, node, share, NULL, keys, "a part");
	fields_read(reader, node, share, part, "a part");
	struct node *law = use_find(reader, node, PLUGIN_LATENCY, "a part");
	if (law)
		use_read(reader, law, PLUGIN_LATENCY, NULL, &part->law);
	return reader->complaints->count == before;
}

void use_read_parts(struct reader *reader, const struct node *node, const char *key,
		    struct parts *parts)
{
	struct part part[MAX_PARTS] = {{0}};
	double sum = 0;
	bool good = true;
	int count = tree_count(node), i = 0;
	if (!fields_is_list(reader, node, key) ||
	    !fields_count(reader, node, key, count, MAX_PARTS))
		return;
	for (struct node *child = node->first; child; child = child->next, i++) {
		good &= read_part(reader, child, &part[i]);
		sum += part[i].share;
	}
	if (!good)
		return;
	if (fabs(sum - 1) > 1e-9)
		complain(reader->complaints, node->at, "the shares of %s sum to %g%%, not to 100%%",
			 key, 100 * sum);
	*parts = (struct parts){
		shelf_keep(reader->shelf, part, (size_t)count * sizeof *part),
		count,
	};
}
