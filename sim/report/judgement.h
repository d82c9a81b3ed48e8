/* Expectations held against results: each is judged by an interval that holds however often it is
 * looked at, so that trials may go on until it has decided. */
#ifndef SIM_REPORT_JUDGEMENT_H
#define SIM_REPORT_JUDGEMENT_H

#include "sim/expectation.h"
#include "sim/report/cell.h"

enum finding { FINDING_UNDECIDED, FINDING_HOLDS, FINDING_BROKEN, FINDINGS };

extern const char *const finding_words[FINDINGS];

/* Trials below which nothing is said of a mean: its interval is right in the limit of many, and a
 * long tail keeps that off. */
enum { JUDGEMENT_FEWEST = 200 };

/* An expectation in one cell, or of one against another. */
struct judgement {
	const struct expectation *expectation;
	int rollout, other, case_, point; /* other: -1 where it is no difference */
	enum finding finding;
	/* What decides: the quantity, or of a quantile and a maximum the share of the trials
	 * beyond the bound; with its interval, and what that share may be. */
	struct estimate seen;
	double due;
	double value;	/* of a quantile or a maximum: itself */
	int64_t trials; /* that say something */
	int worst;	/* a trial on the wrong side of the bound; -1: none */
	bool alike;	/* hardly any trial differs from the others: a mean is not known */
};

struct judgements {
	struct judgement *judgement;
	int count;
};

/* Whether an expectation is about a case. Where nobody is hurt nothing is detected or missed: a
 * pattern does not mean such a case, its name does. */
bool judgement_means(const struct expectation *e, const struct results *results, int case_index);

/* Every expectation in every cell that it names. */
void judgements_list(struct judgements *judgements, struct arena *arena,
		     const struct expectations *expect, const struct results *results);

/* Looks at the results once more; what is decided stays so. `budget`: the trials there may be. */
void judgement_look(struct judgement *judgement, const struct results *results, int64_t budget);

/* The cells that some undecided judgement is about, ascending; returns how many. */
int judgements_cells(const struct judgements *judgements, const struct results *results, int *cell);

/* What a trial says of a quantity; NaN: it never happened. False: nothing. */
bool judgement_value(const struct results *results, const struct quantity *quantity, int cell,
		     int trial, double *value);

/* "cautious, burst: detection_time.p95 <= 5m" */
const char *judgement_name(struct arena *arena, const struct judgement *judgement,
			   const struct results *results);

/* "4.1 min; beyond it are 2.1 % [1.1, 4.2] of 400 trials, at most 5 % may be" */
const char *judgement_words(struct arena *arena, const struct judgement *judgement);

#endif
