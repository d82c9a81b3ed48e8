/* A parameter a user can set is one row of a table: parsing, ranges, defaults, `coalmine list` and
 * the docs are all read from it. */
#ifndef SIM_PARAM_H
#define SIM_PARAM_H

#include "sim/units.h"

#include <stddef.h>

enum param_type {
	PARAM_DURATION,	       /* sim_time */
	PARAM_RATE,	       /* double, per second */
	PARAM_SHARE,	       /* double */
	PARAM_FACTOR,	       /* double; written x2 */
	PARAM_NUMBER,	       /* double */
	PARAM_COUNT,	       /* int64_t */
	PARAM_FLAG,	       /* bool */
	PARAM_CHOICE,	       /* int, the place in `choices` */
	PARAM_WORD,	       /* const char *, checked by whoever knows the names */
	PARAM_SHARE_CHANGE,    /* struct change */
	PARAM_DURATION_CHANGE, /* struct change */
	PARAM_LEVEL,	       /* struct level, in the unit of the metric it is held against */
	PARAM_STAGES,	       /* struct stages: a list */
	PARAM_LAW,	       /* struct use of a latency law */
	PARAM_PARTS,	       /* struct parts: a list of latency laws with their shares */
	PARAM_TIMES,	       /* struct times: a list of durations */
	PARAM_KNOTS,	       /* struct knots: a map of quantiles */
	PARAM_FILE,	       /* const char *, left NULL: what the file says is put in its place */
	PARAM_TRACE,	       /* const struct recording *: a trace file */
	PARAM_SPELLS,	       /* struct spells: a list */
	PARAM_OFFSET,	       /* sim_time, of either sign */
	PARAM_CHANCE,	       /* double; written 0.05 or 5% */
	PARAM_NUMBERS,	       /* struct numbers: a list 1;2;3 */
	PARAM_ROWS,	       /* struct number_rows: rows of numbers 1;2|3;4 */
	PARAM_CLOCK,	       /* sim_time since Monday's midnight */
	PARAM_SPANS,	       /* struct spans: one, or a list */
	PARAM_SHARES,	       /* struct shares: a list */
	PARAM_WORDS,	       /* struct words: a list, checked by whoever knows the names */
	PARAM_STRATEGY,	       /* struct use of a strategy */
	PARAM_CHECKS,	       /* int: the scope of a list of checks; 0: there are none */
	PARAM_PHASES,	       /* struct phases: a list of strategies, each with its own checks */
	PARAM_USERS,	       /* int: the rule of a list of users; PARAM_UNSET: there are none */
	PARAM_RULES,	       /* struct flag_rules: a list of conditions with what they lead to */
};

/* A list of stages; each is a scalar or a map. */
struct stages {
	const struct step *step;
	int count;
};

/* The same of spells. */
struct spells {
	const struct spell *spell;
	int count;
};

/* The shares sum to 1. */
struct parts {
	const struct part *part;
	int count;
};

/* In ascending order. */
struct times {
	const sim_time *time;
	int count;
};

/* Quantiles of a law, from p = 0 to p = 1: p ascends, and no time is shorter than the one before.
 */
struct knot {
	double p;
	sim_time time;
};

struct knots {
	const struct knot *knot;
	int count;
};

struct spans {
	const struct span *span;
	int count;
};

struct shares {
	const double *share;
	int count;
};

struct words {
	const char *const *word;
	int count;
};

struct phases {
	const struct phase *phase;
	int count;
};

struct flag_rules {
	const struct flag_rule *rule; /* in the order in which they are asked */
	int count;
};

struct numbers {
	const double *number;
	int count;
};

/* Rows of equally many numbers, one after the other. */
struct number_rows {
	const double *number;
	int rows, columns;
};

struct param {
	const char *key;
	enum param_type type;
	size_t offset; /* in the config */
	const char
		*fallback; /* as a user would write it; NULL: must be given; "": may be left out */
	double low, high;  /* inclusive, in base units (ns, per second, share); 0, 0: any */
	const char *const *choices; /* NULL-terminated */
	const char *about;
};

/* What is left out is NaN in a double, a level or a change, -1 in a duration or a count, NULL in
 * a word or a file, an empty list, no plug-in in a law; offsets always have a default. */
#define PARAM_UNSET (-1)

void param_clear(const struct param *param, void *config);

/* Reads `text` into the config. On failure writes a sentence to `why` and changes nothing. Lists,
 * maps, laws and files are read by whoever holds the tree. */
bool param_set(const struct param *param, void *config, const char *text, char *why, size_t size);

/* The value as param_set reads it; "" for what is left out. */
const char *param_print(const struct param *param, const void *config, char out[UNITS_TEXT]);

/* What may be written: "duration", "share from 0% to 100%", "one of a, b" ... */
void param_describe(const struct param *param, char *out, size_t size);

#endif
