/* Before the first row: how the logs are to be read, and in which order. */
#include "replay/import.h"

#include "replay/clean.h"
#include "replay/flow.h"
#include "replay/guess.h"
#include "replay/own_names.h"
#include "replay/pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <xxhash.h>

/* ---- the format */

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
			 flow_name(name));
	else if (length && (memchr(start.at, ',', length) || memchr(start.at, ';', length) ||
			    memchr(start.at, '\t', length)))
		snprintf(why, IMPORT_WHY,
			 "%s: its columns are those of no format; say what they mean: --map "
			 "time=COLUMN,duration=COLUMN:ms,status=COLUMN. It begins: %.*s",
			 flow_name(name), shown, start.at);
	else
		snprintf(why, IMPORT_WHY,
			 "%s: it is of no format that is known (of the best, %d of its first %d "
			 "records are); say --format NAME, or --pattern with the log_format it was "
			 "written by. It begins: %.*s",
			 flow_name(name), guessed.good, guessed.tried, shown, start.at);
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
		struct mapping own = {.count = 0};
		if (!format && (options->map || own_names_read(start, &own, &import->arena))) {
			format = format_find(start.length && *start.at == '{' ? "json_lines"
									      : "table");
			facts->guessed = false;
		}
		if (!format)
			say_unknown(why, options->log[0], start, guessed);
	}
	import->reading.format = format;
	return format != NULL;
}

/* Whether a format says nothing of what its columns mean. */
static bool is_plain(const struct format *format)
{
	return format->mapping && !*format->mapping;
}

static bool choose_mapping(struct import *import, struct view start, char *why)
{
	struct mapping over = {.count = 0}, *mapping = &import->reading.mapping;
	char what[IMPORT_WHY - 64];
	const char *map = import->options.map ? import->options.map : "";
	if (!format_mapping(import->reading.format, start, mapping, &import->arena, what,
			    sizeof what))
		return flow_say(why, import->options.log[0], what);
	if (is_plain(import->reading.format))
		own_names_read(start, mapping, &import->arena);
	if (!mapping_read(&over, &import->arena, map, what, sizeof what)) {
		snprintf(why, IMPORT_WHY, "--map: %s", what);
		return false;
	}
	if (!mapping_replace(mapping, &over)) {
		snprintf(why, IMPORT_WHY,
			 "--map: with those of the format more than %d columns are "
			 "mapped",
			 MOST_MAPPED);
		return false;
	}
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
		return flow_say(why, parser->name, "it is empty");
	if (!choose_format(import, start, why) || !choose_mapping(import, start, why))
		return false;
	import->reading.key = key_of(&import->options, start);
	import->reading.head = &import->read;
	import->facts.format = import->reading.format->name;
	import->facts.about = import->reading.format->about;
	import->facts.packing = parser->bytes.packing;
	import->facts.drawn_from = import->reading.format->reader->drawer;
	import->reading.seed = import->options.seed;
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
	int file = flow_open(import, log->name, why);
	if (file < 0)
		return false;
	struct head head;
	struct reading reading = import->reading;
	struct appraisal *appraisal = flow_zeroed(sizeof *appraisal);
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
		flow_say(why, log->name, what);
	parser_close(&parser);
	head_free(&head);
	free(appraisal);
	return good;
}

/* Those that are drawn from are one log: one has the rates, another the durations. */
static bool join_logs(struct import *import, struct parser *first, char *why)
{
	const struct import_options *options = &import->options;
	int64_t size = size_of(first->bytes.file);
	for (int i = 1; i < options->logs; i++) {
		int file = flow_open(import, options->log[i], why);
		if (file < 0)
			return false;
		struct bytes *next = arena_take(&import->arena, sizeof *next);
		bytes_open(next, file);
		lines_join_file(&first->lines, next);
		size += size_of(file);
	}
	import->logs = 1;
	import->log = arena_take(&import->arena, sizeof *import->log);
	import->bytes = size;
	if (options->logs > 1)
		first->name = arena_printf(&import->arena, "%s and %d more", first->name,
					   options->logs - 1);
	*import->log = (struct log){.name = first->name, .size = size, .parser = first};
	return true;
}

static int by_first(const void *a, const void *b)
{
	const struct log *left = a, *right = b;
	if (left->first_ns != right->first_ns)
		return left->first_ns < right->first_ns ? -1 : 1;
	return left->place - right->place;
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
	qsort(import->log, (size_t)import->logs, sizeof *import->log, by_first);
	return true;
}

static bool begin_first(struct import *import, struct parser *first, char *why)
{
	char what[IMPORT_WHY - 64];
	bool found = (import->facts.drawn_from ? join_logs : find_logs)(import, first, why);
	if (found && !parser_begin(first, &import->reading, what, sizeof what)) {
		import->unread = *first->bytes.why;
		return flow_say(why, first->name, what);
	}
	return found;
}

static bool prepare(struct import *import, struct parser *first, char *why)
{
	if (!look_at_first(import, first, why))
		return false;
	size_t row_size = head_row_size(&import->read);
	import->appraisal = arena_take(&import->arena, sizeof *import->appraisal);
	appraisal_init(import->appraisal);
	import->appraisal->replay_place = 1 + head_number(&import->put, "replayed_status");
	import->appraisal->spread_ns = import->options.jitter_ns;
	import->blank = arena_take(&import->arena, row_size);
	order_init(&import->order, row_size);
	repeats_init(&import->repeats);
	init_renumbering(import);
	import->let_go_ns = import->leap.stamp_ns = INT64_MIN;
	if (!begin_first(import, first, why))
		return false;
	import->facts.ends = interpret_ends(&first->interpreter);
	import->facts.mapping = first->interpreter.mapping;
	return true;
}

struct import *import_begin(const struct import_options *options, char why[IMPORT_WHY],
			    bool *unread)
{
	struct import *import = flow_zeroed(sizeof *import);
	import->options = *options;
	int file = flow_open(import, options->log[0], why);
	*unread = true;
	if (file < 0) {
		free(import);
		return NULL;
	}
	struct parser *first = flow_zeroed(sizeof *first);
	parser_open(first, flow_name(options->log[0]), file, (struct view){"", 0});
	if (prepare(import, first, why))
		return import;
	*unread = import->unread;
	clean_text(why);
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
		free(log->spare);
	}
	head_free(&import->read);
	head_free(&import->put);
	order_free(&import->order);
	repeats_free(&import->repeats);
	arena_free(&import->arena);
	free(import);
}
