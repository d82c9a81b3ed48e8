/* A quantity is read from its name: a column, maybe a version or segment, and what is made of it.
 */
#include "sim/quantity.h"

#include "sim/error.h"
#include "sim/units.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* ---- its name */

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

/* NULL, or what is wrong, in words that follow the name of the column. */
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
	bool percentile =
		text[0] == '.' && text[1] == 'p' && units_percentile(text + 2, &quantity->p);
	if (percentile && quantity->p > 0 && quantity->p < 1)
		return NULL;
	if (percentile)
		return "has quantiles above .p0 and below .p100; the largest of all is .max";
	return may_never_happen(column) ? "needs .max or a quantile such as .p95 behind it"
					: "needs .mean, .max or a quantile such as .p95 behind it";
}

/* Where nobody says which names there are, any may stand before a statistic. */
static bool skip_any(const char **text, struct quantity *quantity)
{
	for (const char *dot = **text ? strchr(*text + 1, '.') : NULL; dot;
	     dot = strchr(dot + 1, '.'))
		if (!read_statistic(dot, quantity)) {
			*text = dot;
			return true;
		}
	return false;
}

/* ".candidate" between a column of versions or segments and its statistic. */
static const char *read_sub(const struct quantity_names *names, const char **text,
			    struct quantity *quantity)
{
	const struct column *column = quantity->column;
	bool versions = column->extent == PER_VERSION;
	int count = !names ? 0 : versions ? names->version_count : names->segment_count;
	if (column->extent == PER_TRIAL || (!names && skip_any(text, quantity)))
		return NULL;
	for (int i = 0; i < count && **text == '.'; i++) {
		const char *name = versions ? names->versions[i] : names->segments[i];
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

static void add_row(struct quantity_row *row, const struct column *column, int outcome,
		    const char *name, int length)
{
	static const char *const subs[] = {
		[PER_TRIAL] = "", [PER_VERSION] = ".candidate", [PER_SEGMENT] = ".premium"};
	const char *statistic = column->type == COLUMN_FLAG ? ""
				: may_never_happen(column)  ? ".p50"
							    : ".mean";
	*row = (struct quantity_row){.column = column, .outcome = outcome};
	snprintf(row->name, sizeof row->name, "%.*s", length, name);
	snprintf(row->as_in, sizeof row->as_in, "%s%s%s", row->name, subs[column->extent],
		 statistic);
}

int quantity_rows(struct quantity_row row[QUANTITY_ROWS])
{
	const struct column *outcome = results_column("outcome");
	int count = 0;
	for (const char *word = outcome->meanings; *word; count++) {
		int length = (int)strcspn(word, " ");
		add_row(&row[count], outcome, count, word, length);
		word += length + (word[length] == ' ');
	}
	for (int c = 0; c < result_columns_count; c++) {
		const struct column *column = &result_columns[c];
		bool number = column->type != COLUMN_FLAG || column->meanings;
		if (column != outcome && number)
			add_row(&row[count++], column, -1, column->name, (int)strlen(column->name));
	}
	assert(count <= QUANTITY_ROWS);
	return count;
}

static void say_unknown(const char *text, char why[QUANTITY_WHY])
{
	struct quantity_row row[QUANTITY_ROWS];
	const char *names[QUANTITY_ROWS + 1] = {NULL};
	int count = quantity_rows(row);
	char head[64];
	snprintf(head, sizeof head, "%.*s", (int)strcspn(text, "."), text);
	for (int i = 0; i < count; i++)
		names[i] = row[i].name;
	const char *near = error_nearest(head, names);
	snprintf(why, QUANTITY_WHY, "results have no \"%s\"%s%s%s", head,
		 near ? "; did you mean \"" : "",
		 near ? near : "; coalmine list quantity shows what they have", near ? "\"?" : "");
}

/* A column, or one of the ways in which a trial ends. */
static bool find_column(const char *text, size_t length, struct quantity *quantity)
{
	char name[64];
	if (length >= sizeof name)
		return false;
	memcpy(name, text, length);
	name[length] = 0;
	quantity->outcome = -1;
	quantity->column = results_column(name);
	if (quantity->column)
		return true;
	quantity->column = results_column("outcome");
	quantity->outcome = find_word(quantity->column->meanings, name, length);
	return quantity->outcome >= 0;
}

bool quantity_read(struct quantity *quantity, const char *text, const struct quantity_names *names,
		   char why[QUANTITY_WHY])
{
	size_t length = strcspn(text, ".");
	const char *rest = text + length;
	*quantity = (struct quantity){.text = text};
	if (!find_column(text, length, quantity)) {
		say_unknown(text, why);
		return false;
	}
	const char *wrong = read_sub(names, &rest, quantity);
	wrong = wrong ? wrong : read_statistic(rest, quantity);
	if (!wrong && quantity->outcome < 0 && !strcmp(quantity->column->name, "outcome"))
		wrong = "is a word: name the one it is, as in promoted";
	if (wrong)
		snprintf(why, QUANTITY_WHY, "%.*s %s", (int)length, text, wrong);
	return !wrong;
}

/* ---- what it is in */

bool quantity_is_share(const struct quantity *quantity)
{
	return quantity->kind == QUANTITY_SHARE || strstr(quantity->column->name, "share") ||
	       strstr(quantity->column->name, "accuracy");
}

const char *quantity_amount(const struct quantity *quantity, const char *text, double *amount)
{
	sim_time time = 0;
	if (quantity_is_share(quantity))
		return units_parse_share(text, amount);
	if (strcmp(quantity->column->unit, "s") != 0)
		return units_parse_number(text, amount);
	const char *wrong = units_parse_duration(text, &time);
	*amount = (double)time / SIM_SECOND;
	return wrong;
}

bool quantity_needs_harm(const struct quantity *quantity)
{
	static const char *const names[] = {
		"evidence_time", "alarm_time", "detection_time", "mitigation_time", "drain_time",
		"missed",	 NULL};
	for (int i = 0; names[i]; i++)
		if (!strcmp(names[i], quantity->column->name))
			return true;
	return false;
}

/* ---- what people want of it */

/* A harmful candidate is to be rolled back, any other to be promoted. */
static int outcome_worse(int outcome, bool harmful)
{
	if (outcome == OUTCOME_PROMOTED)
		return harmful ? 1 : -1;
	if (outcome == OUTCOME_ROLLED_BACK)
		return harmful ? -1 : 1;
	return harmful ? 0 : 1;
}

int quantity_worse(const struct quantity *quantity, bool harmful)
{
	if (quantity->outcome >= 0)
		return outcome_worse(quantity->outcome, harmful);
	switch (quantity->column->wish) {
	case WISH_LESS:
		return 1;
	case WISH_MORE:
		return -1;
	case WISH_LESS_IF_HARMFUL:
		return harmful;
	case WISH_LESS_IF_HEALTHY:
		return !harmful;
	case WISH_NONE:
		break;
	}
	return 0;
}
