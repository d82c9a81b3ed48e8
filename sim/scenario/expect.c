/* `expect:` what results must show, for `coalmine check`. */
#include "sim/scenario/reader.h"

#include "sim/expectation.h"

#include <fnmatch.h>
#include <math.h>
#include <string.h>

enum { MOST_EXPECTATIONS = 10000 };

struct expect_fields {
	const char *rollout, *case_;
	double confidence;
};

const struct param scenario_expect_params[] = {
	{"rollout", PARAM_WORD, offsetof(struct expect_fields, rollout), "*",
	 .about = "which rollouts, a pattern such as canary-*; \"a - b\" is how much more a has "
		  "than b, trial by trial"},
	{"case", PARAM_WORD, offsetof(struct expect_fields, case_), "*",
	 .about = "in which cases, a pattern; what is detected or missed, in harmful ones"},
	{"confidence", PARAM_SHARE, offsetof(struct expect_fields, confidence), "95%", 0.5,
	 0.999999, .about = "how sure a verdict has to be, however often it is looked at"},
	{0},
};

/* ---- quantities */

bool read_quantity(struct reader *reader, const struct node *node, struct quantity *quantity)
{
	const struct plan *plan = reader->plan;
	const char *versions[MAX_VERSIONS];
	char why[QUANTITY_WHY];
	for (int v = 0; v < plan->versions; v++)
		versions[v] = plan->version[v].name;
	const struct quantity_names names = {versions, plan->population.segment_names,
					     plan->versions, plan->population.segments};
	if (quantity_read(quantity, node->key, &names, why))
		return true;
	complain(reader->complaints, node->key_at, "%s", why);
	return false;
}

/* ---- bounds: "<= 5m" */

static const char *parse_amount(const struct quantity *quantity, bool differs, const char *text,
				double *amount)
{
	bool minus = differs && *text == '-';
	const char *wrong = quantity_amount(quantity, text + minus, amount);
	*amount = minus ? -*amount : *amount;
	return wrong;
}

/* Trials without a failure say that failures are rare, not that there are none. */
static bool can_be_shown(struct reader *reader, const struct node *node,
			 const struct expectation *e)
{
	bool share = e->quantity.kind == QUANTITY_SHARE && !e->other;
	if (e->quantity.kind == QUANTITY_MAX && e->at_least) {
		complain(reader->complaints, node->at,
			 "a maximum can be too large, not too small: expect \"<= ...\", or a "
			 "quantile such as .p99");
		return false;
	}
	if (quantity_is_share(&e->quantity) && fabs(e->bound) > 1) {
		complain(reader->complaints, node->at, "a share is at most 100%%; found \"%.60s\"",
			 e->limit);
		return false;
	}
	if (!share || (e->at_least ? e->bound < 1 : e->bound > 0))
		return true;
	complain(reader->complaints, node->at,
		 "no number of trials can show that it is always so: expect %s",
		 e->at_least ? "\">= 99%\"" : "\"<= 1%\"");
	return false;
}

static bool read_bound(struct reader *reader, const struct node *node, struct expectation *e)
{
	const char *text = node->text;
	if (node->kind != NODE_SCALAR) {
		complain(reader->complaints, node->at,
			 "expected one bound such as \"<= 5m\" or \">= 90%%\"; found a %s",
			 node->kind == NODE_LIST ? "list" : "map");
		return false;
	}
	const char *amount = text + 2;
	e->at_least = !strncmp(text, ">=", 2);
	if (!e->at_least && strncmp(text, "<=", 2) != 0) {
		complain(reader->complaints, node->at,
			 "expected a bound such as \"<= 5m\" or \">= 90%%\"; found \"%.60s\"",
			 text);
		return false;
	}
	amount += strspn(amount, " ");
	e->limit = text;
	const char *wrong = parse_amount(&e->quantity, e->other != NULL, amount, &e->bound);
	if (wrong)
		complain(reader->complaints, node->at, "expected %s; found \"%.60s\"", wrong,
			 amount);
	return !wrong && can_be_shown(reader, node, e);
}

/* ---- which cells */

static bool matches_any(const char *pattern, const struct plan *plan, bool rollouts)
{
	int count = rollouts ? plan->rollouts : plan->cases;
	for (int i = 0; i < count; i++)
		if (!fnmatch(pattern, rollouts ? plan->rollout[i].name : plan->case_[i].name, 0))
			return true;
	return false;
}

