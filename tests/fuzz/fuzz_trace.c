/* Whatever stands in an HDF5 file, it is a trace, or is refused in a sentence. Bytes say what is
 * wrong with a file that is otherwise a trace of a few rows: HDF5's own parser is not under test.
 */
#include "sim/results/recording.h"
#include "sim/results/trace.h"

#include <hdf5.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS = 4, MOST_LENGTH = 12 };

/* The bytes, then zeros. */
struct tape {
	const uint8_t *at, *end;
};

static void require(bool holds)
{
	if (!holds)
		abort();
}

static int take(struct tape *tape, int below)
{
	return tape->at < tape->end ? *tape->at++ % below : 0;
}

/* ---- what may be put in the place of something */

enum type { COUNT, INDEX, FLAG, REAL, TEXT, FIXED, REVERSED, NARROW, PAIR, TYPES };

static hid_t text_type(size_t size)
{
	hid_t type = H5Tcopy(H5T_C_S1);
	H5Tset_size(type, size);
	return type;
}

static hid_t make_type(enum type type)
{
	static const hid_t *const known[] = {&H5T_STD_I64LE_g, &H5T_STD_I16LE_g, &H5T_STD_I8LE_g,
					     &H5T_IEEE_F64LE_g};
	hid_t pair;
	switch (type) {
	case TEXT:
		return text_type(H5T_VARIABLE);
	case FIXED:
		return text_type(3);
	case REVERSED:
		return H5Tcopy(H5T_STD_I64BE);
	case NARROW:
		return H5Tcopy(H5T_IEEE_F32LE);
	case PAIR:
		pair = H5Tcreate(H5T_COMPOUND, 2);
		H5Tinsert(pair, "a", 0, H5T_STD_I8LE);
		H5Tinsert(pair, "b", 1, H5T_STD_I8LE);
		return pair;
	default:
		return H5Tcopy(*known[type]);
	}
}

/* Small numbers for the most part, and sometimes anything. */
static void fill(struct tape *tape, enum type type, void *values, const char **texts, int count)
{
	static const char *const words[] = {"a", "b", "c", "d", "", "GET /x", "e", "f"};
	uint8_t *bytes = values;
	for (int i = 0; i < MOST_LENGTH * 8; i++)
		bytes[i] = 0;
	for (int i = 0; i < count; i++) {
		int odd = take(tape, 8);
		texts[i] = words[odd == 7 ? take(tape, 8) : i % 4];
		double real = odd ? take(tape, 200) - 20 : i;
		if (type == REAL)
			memcpy(bytes + 8 * i, &real, sizeof real);
		else if (type == INDEX)
			bytes[2 * i] = (uint8_t)(odd == 7 ? take(tape, 256) : 0);
		else if (type == FLAG || type == FIXED || type == PAIR)
			bytes[i] = (uint8_t)(odd == 7 ? take(tape, 256) : i % 4);
		else
			bytes[8 * i + (odd == 7 ? 7 : 0)] =
				(uint8_t)(odd == 7 ? take(tape, 256) : i);
	}
}

static hid_t make_space(struct tape *tape, int good, hsize_t *count)
{
	hsize_t size[2] = {(hsize_t)good, 1};
	int rank = 1, odd = take(tape, 16);
	if (odd == 1)
		size[0] = (hsize_t)take(tape, MOST_LENGTH + 1);
	if (odd == 2)
		rank = 2;
	if (odd == 3)
		size[0] = 1;
	*count = size[0];
	if (odd == 4) {
		*count = 1;
		return H5Screate(H5S_SCALAR);
	}
	return odd == 5 ? H5Screate(H5S_NULL) : H5Screate_simple(rank, size, NULL);
}

static enum type choose_type(struct tape *tape, enum type good)
{
	return take(tape, 8) == 7 ? (enum type)take(tape, TYPES) : good;
}

static void put_column(struct tape *tape, hid_t file, const char *name, enum type good, int length)
{
	uint64_t values[MOST_LENGTH];
	const char *texts[MOST_LENGTH];
	hsize_t count;
	if (take(tape, 8) == 7)
		return;
	enum type kind = choose_type(tape, good);
	hid_t type = make_type(kind), space = make_space(tape, length, &count);
	hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
	fill(tape, kind, values, texts, (int)count);
	const void *from = kind == TEXT ? (const void *)texts : values;
	if (dataset >= 0 && count)
		H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, from);
	if (dataset >= 0)
		H5Dclose(dataset);
	H5Sclose(space);
	H5Tclose(type);
}

