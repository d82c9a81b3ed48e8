/* The pieces of which import is made, each against an answer from elsewhere. */
#include "replay/dictionary.h"
#include "replay/lines.h"
#include "replay/number.h"
#include "replay/order.h"
#include "replay/reader.h"
#include "replay/route.h"
#include "replay/scan.h"
#include "replay/scratch.h"
#include "replay/siphash.h"
#include "replay/when.h"
#include "tests/random.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

/* ---- numbers */

Test(replay, decimals_become_whole_nanoseconds_to_the_last_digit)
{
	static const struct {
		const char *text;
		int64_t scale, ns;
	} good[] = {
		{"0.032", 1000000000, 32000000},
		{"1581452772.000000321", 1000000000, 1581452772000000321},
		{"9223372036854775807", 1, INT64_MAX},
		{"-1", 1000, -1000},
		{"12.", 1000, 12000},
		{"1e-3", 1000000000, 1000000},
		{"2.5E2", 1, 250},
		{"0.0000000004", 1000000000, 0},
		{"0.0000000005", 1000000000, 1},
		{"5.999", 1, 6},
		{"999999999999999999", 1, 999999999999999999},
		{"1581452772000000321", 1, 1581452772000000321},
		{"0.25", 60000000000, 15000000000},
		{"1.5e3", 1, 1500},
	};
	static const char *const bad[] = {"",
					  "-",
					  ".",
					  "1,5",
					  " 1",
					  "1 ",
					  "0x10",
					  "nan",
					  "inf",
					  "1e30",
					  "--1",
					  "1.2.3",
					  "+-1",
					  "1e",
					  "9223372036854775808",
					  "999999999999999999",
					  "1\xff",
					  "0.5x"};
	int64_t ns;
	for (int i = 0; i < LENGTH(good); i++) {
		cr_assert(number_scaled(view_of(good[i].text), good[i].scale, &ns), "%s",
			  good[i].text);
		cr_expect_eq(ns, good[i].ns, "%s is %lld", good[i].text, (long long)ns);
	}
	for (int i = 0; i < LENGTH(bad); i++)
		cr_expect(!number_scaled(view_of(bad[i]), 1000000000, &ns), "%s", bad[i]);
}

/* ---- times */

Test(replay, stamps_are_what_the_c_library_says)
{
	struct when when = {.kind = WHEN_DATE}, clf = {.kind = WHEN_CLF};
	int64_t ns;
	for (int64_t s = -9000000000; s < 9000000000; s += 123456789) {
		struct tm tm;
		time_t at = (time_t)s;
		char text[64];
		gmtime_r(&at, &tm);
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
		cr_assert(when_read(&when, view_of(text), &ns), "%s", text);
		cr_assert_eq(ns, s * 1000000000, "%s", text);
		strftime(text, sizeof text, "%d/%b/%Y:%H:%M:%S +0000", &tm);
		cr_assert(when_read(&clf, view_of(text), &ns), "%s", text);
		cr_assert_eq(ns, s * 1000000000, "%s", text);
		cr_assert(when_read(&when, view_of(when_print(text, ns + 120)), &ns));
		cr_assert_eq(ns, s * 1000000000 + 120);
	}
}

