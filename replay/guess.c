/* Reads the beginning once for each format that it may be of; what is read as a whole is known by
 * its signs. */
#include "replay/guess.h"

#include <stdlib.h>

/* Only whole lines, unless there is but one. */
static struct view whole_lines(struct view start)
{
	const char *newline = memrchr(start.at, '\n', start.length);
	if (start.length >= GUESS_BYTES && newline)
		start.length = (size_t)(newline + 1 - start.at);
	return start;
}

static void count_rows(struct parser *parser, struct guessed *guessed)
{
	struct appraisal *appraisal = calloc(1, sizeof *appraisal);
	struct row *row = calloc(1, head_row_size(parser->interpreter.head));
	int64_t stamp_ns;
	while (appraisal && row && guessed->good < GUESS_RECORDS &&
	       appraisal->bad < GUESS_RECORDS && parser_next(parser, appraisal, row, &stamp_ns))
		guessed->good++;
	guessed->tried = guessed->good + (int)(appraisal ? appraisal->bad : 0);
	free(row);
	free(appraisal);
}

static struct guessed try_format(const struct format *format, struct view start,
				 struct arena *arena)
{
	struct guessed guessed = {.format = format};
	struct reading reading = {.format = format};
	struct head head;
	struct parser parser;
	char why[256];
	if (format->reader->drawer)
		guessed.good = guessed.tried = format->reader->drawer->knows(start);
	if (format->reader->drawer || !format_may_be(format, start) ||
	    !format_mapping(format, start, &reading.mapping, arena, why, sizeof why))
		return guessed;
	reading.head = &head;
	if (head_init(&head, &reading.mapping, why, sizeof why)) {
		parser_open(&parser, "", -1, start);
		if (parser_begin(&parser, &reading, why, sizeof why))
			count_rows(&parser, &guessed);
		parser_close(&parser);
	}
	head_free(&head);
	return guessed;
}

/* Below nothing where nothing was tried. */
static double share_of(struct guessed guessed)
{
	return guessed.tried ? (double)guessed.good / guessed.tried : -1;
}

/* Of those that do equally well the first. */
struct guessed guess_format(struct view start, struct arena *arena)
{
	struct guessed best = {.format = NULL};
	start = whole_lines(start);
	for (const struct format *format = formats; format->name; format++) {
		struct guessed guessed = try_format(format, start, arena);
		if (share_of(guessed) > share_of(best))
			best = guessed;
	}
	if (!best.good || best.good * 2 < best.tried)
		best.format = NULL;
	return best;
}
