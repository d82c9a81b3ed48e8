/* Fields and records of comma-separated values, quotes and all. */
#include "sim/calculator/csv.h"

#include <criterion/criterion.h>
#include <string.h>

Test(csv, fields_are_what_stands_between_commas)
{
	char text[] = "a, b ,\"c,\"\"d\"\"\",,\"e\"f,\"\"\"\"\r\n";
	static const char *const wanted[] = {"a", "b", "c,\"d\"", "", "ef", "\""};
	struct csv csv = {text, text + strlen(text), text, 1};
	struct csv_field field;
	for (int i = 0; i < 6; i++) {
		cr_assert_eq(csv_next(&csv, &field), i < 5);
		cr_assert(!field.open);
		cr_assert_str_eq(csv_text(&field), wanted[i]);
	}
	cr_assert_eq(csv.at, csv.end);
	cr_assert_eq(csv.line, 2);
}

Test(csv, what_is_written_is_read_as_the_same)
{
	static const char *const texts[] = {"", "plain", "a,b", "say \"so\"", "two\nlines", "\r"};
	for (int i = 0; i < 6; i++) {
		struct buffer out = {NULL, 0, 0};
		struct csv_field field;
		csv_add(&out, texts[i]);
		buffer_add(&out, "\n", 2);
		struct csv csv = {out.text, out.text + out.length - 1, out.text, 1};
		cr_assert(!csv_next(&csv, &field));
		cr_assert_str_eq(csv_text(&field), texts[i]);
		buffer_free(&out);
	}
}

Test(csv, only_whole_records_are_whole)
{
	cr_expect_eq(csv_whole("a,b\nc", 5), 4);
	cr_expect_eq(csv_whole("a,\"b\nc", 6), 0);
	cr_expect_eq(csv_whole("a\n\"b\nc\"\nd", 9), 8);
	cr_expect_eq(csv_whole("a\n\"b\"\"\n\"\n", 9), 9);
	cr_expect_eq(csv_whole("a\"\nb\"\n", 6), 6);
	cr_expect_eq(csv_whole("", 0), 0);
}
