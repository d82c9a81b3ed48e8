/* Detectors: evidence in, verdict out. */
#ifndef SIM_DETECTOR_H
#define SIM_DETECTOR_H

#include "sim/metric.h"
#include "sim/plugin.h"
#include "sim/stats/contrast.h"
#include "sim/stats/fisher.h"
#include "sim/stats/proportion.h"

#include <math.h>

/* What a check shows its detector at a look. */
struct evidence {
	struct reading candidate, baseline;
	bool higher_is_better;
	/* Of the requests of both, the candidate's by the present routes; where it is asked for. */
	double expected_share;
	double quantile; /* of a metric that is one, else NaN */
	double budget;	 /* the share of requests that may go badly */
};

/* Which stretch of time a look shows. */
enum detector_evidence {
	EVIDENCE_WHOLE,	     /* all since the stage or the rollout began, or a window */
	EVIDENCE_INCREMENTS, /* what has come since the last look: it keeps its own books */
};

struct detector {
	struct plugin plugin;
	enum detector_evidence evidence;
	bool compares;	 /* needs data of the baseline, too */
	bool asks_share; /* how requests were to be divided between them */
	int takes;	 /* OFFERS_: understands metrics that offer any of these; 0: every metric */
	bool anytime;	 /* its promise holds however often one looks */
	bool from_start; /* unless told otherwise, evidence begins with the rollout, not the stage
			  */
	struct verdict (*look)(const void *config, void *state, const struct evidence *evidence);
	/* The level of its promise, a false alarm rate of one look, or of all where `anytime`;
	 * NULL: it makes none. */
	double (*level)(const void *config);
	/* Its other promise: looks between false alarms, on average; NULL: it makes none. */
	double (*run_length)(const void *config);
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

/* ---- evidence, for detectors */

/* How much worse the candidate is, in the metric's unit. */
static inline double evidence_harm(const struct evidence *e)
{
	double difference = e->candidate.value - e->baseline.value;
	return e->higher_is_better ? 0 - difference : difference;
}

/* Of a share, the requests that are bad: those that hit where lower is better, else the others. */
static inline double evidence_bad(const struct evidence *e, const struct reading *reading)
{
	return e->higher_is_better ? reading->requests - reading->hits : reading->hits;
}

/* The share of the requests of both that are the candidate's. */
static inline double evidence_share(const struct evidence *e)
{
	return e->candidate.requests / (e->candidate.requests + e->baseline.requests);
}

/* The harm in its standard errors; 0 where there is none, infinite where only chance is missing.
 * Shares are pooled, as under the hypothesis of no difference. */
static inline double evidence_z(const struct evidence *e)
{
	const struct reading *a = &e->candidate, *b = &e->baseline;
	double harm = evidence_harm(e);
	if (!isnan(a->hits) && !isnan(b->hits)) {
		double z = proportion_z(a->hits, a->requests, b->hits, b->requests);
		return e->higher_is_better ? 0 - z : z;
	}
	return harm == 0 ? 0 : harm / sqrt(a->variance / a->requests + b->variance / b->requests);
}

/* The same for charts, that add up looks of few requests: of shares, by their exact law. */
static inline double evidence_score(const struct evidence *e)
{
	const struct reading *a = &e->candidate, *b = &e->baseline;
	if (isnan(a->hits) || isnan(b->hits))
		return evidence_z(e);
	double bad = evidence_bad(e, a), bad_too = evidence_bad(e, b);
	return fisher_score(bad, a->requests - bad, bad_too, b->requests - bad_too);
}

/* Adds the harm of a stretch of time; pooled likewise. */
static inline void evidence_add(const struct evidence *e, struct contrast *contrast)
{
	const struct reading *a = &e->candidate, *b = &e->baseline;
	double p = (a->hits + b->hits) / (a->requests + b->requests);
	double v1 = isnan(p) ? a->variance : p * (1 - p), v2 = isnan(p) ? b->variance : p * (1 - p);
	contrast_add(contrast, a->requests, b->requests, evidence_harm(e), v1, v2);
}

#endif
