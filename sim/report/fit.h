/* A trace, described by the models that a scenario can name: what may be shown where the log may
 * not. */
#ifndef SIM_REPORT_FIT_H
#define SIM_REPORT_FIT_H

#include "sim/arena.h"
#include "sim/clock.h"
#include "sim/recording.h"
#include "sim/stats/clump.h"
#include "sim/stats/gap_law.h"
#include "sim/stats/law_fit.h"
#include "sim/stats/levels.h"
#include "sim/stats/zipf.h"

enum {
	FIT_ROWS_FEWEST = 50,	  /* a model of fewer requests is a guess */
	FIT_TIMES_MOST = 1000000, /* durations of a law, evenly chosen of the sorted ones */
	FIT_KNOTS = 15,		  /* quantiles of a law that no formula is near */
};

/* A law farther than this from its sample, anywhere, is none of it; but so far, over the root of
 * the sample's size, even the right one may be by chance (Lilliefors 1967, at 5 %). */
#define FIT_REACH  0.05
#define FIT_CHANCE 0.886

/* What is asked of a trace, and what its reader found. */
struct fit_source {
	const char *name; /* of the file, without its directory */
	const struct recording *recording;
	int64_t first_ns;
	struct clock_use clock;
};

/* The slow rate: factors on an average, one after another, or hour by hour of every day. */
struct fit_rate {
	double per_second;
	double bin_s;
	int bins;
	double count[LEVELS_BINS], exposure[LEVELS_BINS]; /* the trace's; in s */
	double spread;					  /* of the counts, over Poisson's */
	bool daily;
	double starts_s; /* the time of day, if it is daily */
	int levels;
	double factor[LEVELS_MOST], lasts_s[LEVELS_MOST];
};

struct fit_law {
	int64_t count; /* durations there are */
	const double *sorted;
	int n;	      /* of them that are looked at */
	double reach; /* how far a law may be from them */
	bool empirical;
	struct law_fit law, all[LAW_KINDS];
};

struct fit_errors {
	bool known;
	int64_t requests, failed;
	double share, ratio, index, window_s;
	bool clumped;			    /* beyond chance, and by enough to matter */
	double calm, burst, lasts_s, gap_s; /* then: shares of failures, mean times */
};

struct fit {
	struct fit_source source;
	int64_t n;
	double span_s;
	double *at_s;	  /* arrivals; spread over the clock's ticks where many share one */
	uint8_t *failed;  /* of the stable version's requests in order, */
	double *served_s; /* and when they came */
	int64_t served;
	const struct recorded_version *stable;
	bool spread, coarse; /* over ticks; of which too many requests are in one */
	struct fit_rate rate;
	double tick; /* of the clock, in mean gaps */
	struct gap_law gaps, gap_laws[GAP_KINDS];
	bool by_counts; /* the process is not the likeliest: that one has other counts */
	struct fit_law answers, failures;
	struct fit_errors errors;
	bool has_users;
	struct zipf users;
	double anonymous;
};

/* False, with a sentence in `why`, if the trace says too little. */
bool fit_trace(struct fit *fit, struct arena *arena, const struct fit_source *source, char *why,
	       size_t size);

/* Finds the slow rate of the arrivals. */
void fit_slow_rate(struct fit *fit);

/* The shortest length from there on that people use for a bin. */
double fit_bin(double seconds);

/* How many requests each bin should have. */
void fit_expect(const struct fit_rate *rate, double expected[LEVELS_BINS]);

/* The factor on the average at a time. */
double fit_factor(const struct fit_rate *rate, double at_s);

/* Arrivals in the time in which they come once a mean gap (Papangelou 1972); in place, ascending.
 */
void fit_rescale(const struct fit_rate *rate, double *at_s, int64_t n);

/* With so many significant digits. */
double fit_round(double value, int digits);
void fit_round_gaps(struct gap_law *law);

/* ---- the scenario */

/* The text of the file, in the arena; it was fitted by `command`. */
const char *fit_scenario(const struct fit *fit, struct arena *arena, const char *title,
			 const char *command);

/* The case in which failures clump as they did. */
#define FIT_CASE_CLUMPED "as_recorded"

#endif
