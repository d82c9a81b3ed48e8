/* The table of everything a trial reports, and the columns its rows are kept in. */
#include "sim/result.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* The name of a column is the name of its field: there is one word for each number. */
#define ROW(field, unit, type, extent, wish, meanings, about)                                      \
	{                                                                                          \
#field, unit, type, extent, wish, offsetof(struct result, field), meanings, about  \
	}

/* Order of the words: enum outcome. */
#define OUTCOME_WORDS "promoted rolled_back paused unfinished refused"
#define NO_YES	      "no yes"

const struct column result_columns[] = {
	ROW(outcome, "1", COLUMN_FLAG, PER_TRIAL, WISH_NONE, OUTCOME_WORDS, "How the trial ended."),
	ROW(false_rollback, "1", COLUMN_FLAG, PER_TRIAL, WISH_LESS, NO_YES,
	    "Rolled back although nothing had gone wrong yet: no onset before the decision, and no "
	    "fault in copies."),
	ROW(missed, "1", COLUMN_FLAG, PER_TRIAL, WISH_LESS, NO_YES,
	    "The candidate was worse than stable while it served somebody, and was not rolled "
	    "back."),
	ROW(deciding_check, "1", COLUMN_FLAG, PER_TRIAL, WISH_NONE, NULL,
	    "Which of the rollout's checks, counted from 0, led to the rollback; -1 if none did."),
	ROW(deciding_statistic, "1", COLUMN_REAL, PER_TRIAL, WISH_NONE, NULL,
	    "What the deciding check had computed when it failed, in the unit of its limit."),
	ROW(onset_time, "s", COLUMN_REAL, PER_TRIAL, WISH_NONE, NULL,
	    "When the candidate first served somebody while worse than stable, since the trial "
	    "began."),
	ROW(decision_time, "s", COLUMN_REAL, PER_TRIAL, WISH_NONE, NULL,
	    "When it was decided to roll back, since the trial began."),
	ROW(promotion_time, "s", COLUMN_REAL, PER_TRIAL, WISH_LESS_IF_HEALTHY, NULL,
	    "When the candidate was promoted, since the trial began."),
	ROW(evidence_time, "s", COLUMN_REAL, PER_TRIAL, WISH_NONE, NULL,
	    "From onset to the end of the first scrape interval that contains a harmed request."),
	ROW(alarm_time, "s", COLUMN_REAL, PER_TRIAL, WISH_LESS, NULL,
	    "From onset to the first check that failed."),
	ROW(detection_time, "s", COLUMN_REAL, PER_TRIAL, WISH_LESS, NULL,
	    "From onset to the decision to roll back; none if that came first."),
	ROW(mitigation_time, "s", COLUMN_REAL, PER_TRIAL, WISH_LESS, NULL,
	    "From onset until no new request reaches the candidate."),
	ROW(drain_time, "s", COLUMN_REAL, PER_TRIAL, WISH_LESS, NULL,
	    "From onset until the last request of the candidate is finished."),
	ROW(time_to_promote, "s", COLUMN_REAL, PER_TRIAL, WISH_LESS_IF_HEALTHY, NULL,
	    "From the start of the rollout to the promotion of the candidate."),
	ROW(requests, "1", COLUMN_COUNT, PER_TRIAL, WISH_NONE, NULL, "Requests that users sent."),
	ROW(exposed_requests, "1", COLUMN_COUNT, PER_TRIAL, WISH_LESS_IF_HARMFUL, NULL,
	    "Requests of users that a version other than stable answered."),
	ROW(harmed_requests, "1", COLUMN_COUNT, PER_TRIAL, WISH_LESS, NULL,
	    "Requests that went badly and that stable would have served well; with queues, or "
	    "where "
	    "wrong answers are bad, on balance."),
	ROW(harmed_users, "1", COLUMN_COUNT, PER_TRIAL, WISH_LESS, NULL,
	    "Distinct users with at least one harmed request; where harm is a balance, at most as "
	    "many as harmed requests."),
	ROW(harmed_share, "1", COLUMN_REAL, PER_TRIAL, WISH_LESS, NULL,
	    "Harmed requests as a share of all requests."),
	ROW(peak_share, "1", COLUMN_REAL, PER_TRIAL, WISH_LESS_IF_HARMFUL, NULL,
	    "The largest share of the traffic that the candidate ever had."),
	ROW(budget_seconds, "s", COLUMN_REAL, PER_TRIAL, WISH_LESS, NULL,
	    "Seconds of error budget that the harm used up."),
	ROW(replica_hours, "1", COLUMN_REAL, PER_TRIAL, WISH_LESS, NULL,
	    "Hours of replicas of all versions that were in the routes; 0 without pools."),
	ROW(cost, "1", COLUMN_REAL, PER_TRIAL, WISH_LESS, NULL,
	    "What replicas and requests cost, by the prices of their versions; 0 without prices."),
	ROW(shadow_requests, "1", COLUMN_COUNT, PER_TRIAL, WISH_LESS, NULL,
	    "Copies of requests that a version answered beside those of users."),
	ROW(shadow_calls, "1", COLUMN_REAL, PER_TRIAL, WISH_LESS, NULL,
	    "Calls to what versions depend on that copies made, as many as are to be expected."),
	ROW(shadow_writes, "1", COLUMN_REAL, PER_TRIAL, WISH_LESS, NULL,
	    "Copies that changed something once more, as many as are to be expected."),
	ROW(wrong_answers, "1", COLUMN_COUNT, PER_TRIAL, WISH_LESS, NULL,
	    "Wrong answers that users got."),
	ROW(quality_harmed, "1", COLUMN_COUNT, PER_TRIAL, WISH_LESS, NULL,
	    "Wrong answers where stable's would have been right."),
	ROW(quality_helped, "1", COLUMN_COUNT, PER_TRIAL, WISH_MORE, NULL,
	    "Right answers where stable's would have been wrong."),
	ROW(regret, "1", COLUMN_REAL, PER_TRIAL, WISH_LESS, NULL,
	    "Value that stable's conversions would have brought beyond what was brought; below 0: "
	    "a gain."),
	ROW(version_requests, "1", COLUMN_COUNT, PER_VERSION, WISH_NONE, NULL,
	    "Requests that the version answered; each attempt counts."),
	ROW(version_failures, "1", COLUMN_COUNT, PER_VERSION, WISH_LESS, NULL,
	    "Requests that the version answered with an error."),
	ROW(version_p50, "s", COLUMN_REAL, PER_VERSION, WISH_LESS, NULL,
	    "Median latency of the version over the whole trial."),
	ROW(version_p95, "s", COLUMN_REAL, PER_VERSION, WISH_LESS, NULL,
	    "95th percentile of the version's latency over the whole trial."),
	ROW(version_p99, "s", COLUMN_REAL, PER_VERSION, WISH_LESS, NULL,
	    "99th percentile of the version's latency over the whole trial."),
	ROW(version_accuracy, "1", COLUMN_REAL, PER_VERSION, WISH_MORE, NULL,
	    "Share of the version's answers that were right, whether anybody knew or not."),
	ROW(version_labels, "1", COLUMN_COUNT, PER_VERSION, WISH_NONE, NULL,
	    "Answers of the version whose truth became known before the trial was over."),
	ROW(version_conversions, "1", COLUMN_COUNT, PER_VERSION, WISH_NONE, NULL,
	    "Requests of the version that converted."),
	ROW(segment_exposed, "1", COLUMN_COUNT, PER_SEGMENT, WISH_LESS_IF_HARMFUL, NULL,
	    "Requests of the segment that a version other than stable answered."),
	ROW(segment_harmed, "1", COLUMN_COUNT, PER_SEGMENT, WISH_LESS, NULL,
	    "Requests of the segment that were harmed."),
	ROW(segment_harmed_users, "1", COLUMN_COUNT, PER_SEGMENT, WISH_LESS, NULL,
	    "Distinct users of the segment with at least one harmed request."),
};

