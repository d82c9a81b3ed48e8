/* Rows into columns, a block at a time: while one is filled the one before is compressed and
 * written in a thread. A column begins in the file when it first says something: what lies before
 * is filled up by HDF5. */
#include "sim/results/trace.h"

#include "sim/error.h"
#include "sim/results/attribute.h"
#include "sim/results/checksum.h"
#include "sim/results/disk.h"
#include "sim/results/handoff.h"
#include "sim/results/replace.h"
#include "sim/results/trace_columns.h"
#include "sim/results/variable.h"

#include <errno.h>
#include <hdf5_hl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

struct column {
	struct variable variable;
	int extra;		 /* in a row; -1: it is one of trace_columns */
	void *values, *written;	 /* of the block that is filled, and of the one that is written */
	bool said, written_said; /* something in it */
	hid_t dataset;
	XXH64_state_t *hash;
};

struct trace_writer {
	const struct head *head;
	struct hdf hdf;
	struct disk disk;
	struct replacement replacement;
	struct column column[TRACE_MOST_COLUMNS];
	int columns, filled; /* rows of the block that is filled */
	bool broken;	     /* no more rows are of use */
	/* The thread's, until it is waited for: so are hdf and disk. */
	struct handoff *handoff;
	int writing;  /* rows of the block that is written */
	int64_t rows; /* before that block */
	struct arena arena;
};

/* ---- columns */

static XXH64_state_t *new_hash(void)
{
	XXH64_state_t *hash = XXH64_createState();
	if (!hash)
		error_out_of_memory(128);
	XXH64_reset(hash, 0);
	return hash;
}

static void add_column(struct trace_writer *writer, struct column column)
{
	size_t bytes = TRACE_BLOCK * kind_size(column.variable.kind);
	column.values = arena_take(&writer->arena, bytes);
	column.written = arena_take(&writer->arena, bytes);
	column.dataset = H5I_INVALID_HID;
	column.hash = new_hash();
	writer->column[writer->columns++] = column;
}

static void add_columns(struct trace_writer *writer)
{
	for (int c = 0; c < TRACE_COLUMNS; c++)
		add_column(writer, (struct column){trace_columns[c].variable, .extra = -1});
	for (int e = 0; e < writer->head->extras; e++) {
		const struct extra *extra = &writer->head->extra[e];
		const char *about = extra->word ? "A word of the log: a place in its names."
						: "A number of the log.";
		const struct variable variable = {.name = extra->name,
						  .unit = "1",
						  .about = about,
						  .kind = extra->word ? KIND_INDEX : KIND_REAL,
						  .missing = true,
						  .nothing = -1};
		add_column(writer, (struct column){variable, .extra = e});
	}
}

/* ---- blocks */

/* HDF5 is told in every thread that it should not print what goes wrong. */
static void write_columns(void *context)
{
	struct trace_writer *writer = context;
	struct hdf *hdf = &writer->hdf;
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	for (int c = 0; c < writer->columns && !hdf->failed && writer->writing; c++) {
		struct column *column = &writer->column[c];
		enum kind kind = column->variable.kind;
		hsize_t rows = (hsize_t)writer->rows, count = (hsize_t)writer->writing;
		XXH64_update(column->hash, column->written, count * kind_size(kind));
		if (column->written_said && column->dataset < 0)
			column->dataset = variable_create_endless(hdf, hdf->file, &column->variable,
								  rows, TRACE_BLOCK);
		if (column->dataset >= 0)
			variable_append(hdf, column->dataset, kind, rows, count, column->written);
	}
	writer->rows += writer->writing;
	if (writer->disk.error)
		hdf_fail(hdf, "%s", strerror(writer->disk.error));
}

static void flush(struct trace_writer *writer)
{
	handoff_wait(writer->handoff);
	writer->broken = writer->hdf.failed;
	for (int c = 0; c < writer->columns; c++) {
		struct column *column = &writer->column[c];
		void *written = column->written;
		column->written = column->values;
		column->values = written;
		column->written_said = column->said;
		column->said = false;
	}
	writer->writing = writer->filled;
	writer->filled = 0;
	handoff_post(writer->handoff);
}

