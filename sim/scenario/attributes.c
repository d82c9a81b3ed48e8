/* In `traffic:`, what else is known of requests, for faults and routes to ask for. */
#include "sim/scenario/reader.h"

#include <math.h>
#include <string.h>

enum { MOST_QUANTILES = 1001 }; /* steps of a thousandth */

static const char *const owners[] = {"user", "request", NULL};

struct attribute_fields {
	int per;
};

const struct param scenario_attribute_params[] = {
	{"per", PARAM_CHOICE, offsetof(struct attribute_fields, per), "user", .choices = owners,
	 .about = "who has it: a user for good, or each request its own"},
	{0},
};

/* The laws' two numbers are those of struct attribute. */
const struct param scenario_uniform_params[] = {
	{"low", PARAM_NUMBER, offsetof(struct attribute, a), NULL, -1e15, 1e15,
	 .about = "no value is lower"},
	{"high", PARAM_NUMBER, offsetof(struct attribute, b), NULL, -1e15, 1e15,
	 .about = "no value is higher"},
	{0},
};

const struct param scenario_normal_params[] = {
	{"mean", PARAM_NUMBER, offsetof(struct attribute, a), NULL, -1e15, 1e15,
	 .about = "the average"},
	{"sd", PARAM_NUMBER, offsetof(struct attribute, b), NULL, 1e-15, 1e15,
	 .about = "standard deviation"},
	{0},
};

const struct param scenario_lognormal_params[] = {
	{"median", PARAM_NUMBER, offsetof(struct attribute, a), NULL, 1e-15, 1e15,
	 .about = "half of all are below it"},
	{"sigma", PARAM_NUMBER, offsetof(struct attribute, b), NULL, 1e-6, 10,
	 .about = "standard deviation of the logarithm"},
	{0},
};

const struct param scenario_pareto_params[] = {
	{"low", PARAM_NUMBER, offsetof(struct attribute, a), NULL, 1e-15, 1e15,
	 .about = "no value is lower"},
	{"shape", PARAM_NUMBER, offsetof(struct attribute, b), NULL, 0.1, 100,
	 .about = "a value x times as large is x^shape times as rare"},
	{0},
};

static const struct {
	const char *key;
	const struct param *params;
} laws[] = {
	[ATTRIBUTE_UNIFORM] = {"uniform", scenario_uniform_params},
	[ATTRIBUTE_NORMAL] = {"normal", scenario_normal_params},
	[ATTRIBUTE_LOGNORMAL] = {"lognormal", scenario_lognormal_params},
	[ATTRIBUTE_PARETO] = {"pareto", scenario_pareto_params},
	[ATTRIBUTE_QUANTILES] = {"quantiles", NULL},
	[ATTRIBUTE_WORDS] = {"words", NULL},
};

enum { LAWS = sizeof laws / sizeof *laws };

static void read_quantiles(struct reader *reader, const struct node *node, struct attribute *a)
{
	const struct param row = {"a quantile", PARAM_NUMBER, 0, NULL, -1e15, 1e15, .about = ""};
	char why[READER_SENTENCE];
	int count = tree_count(node);
	if (!fields_is_list(reader, node, "quantiles"))
		return;
	if (count < 2 || count > MOST_QUANTILES) {
		complain(reader->complaints, node->at,
			 "quantiles must have 2 to %d entries, from the lowest value to the "
			 "highest; found %d",
			 MOST_QUANTILES, count);
		return;
	}
	double *value = arena_take(reader->arena, (size_t)count * sizeof *value);
	for (const struct node *child = node->first; child; child = child->next, a->values++) {
		const char *text = child->kind == NODE_SCALAR ? child->text : "a list or map";
		if (!param_set(&row, &value[a->values], text, why, sizeof why))
			complain(reader->complaints, child->at, "%s", why);
		else if (a->values && value[a->values] <= value[a->values - 1])
			complain(reader->complaints, child->at,
				 "quantiles must rise from each to the next");
	}
	a->quantile = value;
}

