/* YAML text -> events of libfyaml -> nodes. Its documents are not used: they resolve aliases and
 * free themselves by recursion, and a text can be written that makes either explode. */
#include "sim/scenario/build.h"
#include "sim/scenario/text.h"
#include "sim/scenario/tree.h"

#include <assert.h>
#include <ctype.h>
#include <libfyaml.h>
#include <string.h>

struct reader {
	struct build build;
	const struct source *source;
	size_t *line_starts;
	int lines;
	struct mark last; /* of the newest event that had a place */
	int documents;
};

static void find_lines(struct reader *reader)
{
	const char *text = reader->source->text, *end = text + reader->source->length;
	int lines = 1;
	for (const char *p = text; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		lines++;
	reader->line_starts = arena_take(reader->build.arena, (size_t)lines * sizeof(size_t));
	reader->lines = 1;
	for (const char *p = text; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		reader->line_starts[reader->lines++] = (size_t)(p - text) + 1;
}

/* Counted here and not taken from libfyaml, whose columns are letters and whose lines may end at
 * other letters than '\n': a complaint's caret counts bytes. */
static struct mark mark_offset(const struct reader *reader, size_t offset)
{
	if (offset > reader->source->length)
		offset = reader->source->length;
	int low = 0, high = reader->lines;
	while (high - low > 1) {
		int middle = low + (high - low) / 2;
		if (reader->line_starts[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	int column = (int)(offset - reader->line_starts[low]) + 1;
	return (struct mark){reader->source, low + 1, column};
}

static struct mark mark_token(const struct reader *reader, struct fy_token *token)
{
	const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
	return mark ? mark_offset(reader, mark->input_pos) : reader->last;
}

static bool is_too_long(const struct source *source, struct complaints *complaints)
{
	if (source->length <= TREE_LARGEST)
		return false;
	complain(complaints, (struct mark){source, 0, 0},
		 "%zu bytes are too many; at most %d are read", source->length, TREE_LARGEST);
	return true;
}

static bool is_binary(const struct reader *reader)
{
	const struct source *source = reader->source;
	const char *bad = text_find_binary(source->text, source->length);
	if (!bad)
		return false;
	complain(reader->build.complaints, mark_offset(reader, (size_t)(bad - source->text)),
		 "byte 0x%02X is %s; a scenario is plain text", (unsigned)(unsigned char)*bad,
		 text_why_binary(*bad));
	return true;
}

static bool stands_alone(const struct source *source, const char *p)
{
	unsigned char before = p == source->text ? ' ' : (unsigned char)p[-1];
	unsigned char after = (unsigned char)p[1];
	return (before <= ' ' || before >= 0x80) && (after <= ' ' || after >= 0x80);
}

/* The first tab behind a ':' that comes after a '?' by itself, or NULL: where such a '?' marks a
 * key, libfyaml 0.7.12 may free memory twice at such a tab. */
static const char *find_deadly_tab(const struct source *source)
{
	const char *p = strchr(source->text, '?');
	while (p && !stands_alone(source, p))
		p = strchr(p + 1, '?');
	const char *tab = NULL;
	const char *colon = p ? strchr(p, ':') : NULL;
	for (; colon && !tab; colon = strchr(colon + 1, ':'))
		tab = memchr(colon + 1, '\t', strspn(colon + 1, " \t"));
	return tab;
}

static bool is_deadly(const struct reader *reader)
{
	const struct source *source = reader->source;
	const char *tab = find_deadly_tab(source);
	if (tab)
		complain(reader->build.complaints,
			 mark_offset(reader, (size_t)(tab - source->text)),
			 "a tab cannot be read here, since a \"?\" stands above; write a blank");
	return tab;
}

/* Copies the token's text to `out`, unless that is NULL. In chunks, because fy_token_get_text of
 * libfyaml 0.7.12 leaks for texts with more than a few escapes. */
static bool copy_token(struct fy_token *token, char *out, size_t *length)
{
	struct fy_token_iter *iterator = fy_token_iter_create(token);
	if (!iterator)
		error_out_of_memory(0);
	int error = 0;
	const struct fy_iter_chunk *chunk = NULL;
	*length = 0;
	while ((chunk = fy_token_iter_chunk_next(iterator, chunk, &error))) {
		if (out)
			memcpy(out + *length, chunk->str, chunk->len);
		*length += chunk->len;
	}
	fy_token_iter_destroy(iterator);
	return !error;
}

static const char *read_text(struct reader *reader, struct fy_token *token)
{
	size_t length;
	if (!token)
		return "";
	bool whole = copy_token(token, NULL, &length);
	char *text = arena_take(reader->build.arena, length + 1);
	whole = copy_token(token, text, &length) && whole;
	if (!whole)
		complain(reader->build.complaints, reader->last, "this text cannot be decoded");
	else if (memchr(text, 0, length))
		complain(reader->build.complaints, reader->last,
			 "an escape in this text stands for the byte 0, which no text may hold");
	return text;
}

/* The anchor of the event's node, or NULL; a tag is complained of on the way. */
static const char *read_properties(struct reader *reader, struct fy_event *event)
{
	struct fy_token *tag = fy_event_get_tag_token(event);
	if (tag)
		complain(reader->build.complaints, mark_token(reader, tag),
			 "a tag (\"!...\") means nothing here; leave it out");
	struct fy_token *anchor = fy_event_get_anchor_token(event);
	return anchor ? read_text(reader, anchor) : NULL;
}

static void take_scalar(struct reader *reader, struct fy_event *event)
{
	struct fy_token *token = event->scalar.value;
	const char *anchor = read_properties(reader, event), *text = read_text(reader, token);
	bool quoted = token && fy_token_scalar_style(token) != FYSS_PLAIN;
	build_scalar(&reader->build, reader->last, anchor, text, quoted);
}

static void take_open(struct reader *reader, struct fy_event *event, enum node_kind kind)
{
	const char *anchor = read_properties(reader, event);
	bool flow = fy_event_get_node_style(event) == FYNS_FLOW;
	build_open(&reader->build, reader->last, anchor, kind, flow);
}

/* libfyaml's marks of quoted text and of aliases point behind the first byte. */
static bool has_prefix(const struct fy_event *event)
{
	if (event->type != FYET_SCALAR || !event->scalar.value)
		return event->type == FYET_ALIAS;
	enum fy_scalar_style style = fy_token_scalar_style(event->scalar.value);
	return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
}

static void take_event(struct reader *reader, struct fy_event *event)
{
	const struct fy_mark *mark = fy_event_start_mark(event);
	if (mark)
		reader->last = mark_offset(reader, mark->input_pos - has_prefix(event));
	switch (event->type) {
	case FYET_DOCUMENT_START:
		reader->documents++;
		break;
	case FYET_SCALAR:
		take_scalar(reader, event);
		break;
	case FYET_ALIAS:
		build_alias(&reader->build, reader->last, read_text(reader, event->alias.anchor));
		break;
	case FYET_SEQUENCE_START:
		take_open(reader, event, NODE_LIST);
		break;
	case FYET_MAPPING_START:
		take_open(reader, event, NODE_MAP);
		break;
	case FYET_SEQUENCE_END:
	case FYET_MAPPING_END:
		build_close(&reader->build);
		break;
	default:
		break;
	}
}

/* libfyaml's wording where it leaves a user in the dark, and ours. */
static const struct {
	const char *theirs, *ours;
} wordings[] = {
	{"invalid multiline plain key", "this value runs on into the next line, which holds a key; "
					"is that line indented too far?"},
	{"invalid nested block mapping on the same line",
	 "a second \": \" stands in one line; quote the text, or write a map as {key: value}"},
	{"invalid indentation in mapping", "this key lines up with none of the keys above it"},
	{"wrongly indented sequence item", "this entry lines up with none of the entries above it"},
	{"did not find expected node content", "a value is missing here"},
	{"missing document start", "this cannot follow what stands before it"},
};

static void complain_reworded(struct reader *reader, struct mark at, const char *message)
{
	for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++) {
		if (strcmp(message, wordings[i].theirs) == 0)
			message = wordings[i].ours;
	}
	complain(reader->build.complaints, at, "%c%s", tolower((unsigned char)*message),
		 message + 1);
}

/* An open bracket is noticed at the end of the text; the user must look where it was opened. */
static bool complain_unclosed(struct reader *reader, struct mark at)
{
	const struct frame *frame = build_top(&reader->build);
	if (!frame || !frame->flow || at.line < reader->lines)
		return false;
	size_t offset = reader->line_starts[reader->lines - 1] + (size_t)at.column - 1;
	if (offset < reader->source->length)
		return false;
	bool list = frame->node->kind == NODE_LIST;
	complain(reader->build.complaints, frame->node->at, "this %s is never closed with \"%s\"",
		 list ? "list" : "map", list ? "]" : "}");
	return true;
}

static void complain_syntax(struct reader *reader, struct fy_diag *diag)
{
	void *at_error = NULL;
	const struct fy_diag_error *error;
	bool any = false;
	while ((error = fy_diag_errors_iterate(diag, &at_error))) {
		struct mark at = mark_token(reader, error->fyt);
		any = true;
		if (!complain_unclosed(reader, at))
			complain_reworded(reader, at, error->msg);
	}
	if (!any)
		complain(reader->build.complaints, reader->last, "this is not YAML 1.2");
	reader->build.failed = true;
}

static void discard(struct fy_diag *diag, void *user, const char *text, size_t length)
{
	(void)diag, (void)user, (void)text, (void)length;
}

/* Errors are collected; what libfyaml would print besides goes nowhere. */
static struct fy_diag *make_diag(void)
{
	struct fy_diag_cfg config;
	fy_diag_cfg_default(&config);
	config.fp = NULL;
	config.output_fn = discard;
	struct fy_diag *diag = fy_diag_create(&config);
	if (!diag)
		error_out_of_memory(sizeof config);
	fy_diag_set_collect_errors(diag, true);
	return diag;
}

static void read_events(struct reader *reader, struct fy_parser *parser)
{
	struct fy_event *event;
	while (!reader->build.failed && reader->documents < 2 &&
	       (event = fy_parser_parse(parser))) {
		take_event(reader, event);
		fy_parser_event_free(parser, event);
	}
}

/* libfyaml 0.7.12 reads beyond a last line of blanks that does not end. */
static const char *end_line(const struct reader *reader, size_t *length)
{
	const struct source *source = reader->source;
	*length = source->length;
	if (!*length || source->text[*length - 1] == '\n')
		return source->text;
	char *text = arena_take(reader->build.arena, *length + 2);
	memcpy(text, source->text, *length);
	text[(*length)++] = '\n';
	return text;
}

/* JSON is read as the YAML it is. A bracket may close in the column of its key, as in JSON and in
 * what most other readers of YAML take. */
static void parse(struct reader *reader)
{
	struct fy_diag *diag = make_diag();
	const struct fy_parse_cfg config = {
		.flags = FYPCF_QUIET | FYPCF_JSON_NONE | FYPCF_ALLOW_DUPLICATE_KEYS |
			 FYPCF_SLOPPY_FLOW_INDENTATION,
		.diag = diag,
	};
	struct fy_parser *parser = fy_parser_create(&config);
	size_t length;
	const char *text = end_line(reader, &length);
	if (!parser || fy_parser_set_string(parser, text, length) != 0)
		error_out_of_memory(length);
	read_events(reader, parser);
	if (fy_parser_get_stream_error(parser))
		complain_syntax(reader, diag);
	fy_parser_destroy(parser);
	fy_diag_destroy(diag);
}

static void complain_documents(const struct reader *reader)
{
	struct mark whole = {reader->source, 0, 0};
	if (reader->documents == 0)
		complain(reader->build.complaints, whole,
			 "there is nothing here but blanks and comments");
	else if (reader->documents > 1)
		complain(reader->build.complaints, reader->last,
			 "a second document starts here; a scenario is one document");
}

static int count_ampersands(const struct source *source)
{
	int count = 0;
	for (size_t i = 0; i < source->length; i++)
		count += source->text[i] == '&';
	return count;
}

struct node *tree_read(struct arena *arena, const struct source *source,
		       struct complaints *complaints)
{
	assert(source->text);
	if (is_too_long(source, complaints))
		return NULL;
	struct reader reader = {.source = source, .last = {source, 1, 1}};
	build_init(&reader.build, arena, complaints, count_ampersands(source));
	find_lines(&reader);
	if (is_binary(&reader) || is_deadly(&reader))
		return NULL;
	parse(&reader);
	if (reader.build.failed)
		return NULL;
	complain_documents(&reader);
	return reader.build.root;
}
