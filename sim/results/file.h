/* The results file: HDF5 that h5py, netCDF4 and xarray open as labelled arrays. */
#ifndef SIM_RESULTS_FILE_H
#define SIM_RESULTS_FILE_H

#include "sim/result.h"

enum {
	RESULTS_SCHEMA_VERSION = 1,
	RESULTS_ERROR = 512,	  /* every sentence fits */
	RESULTS_MOST_VARIED = 64, /* parameters; points would run out long before */
};

/* Appears at `path` whole or not at all: on failure what was there stays, and `error` holds a
 * sentence. The same results give the same bytes. Takes memory for the compressed file. */
bool results_write(const struct results *results, const char *path, char *error, size_t error_size);

/* Believes nothing: types, sizes and ranges are checked before memory is taken or a number is used.
 * Accidents to the file show before HDF5 sees it; against metadata forged to break HDF5 itself,
 * only HDF5 can defend. On failure `results` is empty and `error` holds a sentence. */
bool results_read(struct results *results, const char *path, char *error, size_t error_size);

#endif
