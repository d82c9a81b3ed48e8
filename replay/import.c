/* Logs are merged by their stamps, put into the order of arrivals, and handed on. A log is open
 * only while its time is: a month of hourly files is one or two of them at once. */
#include "replay/import.h"

#include "sim/error.h"
#include "sim/hash.h"

#include "replay/guess.h"
#include "replay/order.h"
#include "replay/pattern.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

enum {
	TICK_ROWS = 1 << 14,
	LET_GO_OF = 4, /* a quarter of the rows that wait, when there is no more room */
};

struct log {
	const char *name;
	int place;	       /* among those that were named */
	int64_t first_ns;      /* stamp of its first row */
	int64_t size;	       /* bytes; 0: nobody can tell */
	struct parser *parser; /* NULL: not open */
	struct row *row;       /* the next one, and its stamp */
	int64_t stamp_ns;
};

struct import {
	struct import_options options;
	struct import_facts facts;
	struct format own; /* of a pattern */
	struct reading reading;
	struct head read, put; /* words in the order of the logs, and in that of the rows */
	int16_t *renumbered[3 + MOST_EXTRAS];
	struct appraisal *appraisal;
	struct order order;
	struct row *blank;	/* a row on its way out */
	struct log *log;	/* by their first stamps */
	int logs, opened, open; /* all; those that have been, and those that are */
	struct log *active[MOST_OPEN];
	bool unread;	     /* a log could not be read at all */
	int64_t let_go_ns;   /* the arrival of the row let go last */
	int64_t bytes, done; /* of all logs; of those that are read */
	struct arena arena;
};

static void *zeroed(size_t bytes)
{
	void *memory = calloc(1, bytes);
	if (!memory)
		error_out_of_memory(bytes);
	return memory;
}

/* ---- before the first row */

static const char *name_of(const char *path)
{
	return strcmp(path, "-") ? path : "standard input";
}

static int open_log(struct import *import, const char *name, char *why)
{
	bool standard = !strcmp(name, "-");
	int file = standard ? dup(STDIN_FILENO) : open(name, O_RDONLY | O_CLOEXEC);
	if (file < 0) {
		snprintf(why, IMPORT_WHY, "cannot read %s: %s", name_of(name), strerror(errno));
		import->unread = true;
	}
	return file;
}

static bool say(char *why, const char *name, const char *what)
{
	snprintf(why, IMPORT_WHY, "%s: %s", name_of(name), what);
	return false;
}

/* What a log that nobody knows looks like. */
static void say_unknown(char *why, const char *name, struct view start, struct guessed guessed)
{
	const char *newline = memchr(start.at, '\n', start.length);
	size_t length = newline ? (size_t)(newline - start.at) : start.length;
	int shown = (int)(length < 200 ? length : 200);
	if (start.length && *start.at == '{')
		snprintf(why, IMPORT_WHY,
			 "%s: its keys are those of no format; say what they mean: --map "
			 "time=KEY,duration=KEY:ms,status=KEY",
			 name_of(name));
	else if (length && (memchr(start.at, ',', length) || memchr(start.at, ';', length) ||
			    memchr(start.at, '\t', length)))
		snprintf(why, IMPORT_WHY,
			 "%s: its columns are those of no format; say what they mean: --map "
			 "time=COLUMN,duration=COLUMN:ms,status=COLUMN. It begins: %.*s",
			 name_of(name), shown, start.at);
	else
		snprintf(why, IMPORT_WHY,
			 "%s: it is of no format that is known (of the best, %d of its first %d "
			 "records are); say --format NAME, or --pattern with the log_format it was "
			 "written by. It begins: %.*s",
			 name_of(name), guessed.good, guessed.tried, shown, start.at);
}

