/* The table of reported numbers is what files, exports and summaries are made from, so it must fit
 * the struct it describes, and every value must survive the way through it. */
#include "sim/result.h"

#include <criterion/criterion.h>

#include <ctype.h>
#include <math.h>
#include <string.h>

static size_t type_size(const struct column *column)
{
	return column->type == COLUMN_FLAG ? 1 : 8;
}

static size_t room_of(const struct column *column)
{
	size_t extent = column->extent == PER_VERSION	? MAX_VERSIONS
			: column->extent == PER_SEGMENT ? MAX_SEGMENTS
							: 1;
	return extent * type_size(column);
}

static bool is_word(const char *name)
{
	for (const char *at = name; *at; at++)
		if (!islower((unsigned char)*at) && !isdigit((unsigned char)*at) && *at != '_')
			return false;
	return islower((unsigned char)*name);
}

Test(result, names_are_lower_snake_and_unique)
{
	for (int c = 0; c < result_columns_count; c++) {
		cr_expect(is_word(result_columns[c].name), "%s", result_columns[c].name);
		cr_expect_eq(results_column(result_columns[c].name), &result_columns[c], "%s",
			     result_columns[c].name);
	}
}

Test(result, an_unknown_name_has_no_column)
{
	cr_expect_null(results_column("nonsense"));
}

Test(result, units_are_seconds_or_one)
{
	for (int c = 0; c < result_columns_count; c++) {
		const char *unit = result_columns[c].unit;
		cr_expect(strcmp(unit, "s") == 0 || strcmp(unit, "1") == 0, "%s", unit);
		if (result_columns[c].type != COLUMN_REAL)
			cr_expect_str_eq(unit, "1");
	}
}

Test(result, only_flags_have_meanings)
{
	for (int c = 0; c < result_columns_count; c++)
		if (result_columns[c].meanings)
			cr_expect_eq(result_columns[c].type, COLUMN_FLAG, "%s",
				     result_columns[c].name);
}

Test(result, each_column_says_what_it_is_in_one_sentence)
{
	for (int c = 0; c < result_columns_count; c++) {
		const char *about = result_columns[c].about;
		size_t length = strlen(about);
		cr_expect(isupper((unsigned char)about[0]) || isdigit((unsigned char)about[0]));
		cr_expect_eq(strchr(about, '.'), about + length - 1, "%s", about);
	}
}

/* Every byte of the struct belongs to exactly one column, but for padding before a double. */
Test(result, columns_cover_the_struct_without_overlap)
{
	unsigned char owners[sizeof(struct result)] = {0};
	for (int c = 0; c < result_columns_count; c++) {
		const struct column *column = &result_columns[c];
		cr_assert_leq(column->offset + room_of(column), sizeof(struct result));
		cr_expect_eq(column->offset % type_size(column), 0);
		for (size_t i = 0; i < room_of(column); i++)
			owners[column->offset + i]++;
	}
	size_t free_bytes = 0;
	for (size_t i = 0; i < sizeof owners; i++) {
		cr_expect_leq(owners[i], 1, "byte %zu", i);
		free_bytes += owners[i] == 0;
	}
	cr_expect_eq(free_bytes, offsetof(struct result, deciding_statistic) - 4);
}

Test(result, outcomes_are_in_the_order_of_their_enum)
{
	cr_assert_str_eq(results_column("outcome")->meanings,
			 "promoted rolled_back paused unfinished refused");
	cr_expect_eq(OUTCOME_PROMOTED, 0);
	cr_expect_eq(OUTCOME_ROLLED_BACK, 1);
	cr_expect_eq(OUTCOME_PAUSED, 2);
	cr_expect_eq(OUTCOME_UNFINISHED, 3);
	cr_expect_eq(OUTCOME_REFUSED, 4);
}

Test(result, every_happening_has_a_name)
{
	for (int k = 0; k < HAPPENING_KINDS; k++) {
		cr_assert_not_null(happening_names[k], "kind %d", k);
		for (int other = 0; other < k; other++)
			cr_expect_str_neq(happening_names[k], happening_names[other]);
	}
}

static struct results small_results(void)
{
	struct results results = {
		.rollouts = 2, .cases = 3, .points = 2, .trials = 5, .versions = 3, .segments = 2};
	results_allocate(&results);
	return results;
}

