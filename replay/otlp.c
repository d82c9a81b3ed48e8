/* Spans of OpenTelemetry in OTLP's JSON, as its collector writes them: each line a batch, with
 * resources that have scopes that have spans. Requests are the spans of servers, and those without
 * a parent. Columns are keys of a span, attributes.KEY, resource.KEY, and `answer`: the HTTP
 * status, or ok or error where there is none or the span says otherwise. */
#include "replay/object.h"
#include "replay/reader.h"

#include <stdlib.h>

/* A list that is being stepped through. */
struct list {
	struct scan scan;
	bool open, first;
};

struct otlp {
	struct object object;	/* a span */
	struct object resource; /* what its spans have in common */
	struct columns wanted;	/* those of the mapping, and what is needed to judge a span */
	int columns;		/* of the mapping: they come first */
	int kind, parent, code, http, old_http, answer; /* places in `wanted`; answer: -1 */
	struct list resources, scopes, spans;
	struct view value[MOST_COLUMNS], resource_value[MOST_COLUMNS];
};

static bool begin(void *state, const char *layout, const struct columns *columns,
		  struct lines *lines, char *why, size_t size)
{
	(void)layout, (void)lines, (void)why, (void)size;
	struct otlp *otlp = state;
	otlp->wanted = *columns;
	otlp->columns = columns->count;
	otlp->answer = -1;
	for (int i = 0; i < columns->count; i++)
		if (!strcmp(columns->name[i], "answer"))
			otlp->answer = i;
	otlp->kind = columns_add(&otlp->wanted, "kind");
	otlp->parent = columns_add(&otlp->wanted, "parentSpanId");
	otlp->code = columns_add(&otlp->wanted, "status.code");
	otlp->http = columns_add(&otlp->wanted, "attributes.http.response.status_code");
	otlp->old_http = columns_add(&otlp->wanted, "attributes.http.status_code");
	object_begin(&otlp->object, &otlp->wanted);
	object_begin(&otlp->resource, &otlp->wanted);
	return true;
}

/* ---- lists in lists */

static void open_list(struct list *list, struct view text)
{
	list->scan = (struct scan){text.at, text.at + text.length};
	list->first = true;
	list->open = scan_take(&list->scan, '[');
}

static bool next_of(struct list *list, struct view *element, bool *good)
{
	if (list->open)
		list->open = scan_element(&list->scan, &list->first, element, good);
	return list->open;
}

/* The value of a key in an object; empty where it has none. */
static struct view member(struct view object, const char *wanted, bool *good)
{
	struct scan scan = {object.at, object.at + object.length};
	struct view key, value, found = {"", 0};
	*good = scan_take(&scan, '{');
	if (!*good || scan_take(&scan, '}'))
		return found;
	do {
		*good = scan_text(&scan, &key) && scan_take(&scan, ':') &&
			scan_value(&scan, &value) != SCAN_WRONG;
		if (*good && view_is(key, wanted))
			found = value;
	} while (*good && scan_take(&scan, ','));
	return found;
}

/* {"key": K, "value": {"stringValue": V}}: the value is whatever the only member holds. */
static bool read_attribute(struct object *object, struct view attribute, struct view prefix,
			   struct view *values)
{
	bool good, inside;
	struct view key = member(attribute, "key", &good), member_key, value;
	struct view holder = good ? member(attribute, "value", &good) : attribute;
	int column = good ? object_column(object->columns, prefix, key, &inside) : -1;
	if (column < 0)
		return good;
	struct scan scan = {holder.at, holder.at + holder.length};
	if (!scan_take(&scan, '{') || !scan_text(&scan, &member_key) || !scan_take(&scan, ':'))
		return false;
	enum scan_kind kind = scan_value(&scan, &value);
	return kind != SCAN_WRONG && object_keep(object, column, kind, value, values);
}

static bool read_attributes(struct object *object, struct view owner, const char *prefix,
			    struct view *values)
{
	bool good;
	struct list list;
	struct view attribute, text = member(owner, "attributes", &good);
	if (!good || !text.length)
		return good;
	open_list(&list, text);
	good = list.open;
	while (good && next_of(&list, &attribute, &good))
		good = read_attribute(object, attribute, view_of(prefix), values);
	return good;
}

