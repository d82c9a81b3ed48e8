/* What the series of a matrix say together, moment by moment: how many requests come, of which
 * labels, with what law of durations and what share of failures. */
#ifndef REPLAY_ENVELOPE_H
#define REPLAY_ENVELOPE_H

#include "replay/law.h"
#include "replay/matrix.h"

enum { MOST_PAIRS = 1 << 22 }; /* of an origin with a histogram or an error ratio: 16 MB */

/* Requests come from the rates; where there are none, from the histograms. Histograms and error
 * ratios are those of an origin that say nothing else in labels that both have. */
struct origin {
	const struct series *series; /* of a histogram, its first */
	int law, laws;		     /* places in `pair`, how many */
	int ratio, ratios;
};

/* Buckets of one histogram lie side by side in the matrix. */
struct histogram {
	struct law law; /* now */
	int first, series;
};

/* Between two moments nothing changes. */
struct envelope {
	const struct matrix *matrix;
	int *at; /* of each series, the sample that speaks now or will next */
	int64_t from_ns, to_ns;
	struct histogram *histogram;
	int histograms;
	struct origin *origin;
	int origins;
	double *upto; /* rates of the origins now, each with those before it */
	int *pair, pairs, pair_room;
	bool falls; /* a histogram somewhere does: */
	const struct series *fallen;
	int64_t fallen_ns;
};

/* False, with a sentence in `why`; to be freed anyway. */
bool envelope_init(struct envelope *envelope, const struct matrix *matrix, char *why, size_t size);
void envelope_free(struct envelope *envelope);

/* Back to before the first moment. */
void envelope_rewind(struct envelope *envelope);

/* The next moment; false behind the last. */
bool envelope_next(struct envelope *envelope);

/* Requests per second, now. */
double envelope_rate(const struct envelope *envelope);

/* The origin that a share of all requests come from up to, now. */
int envelope_origin(const struct envelope *envelope, double share);

/* The histogram of an origin's requests, one of several by their rates; NULL: none is known now. */
const struct histogram *envelope_histogram(const struct envelope *envelope, int origin,
					   double share);

/* The share of failures of an origin; NaN: not known now. */
double envelope_ratio(const struct envelope *envelope, int origin);

/* Steps of the origins, between others, that have no sample. */
int64_t envelope_missing(const struct envelope *envelope);

#endif
