/* Series are known by their labels, which lie in the order of their names. */
#include "replay/series.h"

#include <stdio.h>
#include <stdlib.h>

static int by_name(const void *a, const void *b)
{
	const struct label *left = a, *right = b;
	return view_compare(left->name, right->name);
}

void series_sort(struct label *label, int labels)
{
	if (labels)
		qsort(label, (size_t)labels, sizeof *label, by_name);
}

int series_compare(const struct series *a, const struct series *b)
{
	for (int i = 0; i < a->labels && i < b->labels; i++) {
		int order = view_compare(a->label[i].name, b->label[i].name);
		order = order ? order : view_compare(a->label[i].value, b->label[i].value);
		if (order)
			return order;
	}
	return a->labels - b->labels;
}

bool series_fit(const struct series *a, const struct series *b)
{
	int i = 0, j = 0;
	while (i < a->labels && j < b->labels) {
		int order = view_compare(a->label[i].name, b->label[j].name);
		if (!order && view_compare(a->label[i].value, b->label[j].value) != 0)
			return false;
		i += order <= 0;
		j += order >= 0;
	}
	return true;
}

int64_t series_begins(const struct series *series, int place)
{
	int64_t step_ago = series->sample[place].at_ns - series->step_ns;
	int64_t before = place ? series->sample[place - 1].at_ns : series->from_ns;
	return step_ago > before ? step_ago : before;
}

static size_t put_label(char out[SERIES_TEXT], size_t used, struct view name, struct view value)
{
	if (used >= SERIES_TEXT - 1)
		return used;
	int length = snprintf(
		out + used, SERIES_TEXT - used, "%s%.*s=\"%.*s\"", out[used - 1] == '{' ? "" : ",",
		(int)(name.length < SERIES_TEXT ? name.length : SERIES_TEXT), name.at,
		(int)(value.length < SERIES_TEXT ? value.length : SERIES_TEXT), value.at);
	return used + (size_t)length;
}

const char *series_text(const struct series *series, char out[SERIES_TEXT])
{
	int shown = (int)(series->name.length < 80 ? series->name.length : 80);
	size_t used = (size_t)snprintf(out, SERIES_TEXT, "%.*s{", shown, series->name.at);
	for (int i = 0; i < series->labels; i++)
		used = put_label(out, used, series->label[i].name, series->label[i].value);
	if (series->role == ROLE_BUCKET)
		used = put_label(out, used, view_of("le"), series->le_text);
	if (series->role == ROLE_RATIO)
		used = put_label(out, used, view_of("coalmine"), view_of("error_ratio"));
	if (used < SERIES_TEXT - 1)
		memcpy(out + used, "}", 2);
	return out;
}
