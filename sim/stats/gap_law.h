/* What gaps of mean 1 tell of the process they come from: independent arrivals, a renewal process
 * of gamma or lognormal gaps, or a Poisson process whose rate jumps between two states (MMPP). */
#ifndef SIM_STATS_GAP_LAW_H
#define SIM_STATS_GAP_LAW_H

enum gap_kind { GAP_CLOCK, GAP_POISSON, GAP_GAMMA, GAP_LOGNORMAL, GAP_MMPP, GAP_KINDS };

struct gap_law {
	enum gap_kind kind;
	double cv;		    /* of renewal gaps */
	double burst, share, lasts; /* of an MMPP: the rate in a burst, the share of time that is in
				       bursts, their mean length in mean gaps */
	double log_likelihood, bic;
};

/* Likelihoods of an MMPP begin anew every so many gaps: those of a long trace may be pieces of it,
 * laid side by side. */
enum { GAP_PIECE = 10000 };

/* The most likely member of each kind with a mean of 1. Of a gap below a tick of the clock it is
 * known only that it is: a third of the gaps of a gamma law with a CV of 4 are shorter than a
 * millionth of their mean. */
struct gap_law gap_law_fit(enum gap_kind kind, const double *gap, int n, double tick);

/* The kind with the least BIC (Schwarz 1978). An MMPP has to win by 10, which is very strong
 * evidence (Kass and Raftery 1995): it has three parameters and a likelihood with many peaks. A
 * renewal process of less than the least CV that one can have is a clock. `all` gets every fit. */
struct gap_law gap_law_choose(const double *gap, int n, double tick, struct gap_law all[GAP_KINDS]);

/* P(a gap, met at its beginning, is at most x). */
double gap_law_below(const struct gap_law *law, double x);

#endif
