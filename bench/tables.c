/* A table of a million pairs of shares goes through the calculator: read, split, six numbers
 * computed and written a row. The floor reads and splits the same bytes and does nothing else. */
#include "bench/tables.h"

#include "sim/calculator/csv.h"
#include "sim/calculator/list.h"
#include "sim/calculator/question.h"
#include "sim/calculator/sheet.h"
#include "sim/rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { ROWS = 1000000, ROUNDS = 5, BLOCK = 1 << 18 };

static double wall_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int make_table(void)
{
	struct rng rng;
	struct buffer table = {NULL, 0, 0};
	int file = memfd_create("table", 0);
	rng_stream(&rng, 1, 0, "table");
	buffer_add(&table, "case,x1,n1,x2,n2\n", 17);
	for (int i = 0; i < ROWS; i++) {
		double n1 = floor(100 + 1e6 * rng_uniform(&rng));
		double n2 = floor(100 + 1e6 * rng_uniform(&rng)), share = rng_uniform(&rng) / 10;
		char *to = buffer_room(&table, 128);
		table.length += (size_t)sprintf(to, "%d,%.0f,%.0f,%.0f,%.0f\n", i,
						floor(share * n1), n1, floor(share * n2), n2);
	}
	if (file < 0 || write(file, table.text, table.length) != (ssize_t)table.length)
		exit(3);
	buffer_free(&table);
	return file;
}

/* Returns how many fields there are. */
static long floor_split(int file)
{
	static char text[BLOCK];
	ssize_t got;
	long fields = 0;
	lseek(file, 0, SEEK_SET);
	while ((got = read(file, text, BLOCK)) > 0)
		for (ssize_t i = 0; i < got; i++)
			fields += text[i] == ',' || text[i] == '\n';
	return fields;
}

static enum sheet_end answer(int file, int threads, FILE *out)
{
	struct question question;
	lseek(file, 0, SEEK_SET);
	question_open(&question, calculation_find("two_prop_z"), (const char *const[]){NULL});
	const struct sheet sheet = {.calculation = question.calculation,
				    .name = "table",
				    .in = file,
				    .out = out,
				    .complaints = stderr,
				    .input = question.input,
				    .given = question.given,
				    .threads = threads};
	enum sheet_end end = sheet_run(&sheet);
	question_close(&question);
	return end;
}

static double time_answers(int file, int threads, FILE *out)
{
	double began = wall_seconds();
	if (answer(file, threads, out) != SHEET_GOOD)
		exit(3);
	return wall_seconds() - began;
}

static void print_known(void)
{
	static const char table[] = "x1,n1,x2,n2\n43,50,44,50\n";
	char *out;
	size_t size;
	FILE *stream = open_memstream(&out, &size);
	int file = memfd_create("known", 0);
	if (!stream || write(file, table, sizeof table - 1) != sizeof table - 1)
		exit(3);
	answer(file, 1, stream);
	fclose(stream);
	close(file);
	double z = strtod(strstr(out, "44,50,") + 6, NULL);
	printf("    43 of 50 and 44 of 50: z is %.10f (statsmodels: -0.2973505167)\n", z);
	free(out);
}

void bench_tables(void)
{
	int file = make_table(), threads = (int)sysconf(_SC_NPROCESSORS_ONLN);
	FILE *out = fopen("/dev/null", "w");
	double least = INFINITY, one = INFINITY, all = INFINITY;
	long fields = 0;
	if (!out)
		exit(3);
	for (int round = 0; round < ROUNDS; round++) {
		double began = wall_seconds();
		fields = floor_split(file);
		least = fmin(least, wall_seconds() - began);
		one = fmin(one, time_answers(file, 1, out));
		all = fmin(all, time_answers(file, threads, out));
	}
	printf("\nA table of %d rows through two_prop_z, six answers each\n", ROWS);
	printf("  floor: read and count %ld fields   %.3f s\n", fields, least);
	printf("  one thread    %.3f s %6.1f x   %.2f million rows per second\n", one, one / least,
	       ROWS / one / 1e6);
	printf("  %d threads     %.3f s %6.1f x   %.2f million rows per second (at least 0.5)\n",
	       threads, all, all / least, ROWS / all / 1e6);
	print_known();
	fclose(out);
	close(file);
}
