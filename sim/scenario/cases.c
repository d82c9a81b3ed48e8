/* `cases:` what may happen, each a list of faults. */
#include "sim/scenario/reader.h"

#include "models/list.h"

#include <math.h>
#include <string.h>

/* A bit for every cohort whose segment and region match. */
static uint32_t find_cohorts(struct reader *reader, const char *segment, const char *region,
			     struct mark segment_at, struct mark region_at)
{
	const struct population *p = &reader->plan->population;
	const struct {
		const char *key, *name;
		const char *const *names;
		int count;
		struct mark at;
	} axes[] = {{"segment", segment, p->segment_names, p->segments, segment_at},
		    {"region", region, p->region_names, p->regions, region_at}};
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
		complain(reader->complaints, axes[a].at, "traffic has no %s \"%s\"%s%s%s",
			 axes[a].key, axes[a].name, near ? "; did you mean \"" : "",
			 near ? near : "", near ? "\"?" : "");
		return 0;
	}
	uint32_t mask = 0;
	for (int c = 0; c < p->segments * p->regions; c++)
		if ((wanted[0] < 0 || c / p->regions == wanted[0]) &&
		    (wanted[1] < 0 || c % p->regions == wanted[1]))
			mask |= UINT32_C(1) << c;
	return mask;
}

uint32_t read_cohorts(struct reader *reader, const struct node *map, const char *segment,
		      const char *region)
{
	return find_cohorts(reader, segment, region, read_mark(map, "segment"),
			    read_mark(map, "region"));
}

uint32_t read_cohorts_at(struct reader *reader, struct mark at, const char *segment,
			 const char *region)
{
	return find_cohorts(reader, segment, region, at, at);
}

static void read_case(struct reader *reader, struct node *node, struct case_plan *case_)
{
	char what[80];
	snprintf(what, sizeof what, "case \"%.40s\"", node->key);
	case_->name = node->key;
	case_->surge = 1;
	if (!fields_is_list(reader, node, what))
		return;
	for (struct node *entry = node->first; entry; entry = entry->next) {
		if (case_->faults == MAX_FAULTS) {
			complain(reader->complaints, entry->at, "a case can have at most %d faults",
				 MAX_FAULTS);
			return;
		}
		read_fault(reader, entry, case_, &case_->fault[case_->faults++]);
	}
	reader->plan->surge = fmax(reader->plan->surge, case_->surge);
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
