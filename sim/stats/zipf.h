/* A population of whom each comes with a chance proportional to a power of its rank (Zipf 1949). */
#ifndef SIM_STATS_ZIPF_H
#define SIM_STATS_ZIPF_H

struct zipf {
	double count, exponent;
};

/* P(two draws are the same one), and how many different ones so many draws meet. */
double zipf_coincidence(const struct zipf *zipf);
double zipf_distinct(const struct zipf *zipf, double draws);

/* The one of whom `draws` draws are expected to meet so many, and as often the same one twice as
 * Simpson's estimate (1949) of the coincidence says. At most `most` people, exponents from 0 to 5.
 */
struct zipf zipf_fit(double draws, double distinct, double coincidence, double most);

#endif
