/* A message of GoReplay's captures: a header TYPE ID STAMP [LATENCY], HTTP as it went over the
 * wire, and a line of three monkeys. What follows a message without monkeys is never taken for its
 * body: it ends where its own length, or MOST_BODY, or the header of another says so. */
#ifndef REPLAY_MESSAGE_H
#define REPLAY_MESSAGE_H

#include "replay/lines.h"

#include <stdint.h>

enum {
	MESSAGE_ID = 48,      /* letters of an identifier: GoReplay's have 40 or 24 */
	MESSAGE_LINE = 512,   /* of the first line of its HTTP what is kept */
	MESSAGE_NUMBER = 24,  /* digits */
	MESSAGE_HEADER = 160, /* all of a header */
	MOST_BODY = 5 << 20,  /* bytes, where no length is said: GoReplay copies so many */
};

#define MONKEYS "\xf0\x9f\x90\xb5\xf0\x9f\x99\x88\xf0\x9f\x99\x89"

struct message {
	char type; /* '1' a request, '2' its answer, '3' that of a replay */
	struct view id, stamp, latency;
	char copy[MESSAGE_HEADER]; /* of its header, in which they lie */
	char line[MESSAGE_LINE];
	size_t line_length;
	struct view length; /* Content-Length, in `number` */
	char number[MESSAGE_NUMBER];
};

enum message_end {
	MESSAGE_WHOLE,
	MESSAGE_NO_HTTP,     /* the line read last is not of it */
	MESSAGE_HEADER_NEXT, /* no monkeys: the header of another is the line read last */
	MESSAGE_OVERRUN,     /* no monkeys: the line read last is beyond its body */
	MESSAGE_CUT_OFF,     /* the file ends within it, and it is not longer than it says */
	MESSAGE_LOST,	     /* the file ends; nobody knows where the message did */
};

/* Whether a line is a header; then what it says. */
bool message_header(struct message *message, struct view line);

/* Whether a line within other text is one: its identifier and its stamp are as GoReplay makes
 * them. */
bool message_begins(struct view line);

/* Reads what is behind the header. */
enum message_end message_read(struct message *message, struct lines *lines, struct view *line);

/* Takes a word off a line, and the blank behind it. */
struct view message_word(struct view *left);

#endif