/* Once for all of its spans. */
static void read_resource(struct otlp *otlp, struct view resource, bool *good)
{
	object_clear(&otlp->resource, resource.length, otlp->resource_value);
	if (*good && resource.length)
		*good = read_attributes(&otlp->resource, resource, "resource.",
					otlp->resource_value);
}

/* Moves on to a list of spans that has not been read; false: there is none in this line. */
static bool find_spans(struct otlp *otlp, bool *good)
{
	struct view element;
	*good = true;
	while (*good) {
		if (next_of(&otlp->scopes, &element, good)) {
			open_list(&otlp->spans, member(element, "spans", good));
			return *good;
		}
		if (!*good || !next_of(&otlp->resources, &element, good))
			return false;
		read_resource(otlp, member(element, "resource", good), good);
		struct view scopes = member(element, "scopeSpans", good);
		if (*good && !scopes.length)
			scopes = member(element, "instrumentationLibrarySpans", good);
		open_list(&otlp->scopes, scopes);
	}
	return false;
}

/* ---- a span */

static bool is_request(const struct otlp *otlp)
{
	struct view kind = otlp->value[otlp->kind];
	return view_is(kind, "2") || view_is(kind, "SPAN_KIND_SERVER") ||
	       !otlp->value[otlp->parent].length;
}

/* An error of the span counts where the status does not tell of one. */
static struct view answer_of(const struct otlp *otlp)
{
	struct view http = otlp->value[otlp->http], code = otlp->value[otlp->code];
	if (!http.length)
		http = otlp->value[otlp->old_http];
	bool error = view_is(code, "2") || view_is(code, "STATUS_CODE_ERROR");
	bool told = http.length == 3 && *http.at >= '5';
	if (error && !told)
		return view_of("error");
	return http.length ? http : view_of("ok");
}

static enum record read_span(struct otlp *otlp, struct view span, struct view *values)
{
	struct scan scan = {span.at, span.at + span.length};
	object_clear(&otlp->object, span.length, otlp->value);
	if (!object_read(&otlp->object, &scan, (struct view){"", 0}, otlp->value) ||
	    !read_attributes(&otlp->object, span, "attributes.", otlp->value))
		return RECORD_BAD;
	for (int i = 0; i < otlp->wanted.count; i++)
		if (otlp->resource_value[i].length)
			otlp->value[i] = otlp->resource_value[i];
	if (!is_request(otlp))
		return RECORD_OTHER;
	memcpy(values, otlp->value, (size_t)otlp->columns * sizeof *values);
	if (otlp->answer >= 0)
		values[otlp->answer] = answer_of(otlp);
	return RECORD_GOOD;
}

static enum record read_line(struct otlp *otlp, struct lines *lines, struct view *text)
{
	bool good;
	enum line_kind line = lines_next(lines, text);
	if (line != LINE_GOOD)
		return line == LINE_LONG ? RECORD_LONG : RECORD_NONE;
	if (!view_trim(*text).length)
		return RECORD_COMMENT;
	struct view resources = member(*text, "resourceSpans", &good);
	if (!good)
		return RECORD_BAD;
	open_list(&otlp->resources, resources);
	return otlp->resources.open ? RECORD_GOOD : RECORD_OTHER;
}

static enum record next(void *state, struct lines *lines, struct view *values, struct view *text)
{
	struct otlp *otlp = state;
	for (;;) {
		bool good = true;
		if (next_of(&otlp->spans, text, &good))
			return read_span(otlp, *text, values);
		if (good && find_spans(otlp, &good))
			continue;
		if (!good) {
			otlp->spans.open = otlp->scopes.open = otlp->resources.open = false;
			*text = view_of("(a batch is broken off)");
			return RECORD_BAD;
		}
		enum record record = read_line(otlp, lines, text);
		if (record != RECORD_GOOD)
			return record;
	}
}

static void end(void *state)
{
	struct otlp *otlp = state;
	object_end(&otlp->object);
	object_end(&otlp->resource);
}

const struct reader reader_otlp = {
	.name = "otlp",
	.state_size = sizeof(struct otlp),
	.begin = begin,
	.next = next,
	.end = end,
};
