/* `cases:` what may happen, each a list of faults. */
#include "sim/scenario/reader.h"

#include "models/list.h"

#include <string.h>

/* A bit for every cohort whose segment and region match. */
uint32_t read_cohorts(struct reader *reader, const struct node *map, const char *segment,
		      const char *region)
{
	const struct population *p = &reader->plan->population;
	const struct {
		const char *key, *name;
		const char *const *names;
		int count;
	} axes[] = {{"segment", segment, p->segment_names, p->segments},
		    {"region", region, p->region_names, p->regions}};
	int wanted[2] = {-1, -1};
	for (int a = 0; a < 2; a++) {
		const char *names[MAX_SEGMENTS + MAX_REGIONS + 1] = {NULL};
		for (int i = 0; i < axes[a].count && axes[a].name && axes[a].names[i]; i++) {
			names[i] = axes[a].names[i];
			if (!strcmp(names[i], axes[a].name))
				wanted[a] = i;
		}
		if (!axes[a].name || wanted[a] >= 0)
			continue;
		const char *near = error_nearest(axes[a].name, names);
		complain(reader->complaints, read_mark(map, axes[a].key),
			 "traffic has no %s \"%s\"%s%s%s", axes[a].key, axes[a].name,
			 near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
		return 0;
	}
	uint32_t mask = 0;
	for (int c = 0; c < p->segments * p->regions; c++)
		if ((wanted[0] < 0 || c / p->regions == wanted[0]) &&
		    (wanted[1] < 0 || c % p->regions == wanted[1]))
			mask |= UINT32_C(1) << c;
	return mask;
}

static uint32_t read_targets(struct reader *reader, const struct node *map, const char *on)
{
	if (!strcmp(on, "both"))
		return (UINT32_C(1) << reader->plan->versions) - 1;
	int version = read_version_name(reader, map, "on", on);
	return version < 0 ? 0 : UINT32_C(1) << version;
}

static void read_fault(struct reader *reader, struct node *entry, struct fault_plan *fault)
{
	const char *names[MODELS_MOST];
	char end[UNITS_TEXT];
	if (!fields_is_map(reader, entry, "a fault"))
		return;
	models_names(PLUGIN_FAULT, names);
	fields_only(reader, entry, NULL, NULL, names, "a fault");
	struct node *node = use_find(reader, entry, PLUGIN_FAULT, "a fault");
	if (!node)
		return;
	fault->label = node->key;
	use_read(reader, node, PLUGIN_FAULT, fault_when_params, &fault->fault);
	if (node->kind != NODE_MAP)
		return;
	fields_read(reader, node, fault_when_params, &fault->when, node->key);
	if (fault->when.on)
		fault->versions = read_targets(reader, node, fault->when.on);
	fault->cohorts = read_cohorts(reader, node, fault->when.segment, fault->when.region);
	if (fault->when.at >= reader->plan->horizon && reader->plan->horizon > 0)
		complain(reader->complaints, read_mark(node, "at"),
			 "the fault would never happen: it starts at or after the horizon of %s",
			 units_print_duration(end, reader->plan->horizon));
}

static void read_case(struct reader *reader, struct node *node, struct case_plan *case_)
{
	char what[80];
	snprintf(what, sizeof what, "case \"%.40s\"", node->key);
	case_->name = node->key;
	if (!fields_is_list(reader, node, what))
		return;
	for (struct node *entry = node->first; entry; entry = entry->next) {
		if (case_->faults == MAX_FAULTS) {
			complain(reader->complaints, entry->at, "a case can have at most %d faults",
				 MAX_FAULTS);
			return;
		}
		read_fault(reader, entry, &case_->fault[case_->faults++]);
	}
}

void read_cases(struct reader *reader, struct node *root)
{
	struct node *map = tree_find(root, "cases");
	if (!map || (map->kind == NODE_MAP && !map->first)) {
		complain(reader->complaints, map ? map->at : root->at,
			 "a scenario needs \"cases\": what may happen, such as {healthy: []}");
		return;
	}
	if (!fields_is_map(reader, map, "cases"))
		return;
	int count = tree_count(map);
	reader->plan->case_ = arena_take(reader->arena, (size_t)count * sizeof(struct case_plan));
	for (struct node *child = map->first; child; child = child->next)
		read_case(reader, child, &reader->plan->case_[reader->plan->cases++]);
}
