/* Detectors: evidence in, verdict out. */
#ifndef SIM_DETECTOR_H
#define SIM_DETECTOR_H

#include "sim/plugin.h"

/* What a metric says about one version over a lookback. */
struct reading {
	double value;	 /* in the metric's unit; NaN: no data */
	double requests; /* behind the value */
	double hits;	 /* of a share: how many of the requests; NaN for other metrics */
	double variance; /* of one request's value, where the metric is their mean; else NaN */
};

struct evidence {
	struct reading candidate, baseline;
	bool higher_is_better;
};

struct detector {
	struct plugin plugin;
	bool compares;	  /* needs data of the baseline, too */
	bool shares_only; /* understands counts of hits only */
	bool means;	  /* ... and means whose variance is known */
	struct verdict (*look)(const void *config, void *state, const struct evidence *evidence);
};

#endif
