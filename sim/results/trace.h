/* The trace file: one row a request, in the order of arrivals, in HDF5 that h5py, netCDF4 and
 * xarray open. Rows are streamed both ways: memory does not grow with the file. */
#ifndef SIM_RESULTS_TRACE_H
#define SIM_RESULTS_TRACE_H

#include "replay/head.h"

#include <stdint.h>

#define TRACE_SCHEMA "coalmine-trace"

enum { TRACE_SCHEMA_VERSION = 1, TRACE_ERROR = 512, TRACE_BLOCK = 1 << 16 };

/* What is known of a trace as a whole. */
struct trace_facts {
	const char *program_version, *command;
	const char *format, *sources; /* of the logs; their names, a line each */
	const char *times;	      /* how arrivals were found, in a sentence */
	const char *drawn;	      /* from what, in a sentence; NULL or "": they were recorded */
	int64_t rows, records, bad;   /* rows; records read; those that were mistakes */
	int64_t resolution_ns;	      /* of the clock; 0: one stamp only */
	int64_t spread_ns;	      /* by which arrivals were spread at random */
	char fingerprint[17];	      /* of the rows and their words, whatever log they came from */
};

/* ---- writing */

struct trace_writer;

/* Begins a file at PATH.part; NULL, with a sentence in `error`. The words of `head` are written at
 * the end. */
struct trace_writer *trace_create(const char *path, const struct head *head, char *error,
				  size_t error_size);

/* False if nothing more can be written: trace_finish says why. */
bool trace_put(struct trace_writer *writer, const struct row *row);

/* Puts the file in its place, with what is known now; the fingerprint and the number of rows are
 * found here. False, with a sentence in `error`, if it is not there. */
bool trace_finish(struct trace_writer *writer, struct trace_facts *facts);
void trace_abandon(struct trace_writer *writer);

/* ---- reading */

struct trace_reader;

/* Believes nothing that the file says: what is read is in range afterwards. NULL, with a sentence
 * in `error`, which has to live as long as the reader. *other, where it is wanted, says whether the
 * file is whole but no trace. */
struct trace_reader *trace_open(const char *path, bool *other, char *error, size_t error_size);
const struct trace_facts *trace_facts(const struct trace_reader *reader);
const struct head *trace_head(const struct trace_reader *reader);

/* The next row, valid until the one after it; NULL at the end, or where the file is broken. */
const struct row *trace_next(struct trace_reader *reader);

/* Whether the file was found to be broken; then a sentence is in `error`. */
bool trace_is_broken(const struct trace_reader *reader);

/* False if it was found to be broken. */
bool trace_close(struct trace_reader *reader);

#endif
