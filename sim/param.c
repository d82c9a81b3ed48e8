/* Values in and out of configs by the rows of a param table. */
#include "sim/param.h"

#include "sim/error.h"
#include "sim/plugin.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void *field(const struct param *param, void *config)
{
	return (char *)config + param->offset;
}

static const void *field_const(const struct param *param, const void *config)
{
	return (const char *)config + param->offset;
}

/* Lists are an address and a count, uses two addresses: nothing is all zeros. */
static size_t structure_size(enum param_type type)
{
	static const size_t sizes[] = {
		[PARAM_STAGES] = sizeof(struct stages),	  [PARAM_LAW] = sizeof(struct use),
		[PARAM_PARTS] = sizeof(struct parts),	  [PARAM_TIMES] = sizeof(struct times),
		[PARAM_KNOTS] = sizeof(struct knots),	  [PARAM_SPELLS] = sizeof(struct spells),
		[PARAM_NUMBERS] = sizeof(struct numbers), [PARAM_ROWS] = sizeof(struct number_rows),
		[PARAM_SPANS] = sizeof(struct spans),	  [PARAM_SHARES] = sizeof(struct shares),
		[PARAM_WORDS] = sizeof(struct words),	  [PARAM_STRATEGY] = sizeof(struct use),
		[PARAM_PHASES] = sizeof(struct phases),	  [PARAM_RULES] = sizeof(struct flag_rules),
	};
	return sizes[type];
}

void param_clear(const struct param *param, void *config)
{
	void *to = field(param, config);
	const struct change no_change = {CHANGE_ADD, NAN};
	const struct level no_level = {NAN, UNIT_NUMBER};
	switch (param->type) {
	case PARAM_DURATION:
	case PARAM_COUNT:
		*(int64_t *)to = PARAM_UNSET;
		break;
	case PARAM_OFFSET:
	case PARAM_CLOCK:
		*(sim_time *)to = 0;
		break;
	case PARAM_RATE:
	case PARAM_SHARE:
	case PARAM_FACTOR:
	case PARAM_NUMBER:
	case PARAM_CHANCE:
		*(double *)to = NAN;
		break;
	case PARAM_FLAG:
		*(bool *)to = false;
		break;
	case PARAM_CHOICE:
	case PARAM_CHECKS:
		*(int *)to = 0;
		break;
	case PARAM_USERS:
		*(int *)to = PARAM_UNSET;
		break;
	case PARAM_WORD:
	case PARAM_FILE:
		*(const char **)to = NULL;
		break;
	case PARAM_TRACE:
		*(const struct recording **)to = NULL;
		break;
	case PARAM_SHARE_CHANGE:
	case PARAM_DURATION_CHANGE:
		*(struct change *)to = no_change;
		break;
	case PARAM_LEVEL:
		*(struct level *)to = no_level;
		break;
	default:
		memset(to, 0, structure_size(param->type));
	}
}

/* One value of any of the scalar types, before its range is checked. */
union value {
	sim_time duration;
	int64_t count;
	double number;
	bool flag;
	int choice;
	const char *word;
	struct change change;
	struct level level;
};

static const char *parse_choice(const struct param *param, const char *text, int *choice)
{
	for (int i = 0; param->choices[i]; i++)
		if (!strcmp(text, param->choices[i])) {
			*choice = i;
			return NULL;
		}
	return "";
}

static const char *parse(const struct param *param, const char *text, union value *value)
{
	switch (param->type) {
	case PARAM_DURATION:
		return units_parse_duration(text, &value->duration);
	case PARAM_RATE:
		return units_parse_rate(text, &value->number);
	case PARAM_SHARE:
		return units_parse_share(text, &value->number);
	case PARAM_FACTOR:
		return units_parse_factor(text, &value->number);
	case PARAM_NUMBER:
		return units_parse_number(text, &value->number);
	case PARAM_COUNT:
		return units_parse_count(text, &value->count);
	case PARAM_FLAG:
		return units_parse_flag(text, &value->flag);
	case PARAM_CHOICE:
		return parse_choice(param, text, &value->choice);
	case PARAM_WORD:
		value->word = text;
		return *text ? NULL : "a word";
	case PARAM_SHARE_CHANGE:
		return units_parse_share_change(text, &value->change);
	case PARAM_DURATION_CHANGE:
		return units_parse_duration_change(text, &value->change);
	case PARAM_LEVEL:
		return units_parse_level(text, &value->level);
	case PARAM_OFFSET:
		return units_parse_offset(text, &value->duration);
	case PARAM_CLOCK:
		return units_parse_clock(text, &value->duration);
	case PARAM_CHANCE:
		return units_parse_chance(text, &value->number);
	default:
		break;
	}
	return "a value of another kind";
}