Test(replay, zones_and_decimals_of_stamps_count)
{
	static const struct {
		const char *text;
		int64_t ns;
	} good[] = {
		{"2015-05-17 10:05:03", 1431857103000000000},
		{"2015-05-17T12:05:03.5+02:00", 1431857103500000000},
		{"2015-05-17t04:35:03,123456789-0530", 1431857103123456789},
		{"2015-05-17 10:05:03.000000001 +0000 UTC m=+0.07", 1431857103000000001},
		{"2015-05-17 10:05:03.1234567891", 1431857103123456789},
		{"2016-12-31T23:59:60Z", 1483228800000000000},
	};
	static const char *const bad[] = {
		"2015-02-29T00:00:00Z", "2015-13-01T00:00:00Z",	 "2015-05-17T24:00:00Z",
		"2015-05-17T10:60:00Z", "2015-05-17T10:05:61Z",	 "2015-05-17T10:05:3Z",
		"2015-05-17",		"2015-05-17T10:05:03.Z", "2015-05-17T10:05:03+2",
		"0000-01-01T00:00:00Z", "9999-01-01T00:00:00Z"};
	int64_t ns;
	for (int i = 0; i < LENGTH(good); i++) {
		struct when when = {.kind = when_guess(view_of(good[i].text))};
		cr_assert(when_read(&when, view_of(good[i].text), &ns), "%s", good[i].text);
		cr_expect_eq(ns, good[i].ns, "%s", good[i].text);
	}
	for (int i = 0; i < LENGTH(bad); i++)
		cr_expect(!when_read(&(struct when){.kind = WHEN_DATE}, view_of(bad[i]), &ns), "%s",
			  bad[i]);
}

/* A stamp that is wrong must not leave its minute behind. */
Test(replay, a_stamp_is_read_the_same_after_any_other)
{
	static const char *const texts[] = {
		"17/May/2015:10:05:03 +0000", "17/Mai/2015:10:05:03 +0000",
		"17/May/2015:10:05:03 +0100", "17/May/2015:10:05:04 +0000",
		"17/May/2015:10:06:03 +0000", "17/May/2015:10:05:x3 +0000"};
	for (int a = 0; a < LENGTH(texts); a++)
		for (int b = 0; b < LENGTH(texts); b++) {
			struct when fresh = {.kind = WHEN_CLF}, used = fresh;
			int64_t first = 1, second = 1, other;
			bool good = when_read(&fresh, view_of(texts[b]), &first);
			when_read(&used, view_of(texts[a]), &other);
			cr_expect_eq(when_read(&used, view_of(texts[b]), &second), good);
			cr_expect_eq(first, second, "%s after %s", texts[b], texts[a]);
		}
}

Test(replay, epochs_are_known_by_their_size)
{
	cr_expect_eq(when_guess(view_of("1431857103")), WHEN_S);
	cr_expect_eq(when_guess(view_of("1431857103.123")), WHEN_S);
	cr_expect_eq(when_guess(view_of("1431857103123")), WHEN_MS);
	cr_expect_eq(when_guess(view_of("1431857103123456")), WHEN_US);
	cr_expect_eq(when_guess(view_of("1431857103123456789")), WHEN_NS);
	cr_expect_eq(when_guess(view_of("17.5")), WHEN_UNKNOWN);
	cr_expect_eq(when_guess(view_of("soon")), WHEN_UNKNOWN);
}

/* ---- users */

/* Aumasson and Bernstein 2012, appendix A; and the first vectors of their reference code. */
Test(replay, siphash_is_that_of_the_paper)
{
	const struct siphash_key key = {
		{UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)}};
	char text[15];
	for (int i = 0; i < 15; i++)
		text[i] = (char)i;
	cr_expect_eq(siphash(&key, (struct view){text, 15}), UINT64_C(0xa129ca6149be45e5));
	cr_expect_eq(siphash(&key, (struct view){text, 0}), UINT64_C(0x726fdb47dd0e0e31));
	cr_expect_eq(siphash(&key, (struct view){text, 1}), UINT64_C(0x74f839c593dc67fd));
	cr_expect_eq(siphash(&key, (struct view){text, 8}), UINT64_C(0x93f5f5799a932462));
}

/* ---- routes and words */

