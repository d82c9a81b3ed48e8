/* One small function a column. */
#include "replay/interpret.h"

#include "replay/number.h"
#include "replay/person.h"
#include "replay/route.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <xxhash.h>

/* A little before 1970, for logs that count from zero, and before the end of what fits. */
#define EARLIEST   (-INT64_C(86400) * 1000000000)
#define LATEST	   INT64_C(9200000000000000000)
#define LONGEST_NS INT64_C(31536000000000000) /* a year: rather a mistake of the unit */

#define REASON_WORDS(name, words) [name] = (words),
const char *const reason_words[REASON_COUNT] = {REASONS(REASON_WORDS)};

void interpret_init(struct interpreter *interpreter, const struct mapping *mapping,
		    struct head *head, struct siphash_key key)
{
	*interpreter = (struct interpreter){.key = key, .head = head};
	struct mapping *own = &interpreter->mapping;
	for (int f = 0; f < FIELDS; f++) {
		interpreter->first[f] = own->count;
		for (int i = 0; i < mapping->count; i++)
			if ((int)mapping->row[i].field == f)
				own->row[own->count++] = mapping->row[i];
	}
	interpreter->first[FIELDS] = own->count;
	for (int i = 0; i < own->count; i++) {
		interpreter->column[i] = columns_add(&interpreter->columns, own->row[i].column);
		interpreter->extra[i] = head_extra(head, &own->row[i]);
		interpreter->when[i].kind = own->row[i].kind;
	}
}

bool interpret_ends(const struct interpreter *interpreter)
{
	return interpreter->first[FIELD_TIME] == interpreter->first[FIELD_END];
}

/* The first column of a field that says something; -1: none does. */
static int choose(const struct interpreter *interpreter, const struct view *values,
		  enum field field)
{
	for (int i = interpreter->first[field]; i < interpreter->first[field + 1]; i++)
		if (!view_is_nothing(values[interpreter->column[i]]))
			return i;
	return -1;
}

/* ---- lists: nginx writes one entry for each server it asked, "0.010, 0.020 : 0.1" */

static bool next_entry(struct view *list, struct view *entry)
{
	size_t length = 0;
	if (!list->length)
		return false;
	while (length < list->length && list->at[length] != ',' &&
	       !(list->at[length] == ':' && length && list->at[length - 1] == ' '))
		length++;
	*entry = view_trim((struct view){list->at, length});
	*list = view_from(*list, length + (length < list->length));
	return true;
}

/* ---- times */

static bool read_stamp(struct interpreter *interpreter, const struct view *values, int i,
		       int64_t *ns)
{
	struct view text = values[interpreter->column[i]];
	struct when *when = &interpreter->when[i];
	if (text.length > 1 && *text.at == '[' && text.at[text.length - 1] == ']')
		text = (struct view){text.at + 1, text.length - 2};
	if (when->kind == WHEN_UNKNOWN)
		when->kind = when_guess(text);
	return when_read(when, text, ns);
}

/* "12ms", for columns that have no unit of their own. */
static int64_t take_suffix(struct view *text)
{
	static const struct {
		const char *word;
		int64_t ns;
	} suffixes[] = {
		{"ms", 1000000}, {"us", 1000}, {"\xc2\xb5s", 1000}, {"ns", 1}, {"s", 1000000000}};
	for (int i = 0; i < 5; i++) {
		size_t length = strlen(suffixes[i].word);
		if (text->length > length &&
		    !memcmp(text->at + text->length - length, suffixes[i].word, length)) {
			text->length -= length;
			return suffixes[i].ns;
		}
	}
	return 0;
}

/* -1 where there is none. */
static bool read_entry(const struct mapped *row, struct view text, int64_t *ns)
{
	int64_t unit = row->unit_ns ? row->unit_ns : take_suffix(&text);
	*ns = -1;
	if (view_is_nothing(text) || view_is(text, "-1"))
		return true;
	if (row->decimals && !memchr(text.at, '.', text.length))
		return false;
	return unit && number_scaled(text, unit, ns) && *ns >= 0 && *ns <= LONGEST_NS;
}

