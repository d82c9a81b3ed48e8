/* Rules of flags: lists of users, and conditions on who somebody is. They are added to the rollout
 * in the order in which they are asked; what a flag does with them stays with the flag. */
#include "sim/scenario/reader.h"

#include <stdlib.h>
#include <string.h>

static int add_rule(struct reader *reader, struct mark at, const struct rule *rule)
{
	struct rules *rules = &reader->rollout->rules;
	if (rules->count == MAX_RULES) {
		complain(reader->complaints, at,
			 "a rollout can have at most %d rules; a list of users is one", MAX_RULES);
		return 0;
	}
	rules->rule[rules->count] = *rule;
	return rules->count++;
}

/* ---- users */

/* The rules that list a user. */
static uint32_t listing(const struct rules *rules, uint32_t user)
{
	uint32_t listed = 0;
	for (int r = 0; r < rules->count; r++)
		for (int i = 0; i < rules->rule[r].ranges; i++) {
			const struct user_range *range = &rules->rule[r].user[i];
			if (user >= range->first && user <= range->last)
				listed |= UINT32_C(1) << r;
		}
	return listed;
}

static void add_to_class(struct user_class *classes, int *count, uint32_t rules, double share)
{
	int c = 0;
	while (c < *count && classes[c].rules != rules)
		c++;
	if (c == *count)
		classes[(*count)++] = (struct user_class){rules, 0};
	classes[c].share += share;
}

/* How often each user comes is read from the table they are drawn by. */
static void find_classes(struct reader *reader)
{
	struct rules *rules = &reader->rollout->rules;
	const struct population *people = &reader->plan->population;
	double known = (1 - people->anonymous) / people->users;
	int most = 2, count = 0;
	for (int r = 0; r < rules->count; r++)
		most += 2 * rules->rule[r].ranges;
	struct user_class *classes = arena_take(reader->arena, (size_t)most * sizeof *classes);
	for (int u = 0; u < people->users; u++) {
		const struct alias *alias = &people->alias[u];
		bool whole = alias->other == (uint32_t)u;
		double kept = whole ? 1 : (double)alias->keep * 0x1p-32;
		add_to_class(classes, &count, listing(rules, (uint32_t)u), known * kept);
		if (!whole)
			add_to_class(classes, &count, listing(rules, alias->other),
				     known * (1 - kept));
	}
	if (people->anonymous > 0)
		add_to_class(classes, &count, 0, people->anonymous);
	rules->classes = count;
	rules->user_class = classes;
}

static const char expected_users[] =
	"users by number, such as 17 or 100 to 199; 0 is the one who comes most often";

static bool parse_users(const char *text, int users, struct user_range *range)
{
	char first[UNITS_TEXT];
	int64_t from, to;
	const char *until = strstr(text, " to ");
	size_t length = until ? (size_t)(until - text) : strlen(text);
	if (length >= sizeof first)
		return false;
	memcpy(first, text, length);
	first[length] = 0;
	if (units_parse_count(first, &from) || units_parse_count(until ? until + 4 : first, &to) ||
	    from > to || to >= users)
		return false;
	*range = (struct user_range){(uint32_t)from, (uint32_t)to};
	return true;
}

static bool knows_users(struct reader *reader, const struct node *node)
{
	const struct population *people = &reader->plan->population;
	if (!people->users)
		complain(reader->complaints, node->at,
			 "nobody knows the users: traffic has no \"users\"");
	else if (people->turnover > 0)
		complain(reader->complaints, node->at,
			 "where users are replaced by new ones, a list of them says less and less: "
			 "leave out \"new\", or ask for an attribute");
	return people->users && people->turnover == 0;
}

void read_users_listed(struct reader *reader, const struct param *param, const struct node *node,
		       int *index)
{
	int count = list_count(reader, param, node), users = reader->plan->population.users;
	if (!count || !knows_users(reader, node))
		return;
	struct user_range *range = arena_take(reader->arena, (size_t)count * sizeof *range);
	struct rule rule = {.cohorts = UINT32_MAX, .ranges = count, .user = range};
	for (const struct node *child = node->first; child; child = child->next, range++)
		if (!parse_users(list_text(child), users, range))
			complain(reader->complaints, child->at,
				 "expected %s, and %d the last; found \"%.80s\"", expected_users,
				 users - 1, list_text(child));
	*index = add_rule(reader, node->at, &rule);
	find_classes(reader);
}

/* ---- conditions */

struct rule_fields {
	double share;
	int64_t priority;
	const char *segment, *region;
	struct words when;
	struct spans during;
};

const struct param scenario_rule_params[] = {
	{"segment", PARAM_WORD, offsetof(struct rule_fields, segment), "",
	 .about = "whom it catches: only this segment"},
	{"region", PARAM_WORD, offsetof(struct rule_fields, region), "",
	 .about = "only this region"},
	{"when", PARAM_WORDS, offsetof(struct rule_fields, when), "",
	 .about = "only requests with such attributes: \"value > 1000\", or a list of conditions "
		  "that must all hold"},
	{"during", PARAM_SPANS, offsetof(struct rule_fields, during), "",
	 .about = "only then: 9:00 to 17:00, or a list of spans"},
	{"share", PARAM_SHARE, offsetof(struct rule_fields, share), "100%", 0, 1,
	 .about = "of those it catches; 0%: they are left out for good"},
	{"priority", PARAM_COUNT, offsetof(struct rule_fields, priority), "0", 0, 1000,
	 .about = "higher ones are asked first; equal ones as they stand"},
	{0},
};

