/* Quality: how often a version's answers are right, and how often when stable's are. */
#ifndef SIM_QUALITY_H
#define SIM_QUALITY_H

#include "sim/stats/interval.h"
#include "sim/vocabulary.h"

enum {
	MAX_DRIFT_POINTS = 32, /* of one version: a month of days */
	STARS = 5,	       /* the best rating; the worst is 1 */
};

/* What has been added to the accuracy by a time; straight lines between, from none at 0. */
struct drift_point {
	sim_time at;
	double accuracy;
};

/* Chances that a request which was served well brings `value`. */
struct conversion {
	double right, wrong; /* after a right answer, after a wrong one */
	double value, cv;    /* mean, coefficient of variation */
};

/* Mean ratings, from 1 to STARS. */
struct satisfaction {
	double right, wrong, bad; /* bad: not served well, whatever the answer */
};

struct quality {
	double accuracy[MAX_SEGMENTS];
	/* Where between the least and the most possible the agreement with stable lies, 0 to 1: it
	 * keeps its place when faults or drift move the accuracies. */
	double concord[MAX_SEGMENTS];
	int drift_points;
	struct drift_point drift[MAX_DRIFT_POINTS];
	bool converts, rates; /* the following are given */
	struct conversion conversion;
	struct satisfaction satisfaction;
};

/* The share of right answers at `now`; `added` is what faults add. */
double quality_accuracy(const struct quality *quality, int segment, sim_time now, double added);

/* The chance of a conversion, at an accuracy. */
double quality_conversions(const struct quality *quality, double accuracy);

/* Whether answers are right less often, convert less often or for less, or please less than
 * stable's do; the accuracies are those of the moment. */
bool quality_is_worse(const struct quality *quality, double accuracy, const struct quality *stable,
		      double stable_accuracy);

/* Shares of requests on which two versions can be both right or both wrong. */
struct interval quality_agreements(double stable, double own);

/* The binormal score model with equal variances and the decision threshold midway between the two
 * means (Green and Swets 1966): d' = 2 margin, accuracy = Phi(margin) in either class, and the area
 * under the ROC curve is Phi(sqrt(2) margin). So accuracy and area say the same. */
double quality_margin(double accuracy);
double quality_of_area(double area); /* the accuracy */

/* The joint law of a version and stable as limits of 32 random bits that both share: stable is
 * right below `stable`; the version is right below `both`, and in a piece of the rest. */
struct joint {
	uint64_t stable, own, both;
};

struct joint quality_joint(double stable, double own, double concord);

/* The version's own random bits: those of stable with two pieces exchanged, so that they are as
 * uniform as stable's, and the version is right exactly below `own`. */
static inline uint64_t quality_rank(const struct joint *joint, uint32_t bits)
{
	uint64_t alone = joint->own - joint->both; /* right where stable is wrong */
	if (bits < joint->both || bits >= joint->stable + alone)
		return bits;
	return bits < joint->stable ? bits + alone : bits - (joint->stable - joint->both);
}

#endif
