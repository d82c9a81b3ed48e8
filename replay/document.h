/* JSON that is read into a matrix: what its parts share. */
#ifndef REPLAY_DOCUMENT_H
#define REPLAY_DOCUMENT_H

#include "replay/matrix.h"
#include "replay/scan.h"
#include "replay/scratch.h"

/* What is being read, and how far. */
struct document {
	struct matrix *matrix;
	struct view text;    /* of all documents */
	const char *counted; /* up to here `line` has been counted */
	int64_t line;
	size_t series_room, sample_room;
	struct scratch scratch;
	char *why;
	size_t size;
};

struct member {
	const char *name;
	enum scan_kind kind; /* SCAN_NULL: it is not there */
	struct view value;
};

/* A sentence about a place in the text, and what was found there; both are false. */
bool document_refuse(struct document *document, const char *at, const char *what);
bool document_refuse_of(struct document *document, const char *at, const char *what,
			struct view found);

/* The line of a place in the text. */
int64_t document_line(struct document *document, const char *at);

/* The members of an object that have names; false if it is none. */
bool document_members(struct scan *scan, struct member *members, int count);

struct scan document_scan(struct view view);
struct view document_unescaped(struct document *document, struct view text);
int document_compare(struct view a, struct view b); /* in the order of bytes */

/* ---- document_series.c */

/* {"metric": {...}, "values": [...]}, behind the series of the matrix unless it has no samples. */
bool document_series(struct document *document, struct view element);

#endif
