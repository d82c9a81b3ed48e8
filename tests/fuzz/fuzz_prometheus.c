/* Answers of Prometheus: any bytes are series that requests are drawn from, or are refused. Of what
 * is drawn the first requests are enough: rates may ask for a billion. */
#include "tests/fuzz/log.h"

enum { MOST_ROWS = 20000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_some(struct parser *parser, struct head *head)
{
	struct appraisal *appraisal = calloc(1, sizeof *appraisal);
	struct row *row = calloc(1, head_row_size(head));
	int64_t rows = 0, stamp_ns, last_ns = INT64_MIN;
	require(appraisal && row);
	while (rows < MOST_ROWS && parser_next(parser, appraisal, row, &stamp_ns)) {
		require_row(head, row);
		require(stamp_ns >= last_ns);
		last_ns = stamp_ns;
		rows++;
	}
	free(row);
	free(appraisal);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading reading = {.format = format_find("prometheus")};
	struct arena arena = {0};
	struct head head = {.extras = 0};
	struct parser parser;
	struct view log = {(const char *)data, size};
	char why[512] = "";
	parser_open(&parser, "fuzz", -1, log);
	require(format_mapping(reading.format, log, &reading.mapping, &arena, why, sizeof why));
	require(head_init(&head, &reading.mapping, why, sizeof why));
	reading.head = &head;
	bool good = parser_begin(&parser, &reading, why, sizeof why);
	require(good || *why);
	if (good)
		read_some(&parser, &head);
	parser_close(&parser);
	head_free(&head);
	arena_free(&arena);
	return 0;
}