static size_t value_size(enum param_type type)
{
	static const size_t sizes[] = {
		[PARAM_DURATION] = sizeof(sim_time),
		[PARAM_RATE] = sizeof(double),
		[PARAM_SHARE] = sizeof(double),
		[PARAM_FACTOR] = sizeof(double),
		[PARAM_NUMBER] = sizeof(double),
		[PARAM_COUNT] = sizeof(int64_t),
		[PARAM_FLAG] = sizeof(bool),
		[PARAM_CHOICE] = sizeof(int),
		[PARAM_WORD] = sizeof(const char *),
		[PARAM_SHARE_CHANGE] = sizeof(struct change),
		[PARAM_DURATION_CHANGE] = sizeof(struct change),
		[PARAM_LEVEL] = sizeof(struct level),
		[PARAM_OFFSET] = sizeof(sim_time),
		[PARAM_CLOCK] = sizeof(sim_time),
		[PARAM_CHANCE] = sizeof(double),
	};
	return sizes[type];
}

/* The number a range speaks of; false where a type has no range. */
static bool amount(const struct param *param, const union value *value, double *number)
{
	switch (param->type) {
	case PARAM_DURATION:
	case PARAM_OFFSET:
	case PARAM_COUNT:
		*number = (double)value->count;
		return true;
	case PARAM_RATE:
	case PARAM_SHARE:
	case PARAM_FACTOR:
	case PARAM_NUMBER:
	case PARAM_CHANCE:
		*number = value->number;
		return true;
	case PARAM_SHARE_CHANGE:
	case PARAM_DURATION_CHANGE:
		*number = value->change.amount;
		return true;
	case PARAM_LEVEL:
		*number = value->level.amount;
		return true;
	default:
		return false;
	}
}

/* A bound in the unit of its parameter. */
static void print_bound(const struct param *param, double bound, char out[UNITS_TEXT])
{
	union value value = {.number = bound};
	if (param->type == PARAM_DURATION || param->type == PARAM_OFFSET ||
	    param->type == PARAM_COUNT)
		value.count = (int64_t)bound;
	if (param->type == PARAM_SHARE_CHANGE || param->type == PARAM_DURATION_CHANGE ||
	    param->type == PARAM_NUMBERS || param->type == PARAM_ROWS) {
		units_print_number(out, bound);
		return;
	}
	if (param->type == PARAM_LEVEL)
		value.level = (struct level){bound, UNIT_NUMBER};
	struct param plain = *param;
	plain.offset = 0;
	param_print(&plain, &value, out);
}

static bool in_range(const struct param *param, double number)
{
	return (param->low == 0 && param->high == 0) ||
	       (number >= param->low && number <= param->high);
}

static void list_choices(const struct param *param, char *out, size_t size)
{
	size_t used = 0;
	out[0] = 0;
	for (int i = 0; param->choices[i] && used < size; i++) {
		int wrote =
			snprintf(out + used, size - used, "%s%s", i ? ", " : "", param->choices[i]);
		used += wrote > 0 ? (size_t)wrote : 0;
	}
}

