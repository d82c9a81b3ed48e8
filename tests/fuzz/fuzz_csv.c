/* Any bytes are a table or are refused; what comes out does not depend on the pieces in which they
 * came, and every row of a good table has all its columns and an answer in each new one. */
#include "sim/calculator/csv.h"
#include "sim/calculator/list.h"
#include "sim/calculator/number.h"
#include "sim/calculator/question.h"
#include "sim/calculator/sheet.h"

#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LONGEST = 4096 };

static void require(bool holds)
{
	if (!holds)
		abort();
}

struct told {
	char *out, *said;
	size_t length;
	enum sheet_end end;
};

static struct told run(const struct calculation *calculation, int in, size_t piece)
{
	struct told told;
	struct question question;
	size_t said;
	question_open(&question, calculation, (const char *const[]){NULL});
	lseek(in, 0, SEEK_SET);
	struct sheet sheet = {.calculation = calculation,
			      .name = "fuzz",
			      .in = in,
			      .out = open_memstream(&told.out, &told.length),
			      .complaints = open_memstream(&told.said, &said),
			      .input = question.input,
			      .given = question.given,
			      .piece = piece};
	told.end = sheet_run(&sheet);
	fclose(sheet.out);
	fclose(sheet.complaints);
	question_close(&question);
	return told;
}

static int count_answers(const struct calculation *calculation)
{
	int count = 0;
	while (calculation->answers[count].name)
		count++;
	return count;
}

static void require_numbers(const char *text)
{
	static const char *const words[] = {"nan", "inf", "-inf"};
	for (double number; *text; text += *text == ';') {
		size_t length = strcspn(text, ";");
		bool word = false;
		for (int i = 0; i < 3 && !word; i++)
			word = strlen(words[i]) == length && !strncmp(text, words[i], length);
		if (word)
			text += length;
		else
			require(number_read(&text, &number) && (!*text || *text == ';'));
	}
}

/* A byte order mark is gone by now. */
static void require_table(const struct told *told, int answers)
{
	struct csv csv = {told->out, told->out + told->length, told->out, 1};
	struct csv_field field;
	int columns = 1, row = 0;
	for (; csv_skip_empty(&csv); row++) {
		int column = 1;
		for (bool more = true; more; column += more) {
			more = csv_next(&csv, &field);
			require(!field.open);
			if (row && column > columns - answers)
				require_numbers(csv_text(&field));
		}
		columns = row ? columns : column;
		require(column == columns);
	}
	require(row > 0);
}

/* Where a piece may end a record ends. */
static void require_ends(char *text, size_t length)
{
	size_t whole = csv_whole(text, length);
	struct csv csv = {text, text + whole, text, 1};
	struct csv_field field;
	while (csv.at < csv.end) {
		csv_next(&csv, &field);
		require(!field.open);
	}
	require(!whole || text[whole - 1] == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"wilson_ci", "welch_t", "linucb", "two_prop_z"};
	char text[LONGEST + 1];
	if (size < 2 || size > LONGEST)
		return 0;
	gsl_set_error_handler_off();
	const struct calculation *calculation = calculation_find(names[data[0] % 4]);
	size_t piece = data[1] + 1u, length = size - 2;
	int in = memfd_create("fuzz", 0);
	require(in >= 0 && write(in, data + 2, length) == (ssize_t)length);
	struct told whole = run(calculation, in, LONGEST), pieces = run(calculation, in, piece);
	require(whole.end == pieces.end && whole.length == pieces.length);
	require(!memcmp(whole.out, pieces.out, whole.length) && !strcmp(whole.said, pieces.said));
	if (whole.end == SHEET_GOOD)
		require_table(&whole, count_answers(calculation));
	memcpy(text, data + 2, length);
	require_ends(text, length);
	free(whole.out);
	free(whole.said);
	free(pieces.out);
	free(pieces.said);
	close(in);
	return 0;
}
