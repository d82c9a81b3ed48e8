/* Oracles: tables of answers that other programs computed, read from a folder that a user of the
 * tests names. Every row is compared, and every file says how near we came. */
#ifndef TESTS_ORACLES_ORACLE_H
#define TESTS_ORACLES_ORACLE_H

#include <stdbool.h>

struct oracle {
	const char *file; /* "gs_constants.csv" */
	int rows, columns;
	char **head;  /* column names */
	char **field; /* rows x columns; "" where a row is short */
	/* What has been compared so far. */
	long compared, wrong;
	double worst; /* the largest error relative to what was allowed */
};

/* Reads a file of the folder; the program ends if that fails. */
struct oracle *oracle_open(const char *file);
/* Prints a line about the file and frees it; true: all was well and something was compared. */
bool oracle_close(struct oracle *oracle);
/* The same of a file that nothing is compared with. */
void oracle_free(struct oracle *oracle);

/* The text or number of a row's column; the program ends if there is no such column. A column named
 * "p(of what)" is also found as "p". "nan", "inf" and "" (NaN) are numbers. */
const char *oracle_text(const struct oracle *oracle, int row, const char *column);
double oracle_number(const struct oracle *oracle, int row, const char *column);
/* A list 1;2;3 in `list` of `most` places; returns how many there are. */
int oracle_list(const struct oracle *oracle, int row, const char *column, double *list, int most);

/* Compares: |got - wanted| <= absolute + relative x |wanted|; NaN equals NaN, infinities equal
 * themselves. The first few that differ are printed. */
void oracle_compare(struct oracle *oracle, int row, const char *column, double got, double relative,
		    double absolute);
void oracle_compare_to(struct oracle *oracle, int row, const char *what, double got, double wanted,
		       double relative, double absolute);

/* One family of files a file of C: compares them all, returns how many were not well. */
int oracles_of_cases(void); /* every file whose first column is `case`, by its calculation */

int oracles_of_published(void); /* single values, by the families of published.h */

int oracles_of_changes(void);
int oracles_of_looks(void);
int oracles_of_all_times(void);
int oracles_of_queues(void);
int oracles_of_pcg(void);
int oracles_of_regret(void);
int oracles_of_sprt(void);
int oracles_of_bandits(void);
int oracles_of_counts(void);
int oracles_of_gates(void);

#endif
