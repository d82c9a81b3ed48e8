/* What can be known of a file before HDF5 looks at it. */
#ifndef SIM_RESULTS_PROBE_H
#define SIM_RESULTS_PROBE_H

#include "sim/results/hdf.h"

/* Refuses what is no regular file, cannot be read or is damaged; notes its size. */
void probe_file(struct hdf *hdf, const char *path);

#endif
