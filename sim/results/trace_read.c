/* Columns into rows, a block at a time. */
#include "sim/results/attribute.h"
#include "sim/results/load.h"
#include "sim/results/probe.h"
#include "sim/results/trace.h"
#include "sim/results/trace_columns.h"

#include "sim/error.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

struct column {
	const char *name;
	enum kind kind;
	int extra; /* -1: it is one of trace_columns */
	int64_t nothing;
	int64_t least, most; /* that whole numbers may be */
	hid_t dataset;	     /* invalid: it says nothing */
	void *values;	     /* of the block */
};

struct trace_reader {
	struct hdf hdf;
	struct trace_facts facts;
	struct head head;
	struct column column[TRACE_MOST_COLUMNS];
	int columns;
	int64_t next, block; /* the row to be handed out; the first of the block */
	struct row *row;
	struct arena arena;
};

/* ---- what the file says of itself */

static void read_count(struct hdf *hdf, const char *name, int64_t *count)
{
	attribute_read(hdf, hdf->file, name, H5T_STD_I64LE, count);
	if (!hdf->failed && *count < 0)
		hdf_fail(hdf, "'%s' is negative", name);
}

static bool is_trace(struct hdf *hdf)
{
	if (H5Aexists(hdf->file, "schema") > 0 &&
	    !strcmp(attribute_read_text(hdf, &hdf->scratch, hdf->file, "schema"), TRACE_SCHEMA))
		return true;
	hdf_fail(hdf, "it is an HDF5 file, but not a trace of coalmine");
	return false;
}

static void read_facts(struct trace_reader *reader)
{
	struct hdf *hdf = &reader->hdf;
	struct trace_facts *facts = &reader->facts;
	int64_t version = 0;
	attribute_read(hdf, hdf->file, "schema_version", H5T_STD_I64LE, &version);
	if (!hdf->failed && version != TRACE_SCHEMA_VERSION)
		hdf_fail(hdf, "its schema is version %" PRId64 ", this coalmine reads version %d",
			 version, TRACE_SCHEMA_VERSION);
	struct {
		const char *name, **text;
	} texts[] = {{"coalmine_version", &facts->program_version},
		     {"command", &facts->command},
		     {"format", &facts->format},
		     {"sources", &facts->sources},
		     {"times", &facts->times}};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		*texts[i].text = attribute_read_text(hdf, &reader->arena, hdf->file, texts[i].name);
	facts->drawn = "";
	if (!hdf->failed && H5Aexists(hdf->file, "drawn") > 0)
		facts->drawn = attribute_read_text(hdf, &reader->arena, hdf->file, "drawn");
	snprintf(facts->fingerprint, sizeof facts->fingerprint, "%s",
		 attribute_read_text(hdf, &reader->arena, hdf->file, "fingerprint"));
	read_count(hdf, "rows", &facts->rows);
	read_count(hdf, "records_read", &facts->records);
	read_count(hdf, "records_bad", &facts->bad);
	read_count(hdf, "clock_resolution", &facts->resolution_ns);
	if (!hdf->failed && H5Aexists(hdf->file, "arrivals_spread") > 0)
		read_count(hdf, "arrivals_spread", &facts->spread_ns);
	if (!hdf->failed && !facts->rows)
		hdf_fail(hdf, "it has no rows");
}

/* The words of a column, each of them once. */
static void read_words(struct trace_reader *reader, const char *of, struct dictionary *words)
{
	struct hdf *hdf = &reader->hdf;
	const char *name = arena_printf(&reader->arena, "%s_name", of);
	if (hdf->failed || !hdf_has(hdf, hdf->file, name))
		return;
	int count = load_length(hdf, hdf->file, name, words->most);
	const char **texts = load_texts(hdf, &hdf->scratch, hdf->file, name,
					&(struct shape){1, {(hsize_t)count}});
	for (int i = 0; i < count && !hdf->failed; i++)
		if (dictionary_add(words, view_of(texts[i])) != i)
			hdf_fail(hdf, "'%s' has the word '%.40s' twice", name, texts[i]);
}

/* ---- columns */