static void explain_refusal(const struct param *param, const char *expected, const char *text,
			    char *why, size_t size)
{
	if (param->type != PARAM_CHOICE) {
		snprintf(why, size, "expected %s; found \"%.80s\"", expected, text);
		return;
	}
	char choices[256];
	list_choices(param, choices, sizeof choices);
	const char *near = error_nearest(text, param->choices);
	snprintf(why, size, "expected one of %s; found \"%.80s\"%s%s%s", choices, text,
		 near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

bool param_set(const struct param *param, void *config, const char *text, char *why, size_t size)
{
	union value value;
	memset(&value, 0, sizeof value);
	const char *expected = parse(param, text, &value);
	if (expected) {
		explain_refusal(param, expected, text, why, size);
		return false;
	}
	double number;
	if (amount(param, &value, &number) && !in_range(param, number)) {
		char low[UNITS_TEXT], high[UNITS_TEXT];
		print_bound(param, param->low, low);
		print_bound(param, param->high, high);
		snprintf(why, size, "%s must be from %s to %s; found \"%.80s\"", param->key, low,
			 high, text);
		return false;
	}
	memcpy(field(param, config), &value, value_size(param->type));
	return true;
}

const char *param_print(const struct param *param, const void *config, char out[UNITS_TEXT])
{
	const void *from = field_const(param, config);
	out[0] = 0;
	switch (param->type) {
	case PARAM_DURATION:
		return *(const sim_time *)from == PARAM_UNSET
			       ? out
			       : units_print_duration(out, *(const sim_time *)from);
	case PARAM_COUNT:
		return *(const int64_t *)from == PARAM_UNSET
			       ? out
			       : units_print_count(out, *(const int64_t *)from);
	case PARAM_RATE:
		return isnan(*(const double *)from) ? out
						    : units_print_rate(out, *(const double *)from);
	case PARAM_SHARE:
		return isnan(*(const double *)from) ? out
						    : units_print_share(out, *(const double *)from);
	case PARAM_FACTOR:
		return isnan(*(const double *)from)
			       ? out
			       : units_print_factor(out, *(const double *)from);
	case PARAM_NUMBER:
	case PARAM_CHANCE:
		return isnan(*(const double *)from)
			       ? out
			       : units_print_number(out, *(const double *)from);
	case PARAM_FLAG:
		return units_print_flag(out, *(const bool *)from);
	case PARAM_CHOICE:
		return param->choices[*(const int *)from];
	case PARAM_WORD:
		return *(const char *const *)from ? *(const char *const *)from : out;
	case PARAM_SHARE_CHANGE:
		return isnan(((const struct change *)from)->amount)
			       ? out
			       : units_print_share_change(out, *(const struct change *)from);
	case PARAM_DURATION_CHANGE:
		return isnan(((const struct change *)from)->amount)
			       ? out
			       : units_print_duration_change(out, *(const struct change *)from);
	case PARAM_LEVEL:
		return isnan(((const struct level *)from)->amount)
			       ? out
			       : units_print_level(out, *(const struct level *)from);
	case PARAM_OFFSET:
		return units_print_offset(out, *(const sim_time *)from);
	case PARAM_CLOCK:
		return units_print_clock(out, *(const sim_time *)from);
	default:
		break;
	}
	return out;
}

void param_describe(const struct param *param, char *out, size_t size)
{
	static const char *const names[] = {
		[PARAM_DURATION] = "duration",
		[PARAM_RATE] = "rate",
		[PARAM_SHARE] = "share",
		[PARAM_FACTOR] = "factor",
		[PARAM_NUMBER] = "number",
		[PARAM_COUNT] = "count",
		[PARAM_FLAG] = "yes or no",
		[PARAM_WORD] = "name",
		[PARAM_SHARE_CHANGE] = "change of a share (+5%, x2)",
		[PARAM_DURATION_CHANGE] = "change of a duration (+200ms, x2)",
		[PARAM_LEVEL] = "value of the metric",
		[PARAM_STAGES] = "list of stages (5% for 10m)",
		[PARAM_LAW] = "latency law",
		[PARAM_PARTS] = "list of latency laws, each with its share",
		[PARAM_TIMES] = "list of durations",
		[PARAM_KNOTS] = "map of quantiles (p50: 80ms)",
		[PARAM_FILE] = "file",
		[PARAM_TRACE] = "trace file",
		[PARAM_SPELLS] = "list of spells (x2 for 10m)",
		[PARAM_OFFSET] = "offset",
		[PARAM_CHANCE] = "number or share",
		[PARAM_NUMBERS] = "list of numbers (1;2;3)",
		[PARAM_ROWS] = "rows of numbers (1;2|3;4)",
		[PARAM_CLOCK] = "time of the week (fri 18:00)",
		[PARAM_SPANS] = "list of spans (22:00 to 7:00)",
		[PARAM_SHARES] = "list of shares",
		[PARAM_WORDS] = "list of names",
		[PARAM_STRATEGY] = "strategy",
		[PARAM_CHECKS] = "list of checks",
		[PARAM_PHASES] = "list of strategies, each with its checks",
		[PARAM_USERS] = "list of users (17, or 100 to 199)",
		[PARAM_RULES] = "list of rules",
	};
	if (param->type == PARAM_CHOICE) {
		size_t used = (size_t)snprintf(out, size, "one of ");
		list_choices(param, out + used, size - used);
		return;
	}
	if (param->low == 0 && param->high == 0) {
		snprintf(out, size, "%s", names[param->type]);
		return;
	}
	char low[UNITS_TEXT], high[UNITS_TEXT];
	print_bound(param, param->low, low);
	print_bound(param, param->high, high);
	snprintf(out, size, "%s from %s to %s", names[param->type], low, high);
}
