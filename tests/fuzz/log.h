/* Any bytes are a log or are refused: each record becomes a row or is counted, and every value of a
 * row is in range. */
#ifndef TESTS_FUZZ_LOG_H
#define TESTS_FUZZ_LOG_H

#include "replay/parser.h"

#include <math.h>
#include <stdlib.h>

static inline void require(bool holds)
{
	if (!holds)
		abort();
}

static inline void require_place(int place, const struct dictionary *words)
{
	require(place >= -1 && place < words->count);
}

static inline void require_row(const struct head *head, const struct row *row)
{
	require(row->duration_ns >= -1 && row->bytes >= -1);
	require(row->status >= -1 && row->status <= 999);
	require(row->outcome >= 0 && row->outcome < ROW_OUTCOMES);
	require_place(row->route, &head->routes);
	require_place(row->segment, &head->segments);
	require_place(row->version, &head->versions);
	for (int e = 0; e < head->extras; e++) {
		double value = row->extra[e];
		require(!isinf(value));
		if (head->extra[e].word && !isnan(value))
			require_place((int)value, &head->extra[e].words);
	}
}

static inline void read_all(struct parser *parser, struct head *head)
{
	struct appraisal *appraisal = calloc(1, sizeof *appraisal);
	struct row *row = calloc(1, head_row_size(head));
	int64_t rows = 0, dropped = 0, stamp_ns;
	require(appraisal && row);
	while (parser_next(parser, appraisal, row, &stamp_ns)) {
		require_row(head, row);
		rows++;
	}
	for (int r = 0; r < REASON_COUNT; r++)
		dropped += appraisal->dropped[r].count;
	require(rows + dropped == appraisal->read);
	free(row);
	free(appraisal);
}

/* `map` adds to what the format's columns mean; a file, or memory where that is -1. */
static inline void read_log(const struct format *format, const char *map, int file, struct view log)
{
	struct reading reading = {.format = format};
	struct arena arena = {0};
	struct head head = {.extras = 0};
	struct parser parser;
	char why[512];
	parser_open(&parser, "fuzz", file, log);
	if (format_mapping(format, log, &reading.mapping, &arena, why, sizeof why) &&
	    mapping_read(&reading.mapping, &arena, map, why, sizeof why) &&
	    head_init(&head, &reading.mapping, why, sizeof why)) {
		reading.head = &head;
		if (parser_begin(&parser, &reading, why, sizeof why))
			read_all(&parser, &head);
	}
	parser_close(&parser);
	head_free(&head);
	arena_free(&arena);
}

/* As every format of one reader. */
static inline void read_as_all(const struct reader *reader, struct view log)
{
	for (const struct format *format = formats; format->name; format++)
		if (format->reader == reader)
			read_log(format, "", -1, log);
}

#endif