static void add_column(struct trace_reader *reader, struct column column)
{
	struct hdf *hdf = &reader->hdf;
	column.dataset = H5I_INVALID_HID;
	if (hdf_has(hdf, hdf->file, column.name)) {
		column.dataset = load_column(hdf, hdf->file, column.name, column.kind,
					     (hsize_t)reader->facts.rows);
		column.values = arena_take(&reader->arena, TRACE_BLOCK * kind_size(column.kind));
	}
	reader->column[reader->columns++] = column;
}

static const struct dictionary *words_of(const struct head *head, const char *name)
{
	if (!strcmp(name, "route"))
		return &head->routes;
	if (!strcmp(name, "segment"))
		return &head->segments;
	return strcmp(name, "version") != 0 ? NULL : &head->versions;
}

/* Hashes of users may be anything, and arrivals that do not go back; all else has a range. */
static void add_standard(struct trace_reader *reader, int c)
{
	const struct variable *variable = &trace_columns[c].variable;
	const struct dictionary *words = words_of(&reader->head, variable->name);
	struct column column = {.name = variable->name,
				.kind = variable->kind,
				.extra = -1,
				.nothing = variable->nothing,
				.least = -1,
				.most = words ? words->count - 1 : INT64_MAX};
	if (!strcmp(column.name, "arrival") || !strcmp(column.name, "user"))
		column.least = INT64_MIN;
	if (!strcmp(column.name, "outcome")) {
		column.least = 0;
		column.most = ROW_OUTCOMES - 1;
	}
	add_column(reader, column);
}

static void add_extra(struct trace_reader *reader, int e)
{
	const struct extra *extra = &reader->head.extra[e];
	add_column(reader, (struct column){.name = extra->name,
					   .kind = extra->word ? KIND_INDEX : KIND_REAL,
					   .extra = e,
					   .nothing = -1,
					   .least = -1,
					   .most = extra->words.count - 1});
}

static bool is_standard(const char *name)
{
	for (int c = 0; c < TRACE_COLUMNS; c++)
		if (!strcmp(name, trace_columns[c].variable.name))
			return true;
	return false;
}

/* Extras are whatever columns there are beside the standard ones: reals, and places of words. */
static herr_t note_extra(hid_t group, const char *name, const H5L_info_t *link, void *context)
{
	struct trace_reader *reader = context;
	struct head *head = &reader->head;
	size_t length = strlen(name);
	(void)link;
	if (is_standard(name) || (length > 5 && !strcmp(name + length - 5, "_name")) ||
	    !hdf_has(&reader->hdf, group, name))
		return 0;
	if (head->extras == MOST_EXTRAS) {
		hdf_fail(&reader->hdf, "it has more than %d columns of its own", MOST_EXTRAS);
		return 1;
	}
	hid_t dataset = H5Dopen2(group, name, H5P_DEFAULT);
	hid_t type = H5Dget_type(dataset);
	bool word = H5Tequal(type, kind_in_file(&reader->hdf, KIND_INDEX)) > 0;
	H5Tclose(type);
	H5Dclose(dataset);
	head->extra[head->extras++] =
		(struct extra){.name = arena_copy(&reader->arena, name, length), .word = word};
	return 0;
}

static void find_extras(struct trace_reader *reader)
{
	struct head *head = &reader->head;
	if (reader->hdf.failed)
		return;
	H5Literate(reader->hdf.file, H5_INDEX_NAME, H5_ITER_INC, NULL, note_extra, reader);
	head_sort(head);
	for (int e = 0; e < head->extras; e++)
		if (head->extra[e].word) {
			dictionary_init(&head->extra[e].words, MOST_VALUES);
			read_words(reader, head->extra[e].name, &head->extra[e].words);
		}
}

static void open_columns(struct trace_reader *reader)
{
	struct head *head = &reader->head;
	head_init(head, &(struct mapping){.count = 0}, reader->hdf.error, 0);
	read_words(reader, "route", &head->routes);
	read_words(reader, "segment", &head->segments);
	read_words(reader, "version", &head->versions);
	find_extras(reader);
	for (int c = 0; c < TRACE_COLUMNS; c++)
		add_standard(reader, c);
	for (int e = 0; e < head->extras; e++)
		add_extra(reader, e);
	if (!reader->hdf.failed && reader->column[0].dataset < 0)
		hdf_fail(&reader->hdf, "'arrival' is missing");
	reader->row = arena_take(&reader->arena, head_row_size(head));
}

