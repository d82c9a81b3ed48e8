/* Answers: whether they are right, what users make of them, and what comes back of that. All of it
 * beside the request path: only scenarios in which versions have a quality come here. */
#ifndef SIM_ANSWERS_H
#define SIM_ANSWERS_H

#include "sim/judge.h"
#include "sim/labels.h"
#include "sim/result.h"

/* Each has a stream of its own, so that drawing one or not moves no other. */
enum answer_stream {
	ANSWER_QUALITY, /* right or wrong */
	ANSWER_TRUTH,	/* what is right: positive or negative */
	ANSWER_LABELLED,
	ANSWER_LABEL_DELAY,
	ANSWER_CONVERSION,
	ANSWER_CONVERSION_DELAY,
	ANSWER_VALUE,
	ANSWER_RATING,
	ANSWER_STREAMS
};

/* What is true of a key's answers, known to nobody in the simulated world. */
struct answer_tally {
	int64_t given, right;	       /* copies included */
	int64_t wrong, harmed, helped; /* shown to users; the latter two: unlike stable's */
	int64_t converted;
};

/* What limits the random bits of a key's variant, now. */
struct answer_lot {
	struct joint joint;
	double margin;
};

/* How a version's users behave, as limits of random bits: after a wrong answer and a right one. */
struct answer_users {
	uint64_t convert[2];
	double value, sigma;	  /* of a conversion; sigma: of the logarithm */
	uint64_t below[3][STARS]; /* ratings; the third: when it was not served well */
};

enum { RATED_WRONG, RATED_RIGHT, RATED_BAD };

struct answers {
	uint32_t drawn; /* mask of streams */
	struct rng rng[ANSWER_STREAMS];
	uint32_t bits[ANSWER_STREAMS][BATCH];
	struct answer_lot lot[MAX_KEYS];
	struct answer_users users[MAX_VERSIONS];
	struct answer_tally tally[MAX_KEYS];
	double regret;	    /* value that stable would have brought beyond what was */
	int64_t fresh_harm; /* since the last scrape */
	struct labels labels;
	/* Of the slice: where in the batch each request is from, and what became of it. */
	uint16_t origin[2 * BATCH];
	uint64_t rank[2 * BATCH]; /* the version's own random bits */
	uint8_t given[2 * BATCH], right[2 * BATCH], stable_right[2 * BATCH];
};

void answers_reset(struct requests *requests, uint64_t trial);
void answers_treat(struct requests *requests, const struct course *course, sim_time now);

/* Whether a version answers rightly what has these random bits. */
bool answers_right(const struct course *course, const struct viewpoint *from, sim_time now,
		   uint32_t bits);
void answers_draw(struct requests *requests); /* for a new batch */

/* Judges the answers of a slice that begins at `from` in the batch, once its errors and latencies
 * are known; where the objective says so, wrong answers are added to what is bad. */
void answers_slice(struct requests *requests, int from, struct facts *facts);

void answers_scrape(struct requests *requests, sim_time now);

/* Writes the columns of quality. */
void answers_settle(const struct requests *requests, struct result *row);

/* What comes back of a slice that has been judged (feedback.c). */
void feedback_slice(struct requests *requests, const struct facts *facts);

#endif
