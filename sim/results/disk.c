/* A driver for HDF5, which calls it for every piece it reads and writes. */
#include "sim/results/disk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

/* HDF5's own part comes first. */
struct open_disk {
	H5FD_t hdf5;
	struct disk *disk;
	haddr_t allocated, written; /* ends of what HDF5 has taken, and of what it has written */
};

static H5FD_t *open_disk(const char *name, unsigned flags, hid_t access, haddr_t most)
{
	(void)name, (void)flags, (void)most;
	struct disk *const *disk = H5Pget_driver_info(access);
	struct open_disk *open = disk ? calloc(1, sizeof *open) : NULL;
	if (open)
		open->disk = *disk;
	return (H5FD_t *)open;
}

static herr_t close_disk(H5FD_t *file)
{
	struct open_disk *open = (struct open_disk *)file;
	open->disk->bytes = open->allocated;
	free(open);
	return 0;
}

static herr_t query(const H5FD_t *file, unsigned long *flags)
{
	(void)file;
	*flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA |
		 H5FD_FEAT_AGGREGATE_SMALLDATA;
	return 0;
}

static haddr_t get_allocated(const H5FD_t *file, H5FD_mem_t type)
{
	(void)type;
	return ((const struct open_disk *)file)->allocated;
}

static herr_t set_allocated(H5FD_t *file, H5FD_mem_t type, haddr_t address)
{
	(void)type;
	((struct open_disk *)file)->allocated = address;
	return 0;
}

static haddr_t get_written(const H5FD_t *file, H5FD_mem_t type)
{
	(void)type;
	return ((const struct open_disk *)file)->written;
}

/* What was never written reads as zeros. */
static herr_t read_piece(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address,
			 size_t size, void *bytes)
{
	(void)type, (void)transfer;
	const struct open_disk *open = (const struct open_disk *)file;
	char *to = bytes;
	while (size > 0) {
		ssize_t got = pread(open->disk->file, to, size, (off_t)address);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		to += got;
		address += (haddr_t)got;
		size -= (size_t)got;
	}
	memset(to, 0, size);
	return 0;
}

static herr_t write_piece(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address,
			  size_t size, const void *bytes)
{
	(void)type, (void)transfer;
	struct open_disk *open = (struct open_disk *)file;
	const char *from = bytes;
	if (address + size > open->written)
		open->written = address + size;
	while (size > 0 && !open->disk->error) {
		ssize_t done = pwrite(open->disk->file, from, size, (off_t)address);
		if (done < 0 && errno != EINTR)
			open->disk->error = errno;
		if (done > 0) {
			from += done;
			address += (haddr_t)done;
			size -= (size_t)done;
		}
	}
	return 0;
}

/* The file ends where HDF5 has taken room to, whether it wrote there or not. */
static herr_t truncate_disk(H5FD_t *file, hid_t transfer, hbool_t closing)
{
	(void)transfer, (void)closing;
	struct open_disk *open = (struct open_disk *)file;
	if (!open->disk->error && ftruncate(open->disk->file, (off_t)open->allocated) != 0)
		open->disk->error = errno;
	open->written = open->allocated;
	return 0;
}

static const H5FD_class_t driver = {
#if H5_VERSION_GE(1, 13, 0)
	.version = H5FD_CLASS_VERSION,
	.value = (H5FD_class_value_t)600, /* any from 512 on is free */
#endif
	.name = "coalmine",
	.maxaddr = INT64_MAX,
	.fc_degree = H5F_CLOSE_STRONG,
	.fapl_size = sizeof(struct disk *),
	.open = open_disk,
	.close = close_disk,
	.query = query,
	.get_eoa = get_allocated,
	.set_eoa = set_allocated,
	.get_eof = get_written,
	.read = read_piece,
	.write = write_piece,
	.truncate = truncate_disk,
	.fl_map = H5FD_FLMAP_DICHOTOMY,
};

void disk_create(struct hdf *hdf, struct disk *disk)
{
	hid_t access = hdf_begin_create(hdf);
	disk->driver = hdf_try(hdf, H5FDregister(&driver));
	hdf_try(hdf, H5Pset_driver(access, disk->driver, &disk));
	hdf_end_create(hdf, access);
}

/* HDF5 1.10 forgets the driver of a file before it is done with it, if nobody else holds it. */
void disk_close(struct hdf *hdf, struct disk *disk)
{
	if (hdf->file >= 0)
		hdf_try(hdf, H5Fclose(hdf->file));
	hdf->file = H5I_INVALID_HID;
	H5FDunregister(disk->driver);
}
