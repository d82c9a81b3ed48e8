/* Detectors: evidence in, verdict out. */
#ifndef SIM_DETECTOR_H
#define SIM_DETECTOR_H

#include "sim/metric.h"
#include "sim/plugin.h"

#include <math.h>

/* What a check shows its detector at a look. */
struct evidence {
	struct reading candidate, baseline;
	bool higher_is_better;
	double expected_share; /* of the requests of both, the candidate's by the present routes */
	double quantile;       /* of a metric that is one, else NaN */
	double budget;	       /* the share of requests that may go badly */
};

/* Which stretch of time a look shows. */
enum detector_evidence {
	EVIDENCE_WHOLE,	     /* all since the stage or the rollout began, or a window */
	EVIDENCE_INCREMENTS, /* what has come since the last look: it keeps its own books */
};

/* How large a change of a metric, in how many requests: for the question before a run. */
struct need {
	double requests; /* of the candidate; NaN: it cannot be said */
	double level, power;
};

struct detector {
	struct plugin plugin;
	enum detector_evidence evidence;
	bool compares;	 /* needs data of the baseline, too */
	int takes;	 /* OFFERS_: understands metrics that offer any of these; 0: every metric */
	bool anytime;	 /* its promise holds however often one looks */
	bool from_start; /* unless told otherwise, evidence begins with the rollout, not the stage
			  */
	struct verdict (*look)(const void *config, void *state, const struct evidence *evidence);
	/* The level of its promise, a false alarm rate of one look, or of all where `anytime`;
	 * NULL: it makes none. */
	double (*level)(const void *config);
};

/* ---- verdicts, for detectors */

static inline struct verdict verdict_of_limit(bool fails, double statistic, double threshold)
{
	return (struct verdict){
		fails ? VERDICT_FAIL : VERDICT_PASS, statistic, threshold, NAN, NAN, NAN};
}

/* A test: fails where p is below its level. */
static inline struct verdict verdict_of_p(double p, double level, double statistic,
					  double threshold)
{
	return (struct verdict){
		p < level ? VERDICT_FAIL : VERDICT_PASS, statistic, threshold, p, NAN, level};
}

/* An e-value: fails where it reaches 1 / level (Ville 1939). */
static inline struct verdict verdict_of_e(double log_e, double level, double statistic)
{
	bool fails = log_e >= -log(level);
	return (struct verdict){fails ? VERDICT_FAIL : VERDICT_PASS,
				statistic,
				1 / level,
				fmin(exp(-log_e), 1),
				log_e,
				level};
}

static inline struct verdict verdict_without_data(void)
{
	return (struct verdict){VERDICT_NO_DATA, NAN, NAN, NAN, NAN, NAN};
}

/* The difference of two readings in their standard errors: above 0 the candidate is worse. 0 where
 * they are equal, infinite where only chance is missing. */
static inline double evidence_z(const struct evidence *e)
{
	const struct reading *a = &e->candidate, *b = &e->baseline;
	double difference = e->higher_is_better ? b->value - a->value : a->value - b->value;
	double error = sqrt(a->variance / a->requests + b->variance / b->requests);
	return difference == 0 ? 0 : difference / error;
}

#endif
