/* Reads until there is a whole record; what is left over is kept for the next piece. */
#include "sim/calculator/feed.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void feed_init(struct feed *feed, int file, size_t first_piece)
{
	*feed = (struct feed){.file = file, .piece = first_piece, .line = 1};
}

/* Returns how many bytes there were: 0 at the end or after an error. */
static size_t read_more(struct feed *feed, struct buffer *text)
{
	ssize_t got;
	size_t most = text->length > feed->piece ? text->length : feed->piece;
	char *to = buffer_room(text, most + 1);
	do
		got = read(feed->file, to, most);
	while (got < 0 && errno == EINTR);
	feed->error = got < 0 ? errno : 0;
	text->length += got > 0 ? (size_t)got : 0;
	return got > 0 ? (size_t)got : 0;
}

/* Returns how much of the text are whole records. */
static size_t read_records(struct feed *feed, struct buffer *text)
{
	size_t whole = 0;
	while (!whole) {
		size_t got = read_more(feed, text);
		if (!got)
			return feed->error ? 0 : text->length; /* the last need not end */
		if (memchr(text->text + text->length - got, '\n', got))
			whole = csv_whole(text->text, text->length);
		if (!whole && text->length > LONGEST_RECORD) {
			feed->too_long = true;
			return 0;
		}
	}
	return whole;
}

static int64_t count_lines(const char *text, size_t length)
{
	int64_t count = 0;
	for (size_t i = 0; i < length; i++)
		count += text[i] == '\n';
	return count;
}

bool feed_next(struct feed *feed, struct buffer *text, struct csv *csv)
{
	text->length = 0;
	buffer_add(text, feed->rest.text, feed->rest.length);
	feed->rest.length = 0;
	size_t whole = read_records(feed, text);
	if (!whole)
		return false;
	buffer_add(&feed->rest, text->text + whole, text->length - whole);
	char *start = text->text;
	*csv = (struct csv){start, start + whole, start, feed->line};
	feed->line += count_lines(start, whole);
	feed->piece = feed->piece < LARGEST_PIECE / 2 ? 2 * feed->piece : LARGEST_PIECE;
	return true;
}

void feed_free(struct feed *feed)
{
	buffer_free(&feed->rest);
}
