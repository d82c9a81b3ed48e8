/* Attributes of a results file: single texts and short lists of numbers. */
#ifndef SIM_RESULTS_ATTRIBUTE_H
#define SIM_RESULTS_ATTRIBUTE_H

#include "sim/results/hdf.h"

void attribute_write_text(struct hdf *hdf, hid_t object, const char *name, const char *text);
void attribute_write(struct hdf *hdf, hid_t object, const char *name, hid_t type, hsize_t count,
		     const void *values);

/* The words that the values 0, 1, 2 ... of a flag stand for, by the conventions of CF. */
void attribute_write_flags(struct hdf *hdf, hid_t object, const char *meanings);

/* Reads one value of exactly this type; `value` is untouched on failure. */
void attribute_read(struct hdf *hdf, hid_t object, const char *name, hid_t type, void *value);
const char *attribute_read_text(struct hdf *hdf, struct arena *arena, hid_t object,
				const char *name);

#endif
