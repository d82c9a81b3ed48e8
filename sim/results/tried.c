/* Group /tune: every setting that was tried with its numbers of each trial; and of the front, which
 * is the points of the results, both estimates and what steps from the recommended one do. */
#include "sim/results/tried.h"

#include "sim/results/attribute.h"
#include "sim/results/checksum.h"
#include "sim/results/file.h"
#include "sim/results/load.h"
#include "sim/results/probe.h"
#include "sim/results/replace.h"
#include "sim/results/variable.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { MOST_SETTINGS = 1 << 16, MOST_NAMES = 4096, MOST_CHOICE = 1 << 16 };

static const char search_schema[] = "coalmine-search";

/* ---- writing */

struct room {
	struct hdf *hdf;
	hid_t group;
};

static struct axis name_axis(const struct room *room, const char *name, const char *about, int size,
			     const char **names)
{
	struct variable variable = {.name = name, .about = about, .kind = KIND_TEXT};
	struct axis none = {0};
	return size ? axis_create(room->hdf, room->group, &variable, (size_t)size, names) : none;
}

static struct axis index_axis(const struct room *room, const char *name, const char *about,
			      int size)
{
	struct variable variable = {.name = name, .unit = "1", .about = about, .kind = KIND_COUNT};
	struct axis none = {0};
	return size ? axis_create(room->hdf, room->group, &variable, (size_t)size, NULL) : none;
}

static void put(const struct room *room, struct variable variable, const struct axis *first,
		const struct axis *second, const struct axis *third, const void *values)
{
	variable.axes[0] = first;
	variable.axes[1] = second;
	variable.axes[2] = third;
	variable.rank = third ? 3 : second ? 2 : 1;
	variable.unit = variable.kind == KIND_TEXT ? NULL : "1";
	variable.missing = variable.kind == KIND_REAL;
	variable_write(room->hdf, room->group, &variable, values);
}

static void write_settings(const struct room *room, const struct tried *tried)
{
	struct axis setting =
		index_axis(room, "setting", "Index of what was tried, in order.", tried->settings);
	struct axis parameter =
		name_axis(room, "parameter", "Key of what is tuned, as --set has it.",
			  tried->parameters, tried->parameter);
	struct axis track = name_axis(room, "track", "A quantity, and the case it is of.",
				      tried->tracks, tried->track);
	struct axis trial = index_axis(room, "tried_trial", "Index of the trial.", tried->trials);
	put(room,
	    (struct variable){
		    .name = "value", .kind = KIND_TEXT, .about = "Each value; - is none."},
	    &setting, &parameter, NULL, tried->value);
	put(room,
	    (struct variable){.name = "choice",
			      .kind = KIND_COUNT,
			      .about = "Its place in the list; -1: it has nothing to act on, -2: "
				       "what the file says."},
	    &setting, &parameter, NULL, tried->choice);
	put(room,
	    (struct variable){.name = "have", .kind = KIND_COUNT, .about = "Trials of each case."},
	    &setting, NULL, NULL, tried->have);
	put(room,
	    (struct variable){.name = "fate",
			      .kind = KIND_FLAG,
			      .meanings = "runs dominated broken impossible",
			      .about = "What became of it."},
	    &setting, NULL, NULL, tried->fate);
	put(room,
	    (struct variable){.name = "number",
			      .kind = KIND_REAL,
			      .about = "What each trial says, in the unit of its quantity; "
				       "infinite: it never happened."},
	    &setting, &track, &trial, tried->number);
}

static void write_answer(const struct room *room, const struct tried *tried)
{
	static const char *sides[] = {"value", "low", "high"};
	const int64_t recommended = tried->recommended;
	struct axis row =
		index_axis(room, "row", "Index of the point in the results.", tried->rows);
	struct axis quantity = name_axis(room, "quantity", "What is minimised, then the limits.",
					 tried->quantities, tried->quantity);
	struct axis side = name_axis(room, "side", "The estimate and its 95 % interval.",
				     TRIED_NUMBERS, sides);
	attribute_write(room->hdf, room->group, "recommended", H5T_STD_I64LE, 1, &recommended);
	put(room,
	    (struct variable){
		    .name = "found", .kind = KIND_REAL, .about = "Estimates that chose the front."},
	    &row, &quantity, &side, tried->found);
	put(room,
	    (struct variable){.name = "anew",
			      .kind = KIND_REAL,
			      .about = "Estimates from the fresh trials of the results."},
	    &row, &quantity, &side, tried->anew);
	put(room,
	    (struct variable){.name = "standing",
			      .kind = KIND_FLAG,
			      .meanings = "open holds broken",
			      .about = "Whether all limits hold in fresh trials."},
	    &row, NULL, NULL, tried->standing);
	if (!tried->steps)
		return;
	struct axis step = index_axis(room, "step", "Index of a step away from the recommended.",
				      tried->steps);
	put(room,
	    (struct variable){
		    .name = "step_parameter", .kind = KIND_TEXT, .about = "What is changed."},
	    &step, NULL, NULL, tried->step_parameter);
	put(room,
	    (struct variable){.name = "step_to", .kind = KIND_TEXT, .about = "To which value."},
	    &step, NULL, NULL, tried->step_to);
	put(room,
	    (struct variable){.name = "change",
			      .kind = KIND_REAL,
			      .about = "By how much each quantity changes, trial by trial."},
	    &step, &quantity, &side, tried->change);
}

