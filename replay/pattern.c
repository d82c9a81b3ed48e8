/* Lines by a pattern: the log_format of nginx, the LogFormat of Apache, the format string of Envoy,
 * as their configurations have them. A pattern is compiled into steps: a variable, and the text
 * between it and the next. */
#include "replay/pattern.h"

#include "replay/reader.h"
#include "replay/scratch.h"

#include <stdio.h>

/* What a line is made of, in order. */
struct step {
	struct view variable; /* as the pattern has it */
	struct view text;     /* that follows it; empty: the end of the line */
	int value;	      /* that it is wanted for; -1: none */
	bool list, quoted;    /* it may hold ", " and " : "; it stands between quotes */
	bool address;	      /* it holds no blank */
	bool plain;	      /* none of these: it ends where its text first comes */
};

struct pattern {
	char text[PATTERN_ROOM]; /* the pattern, without what its configuration has round it */
	struct view start;	 /* before the first variable */
	struct step step[PATTERN_STEPS];
	int steps;
	bool open; /* more may follow */
	struct scratch scratch;
};

/* ---- the three ways to write a variable */

/* $name, ${name} */
static size_t nginx_variable(struct view text)
{
	size_t i = 1;
	bool brace = text.length > 1 && text.at[1] == '{';
	for (i += brace; i < text.length; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_",
			    text.at[i]))
			break;
	return i + (brace && i < text.length);
}

/* %h, %>s, %{Referer}i, %!200,304{User-agent}i */
static size_t apache_variable(struct view text)
{
	size_t i = 1;
	while (i < text.length && strchr("<>!,0123456789", text.at[i]))
		i++;
	if (i < text.length && text.at[i] == '{') {
		const char *close = memchr(text.at + i, '}', text.length - i);
		i = close ? (size_t)(close + 1 - text.at) : text.length;
	}
	return i < text.length ? i + 1 : 0;
}

/* %START_TIME%, %REQ(:METHOD)% */
static size_t envoy_variable(struct view text)
{
	const char *close = memchr(text.at + 1, '%', text.length - 1);
	return close ? (size_t)(close + 1 - text.at) : 0;
}

static bool has_envoy(struct view text)
{
	for (size_t i = 0; i + 3 < text.length; i++)
		if (text.at[i] == '%' && text.at[i + 1] >= 'A' && text.at[i + 1] <= 'Z' &&
		    ((text.at[i + 2] >= 'A' && text.at[i + 2] <= 'Z') || text.at[i + 2] == '_') &&
		    memchr(text.at + i + 1, '%', text.length - i - 1))
			return true;
	return false;
}

struct syntax {
	char sign;
	size_t (*variable)(struct view text);
};

static struct syntax syntax_of(struct view text)
{
	if (memchr(text.at, '$', text.length))
		return (struct syntax){'$', nginx_variable};
	if (has_envoy(text))
		return (struct syntax){'%', envoy_variable};
	return (struct syntax){'%', apache_variable};
}

/* ---- the pattern, out of its configuration */

/* Copies the pieces between quotes one behind the other, if that is how it is written: log_format
 * main '...' '...';  LogFormat "..." combined */
static void strip_configuration(struct pattern *pattern, struct view text)
{
	size_t length = 0;
	char quote = view_begins(text, "log_format") ? '\'' : '"';
	bool directive = quote == '\'' || view_begins(text, "LogFormat");
	if (quote == '\'' && !memchr(text.at, quote, text.length))
		quote = '"';
	bool inside = !directive;
	for (size_t i = 0; i < text.length && length + 1 < PATTERN_ROOM; i++) {
		bool escape = text.at[i] == '\\' && i + 1 < text.length &&
			      strchr("\"'\\", text.at[i + 1]);
		if (directive && text.at[i] == quote)
			inside = !inside;
		else if (inside)
			pattern->text[length++] = text.at[i += escape];
	}
	pattern->text[length] = 0;
}

static bool compile(struct pattern *pattern, char *why, size_t size)
{
	struct view left = view_of(pattern->text);
	struct syntax syntax = syntax_of(left);
	struct view *text = &pattern->start;
	*text = (struct view){left.at, 0};
	while (left.length) {
		bool twice = left.length > 1 && left.at[1] == syntax.sign && syntax.sign == '%';
		size_t length = *left.at == syntax.sign && !twice ? syntax.variable(left) : 0;
		if (length < 2) {
			text->length++;
			left = view_from(left, 1);
			continue;
		}
		if (pattern->steps && !text->length) {
			snprintf(why, size, "nothing stands between %.*s and what is before it",
				 (int)length, left.at);
			return false;
		}
		if (pattern->steps == PATTERN_STEPS) {
			snprintf(why, size, "more than %d variables", PATTERN_STEPS);
			return false;
		}
		struct step *step = &pattern->step[pattern->steps++];
		*step = (struct step){.variable = {left.at, length}, .value = -1};
		left = view_from(left, length);
		text = &step->text;
		*text = (struct view){left.at, 0};
	}
	if (!pattern->steps)
		snprintf(why, size, "there is no variable in it, such as $status or %%s");
	return pattern->steps > 0;
}

