/* The head is read first; then pieces of rows go round: read, answered by threads, written in
 * order. */
#include "sim/calculator/sheet.h"

#include "sim/calculator/feed.h"
#include "sim/calculator/in_order.h"
#include "sim/calculator/piece.h"

#include <errno.h>
#include <string.h>

struct run {
	const struct sheet *sheet;
	struct source source;
	struct feed feed;
	struct head head;
	struct piece *piece; /* by slot */
	bool first;	     /* the piece behind the head is there already */
	struct complaints complaints;
	int64_t mistakes, unanswered;
	struct arena arena;
	int error; /* of writing: errno, or 0 */
};

static bool read_piece(void *context, int slot)
{
	struct run *run = context;
	struct piece *piece = &run->piece[slot];
	if (run->first) {
		run->first = false;
		return true;
	}
	return feed_next(&run->feed, &piece->text, &piece->csv);
}

static void answer_piece(void *context, int slot)
{
	struct run *run = context;
	piece_answer(&run->piece[slot], &run->head, run->sheet->input);
}

static void collect(struct run *run, struct piece *piece)
{
	for (const struct complaint *c = piece->complaints.first; c; c = c->next)
		if (run->complaints.count < MISTAKES_SHOWN)
			complain(&run->complaints, c->at, "%s", c->text);
	run->mistakes += piece->mistakes;
	run->unanswered += piece->unanswered;
	complaints_free(&piece->complaints);
	piece->mistakes = piece->unanswered = 0;
}

static bool write_piece(void *context, int slot)
{
	struct run *run = context;
	struct piece *piece = &run->piece[slot];
	FILE *out = run->sheet->out;
	collect(run, piece);
	size_t length = piece->out.length;
	bool good = (!length || fwrite(piece->out.text, 1, length, out) == length) && !fflush(out);
	piece->out.length = 0;
	if (!good)
		run->error = errno;
	return good;
}

/* A byte order mark is no part of a name. */
static void skip_mark(struct csv *csv)
{
	if (csv->end - csv->at >= 3 && !memcmp(csv->at, "\xEF\xBB\xBF", 3))
		csv->line_start = csv->at += 3;
}

static bool read_head(struct run *run)
{
	struct piece *piece = &run->piece[0];
	while (!run->first && feed_next(&run->feed, &piece->text, &piece->csv)) {
		if (piece->csv.line == 1)
			skip_mark(&piece->csv);
		run->first = csv_skip_empty(&piece->csv);
	}
	if (run->first)
		return head_read(&run->head, &piece->csv, &piece->out, &run->complaints,
				 &run->arena);
	if (!run->feed.error && !run->feed.too_long)
		complain(&run->complaints, (struct mark){&run->source, 1, 1},
			 "the table is empty; its first line must name the columns");
	return false;
}

static void answer_rows(struct run *run)
{
	const struct in_order job = {run->sheet->threads, read_piece, answer_piece, write_piece,
				     run};
	in_order_run(&job);
}

static void sum_up(struct run *run)
{
	FILE *out = run->sheet->complaints;
	long long mistakes = run->mistakes, unanswered = run->unanswered;
	if (run->feed.too_long)
		complain(&run->complaints, (struct mark){&run->source, (int)run->feed.line, 1},
			 "from here a row has more than %d MB: is a quote never closed?",
			 LONGEST_RECORD >> 20);
	complaints_print(&run->complaints, out);
	if (mistakes > MISTAKES_SHOWN)
		fprintf(out, "... and %lld more\n", mistakes - MISTAKES_SHOWN);
	if (mistakes)
		fprintf(out, "%s: %lld mistake%s; where one is, there are no answers\n",
			run->source.name, mistakes, mistakes == 1 ? "" : "s");
	if (unanswered)
		fprintf(out, "%s: %lld row%s an input and ha%s no answers\n", run->source.name,
			unanswered, unanswered == 1 ? " lacks" : "s lack",
			unanswered == 1 ? "s" : "ve");
}

enum sheet_end sheet_run(const struct sheet *sheet)
{
	struct run run = {.sheet = sheet, .source = {sheet->name, NULL, 0}};
	int slots = in_order_slots(sheet->threads);
	run.head = (struct head){
		.calculation = sheet->calculation, .given = sheet->given, .source = &run.source};
	run.piece = arena_take(&run.arena, (size_t)slots * sizeof *run.piece);
	for (int i = 0; i < slots; i++)
		piece_init(&run.piece[i], sheet->calculation);
	feed_init(&run.feed, sheet->in, sheet->piece ? sheet->piece : FIRST_PIECE);
	complaints_init(&run.complaints);
	if (read_head(&run))
		answer_rows(&run);
	sum_up(&run);
	enum sheet_end end = run.error		    ? SHEET_NOT_WRITTEN
			     : run.feed.error	    ? SHEET_NOT_READ
			     : run.complaints.count ? SHEET_MISTAKES
						    : SHEET_GOOD;
	for (int i = 0; i < slots; i++)
		piece_free(&run.piece[i]);
	feed_free(&run.feed);
	complaints_free(&run.complaints);
	arena_free(&run.arena);
	errno = end == SHEET_NOT_WRITTEN ? run.error : run.feed.error;
	return end;
}