static void put_attribute(struct tape *tape, hid_t file, const char *name, enum type good,
			  const char *text, int64_t number)
{
	uint64_t values[MOST_LENGTH];
	const char *texts[MOST_LENGTH];
	int odd = take(tape, 16);
	if (odd == 15)
		return;
	enum type kind = odd == 14 ? (enum type)take(tape, TYPES) : good;
	hid_t type = make_type(kind);
	hid_t space = odd == 13 ? H5Screate_simple(1, (hsize_t[]){2}, NULL) : H5Screate(H5S_SCALAR);
	fill(tape, kind, values, texts, 2);
	if (odd < 12) {
		texts[0] = text;
		memcpy(values, &number, sizeof number);
	}
	hid_t attribute = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
	if (attribute >= 0) {
		H5Awrite(attribute, type, kind == TEXT ? (const void *)texts : values);
		H5Aclose(attribute);
	}
	H5Sclose(space);
	H5Tclose(type);
}

static void make_file(struct tape *tape, const char *path)
{
	static const struct {
		const char *name;
		enum type type;
		int length;
	} columns[] = {{"arrival", COUNT, ROWS},    {"duration", COUNT, ROWS},
		       {"status", INDEX, ROWS},	    {"outcome", FLAG, ROWS},
		       {"bytes", COUNT, ROWS},	    {"user", COUNT, ROWS},
		       {"route", INDEX, ROWS},	    {"segment", INDEX, ROWS},
		       {"version", INDEX, ROWS},    {"route_name", TEXT, 2},
		       {"segment_name", TEXT, 2},   {"version_name", TEXT, 2},
		       {"place", INDEX, ROWS},	    {"place_name", TEXT, 2},
		       {"replayed_ns", REAL, ROWS}, {"replayed_status", REAL, ROWS}};
	static const struct {
		const char *name;
		enum type type;
		const char *text;
		int64_t number;
	} facts[] = {{"schema", TEXT, TRACE_SCHEMA, 0},
		     {"schema_version", COUNT, "", TRACE_SCHEMA_VERSION},
		     {"coalmine_version", TEXT, "0", 0},
		     {"command", TEXT, "", 0},
		     {"format", TEXT, "", 0},
		     {"sources", TEXT, "", 0},
		     {"times", TEXT, "", 0},
		     {"fingerprint", TEXT, "0123456789abcdef", 0},
		     {"rows", COUNT, "", ROWS},
		     {"records_read", COUNT, "", ROWS},
		     {"records_bad", COUNT, "", 0},
		     {"clock_resolution", COUNT, "", 1}};
	hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
	require(file >= 0);
	for (size_t f = 0; f < sizeof facts / sizeof *facts; f++)
		put_attribute(tape, file, facts[f].name, facts[f].type, facts[f].text,
			      facts[f].number);
	for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
		put_column(tape, file, columns[c].name, columns[c].type, columns[c].length);
	require(H5Fclose(file) >= 0);
}

/* ---- what must hold of it */

static void read_rows(const char *path)
{
	char why[TRACE_ERROR] = "";
	struct trace_reader *reader = trace_open(path, NULL, why, sizeof why);
	require(reader || *why);
	if (!reader)
		return;
	const struct head *head = trace_head(reader);
	const struct row *row;
	int64_t rows = 0, last_ns = INT64_MIN;
	for (; (row = trace_next(reader)); rows++) {
		require(row->arrival_ns >= last_ns);
		require(row->duration_ns >= -1 && row->bytes >= -1);
		require(row->route >= -1 && row->route < head->routes.count);
		require(row->segment >= -1 && row->segment < head->segments.count);
		require(row->version >= -1 && row->version < head->versions.count);
		require(row->outcome >= 0 && row->outcome < ROW_OUTCOMES);
		last_ns = row->arrival_ns;
	}
	bool whole = rows == trace_facts(reader)->rows;
	require(trace_close(reader) == whole);
	require(whole || *why);
}

static void replay(const char *path)
{
	struct arena arena = {0};
	char why[TRACE_ERROR] = "";
	const struct recording *r =
		recording_load(&arena, (const char *[]){path, path}, 2, why, sizeof why);
	require(r || *why);
	for (int64_t i = 1; r && i < r->requests; i++)
		require(r->at[i] >= r->at[i - 1] || i == r->trace[1].first);
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tape tape = {data, data + size};
	char path[] = "/tmp/coalmine-fuzz-XXXXXX";
	int file = mkstemp(path);
	require(file >= 0 && close(file) == 0);
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	make_file(&tape, path);
	read_rows(path);
	replay(path);
	unlink(path);
	return 0;
}