const int result_columns_count = sizeof result_columns / sizeof *result_columns;

const char *const happening_names[HAPPENING_KINDS] = {
	[HAPPENING_FAULT] = "fault",	   [HAPPENING_ONSET] = "onset",
	[HAPPENING_SHARE] = "share",	   [HAPPENING_CHECK] = "check",
	[HAPPENING_ALARM] = "alarm",	   [HAPPENING_PROMOTE] = "promote",
	[HAPPENING_ROLLBACK] = "rollback", [HAPPENING_RETRY] = "retry",
	[HAPPENING_SAFE] = "safe",	   [HAPPENING_PAUSE] = "pause",
	[HAPPENING_REMARK] = "remark",	   [HAPPENING_REFUSE] = "refuse",
	[HAPPENING_COPIES] = "copies",	   [HAPPENING_HALVE] = "halve",
	[HAPPENING_RESTORE] = "restore",
};

static size_t type_size(enum column_type type)
{
	static const size_t sizes[] = {
		[COLUMN_REAL] = sizeof(double),
		[COLUMN_COUNT] = sizeof(int64_t),
		[COLUMN_FLAG] = sizeof(int8_t),
	};
	return sizes[type];
}

/* Where a trial's values begin in its column, counted in values. */
static size_t position(const struct results *results, const struct column *column, int cell,
		       int trial)
{
	assert(cell >= 0);
	assert(cell < results_cells(results));
	assert(trial >= 0);
	assert(trial < results->trials);
	return ((size_t)cell * (size_t)results->trials + (size_t)trial) *
	       (size_t)results_extent(results, column);
}