static void describe_steps(struct pattern *pattern)
{
	for (int s = 0; s < pattern->steps; s++) {
		struct step *step = &pattern->step[s];
		struct view before = s ? pattern->step[s - 1].text : pattern->start;
		step->list = view_begins(step->variable, "$upstream_");
		step->address = view_is(step->variable, "$remote_addr") ||
				view_is(step->variable, "%h") || view_is(step->variable, "%a");
		step->quoted = before.length && before.at[before.length - 1] == '"' &&
			       step->text.length && *step->text.at == '"';
		step->plain = !step->list && !step->address && !step->quoted;
	}
}

static bool find_columns(struct pattern *pattern, const struct columns *columns, char *why,
			 size_t size)
{
	for (int i = 0; i < columns->count; i++) {
		int s = 0;
		while (s < pattern->steps && !view_is(pattern->step[s].variable, columns->name[i]))
			s++;
		if (s == pattern->steps) {
			snprintf(why, size, "there is no %s in the pattern", columns->name[i]);
			return false;
		}
		pattern->step[s].value = i;
	}
	return true;
}

static bool read_pattern(struct pattern *pattern, const char *layout, char *why, size_t size)
{
	struct view text = view_of(layout);
	pattern->open = text.length > 3 && !strcmp(layout + text.length - 3, "...");
	text.length -= pattern->open ? 3 : 0;
	if (text.length >= PATTERN_ROOM) {
		snprintf(why, size, "it is longer than %d letters", PATTERN_ROOM - 1);
		return false;
	}
	strip_configuration(pattern, text);
	if (!compile(pattern, why, size))
		return false;
	describe_steps(pattern);
	return true;
}

static bool begin(void *state, const char *layout, const struct columns *columns,
		  struct lines *lines, char *why, size_t size)
{
	(void)lines;
	struct pattern *pattern = state;
	return read_pattern(pattern, layout, why, size) &&
	       find_columns(pattern, columns, why, size);
}

/* ---- lines */

/* Whether a quote at `at` has an odd number of backslashes before it, and so ends nothing. */
static bool is_escaped(const char *start, const char *at)
{
	const char *back = at;
	while (back > start && back[-1] == '\\')
		back--;
	return (at - back) % 2;
}

/* Texts between variables are two or three letters: too short for a call of memcmp. */
static bool is_text(struct view text, const char *at)
{
	for (size_t i = 1; i < text.length; i++)
		if (at[i] != text.at[i])
			return false;
	return true;
}

/* Whether a blank stands in what is to hold none. Where the text itself begins with one, the first
 * that is met ends the search. */
static bool has_blank(const struct step *step, const char *start, const char *met, const char *end)
{
	return (*step->text.at != ' ' || met > start) && memchr(start, ' ', (size_t)(end - start));
}

/* Where the text behind a variable begins; NULL if it does not come. */
static const char *find_text(const struct step *step, const char *at, const char *end)
{
	const char *start = at, *found;
	struct view text = step->text;
	for (; (found = memchr(at, *text.at, (size_t)(end - at))); at = found + 1) {
		if ((size_t)(end - found) < text.length)
			return NULL;
		if (!is_text(text, found) || (step->quoted && is_escaped(start, found)))
			continue;
		if (step->plain)
			return found;
		bool goes_on = step->list && *found == ' ' &&
			       ((found > start && (found[-1] == ',' || found[-1] == ':')) ||
				(end - found > 2 && found[1] == ':' && found[2] == ' '));
		if (!goes_on)
			return step->address && has_blank(step, start, at, found) ? NULL : found;
	}
	return NULL;
}

/* A line that was cut off in its last column is whole where nobody wants that. */
static bool match(struct pattern *pattern, struct view line, struct view *values)
{
	const char *at = line.at, *end = line.at + line.length;
	if (line.length < pattern->start.length ||
	    memcmp(at, pattern->start.at, pattern->start.length) != 0)
		return false;
	at += pattern->start.length;
	for (int s = 0; s < pattern->steps; s++) {
		const struct step *step = &pattern->step[s];
		const char *stop = step->text.length ? find_text(step, at, end) : end;
		if (!stop)
			return s == pattern->steps - 1 && step->quoted && step->value < 0;
		struct view value = {at, (size_t)(stop - at)};
		if (step->value >= 0)
			values[step->value] =
				step->quoted ? scratch_unescape(&pattern->scratch, value) : value;
		at = stop + step->text.length;
	}
	return at == end || pattern->open;
}