struct trace_reader *trace_open(const char *path, bool *other, char *error, size_t error_size)
{
	struct trace_reader *reader = calloc(1, sizeof *reader);
	if (!reader)
		error_out_of_memory(sizeof *reader);
	struct hdf *hdf = &reader->hdf;
	*hdf = (struct hdf){.purpose = arena_printf(&reader->arena, "read %s", path),
			    .error = error,
			    .error_size = error_size,
			    .file = H5I_INVALID_HID};
	probe_file(hdf, path);
	bool whole = !hdf->failed;
	hdf_open(hdf, path);
	bool trace = !hdf->failed && is_trace(hdf);
	if (other)
		*other = whole && !trace;
	read_facts(reader);
	open_columns(reader);
	if (!hdf->failed)
		return reader;
	trace_close(reader);
	return NULL;
}

const struct trace_facts *trace_facts(const struct trace_reader *reader)
{
	return &reader->facts;
}

const struct head *trace_head(const struct trace_reader *reader)
{
	return &reader->head;
}

/* ---- rows */

static void read_block(struct trace_reader *reader)
{
	int64_t left = reader->facts.rows - reader->next;
	hsize_t count = (hsize_t)(left < TRACE_BLOCK ? left : TRACE_BLOCK);
	reader->block = reader->next;
	for (int c = 0; c < reader->columns; c++) {
		const struct column *column = &reader->column[c];
		if (column->dataset >= 0)
			load_part(&reader->hdf, column->dataset, column->kind,
				  (hsize_t)reader->block, count, column->values);
	}
}

static int64_t value_at(const struct column *column, int at)
{
	if (column->dataset < 0)
		return column->nothing;
	switch (column->kind) {
	case KIND_COUNT:
		return ((const int64_t *)column->values)[at];
	case KIND_INDEX:
		return ((const int16_t *)column->values)[at];
	default:
		return ((const int8_t *)column->values)[at];
	}
}

static void put_value(struct row *row, const struct trace_column *column, int64_t value)
{
	char *to = (char *)row + column->offset;
	int16_t narrow = (int16_t)value;
	if (column->variable.kind == KIND_COUNT)
		memcpy(to, &value, sizeof value);
	else if (column->variable.kind == KIND_INDEX)
		memcpy(to, &narrow, sizeof narrow);
	else
		*to = (char)value;
}

static void refuse(struct trace_reader *reader, const struct column *column)
{
	hdf_fail(&reader->hdf, "'%s' of row %" PRId64 " is out of range", column->name,
		 reader->next);
}

static void read_value(struct trace_reader *reader, int c, int at)
{
	const struct column *column = &reader->column[c];
	if (column->kind == KIND_REAL) {
		reader->row->extra[column->extra] =
			column->dataset < 0 ? NAN : ((const double *)column->values)[at];
		return;
	}
	int64_t value = value_at(column, at);
	if (value < column->least || value > column->most)
		refuse(reader, column);
	else if (column->extra < 0)
		put_value(reader->row, &trace_columns[c], value);
	else
		reader->row->extra[column->extra] = value < 0 ? NAN : (double)value;
}

const struct row *trace_next(struct trace_reader *reader)
{
	if (reader->next == reader->facts.rows)
		return NULL;
	if (reader->next == 0 || reader->next == reader->block + TRACE_BLOCK)
		read_block(reader);
	int at = (int)(reader->next - reader->block);
	for (int c = 0; c < reader->columns && !reader->hdf.failed; c++)
		read_value(reader, c, at);
	if (reader->hdf.failed)
		return NULL;
	reader->column[0].least = reader->row->arrival_ns;
	reader->next++;
	return reader->row;
}

bool trace_is_broken(const struct trace_reader *reader)
{
	return reader->hdf.failed;
}

bool trace_close(struct trace_reader *reader)
{
	bool good = !trace_is_broken(reader);
	hdf_close(&reader->hdf);
	head_free(&reader->head);
	arena_free(&reader->arena);
	free(reader);
	return good;
}
