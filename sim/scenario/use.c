/* Plug-ins named in a scenario: found, given their parameters, and completed. */
#include "sim/scenario/reader.h"

#include "models/list.h"

#include <stdio.h>
#include <string.h>

static void list_names(enum plugin_kind kind, char *out, size_t size)
{
	const char *names[MODELS_MOST];
	size_t used = 0;
	models_names(kind, names);
	out[0] = 0;
	for (int i = 0; names[i] && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", names[i]);
}

/* The child whose key looks most like a plug-in of the kind, and like which. */
static const char *nearest_of(enum plugin_kind kind, const struct node *map,
			      const struct node **child)
{
	const char *names[MODELS_MOST];
	models_names(kind, names);
	for (const struct node *c = map->first; c; c = c->next) {
		const char *near = error_nearest(c->key, names);
		if (near) {
			*child = c;
			return near;
		}
	}
	return NULL;
}

static void complain_of_none(struct reader *reader, const struct node *map, enum plugin_kind kind,
			     const char *what)
{
	char names[READER_SENTENCE];
	const struct node *mistyped;
	if (nearest_of(kind, map, &mistyped))
		return; /* the complaint about that unknown key says it better */
	list_names(kind, names, sizeof names);
	complain(reader->complaints, map->at, "%s needs one of these keys: %s", what, names);
}

struct node *use_find(struct reader *reader, struct node *map, enum plugin_kind kind,
		      const char *what)
{
	struct node *found = NULL;
	for (struct node *child = map->first, *next; child; child = next) {
		next = child->next;
		if (!models_find(kind, child->key))
			continue;
		if (found && found->inherited != child->inherited) {
			struct node *copied = found->inherited ? found : child;
			found = found->inherited ? child : found;
			tree_remove(map, copied);
			continue;
		}
		if (found) {
			complain(reader->complaints, child->key_at,
				 "%s names two plug-ins of one kind, \"%s\" and \"%s\"; keep one",
				 what, found->key, child->key);
			continue;
		}
		found = child;
	}
	if (!found)
		complain_of_none(reader, map, kind, what);
	return found;
}

static bool complete(struct reader *reader, struct node *node, const struct plugin *plugin,
		     void *config)
{
	char why[READER_SENTENCE];
	const char *key = plugin->prepare ? plugin->prepare(config, why, sizeof why) : NULL;
	if (key)
		complain(reader->complaints, read_mark(node, key), "%s: %s", plugin->name, why);
	return !key;
}

bool use_read(struct reader *reader, struct node *node, enum plugin_kind kind,
	      const struct param *also, struct use *use)
{
	const struct plugin *plugin = models_find(kind, node->key);
	void *config = arena_take(reader->arena, plugin->config_size);
	int before = reader->complaints->count;
	*use = (struct use){plugin, config};
	if (node->kind == NODE_SCALAR && !*node->text && !node->quoted) {
		node->kind = NODE_MAP;
		node->first = NULL;
	}
	if (!fields_is_map(reader, node, node->key))
		return false;
	fields_only(reader, node, plugin->params, also, NULL, plugin->name);
	fields_read(reader, node, plugin->params, config, plugin->name);
	/* Contradictions are only worth a word once every value is readable. */
	return reader->complaints->count == before && complete(reader, node, plugin, config);
}

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
	list_names(PLUGIN_LATENCY, names, sizeof names);
	if (node->kind == NODE_SCALAR)
		near = error_nearest(node->text, all);
	else if (node->kind == NODE_MAP)
		near = nearest_of(PLUGIN_LATENCY, node, &at);
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
