/* The values that a tuned parameter may take: a list, or a range cut into steps that people would
 * write themselves. */
#include "sim/scenario/reader.h"
#include "sim/tuning.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum scale { SCALE_LINEAR, SCALE_LOG };
enum { STEPS = 20 }; /* of a range, where nobody says how long they are */

struct parameter_fields {
	const char *from, *to, *step, *when;
	int scale;
};

static const char *const scale_names[] = {"linear", "log", NULL};

const struct param scenario_parameter_params[] = {
	{"from", PARAM_WORD, offsetof(struct parameter_fields, from), "",
	 .about = "the least value; or else values is a list of them"},
	{"to", PARAM_WORD, offsetof(struct parameter_fields, to), "", .about = "the greatest"},
	{"scale", PARAM_CHOICE, offsetof(struct parameter_fields, scale), "linear",
	 .choices = scale_names, .about = "whether steps add or multiply"},
	{"step", PARAM_WORD, offsetof(struct parameter_fields, step), "",
	 .about = "from one value to the next, x1.5 on a log scale; the default makes about 20 "
		  "steps, whole numbers where both ends are"},
	{"when", PARAM_WORD, offsetof(struct parameter_fields, when), "",
	 .about = "counts only where the scenario has this key, as some choices give it"},
	{0},
};

/* ---- amounts, whatever they are of */

enum amount { AMOUNT_NUMBER, AMOUNT_SHARE, AMOUNT_DURATION, AMOUNT_RATE, AMOUNT_FACTOR, AMOUNTS };

static bool parse(enum amount amount, const char *text, double *value)
{
	sim_time time;
	switch (amount) {
	case AMOUNT_NUMBER:
		return !units_parse_number(text, value);
	case AMOUNT_SHARE:
		return !units_parse_share(text, value);
	case AMOUNT_RATE:
		return !units_parse_rate(text, value);
	case AMOUNT_FACTOR:
		return !units_parse_factor(text, value);
	default:
		if (units_parse_duration(text, &time))
			return false;
		*value = (double)time;
		return true;
	}
}

static const char *print(struct arena *arena, enum amount amount, double value)
{
	char text[UNITS_TEXT];
	switch (amount) {
	case AMOUNT_NUMBER:
		units_print_number(text, value);
		break;
	case AMOUNT_SHARE:
		units_print_share(text, value);
		break;
	case AMOUNT_RATE:
		units_print_rate(text, value);
		break;
	case AMOUNT_FACTOR:
		units_print_factor(text, value);
		break;
	default:
		units_print_duration(text, (sim_time)llround(value));
	}
	return arena_copy(arena, text, strlen(text));
}

/* What both ends are amounts of; AMOUNTS: of nothing that is the same. */
static enum amount amount_of(const char *from, const char *to, double *low, double *high)
{
	for (enum amount a = 0; a < AMOUNTS; a++)
		if (parse(a, from, low) && parse(a, to, high))
			return a;
	return AMOUNTS;
}

/* ---- steps */

struct range {
	double low, high, step; /* step: a factor on a log scale */
	enum scale scale;
	enum amount amount;
	bool whole, given; /* given: the step was */
};

static double decimals(double value, int digits)
{
	char text[40];
	snprintf(text, sizeof text, "%.*e", digits - 1, value);
	return strtod(text, NULL);
}

/* 1, 2 or 5 times a power of ten, at least so long. */
static double nice(double step)
{
	double power = pow(10, floor(log10(step)));
	double digit = step / power;
	return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}

static void choose_step(struct range *range)
{
	if (range->scale == SCALE_LOG)
		range->step = pow(range->high / range->low, 1.0 / STEPS);
	else
		range->step = nice(decimals((range->high - range->low) / STEPS, 6));
	if (range->whole && range->scale == SCALE_LINEAR)
		range->step = fmax(1, range->step);
}

static double value_at(const struct range *range, int i)
{
	double value = range->scale == SCALE_LOG ? range->low * pow(range->step, i)
						 : range->low + i * range->step;
	if (range->scale == SCALE_LOG && i && value < range->high)
		value = decimals(value, range->given ? 3 : 2);
	/* Sums of decimal fractions are not decimal fractions. */
	return range->whole ? round(value) : decimals(value, 12);
}

/* How many there are if all of them were different. */
static double count_of(const struct range *range)
{
	double steps = range->scale == SCALE_LOG ? log(range->high / range->low) / log(range->step)
						 : (range->high - range->low) / range->step;
	return floor(steps + 1e-9) + 1;
}

static void take_range(struct reader *reader, const struct range *range, struct mark at,
		       struct tuning_parameter *parameter)
{
	struct arena *arena = reader->arena;
	int most = (int)count_of(range) + 1;
	double last = NAN;
	parameter->text = arena_take(arena, (size_t)most * sizeof *parameter->text);
	parameter->value = arena_take(arena, (size_t)most * sizeof *parameter->value);
	parameter->label = parameter->text;
	parameter->range = parameter->ordered = true;
	for (int i = 0; i < most; i++) {
		double value = i < most - 1 ? value_at(range, i) : range->high;
		if (value > range->high * (1 + 1e-9) || value <= last * (1 + 1e-9))
			continue;
		struct node *node = arena_take(arena, sizeof *node);
		last = value;
		*node = (struct node){.kind = NODE_SCALAR, .at = at};
		node->text = print(arena, range->amount, value);
		parameter->text[parameter->values] = node->text;
		parameter->value[parameter->values++] = node;
	}
}