static bool check_pattern(struct reader *reader, const struct node *entry, const char *key,
			  const char *pattern)
{
	const struct plan *plan = reader->plan;
	bool rollouts = !strcmp(key, "rollout");
	if (matches_any(pattern, plan, rollouts))
		return true;
	const char *names[256] = {NULL};
	int count = rollouts ? plan->rollouts : plan->cases;
	for (int i = 0; i < count && i < 255; i++)
		names[i] = rollouts ? plan->rollout[i].name : plan->case_[i].name;
	const char *near = error_nearest(pattern, names);
	complain(reader->complaints, read_mark(entry, key), "no %s is called \"%.60s\"%s%s%s", key,
		 pattern, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	return false;
}

/* "a - b" becomes a and b. */
static const char *split_difference(struct reader *reader, const char **rollout)
{
	const char *minus = strstr(*rollout, " - ");
	if (!minus)
		return NULL;
	const char *other = minus + 3;
	*rollout = arena_copy(reader->arena, *rollout, (size_t)(minus - *rollout));
	return other;
}

static bool check_others(struct reader *reader, const struct node *entry,
			 const struct expectation *e)
{
	const struct plan *plan = reader->plan;
	if (!e->other)
		return true;
	if (!check_pattern(reader, entry, "rollout", e->other))
		return false;
	for (int i = 0; i < plan->rollouts; i++)
		for (int k = 0; k < plan->rollouts; k++)
			if (i != k && !fnmatch(e->rollout, plan->rollout[i].name, 0) &&
			    !fnmatch(e->other, plan->rollout[k].name, 0))
				return true;
	complain(reader->complaints, read_mark(entry, "rollout"),
		 "a rollout does not differ from itself: name another behind the minus");
	return false;
}

static bool check_difference(struct reader *reader, const struct node *node,
			     const struct expectation *e)
{
	if (!e->other || e->quantity.kind == QUANTITY_MEAN || e->quantity.kind == QUANTITY_SHARE)
		return true;
	complain(reader->complaints, node->key_at,
		 "of a difference only means and shares can be expected, as in harmed_users.mean; "
		 "times that may never come have no mean");
	return false;
}

static void read_entry(struct reader *reader, struct node *entry, struct expectations *all)
{
	struct expect_fields fields;
	int before = reader->complaints->count, found = 0;
	if (!fields_is_map(reader, entry, "an expectation"))
		return;
	fields_read(reader, entry, scenario_expect_params, &fields, "an expectation");
	if (reader->complaints->count != before)
		return;
	struct expectation pattern = {
		.rollout = fields.rollout, .case_ = fields.case_, .confidence = fields.confidence};
	pattern.other = split_difference(reader, &pattern.rollout);
	bool good = check_pattern(reader, entry, "rollout", pattern.rollout);
	good = good && check_others(reader, entry, &pattern);
	good = check_pattern(reader, entry, "case", pattern.case_) && good;
	for (const struct node *node = entry->first; node; node = node->next) {
		struct expectation e = pattern;
		if (!strcmp(node->key, "rollout") || !strcmp(node->key, "case") ||
		    !strcmp(node->key, "confidence"))
			continue;
		found++;
		e.at = node->key_at;
		if (read_quantity(reader, node, &e.quantity) &&
		    check_difference(reader, node, &e) && read_bound(reader, node, &e) && good &&
		    all->count < MOST_EXPECTATIONS)
			all->expectation[all->count++] = e;
	}
	if (!found)
		complain(reader->complaints, entry->at,
			 "nothing is expected here: name a quantity and its bound, as in "
			 "{case: healthy, false_rollback: \"<= 1%%\"}");
}

void read_expectations(struct reader *reader, struct node *root, const char *key,
		       struct expectations *all)
{
	struct node *list = tree_find(root, key);
	*all = (struct expectations){.count = 0};
	if (!list || !fields_is_list(reader, list, key))
		return;
	size_t most = (size_t)tree_size(list);
	most = most < MOST_EXPECTATIONS ? most : MOST_EXPECTATIONS;
	all->expectation = arena_take(reader->arena, most * sizeof *all->expectation);
	for (struct node *entry = list->first; entry; entry = entry->next)
		read_entry(reader, entry, all);
}