Test(replay, addresses_of_one_place_are_one_route)
{
	static const struct {
		const char *request, *route;
	} cases[] = {
		{"GET /users/17/orders?page=2 HTTP/1.1", "GET /users/*/orders"},
		{"GET /users/4/orders#top HTTP/2", "GET /users/*/orders"},
		{"POST https://x.example:443/a/3f2504e0-4f89-11d3-9a0c-0305e82c3301 HTTP/1.1",
		 "POST /a/*"},
		{"GET http://x.example HTTP/1.0", "GET /"},
		{"GET /facade/deadbeef/v2 HTTP/1.1", "GET /facade/deadbeef/v2"},
		{"GET /assets/0123456789abcdef.js HTTP/1.1", "GET /assets/0123456789abcdef.js"},
		{"GET /a b HTTP/1.1", "GET /a b"},
		{"GET //x//1/", NULL},
	};
	char room[ROUTE_ROOM];
	struct view method, url;
	for (int i = 0; i < LENGTH(cases); i++) {
		cr_assert(route_split(view_of(cases[i].request), &method, &url));
		struct view route = route_of(method, url, room);
		cr_expect(view_is(route, cases[i].route ? cases[i].route : "GET //x//*/"),
			  "%s: %.*s", cases[i].request, (int)route.length, route.at);
	}
	cr_expect(!route_split(view_of("\\x16\\x03\\x01"), &method, &url));
	cr_expect(!route_split(view_of("GET"), &method, &url));
	cr_expect(!route_split(view_of(""), &method, &url));
}

Test(replay, words_keep_their_numbers_and_are_clean)
{
	struct dictionary dictionary;
	dictionary_init(&dictionary, 100);
	char word[16];
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 95; i++) {
			snprintf(word, sizeof word, "w%d", i);
			cr_assert_eq(dictionary_add(&dictionary, view_of(word)), i);
		}
	cr_expect_eq(dictionary_add(&dictionary, (struct view){"a\0b\x1b\xff", 5}), 95);
	cr_expect_str_eq(dictionary.word[95], "a?b??");
	cr_expect_eq(dictionary_add(&dictionary, view_of("a?b??")), 95);
	cr_expect_eq(dictionary_add(&dictionary, view_of("\xe2\x82\xac \xed\xa0\x80")), 96);
	cr_expect_str_eq(dictionary.word[96], "\xe2\x82\xac ???");
	cr_expect_eq(dictionary_add(&dictionary, view_of("  ")), 97);
	cr_expect_eq(dictionary_add(&dictionary, view_of("y")), 98);
	cr_expect_eq(dictionary_add(&dictionary, view_of("z")), 99);
	cr_expect_eq(dictionary_add(&dictionary, view_of("one too many")), -1);
	dictionary_free(&dictionary);
}

/* ---- order */

struct numbered {
	int64_t arrival_ns;
	uint64_t number;
};

static int by_arrival(const void *a, const void *b)
{
	const struct numbered *left = a, *right = b;
	if (left->arrival_ns != right->arrival_ns)
		return left->arrival_ns < right->arrival_ns ? -1 : 1;
	return left->number < right->number ? -1 : 1;
}

/* Rows that are nearly in order, in none, and of times as far apart as can be. */
Test(replay, rows_come_out_as_a_stable_sort_would_have_them)
{
	static const int64_t spreads[] = {1, 100, 1000000, INT64_MAX / 2};
	for (int s = 0; s < LENGTH(spreads); s++) {
		uint64_t state = 7;
		struct order order;
		order_init(&order, sizeof(struct row));
		int rows = order.capacity, out = 0;
		struct numbered *sorted = calloc((size_t)rows, sizeof *sorted);
		cr_assert(sorted);
		for (int i = 0; i < rows; i++) {
			int64_t spread = (int64_t)(random_next(&state) % (uint64_t)spreads[s]);
			struct row *row = order_blank(&order);
			row->arrival_ns = i * (spreads[s] > 100 ? 0 : 10) + spread;
			row->identity = (uint64_t)i;
			sorted[i] = (struct numbered){row->arrival_ns, (uint64_t)i};
			order_add(&order);
		}
		cr_assert(order_is_full(&order));
		qsort(sorted, (size_t)rows, sizeof *sorted, by_arrival);
		for (int part = 0; part < 4; part++) {
			const struct row *row;
			order_settle(&order, part < 3 ? rows / 5 : rows);
			while ((row = order_next(&order))) {
				cr_assert_eq(row->arrival_ns, sorted[out].arrival_ns);
				cr_assert_eq(row->identity, sorted[out].number);
				out++;
			}
		}
		cr_assert_eq(out, rows);
		cr_assert_eq(order.count, 0);
		free(sorted);
		order_free(&order);
	}
}

