/* What GoReplay captures: requests, their answers, and the answers of the service they were
 * replayed to, with a line of three monkeys between them. Each is a line TYPE ID STAMP [LATENCY],
 * then HTTP as it went over the wire. Answers come when they come; a request waits for its own.
 * Columns: time, duration, status, bytes, request; replayed_status and replayed_duration where the
 * request was replayed. */
#include "replay/number.h"
#include "replay/reader.h"

#include "sim/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum {
	WAITING = 4096, /* requests whose answers have not come */
	ID_ROOM = 48,	/* letters of an identifier: GoReplay's have 40 */
	REQUEST_ROOM = 512,
	NUMBER_ROOM = 24,
	COLUMNS = 7,
	PEEK = 256 << 10, /* bytes, in which replays show if there are any */
};

#define MONKEYS "\xf0\x9f\x90\xb5\xf0\x9f\x99\x88\xf0\x9f\x99\x89"

static const char *const columns_known[COLUMNS] = {
	"time", "duration", "status", "bytes", "request", "replayed_status", "replayed_duration"};

enum { TIME, DURATION, STATUS, BYTES, REQUEST, REPLAYED_STATUS, REPLAYED_DURATION };

struct request {
	char id[ID_ROOM + 1], line[REQUEST_ROOM];
	char number[COLUMNS][NUMBER_ROOM]; /* as texts; of the request itself `line` */
	size_t id_length, line_length;
};

struct goreplay {
	struct request *ring; /* in the order in which they came */
	int64_t came, went;
	int value[COLUMNS]; /* that a column is wanted for; -1: none */
	bool replays;	    /* requests were replayed: they wait for both answers */
	bool over;
};

static bool begin(void *state, const char *layout, const struct columns *columns,
		  struct lines *lines, char *why, size_t size)
{
	(void)layout;
	static const char replay[] = MONKEYS "\n3 ";
	struct goreplay *gor = state;
	struct view start = lines_peek(lines, PEEK);
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

/* ---- one message */

struct message {
	char type; /* '1', '2', '3' */
	struct view id, stamp, latency;
	char copy[160]; /* of its header, in which they lie */
	char line[REQUEST_ROOM];
	size_t line_length;
	struct view length; /* Content-Length, in `number` */
	char number[NUMBER_ROOM];
};

static struct view word(struct view *left)
{
	const char *blank = memchr(left->at, ' ', left->length);
	struct view taken = {left->at, blank ? (size_t)(blank - left->at) : left->length};
	*left = view_from(*left, taken.length + (blank != NULL));
	return taken;
}

static bool is_digits(struct view text)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return text.length > 0 && text.length < NUMBER_ROOM;
}

static bool read_header(struct message *message, struct view line)
{
	if (line.length >= sizeof message->copy)
		return false;
	memcpy(message->copy, line.at, line.length);
	struct view left = {message->copy, line.length}, type = word(&left);
	message->id = word(&left);
	message->stamp = word(&left);
	message->latency = word(&left);
	message->type = type.length == 1 ? *type.at : 0;
	return message->type >= '1' && message->type <= '3' && message->id.length &&
	       message->id.length <= ID_ROOM && is_digits(message->stamp) &&
	       (!message->latency.length || is_digits(message->latency));
}

static void note_length(struct message *message, struct view line)
{
	static const char name[] = "content-length:";
	if (line.length < sizeof name || strncasecmp(line.at, name, sizeof name - 1) != 0)
		return;
	struct view length = view_trim(view_from(line, sizeof name - 1));
	if (!is_digits(length))
		return;
	memcpy(message->number, length.at, length.length);
	message->length = (struct view){message->number, length.length};
}

/* Reads up to the monkeys; what is behind the empty line is the body, and may be anything. */
static void read_http(struct message *message, struct lines *lines)
{
	struct view line;
	bool body = false;
	message->line_length = 0;
	message->length = (struct view){"", 0};
	for (int64_t n = 0;; n++) {
		enum line_kind kind = lines_next(lines, &line);
		if (kind == LINE_NONE || (kind == LINE_GOOD && view_is(line, MONKEYS)))
			return;
		if (n == 0 && kind == LINE_GOOD) {
			size_t room = sizeof message->line;
			message->line_length = line.length < room ? line.length : room;
			memcpy(message->line, line.at, message->line_length);
		} else if (!body && kind == LINE_GOOD) {
			note_length(message, line);
			body = !line.length;
		}
	}
}

/* "HTTP/1.1 200 OK" */
static struct view status_of(const struct message *message)
{
	struct view left = {message->line, message->line_length};
	word(&left);
	return word(&left);
}

/* ---- requests and their answers */

static void put(struct request *request, int column, struct view text)
{
	size_t length = text.length < NUMBER_ROOM - 1 ? text.length : NUMBER_ROOM - 1;
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
		snprintf(request->number[column], NUMBER_ROOM, "%lld", (long long)(ended - began));
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

static enum record take_message(struct goreplay *gor, struct lines *lines, struct view *text)
{
	struct message message = {.length = {"", 0}};
	enum line_kind line = lines_next(lines, text);
	if (line == LINE_NONE)
		return RECORD_NONE;
	if (line == LINE_LONG || !read_header(&message, *text)) {
		*text = view_of("(no header of a message)");
		read_http(&message, lines);
		return RECORD_BAD;
	}
	read_http(&message, lines);
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
		if (record == RECORD_BAD || record == RECORD_OTHER)
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
