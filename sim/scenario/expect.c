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
	 .about = "in which cases, a pattern"},
	{"confidence", PARAM_SHARE, offsetof(struct expect_fields, confidence), "95%", 0.5,
	 0.999999, .about = "how sure a verdict has to be, however often it is looked at"},
	{0},
};

/* ---- quantities: a column, maybe of a version or segment, and what is made of it */

static int find_word(const char *words, const char *word, size_t length)
{
	for (int place = 0; *words; place++) {
		size_t here = strcspn(words, " ");
		if (here == length && !memcmp(words, word, length))
			return place;
		words += here + (words[here] == ' ');
	}
	return -1;
}

static bool may_never_happen(const struct column *column)
{
	size_t length = strlen(column->name);
	return !strcmp(column->name, "time_to_promote") ||
	       (length > 5 && !strcmp(column->name + length - 5, "_time"));
}

static const char *read_statistic(const char *text, struct quantity *quantity)
{
	const struct column *column = quantity->column;
	if (!*text && column->type == COLUMN_FLAG && column->meanings) {
		quantity->kind = QUANTITY_SHARE;
		return NULL;
	}
	if (column->type == COLUMN_FLAG)
		return *text && column->meanings
			       ? "is a share of the trials: it takes nothing behind it"
			       : "can be expected of nothing";
	if (!strcmp(text, ".mean")) {
		quantity->kind = QUANTITY_MEAN;
		return may_never_happen(column) ? "has no mean where it never happens: take .p50"
						: NULL;
	}
	if (!strcmp(text, ".max")) {
		quantity->kind = QUANTITY_MAX;
		return NULL;
	}
	quantity->kind = QUANTITY_QUANTILE;
	if (text[0] == '.' && text[1] == 'p' && read_percentile(text + 2, &quantity->p))
		return NULL;
	return "needs .mean, .max or a quantile such as .p95 behind it";
}

/* ".candidate" between a column of versions or segments and its statistic. */
static const char *read_sub(const struct plan *plan, const char **text, struct quantity *quantity)
{
	const struct column *column = quantity->column;
	bool versions = column->extent == PER_VERSION;
	int count = versions ? plan->versions : plan->population.segments;
	if (column->extent == PER_TRIAL)
		return NULL;
	for (int i = 0; i < count && **text == '.'; i++) {
		const char *name =
			versions ? plan->version[i].name : plan->population.segment_names[i];
		size_t length = strlen(name);
		if (strncmp(*text + 1, name, length) != 0 || (*text)[1 + length] != '.')
			continue;
		quantity->sub = i;
		*text += 1 + length;
		return NULL;
	}
	return versions ? "needs the name of a version behind it, as in version_p95.candidate.mean"
			: "needs the name of a segment behind it, as in "
			  "segment_harmed.premium.mean";
}

static void complain_of_quantity(struct reader *reader, const struct node *node)
{
	const char *names[64] = {NULL};
	int count = 0;
	char head[64];
	snprintf(head, sizeof head, "%.*s", (int)strcspn(node->key, "."), node->key);
	for (int c = 0; c < result_columns_count && count < 60; c++)
		names[count++] = result_columns[c].name;
	const char *near = error_nearest(head, names);
	complain(reader->complaints, node->key_at, "results have no \"%s\"%s%s%s", head,
		 near ? "; did you mean \"" : "",
		 near ? near : "; coalmine inspect FILE.h5 shows what they have",
		 near ? "\"?" : "");
}

/* A column, or one of the ways in which a trial ends. */
static bool find_column(const char *key, size_t length, struct quantity *quantity)
{
	char name[64];
	if (length >= sizeof name)
		return false;
	memcpy(name, key, length);
	name[length] = 0;
	quantity->outcome = -1;
	quantity->column = results_column(name);
	if (quantity->column)
		return true;
	quantity->column = results_column("outcome");
	quantity->outcome = find_word(quantity->column->meanings, name, length);
	return quantity->outcome >= 0;
}

static bool read_quantity(struct reader *reader, const struct node *node, struct quantity *quantity)
{
	size_t length = strcspn(node->key, ".");
	const char *rest = node->key + length;
	*quantity = (struct quantity){.text = node->key};
	if (!find_column(node->key, length, quantity)) {
		complain_of_quantity(reader, node);
		return false;
	}
	const char *wrong = read_sub(reader->plan, &rest, quantity);
	wrong = wrong ? wrong : read_statistic(rest, quantity);
	if (!wrong && quantity->outcome < 0 && !strcmp(quantity->column->name, "outcome"))
		wrong = "is a word: name the one it is, as in promoted";
	if (wrong)
		complain(reader->complaints, node->key_at, "%.*s %s", (int)length, node->key,
			 wrong);
	return !wrong;
}

/* ---- bounds: "<= 5m" */

static const char *parse_amount(const struct quantity *quantity, bool differs, const char *text,
				double *amount)
{
	bool minus = differs && *text == '-';
	const char *wrong;
	sim_time time = 0;
	text += minus;
	if (quantity_is_share(quantity)) {
		wrong = units_parse_share(text, amount);
	} else if (!strcmp(quantity->column->unit, "s")) {
		wrong = units_parse_duration(text, &time);
		*amount = (double)time / SIM_SECOND;
	} else {
		wrong = units_parse_number(text, amount);
	}
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
	if (!share || (e->at_least ? e->bound < 1 : e->bound > 0))
		return true;
	complain(reader->complaints, node->at,
		 "no number of trials can show that it is always so: expect %s",
		 e->at_least ? "\">= 99%\"" : "\"<= 1%\"");
	return false;
}

static bool read_bound(struct reader *reader, const struct node *node, struct expectation *e)
{
	const char *text = node->kind == NODE_SCALAR ? node->text : "";
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

static bool check_difference(struct reader *reader, const struct node *node,
			     const struct expectation *e)
{
	if (!e->other || e->quantity.kind == QUANTITY_MEAN || e->quantity.kind == QUANTITY_SHARE)
		return true;
	complain(reader->complaints, node->key_at,
		 "of a difference only means and shares can be expected, as in harmed_users.mean");
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
	good = (!pattern.other || check_pattern(reader, entry, "rollout", pattern.other)) && good;
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

void read_expectations(struct reader *reader, struct node *root, struct expectations *all)
{
	struct node *list = tree_find(root, "expect");
	*all = (struct expectations){.count = 0};
	if (!list || !fields_is_list(reader, list, "expect"))
		return;
	size_t most = (size_t)tree_size(list);
	most = most < MOST_EXPECTATIONS ? most : MOST_EXPECTATIONS;
	all->expectation = arena_take(reader->arena, most * sizeof *all->expectation);
	for (struct node *entry = list->first; entry; entry = entry->next)
		read_entry(reader, entry, all);
}
