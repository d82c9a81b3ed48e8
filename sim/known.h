/* What people know of a latency law: two numbers of a dashboard, as rows of its param table. Laws
 * that are families find their member here, with the same words for the same mistakes. */
#ifndef SIM_KNOWN_H
#define SIM_KNOWN_H

#include "sim/param.h"
#include "sim/stats/family.h"

struct known_times {
	sim_time p50, p90, p95, p99, p999, mean, sd;
};

/* clang-format off */
#define KNOWN_ROW(config, field, key, text) \
	{key, PARAM_DURATION, offsetof(config, field), "", 1, (double)MAX_HORIZON, \
	 .about = text ", one of the two numbers that fix the law"}

/* The rows of `struct known_times field` in `config`. */
#define KNOWN_ROWS(config, field) \
	KNOWN_ROW(config, field.p50, "p50", "the median"), \
	KNOWN_ROW(config, field.p90, "p90", "90 of 100 are faster"), \
	KNOWN_ROW(config, field.p95, "p95", "95 of 100 are faster"), \
	KNOWN_ROW(config, field.p99, "p99", "99 of 100 are faster"), \
	KNOWN_ROW(config, field.p999, "p999", "999 of 1000 are faster"), \
	KNOWN_ROW(config, field.mean, "mean", "the average"), \
	KNOWN_ROW(config, field.sd, "sd", "the standard deviation")
/* clang-format on */

/* A number that was given, and the key it was given as. */
struct given {
	const char *key;
	struct known known;
};

enum { KNOWN_MOST = 16 }; /* rows of one law */

/* The numbers given among the rows, in their order: quantiles `p...`, `mean`, `sd`, `min` and
 * `scale`, the 1 - 1/e quantile of a Weibull law. Returns how many; `shape` and all others are
 * left out. */
int known_given(const struct param *params, const void *config, struct given given[KNOWN_MOST]);

/* "give exactly two of p50, p90 ... and sd; found 3", of all rows. */
void known_complain(const struct param *params, int found, char *why, size_t size);

/* The member of the family with the two numbers given, one of which may be the `shape`, one over
 * the spread. The key at fault and a sentence if there is none, as `prepare` wants it. */
const char *known_find(const struct param *params, const void *config, const struct family *family,
		       struct member *member, char *why, size_t size);

#endif
