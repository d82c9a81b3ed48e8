/* The types of number and text in a results file. */
#ifndef SIM_RESULTS_KIND_H
#define SIM_RESULTS_KIND_H

#include "sim/results/hdf.h"

/* What an array holds: double, int64_t, int16_t, int8_t, const char *. */
enum kind { KIND_REAL, KIND_COUNT, KIND_INDEX, KIND_FLAG, KIND_TEXT };

hid_t kind_in_file(const struct hdf *hdf, enum kind kind);
hid_t kind_in_memory(const struct hdf *hdf, enum kind kind);
size_t kind_size(enum kind kind);

#endif
