/* Group /series: telemetry of the kept trials, with coordinates of its own, for readers of groups
 * do not look for coordinates in the root. */
#include "sim/results/load.h"
#include "sim/results/timelines.h"
#include "sim/results/variable.h"

#include <limits.h>
#include <math.h>

static const struct {
	const char *name, *unit, *about;
	size_t offset; /* in struct series_bin */
} curves[] = {
	{"share", "1", "Share of the traffic routed to the version.",
	 offsetof(struct series_bin, share)},
	{"requests", "1", "Requests in the scrape interval.",
	 offsetof(struct series_bin, requests)},
	{"errors", "1", "Failed requests in the scrape interval.",
	 offsetof(struct series_bin, errors)},
	{"latency_p50", "s", "Median latency in the scrape interval.",
	 offsetof(struct series_bin, latency_p50)},
	{"latency_p99", "s", "99th percentile of the latency in the scrape interval.",
	 offsetof(struct series_bin, latency_p99)},
};

enum { CURVES = sizeof curves / sizeof *curves };

/* Whole numbers of a timeline, each a variable over `timeline`. */
static const struct {
	const char *name, *about;
	size_t offset; /* in struct timeline */
} numbers[] = {
	{"rollout", "Index of the timeline's rollout.", offsetof(struct timeline, rollout)},
	{"case", "Index of the timeline's case.", offsetof(struct timeline, case_index)},
	{"trial", "Index of the timeline's trial.", offsetof(struct timeline, trial)},
	{"bins", "Scrape intervals of the timeline; NaN follows.", offsetof(struct timeline, bins)},
};

enum { NUMBERS = sizeof numbers / sizeof *numbers };

static double *curve_of(struct series_bin *bin, int curve)
{
	return (double *)(void *)((char *)bin + curves[curve].offset);
}

static int *number_of(struct timeline *timeline, int number)
{
	return (int *)(void *)((char *)timeline + numbers[number].offset);
}

/* At least one, for an axis without length opens nowhere. */
static int most_bins(const struct results *results)
{
	int most = 1;
	for (int t = 0; t < results->timelines; t++)
		if (results->timeline[t].bins > most)
			most = results->timeline[t].bins;
	return most;
}

static struct axis create_time(struct hdf *hdf, hid_t group, const struct results *results)
{
	static const struct variable time = {.name = "time",
					     .unit = "s",
					     .about = "End of the scrape interval.",
					     .kind = KIND_REAL};
	size_t bins = (size_t)most_bins(results);
	double *ends = arena_take(&hdf->scratch, bins * sizeof *ends);
	for (size_t i = 0; i < bins; i++)
		ends[i] = (double)(i + 1) * results->scrape_s;
	return axis_create(hdf, group, &time, bins, ends);
}

static void write_numbers(struct hdf *hdf, hid_t group, const struct axis *kept,
			  const struct results *results)
{
	int64_t *values = arena_take(&hdf->scratch, kept->size * sizeof *values);
	for (int n = 0; n < NUMBERS; n++) {
		for (int t = 0; t < results->timelines; t++)
			values[t] = *number_of(&results->timeline[t], n);
		variable_write(hdf, group,
			       &(struct variable){.name = numbers[n].name,
						  .unit = "1",
						  .about = numbers[n].about,
						  .kind = KIND_COUNT,
						  .rank = 1,
						  .axes = {kept}},
			       values);
	}
}

/* One timeline at a time, so that padding never takes memory for all of them. */
static void write_curve(struct hdf *hdf, hid_t group, int curve, const struct axis *const axes[3],
			const struct results *results)
{
	struct variable variable = {.name = curves[curve].name,
				    .unit = curves[curve].unit,
				    .about = curves[curve].about,
				    .kind = KIND_REAL,
				    .missing = true,
				    .rank = 3,
				    .axes = {axes[0], axes[1], axes[2]}};
	hid_t dataset = variable_create(hdf, group, &variable);
	size_t padded = axes[1]->size * axes[2]->size;
	double *values = arena_take(&hdf->scratch, padded * sizeof *values);
	for (int t = 0; t < results->timelines; t++) {
		const struct timeline *timeline = &results->timeline[t];
		size_t filled = (size_t)timeline->bins * (size_t)results->versions;
		for (size_t i = 0; i < padded; i++)
			values[i] = i < filled ? *curve_of(&timeline->bin[i], curve) : NAN;
		variable_write_slab(hdf, dataset, (hsize_t)t, values);
	}
	hdf_try(hdf, H5Dclose(dataset));
}