void tried_write(struct hdf *hdf, const struct tried *tried)
{
	struct room room = {hdf, hdf_create_group(hdf, "tune")};
	char seed[24];
	snprintf(seed, sizeof seed, "%" PRIu64, tried->seed);
	attribute_write_text(hdf, room.group, "scenario", tried->scenario);
	attribute_write_text(hdf, room.group, "version", tried->program_version);
	attribute_write_text(hdf, room.group, "seed_text", seed);
	write_settings(&room, tried);
	if (tried->rows)
		write_answer(&room, tried);
}

bool tried_save(const struct tried *tried, const char *path, char *error, size_t error_size)
{
	struct arena arena = {0};
	struct hdf hdf = {.purpose = arena_printf(&arena, "write %s", path),
			  .error = error,
			  .error_size = error_size};
	char line[CHECKSUM_LENGTH + 1];
	size_t size = 0;
	hdf_create(&hdf);
	attribute_write_text(&hdf, hdf.file, "schema", search_schema);
	attribute_write_text(&hdf, hdf.file, "command", tried->command);
	tried_write(&hdf, tried);
	const void *image = hdf_finish(&hdf, &size);
	if (!hdf.failed) {
		checksum_line(image, size, line);
		const struct piece pieces[] = {{image, size}, {line, CHECKSUM_LENGTH}};
		if (!replace_file(path, pieces, 2))
			hdf_fail(&hdf, "%s", strerror(errno));
	}
	hdf_close(&hdf);
	arena_free(&arena);
	return !hdf.failed;
}

/* ---- reading */

static void read_schema(struct hdf *hdf)
{
	if (hdf->failed)
		return;
	const char *schema = H5Aexists(hdf->file, "schema") <= 0
				     ? ""
				     : attribute_read_text(hdf, &hdf->scratch, hdf->file, "schema");
	if (strcmp(schema, search_schema) != 0 && strcmp(schema, "coalmine-results") != 0)
		hdf_fail(hdf, "it holds nothing that was tuned");
	else if (!hdf_has(hdf, hdf->file, "tune"))
		hdf_fail(hdf, "it holds results, but of nothing that was tuned");
}

static void read_numbers(struct hdf *hdf, struct arena *arena, hid_t group, struct tried *tried)
{
	const hsize_t settings = (hsize_t)tried->settings, tracks = (hsize_t)tried->tracks;
	const struct shape one = {1, {settings}};
	const struct shape two = {2, {settings, (hsize_t)tried->parameters}};
	const struct shape three = {3, {settings, tracks, (hsize_t)tried->trials}};
	tried->choice = load_new(hdf, arena, group, "choice", KIND_COUNT, &two);
	tried->have = load_new(hdf, arena, group, "have", KIND_COUNT, &one);
	tried->number = load_new(hdf, arena, group, "number", KIND_REAL, &three);
	for (int i = 0; i < tried->settings && !hdf->failed; i++)
		if (tried->have[i] < 0 || tried->have[i] > tried->trials)
			hdf_fail(hdf, "'have' is out of range");
	for (int i = 0; i < tried->settings * tried->parameters && !hdf->failed; i++)
		if (tried->choice[i] < -2 || tried->choice[i] > MOST_CHOICE)
			hdf_fail(hdf, "'choice' is out of range");
}

static void read_group(struct hdf *hdf, struct arena *arena, struct tried *tried)
{
	hid_t group = hdf_try(hdf, H5Gopen2(hdf->file, "tune", H5P_DEFAULT));
	tried->scenario = attribute_read_text(hdf, arena, group, "scenario");
	tried->program_version = attribute_read_text(hdf, arena, group, "version");
	tried->settings = load_length(hdf, group, "setting", MOST_SETTINGS);
	tried->parameters = load_length(hdf, group, "parameter", MOST_NAMES);
	tried->tracks = load_length(hdf, group, "track", MOST_NAMES);
	tried->trials = load_length(hdf, group, "tried_trial", INT_MAX);
	if (!hdf->failed)
		read_numbers(hdf, arena, group, tried);
	H5Gclose(group);
}

bool tried_load(struct tried *tried, struct arena *arena, const char *path, char *error,
		size_t error_size)
{
	struct arena scratch = {0};
	struct hdf hdf = {.purpose = arena_printf(&scratch, "go on from %s", path),
			  .error = error,
			  .error_size = error_size};
	*tried = (struct tried){.recommended = -1};
	probe_file(&hdf, path);
	hdf_open(&hdf, path);
	read_schema(&hdf);
	if (!hdf.failed)
		read_group(&hdf, arena, tried);
	hdf_close(&hdf);
	arena_free(&scratch);
	return !hdf.failed;
}
