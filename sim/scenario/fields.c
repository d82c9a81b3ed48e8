/* Maps of the tree read by param tables. A default is first written into the tree and then read
 * from it, so that the tree, printed, is the resolved scenario. */
#include "sim/scenario/reader.h"

#include <stdio.h>
#include <string.h>

struct mark read_mark(const struct node *map, const char *key)
{
	const struct node *child = tree_find(map, key);
	return child ? child->at : map->at;
}

static bool is_empty(const struct node *node)
{
	return node->kind == NODE_SCALAR && !*node->text && !node->quoted;
}

static const char *kind_of(const struct node *node)
{
	if (is_empty(node))
		return "nothing";
	static const char *const names[] = {"one value", "a list", "a map"};
	return names[node->kind];
}

bool fields_is_map(struct reader *reader, const struct node *node, const char *what)
{
	if (node->kind == NODE_MAP)
		return true;
	complain(reader->complaints, node->at, "%s must be a map of keys and values; found %s",
		 what, kind_of(node));
	return false;
}

bool fields_is_list(struct reader *reader, const struct node *node, const char *what)
{
	if (node->kind == NODE_LIST)
		return true;
	complain(reader->complaints, node->at, "%s must be a list in [ ]; found %s", what,
		 kind_of(node));
	return false;
}

struct node *fields_map(struct reader *reader, struct node *parent, const char *key)
{
	struct node *child = tree_find(parent, key);
	if (!child)
		return tree_add_map(reader->arena, parent, key, parent->at);
	if (is_empty(child)) {
		child->kind = NODE_MAP;
		child->first = NULL;
	}
	return fields_is_map(reader, child, key) ? child : NULL;
}

static bool is_param(const struct param *params, const char *key)
{
	for (; params && params->key; params++)
		if (!strcmp(params->key, key))
			return true;
	return false;
}

static bool is_word(const char *const *words, const char *key)
{
	for (; words && *words; words++)
		if (!strcmp(*words, key))
			return true;
	return false;
}

enum { MOST_KEYS = 128 }; /* of one map, over all tables */

static void list_allowed(const struct param *first, const struct param *second,
			 const char *const *others, const char *allowed[MOST_KEYS])
{
	int count = 0;
	const struct param *tables[] = {first, second};
	for (int t = 0; t < 2; t++)
		for (const struct param *p = tables[t]; p && p->key && count < MOST_KEYS - 1; p++)
			allowed[count++] = p->key;
	for (; others && *others && count < MOST_KEYS - 1; others++)
		allowed[count++] = *others;
	allowed[count] = NULL;
}

static void complain_of_key(struct reader *reader, const struct node *child,
			    const char *const *allowed, const char *what)
{
	char list[READER_SENTENCE];
	size_t used = 0;
	list[0] = 0;
	for (int i = 0; allowed[i] && used < sizeof list - 40; i++)
		used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "",
					 allowed[i]);
	const char *near = error_nearest(child->key, allowed);
	if (near)
		complain(reader->complaints, child->key_at,
			 "%s has no key \"%s\"; did you mean \"%s\"?", what, child->key, near);
	else
		complain(reader->complaints, child->key_at, "%s has no key \"%s\"; it takes %s",
			 what, child->key, *list ? list : "none");
}

void fields_only(struct reader *reader, const struct node *map, const struct param *first,
		 const struct param *second, const char *const *others, const char *what)
{
	const char *allowed[MOST_KEYS];
	list_allowed(first, second, others, allowed);
	for (const struct node *child = map->first; child; child = child->next)
		if (!is_param(first, child->key) && !is_param(second, child->key) &&
		    !is_word(others, child->key))
			complain_of_key(reader, child, allowed, what);
}

bool fields_count(struct reader *reader, const struct node *node, const char *what, int count,
		  int most)
{
	if (count >= 1 && count <= most)
		return true;
	complain(reader->complaints, node->at, "%s must have 1 to %d entries; found %d", what, most,
		 count);
	return false;
}

static void read_scalar(struct reader *reader, const struct param *param, const struct node *node,
			void *config)
{
	char why[READER_SENTENCE];
	if (node->kind != NODE_SCALAR)
		complain(reader->complaints, node->at, "%s must be one value; found %s", param->key,
			 kind_of(node));
	else if (!param_set(param, config, node->text, why, sizeof why))
		complain(reader->complaints, node->at, "%s", why);
}

static void read_value(struct reader *reader, const struct param *param, struct node *map,
		       struct node *node, void *config)
{
	void *field = (char *)config + param->offset;
	switch (param->type) {
	case PARAM_STAGES:
		read_stages(reader, param, node, field);
		break;
	case PARAM_SPELLS:
		read_spells(reader, param, node, field);
		break;
	case PARAM_SPANS:
		read_spans(reader, param, node, field);
		break;
	case PARAM_SHARES:
		read_share_list(reader, param, node, field);
		break;
	case PARAM_WORDS:
		read_names(reader, param, node, field);
		break;
	case PARAM_STRATEGY:
		read_strategy(reader, node, field);
		break;
	case PARAM_CHECKS:
		*(int *)field = read_scope(reader, node);
		break;
	case PARAM_PHASES:
		read_phases(reader, param, node, field);
		break;
	case PARAM_USERS:
		read_users_listed(reader, param, node, field);
		break;
	case PARAM_RULES:
		read_rules(reader, param, node, field);
		break;
	case PARAM_LAW:
		use_read_law(reader, node, field);
		break;
	case PARAM_PARTS:
		use_read_parts(reader, node, param->key, field);
		break;
	case PARAM_TIMES:
		read_times(reader, param, node, field);
		break;
	case PARAM_KNOTS:
		read_knots(reader, param, node, field);
		break;
	case PARAM_FILE:
		read_file(reader, map, node);
		break;
	case PARAM_TRACE:
		read_trace(reader, map, node, field);
		break;
	default:
		read_scalar(reader, param, node, config);
	}
}

void fields_read(struct reader *reader, struct node *map, const struct param *params, void *config,
		 const char *what)
{
	char expected[READER_SENTENCE];
	for (const struct param *p = params; p->key; p++) {
		struct node *child = tree_find(map, p->key);
		param_clear(p, config);
		if (!child && !p->fallback) {
			param_describe(p, expected, sizeof expected);
			complain(reader->complaints, map->at, "%s needs \"%s\": %s (%s)", what,
				 p->key, p->about, expected);
		}
		if (!child && p->fallback && *p->fallback)
			child = tree_add(reader->arena, map, p->key, p->fallback, map->at);
		if (child)
			read_value(reader, p, map, child, config);
	}
}

bool fields_part(struct reader *reader, struct node *parent, const char *key,
		 const struct param *params, void *config)
{
	struct node *node = tree_find(parent, key);
	int before = reader->complaints->count;
	if (!node || !fields_is_map(reader, node, key))
		return false;
	fields_only(reader, node, params, NULL, NULL, key);
	fields_read(reader, node, params, config, key);
	return reader->complaints->count == before;
}
