/* Reads a results file back. Whatever is an index, a flag or a count is in range afterwards. */
#include "sim/results/attribute.h"
#include "sim/results/file.h"
#include "sim/results/load.h"
#include "sim/results/probe.h"
#include "sim/results/timelines.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

static void read_schema(struct hdf *hdf)
{
	int64_t version = 0, complete = 0;
	if (hdf->failed)
		return;
	const char *schema = H5Aexists(hdf->file, "schema") <= 0
				     ? ""
				     : attribute_read_text(hdf, &hdf->scratch, hdf->file, "schema");
	if (!strcmp(schema, "coalmine-trace"))
		hdf_fail(hdf, "it is recorded traffic, not results");
	else if (!strcmp(schema, "coalmine-search"))
		hdf_fail(hdf, "it is a search that was stopped: the same coalmine tune with "
			      "--resume goes on with it");
	else if (strcmp(schema, "coalmine-results") != 0)
		hdf_fail(hdf, "it is an HDF5 file, but not results of coalmine");
	attribute_read(hdf, hdf->file, "schema_version", H5T_STD_I64LE, &version);
	if (!hdf->failed && version != RESULTS_SCHEMA_VERSION)
		hdf_fail(hdf, "its schema is version %" PRId64 ", this coalmine reads version %d",
			 version, RESULTS_SCHEMA_VERSION);
	attribute_read(hdf, hdf->file, "complete", H5T_STD_I64LE, &complete);
	if (complete != 1)
		hdf_fail(hdf, "it is not complete");
}

static void read_attributes(struct hdf *hdf, struct results *results)
{
	struct {
		const char *name, **text;
	} texts[] = {
		{"title", &results->title},
		{"question", &results->question},
		{"version", &results->program_version},
		{"command", &results->command},
		{"scenario", &results->scenario},
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i].text =
			attribute_read_text(hdf, &results->arena, hdf->file, texts[i].name);
	attribute_read(hdf, hdf->file, "seed", H5T_STD_U64LE, &results->seed);
	attribute_read(hdf, hdf->file, "horizon", H5T_IEEE_F64LE, &results->horizon_s);
	attribute_read(hdf, hdf->file, "scrape", H5T_IEEE_F64LE, &results->scrape_s);
}

static int optional_length(struct hdf *hdf, const char *name, int most)
{
	return hdf_has(hdf, hdf->file, name) ? load_length(hdf, hdf->file, name, most) : 0;
}

static void read_sizes(struct hdf *hdf, struct results *results)
{
	results->rollouts = load_length(hdf, hdf->file, "rollout", INT_MAX);
	results->cases = load_length(hdf, hdf->file, "case", INT_MAX);
	results->points = load_length(hdf, hdf->file, "point", MAX_POINTS);
	results->trials = load_length(hdf, hdf->file, "trial", INT_MAX);
	results->versions = load_length(hdf, hdf->file, "version", MAX_VERSIONS);
	results->segments = optional_length(hdf, "segment", MAX_SEGMENTS);
	results->checks_most = optional_length(hdf, "check", MAX_CHECKS);
	int cells;
	if (__builtin_mul_overflow(results->rollouts, results->cases, &cells) ||
	    __builtin_mul_overflow(cells, results->points, &cells))
		hdf_fail(hdf, "it claims to have more cells than can be counted");
}

static const char **read_names(struct hdf *hdf, struct results *results, const char *name, int size)
{
	const struct shape shape = {1, {(hsize_t)size}};
	return size == 0 ? NULL : load_texts(hdf, &results->arena, hdf->file, name, &shape);
}

static void read_all_names(struct hdf *hdf, struct results *results)
{
	results->rollout_names = read_names(hdf, results, "rollout", results->rollouts);
	results->strategy_names = read_names(hdf, results, "strategy", results->rollouts);
	results->case_names = read_names(hdf, results, "case", results->cases);
	results->version_names = read_names(hdf, results, "version", results->versions);
	results->segment_names = read_names(hdf, results, "segment", results->segments);
	const struct shape shape = {2, {(hsize_t)results->rollouts, (hsize_t)results->checks_most}};
	if (results->checks_most > 0)
		results->check_names =
			load_texts(hdf, &results->arena, hdf->file, "check_name", &shape);
}

static void read_harmful(struct hdf *hdf, struct results *results)
{
	const struct shape shape = {1, {(hsize_t)results->cases}};
	const int8_t *harmful =
		load_new(hdf, &hdf->scratch, hdf->file, "case_harmful", KIND_FLAG, &shape);
	if (hdf->failed)
		return;
	bool *truth = arena_take(&results->arena, (size_t)results->cases * sizeof *truth);
	for (int i = 0; i < results->cases; i++)
		truth[i] = harmful[i] != 0;
	results->case_harmful = truth;
}

