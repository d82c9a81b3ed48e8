/* How requests can differ is walked through, attribute by attribute: between two edges of ranges
 * all are alike. Attributes, users and cohorts know nothing of each other, so that chances
 * multiply. */
#include "sim/rules.h"

#include "sim/stats/lanes.h"

#include <string.h>

uint32_t rules_attributes(const struct rules *rules)
{
	uint32_t attributes = 0;
	for (int r = 0; r < rules->count; r++)
		attributes |= rules->rule[r].attributes;
	return attributes;
}

/* ---- whom they catch: passes of plain arithmetic over the crowd, each of which lets some go */

static void keep_cohorts(uint32_t cohorts, const uint8_t *cohort, int count, uint32_t bit,
			 uint32_t *caught)
{
	for (int i = 0; i < count; i++)
		caught[i] &= ~(bit & ((cohorts >> cohort[i] & 1) - 1));
}

LANES_CLONED static void keep_range(uint32_t first, uint32_t last, const uint32_t *bits, int count,
				    uint32_t bit, uint32_t *restrict caught)
{
	for (int i = 0; i < count; i++)
		caught[i] &= bits[i] - first > last - first ? ~bit : UINT32_MAX;
}

static bool lists(const struct rule *rule, uint32_t user)
{
	bool listed = false;
	for (int i = 0; i < rule->ranges; i++)
		listed |= user - rule->user[i].first <= rule->user[i].last - rule->user[i].first;
	return listed;
}

static void keep_listed(const struct rule *rule, const uint32_t *user, int count, uint32_t bit,
			uint32_t *caught)
{
	for (int i = 0; i < count; i++)
		caught[i] &= ~(bit & ((uint32_t)(user && lists(rule, user[i])) - 1));
}

void rules_catch(const struct rules *rules, const struct crowd *crowd, uint32_t *caught)
{
	int count = crowd->count;
	for (int i = 0; i < count; i++)
		caught[i] = (UINT32_C(1) << rules->count) - 1;
	for (int r = 0; r < rules->count; r++) {
		const struct rule *rule = &rules->rule[r];
		uint32_t bit = UINT32_C(1) << r;
		if (crowd->cohort && rule->cohorts != UINT32_MAX)
			keep_cohorts(rule->cohorts, crowd->cohort, count, bit, caught);
		for (uint32_t asked = rule->attributes; asked; asked &= asked - 1) {
			int a = __builtin_ctz(asked);
			keep_range((uint32_t)rule->range[a].from, (uint32_t)(rule->range[a].to - 1),
				   crowd->bits[a], count, bit, caught);
		}
		if (rule->ranges)
			keep_listed(rule, crowd->user, count, bit, caught);
	}
}

/* ---- all the ways in which requests can differ */

static bool holds(const struct rule *rule, int attribute, uint64_t bits)
{
	const struct bit_range *range = &rule->range[attribute];
	return !(rule->attributes >> attribute & 1) || (bits >= range->from && bits < range->to);
}

struct walk {
	const struct rules *rules;
	const struct case_plan *case_; /* NULL: nobody asks for variants */
	uint32_t asked;		       /* the attributes that matter */
	double share[MAX_RULES + 1];   /* met so far, by owner */
	uint32_t variants, owners;     /* looked for */
	bool met;
};

/* Faults that ask for no attribute may hit anybody: their bits of a variant are free. */
static uint32_t bits_that_are_free(const struct case_plan *case_)
{
	uint32_t bits = 0;
	for (int s = 0; s < case_->selections; s++)
		if (case_->selection[s].of != OF_ATTRIBUTE)
			bits |= UINT32_C(1) << s;
	return bits;
}

static bool is_wanted(const struct walk *w, int owner, uint32_t variant)
{
	if (!w->case_ || !(w->owners >> owner & 1))
		return false;
	uint32_t fixed = ~bits_that_are_free(w->case_);
	bool wanted = false;
	for (uint32_t v = 0; v < UINT32_C(1) << w->case_->selections; v++)
		wanted |= (w->variants >> v & 1) && (v & fixed) == variant;
	return wanted;
}

enum { MOST_EDGES = 2 * (MAX_RULES + MAX_SELECTIONS) + 2 };

struct edges {
	int count;
	uint64_t at[MOST_EDGES];
};

