/* A log is open only while its time is: a month of hourly files is one or two of them at once. */
#include "replay/flow.h"

#include "replay/clean.h"

#include "sim/error.h"
#include "sim/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	TICK_ROWS = 1 << 14,
	LET_GO_OF = 4, /* a quarter of the rows that wait, when there is no more room */
};

/* A shorter leap of the stamps is a silence. */
#define LEAP_NS INT64_C(60000000000)

void *flow_zeroed(size_t bytes)
{
	void *memory = calloc(1, bytes);
	if (!memory)
		error_out_of_memory(bytes);
	return memory;
}

const char *flow_name(const char *path)
{
	return strcmp(path, "-") ? path : "standard input";
}

int flow_open(struct import *import, const char *name, char *why)
{
	bool standard = !strcmp(name, "-");
	int file = standard ? dup(STDIN_FILENO) : open(name, O_RDONLY | O_CLOEXEC);
	if (file < 0) {
		snprintf(why, IMPORT_WHY, "cannot read %s: %s", flow_name(name), strerror(errno));
		import->unread = true;
	}
	return file;
}

bool flow_say(char *why, const char *name, const char *what)
{
	snprintf(why, IMPORT_WHY, "%s: %s", flow_name(name), what);
	return false;
}

/* ---- the logs */

/* What stamps turned out to be, and how much was drawn. */
static void note(struct import *import, const struct parser *parser)
{
	const struct interpreter *interpreter = &parser->interpreter;
	if (import->facts.drawn_from)
		import->facts.drawn = *parser->format->reader->drawer->drawn(parser->state);
	for (int i = 0; i < interpreter->mapping.count; i++) {
		struct mapped *row = &import->facts.mapping.row[i];
		enum when_kind found = interpreter->when[i].kind;
		import->facts.sized = import->facts.sized || (row->kind == WHEN_UNKNOWN &&
							      found >= WHEN_S && found <= WHEN_NS);
		row->kind = found;
	}
}

static void close_log(struct import *import, int place)
{
	struct log *log = import->active[place];
	note(import, log->parser);
	parser_close(log->parser);
	free(log->parser);
	free(log->row);
	log->parser = NULL;
	free(log->spare);
	log->row = log->spare = NULL;
	import->done += log->size;
	import->open--;
	memmove(import->active + place, import->active + place + 1,
		(size_t)(import->open - place) * sizeof *import->active);
}

/* ---- a row ahead, where a stamp leaps */

static int64_t least_leap(const struct import *import)
{
	return import->options.window_ns > LEAP_NS ? import->options.window_ns : LEAP_NS;
}

/* Logs are silent for a while; a stamp from which the next one comes back is a mistake. */
static bool leaps(const struct import *import, const struct log *log)
{
	return log->begun && !import->facts.drawn_from &&
	       log->stamp_ns - log->newest_ns > least_leap(import);
}

/* Whether the row behind a leap goes on where the rows before it were. */
static bool comes_back(const struct log *log)
{
	return log->spare_stamp_ns - log->newest_ns < (log->stamp_ns - log->newest_ns) / 4;
}

static void note_place(struct log *log)
{
	log->line = log->parser->lines.number;
	log->text = log->parser->text;
}

/* Makes the spare the next row. */
static void take_spare(struct log *log)
{
	struct row *row = log->row;
	log->row = log->spare;
	log->spare = row;
	log->stamp_ns = log->spare_stamp_ns;
	log->held = false;
	note_place(log);
}

static bool read_spare(struct import *import, struct log *log)
{
	size_t length = log->text.length < QUOTE_ROOM ? log->text.length : QUOTE_ROOM;
	memcpy(log->quote, log->text.at, length);
	log->text = (struct view){log->quote, length};
	if (!log->spare)
		log->spare = flow_zeroed(head_row_size(&import->read));
	log->held = parser_next(log->parser, import->appraisal, log->spare, &log->spare_stamp_ns);
	log->over = !log->held;
	return log->held;
}

static void drop(struct import *import, const struct log *log, enum reason reason)
{
	appraisal_drop(import->appraisal, reason, flow_name(log->name), log->line, log->text);
}