Test(result, cells_are_ordered_rollout_case_point)
{
	struct results results = small_results();
	cr_expect_eq(results_cells(&results), 12);
	int next = 0;
	for (int r = 0; r < 2; r++)
		for (int c = 0; c < 3; c++)
			for (int p = 0; p < 2; p++)
				cr_expect_eq(results_cell(&results, r, c, p), next++);
	results_free(&results);
}

Test(result, a_trial_that_never_ran_looks_like_none)
{
	struct results results = small_results();
	for (int c = 0; c < result_columns_count; c++) {
		const struct column *column = &result_columns[c];
		int last = results_extent(&results, column) - 1;
		double first = results_value(&results, column, 0, 0, 0);
		double end = results_value(&results, column, 11, 4, last);
		if (column->type == COLUMN_REAL)
			cr_expect(isnan(first) && isnan(end), "%s", column->name);
		else
			cr_expect(first == -1 && end == -1, "%s", column->name);
	}
	cr_expect_eq(results.trials_run[11], 0);
	results_free(&results);
}

/* A number that no other place in the row has. */
static double mark_of(int column, int sub)
{
	return column + 100.0 * sub;
}

static void set(struct result *row, const struct column *column, int sub, double value)
{
	char *field = (char *)row + column->offset;
	if (column->type == COLUMN_REAL)
		((double *)(void *)field)[sub] = value;
	else if (column->type == COLUMN_COUNT)
		((int64_t *)(void *)field)[sub] = (int64_t)value;
	else
		((int8_t *)field)[sub] = (int8_t)value;
}

Test(result, what_is_stored_is_what_is_read)
{
	struct results results = small_results();
	struct result row = {0};
	for (int c = 0; c < result_columns_count; c++)
		for (int sub = 0; sub < results_extent(&results, &result_columns[c]); sub++)
			set(&row, &result_columns[c], sub, mark_of(c, sub));
	results_store(&results, 7, 3, &row);
	for (int c = 0; c < result_columns_count; c++)
		for (int sub = 0; sub < results_extent(&results, &result_columns[c]); sub++)
			cr_expect_eq(results_value(&results, &result_columns[c], 7, 3, sub),
				     mark_of(c, sub), "%s %d", result_columns[c].name, sub);
	results_free(&results);
}

Test(result, storing_touches_no_other_row)
{
	struct results results = small_results();
	struct result row = {0};
	results_store(&results, 7, 3, &row);
	for (int c = 0; c < result_columns_count; c++) {
		const struct column *column = &result_columns[c];
		for (int cell = 0; cell < 12; cell++)
			for (int trial = 0; trial < 5; trial++)
				for (int sub = 0; sub < results_extent(&results, column); sub++) {
					double value =
						results_value(&results, column, cell, trial, sub);
					bool ours = cell == 7 && trial == 3;
					cr_expect_eq(value == 0, ours, "%s", column->name);
				}
	}
	results_free(&results);
}

Test(result, the_fields_go_to_the_columns_of_their_names)
{
	struct results results = small_results();
	struct result row = {.detection_time = 12.5,
			     .harmed_requests = 7,
			     .missed = 1,
			     .version_p95 = {1, 2, 3},
			     .segment_harmed_users = {4, 5}};
	results_store(&results, 0, 0, &row);
	cr_expect_eq(results_value(&results, results_column("detection_time"), 0, 0, 0), 12.5);
	cr_expect_eq(results_value(&results, results_column("harmed_requests"), 0, 0, 0), 7);
	cr_expect_eq(results_value(&results, results_column("missed"), 0, 0, 0), 1);
	cr_expect_eq(results_value(&results, results_column("version_p95"), 0, 0, 2), 3);
	cr_expect_eq(results_value(&results, results_column("segment_harmed_users"), 0, 0, 1), 5);
	results_free(&results);
}

Test(result, without_segments_their_columns_are_empty)
{
	struct results results = {
		.rollouts = 1, .cases = 1, .points = 1, .trials = 1, .versions = 1, .segments = 0};
	results_allocate(&results);
	cr_expect_eq(results_extent(&results, results_column("segment_harmed")), 0);
	results_store(&results, 0, 0, &(struct result){.requests = 9});
	cr_expect_eq(results_value(&results, results_column("requests"), 0, 0, 0), 9);
	results_free(&results);
}
