/* Reads arrays of a results file that anybody may have tampered with. */
#ifndef SIM_RESULTS_LOAD_H
#define SIM_RESULTS_LOAD_H

#include "sim/results/kind.h"

enum { LOAD_MOST_AXES = 5 };

struct shape {
	int rank;
	hsize_t size[LOAD_MOST_AXES];
};

/* The length of a 1-D array: 1 to `most`, or a failure and 0. */
int load_length(struct hdf *hdf, hid_t group, const char *name, int most);

/* Opens an array if it has exactly this kind and shape, lies in this file, and together with those
 * opened before is no larger than the bytes of the file can unfold to. Then it is safe to take
 * memory for it. */
hid_t load_open(struct hdf *hdf, hid_t group, const char *name, enum kind kind,
		const struct shape *shape);

/* A column that is read part by part, and may be larger than memory. */
hid_t load_column(struct hdf *hdf, hid_t group, const char *name, enum kind kind, hsize_t size);
void load_part(struct hdf *hdf, hid_t dataset, enum kind kind, hsize_t start, hsize_t count,
	       void *values);
void load_all(struct hdf *hdf, hid_t dataset, enum kind kind, void *values);

/* Entry `i` of the first axis of an open array of reals. */
void load_slab(struct hdf *hdf, hid_t dataset, const struct shape *shape, hsize_t i,
	       double *values);

/* The same in one step, with the memory; NULL on failure. */
void *load_new(struct hdf *hdf, struct arena *arena, hid_t group, const char *name, enum kind kind,
	       const struct shape *shape);
const char **load_texts(struct hdf *hdf, struct arena *arena, hid_t group, const char *name,
			const struct shape *shape);

#endif