/* Entries of a list add up. */
static bool read_duration(const struct interpreter *interpreter, const struct view *values, int i,
			  int64_t *duration_ns)
{
	const struct mapped *row = &interpreter->mapping.row[i];
	struct view list = values[interpreter->column[i]], entry;
	int64_t sum = -1, ns;
	if (!row->list)
		return read_entry(row, list, duration_ns);
	while (next_entry(&list, &entry)) {
		if (!read_entry(row, entry, &ns))
			return false;
		if (ns >= 0)
			sum = (sum < 0 ? 0 : sum) + ns;
		if (sum > LONGEST_NS)
			return false;
	}
	*duration_ns = sum;
	return true;
}

static enum reason find_times(struct interpreter *interpreter, const struct view *values,
			      struct row *row, int64_t *stamp_ns)
{
	int time = choose(interpreter, values, FIELD_TIME);
	int end = choose(interpreter, values, FIELD_END);
	int duration = choose(interpreter, values, FIELD_DURATION);
	int64_t end_ns = 0;
	row->duration_ns = -1;
	if (duration >= 0 && !read_duration(interpreter, values, duration, &row->duration_ns))
		return REASON_DURATION;
	if ((time < 0 && end < 0) ||
	    (time >= 0 && !read_stamp(interpreter, values, time, &row->arrival_ns)) ||
	    (end >= 0 && !read_stamp(interpreter, values, end, &end_ns)))
		return REASON_TIME;
	*stamp_ns = time >= 0 ? row->arrival_ns : end_ns;
	if (*stamp_ns < EARLIEST || *stamp_ns > LATEST || end_ns < EARLIEST || end_ns > LATEST)
		return REASON_RANGE;
	if (time >= 0 && end >= 0 && row->duration_ns < 0) {
		row->duration_ns = end_ns - row->arrival_ns;
		if (row->duration_ns < 0 || row->duration_ns > LONGEST_NS)
			return REASON_DURATION;
	}
	if (time < 0)
		row->arrival_ns = end_ns - (row->duration_ns > 0 ? row->duration_ns : 0);
	return REASON_NONE;
}

/* ---- what became of it */

static bool is_one_of(struct view text, const char *words)
{
	char word[16] = " ";
	size_t length = text.length < 12 ? text.length : 0;
	for (size_t i = 0; i < length; i++)
		word[i + 1] = (char)tolower((unsigned char)text.at[i]);
	word[length + 1] = ' ';
	return length && strstr(words, word);
}

/* "2xx": counters have the class alone. */
static bool read_class(struct view text, struct row *row)
{
	if (text.length != 3 || *text.at < '1' || *text.at > '5' ||
	    !is_one_of(view_from(text, 1), " xx "))
		return false;
	row->outcome = row_outcome(100 * (*text.at - '0'));
	return true;
}

static enum reason read_status_word(struct view text, struct row *row)
{
	if (read_class(text, row))
		return REASON_NONE;
	if (is_one_of(text,
		      " ok success succeed succeeded completed complete finished true passed "))
		row->outcome = ROW_SUCCESS;
	else if (is_one_of(text, " fail failed failure error timeout false crashed "))
		row->outcome = ROW_SERVER_ERROR;
	else if (is_one_of(text, " aborted canceled cancelled "))
		row->outcome = ROW_ABORTED;
	else if (is_one_of(text, " pending processing running queued waiting "))
		return REASON_OPEN;
	else
		return REASON_STATUS;
	return REASON_NONE;
}

