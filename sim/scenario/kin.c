/* Which rollouts of two points are kin: a fingerprint of all that a point says, but for how checks
 * are judged, and other rollouts. */
#include "sim/scenario/reader.h"

#include "models/list.h"
#include "sim/hash.h"

#include <string.h>

static uint64_t blend(uint64_t print, uint64_t x)
{
	return hash_of(print, x, 0, 0);
}

static uint64_t print_text(uint64_t print, const char *text)
{
	uint64_t bits = 0;
	size_t length = text ? strlen(text) : SIZE_MAX;
	print = blend(print, length);
	for (size_t i = 0; text && i < length; i++) {
		bits = bits << 8 | (unsigned char)text[i];
		if (i % 8 == 7 || i + 1 == length)
			print = blend(print, bits);
	}
	return print;
}

static uint64_t print_node(uint64_t print, const struct node *node);

/* What a check is judged by, or what it counts for; all the rest the world can see. */
static bool is_judged_by(const struct node *node, bool goes_on)
{
	static const char *const keys[] = {"fail_limit", "in_a_row", "for",
					   "no_data",	 "weight",   "critical"};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!strcmp(node->key, keys[i]))
			return true;
	/* Where a check goes on from look to look, what is enough says where the next one begins.
	 */
	return !goes_on && !strcmp(node->key, "min_requests");
}

/* Of a detector only its name. */
static uint64_t print_check(uint64_t print, const struct node *map)
{
	bool goes_on = false;
	for (const struct node *child = map->first; child; child = child->next) {
		const struct plugin *plugin =
			child->key ? models_find(PLUGIN_DETECTOR, child->key) : NULL;
		if (!plugin)
			continue;
		print = print_text(print, child->key);
		goes_on |= ((const struct detector *)plugin)->evidence == EVIDENCE_INCREMENTS;
	}
	for (const struct node *child = map->first; child; child = child->next)
		if (child->key && !models_find(PLUGIN_DETECTOR, child->key) &&
		    !is_judged_by(child, goes_on))
			print = print_node(print, child);
	return print;
}

static uint64_t print_node(uint64_t print, const struct node *node)
{
	bool checks = node->key && !strcmp(node->key, "checks") && node->kind == NODE_LIST;
	print = blend(print, node->kind);
	print = print_text(print, node->key);
	print = print_text(print, node->text);
	for (const struct node *child = node->first; child; child = child->next)
		print = checks && child->kind == NODE_MAP ? print_check(blend(print, 1), child)
							  : print_node(print, child);
	return blend(print, SIZE_MAX);
}

/* What follows for the world from all rollouts together. */
static uint64_t print_derived(uint64_t print, const struct plan *plan)
{
	const struct telemetry_size *t = &plan->telemetry_size;
	const struct label_size *l = &plan->label_size;
	const uint64_t derived[] = {
		(uint64_t)t->keys,
		(uint64_t)t->open,
		(uint64_t)t->scrapes,
		(uint64_t)t->marks,
		(uint64_t)t->metered,
		(uint64_t)l->slot,
		(uint64_t)l->slots,
		(uint64_t)l->scored,
		plan->watched,
		plan->strategies_watch,
		(uint64_t)plan->strategies_look_back,
		plan->strategies_take_servers,
		plan->needs_histograms,
		plan->coupled,
	};
	for (size_t i = 0; i < sizeof derived / sizeof *derived; i++)
		print = blend(print, derived[i]);
	return print;
}

void read_kin(const struct node *root, struct plan *plan)
{
	uint64_t world = print_derived(0, plan);
	const struct node *rollouts = tree_find(root, "rollouts");
	for (const struct node *child = root->first; child; child = child->next)
		if (child != rollouts)
			world = print_node(world, child);
	int r = 0;
	for (const struct node *child = rollouts->first; child; child = child->next)
		plan->rollout[r++].kin = print_node(world, child) | 1;
}
