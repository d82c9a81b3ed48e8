/* Lays results out as labelled arrays: one variable a column, over rollout, case, point, trial. */
#include "sim/results/attribute.h"
#include "sim/results/checksum.h"
#include "sim/results/file.h"
#include "sim/results/replace.h"
#include "sim/results/timelines.h"
#include "sim/results/tried.h"
#include "sim/results/variable.h"
#include "sim/rng.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Segments and checks have no length where a scenario names none; then there is no axis. */
struct axes {
	struct axis rollout, case_axis, point, trial, version, segment, check;
};

static void write_attributes(struct hdf *hdf, const struct results *results)
{
	char seed[24];
	snprintf(seed, sizeof seed, "%" PRIu64, results->seed);
	const char *const texts[][2] = {
		{"Conventions", "CF-1.8"},
		{"title", results->title},
		{"question", results->question},
		{"schema", "coalmine-results"},
		{"version", results->program_version},
		{"command", results->command},
		{"seed_text", seed},
		{"rng", RNG_NAME},
		{"scenario", results->scenario},
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		attribute_write_text(hdf, hdf->file, texts[i][0], texts[i][1]);
	const int64_t schema_version = RESULTS_SCHEMA_VERSION, complete = 1;
	attribute_write(hdf, hdf->file, "schema_version", H5T_STD_I64LE, 1, &schema_version);
	attribute_write(hdf, hdf->file, "seed", H5T_STD_U64LE, 1, &results->seed);
	attribute_write(hdf, hdf->file, "horizon", H5T_IEEE_F64LE, 1, &results->horizon_s);
	attribute_write(hdf, hdf->file, "scrape", H5T_IEEE_F64LE, 1, &results->scrape_s);
	attribute_write(hdf, hdf->file, "complete", H5T_STD_I64LE, 1, &complete);
}

static struct axis create_names(struct hdf *hdf, const char *name, const char *about, int size,
				const char **names)
{
	struct variable variable = {.name = name, .about = about, .kind = KIND_TEXT};
	struct axis none = {0};
	return size == 0 ? none : axis_create(hdf, hdf->file, &variable, (size_t)size, names);
}

static struct axis create_indices(struct hdf *hdf, const char *name, const char *about, int size)
{
	struct variable variable = {.name = name, .unit = "1", .about = about, .kind = KIND_COUNT};
	struct axis none = {0};
	return size == 0 ? none : axis_create(hdf, hdf->file, &variable, (size_t)size, NULL);
}

static struct axes create_axes(struct hdf *hdf, const struct results *results)
{
	return (struct axes){
		.rollout = create_names(hdf, "rollout", "What we might do.", results->rollouts,
					results->rollout_names),
		.case_axis = create_names(hdf, "case", "What may happen.", results->cases,
					  results->case_names),
		.point = create_indices(hdf, "point", "Index of the setting of what is varied.",
					results->points),
		.trial =
			create_indices(hdf, "trial", "Index of the trial; it picks the randomness.",
				       results->trials),
		.version = create_names(hdf, "version", "Name of the version.", results->versions,
					results->version_names),
		.segment = create_names(hdf, "segment", "Name of the segment of users.",
					results->segments, results->segment_names),
		.check = create_indices(hdf, "check", "Index of the check in its rollout.",
					results->checks_most),
	};
}

static enum kind kind_of(enum column_type type)
{
	static const enum kind kinds[] = {
		[COLUMN_REAL] = KIND_REAL, [COLUMN_COUNT] = KIND_COUNT, [COLUMN_FLAG] = KIND_FLAG};
	return kinds[type];
}

static void write_columns(struct hdf *hdf, const struct axes *axes, const struct results *results)
{
	const struct axis *const inner[] = {
		[PER_TRIAL] = NULL, [PER_VERSION] = &axes->version, [PER_SEGMENT] = &axes->segment};
	for (int c = 0; c < result_columns_count; c++) {
		const struct column *column = &result_columns[c];
		if (results_extent(results, column) == 0)
			continue;
		struct variable variable = {.name = column->name,
					    .unit = column->unit,
					    .about = column->about,
					    .kind = kind_of(column->type),
					    .missing = true,
					    .nothing = -1,
					    .meanings = column->meanings,
					    .rank = column->extent == PER_TRIAL ? 4 : 5,
					    .axes = {&axes->rollout, &axes->case_axis, &axes->point,
						     &axes->trial, inner[column->extent]}};
		variable_write(hdf, hdf->file, &variable, results->columns[c]);
	}
}

static void write_harmful(struct hdf *hdf, const struct axis *cases, const struct results *results)
{
	int8_t *harmful = arena_take(&hdf->scratch, (size_t)results->cases);
	for (int i = 0; i < results->cases; i++)
		harmful[i] = results->case_harmful[i];
	variable_write(hdf, hdf->file,
		       &(struct variable){.name = "case_harmful",
					  .unit = "1",
					  .about = "The truth: whether the candidate is bad.",
					  .kind = KIND_FLAG,
					  .meanings = "no yes",
					  .rank = 1,
					  .axes = {cases}},
		       harmful);
}

static void write_plan(struct hdf *hdf, const struct axes *axes, const struct results *results)
{
	write_harmful(hdf, &axes->case_axis, results);
	variable_write(hdf, hdf->file,
		       &(struct variable){.name = "trials_run",
					  .unit = "1",
					  .about = "Trials of the cell; beyond them, no values.",
					  .kind = KIND_COUNT,
					  .rank = 3,
					  .axes = {&axes->rollout, &axes->case_axis, &axes->point}},
		       results->trials_run);
	variable_write(hdf, hdf->file,
		       &(struct variable){.name = "strategy",
					  .about = "The rollout's strategy.",
					  .kind = KIND_TEXT,
					  .rank = 1,
					  .axes = {&axes->rollout}},
		       results->strategy_names);
	if (results->checks_most > 0)
		variable_write(hdf, hdf->file,
			       &(struct variable){.name = "check_name",
						  .kind = KIND_TEXT,
						  .about = "The rollout's checks.",
						  .rank = 2,
						  .axes = {&axes->rollout, &axes->check}},
			       results->check_names);
}

static void write_varied(struct hdf *hdf, const struct axis *point, const struct results *results)
{
	if (results->varied > RESULTS_MOST_VARIED)
		hdf_fail(hdf, "it would have more than %d varied parameters", RESULTS_MOST_VARIED);
	for (int i = 0; i < results->varied && !hdf->failed; i++) {
		struct variable variable = {.name = arena_printf(&hdf->scratch, "vary_%d", i + 1),
					    .about = "Value of the varied parameter at each point.",
					    .kind = KIND_TEXT,
					    .rank = 1,
					    .axes = {point}};
		hid_t dataset = variable_create(hdf, hdf->file, &variable);
		attribute_write_text(hdf, dataset, "key", results->vary[i].key);
		hdf_try(hdf, H5Dwrite(dataset, hdf->text, H5S_ALL, H5S_ALL, H5P_DEFAULT,
				      results->vary[i].values));
		hdf_try(hdf, H5Dclose(dataset));
	}
}

static void put_in_place(struct hdf *hdf, const char *path)
{
	size_t size;
	const void *image = hdf_finish(hdf, &size);
	if (hdf->failed)
		return;
	char line[CHECKSUM_LENGTH + 1];
	checksum_line(image, size, line);
	const struct piece pieces[] = {{image, size}, {line, CHECKSUM_LENGTH}};
	if (!replace_file(path, pieces, 2))
		hdf_fail(hdf, "%s", strerror(errno));
}

bool results_write(const struct results *results, const char *path, char *error, size_t error_size)
{
	assert(results_cells(results) > 0);
	assert(results->trials > 0);
	assert(results->versions > 0);
	struct arena arena = {0};
	struct hdf hdf = {.purpose = arena_printf(&arena, "write %s", path),
			  .error = error,
			  .error_size = error_size};
	hdf_create(&hdf);
	write_attributes(&hdf, results);
	struct axes axes = create_axes(&hdf, results);
	write_columns(&hdf, &axes, results);
	write_plan(&hdf, &axes, results);
	write_varied(&hdf, &axes.point, results);
	series_write(&hdf, results);
	events_write(&hdf, results);
	if (results->tried)
		tried_write(&hdf, results->tried);
	put_in_place(&hdf, path);
	hdf_close(&hdf);
	arena_free(&arena);
	return !hdf.failed;
}
