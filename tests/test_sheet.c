/* Tables: they come out as they went in, byte for byte, with their answers behind; whatever a table
 * looks like, however it comes and however many threads there are. */
#include "sim/calculator/buffer.h"
#include "sim/calculator/list.h"
#include "sim/calculator/question.h"
#include "sim/calculator/sheet.h"

#include "tests/random.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What is asked, and what came of it. */
struct sheet_test {
	const char *calculation, *option, *value; /* for all rows; may be NULL */
	int threads;
	size_t piece;
	enum sheet_end end;
	char *out, *said;
};

static void run_on(struct sheet_test *test, int in)
{
	struct question question;
	size_t size;
	gsl_set_error_handler_off();
	question_open(&question, calculation_find(test->calculation), (const char *const[]){NULL});
	if (test->option)
		question_set(&question, test->option, test->value);
	struct sheet sheet = {.calculation = question.calculation,
			      .name = "t.csv",
			      .in = in,
			      .out = open_memstream(&test->out, &size),
			      .complaints = open_memstream(&test->said, &size),
			      .input = question.input,
			      .given = question.given,
			      .threads = test->threads,
			      .piece = test->piece};
	test->end = sheet_run(&sheet);
	fclose(sheet.out);
	fclose(sheet.complaints);
	question_close(&question);
}

static void run(struct sheet_test *test, const char *table, size_t length)
{
	int in = memfd_create("table", 0);
	cr_assert(in >= 0 && write(in, table, length) == (ssize_t)length);
	lseek(in, 0, SEEK_SET);
	run_on(test, in);
	close(in);
}

static void release(struct sheet_test *test)
{
	free(test->out);
	free(test->said);
}

static void expect_with(struct sheet_test test, const char *table, enum sheet_end end,
			const char *out, const char *said)
{
	run(&test, table, strlen(table));
	cr_expect_eq(test.end, end, "%s", table);
	cr_expect_str_eq(test.out, out);
	cr_expect_str_eq(test.said, said);
	release(&test);
}

static void expect(const char *table, enum sheet_end end, const char *out, const char *said)
{
	expect_with((struct sheet_test){.calculation = "wilson_ci"}, table, end, out, said);
}

#define HEAD "got_z,got_wilson_lo,got_wilson_hi,got_agresti_coull_lo,got_agresti_coull_hi"
/* Nothing of nothing says nothing about a share. */
#define NONE ",1.9599639845400538,0,1,0,1"
#define NANS ",nan,nan,nan,nan,nan"

Test(sheet, a_table_comes_out_as_it_went_in)
{
	expect("case,\"who, and why\",x(of n),n\n1,\"a \"\"b\"\"\",0,0\n", SHEET_GOOD,
	       "case,\"who, and why\",x(of n),n," HEAD "\n1,\"a \"\"b\"\"\",0,0" NONE "\n", "");
	expect("x,n\r\n0,0\r\n0,0", SHEET_GOOD, "x,n," HEAD "\r\n0,0" NONE "\r\n0,0" NONE "\n", "");
	expect("x,n,note\n0,0,\"two\nlines\"\n\"0\", 0 ,z\n", SHEET_GOOD,
	       "x,n,note," HEAD "\n0,0,\"two\nlines\"" NONE "\n\"0\", 0 ,z" NONE "\n", "");
	expect("x,n,5\" pipe\n0,0,7\" pipe\n", SHEET_GOOD,
	       "x,n,5\" pipe," HEAD "\n0,0,7\" pipe" NONE "\n", "");
}

Test(sheet, short_rows_are_filled_up_and_empty_lines_left_out)
{
	expect("\xEF\xBB\xBFx,n,note,more\n0,0\n\n0,0,z\n\r\n", SHEET_GOOD,
	       "x,n,note,more," HEAD "\n0,0,," NONE "\n0,0,z," NONE "\n", "");
	expect_with((struct sheet_test){.calculation = "wilson_ci", .piece = 1}, "\n\nx,n\n0,0\n",
		    SHEET_GOOD, "x,n," HEAD "\n0,0" NONE "\n", "");
	expect("\n\nx,n\n0,0\n", SHEET_GOOD, "x,n," HEAD "\n0,0" NONE "\n", "");
	expect("x,n\n", SHEET_GOOD, "x,n," HEAD "\n", "");
	expect("x,n", SHEET_GOOD, "x,n," HEAD "\n", "");
}

