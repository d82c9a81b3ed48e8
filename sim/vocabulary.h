/* The words every room shares: time, limits, verdicts, outcomes. Nothing here depends on anything.
 */
#ifndef SIM_VOCABULARY_H
#define SIM_VOCABULARY_H

#include <stdbool.h>
#include <stdint.h>

/* Nanoseconds since the trial began. Integers, so that equal times are equal everywhere. */
typedef int64_t sim_time;

#define SIM_SECOND ((sim_time)1000000000)
#define SIM_NEVER  INT64_MAX

/* Limits. Reaching one is an error message, never silence. */
enum {
	MAX_VERSIONS = 8,	/* three bits of a routing key; nobody runs nine arms at once */
	MAX_SEGMENTS = 8,	/* a segment nobody can name is not a segment */
	MAX_REGIONS = 8,	/* as above */
	MAX_COHORTS = 32,	/* segments x regions; with eight versions still fits a byte */
	MAX_CHECKS = 32,	/* one bit each in a word of verdicts */
	MAX_FAULTS = 32,	/* of one case */
	MAX_SELECTIONS = 3,	/* faults of one case that hit only some requests: 2^3 variants */
	MAX_DEPENDENCIES = 8,	/* things that versions call */
	MAX_STAGES = 64,	/* of one canary ladder, or spells of one shape */
	MAX_POINTS = 4096,	/* settings of the varied parameters in one file */
	MAX_PARTS = 8,		/* of one mixture; those of more are better said by quantiles */
	MAX_TIMES = 10000,	/* of one law; eight versions of it still fit into one scenario */
	MAX_KNOTS = 1001,	/* quantiles of one law: every thousandth, both ends included */
	MAX_PEOPLE = 100000000, /* a bit for each of them, in every thread: 12 MB */
	MAX_ATTRIBUTES = 8,	/* of a request, beside its segment and region */
	MAX_CATEGORIES = 16,	/* of one attribute */
	MAX_RULES = 16,		/* of one rollout; more are a program, not a flag */
};

/* The longest trial: times stay exact when a law computes with them as doubles (2^53 ns). */
#define MAX_HORIZON ((sim_time)100 * 24 * 3600 * SIM_SECOND)

/* Telemetry counts in 32 bits; more requests than this in one trial would wrap them. */
#define MAX_REQUESTS 4.0e9

/* Who sends a request that no known person does; everyone else has a number. */
#define NOBODY UINT32_MAX

enum { STABLE = 0 }; /* the version that served everybody before the rollout began */

/* What a detector says. */
enum verdict_kind { VERDICT_PASS, VERDICT_FAIL, VERDICT_UNSURE, VERDICT_NO_DATA };

struct verdict {
	enum verdict_kind kind;
	double statistic; /* what the detector compared: a rate, a ratio, a z; NaN without data */
	double threshold; /* what it was held against; NaN: nothing that could be named */
	double p;	  /* of a test: the p-value, of an e-value 1 / e; else NaN */
	double log_e;	  /* NaN where there is no e-value */
	double level;	  /* what p is held against; NaN where there is none */
};

/* How a trial ended. The order is the one results files use. */
enum outcome {
	OUTCOME_PROMOTED,
	OUTCOME_ROLLED_BACK,
	OUTCOME_PAUSED,
	OUTCOME_UNFINISHED,
	OUTCOME_REFUSED,
	OUTCOMES
};

#endif