/* ---- what is written */

static bool has_point(const char *text)
{
	return strpbrk(text, ".eE") != NULL;
}

/* NULL, or what is wrong with the step. */
static const char *read_step(const struct parameter_fields *fields, struct range *range)
{
	range->given = fields->step != NULL;
	if (!range->given) {
		choose_step(range);
		return NULL;
	}
	if (range->scale == SCALE_LOG) {
		bool good = parse(AMOUNT_FACTOR, fields->step, &range->step) && range->step > 1;
		return good ? NULL : "on a log scale a step is a factor above 1, such as x1.5";
	}
	bool good = parse(range->amount, fields->step, &range->step) && range->step > 0;
	return good ? NULL : "a step must be an amount above 0, of the same unit as the ends";
}

static void read_range(struct reader *reader, const struct node *node,
		       const struct parameter_fields *fields, struct tuning_parameter *parameter)
{
	struct range range = {.scale = (enum scale)fields->scale};
	struct complaints *complaints = reader->complaints;
	if (!fields->from || !fields->to) {
		complain(complaints, node->at,
			 "%s needs from and to, or a list of values, as in [1.2, 1.5, 2]",
			 parameter->key);
		return;
	}
	range.amount = amount_of(fields->from, fields->to, &range.low, &range.high);
	struct mark from = read_mark(node, "from"), to = read_mark(node, "to");
	if (range.amount == AMOUNTS) {
		complain(complaints, from,
			 "from and to must be two numbers, shares, durations, rates or factors; "
			 "found \"%.60s\" and \"%.60s\"",
			 fields->from, fields->to);
		return;
	}
	if (range.low >= range.high) {
		complain(complaints, to, "to must be more than from; found \"%.60s\"", fields->to);
		return;
	}
	if (range.scale == SCALE_LOG && range.low <= 0) {
		complain(complaints, from, "a log scale has no 0: from must be more than that");
		return;
	}
	range.whole = range.amount == AMOUNT_NUMBER && !fields->step && !has_point(fields->from) &&
		      !has_point(fields->to);
	const char *wrong = read_step(fields, &range);
	if (wrong)
		complain(complaints, read_mark(node, "step"), "%s; found \"%.60s\"", wrong,
			 fields->step);
	else if (count_of(&range) > TUNING_VALUES)
		complain(complaints, read_mark(node, "step"),
			 "with this step %s has more than %d values", parameter->key,
			 TUNING_VALUES);
	else
		take_range(reader, &range, from, parameter);
}

/* A key that only this of all values has, such as the name of its detector; else the whole. */
static const char *label_of(const struct node *list, const struct node *value, const char *text)
{
	const struct node *key = value->kind == NODE_MAP ? value->first : NULL;
	for (; key; key = key->next) {
		bool alone = list->first->next != NULL;
		for (const struct node *other = list->first; other; other = other->next)
			alone &= other == value ||
				 !(other->kind == NODE_MAP && tree_find(other, key->key));
		if (alone)
			return key->key;
	}
	return text;
}

static void read_list(struct reader *reader, const struct node *list,
		      struct tuning_parameter *parameter)
{
	int count = tree_count(list);
	if (!fields_count(reader, list, parameter->key, count, TUNING_VALUES))
		return;
	parameter->text = arena_take(reader->arena, (size_t)count * sizeof *parameter->text);
	parameter->value = arena_take(reader->arena, (size_t)count * sizeof *parameter->value);
	parameter->label = arena_take(reader->arena, (size_t)count * sizeof *parameter->label);
	parameter->ordered = true;
	for (const struct node *node = list->first; node; node = node->next) {
		const char *text = tree_text(reader->arena, node);
		parameter->ordered &= node->kind == NODE_SCALAR;
		parameter->text[parameter->values] = text;
		parameter->label[parameter->values] = label_of(list, node, text);
		parameter->value[parameter->values++] = node;
	}
}

void read_tuning_values(struct reader *reader, struct node *node,
			struct tuning_parameter *parameter)
{
	static const char *const others[] = {"values", NULL};
	struct parameter_fields fields = {0};
	int before = reader->complaints->count;
	if (node->kind == NODE_LIST) {
		read_list(reader, node, parameter);
		return;
	}
	if (!fields_is_map(reader, node, parameter->key))
		return;
	const struct node *values = tree_find(node, "values");
	fields_only(reader, node, scenario_parameter_params, NULL, others, "a parameter");
	fields_read(reader, node, scenario_parameter_params, &fields, "a parameter");
	if (reader->complaints->count != before)
		return;
	parameter->when = fields.when;
	if (values && (fields.from || fields.to || fields.step))
		complain(reader->complaints, values->at,
			 "%s has both a range and a list of values: which is meant?",
			 parameter->key);
	else if (!values)
		read_range(reader, node, &fields, parameter);
	else if (fields_is_list(reader, values, "values"))
		read_list(reader, values, parameter);
}