Test(sheet, columns_are_known_by_their_names)
{
	expect("n (trials),x=errors\n0,0\n", SHEET_GOOD,
	       "n (trials),x=errors," HEAD "\n0,0" NONE "\n", "");
	/* The very name goes before one with a remark. */
	expect("x(R),x,n\n9,0,0\n", SHEET_GOOD, "x(R),x,n," HEAD "\n9,0,0" NONE "\n", "");
	expect("x,x,n\n0,0,0\n", SHEET_MISTAKES, "", "t.csv:1:1: several columns are named x\n");
}

Test(sheet, answers_take_the_names_of_columns_with_remarks)
{
	struct sheet_test test = {.calculation = "bandit_index"};
	const char *table = "successes,n,t,level=ln(t)/n,\"mean(of n; s, n)\"\n1,10,100,,\n";
	run(&test, table, strlen(table));
	cr_expect_eq(test.end, SHEET_GOOD);
	cr_expect(strstr(test.out, ",got_level=ln(t)/n,"), "%s", test.out);
	cr_expect(strstr(test.out, ",\"got_mean(of n; s, n)\","), "%s", test.out);
	release(&test);
}

/* What holds for all rows holds where a row says nothing. */
Test(sheet, an_option_holds_for_all_rows)
{
	struct sheet_test test = {.calculation = "wilson_ci", .option = "n", .value = "0"};
	expect_with(test, "x\n0\n", SHEET_GOOD, "x," HEAD "\n0" NONE "\n", "");
	expect_with(test, "x,n\n0,\n", SHEET_GOOD, "x,n," HEAD "\n0," NONE "\n", "");
	test.value = "5";
	expect_with(test, "x,n\n0,0\n", SHEET_GOOD, "x,n," HEAD "\n0,0" NONE "\n", "");
}

Test(sheet, an_empty_field_is_no_answer)
{
	expect("x,n\n1,\n0,0\n,\n", SHEET_GOOD,
	       "x,n," HEAD "\n1," NANS "\n0,0" NONE "\n," NANS "\n",
	       "t.csv: 2 rows lack an input and have no answers\n");
	expect("x,n,alpha\n0,0,\n", SHEET_GOOD, "x,n,alpha," HEAD "\n0,0," NONE "\n", "");
}

#define MISTAKE "t.csv: 1 mistake; where one is, there are no answers\n"

Test(sheet, mistakes_are_named_with_their_places)
{
	expect("x,n\n3,two\n", SHEET_MISTAKES, "x,n," HEAD "\n3,two" NANS "\n",
	       "t.csv:2:3: n: expected a number such as 3, 1.1 or 2e6; found \"two\"\n" MISTAKE);
	expect("x,n\n-1,5\n", SHEET_MISTAKES, "x,n," HEAD "\n-1,5" NANS "\n",
	       "t.csv:2:1: x: must be from 0 to 1e15; found \"-1\"\n" MISTAKE);
	expect("x,n\n7,5\n", SHEET_MISTAKES, "x,n," HEAD "\n7,5" NANS "\n",
	       "t.csv:2:1: x: there cannot be more successes than trials\n" MISTAKE);
	expect("x,n\n1,2,3\n0,0\n", SHEET_MISTAKES, "x,n," HEAD "\n1,2,3" NANS "\n0,0" NONE "\n",
	       "t.csv:2:5: the row has more fields than the head, which has 2\n" MISTAKE);
	expect("x,n\n0,0\n\"0,0\n", SHEET_MISTAKES, "x,n," HEAD "\n0,0" NONE "\n\"0,0\n," NANS "\n",
	       "t.csv:3:1: the quote is never closed\n" MISTAKE);
	/* Behind a field of two lines. */
	expect("note,x,n\n\"a\nb\",0,z\n", SHEET_MISTAKES,
	       "note,x,n," HEAD "\n\"a\nb\",0,z" NANS "\n",
	       "t.csv:3:6: n: expected a number such as 3, 1.1 or 2e6; found \"z\"\n" MISTAKE);
	expect("x,n\nz,-1\n", SHEET_MISTAKES, "x,n," HEAD "\nz,-1" NANS "\n",
	       "t.csv:2:1: x: expected a number such as 3, 1.1 or 2e6; found \"z\"\n"
	       "t.csv:2:3: n: must be from 0 to 1e15; found \"-1\"\n"
	       "t.csv: 2 mistakes; where one is, there are no answers\n");
}

Test(sheet, a_table_without_a_good_head_is_refused)
{
	const char *empty = "t.csv:1:1: the table is empty; its first line must name the columns\n";
	expect("", SHEET_MISTAKES, "", empty);
	expect("\n\n", SHEET_MISTAKES, "", empty);
	expect("x,n,\"note\n0,0,a\n", SHEET_MISTAKES, "", "t.csv:1:1: a quote is never closed\n");
	expect("a,b\n1,2\n", SHEET_MISTAKES, "",
	       "t.csv:1:1: wilson_ci needs a column, or an option, for x, n; the columns are a, "
	       "b\n");
	expect_with((struct sheet_test){.calculation = "wilson_ci", .option = "n", .value = "5"},
		    "y\n1\n", SHEET_MISTAKES, "",
		    "t.csv:1:1: wilson_ci needs a column, or an option, for x; the columns are "
		    "y\n");
}

