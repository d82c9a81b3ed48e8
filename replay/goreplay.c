/* What GoReplay captures: requests, their answers, and the answers of the service they were
 * replayed to, with a line of three monkeys between them. Each is a line TYPE ID STAMP [LATENCY],
 * then HTTP as it went over the wire. Answers come when they come; a request waits for its own.
 * Columns: time, duration, status, bytes, request; replayed_status and replayed_duration where the
 * request was replayed. */
#include "replay/message.h"
#include "replay/number.h"
#include "replay/reader.h"

#include "sim/error.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	WAITING = 4096, /* requests whose answers have not come */
	COLUMNS = 7,
	SAY_ROOM = 160,
	SHOWN = 80,	  /* letters of a line that is no header */
	PEEK = 256 << 10, /* bytes, in which replays show if there are any */
};

static const char *const columns_known[COLUMNS] = {
	"time", "duration", "status", "bytes", "request", "replayed_status", "replayed_duration"};

enum { TIME, DURATION, STATUS, BYTES, REQUEST, REPLAYED_STATUS, REPLAYED_DURATION };

struct request {
	char id[MESSAGE_ID + 1], line[MESSAGE_LINE];
	char number[COLUMNS][MESSAGE_NUMBER]; /* as texts; of the request itself `line` */
	size_t id_length, line_length;
};

struct goreplay {
	struct request *ring; /* in the order in which they came */
	int64_t came, went;
	int value[COLUMNS]; /* that a column is wanted for; -1: none */
	bool replays;	    /* requests were replayed: they wait for both answers */
	bool over;
	bool lost;		    /* between messages, where no line of monkeys was */
	char ahead[MESSAGE_HEADER]; /* the header that came instead of it */
	size_t ahead_length;	    /* 0: none did */
	char say[SAY_ROOM];
};

/* A capture has a header in its beginning, or it is none. */
static bool find_header(struct view start, char *why, size_t size)
{
	struct message message;
	struct view first = {start.at, 0}, left = start;
	while (left.length) {
		const char *newline = memchr(left.at, '\n', left.length);
		struct view line = {left.at, newline ? (size_t)(newline - left.at) : left.length};
		left = view_from(left, line.length + (newline != NULL));
		if (line.length && line.at[line.length - 1] == '\r')
			line.length--;
		if (message_header(&message, line))
			return true;
		first = line.at == start.at ? line : first;
	}
	int shown = (int)(first.length < SHOWN ? first.length : SHOWN);
	snprintf(why, size,
		 "line 1 is no header of a message, TYPE ID STAMP, as captures of GoReplay begin, "
		 "and none follows in its first %d KiB; it is: %.*s",
		 PEEK >> 10, shown, first.at);
	return false;
}

static bool begin(void *state, const char *layout, const struct columns *columns,
		  struct lines *lines, char *why, size_t size)
{
	(void)layout;
	static const char replay[] = MONKEYS "\n3 ";
	struct goreplay *gor = state;
	struct view start = lines_peek(lines, PEEK);
	if (start.length > PEEK)
		start.length = PEEK;
	if (!find_header(start, why, size))
		return false;
	gor->replays = memmem(start.at, start.length, replay, sizeof replay - 1) != NULL;
	for (int c = 0; c < COLUMNS; c++)
		gor->value[c] = -1;
	for (int i = 0; i < columns->count; i++) {
		int c = 0;
		while (c < COLUMNS && strcmp(columns_known[c], columns->name[i]) != 0)
			c++;
		if (c == COLUMNS) {
			snprintf(why, size, "captures of GoReplay have no %s", columns->name[i]);
			return false;
		}
		gor->value[c] = i;
	}
	gor->ring = calloc(WAITING, sizeof *gor->ring);
	if (!gor->ring)
		error_out_of_memory(WAITING * sizeof *gor->ring);
	return true;
}

static void end(void *state)
{
	struct goreplay *gor = state;
	free(gor->ring);
}

/* "HTTP/1.1 200 OK" */
static struct view status_of(const struct message *message)
{
	struct view left = {message->line, message->line_length};
	message_word(&left);
	return message_word(&left);
}

/* ---- requests and their answers */

static void put(struct request *request, int column, struct view text)
{
	size_t length = text.length < MESSAGE_NUMBER - 1 ? text.length : MESSAGE_NUMBER - 1;
	memcpy(request->number[column], text.at, length);
	request->number[column][length] = 0;
}

static struct request *find(struct goreplay *gor, struct view id)
{
	for (int64_t i = gor->came; i-- > gor->went;) {
		struct request *request = &gor->ring[i % WAITING];
		if (request->id_length == id.length && !memcmp(request->id, id.at, id.length))
			return request;
	}
	return NULL;
}

static void add_request(struct goreplay *gor, const struct message *message)
{
	struct request *request = &gor->ring[gor->came++ % WAITING];
	memset(request, 0, sizeof *request);
	request->id_length = message->id.length;
	memcpy(request->id, message->id.at, message->id.length);
	request->line_length = message->line_length;
	memcpy(request->line, message->line, message->line_length);
	put(request, TIME, message->stamp);
}

/* Captures of old versions have no latency; the stamps are all there is. */
static void put_elapsed(struct request *request, int column, struct view stamp)
{
	int64_t began, ended;
	if (number_scaled(view_of(request->number[TIME]), 1, &began) &&
	    number_scaled(stamp, 1, &ended) && ended >= began)
		snprintf(request->number[column], MESSAGE_NUMBER, "%lld",
			 (long long)(ended - began));
}