static bool choose_format(struct import *import, struct view start, char *why)
{
	const struct import_options *options = &import->options;
	struct import_facts *facts = &import->facts;
	import->own = (struct format){
		"pattern", "by the pattern that was given", &reader_pattern, options->pattern, NULL,
		{ NULL }};
	const struct format *format = options->pattern ? &import->own : options->format;
	if (!format) {
		struct guessed guessed = guess_format(start, &import->arena);
		facts->guessed = true;
		facts->good = guessed.good;
		facts->tried = guessed.tried;
		format = guessed.format;
		if (!format && options->map) {
			format = start.length && *start.at == '{' ? &format_json : &format_table;
			facts->guessed = false;
		}
		if (!format)
			say_unknown(why, options->log[0], start, guessed);
	}
	import->reading.format = format;
	return format != NULL;
}

static bool choose_mapping(struct import *import, struct view start, char *why)
{
	struct mapping over = {.count = 0}, *mapping = &import->reading.mapping;
	char what[IMPORT_WHY - 64];
	const char *map = import->options.map ? import->options.map : "";
	if (!format_mapping(import->reading.format, start, mapping, &import->arena, what,
			    sizeof what))
		return say(why, import->options.log[0], what);
	if (!mapping_read(&over, &import->arena, map, what, sizeof what)) {
		snprintf(why, IMPORT_WHY, "--map: %s", what);
		return false;
	}
	mapping_replace(mapping, &over);
	if (!mapping_complete(mapping, why, IMPORT_WHY))
		return false;
	return head_init(&import->read, mapping, why, IMPORT_WHY) &&
	       head_init(&import->put, mapping, why, IMPORT_WHY);
}

/* Users of two logs are told to be the same only if the salt is: it is kept nowhere. */
static struct siphash_key key_of(const struct import_options *options, struct view start)
{
	struct view salt = options->salt ? view_of(options->salt) : start;
	XXH128_hash_t hash = XXH3_128bits(salt.at, salt.length);
	return (struct siphash_key){{hash.low64, hash.high64}};
}

/* All that the beginning of the first log tells. */
static bool look_at_first(struct import *import, struct parser *parser, char *why)
{
	struct view start = lines_peek(&parser->lines, GUESS_BYTES);
	if (start.length > GUESS_BYTES)
		start.length = GUESS_BYTES;
	if (*parser->bytes.why) {
		snprintf(why, IMPORT_WHY, "%s: it %s", parser->name, parser->bytes.why);
		import->unread = true;
		return false;
	}
	if (!start.length)
		return say(why, parser->name, "it is empty");
	if (!choose_format(import, start, why) || !choose_mapping(import, start, why))
		return false;
	import->reading.key = key_of(&import->options, start);
	import->reading.head = &import->read;
	import->facts.format = import->reading.format->name;
	import->facts.about = import->reading.format->about;
	import->facts.packing = parser->bytes.packing;
	return true;
}

/* ---- the logs */

static int64_t size_of(int file)
{
	struct stat status;
	return !fstat(file, &status) && S_ISREG(status.st_mode) ? status.st_size : 0;
}

/* The stamp of the first row, read as if the log were the only one. */
static bool find_first(struct import *import, struct log *log, char *why)
{
	char what[IMPORT_WHY - 64];
	if (!strcmp(log->name, "-")) {
		log->first_ns = INT64_MIN;
		return true;
	}
	int file = open_log(import, log->name, why);
	if (file < 0)
		return false;
	struct head head;
	struct reading reading = import->reading;
	struct appraisal *appraisal = zeroed(sizeof *appraisal);
	struct parser parser;
	reading.head = &head;
	head_init(&head, &reading.mapping, what, sizeof what);
	log->size = size_of(file);
	log->first_ns = INT64_MAX;
	parser_open(&parser, log->name, file, (struct view){"", 0});
	bool good = parser_begin(&parser, &reading, what, sizeof what);
	if (good)
		parser_next(&parser, appraisal, import->blank, &log->first_ns);
	else
		say(why, log->name, what);
	parser_close(&parser);
	head_free(&head);
	free(appraisal);
	return good;
}

static int by_first(const void *a, const void *b)
{
	const struct log *left = a, *right = b;
	if (left->first_ns != right->first_ns)
		return left->first_ns < right->first_ns ? -1 : 1;
	return left->place - right->place;
}