static bool put_standard(const struct column *column, size_t offset, const struct row *row, int at)
{
	const char *from = (const char *)row + offset;
	int64_t nothing = column->variable.nothing;
	if (column->variable.kind == KIND_COUNT) {
		int64_t *to = (int64_t *)column->values + at;
		memcpy(to, from, sizeof *to);
		return *to != nothing;
	}
	if (column->variable.kind == KIND_INDEX) {
		int16_t *to = (int16_t *)column->values + at;
		memcpy(to, from, sizeof *to);
		return *to != nothing;
	}
	int8_t *to = (int8_t *)column->values + at;
	*to = (int8_t)*from;
	return *to != nothing;
}

static bool put_extra(const struct column *column, double value, int at)
{
	if (column->variable.kind == KIND_REAL)
		((double *)column->values)[at] = value;
	else
		((int16_t *)column->values)[at] = (int16_t)(value >= 0 ? value : -1);
	return !isnan(value);
}

bool trace_put(struct trace_writer *writer, const struct row *row)
{
	int at = writer->filled++;
	for (int c = 0; c < writer->columns; c++) {
		struct column *column = &writer->column[c];
		bool said = column->extra < 0
				    ? put_standard(column, trace_columns[c].offset, row, at)
				    : put_extra(column, row->extra[column->extra], at);
		column->said = column->said || said;
	}
	if (writer->filled == TRACE_BLOCK)
		flush(writer);
	return !writer->broken;
}

/* ---- the end */

/* All columns lie along the first, which says when. */
static void attach(struct trace_writer *writer)
{
	struct hdf *hdf = &writer->hdf;
	hid_t arrival = writer->column[0].dataset;
	hdf_try(hdf, H5DSset_scale(arrival, writer->column[0].variable.name));
	for (int c = 1; c < writer->columns; c++)
		if (writer->column[c].dataset >= 0)
			hdf_try(hdf, H5DSattach_scale(writer->column[c].dataset, arrival, 0));
}

static void write_words(struct trace_writer *writer, const char *of, const struct dictionary *words)
{
	if (!words->count)
		return;
	const char *name = arena_printf(&writer->arena, "%s_name", of);
	axis_create(&writer->hdf, writer->hdf.file,
		    &(struct variable){.name = name, .kind = KIND_TEXT, .about = "Its words."},
		    (size_t)words->count, words->word);
}

static void hash_words(XXH64_state_t *hash, const struct dictionary *words)
{
	for (int i = 0; i < words->count; i++)
		XXH64_update(hash, words->word[i], strlen(words->word[i]) + 1);
}

/* Of all that the rows say: a column that says nothing is as if it were not there. */
static void find_fingerprint(struct trace_writer *writer, char fingerprint[17])
{
	const struct head *head = writer->head;
	XXH64_state_t *hash = new_hash();
	for (int c = 0; c < writer->columns; c++) {
		const struct column *column = &writer->column[c];
		uint64_t own = XXH64_digest(column->hash);
		if (column->dataset < 0)
			continue;
		XXH64_update(hash, column->variable.name, strlen(column->variable.name) + 1);
		XXH64_update(hash, &own, sizeof own);
		if (column->extra >= 0)
			hash_words(hash, &head->extra[column->extra].words);
	}
	hash_words(hash, &head->routes);
	hash_words(hash, &head->segments);
	hash_words(hash, &head->versions);
	snprintf(fingerprint, 17, "%016llx", (unsigned long long)XXH64_digest(hash));
	XXH64_freeState(hash);
}

static void write_count(struct hdf *hdf, const char *name, int64_t count)
{
	attribute_write(hdf, hdf->file, name, H5T_STD_I64LE, 1, &count);
}