static void add_answer(struct request *request, const struct message *message)
{
	bool replayed = message->type == '3';
	put(request, replayed ? REPLAYED_STATUS : STATUS, status_of(message));
	if (message->latency.length)
		put(request, replayed ? REPLAYED_DURATION : DURATION, message->latency);
	else
		put_elapsed(request, replayed ? REPLAYED_DURATION : DURATION, message->stamp);
	if (!replayed)
		put(request, BYTES, message->length);
}

static bool is_complete(const struct goreplay *gor, const struct request *request)
{
	return *request->number[STATUS] && (!gor->replays || *request->number[REPLAYED_STATUS]);
}

static enum record hand_out(struct goreplay *gor, struct view *values, struct view *text)
{
	const struct request *request = &gor->ring[gor->went++ % WAITING];
	struct view line = {request->line, request->line_length};
	for (int c = 0; c < COLUMNS; c++)
		if (gor->value[c] >= 0)
			values[gor->value[c]] = c == REQUEST ? line : view_of(request->number[c]);
	*text = (struct view){request->id, request->id_length};
	return RECORD_GOOD;
}

/* The header that stood where monkeys should have, or else the next line. */
static enum line_kind next_line(struct goreplay *gor, struct lines *lines, struct view *line)
{
	if (!gor->ahead_length)
		return lines_next(lines, line);
	*line = (struct view){gor->ahead, gor->ahead_length};
	gor->ahead_length = 0;
	return LINE_GOOD;
}

/* Empty lines, and monkeys behind which all is well again, say nothing by themselves. */
static enum line_kind find_line(struct goreplay *gor, struct lines *lines, struct view *line)
{
	enum line_kind kind;
	for (;;) {
		kind = next_line(gor, lines, line);
		bool monkeys = kind == LINE_GOOD && view_is(*line, MONKEYS);
		if (kind != LINE_GOOD || !gor->lost || (!monkeys && line->length))
			return kind;
		gor->lost = !monkeys;
	}
}

/* A message that is not as it should be: of what follows each line counts for itself. */
static enum record refuse(struct goreplay *gor, enum message_end end, struct view line,
			  struct view *text)
{
	static const char *const words[] = {
		[MESSAGE_NO_HTTP] = "(no HTTP, or no line of monkeys before it)",
		[MESSAGE_HEADER_NEXT] = "(no line of monkeys before the next message)",
		[MESSAGE_OVERRUN] = "(no line of monkeys where the body should end)",
		[MESSAGE_CUT_OFF] = "(the file ends within a message)",
		[MESSAGE_LOST] = "(no line of monkeys from here to the end of the file)"};
	bool shown = end == MESSAGE_NO_HTTP || end == MESSAGE_OVERRUN;
	int length = (int)(line.length < SHOWN ? line.length : SHOWN);
	snprintf(gor->say, sizeof gor->say, "%s%s%.*s", words[end], shown ? " " : "",
		 shown ? length : 0, line.at);
	*text = view_of(gor->say);
	gor->lost = shown && !view_is(line, MONKEYS);
	if (end == MESSAGE_HEADER_NEXT) {
		memcpy(gor->ahead, line.at, line.length);
		gor->ahead_length = line.length;
	}
	return end == MESSAGE_CUT_OFF ? RECORD_OPEN : RECORD_BAD;
}

static enum record take_message(struct goreplay *gor, struct lines *lines, struct view *text)
{
	struct message message = {.length = {"", 0}};
	enum line_kind kind = find_line(gor, lines, text);
	if (kind == LINE_NONE)
		return RECORD_NONE;
	if (kind == LINE_LONG || (gor->lost && !message_begins(*text)) ||
	    !message_header(&message, *text)) {
		gor->lost = true;
		return RECORD_BAD;
	}
	gor->lost = false;
	struct view line;
	int64_t began = lines->number;
	enum message_end end = message_read(&message, lines, &line);
	if (end == MESSAGE_CUT_OFF || end == MESSAGE_LOST)
		lines->number = began;
	if (end != MESSAGE_WHOLE)
		return refuse(gor, end, line, text);
	struct request *request = find(gor, message.id);
	*text = view_of("(an answer to no request)");
	if (message.type == '1')
		add_request(gor, &message);
	else if (request)
		add_answer(request, &message);
	return message.type == '1' || request ? RECORD_GOOD : RECORD_OTHER;
}

static enum record next(void *state, struct lines *lines, struct view *values, struct view *text)
{
	struct goreplay *gor = state;
	while (!gor->over) {
		int64_t waiting = gor->came - gor->went;
		const struct request *oldest = &gor->ring[gor->went % WAITING];
		if (waiting == WAITING || (waiting && is_complete(gor, oldest)))
			return hand_out(gor, values, text);
		enum record record = take_message(gor, lines, text);
		gor->over = record == RECORD_NONE;
		if (record != RECORD_GOOD && !gor->over)
			return record;
	}
	return gor->came > gor->went ? hand_out(gor, values, text) : RECORD_NONE;
}

const struct reader reader_goreplay = {
	.name = "goreplay",
	.state_size = sizeof(struct goreplay),
	.begin = begin,
	.next = next,
	.end = end,
};
