/* Series of one name that follow each other in time stay two. */
#include "replay/matrix.h"

#include "sim/error.h"

#include "sim/stats/sort.h"

#include <stdlib.h>

enum { FIRST_ROOM = 1024 };

static void *grow(void *memory, size_t *room, size_t size)
{
	*room = 2 * *room + FIRST_ROOM;
	memory = realloc(memory, *room * size);
	if (!memory)
		error_out_of_memory(*room * size);
	return memory;
}

struct series *matrix_series(struct matrix *matrix)
{
	if ((size_t)matrix->count == matrix->series_room)
		matrix->series = grow(matrix->series, &matrix->series_room, sizeof *matrix->series);
	return &matrix->series[matrix->count];
}

struct sample *matrix_sample(struct matrix *matrix)
{
	if (matrix->samples == matrix->sample_room)
		matrix->sample = grow(matrix->sample, &matrix->sample_room, sizeof *matrix->sample);
	return &matrix->sample[matrix->samples];
}

static size_t add_distances(const struct matrix *matrix, const struct series *series,
			    double *distance)
{
	const struct sample *sample = matrix->sample + series->first;
	for (int i = 1; i < series->samples; i++)
		distance[i - 1] = (double)(sample[i].at_ns - sample[i - 1].at_ns);
	return (size_t)series->samples - 1;
}

bool matrix_step(struct matrix *matrix, int from)
{
	size_t most = 1, count = 0;
	for (int s = from; s < matrix->count; s++)
		most += (size_t)matrix->series[s].samples;
	double *distance = malloc(most * sizeof *distance);
	if (!distance)
		error_out_of_memory(most * sizeof *distance);
	for (int s = from; s < matrix->count; s++)
		count += add_distances(matrix, &matrix->series[s], distance + count);
	sort_ascending(distance, count);
	for (int s = from; s < matrix->count && count; s++)
		matrix->series[s].step_ns = (int64_t)distance[count / 2];
	free(distance);
	return count || from == matrix->count;
}

/* ---- in order */

static int compare_roles(const struct series *a, const struct series *b)
{
	int order = (int)a->role - (int)b->role;
	order = order ? order : series_compare(a, b);
	return order ? order : (a->le > b->le) - (a->le < b->le);
}

static int by_role(const void *a, const void *b)
{
	const struct series *left = a, *right = b;
	int64_t one = left->sample->at_ns, other = right->sample->at_ns;
	int order = compare_roles(left, right);
	order = order ? order : (one > other) - (one < other);
	return order ? order : (left->first > right->first) - (left->first < right->first);
}

/* A query that goes on where another ended says its last sample again. */
const struct series *matrix_settle(struct matrix *matrix)
{
	for (int s = 0; s < matrix->count; s++)
		matrix->series[s].sample = matrix->sample + matrix->series[s].first;
	if (matrix->count)
		qsort(matrix->series, (size_t)matrix->count, sizeof *matrix->series, by_role);
	for (int s = 1; s < matrix->count; s++) {
		struct series *series = &matrix->series[s];
		const struct series *before = series - 1;
		if (compare_roles(before, series) != 0)
			continue;
		series->from_ns = before->sample[before->samples - 1].at_ns;
		if (series->sample->at_ns < series->from_ns)
			return before->line > series->line ? before : series;
	}
	return NULL;
}

void matrix_free(struct matrix *matrix)
{
	free(matrix->series);
	free(matrix->sample);
	arena_free(&matrix->arena);
}
