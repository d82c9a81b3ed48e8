/* Plug-ins named in a scenario: found, given their parameters, and completed. */
#include "sim/scenario/reader.h"

#include "models/list.h"
#include "sim/scenario/shelf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void use_names(enum plugin_kind kind, char *out, size_t size)
{
	const char *names[MODELS_MOST];
	size_t used = 0;
	models_names(kind, names);
	out[0] = 0;
	for (int i = 0; names[i] && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", names[i]);
}

/* The child whose key looks most like a plug-in of the kind, and like which. */
const char *use_nearest(enum plugin_kind kind, const struct node *map, const struct node **child)
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
	if (use_nearest(kind, map, &mistyped))
		return; /* the complaint about that unknown key says it better */
	use_names(kind, names, sizeof names);
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

/* The values of the map as a prepared config; NULL after a complaint, of which there were `before`
 * the map was looked at. */
static const void *read_config(struct reader *reader, struct node *node,
			       const struct plugin *plugin, int before)
{
	char why[READER_SENTENCE];
	const char *key;
	void *read = calloc(1, plugin->config_size + 1); /* some plug-ins have no parameters */
	if (!read)
		error_out_of_memory(plugin->config_size);
	fields_read(reader, node, plugin->params, read, plugin->name);
	const void *config = NULL;
	/* Contradictions are only worth a word once every value is readable. */
	if (reader->complaints->count == before) {
		config = shelf_prepare(reader->shelf, plugin, read, &key, why, sizeof why);
		if (!config)
			complain(reader->complaints, read_mark(node, key), "%s: %s", plugin->name,
				 why);
	}
	free(read);
	return config;
}

bool use_read(struct reader *reader, struct node *node, enum plugin_kind kind,
	      const struct param *also, struct use *use)
{
	const struct plugin *plugin = models_find(kind, node->key);
	*use = (struct use){plugin, NULL};
	if (node->kind == NODE_SCALAR && !*node->text && !node->quoted) {
		node->kind = NODE_MAP;
		node->first = NULL;
	}
	if (!fields_is_map(reader, node, node->key))
		return false;
	int before = reader->complaints->count;
	fields_only(reader, node, plugin->params, also, NULL, plugin->name);
	use->config = read_config(reader, node, plugin, before);
	return reader->complaints->count == before;
}