/* ---- lines */

/* However the bytes come, the lines are the same: pieces are as small as the pipe gives them. */
Test(replay, lines_are_what_stands_between_newlines)
{
	static const char text[] = "one\r\n\ntwo\nthree \"open\nclosed\" end\nlast";
	struct bytes bytes;
	struct lines lines;
	struct view line;
	bytes_open_memory(&bytes, view_of(text));
	lines_open(&lines, &bytes);
	static const char *const wanted[] = {"one", "", "two", "three \"open"};
	for (int i = 0; i < LENGTH(wanted); i++) {
		cr_assert_eq(lines_next(&lines, &line), LINE_GOOD);
		cr_assert(view_is(line, wanted[i]), "%.*s", (int)line.length, line.at);
		cr_assert_eq(lines.number, i + 1);
	}
	cr_assert_eq(lines_join(&lines, &line), LINE_GOOD);
	cr_assert(view_is(line, "three \"open\nclosed\" end"));
	cr_assert_eq(lines_next(&lines, &line), LINE_GOOD);
	cr_assert(view_is(line, "last"));
	cr_assert_eq(lines_join(&lines, &line), LINE_NONE);
	cr_assert_eq(lines_next(&lines, &line), LINE_NONE);
	lines_close(&lines);
	bytes_close(&bytes);
}

Test(replay, a_line_that_is_too_long_is_passed_over)
{
	size_t size = 2 * (size_t)MOST_LINE + 100;
	char *text = malloc(size);
	cr_assert(text);
	memset(text, 'x', size);
	memcpy(text, "a\n", 2);
	memcpy(text + size - 3, "\nb\n", 3);
	struct bytes bytes;
	struct lines lines;
	struct view line;
	bytes_open_memory(&bytes, (struct view){text, size});
	lines_open(&lines, &bytes);
	cr_assert_eq(lines_next(&lines, &line), LINE_GOOD);
	cr_assert_eq(lines_next(&lines, &line), LINE_LONG);
	cr_assert_eq(lines_next(&lines, &line), LINE_GOOD);
	cr_assert(view_is(line, "b"));
	cr_assert_eq(lines.number, 3);
	cr_assert_leq(lines.room, 2 * (size_t)MOST_LINE);
	lines_close(&lines);
	free(text);
}

/* ---- JSON */

Test(replay, json_is_stepped_over_whole_or_refused)
{
	static const struct {
		const char *text;
		enum scan_kind kind;
	} cases[] = {
		{"\"a\\\"b\"", SCAN_TEXT},
		{"-12.5e+3", SCAN_PLAIN},
		{"true", SCAN_PLAIN},
		{"null", SCAN_NULL},
		{"{\"a\": [1, \"]}\"]}", SCAN_OBJECT},
		{"[[], {}, \"\\\\\"]", SCAN_LIST},
		{"", SCAN_WRONG},
		{"\"open", SCAN_WRONG},
		{"\"tab\tin\"", SCAN_WRONG},
		{"nul", SCAN_WRONG},
		{"+1", SCAN_WRONG},
		{"[1, 2", SCAN_WRONG},
		{"[}", SCAN_WRONG},
		{"{\"a\": \"}", SCAN_WRONG},
		{"\"longer than eight letters \\u0041 and on\"", SCAN_TEXT},
	};
	for (int i = 0; i < LENGTH(cases); i++) {
		struct view text = view_of(cases[i].text), value;
		struct scan scan = {text.at, text.at + text.length};
		cr_expect_eq(scan_value(&scan, &value), cases[i].kind, "%s", cases[i].text);
		if (cases[i].kind != SCAN_WRONG)
			cr_expect_eq(scan.at, scan.end, "%s", cases[i].text);
	}
}

