/* Kind, checksum and size, in that order. */
#include "sim/results/probe.h"

#include "sim/results/checksum.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void look_at(struct hdf *hdf, int file)
{
	struct stat stat;
	if (file < 0 || fstat(file, &stat) != 0) {
		hdf_fail(hdf, "%s", strerror(errno));
	} else if (!S_ISREG(stat.st_mode)) {
		hdf_fail(hdf, "it is not a regular file");
	} else if (!checksum_holds(file)) {
		hdf_fail(hdf, "%s",
			 errno ? strerror(errno) : "it is damaged: its checksum is wrong");
	} else {
		hdf->file_bytes = (uint64_t)stat.st_size;
	}
}

/* O_NONBLOCK: a pipe without a writer would keep us waiting. */
void probe_file(struct hdf *hdf, const char *path)
{
	int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	look_at(hdf, file);
	if (file >= 0)
		close(file);
}