void series_write(struct hdf *hdf, const struct results *results)
{
	if (results->timelines == 0)
		return;
	static const struct variable timeline = {.name = "timeline",
						 .unit = "1",
						 .about = "Index of the kept trial.",
						 .kind = KIND_COUNT};
	static const struct variable version = {
		.name = "version", .about = "Name of the version.", .kind = KIND_TEXT};
	hid_t group = hdf_create_group(hdf, "series");
	struct axis kept = axis_create(hdf, group, &timeline, (size_t)results->timelines, NULL);
	struct axis time = create_time(hdf, group, results);
	struct axis versions = axis_create(hdf, group, &version, (size_t)results->versions,
					   results->version_names);
	write_numbers(hdf, group, &kept, results);
	const struct axis *const axes[] = {&kept, &time, &versions};
	for (int c = 0; c < CURVES; c++)
		write_curve(hdf, group, c, axes, results);
}

static bool within(const int64_t *values, int count, int64_t below)
{
	for (int i = 0; i < count; i++)
		if (values[i] < 0 || values[i] >= below)
			return false;
	return true;
}

static void read_numbers(struct hdf *hdf, hid_t group, struct results *results, int most)
{
	const int64_t below[NUMBERS] = {results->rollouts, results->cases, results->trials,
					(int64_t)most + 1};
	const struct shape shape = {1, {(hsize_t)results->timelines}};
	for (int n = 0; n < NUMBERS && !hdf->failed; n++) {
		const int64_t *values =
			load_new(hdf, &hdf->scratch, group, numbers[n].name, KIND_COUNT, &shape);
		if (!hdf->failed && !within(values, results->timelines, below[n]))
			hdf_fail(hdf, "'series/%s' is out of range", numbers[n].name);
		for (int t = 0; t < results->timelines && !hdf->failed; t++)
			*number_of(&results->timeline[t], n) = (int)values[t];
	}
}

static void read_curve(struct hdf *hdf, hid_t dataset, int curve, const struct shape *shape,
		       struct results *results)
{
	double *values =
		arena_take(&hdf->scratch, shape->size[1] * shape->size[2] * sizeof *values);
	for (int t = 0; t < results->timelines && !hdf->failed; t++) {
		struct timeline *timeline = &results->timeline[t];
		size_t filled = (size_t)timeline->bins * (size_t)results->versions;
		load_slab(hdf, dataset, shape, (hsize_t)t, values);
		for (size_t i = 0; i < filled; i++)
			*curve_of(&timeline->bin[i], curve) = values[i];
	}
}

static void take_bins(struct results *results)
{
	for (int t = 0; t < results->timelines; t++) {
		struct timeline *timeline = &results->timeline[t];
		size_t count = (size_t)timeline->bins * (size_t)results->versions;
		timeline->bin = arena_take(&results->arena, count * sizeof *timeline->bin);
	}
}

/* All curves are opened, and so found to be in the file, before memory is taken for any. */
static void read_curves(struct hdf *hdf, hid_t group, struct results *results, int most)
{
	const struct shape shape = {
		3, {(hsize_t)results->timelines, (hsize_t)most, (hsize_t)results->versions}};
	hid_t dataset[CURVES];
	for (int c = 0; c < CURVES; c++)
		dataset[c] = load_open(hdf, group, curves[c].name, KIND_REAL, &shape);
	if (!hdf->failed)
		take_bins(results);
	for (int c = 0; c < CURVES && !hdf->failed; c++)
		read_curve(hdf, dataset[c], c, &shape, results);
	for (int c = 0; c < CURVES; c++)
		H5Dclose(dataset[c]);
}

/* One timeline costs 48 bytes and an entry of `timeline` 8, so its own size is checked first. */
static void take_timelines(struct hdf *hdf, hid_t group, struct results *results, int count)
{
	const struct shape shape = {1, {(hsize_t)count}};
	H5Dclose(load_open(hdf, group, "timeline", KIND_COUNT, &shape));
	if (hdf->failed)
		return;
	results->timeline = arena_take(&results->arena, (size_t)count * sizeof *results->timeline);
	results->timelines = count;
}

void series_read(struct hdf *hdf, struct results *results)
{
	if (!hdf_has(hdf, hdf->file, "series"))
		return;
	hid_t group = hdf_try(hdf, H5Gopen2(hdf->file, "series", H5P_DEFAULT));
	int most = load_length(hdf, group, "time", INT_MAX - 1);
	int count = load_length(hdf, group, "timeline", INT_MAX);
	take_timelines(hdf, group, results, count);
	if (!hdf->failed)
		read_numbers(hdf, group, results, most);
	if (!hdf->failed)
		read_curves(hdf, group, results, most);
	H5Gclose(group);
}