/* The last server asked gave the answer that counts. */
static enum reason read_status(const struct interpreter *interpreter, const struct view *values,
			       struct row *row)
{
	int i = choose(interpreter, values, FIELD_STATUS);
	row->status = -1;
	row->outcome = ROW_UNKNOWN;
	if (i < 0)
		return REASON_NONE;
	struct view list = values[interpreter->column[i]], entry = list;
	while (interpreter->mapping.row[i].list && next_entry(&list, &entry))
		continue;
	int64_t status;
	if (view_is_nothing(entry) || view_is(entry, "-1"))
		return REASON_NONE;
	if (!number_scaled(entry, 1, &status))
		return read_status_word(entry, row);
	if (status != 0 && (status < 100 || status > 999))
		return REASON_STATUS;
	row->status = (int16_t)status;
	row->outcome = row_outcome((int)status);
	return REASON_NONE;
}

static enum reason read_outcome(const struct interpreter *interpreter, const struct view *values,
				struct row *row)
{
	int i = choose(interpreter, values, FIELD_OUTCOME);
	if (i < 0)
		return REASON_NONE;
	for (int o = 0; o < ROW_OUTCOMES; o++)
		if (view_is(values[interpreter->column[i]], row_outcomes[o])) {
			row->outcome = (int8_t)o;
			return REASON_NONE;
		}
	return REASON_STATUS;
}

/* ---- what it was */

static enum reason read_bytes(const struct interpreter *interpreter, const struct view *values,
			      struct row *row)
{
	int i = choose(interpreter, values, FIELD_BYTES);
	row->bytes = -1;
	if (i < 0 || view_is(values[interpreter->column[i]], "-1"))
		return REASON_NONE;
	bool good =
		number_scaled(values[interpreter->column[i]], 1, &row->bytes) && row->bytes >= 0;
	return good ? REASON_NONE : REASON_NUMBER;
}

/* When there are too many routes, all that are new share the last place. */
static int16_t add_route(struct dictionary *routes, struct view route)
{
	if (!route.length)
		return -1;
	if (routes->count == MOST_ROUTES - 1)
		dictionary_add(routes, view_of("(other)"));
	int place = dictionary_add(routes, route);
	return (int16_t)(place < 0 ? MOST_ROUTES - 1 : place);
}

/* The hash of a request line. By the time that its route is wanted, the processor is to have
 * fetched what was seen of it. */
static uint64_t hash_request(const struct interpreter *interpreter, const struct view *values)
{
	int i = choose(interpreter, values, FIELD_REQUEST);
	if (i < 0)
		return 0;
	struct view request = values[interpreter->column[i]];
	uint64_t hash = XXH3_64bits_withSeed(request.at, request.length, interpreter->key.half[0]);
	__builtin_prefetch(&interpreter->seen[hash % ROUTES_SEEN]);
	return hash;
}

/* Most requests are like one seen before: its route is looked up by the hash of the line. */
static int16_t request_route(struct interpreter *interpreter, struct view request, uint64_t hash)
{
	struct view method, url;
	char room[ROUTE_ROOM];
	struct route_seen *seen = &interpreter->seen[hash % ROUTES_SEEN];
	if (seen->hash == hash)
		return seen->route;
	if (!route_split(request, &method, &url))
		return -1;
	seen->hash = hash;
	seen->route = add_route(&interpreter->head->routes, route_of(method, url, room));
	return seen->route;
}

static void read_route(struct interpreter *interpreter, const struct view *values, uint64_t hash,
		       struct row *row)
{
	struct dictionary *routes = &interpreter->head->routes;
	struct view method = {"", 0};
	char room[ROUTE_ROOM];
	int verbatim = choose(interpreter, values, FIELD_ROUTE);
	int request = choose(interpreter, values, FIELD_REQUEST);
	int address = choose(interpreter, values, FIELD_URL);
	int verb = choose(interpreter, values, FIELD_METHOD);
	row->route = -1;
	if (verbatim >= 0) {
		row->route = add_route(routes, values[interpreter->column[verbatim]]);
	} else if (request >= 0) {
		row->route = request_route(interpreter, values[interpreter->column[request]], hash);
	} else if (address >= 0) {
		method = verb >= 0 ? values[interpreter->column[verb]] : method;
		row->route = add_route(
			routes, route_of(method, values[interpreter->column[address]], room));
	}
}