/* Conditions are read word by word. */
static const char one_word[] = "expected one word of less than 64 letters without <, >, = and !";

static bool is_one_word(const char *name)
{
	return *name && !name[strcspn(name, " \t<>=!")] && strlen(name) < 64;
}

static void read_words(struct reader *reader, struct node *node, struct attribute *a)
{
	double share[MAX_CATEGORIES] = {0}, sum = 0;
	a->values = read_shares(reader, node, "words", MAX_CATEGORIES, a->word, share, NULL);
	for (int i = 0; i < a->values; i++) {
		sum += share[i];
		a->upper[i] = (uint64_t)llround(fmin(sum, 1) * 0x1p32);
	}
	for (struct node *child = node->first; child; child = child->next)
		if (!is_one_word(child->key))
			complain(reader->complaints, child->key_at, "%s", one_word);
	if (!node->first)
		complain(reader->complaints, node->at,
			 "words must have shares, such as {ios: "
			 "40%%, android: 60%%}");
}

static void read_law(struct reader *reader, struct node *node, struct attribute *a)
{
	int before = reader->complaints->count;
	if (a->law == ATTRIBUTE_QUANTILES) {
		read_quantiles(reader, node, a);
	} else if (a->law == ATTRIBUTE_WORDS) {
		read_words(reader, node, a);
	} else if (fields_is_map(reader, node, node->key)) {
		fields_only(reader, node, laws[a->law].params, NULL, NULL, node->key);
		fields_read(reader, node, laws[a->law].params, a, node->key);
	}
	if (a->law == ATTRIBUTE_UNIFORM && reader->complaints->count == before && a->a >= a->b)
		complain(reader->complaints, read_mark(node, "high"),
			 "uniform: high must be above low");
}

/* The one child that names a law. */
static struct node *find_law(struct reader *reader, struct node *map, struct attribute *a)
{
	struct node *found = NULL;
	for (int l = 0; l < LAWS; l++) {
		struct node *child = tree_find(map, laws[l].key);
		if (child && found) {
			complain(reader->complaints, child->key_at,
				 "an attribute has one law; found \"%s\" and \"%s\"", found->key,
				 child->key);
			return NULL;
		}
		if (child) {
			found = child;
			a->law = (enum attribute_law)l;
		}
	}
	if (!found)
		complain(reader->complaints, map->at,
			 "an attribute needs one of uniform, normal, lognormal, pareto, quantiles "
			 "and words");
	return found;
}

static void read_attribute(struct reader *reader, struct node *node, struct attribute *a)
{
	const char *keys[LAWS + 1] = {NULL};
	struct attribute_fields fields;
	a->name = node->key;
	if (!fields_is_map(reader, node, "an attribute"))
		return;
	for (int l = 0; l < LAWS; l++)
		keys[l] = laws[l].key;
	fields_only(reader, node, scenario_attribute_params, NULL, keys, "an attribute");
	fields_read(reader, node, scenario_attribute_params, &fields, "an attribute");
	a->per_request = fields.per == 1;
	struct node *law = find_law(reader, node, a);
	if (law)
		read_law(reader, law, a);
}

void read_attributes(struct reader *reader, struct node *traffic)
{
	struct plan *plan = reader->plan;
	struct node *map = tree_find(traffic, "attributes");
	if (!map || !fields_is_map(reader, map, "attributes"))
		return;
	for (struct node *child = map->first; child; child = child->next) {
		if (plan->attributes == MAX_ATTRIBUTES) {
			complain(reader->complaints, child->key_at,
				 "there can be at most %d attributes", MAX_ATTRIBUTES);
			return;
		}
		if (!is_one_word(child->key))
			complain(reader->complaints, child->key_at, "%s", one_word);
		read_attribute(reader, child, &plan->attribute[plan->attributes++]);
	}
}