static bool next_row(struct import *import, struct log *log)
{
	if (log->begun && log->stamp_ns > log->newest_ns)
		log->newest_ns = log->stamp_ns;
	if (log->held)
		take_spare(log);
	else if (log->over ||
		 !parser_next(log->parser, import->appraisal, log->row, &log->stamp_ns))
		return false;
	else
		note_place(log);
	while (leaps(import, log) && read_spare(import, log) && comes_back(log)) {
		drop(import, log, REASON_AHEAD);
		take_spare(log);
	}
	if (!log->begun)
		log->newest_ns = log->stamp_ns;
	log->begun = true;
	return true;
}

/* Reads the next row of an open log, and closes it when there is none. */
static bool advance(struct import *import, int place, char *why)
{
	struct log *log = import->active[place];
	if (next_row(import, log))
		return true;
	bool good = !*log->parser->bytes.why;
	import->unread = import->unread || !good;
	if (!good)
		snprintf(why, IMPORT_WHY, "%s: it %s (line %lld)", flow_name(log->name),
			 log->parser->bytes.why, (long long)log->parser->lines.number);
	close_log(import, place);
	return good;
}

static bool open_next(struct import *import, char *why)
{
	struct log *log = &import->log[import->opened++];
	char what[IMPORT_WHY - 64];
	if (import->open == MOST_OPEN) {
		snprintf(why, IMPORT_WHY,
			 "more than %d logs are of the same time; import them in turn", MOST_OPEN);
		return false;
	}
	import->active[import->open++] = log;
	log->row = flow_zeroed(head_row_size(&import->read));
	if (!log->parser) {
		int file = flow_open(import, log->name, why);
		log->parser = flow_zeroed(sizeof *log->parser);
		parser_open(log->parser, log->name, file, (struct view){"", 0});
		if (file < 0)
			return false;
	}
	if (!log->parser->state && !parser_begin(log->parser, &import->reading, what, sizeof what))
		return flow_say(why, log->name, what);
	return advance(import, import->open - 1, why);
}

/* ---- from the first row on */

static int earliest(const struct import *import)
{
	int place = 0;
	for (int i = 1; i < import->open; i++)
		if (import->active[i]->stamp_ns < import->active[place]->stamp_ns)
			place = i;
	return place;
}

/* Opens all logs whose time has come. */
static bool open_due(struct import *import, char *why)
{
	while (import->opened < import->logs &&
	       (!import->open ||
		import->log[import->opened].first_ns <= import->active[earliest(import)]->stamp_ns))
		if (!open_next(import, why))
			return false;
	return true;
}

static int16_t renumber(int16_t *numbers, int16_t number, const struct dictionary *from,
			struct dictionary *to)
{
	if (number < 0)
		return -1;
	if (numbers[number] < 0)
		numbers[number] = (int16_t)dictionary_add(to, view_of(from->word[number]));
	return numbers[number];
}

/* Words are numbered in the order of the rows, so that the order of the logs does not show. */
static bool put_row(struct import *import, const struct row *row, struct sink sink)
{
	struct head *read = &import->read, *put = &import->put;
	struct row *out = import->blank;
	memcpy(out, row, import->order.row_size);
	out->route = renumber(import->renumbered[0], row->route, &read->routes, &put->routes);
	out->segment =
		renumber(import->renumbered[1], row->segment, &read->segments, &put->segments);
	out->version =
		renumber(import->renumbered[2], row->version, &read->versions, &put->versions);
	for (int e = 0; e < read->extras; e++)
		if (read->extra[e].word && row->extra[e] >= 0)
			out->extra[e] = renumber(import->renumbered[3 + e], (int16_t)row->extra[e],
						 &read->extra[e].words, &put->extra[e].words);
	appraisal_row(import->appraisal, out);
	return sink.put(sink.context, out);
}

/* Of the text of a row that waited nothing is left but its time. */
static void drop_repeat(struct import *import, const struct row *row)
{
	char text[80], when[WHEN_TEXT];
	const char *name = import->options.log[row->log];
	snprintf(text, sizeof text, "(of %s)", when_print(when, row->arrival_ns));
	appraisal_drop(import->appraisal, REASON_DUPLICATE, flow_name(name), row->line,
		       view_of(text));
}

