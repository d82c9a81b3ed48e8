/* Lines are read one by one; how many bytes of a body they are is counted without the carriage
 * returns before newlines, so that a body is never called longer than it is. */
#include "replay/message.h"

#include "replay/number.h"

#include <ctype.h>
#include <strings.h>

enum {
	MOST_HEAD = 256 << 10, /* bytes; servers take a tenth of it */
	ID_LEAST = 8,	       /* letters of an identifier in a line that may be anything */
	STAMP_DIGITS = 19,     /* nanoseconds since 1970, from 2001 on */
	NO_LENGTH = -1,
};

struct view message_word(struct view *left)
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
	return text.length > 0 && text.length < MESSAGE_NUMBER;
}

bool message_header(struct message *message, struct view line)
{
	if (line.length >= sizeof message->copy)
		return false;
	memcpy(message->copy, line.at, line.length);
	struct view left = {message->copy, line.length}, type = message_word(&left);
	message->id = message_word(&left);
	message->stamp = message_word(&left);
	message->latency = message_word(&left);
	message->type = type.length == 1 ? *type.at : 0;
	return message->type >= '1' && message->type <= '3' && message->id.length &&
	       message->id.length <= MESSAGE_ID && is_digits(message->stamp) &&
	       (!message->latency.length || is_digits(message->latency));
}

bool message_begins(struct view line)
{
	struct message message;
	if (line.length < 2 || line.at[1] != ' ' || !message_header(&message, line))
		return false;
	for (size_t i = 0; i < message.id.length; i++)
		if (!isxdigit((unsigned char)message.id.at[i]))
			return false;
	return message.id.length >= ID_LEAST && message.stamp.length == STAMP_DIGITS;
}

/* ---- HTTP */

/* What the lines of the head say of the body. */
struct body {
	int64_t length; /* NO_LENGTH: not said */
	bool in_pieces; /* each with a length of its own, which are not read */
};

static bool begins_with(struct view line, const char *name)
{
	size_t length = strlen(name);
	return line.length > length && !strncasecmp(line.at, name, length);
}

static void note_head(struct message *message, struct body *body, struct view line)
{
	static const char length_name[] = "content-length:", pieces[] = "transfer-encoding:";
	if (begins_with(line, pieces))
		body->in_pieces = true;
	if (!begins_with(line, length_name))
		return;
	struct view length = view_trim(view_from(line, sizeof length_name - 1));
	if (!is_digits(length))
		return;
	memcpy(message->number, length.at, length.length);
	message->length = (struct view){message->number, length.length};
	if (!number_scaled(length, 1, &body->length))
		body->length = NO_LENGTH;
}

/* "GET /path HTTP/1.1", "HTTP/1.1 200 OK" */
static bool is_http(const struct message *message, struct view line)
{
	if (message->type != '1')
		return view_begins(line, "HTTP/");
	struct view method = message_word(&line);
	for (size_t i = 0; i < method.length; i++)
		if (!isupper((unsigned char)method.at[i]) && method.at[i] != '-' &&
		    method.at[i] != '_')
			return false;
	return method.length && memmem(line.at, line.length, " HTTP/", 6);
}

/* A request that says nothing of its body has none (RFC 9112, 6.3). */
static int64_t most_bytes(const struct message *message, const struct body *body)
{
	if (body->in_pieces)
		return MOST_BODY;
	if (body->length == NO_LENGTH)
		return message->type == '1' ? 0 : MOST_BODY;
	return body->length;
}

/* Whether the head says how long the body is. */
static bool is_bounded(const struct message *message, const struct body *body)
{
	return !body->in_pieces && (body->length != NO_LENGTH || message->type == '1');
}

/* The newline before the monkeys is theirs. */
static bool is_beyond(int64_t bytes, int64_t most)
{
	return bytes - 1 > most;
}

/* A body may be anything but monkeys and what looks like a header. */
static enum message_end read_body(const struct message *message, const struct body *body,
				  struct lines *lines, struct view *line)
{
	const int64_t most = most_bytes(message, body);
	int64_t bytes = 0;
	for (;;) {
		enum line_kind kind = lines_next(lines, line);
		if (kind == LINE_NONE)
			return is_bounded(message, body) ? MESSAGE_CUT_OFF : MESSAGE_LOST;
		if (kind == LINE_GOOD && view_is(*line, MONKEYS))
			return MESSAGE_WHOLE;
		if (kind == LINE_GOOD && message_begins(*line))
			return MESSAGE_HEADER_NEXT;
		bytes += kind == LINE_LONG ? MOST_LINE : (int64_t)line->length + 1;
		if (is_beyond(bytes, most))
			return MESSAGE_OVERRUN;
	}
}

/* "Name: value", or what goes on from the line before. */
static bool is_field(struct view line)
{
	struct view name = {line.at, line.length};
	const char *colon = memchr(line.at, ':', line.length);
	if (*line.at == ' ' || *line.at == '\t')
		return true;
	name.length = colon ? (size_t)(colon - line.at) : 0;
	return name.length && !memchr(name.at, ' ', name.length);
}

/* A head of which the end is missing is whole where the monkeys come. */
static enum message_end read_head(struct message *message, struct lines *lines, struct view *line)
{
	struct body body = {.length = NO_LENGTH};
	size_t bytes = 0;
	for (;;) {
		enum line_kind kind = lines_next(lines, line);
		if (kind == LINE_NONE)
			return MESSAGE_CUT_OFF;
		if (kind == LINE_GOOD && view_is(*line, MONKEYS))
			return MESSAGE_WHOLE;
		if (kind == LINE_GOOD && message_begins(*line))
			return MESSAGE_HEADER_NEXT;
		if (kind == LINE_GOOD && !line->length)
			return read_body(message, &body, lines, line);
		bytes += line->length;
		if (kind == LINE_LONG || bytes > MOST_HEAD || !is_field(*line))
			return MESSAGE_NO_HTTP;
		note_head(message, &body, *line);
	}
}

enum message_end message_read(struct message *message, struct lines *lines, struct view *line)
{
	message->length = (struct view){"", 0};
	enum line_kind kind = lines_next(lines, line);
	if (kind == LINE_NONE)
		return MESSAGE_CUT_OFF;
	if (kind == LINE_GOOD && message_begins(*line))
		return MESSAGE_HEADER_NEXT;
	if (kind == LINE_LONG || !is_http(message, *line))
		return MESSAGE_NO_HTTP;
	message->line_length = line->length < MESSAGE_LINE ? line->length : MESSAGE_LINE;
	memcpy(message->line, line->at, message->line_length);
	return read_head(message, lines, line);
}
