/* Lists of scalars, each entry with a complaint of its own. */
#include "sim/scenario/reader.h"

#include <math.h>

int list_count(struct reader *reader, const struct param *param, const struct node *node)
{
	int count = tree_count(node);
	bool good = fields_is_list(reader, node, param->key) &&
		    fields_count(reader, node, param->key, count, MAX_STAGES);
	return good ? count : 0;
}

const char *list_text(const struct node *entry)
{
	return entry->kind == NODE_SCALAR ? entry->text : "a list or map";
}

bool list_is_read(struct reader *reader, const struct node *entry, const char *expected)
{
	if (expected)
		complain(reader->complaints, entry->at, "expected %s; found \"%.80s\"", expected,
			 list_text(entry));
	return !expected;
}

void read_spells(struct reader *reader, const struct param *param, const struct node *node,
		 struct spells *spells)
{
	int count = list_count(reader, param, node), i = 0;
	if (!count)
		return;
	struct spell *spell = arena_take(reader->arena, (size_t)count * sizeof *spell);
	for (const struct node *child = node->first; child; child = child->next, i++) {
		if (!list_is_read(reader, child, units_parse_spell(list_text(child), &spell[i])))
			continue;
		if (spell[i].lasts < SIM_SECOND || spell[i].lasts > MAX_HORIZON)
			complain(reader->complaints, child->at,
				 "a spell must last from 1s to 100d");
		else if (spell[i].factor > 1e6)
			complain(reader->complaints, child->at, "a factor must be at most x1e6");
	}
	*spells = (struct spells){spell, count};
}

/* What may be one need not be a list. */
static bool is_one(const struct node *node)
{
	return node->kind == NODE_SCALAR && *node->text;
}

static int count_of_entries(struct reader *reader, const struct param *param,
			    const struct node *node)
{
	return is_one(node) ? 1 : list_count(reader, param, node);
}

static const struct node *first_entry(const struct node *node)
{
	return is_one(node) ? node : node->first;
}

void read_spans(struct reader *reader, const struct param *param, const struct node *node,
		struct spans *spans)
{
	int count = count_of_entries(reader, param, node), i = 0;
	if (!count)
		return;
	struct span *span = arena_take(reader->arena, (size_t)count * sizeof *span);
	bool good = true;
	for (const struct node *child = first_entry(node); i < count; child = child->next, i++)
		good &= list_is_read(reader, child, units_parse_span(list_text(child), &span[i]));
	if (good)
		*spans = (struct spans){span, count};
}

void read_share_list(struct reader *reader, const struct param *param, const struct node *node,
		     struct shares *shares)
{
	int count = list_count(reader, param, node), i = 0;
	if (!count)
		return;
	double *share = arena_take(reader->arena, (size_t)count * sizeof *share);
	for (const struct node *child = node->first; child; child = child->next, i++)
		if (list_is_read(reader, child, units_parse_share(list_text(child), &share[i])) &&
		    (share[i] <= 0 || share[i] > 1))
			complain(reader->complaints, child->at,
				 "a share must be above 0%% and at most 100%%");
	*shares = (struct shares){share, count};
}

void read_names(struct reader *reader, const struct param *param, const struct node *node,
		struct words *words)
{
	int count = count_of_entries(reader, param, node), i = 0;
	if (!count)
		return;
	const char **word = arena_take(reader->arena, (size_t)count * sizeof *word);
	for (const struct node *child = first_entry(node); i < count; child = child->next, i++)
		if (list_is_read(reader, child,
				 child->kind == NODE_SCALAR && *child->text ? NULL : "a name"))
			word[i] = child->text;
	*words = (struct words){word, count};
}
