/* Calculations: the statistics room, a function at a time, for people. Each is a constant: a name,
 * a sentence, a table of inputs, a table of answers. The command line, the CSV reader, the help and
 * the tests are all driven by those tables. */
#ifndef SIM_CALCULATOR_CALCULATION_H
#define SIM_CALCULATOR_CALCULATION_H

#include "sim/arena.h"
#include "sim/param.h"

enum answer_type {
	ANSWER_NUMBER, /* double; NaN: there is none */
	ANSWER_LIST,   /* struct numbers, its memory from the arena */
	ANSWER_WORD,   /* const char *, a constant */
};

/* One row of a table of answers, which ends with a row whose name is NULL. */
struct answer {
	const char *name;
	enum answer_type type;
	size_t offset; /* in the struct of answers */
	const char *about;
};

enum { MOST_INPUTS = 64 }; /* of one calculation; nobody gives more */

/* The name of an answer is the name of its field: there is one word for each number. */
#define ANSWER_ROW(struct_name, field, about)                                                      \
	{                                                                                          \
#field, ANSWER_NUMBER, offsetof(struct struct_name, field), about                  \
	}
#define ANSWER_LIST_ROW(struct_name, field, about)                                                 \
	{                                                                                          \
#field, ANSWER_LIST, offsetof(struct struct_name, field), about                    \
	}

struct calculation {
	const char *name, *alias;   /* alias: a shorter name, or NULL */
	const char *about;	    /* one sentence */
	const char *example;	    /* arguments that work: "--x1 43 --n1 50 --x2 44 --n2 50" */
	const struct param *inputs; /* ends with a row whose key is NULL */
	size_t input_size;
	const struct answer *answers;
	size_t answer_size;
	/* If the inputs contradict each other, returns the key at fault and writes a sentence to
	 * `why`; NULL when all is well. May itself be NULL. */
	const char *(*check)(const void *input, char *why, size_t size);
	/* The answers are zeroed before. Memory for lists is taken from the arena, which is reset
	 * for every row of a table. */
	void (*calculate)(const void *input, void *answers, struct arena *arena);
};

#endif