/* vary_1, vary_2 ... up to the first that is not there. */
static void read_varied(struct hdf *hdf, struct results *results)
{
	while (results->varied < RESULTS_MOST_VARIED &&
	       hdf_has(hdf, hdf->file, arena_printf(&hdf->scratch, "vary_%d", results->varied + 1)))
		results->varied++;
	results->vary =
		arena_take(&results->arena, (size_t)results->varied * sizeof *results->vary);
	for (int i = 0; i < results->varied && !hdf->failed; i++) {
		const char *name = arena_printf(&hdf->scratch, "vary_%d", i + 1);
		results->vary[i].values = read_names(hdf, results, name, results->points);
		if (hdf->failed)
			return;
		hid_t dataset = hdf_try(hdf, H5Dopen2(hdf->file, name, H5P_DEFAULT));
		results->vary[i].key = attribute_read_text(hdf, &results->arena, dataset, "key");
		H5Dclose(dataset);
	}
}

static struct shape column_shape(const struct results *results, const struct column *column)
{
	return (struct shape){column->extent == PER_TRIAL ? 4 : 5,
			      {(hsize_t)results->rollouts, (hsize_t)results->cases,
			       (hsize_t)results->points, (hsize_t)results->trials,
			       (hsize_t)results_extent(results, column)}};
}

static enum kind column_kind(const struct column *column)
{
	static const enum kind kinds[] = {
		[COLUMN_REAL] = KIND_REAL, [COLUMN_COUNT] = KIND_COUNT, [COLUMN_FLAG] = KIND_FLAG};
	return kinds[column->type];
}

/* All columns are opened, and so found to be in the file, before memory is taken for any. */
static hid_t *open_columns(struct hdf *hdf, const struct results *results)
{
	hid_t *datasets =
		arena_take(&hdf->scratch, (size_t)result_columns_count * sizeof *datasets);
	for (int c = 0; c < result_columns_count; c++) {
		const struct column *column = &result_columns[c];
		struct shape shape = column_shape(results, column);
		datasets[c] = H5I_INVALID_HID;
		if (results_extent(results, column) > 0)
			datasets[c] = load_open(hdf, hdf->file, column->name, column_kind(column),
						&shape);
	}
	return datasets;
}

/* How many values a flag has besides -1. */
static int flag_limit(const struct results *results, const struct column *column)
{
	if (!column->meanings)
		return results->checks_most;
	int words = 1;
	for (const char *at = column->meanings; *at; at++)
		words += *at == ' ';
	return words;
}

static bool flags_are_sane(const int8_t *flags, size_t count, int limit)
{
	for (size_t i = 0; i < count; i++)
		if (flags[i] < -1 || flags[i] >= limit)
			return false;
	return true;
}

static void read_column(struct hdf *hdf, hid_t dataset, struct results *results, int c)
{
	const struct column *column = &result_columns[c];
	load_all(hdf, dataset, column_kind(column), results->columns[c]);
	size_t rows = (size_t)results_cells(results) * (size_t)results->trials;
	if (!hdf->failed && column->type == COLUMN_FLAG &&
	    !flags_are_sane(results->columns[c], rows, flag_limit(results, column)))
		hdf_fail(hdf, "'%s' is out of range", column->name);
}

static void read_trials_run(struct hdf *hdf, struct results *results)
{
	const struct shape shape = {
		3, {(hsize_t)results->rollouts, (hsize_t)results->cases, (hsize_t)results->points}};
	hid_t dataset = load_open(hdf, hdf->file, "trials_run", KIND_COUNT, &shape);
	load_all(hdf, dataset, KIND_COUNT, results->trials_run);
	H5Dclose(dataset);
	for (int cell = 0; cell < results_cells(results) && !hdf->failed; cell++)
		if (results->trials_run[cell] < 0 || results->trials_run[cell] > results->trials)
			hdf_fail(hdf, "'trials_run' is out of range");
}

static void read_columns(struct hdf *hdf, struct results *results)
{
	hid_t *datasets = open_columns(hdf, results);
	if (hdf->failed)
		return;
	results_allocate(results);
	read_trials_run(hdf, results);
	for (int c = 0; c < result_columns_count && !hdf->failed; c++) {
		if (datasets[c] >= 0)
			read_column(hdf, datasets[c], results, c);
		H5Dclose(datasets[c]);
	}
}

static void read_everything(struct hdf *hdf, struct results *results)
{
	read_schema(hdf);
	read_attributes(hdf, results);
	read_sizes(hdf, results);
	read_all_names(hdf, results);
	read_harmful(hdf, results);
	read_varied(hdf, results);
	read_columns(hdf, results);
	series_read(hdf, results);
	events_read(hdf, results);
}

bool results_read(struct results *results, const char *path, char *error, size_t error_size)
{
	struct arena arena = {0};
	struct hdf hdf = {.purpose = arena_printf(&arena, "read %s", path),
			  .error = error,
			  .error_size = error_size};
	*results = (struct results){0};
	probe_file(&hdf, path);
	hdf_open(&hdf, path);
	read_everything(&hdf, results);
	hdf_close(&hdf);
	arena_free(&arena);
	if (hdf.failed) {
		results_free(results);
		*results = (struct results){0};
	}
	return !hdf.failed;
}
