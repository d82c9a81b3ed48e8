/* An array of a results file, each axis labelled by a dimension scale. */
#ifndef SIM_RESULTS_VARIABLE_H
#define SIM_RESULTS_VARIABLE_H

#include "sim/results/kind.h"

enum { MOST_AXES = 5 };

struct axis {
	hid_t scale;
	hsize_t size;
};

struct variable {
	const char *name, *unit, *about; /* a text has no unit: NULL */
	enum kind kind;
	bool missing; /* some values may be: NaN, or of whole numbers this: */
	int64_t nothing;
	const char *meanings; /* of a flag: words for 0, 1, 2 ...; else NULL */
	int rank;
	const struct axis *axes[MOST_AXES];
};

/* The scale has `size` values: those of `values`, or 0, 1, 2 ... (of KIND_COUNT) if that is NULL.
 */
struct axis axis_create(struct hdf *hdf, hid_t group, const struct variable *variable, size_t size,
			const void *values);

hid_t variable_create(struct hdf *hdf, hid_t group, const struct variable *variable);
void variable_write(struct hdf *hdf, hid_t group, const struct variable *variable,
		    const void *values);

/* One with no end, in chunks of so many values, that nobody has written yet: the first `size` are
 * missing. */
hid_t variable_create_endless(struct hdf *hdf, hid_t group, const struct variable *variable,
			      hsize_t size, hsize_t chunk);

/* Behind its first `size` values. */
void variable_append(struct hdf *hdf, hid_t dataset, enum kind kind, hsize_t size, hsize_t count,
		     const void *values);

/* Writes entry `i` of the first axis of an open array of reals. */
void variable_write_slab(struct hdf *hdf, hid_t dataset, hsize_t i, const double *values);

#endif