/* What stamps turned out to be. */
static void note_kinds(struct import *import, const struct interpreter *interpreter)
{
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
	note_kinds(import, &log->parser->interpreter);
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
		snprintf(why, IMPORT_WHY, "%s: it %s (line %lld)", name_of(log->name),
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
	log->row = zeroed(head_row_size(&import->read));
	if (!log->parser) {
		int file = open_log(import, log->name, why);
		log->parser = zeroed(sizeof *log->parser);
		parser_open(log->parser, log->name, file, (struct view){"", 0});
		if (file < 0)
			return false;
	}
	if (!log->parser->state && !parser_begin(log->parser, &import->reading, what, sizeof what))
		return say(why, log->name, what);
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
	appraisal_drop(import->appraisal, reason, name_of(log->name), log->parser->lines.number,
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

bool import_run(struct import *import, struct sink sink, const atomic_int *stop,
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

/* ---- the whole */

static void init_renumbering(struct import *import)
{
	const int sizes[] = {MOST_ROUTES, MOST_PARTIES, MOST_PARTIES};
	for (int i = 0; i < 3 + import->read.extras; i++) {
		size_t bytes = (size_t)(i < 3 ? sizes[i] : MOST_VALUES) * sizeof(int16_t);
		import->renumbered[i] = memset(arena_take(&import->arena, bytes), -1, bytes);
	}
}

static bool find_logs(struct import *import, struct parser *first, char *why)
{
	char what[IMPORT_WHY - 64];
	import->logs = import->options.logs;
	import->log = arena_take(&import->arena, (size_t)import->logs * sizeof *import->log);
	for (int i = 0; i < import->logs; i++) {
		struct log *log = &import->log[i];
		*log = (struct log){.name = import->options.log[i], .place = i};
		log->parser = i ? NULL : first;
		if (import->logs == 1)
			log->size = size_of(first->bytes.file);
		else if (!find_first(import, log, why))
			return false;
		import->bytes += log->size;
	}
	if (!parser_begin(first, &import->reading, what, sizeof what))
		return say(why, first->name, what);
	qsort(import->log, (size_t)import->logs, sizeof *import->log, by_first);
	return true;
}

static bool prepare(struct import *import, struct parser *first, char *why)
{
	if (!look_at_first(import, first, why))
		return false;
	size_t row_size = head_row_size(&import->read);
	import->appraisal = zeroed(sizeof *import->appraisal);
	appraisal_init(import->appraisal);
	import->blank = zeroed(row_size);
	order_init(&import->order, row_size);
	init_renumbering(import);
	struct interpreter interpreter;
	interpret_init(&interpreter, &import->reading.mapping, &import->read, import->reading.key);
	import->facts.ends = interpret_ends(&interpreter);
	import->facts.mapping = interpreter.mapping;
	import->let_go_ns = INT64_MIN;
	return find_logs(import, first, why);
}

struct import *import_begin(const struct import_options *options, char why[IMPORT_WHY],
			    bool *unread)
{
	struct import *import = zeroed(sizeof *import);
	import->options = *options;
	int file = open_log(import, options->log[0], why);
	*unread = true;
	if (file < 0) {
		free(import);
		return NULL;
	}
	struct parser *first = zeroed(sizeof *first);
	parser_open(first, name_of(options->log[0]), file, (struct view){"", 0});
	if (prepare(import, first, why))
		return import;
	*unread = import->unread;
	if (!import->logs) {
		parser_close(first);
		free(first);
	}
	import_end(import);
	return NULL;
}

const struct import_facts *import_facts(const struct import *import)
{
	return &import->facts;
}

const struct head *import_head(const struct import *import)
{
	return &import->put;
}

bool import_unread(const struct import *import)
{
	return import->unread;
}

const struct appraisal *import_appraisal(const struct import *import)
{
	return import->appraisal;
}

void import_end(struct import *import)
{
	for (int i = 0; i < import->logs; i++) {
		struct log *log = &import->log[i];
		if (log->parser)
			parser_close(log->parser);
		free(log->parser);
		free(log->row);
	}
	head_free(&import->read);
	head_free(&import->put);
	order_free(&import->order);
	free(import->appraisal);
	free(import->blank);
	arena_free(&import->arena);
	free(import);
}