Test(sheet, many_mistakes_are_counted_and_the_first_are_shown)
{
	enum { ROWS = 5000 };
	struct buffer table = {NULL, 0, 0};
	struct sheet_test test = {.calculation = "wilson_ci", .threads = 2, .piece = 64};
	int lines = 0;
	buffer_add(&table, "x,n\n", 4);
	for (int i = 0; i < ROWS; i++)
		buffer_add(&table, "z,0\n", 4);
	run(&test, table.text, table.length);
	for (const char *at = test.said; (at = strchr(at, '\n')); at++)
		lines++;
	cr_expect_eq(lines, 22, "%s", test.said);
	cr_expect(!strncmp(test.said, "t.csv:2:1: x: ", 14), "%s", test.said);
	cr_expect(strstr(test.said, "\nt.csv:21:1: x: "), "%s", test.said);
	cr_expect(strstr(test.said, "\n... and 4980 more\nt.csv: 5000 mistakes; "), "%s",
		  test.said);
	release(&test);
	buffer_free(&table);
}

/* ---- any threads, any pieces, any bytes */

/* Rows of all kinds: quoted, broken over lines, short, wrong, empty. */
static void make_table(struct buffer *table, int rows)
{
	static const char *const kinds[] = {"%d,1,10\n",	 "\"%d\",\"2\",20\r\n",
					    "\"a\n%d,\",3,30\n", "%d,4\n",
					    "%d,x,1\n",		 "%d,7,2\n",
					    "\"%d\"\"\",,5\n",	 "\n"};
	uint64_t random = 11;
	buffer_add(table, "case,x,n\n", 9);
	for (int i = 0; i < rows; i++) {
		char row[64];
		int length = snprintf(row, sizeof row, kinds[random_to(&random, 7)], i);
		buffer_add(table, row, (size_t)length);
	}
}

Test(sheet, what_comes_out_does_not_depend_on_threads_or_pieces)
{
	static const int threads[] = {1, 2, 3, 8, 64};
	static const size_t pieces[] = {1, 7, 100, 4096, 0};
	struct buffer table = {NULL, 0, 0};
	struct sheet_test first = {.calculation = "wilson_ci", .piece = 1 << 20};
	make_table(&table, 20000);
	run(&first, table.text, table.length);
	cr_assert_eq(first.end, SHEET_MISTAKES);
	for (int t = 0; t < 5; t++)
		for (int p = 0; p < 5; p++) {
			struct sheet_test other = {.calculation = "wilson_ci",
						   .threads = threads[t],
						   .piece = pieces[p]};
			run(&other, table.text, table.length);
			cr_expect_eq(other.end, SHEET_MISTAKES);
			cr_expect(!strcmp(other.out, first.out), "%d threads", threads[t]);
			cr_expect(!strcmp(other.said, first.said), "%d threads", threads[t]);
			release(&other);
		}
	release(&first);
	buffer_free(&table);
}

struct drip {
	int out;
	const struct buffer *table;
};

static void *write_drop_by_drop(void *context)
{
	const struct drip *drip = context;
	uint64_t random = 5;
	for (size_t at = 0; at < drip->table->length;) {
		size_t count = (size_t)random_to(&random, 300) + 1, left = drip->table->length - at;
		ssize_t wrote =
			write(drip->out, drip->table->text + at, count < left ? count : left);
		if (wrote <= 0)
			break;
		at += (size_t)wrote;
	}
	close(drip->out);
	return NULL;
}

Test(sheet, a_table_may_come_drop_by_drop)
{
	struct buffer table = {NULL, 0, 0};
	struct sheet_test whole = {.calculation = "wilson_ci"},
			  drops = {.calculation = "wilson_ci", .threads = 2};
	int ends[2];
	pthread_t writer;
	make_table(&table, 3000);
	run(&whole, table.text, table.length);
	cr_assert_eq(pipe(ends), 0);
	struct drip drip = {ends[1], &table};
	cr_assert_eq(pthread_create(&writer, NULL, write_drop_by_drop, &drip), 0);
	run_on(&drops, ends[0]);
	pthread_join(writer, NULL);
	close(ends[0]);
	cr_expect_str_eq(drops.out, whole.out);
	cr_expect_str_eq(drops.said, whole.said);
	release(&whole);
	release(&drops);
	buffer_free(&table);
}