static void write_facts(struct trace_writer *writer, const struct trace_facts *facts)
{
	struct hdf *hdf = &writer->hdf;
	bool drawn = facts->drawn && *facts->drawn;
	attribute_write_text(hdf, hdf->file, "Conventions", "CF-1.8");
	attribute_write_text(hdf, hdf->file, "title", drawn ? "Drawn traffic" : "Recorded traffic");
	attribute_write_text(hdf, hdf->file, "schema", TRACE_SCHEMA);
	write_count(hdf, "schema_version", TRACE_SCHEMA_VERSION);
	attribute_write_text(hdf, hdf->file, "coalmine_version", facts->program_version);
	attribute_write_text(hdf, hdf->file, "command", facts->command);
	attribute_write_text(hdf, hdf->file, "format", facts->format);
	attribute_write_text(hdf, hdf->file, "sources", facts->sources);
	attribute_write_text(hdf, hdf->file, "times", facts->times);
	if (drawn)
		attribute_write_text(hdf, hdf->file, "drawn", facts->drawn);
	attribute_write_text(hdf, hdf->file, "fingerprint", facts->fingerprint);
	write_count(hdf, "rows", facts->rows);
	write_count(hdf, "records_read", facts->records);
	write_count(hdf, "records_bad", facts->bad);
	write_count(hdf, "clock_resolution", facts->resolution_ns);
	if (facts->spread_ns)
		write_count(hdf, "arrivals_spread", facts->spread_ns);
}

static void write_all_words(struct trace_writer *writer)
{
	const struct head *head = writer->head;
	write_words(writer, "route", &head->routes);
	write_words(writer, "segment", &head->segments);
	write_words(writer, "version", &head->versions);
	for (int e = 0; e < head->extras; e++)
		if (head->extra[e].word)
			write_words(writer, head->extra[e].name, &head->extra[e].words);
}

static void close_file(struct trace_writer *writer)
{
	for (int c = 0; c < writer->columns; c++)
		XXH64_freeState(writer->column[c].hash);
	disk_close(&writer->hdf, &writer->disk);
}

/* The line that guards the file against flipped bits. */
static bool write_checksum(struct trace_writer *writer)
{
	char line[CHECKSUM_LENGTH + 1];
	const struct piece piece = {line, CHECKSUM_LENGTH};
	return !writer->hdf.failed && !writer->disk.error &&
	       checksum_line_of(writer->disk.file, (off_t)writer->disk.bytes, line) &&
	       replacement_add(&writer->replacement, piece);
}

static void stop_thread(struct trace_writer *writer)
{
	if (writer->handoff) {
		handoff_wait(writer->handoff);
		handoff_stop(writer->handoff);
	}
	writer->handoff = NULL;
}

static void free_writer(struct trace_writer *writer)
{
	hdf_close(&writer->hdf);
	arena_free(&writer->arena);
	free(writer);
}

struct trace_writer *trace_create(const char *path, const struct head *head, char *error,
				  size_t error_size)
{
	struct trace_writer *writer = calloc(1, sizeof *writer);
	if (!writer)
		error_out_of_memory(sizeof *writer);
	writer->head = head;
	writer->hdf = (struct hdf){.purpose = arena_printf(&writer->arena, "write %s", path),
				   .error = error,
				   .error_size = error_size};
	if (!replacement_open(&writer->replacement, path)) {
		hdf_fail(&writer->hdf, "%s", strerror(errno));
		arena_free(&writer->arena);
		free(writer);
		return NULL;
	}
	writer->disk.file = writer->replacement.file;
	disk_create(&writer->hdf, &writer->disk);
	add_columns(writer);
	writer->handoff = handoff_start(write_columns, writer);
	if (writer->handoff)
		return writer;
	hdf_fail(&writer->hdf, "there is no thread to do it: %s", strerror(errno));
	trace_abandon(writer);
	return NULL;
}

bool trace_finish(struct trace_writer *writer, struct trace_facts *facts)
{
	flush(writer);
	stop_thread(writer);
	facts->rows = writer->rows;
	find_fingerprint(writer, facts->fingerprint);
	if (!writer->hdf.failed) {
		attach(writer);
		write_all_words(writer);
		write_facts(writer, facts);
	}
	close_file(writer);
	bool written = write_checksum(writer);
	if (!replacement_close(&writer->replacement, written))
		hdf_fail(&writer->hdf, "%s",
			 strerror(writer->disk.error ? writer->disk.error : errno));
	bool good = !writer->hdf.failed;
	free_writer(writer);
	return good;
}

void trace_abandon(struct trace_writer *writer)
{
	stop_thread(writer);
	close_file(writer);
	replacement_close(&writer->replacement, false);
	free_writer(writer);
}