static enum record next(void *state, struct lines *lines, struct view *values, struct view *text)
{
	struct pattern *pattern = state;
	enum line_kind line = lines_next(lines, text);
	if (line != LINE_GOOD)
		return line == LINE_LONG ? RECORD_LONG : RECORD_NONE;
	if (!text->length || *text->at == '#')
		return RECORD_COMMENT;
	scratch_begin(&pattern->scratch, text->length);
	return match(pattern, *text, values) ? RECORD_GOOD : RECORD_BAD;
}

static void end(void *state)
{
	struct pattern *pattern = state;
	scratch_free(&pattern->scratch);
}

const struct reader reader_pattern = {
	.name = "pattern",
	.state_size = sizeof(struct pattern),
	.begin = begin,
	.next = next,
	.end = end,
};

/* ---- what variables mean */

static const struct {
	const char *variable, *mapping;
} meanings[] = {
	/* those that come first count first */
	{"$msec", "end=$msec:s"},
	{"$time_iso8601", "end=$time_iso8601:date"},
	{"$time_local", "end=$time_local:clf"},
	{"$request_time", "duration=$request_time:s"},
	{"$upstream_response_time", "duration=$upstream_response_time:s"},
	{"$status", "status=$status"},
	{"$upstream_status", "status=$upstream_status"},
	{"$bytes_sent", "bytes=$bytes_sent"},
	{"$body_bytes_sent", "bytes=$body_bytes_sent"},
	{"$request", "request=$request"},
	{"$request_method", "method=$request_method"},
	{"$request_uri", "url=$request_uri"},
	{"$uri", "url=$uri"},
	{"$remote_user", "user=$remote_user"},
	{"$http_x_forwarded_for", "user=$http_x_forwarded_for"},
	{"$remote_addr", "user=$remote_addr"},
	{"$proxy_alternative_upstream_name", "version=$proxy_alternative_upstream_name"},
	{"$proxy_upstream_name", "version=$proxy_upstream_name"},
	{"$request_id", "id=$request_id"},
	{"$req_id", "id=$req_id"},
	{"%{usec}t", "time=%{usec}t:us"},
	{"%{msec}t", "time=%{msec}t:ms"},
	{"%{begin:usec}t", "time=%{begin:usec}t:us"},
	{"%{begin:msec}t", "time=%{begin:msec}t:ms"},
	{"%{sec}t", "time=%{sec}t:s"},
	{"%t", "time=%t:clf"},
	{"%D", "duration=%D:us"},
	{"%{us}T", "duration=%{us}T:us"},
	{"%{ms}T", "duration=%{ms}T:ms"},
	{"%{s}T", "duration=%{s}T:s"},
	{"%T", "duration=%T:s"},
	{"%>s", "status=%>s"},
	{"%s", "status=%s"},
	{"%O", "bytes=%O"},
	{"%B", "bytes=%B"},
	{"%b", "bytes=%b"},
	{"%r", "request=%r"},
	{"%m", "method=%m"},
	{"%U", "url=%U"},
	{"%u", "user=%u"},
	{"%{X-Forwarded-For}i", "user=%{X-Forwarded-For}i"},
	{"%a", "user=%a"},
	{"%h", "user=%h"},
	{"%{UNIQUE_ID}e", "id=%{UNIQUE_ID}e"},
	{"%START_TIME%", "time=%START_TIME%:date"},
	{"%DURATION%", "duration=%DURATION%:ms"},
	{"%RESPONSE_CODE%", "status=%RESPONSE_CODE%"},
	{"%BYTES_SENT%", "bytes=%BYTES_SENT%"},
	{"%REQ(:METHOD)%", "method=%REQ(:METHOD)%"},
	{"%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%", "url=%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"},
	{"%REQ(:PATH)%", "url=%REQ(:PATH)%"},
	{"%REQ(X-FORWARDED-FOR)%", "user=%REQ(X-FORWARDED-FOR)%"},
	{"%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%",
	 "user=%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%"},
	{"%UPSTREAM_CLUSTER%", "version=%UPSTREAM_CLUSTER%"},
	{"%REQ(X-REQUEST-ID)%", "id=%REQ(X-REQUEST-ID)%"},
};

static bool has_variable(const struct pattern *pattern, const char *variable)
{
	for (int s = 0; s < pattern->steps; s++)
		if (view_is(pattern->step[s].variable, variable))
			return true;
	return false;
}

bool pattern_mapping(const char *layout, struct mapping *mapping, struct arena *arena, char *why,
		     size_t size)
{
	struct pattern *pattern = arena_take(arena, sizeof *pattern);
	if (!read_pattern(pattern, layout, why, size))
		return false;
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (has_variable(pattern, meanings[i].variable) &&
		    !mapping_read(mapping, arena, meanings[i].mapping, why, size))
			return false;
	return true;
}