Test(sheet, a_row_is_answered_before_the_next_has_come)
{
	int ends[2], back[2];
	char got[4096];
	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(pipe(back), 0);
	pid_t child = fork();
	if (!child) {
		struct question question;
		close(ends[1]);
		question_open(&question, calculation_find("wilson_ci"),
			      (const char *const[]){NULL});
		struct sheet sheet = {.calculation = question.calculation,
				      .name = "t.csv",
				      .in = ends[0],
				      .out = fdopen(back[1], "w"),
				      .complaints = stderr,
				      .input = question.input,
				      .given = question.given,
				      .threads = 2};
		_exit((int)sheet_run(&sheet));
	}
	close(back[1]);
	cr_assert_eq(write(ends[1], "x,n\n", 4), 4);
	cr_expect_eq(read(back[0], got, sizeof got), (ssize_t)strlen("x,n," HEAD "\n"));
	for (int i = 0; i < 3; i++) {
		cr_assert_eq(write(ends[1], "0,0\n", 4), 4);
		ssize_t count = read(back[0], got, sizeof got);
		cr_expect(count == (ssize_t)strlen("0,0" NONE "\n"), "%zd", count);
	}
	close(ends[1]);
	cr_expect_eq(read(back[0], got, sizeof got), 0);
	close(back[0]);
}

Test(sheet, fields_may_be_long)
{
	enum { LONG = 3 << 20 };
	struct buffer table = {NULL, 0, 0};
	struct sheet_test test = {.calculation = "wilson_ci", .threads = 2};
	buffer_add(&table, "note,x,n\n\"", 10);
	memset(buffer_room(&table, LONG), 'a', LONG);
	table.length += LONG;
	buffer_add(&table, "\",0,0\n", 6);
	run(&test, table.text, table.length);
	cr_expect_eq(test.end, SHEET_GOOD);
	cr_expect_eq(strlen(test.out), table.length + strlen(HEAD NONE) + 1);
	release(&test);
	buffer_free(&table);
}

/* A list of a million numbers in one field. */
Test(sheet, lists_may_be_long)
{
	enum { COUNT = 1000000 };
	struct buffer table = {NULL, 0, 0};
	struct sheet_test test = {.calculation = "ratio_delta"};
	buffer_add(&table, "numerators,denominators\n", 24);
	for (int side = 0; side < 2; side++)
		for (int i = 0; i < COUNT; i++)
			buffer_add(&table, i < COUNT - 1 ? "2;" : side ? "2\n" : "2,", 2);
	run(&test, table.text, table.length);
	cr_expect_eq(test.end, SHEET_GOOD);
	cr_expect(strstr(test.out, ",1,0\n"), "%.80s", test.out + table.length);
	release(&test);
	buffer_free(&table);
}

Test(sheet, a_quote_that_is_never_closed_does_not_eat_all_memory)
{
	struct buffer table = {NULL, 0, 0};
	struct sheet_test test = {.calculation = "wilson_ci"};
	size_t length = (size_t)70 << 20;
	buffer_add(&table, "x,n\n0,0\n\"", 9);
	memset(buffer_room(&table, length), '\n', length);
	table.length += length;
	run(&test, table.text, table.length);
	cr_expect_eq(test.end, SHEET_MISTAKES);
	cr_expect_str_eq(test.out, "x,n," HEAD "\n0,0" NONE "\n");
	cr_expect_str_eq(
		test.said,
		"t.csv:3:1: from here a row has more than 64 MB: is a quote never closed?\n");
	release(&test);
	buffer_free(&table);
}

Test(sheet, junk_does_no_harm)
{
	static const char letters[] = "xn,,\n\n\"\"01;|\r -e.\0\xff";
	uint64_t random = 5;
	for (int i = 0; i < 2000; i++) {
		char table[300] = "x,n\n";
		size_t head = i % 2 ? 4 : 0, length = (size_t)random_to(&random, 290) + head;
		struct sheet_test test = {.calculation = i % 3 ? "wilson_ci" : "linucb",
					  .threads = i % 5 ? 0 : 2,
					  .piece = (size_t)random_to(&random, 40)};
		for (size_t b = head; b < length; b++)
			table[b] = letters[random_to(&random, sizeof letters - 2)];
		run(&test, table, length);
		release(&test);
	}
}

Test(sheet, a_null_byte_ends_no_number)
{
	struct sheet_test test = {.calculation = "wilson_ci"};
	run(&test, "x,n\n1,5\0009\n", 11);
	cr_expect_eq(test.end, SHEET_MISTAKES);
	cr_expect(strstr(test.said, "found \"5?9\""), "%s", test.said);
	release(&test);
}
