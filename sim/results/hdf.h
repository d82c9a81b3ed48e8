/* An HDF5 file in use, which remembers the first thing that went wrong: calls after that do
 * nothing useful and no harm, so that callers look once, at the end. */
#ifndef SIM_RESULTS_HDF_H
#define SIM_RESULTS_HDF_H

#include "sim/arena.h"

#include <hdf5.h>
#include <stdbool.h>

struct hdf {
	hid_t file, text;    /* text: variable length, UTF-8 */
	const char *purpose; /* "read x.h5": what every sentence says could not be done */
	char *error;
	size_t error_size;
	bool failed;
	struct arena scratch;
	void *image;		      /* of a file that was created */
	uint64_t file_bytes, claimed; /* of a file that is read: its size, and of its arrays */
};

void hdf_create(struct hdf *hdf); /* in memory */

/* The same elsewhere: between the two, the driver is set that says where. */
hid_t hdf_begin_create(struct hdf *hdf);
void hdf_end_create(struct hdf *hdf, hid_t access);
void hdf_open(struct hdf *hdf, const char *path);
void hdf_close(struct hdf *hdf);

/* Passes on what an HDF5 function returned; if that was a failure, keeps its innermost reason. */
hid_t hdf_try(struct hdf *hdf, hid_t returned);
void hdf_fail(struct hdf *hdf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Ends a file in memory and gives its bytes, as they would be on disk; valid until hdf_close. */
const void *hdf_finish(struct hdf *hdf, size_t *size);

/* Creation properties of `class` without time stamps: the same results give the same bytes. */
hid_t hdf_creation(struct hdf *hdf, hid_t class);
hid_t hdf_create_group(struct hdf *hdf, const char *name);
bool hdf_has(struct hdf *hdf, hid_t group, const char *name);

#endif
