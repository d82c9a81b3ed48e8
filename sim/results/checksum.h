/* A line behind the HDF5 part of a results file, by which every accident to it shows. */
#ifndef SIM_RESULTS_CHECKSUM_H
#define SIM_RESULTS_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { CHECKSUM_LENGTH = 25 }; /* of the line, always */

void checksum_line(const void *bytes, size_t size, char line[CHECKSUM_LENGTH + 1]);

/* The same of the first `size` bytes of an open file; false with errno set if they cannot be read.
 */
bool checksum_line_of(int file, off_t size, char line[CHECKSUM_LENGTH + 1]);

/* Looks through an open file. A file without the line holds: other tools may have rewritten it,
 * and HDF5 itself notices when the end is cut off. False with errno 0: damaged. */
bool checksum_holds(int file);

#endif