/* A row that no trial filled must not look like one: zero harm is good news. */
static void fill_missing(void *values, enum column_type type, size_t count)
{
	if (type != COLUMN_REAL) {
		memset(values, 0xff, count * type_size(type)); /* -1 in two's complement */
		return;
	}
	double *reals = values;
	for (size_t i = 0; i < count; i++)
		reals[i] = NAN;
}

void results_allocate(struct results *results)
{
	size_t cells = (size_t)results_cells(results);
	results->trials_run = arena_take(&results->arena, cells * sizeof *results->trials_run);
	results->columns = arena_take(&results->arena,
				      (size_t)result_columns_count * sizeof *results->columns);
	for (int c = 0; c < result_columns_count; c++) {
		const struct column *column = &result_columns[c];
		size_t count =
			cells * (size_t)results->trials * (size_t)results_extent(results, column);
		results->columns[c] = arena_take(&results->arena, count * type_size(column->type));
		fill_missing(results->columns[c], column->type, count);
	}
}

void results_copy_columns(struct results *into, const struct results *from)
{
	size_t rows = (size_t)results_cells(into) * (size_t)into->trials;
	assert(results_cells(from) == results_cells(into));
	assert(from->trials == into->trials);
	assert(from->versions == into->versions);
	assert(from->segments == into->segments);
	for (int c = 0; c < result_columns_count; c++) {
		size_t extent = (size_t)results_extent(into, &result_columns[c]);
		memcpy(into->columns[c], from->columns[c],
		       rows * extent * type_size(result_columns[c].type));
	}
}

void results_free(struct results *results)
{
	arena_free(&results->arena);
}

int results_cells(const struct results *results)
{
	return results->rollouts * results->cases * results->points;
}

int results_cell(const struct results *results, int rollout, int case_index, int point)
{
	return (rollout * results->cases + case_index) * results->points + point;
}

int results_extent(const struct results *results, const struct column *column)
{
	switch (column->extent) {
	case PER_VERSION:
		return results->versions;
	case PER_SEGMENT:
		return results->segments;
	case PER_TRIAL:
		break;
	}
	return 1;
}

const struct column *results_column(const char *name)
{
	for (int c = 0; c < result_columns_count; c++)
		if (strcmp(result_columns[c].name, name) == 0)
			return &result_columns[c];
	return NULL;
}

void results_store(struct results *results, int cell, int trial, const struct result *row)
{
	for (int c = 0; c < result_columns_count; c++) {
		const struct column *column = &result_columns[c];
		size_t size = type_size(column->type);
		unsigned char *values = results->columns[c];
		memcpy(values + position(results, column, cell, trial) * size,
		       (const unsigned char *)row + column->offset,
		       (size_t)results_extent(results, column) * size);
	}
}

double results_value(const struct results *results, const struct column *column, int cell,
		     int trial, int sub)
{
	assert(sub >= 0);
	assert(sub < results_extent(results, column));
	const void *values = results->columns[column - result_columns];
	size_t i = position(results, column, cell, trial) + (size_t)sub;
	switch (column->type) {
	case COLUMN_COUNT:
		return (double)((const int64_t *)values)[i];
	case COLUMN_FLAG:
		return ((const int8_t *)values)[i];
	case COLUMN_REAL:
		break;
	}
	return ((const double *)values)[i];
}
