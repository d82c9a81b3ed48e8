/* The chain from bytes to rows. */
#include "replay/parser.h"

#include "sim/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

void parser_open(struct parser *parser, const char *name, int file, struct view memory)
{
	*parser = (struct parser){.name = name};
	if (file < 0)
		bytes_open_memory(&parser->bytes, memory);
	else
		bytes_open(&parser->bytes, file);
	lines_open(&parser->lines, &parser->bytes);
}

bool parser_begin(struct parser *parser, const struct reading *reading, char *why, size_t size)
{
	const struct reader *reader = reading->format->reader;
	parser->format = reading->format;
	interpret_init(&parser->interpreter, &reading->mapping, reading->head, reading->key);
	parser->state = calloc(1, reader->state_size);
	if (!parser->state)
		error_out_of_memory(reader->state_size);
	if (reader->drawer)
		reader->drawer->seed(parser->state, reading->seed);
	bool good = reader->begin(parser->state, reading->format->layout,
				  &parser->interpreter.columns, &parser->lines, why, size);
	if (*parser->bytes.why)
		snprintf(why, size, "it %s", parser->bytes.why);
	return good && !*parser->bytes.why;
}

/* A request is known again by its identifier, or by its whole line. */
static uint64_t identity_of(const struct parser *parser)
{
	const struct interpreter *interpreter = &parser->interpreter;
	int id = interpreter->first[FIELD_ID];
	struct view text = parser->text;
	if (id < interpreter->first[FIELD_ID + 1] &&
	    !view_is_nothing(parser->value[interpreter->column[id]]))
		text = parser->value[interpreter->column[id]];
	return XXH3_64bits(text.at, text.length);
}

bool parser_next(struct parser *parser, struct appraisal *appraisal, struct row *row,
		 int64_t *stamp_ns)
{
	static const enum reason reasons[] = {
		[RECORD_BAD] = REASON_SHAPE,	      [RECORD_LONG] = REASON_LONG,
		[RECORD_COMMENT] = REASON_COMMENT,    [RECORD_OTHER] = REASON_OTHER,
		[RECORD_OPEN] = REASON_OPEN,	      [RECORD_NEGATIVE] = REASON_NEGATIVE,
		[RECORD_NO_NUMBER] = REASON_NO_NUMBER};
	bool drawn = parser->format->reader->drawer;
	for (;;) {
		enum record record = parser->format->reader->next(parser->state, &parser->lines,
								  parser->value, &parser->text);
		if (record == RECORD_NONE)
			return false;
		if (record == RECORD_SAMPLE) {
			appraisal->read++;
			continue;
		}
		enum reason reason = record == RECORD_GOOD ? interpret(&parser->interpreter,
								       parser->value, row, stamp_ns)
							   : reasons[record];
		appraisal->read += reason != REASON_NONE || !drawn;
		if (reason == REASON_NONE) {
			row->identity = identity_of(parser);
			return true;
		}
		appraisal_drop(appraisal, reason, parser->name, parser->lines.number, parser->text);
	}
}

void parser_close(struct parser *parser)
{
	if (parser->state)
		parser->format->reader->end(parser->state);
	free(parser->state);
	lines_close(&parser->lines);
	bytes_close(&parser->bytes);
}