/* False for a row that is left out. What is drawn is said once. */
static bool is_wanted(struct import *import, const struct row *row)
{
	if (import->facts.drawn_from)
		return true;
	enum repeats_answer answer = repeats_meet(&import->repeats, row->arrival_ns, row->identity);
	import->appraisal->duplicates += answer == REPEATS_KNOWN;
	import->appraisal->unsought += answer == REPEATS_UNSOUGHT;
	if (answer != REPEATS_KNOWN || !import->options.unique)
		return true;
	drop_repeat(import, row);
	return false;
}

/* Lets the earliest rows go. */
static bool let_go(struct import *import, int rows, struct sink sink)
{
	const struct row *row;
	bool wanted = true;
	order_settle(&import->order, rows);
	while (wanted && (row = order_next(&import->order))) {
		import->let_go_ns = row->arrival_ns;
		if (is_wanted(import, row))
			wanted = put_row(import, row, sink);
	}
	return wanted;
}

/* Where a leap of the stamps began is remembered when others came behind it. */
static void note_newest(struct import *import, const struct log *log)
{
	const struct appraisal *appraisal = import->appraisal;
	const struct whereabouts here = {log->place, log->line, log->stamp_ns};
	if (appraisal->stamps && log->stamp_ns - appraisal->newest_ns > least_leap(import))
		import->leap = here;
	import->newest = here;
}

/* A row is late behind the newest stamp there was: the first is told together with that. */
static void drop_late(struct import *import, const struct log *log)
{
	struct appraisal *appraisal = import->appraisal;
	if (!appraisal->dropped[REASON_LATE].count) {
		bool leapt = import->leap.stamp_ns > log->stamp_ns;
		const struct whereabouts *ahead = leapt ? &import->leap : &import->newest;
		appraisal->ahead.line = ahead->line;
		appraisal->ahead.stamp_ns = ahead->stamp_ns;
		snprintf(appraisal->ahead.place, PLACE_ROOM, "%s",
			 flow_name(import->options.log[ahead->log]));
	}
	drop(import, log, REASON_LATE);
}

/* Takes the next row of a log among those that wait. */
static void wait_row(struct import *import, const struct log *log)
{
	struct appraisal *appraisal = import->appraisal;
	struct row *row = log->row;
	bool late = appraisal->stamps &&
		    log->stamp_ns < appraisal->newest_ns - import->options.window_ns;
	if (late) {
		drop_late(import, log);
	} else if (!appraisal->stamps || log->stamp_ns > appraisal->newest_ns) {
		note_newest(import, log);
	}
	appraisal_stamp(appraisal, log->stamp_ns);
	if (late)
		return;
	if (import->options.jitter_ns) { /* repeats of a row go where it goes */
		uint64_t number =
			import->options.unique ? row->identity : (uint64_t)appraisal->read;
		uint64_t bits = hash_of(import->options.seed, 0, 0, number);
		row->arrival_ns +=
			(int64_t)(hash_uniform(bits) * (double)import->options.jitter_ns);
	}
	if (row->arrival_ns < import->let_go_ns) {
		drop(import, log, REASON_LONG_AGO);
		return;
	}
	row->line = log->line;
	row->log = log->place;
	memcpy(order_blank(&import->order), row, import->order.row_size);
	order_add(&import->order);
}

static void tick(const struct import *import, struct ticker ticker)
{
	int64_t done = import->done;
	for (int i = 0; i < import->open; i++) {
		off_t at = lseek(import->active[i]->parser->bytes.file, 0, SEEK_CUR);
		done += at > 0 ? at : 0;
	}
	if (ticker.tick)
		ticker.tick(ticker.context, done, import->bytes);
}

static bool run(struct import *import, struct sink sink, const atomic_int *stop,
		struct ticker ticker, char why[IMPORT_WHY])
{
	*why = 0;
	for (int64_t n = 1; open_due(import, why) && import->open; n++) {
		int place = earliest(import);
		wait_row(import, import->active[place]);
		bool full = order_is_full(&import->order);
		if (full && !let_go(import, import->order.capacity / LET_GO_OF, sink))
			return false;
		if (!advance(import, place, why) || atomic_load(stop))
			return false;
		if (n % TICK_ROWS == 0)
			tick(import, ticker);
	}
	return !*why && let_go(import, import->order.capacity, sink);
}

bool import_run(struct import *import, struct sink sink, const atomic_int *stop,
		struct ticker ticker, char why[IMPORT_WHY])
{
	bool whole = run(import, sink, stop, ticker, why);
	clean_text(why);
	return whole;
}