static void read_conditions(struct reader *reader, const struct node *map, const struct words *when,
			    struct rule *rule)
{
	const struct plan *plan = reader->plan;
	for (int i = 0; i < when->count; i++) {
		char why[READER_SENTENCE];
		struct bit_range range;
		int a;
		if (!when->word[i])
			continue;
		if (!attribute_condition(plan->attribute, plan->attributes, when->word[i], &a,
					 &range, why, sizeof why)) {
			complain(reader->complaints, read_mark(map, "when"), "%s", why);
			continue;
		}
		if (!(rule->attributes >> a & 1))
			rule->range[a] = range;
		rule->attributes |= UINT32_C(1) << a;
		rule->range[a].from =
			range.from > rule->range[a].from ? range.from : rule->range[a].from;
		rule->range[a].to = range.to < rule->range[a].to ? range.to : rule->range[a].to;
	}
}

/* Some span has begun at the rollout's start, or begins before the trial ends. */
static bool comes_on(const struct reader *reader, const struct spans *during)
{
	const struct rollout_plan *rollout = reader->rollout;
	sim_time start = rollout->clock + rollout->start;
	sim_time end = rollout->clock + reader->plan->horizon;
	bool comes = !during->count;
	for (int i = 0; i < during->count; i++)
		comes |= span_holds(during->span[i], start) ||
			 span_next_edge(during->span[i], start) < end;
	return comes;
}

/* A rule of a list, before it has a place among those of the rollout. */
struct draft {
	const struct node *node;
	struct rule rule;
	struct flag_rule flag;
	int64_t priority;
	int number;
};

static void read_rule(struct reader *reader, struct node *map, struct draft *draft)
{
	struct rule_fields fields;
	draft->node = map;
	if (!fields_is_map(reader, map, "a rule"))
		return;
	bool asks = tree_find(map, "segment") || tree_find(map, "region") ||
		    tree_find(map, "when") || tree_find(map, "during");
	fields_only(reader, map, scenario_rule_params, NULL, NULL, "a rule");
	fields_read(reader, map, scenario_rule_params, &fields, "a rule");
	if (!asks)
		complain(reader->complaints, map->at,
			 "a rule must ask for something: segment, region, when or during");
	draft->rule.cohorts = read_cohorts(reader, map, fields.segment, fields.region);
	read_conditions(reader, map, &fields.when, &draft->rule);
	draft->flag = (struct flag_rule){0, fields.share, fields.during};
	draft->priority = fields.priority;
}

static int by_priority(const void *a, const void *b)
{
	const struct draft *x = a, *y = b;
	if (x->priority != y->priority)
		return x->priority > y->priority ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

/* The share of all requests that belong to a rule while these are on. */
static double share_of(const struct reader *reader, uint32_t on, int rule)
{
	const struct population *people = &reader->plan->population;
	double share[MAX_RULES + 1], sum = 0;
	for (int c = 0; c < people->segments * people->regions; c++) {
		rules_shares(&reader->rollout->rules, on, c, share);
		sum += population_share(people, c) * share[rule];
	}
	return sum;
}

/* Those that are not always on leave something to those behind them. */
static void check_matches(struct reader *reader, const struct draft *drafts, int count)
{
	uint32_t before = 0;
	for (int i = 0; i < count; i++) {
		int rule = drafts[i].flag.rule;
		uint32_t own = UINT32_C(1) << rule;
		const char *why = NULL;
		if (!comes_on(reader, &drafts[i].flag.during))
			why = "its time does not come before the trial ends";
		else if (!(share_of(reader, own, rule) > 0))
			why = "no request is all of that";
		else if (!(share_of(reader, own | before, rule) > 0))
			why = "those asked before it catch all of its requests";
		if (why)
			complain(reader->complaints, drafts[i].node->at,
				 "the rule can never match: %s", why);
		if (!drafts[i].flag.during.count)
			before |= own;
	}
}

void read_rules(struct reader *reader, const struct param *param, const struct node *node,
		struct flag_rules *flag)
{
	int count = list_count(reader, param, node), before = reader->complaints->count, i = 0;
	if (!count)
		return;
	struct draft *drafts = arena_take(reader->arena, (size_t)count * sizeof *drafts);
	for (struct node *child = node->first; child; child = child->next, i++) {
		read_rule(reader, child, &drafts[i]);
		drafts[i].number = i;
	}
	struct flag_rule *rule = arena_take(reader->arena, (size_t)count * sizeof *rule);
	qsort(drafts, (size_t)count, sizeof *drafts, by_priority);
	for (i = 0; i < count; i++) {
		drafts[i].flag.rule = add_rule(reader, drafts[i].node->at, &drafts[i].rule);
		rule[i] = drafts[i].flag;
	}
	if (reader->complaints->count == before)
		check_matches(reader, drafts, count);
	*flag = (struct flag_rules){rule, count};
}
