/* Answers of Prometheus: any bytes are refused, or requests are drawn whose values are in range. Of
 * rates that make millions the first are enough. */
#include "tests/fuzz/log.h"

enum { ENOUGH = 1 << 12 };

static void draw_some(struct parser *parser, struct head *head)
{
	struct appraisal *appraisal = calloc(1, sizeof *appraisal);
	struct row *row = calloc(1, head_row_size(head));
	int64_t stamp_ns, last_ns = INT64_MIN;
	require(appraisal && row);
	for (int i = 0; i < ENOUGH && parser_next(parser, appraisal, row, &stamp_ns); i++) {
		require_row(head, row);
		require(stamp_ns >= last_ns);
		last_ns = stamp_ns;
	}
	free(row);
	free(appraisal);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading reading = {.format = format_find("prometheus"), .seed = size};
	struct view log = {(const char *)data, size};
	struct arena arena = {0};
	struct head head;
	struct parser parser;
	char why[512];
	require(format_mapping(reading.format, log, &reading.mapping, &arena, why, sizeof why));
	require(head_init(&head, &reading.mapping, why, sizeof why));
	reading.head = &head;
	parser_open(&parser, "fuzz", -1, log);
	if (parser_begin(&parser, &reading, why, sizeof why))
		draw_some(&parser, &head);
	parser_close(&parser);
	head_free(&head);
	arena_free(&arena);
	return 0;
}