Test(replay, escapes_become_what_they_stand_for)
{
	static const struct {
		const char *text, *plain;
	} cases[] = {
		{"plain", "plain"},
		{"a\\\"b\\\\c\\/d", "a\"b\\c/d"},
		{"\\u0041\\u00e9\\u20ac\\ud83d\\ude00", "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
		{"\\ud83d alone", "\xef\xbf\xbd alone"},
		{"\\x22nginx\\x5C", "\"nginx\\"},
		{"\\q \\u12 \\", "\\q \\u12 \\"}};
	struct scratch scratch = {NULL, 0, 0};
	for (int i = 0; i < LENGTH(cases); i++) {
		scratch_begin(&scratch, strlen(cases[i].text));
		struct view plain = scratch_unescape(&scratch, view_of(cases[i].text));
		cr_expect(view_is(plain, cases[i].plain), "%s: %.*s", cases[i].text,
			  (int)plain.length, plain.at);
	}
	scratch_free(&scratch);
}

/* A row may end after the last column that is wanted, where more columns may follow. */
Test(replay, the_last_value_of_a_short_row_is_read)
{
	struct bytes bytes;
	struct lines lines;
	struct view value[MOST_COLUMNS] = {{"stale", 5}}, text;
	struct columns columns = {.name = {"b"}, .count = 1};
	void *state = calloc(1, reader_table.state_size);
	char why[256];
	bytes_open_memory(&bytes, view_of("1,2\n3,4,5\n6\n"));
	lines_open(&lines, &bytes);
	cr_assert(state &&
		  reader_table.begin(state, "a,b,c...", &columns, &lines, why, sizeof why));
	cr_expect_eq(reader_table.next(state, &lines, value, &text), RECORD_GOOD);
	cr_expect(view_is(value[0], "2"));
	cr_expect_eq(reader_table.next(state, &lines, value, &text), RECORD_GOOD);
	cr_expect(view_is(value[0], "4"));
	cr_expect_eq(reader_table.next(state, &lines, value, &text), RECORD_BAD);
	cr_expect_eq(reader_table.next(state, &lines, value, &text), RECORD_NONE);
	reader_table.end(state);
	free(state);
	lines_close(&lines);
}

/* A quote that is never closed costs its line, and what is before and behind stays. */
Test(replay, an_open_quote_ends_with_its_record)
{
	enum { OPEN = 2 * (MOST_LINE / 8) };
	struct bytes bytes;
	struct lines lines;
	struct view value[MOST_COLUMNS], text;
	struct columns columns = {.name = {"b"}, .count = 1};
	void *state = calloc(1, reader_table.state_size);
	char why[256], *log = malloc(64 + 8 * OPEN);
	cr_assert(state && log);
	int length = sprintf(log, "1,2\n3,\"open\n");
	for (int i = 0; i < OPEN; i++)
		length += sprintf(log + length, "4,5,6,7\n");
	bytes_open_memory(&bytes, (struct view){log, (size_t)length});
	lines_open(&lines, &bytes);
	cr_assert(reader_table.begin(state, "a,b", &columns, &lines, why, sizeof why));
	cr_expect_eq(reader_table.next(state, &lines, value, &text), RECORD_GOOD);
	cr_expect_eq(reader_table.next(state, &lines, value, &text), RECORD_LONG);
	cr_expect_eq(lines.number, 2);
	for (int i = 0; i < 3; i++) {
		cr_expect_eq(reader_table.next(state, &lines, value, &text), RECORD_BAD);
		cr_expect(view_is(text, "4,5,6,7"));
		cr_expect_eq(lines.number, 3 + i);
	}
	reader_table.end(state);
	free(state);
	free(log);
	lines_close(&lines);
}
