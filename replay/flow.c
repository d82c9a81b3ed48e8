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
	log->row = NULL;
	import->done += log->size;
	import->open--;
	memmove(import->active + place, import->active + place + 1,
		(size_t)(import->open - place) * sizeof *import->active);
}

/* Reads the next row of an open log, and closes it when there is none. */
static bool advance(struct import *import, int place, char *why)
{
	struct log *log = import->active[place];
	if (parser_next(log->parser, import->appraisal, log->row, &log->stamp_ns))
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

/* Lets the earliest rows go. */
static bool let_go(struct import *import, int rows, struct sink sink)
{
	const struct row *row;
	bool wanted = true;
	order_settle(&import->order, rows);
	while (wanted && (row = order_next(&import->order))) {
		import->let_go_ns = row->arrival_ns;
		wanted = put_row(import, row, sink);
	}
	return wanted;
}

static void drop(struct import *import, const struct log *log, enum reason reason)
{
	appraisal_drop(import->appraisal, reason, flow_name(log->name), log->parser->lines.number,
		       log->parser->text);
}

/* Takes the next row of a log among those that wait. */
static void wait_row(struct import *import, const struct log *log)
{
	struct appraisal *appraisal = import->appraisal;
	struct row *row = log->row;
	bool late = appraisal->stamps &&
		    log->stamp_ns < appraisal->newest_ns - import->options.window_ns;
	appraisal_stamp(appraisal, log->stamp_ns);
	if (import->options.jitter_ns) {
		uint64_t bits = hash_of(import->options.seed, 0, 0, (uint64_t)appraisal->read);
		row->arrival_ns +=
			(int64_t)(hash_uniform(bits) * (double)import->options.jitter_ns);
	}
	if (late || row->arrival_ns < import->let_go_ns) {
		drop(import, log, late ? REASON_LATE : REASON_LONG_AGO);
		return;
	}
	bool known = appraisal_is_known(appraisal, row);
	appraisal->duplicates += known;
	if (known && import->options.unique) {
		drop(import, log, REASON_DUPLICATE);
		return;
	}
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
