/* Words and numbers; then medians of a few samples. */
#include "replay/alarm.h"

#include "sim/units.h"

#include "sim/stats/quantile.h"
#include "sim/stats/sort.h"

#include "replay/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST_REFERENCE = 4096 };

/* ---- reading */

static struct view next_word(struct view *left)
{
	*left = view_trim(*left);
	size_t length = 0;
	while (length < left->length && left->at[length] != ' ')
		length++;
	struct view word = {left->at, length};
	*left = view_from(*left, length);
	return word;
}

static bool copy_word(struct view word, char out[ALARM_WORD])
{
	if (word.length >= ALARM_WORD)
		return false;
	memcpy(out, word.at, word.length);
	out[word.length] = 0;
	return true;
}

/* Column names may hold blanks: all up to the sign belongs to them. */
static bool read_column(struct alarm_rule *rule, struct view *left, struct term *term)
{
	size_t length = 0;
	while (length < left->length && left->at[length] != '<' && left->at[length] != '>')
		length++;
	struct view name = view_trim((struct view){left->at, length});
	if (!name.length || length == left->length ||
	    !copy_word(name, rule->name[rule->columns.count]))
		return false;
	term->column = columns_add(&rule->columns, rule->name[rule->columns.count]);
	term->below = left->at[length] == '<';
	*left = view_from(*left, length + 1);
	term->equal = left->length && *left->at == '=';
	*left = view_from(*left, term->equal);
	return true;
}

static bool read_level(struct view *left, struct term *term)
{
	char text[ALARM_WORD];
	struct view word = next_word(left), rest = *left;
	bool factor = word.length > 1 && *word.at == 'x';
	if (!number_plain(view_from(word, factor), &term->level))
		return false;
	if (!factor)
		return true;
	sim_time time;
	if (!view_is(next_word(&rest), "median") || !copy_word(next_word(&rest), text) ||
	    units_parse_duration(text, &time) || time <= 0)
		return false;
	term->median_ns = time;
	*left = rest;
	return true;
}

bool alarm_read(struct alarm_rule *rule, const char *text, char *why, size_t size)
{
	struct view left = view_of(text);
	*rule = (struct alarm_rule){.terms = 0};
	do {
		struct term term = {.median_ns = 0};
		if (rule->terms == MOST_TERMS) {
			snprintf(why, size, "more than %d terms", MOST_TERMS);
			return false;
		}
		if (!read_column(rule, &left, &term) || !read_level(&left, &term))
			break;
		rule->term[rule->terms++] = term;
		if (!view_trim(left).length)
			return true;
	} while (view_is(next_word(&left), "or"));
	snprintf(why, size,
		 "expected COLUMN > VALUE or COLUMN > xFACTOR median DURATION, such as \"p95 >= "
		 "x1.5 "
		 "median 3.5m or errors > 2\"; found \"%.100s\"",
		 text);
	return false;
}

/* ---- checking */

/* The first sample that is not earlier. */
static int find_sample(const struct curve *s, int64_t at_ns)
{
	int low = 0, high = s->samples;
	while (low < high) {
		int middle = low + (high - low) / 2;
		if (s->at_ns[middle] < at_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static double value_of(const struct curve *s, int sample, int column)
{
	return s->value[(size_t)sample * (size_t)s->columns + (size_t)column];
}

/* NaN below two values: one is no median. */
static double median(const struct curve *s, int column, int64_t from_ns, int64_t to_ns)
{
	double value[MOST_REFERENCE];
	int count = 0;
	for (int i = find_sample(s, from_ns); i < s->samples && s->at_ns[i] <= to_ns; i++)
		if (count < MOST_REFERENCE && !isnan(value_of(s, i, column)))
			value[count++] = value_of(s, i, column);
	if (count < 2)
		return NAN;
	sort_ascending(value, (size_t)count);
	return quantile_of_sorted(value, (size_t)count, 0.5);
}

static bool breaks(const struct term *term, double value, double level)
{
	if (term->equal && value == level)
		return true;
	return term->below ? value < level : value > level;
}

enum alarm_answer alarm_check(const struct alarm_rule *rule, const struct curve *curve,
			      int64_t at_ns, int64_t within_ns, int64_t *alarm_ns)
{
	int64_t step = curve->step_ns, late = step / 20; /* clocks of dashboards slip a little */
	int64_t from_ns = at_ns + step - late, to_ns = from_ns + within_ns;
	bool looked = false, alarm = false;
	for (int t = 0; t < rule->terms; t++) {
		const struct term *term = &rule->term[t];
		double level = term->level;
		if (term->median_ns)
			level *= median(curve, term->column, at_ns - step / 2 - term->median_ns,
					at_ns - step / 2);
		for (int i = find_sample(curve, from_ns);
		     i < curve->samples && curve->at_ns[i] < to_ns && !isnan(level); i++) {
			double value = value_of(curve, i, term->column);
			looked = looked || !isnan(value);
			if (!breaks(term, value, level))
				continue;
			*alarm_ns =
				!alarm || curve->at_ns[i] < *alarm_ns ? curve->at_ns[i] : *alarm_ns;
			alarm = true;
			break;
		}
	}
	return alarm ? ALARM_RINGS : looked ? ALARM_QUIET : ALARM_BLIND;
}