static enum reason read_user(const struct interpreter *interpreter, const struct view *values,
			     struct row *row)
{
	int hash = choose(interpreter, values, FIELD_HASH);
	int user = choose(interpreter, values, FIELD_USER);
	row->user = 0;
	if (hash >= 0)
		return person_hash(values[interpreter->column[hash]], &row->user) ? REASON_NONE
										  : REASON_NUMBER;
	if (user >= 0) {
		struct view person = person_of(values[interpreter->column[user]]);
		row->user = siphash(&interpreter->key, person);
		row->user += !row->user; /* 0 is nobody */
	}
	return REASON_NONE;
}

static bool read_party(const struct interpreter *interpreter, const struct view *values,
		       enum field field, struct dictionary *words, int16_t *place)
{
	int i = choose(interpreter, values, field);
	*place = -1;
	if (i >= 0)
		*place = (int16_t)dictionary_add(words,
						 person_party(values[interpreter->column[i]]));
	return i < 0 || *place >= 0;
}

static enum reason read_extra(struct interpreter *interpreter, struct view text, int i,
			      double *value)
{
	struct extra *extra = &interpreter->head->extra[interpreter->extra[i]];
	if (view_is_nothing(text))
		return REASON_NONE;
	if (extra->word) {
		int place = dictionary_add(&extra->words, text);
		*value = place;
		return place < 0 ? REASON_VALUES : REASON_NONE;
	}
	if (!number_plain(text, value)) {
		bool yes = is_one_of(text, " true yes "), no = is_one_of(text, " false no ");
		if (!yes && !no)
			return REASON_NUMBER;
		*value = yes;
	}
	if (interpreter->mapping.row[i].field == FIELD_PROPENSITY && !(*value > 0 && *value <= 1))
		return REASON_CHANCE;
	return REASON_NONE;
}

static enum reason read_extras(struct interpreter *interpreter, const struct view *values,
			       struct row *row)
{
	enum reason reason = REASON_NONE;
	for (int e = 0; e < interpreter->head->extras; e++)
		row->extra[e] = NAN;
	for (int i = interpreter->first[FIELD_ACTION];
	     i < interpreter->first[FIELD_WHERE] && reason == REASON_NONE; i++)
		if (interpreter->extra[i] >= 0 && isnan(row->extra[interpreter->extra[i]]))
			reason = read_extra(interpreter, values[interpreter->column[i]], i,
					    &row->extra[interpreter->extra[i]]);
	return reason;
}

static bool is_wanted(const struct interpreter *interpreter, const struct view *values)
{
	for (int i = interpreter->first[FIELD_WHERE]; i < interpreter->first[FIELDS]; i++)
		if (!view_is(values[interpreter->column[i]], interpreter->mapping.row[i].name))
			return false;
	return true;
}

enum reason interpret(struct interpreter *interpreter, const struct view *values, struct row *row,
		      int64_t *stamp_ns)
{
	struct head *head = interpreter->head;
	enum reason reason;
	if (!is_wanted(interpreter, values))
		return REASON_OTHER;
	uint64_t hash = hash_request(interpreter, values);
	if ((reason = read_status(interpreter, values, row)) != REASON_NONE ||
	    (reason = find_times(interpreter, values, row, stamp_ns)) != REASON_NONE ||
	    (reason = read_outcome(interpreter, values, row)) != REASON_NONE ||
	    (reason = read_bytes(interpreter, values, row)) != REASON_NONE ||
	    (reason = read_user(interpreter, values, row)) != REASON_NONE ||
	    (reason = read_extras(interpreter, values, row)) != REASON_NONE)
		return reason;
	if (!read_party(interpreter, values, FIELD_SEGMENT, &head->segments, &row->segment) ||
	    !read_party(interpreter, values, FIELD_VERSION, &head->versions, &row->version))
		return REASON_VALUES;
	read_route(interpreter, values, hash, row);
	return REASON_NONE;
}
