/* Reads the tables and keeps the books of what was compared. */
#include "tests/oracles/oracle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COMPLAINTS = 5 }; /* a file */

static void give_up(const char *file, const char *why)
{
	fprintf(stderr, "oracles: %s: %s\n", file, why);
	exit(3);
}

/* Splits a record in place; quotes are taken away. */
static int split(char *line, char **field, int most)
{
	int count = 0;
	char *to = line, *at = line;
	bool more = true;
	while (more && count < most) {
		bool quoted = false;
		field[count++] = to;
		for (; *at && *at != '\n' && *at != '\r' && (quoted || *at != ','); at++)
			if (*at == '"')
				quoted = !quoted;
			else
				*to++ = *at;
		more = *at == ',';
		at++;
		*to++ = 0;
	}
	return count;
}

enum { MOST_COLUMNS = 64 };

static void add_row(struct oracle *o, char *line)
{
	char *field[MOST_COLUMNS];
	int count = split(line, field, MOST_COLUMNS);
	size_t size = (size_t)(o->rows + 1) * (size_t)o->columns * sizeof *o->field;
	o->field = realloc(o->field, size);
	if (!o->field)
		give_up(o->file, "out of memory");
	for (int c = 0; c < o->columns; c++)
		o->field[o->rows * o->columns + c] = strdup(c < count ? field[c] : "");
	o->rows++;
}

static void read_head(struct oracle *o, char *line)
{
	char *field[MOST_COLUMNS];
	o->columns = split(line, field, MOST_COLUMNS);
	o->head = calloc((size_t)o->columns, sizeof *o->head);
	for (int c = 0; o->head && c < o->columns; c++)
		o->head[c] = strdup(field[c]);
}

struct oracle *oracle_open(const char *file)
{
	char path[4096], *line = NULL;
	size_t size = 0;
	const char *folder = getenv("ORACLES");
	snprintf(path, sizeof path, "%s/%s", folder ? folder : ".", file);
	FILE *in = fopen(path, "r");
	struct oracle *o = calloc(1, sizeof *o);
	if (!in || !o)
		give_up(path, "cannot be read");
	o->file = file;
	if (getline(&line, &size, in) < 0)
		give_up(path, "is empty");
	read_head(o, line);
	while (getline(&line, &size, in) >= 0)
		add_row(o, line);
	free(line);
	fclose(in);
	return o;
}

void oracle_free(struct oracle *o)
{
	for (int i = 0; i < o->rows * o->columns; i++)
		free(o->field[i]);
	for (int c = 0; c < o->columns; c++)
		free(o->head[c]);
	free(o->field);
	free(o->head);
	free(o);
}

bool oracle_close(struct oracle *o)
{
	bool good = !o->wrong && o->compared;
	printf("%-28s %5d rows %7ld numbers  largest error %.2g of what is allowed  %s\n", o->file,
	       o->rows, o->compared, o->worst, good ? "good" : "WRONG");
	oracle_free(o);
	return good;
}

static bool is_named(const char *head, const char *column)
{
	size_t length = strlen(column);
	return !strncmp(head, column, length) && (!head[length] || strchr("(=", head[length]));
}

const char *oracle_text(const struct oracle *o, int row, const char *column)
{
	for (int c = 0; c < o->columns; c++)
		if (is_named(o->head[c], column))
			return o->field[row * o->columns + c];
	fprintf(stderr, "oracles: %s has no column \"%s\"\n", o->file, column);
	exit(3);
}

double oracle_number(const struct oracle *o, int row, const char *column)
{
	const char *text = oracle_text(o, row, column);
	char *end;
	double number = strtod(text, &end);
	return end == text ? NAN : number;
}

int oracle_list(const struct oracle *o, int row, const char *column, double *list, int most)
{
	const char *at = oracle_text(o, row, column);
	int count = 0;
	for (char *end; *at; at = *end == ';' ? end + 1 : end) {
		double number = strtod(at, &end);
		if (end == at)
			give_up(o->file, "a list holds something that is no number");
		if (count < most)
			list[count] = number;
		count++;
	}
	if (count > most)
		give_up(o->file, "a list is longer than expected");
	return count;
}

void oracle_compare_to(struct oracle *o, int row, const char *what, double got, double wanted,
		       double relative, double absolute)
{
	double error = fabs(got - wanted), allowed = absolute + relative * fabs(wanted);
	if (got == wanted || (isnan(got) && isnan(wanted)))
		error = 0;
	bool good = error == 0 || error <= allowed;
	o->compared++;
	if (allowed > 0 && error / allowed > o->worst)
		o->worst = error / allowed;
	if (good)
		return;
	if (o->wrong++ < MOST_COMPLAINTS)
		printf("%s row %d: %s is %.17g, wanted %.17g (allowed %.3g)\n", o->file, row + 2,
		       what, got, wanted, allowed);
}

void oracle_compare(struct oracle *o, int row, const char *column, double got, double relative,
		    double absolute)
{
	oracle_compare_to(o, row, column, got, oracle_number(o, row, column), relative, absolute);
}
