/* HDF5 files that are written to disk as they grow. A write that fails is remembered and told at
 * the end; HDF5, which does not survive one, never hears of it. */
#ifndef SIM_RESULTS_DISK_H
#define SIM_RESULTS_DISK_H

#include "sim/results/hdf.h"

/* Where an HDF5 file lies in an open file; of its owner, and to outlive the HDF5 file. */
struct disk {
	int file;
	int error;	/* errno of the first write that failed; 0: none did */
	uint64_t bytes; /* of the HDF5 file, once it is closed */
	hid_t driver;
};

/* Creates an HDF5 file in an empty one. */
void disk_create(struct hdf *hdf, struct disk *disk);
void disk_close(struct hdf *hdf, struct disk *disk);

#endif