static void add_edge(struct edges *edges, uint64_t at)
{
	int i = edges->count++;
	for (; i > 0 && edges->at[i - 1] > at; i--)
		edges->at[i] = edges->at[i - 1];
	edges->at[i] = at;
}

static bool selects_by(const struct walk *w, int selection, int attribute)
{
	const struct selection *s = &w->case_->selection[selection];
	return s->of == OF_ATTRIBUTE && s->attribute == attribute;
}

static void find_edges(const struct walk *w, uint32_t live, int attribute, struct edges *edges)
{
	edges->count = 0;
	add_edge(edges, 0);
	add_edge(edges, UINT64_C(1) << 32);
	for (int r = 0; r < w->rules->count; r++) {
		const struct rule *rule = &w->rules->rule[r];
		if (!(live >> r & 1) || !(rule->attributes >> attribute & 1))
			continue;
		add_edge(edges, rule->range[attribute].from);
		add_edge(edges, rule->range[attribute].to);
	}
	for (int s = 0; w->case_ && s < w->case_->selections; s++)
		if (selects_by(w, s, attribute)) {
			add_edge(edges, w->case_->selection[s].from[STABLE]);
			add_edge(edges, w->case_->selection[s].to[STABLE]);
		}
}

/* Of the rules that may still catch it, those that do with these bits of the attribute. */
static uint32_t surviving(const struct walk *w, uint32_t live, int attribute, uint64_t bits)
{
	for (int r = 0; r < w->rules->count; r++)
		if (!holds(&w->rules->rule[r], attribute, bits))
			live &= ~(UINT32_C(1) << r);
	return live;
}

static uint32_t selected(const struct walk *w, int attribute, uint64_t bits)
{
	uint32_t variant = 0;
	for (int s = 0; w->case_ && s < w->case_->selections; s++) {
		const struct selection *selection = &w->case_->selection[s];
		if (selects_by(w, s, attribute) && bits >= selection->from[STABLE] &&
		    bits < selection->to[STABLE])
			variant |= UINT32_C(1) << s;
	}
	return variant;
}

static void walk_attribute(struct walk *w, int attribute, uint32_t live, uint32_t variant,
			   double chance)
{
	struct edges edges;
	while (attribute < MAX_ATTRIBUTES && !(w->asked >> attribute & 1))
		attribute++;
	if (attribute == MAX_ATTRIBUTES) {
		int owner = live ? __builtin_ctz(live) : w->rules->count;
		w->share[owner] += chance;
		w->met |= is_wanted(w, owner, variant);
		return;
	}
	find_edges(w, live, attribute, &edges);
	for (int i = 0; i + 1 < edges.count; i++) {
		uint64_t from = edges.at[i], width = edges.at[i + 1] - from;
		if (width)
			walk_attribute(w, attribute + 1, surviving(w, live, attribute, from),
				       variant | selected(w, attribute, from),
				       chance * (double)width * 0x1p-32);
	}
}

static void walk(struct walk *w, uint32_t on, int cohort)
{
	const struct rules *rules = w->rules;
	uint32_t of_users = 0;
	w->asked = rules_attributes(rules);
	for (int s = 0; w->case_ && s < w->case_->selections; s++)
		if (w->case_->selection[s].of == OF_ATTRIBUTE)
			w->asked |= UINT32_C(1) << w->case_->selection[s].attribute;
	for (int r = 0; r < rules->count; r++) {
		if (!(rules->rule[r].cohorts >> cohort & 1))
			on &= ~(UINT32_C(1) << r);
		of_users |= (uint32_t)(rules->rule[r].ranges > 0) << r;
	}
	if (!(on & of_users))
		walk_attribute(w, 0, on, 0, 1);
	for (int c = 0; c < rules->classes && on & of_users; c++) {
		const struct user_class *class = &rules->user_class[c];
		walk_attribute(w, 0, on & (~of_users | class->rules), 0, class->share);
	}
}

void rules_shares(const struct rules *rules, uint32_t on, int cohort, double share[MAX_RULES + 1])
{
	struct walk w = {.rules = rules};
	walk(&w, on, cohort);
	memcpy(share, w.share, sizeof w.share);
}

bool rules_meet(const struct rules *rules, uint32_t on, int cohort, const struct case_plan *case_,
		uint32_t variants, uint32_t owners)
{
	struct walk w = {.rules = rules, .case_ = case_, .variants = variants, .owners = owners};
	walk(&w, on, cohort);
	return w.met;
}
