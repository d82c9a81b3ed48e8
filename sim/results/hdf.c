/* Opens and closes HDF5 files, and turns what HDF5 complains of into one sentence. */
#include "sim/results/hdf.h"

#include <endian.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Growth of a file in memory. */
enum { IMAGE_STEP = 16 << 20 };

static herr_t keep_innermost(unsigned depth, const H5E_error2_t *entry, void *reason)
{
	if (depth == 0)
		*(const char **)reason = entry->desc;
	return 0;
}

void hdf_fail(struct hdf *hdf, const char *format, ...)
{
	if (hdf->failed)
		return;
	hdf->failed = true;
	int length = snprintf(hdf->error, hdf->error_size, "cannot %s: ", hdf->purpose);
	if (length < 0 || (size_t)length >= hdf->error_size)
		return;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(hdf->error + length, hdf->error_size - (size_t)length, format, arguments);
	va_end(arguments);
}

hid_t hdf_try(struct hdf *hdf, hid_t returned)
{
	if (returned >= 0 || hdf->failed)
		return returned;
	const char *reason = "it gives no reason";
	H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &reason);
	hdf_fail(hdf, "HDF5 says: %s", reason);
	return returned;
}

/* HDF5 prints its stack of errors on stderr unless it is told not to. */
static void begin(struct hdf *hdf)
{
	hdf->file = H5I_INVALID_HID;
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	hdf->text = hdf_try(hdf, H5Tcopy(H5T_C_S1));
	hdf_try(hdf, H5Tset_size(hdf->text, H5T_VARIABLE));
	hdf_try(hdf, H5Tset_cset(hdf->text, H5T_CSET_UTF8));
}

/* Closing the file closes whatever is still open in it, on every path. */
static hid_t access_list(struct hdf *hdf)
{
	hid_t access = hdf_try(hdf, H5Pcreate(H5P_FILE_ACCESS));
	hdf_try(hdf, H5Pset_fclose_degree(access, H5F_CLOSE_STRONG));
	return access;
}

/* At the end HDF5 hands us the memory of the file instead of freeing it. H5Fget_file_image would
 * make a copy, and of this format one whose superblock has the wrong checksum. */
static herr_t keep_image(void *memory, H5FD_file_image_op_t when, void *owner)
{
	struct hdf *hdf = owner;
	if (when == H5FD_FILE_IMAGE_OP_FILE_CLOSE)
		hdf->image = memory;
	else
		free(memory);
	return 0;
}

static void *share_owner(void *owner)
{
	return owner;
}

static herr_t forget_owner(void *owner)
{
	(void)owner;
	return 0;
}

static void work_in_memory(struct hdf *hdf, hid_t access)
{
	H5FD_file_image_callbacks_t callbacks = {.image_free = keep_image,
						 .udata_copy = share_owner,
						 .udata_free = forget_owner,
						 .udata = hdf};
	hdf_try(hdf, H5Pset_fapl_core(access, IMAGE_STEP, false));
	hdf_try(hdf, H5Pset_file_image_callbacks(access, &callbacks));
}

hid_t hdf_begin_create(struct hdf *hdf)
{
	begin(hdf);
	return access_list(hdf);
}

/* The format of 1.10 has checksums in its metadata, and takes a third of the room of the oldest. */
void hdf_end_create(struct hdf *hdf, hid_t access)
{
	hid_t creation = hdf_creation(hdf, H5P_FILE_CREATE);
	hdf_try(hdf, H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110));
	hdf->file = hdf_try(hdf, H5Fcreate("results", H5F_ACC_TRUNC, creation, access));
	H5Pclose(creation);
	H5Pclose(access);
}

/* In memory, because HDF5 1.10 does not survive a full disk: once a write has failed, closing the
 * file fails too and the library's clean-up at exit crashes the program. */
void hdf_create(struct hdf *hdf)
{
	hid_t access = hdf_begin_create(hdf);
	work_in_memory(hdf, access);
	hdf_end_create(hdf, access);
}

void hdf_open(struct hdf *hdf, const char *path)
{
	begin(hdf);
	if (hdf->failed)
		return;
	if (H5Fis_hdf5(path) <= 0)
		hdf_fail(hdf, "it is not an HDF5 file");
	hid_t access = access_list(hdf);
	hdf->file = hdf_try(hdf, H5Fopen(path, H5F_ACC_RDONLY, access));
	H5Pclose(access);
}

void hdf_close(struct hdf *hdf)
{
	H5Tclose(hdf->text);
	if (hdf->file >= 0)
		hdf_try(hdf, H5Fclose(hdf->file));
	free(hdf->image);
	arena_free(&hdf->scratch);
}

/* HDF5 File Format Specification 3.0, II.A: superblock versions 2 and 3. The memory is larger. */
static size_t end_of_file(const unsigned char *image)
{
	uint64_t end;
	memcpy(&end, image + 28, sizeof end);
	return le64toh(end);
}

const void *hdf_finish(struct hdf *hdf, size_t *size)
{
	hdf_try(hdf, H5Fclose(hdf->file));
	hdf->file = H5I_INVALID_HID;
	if (hdf->failed)
		return NULL;
	*size = end_of_file(hdf->image);
	return hdf->image;
}

hid_t hdf_creation(struct hdf *hdf, hid_t class)
{
	hid_t list = hdf_try(hdf, H5Pcreate(class));
	hdf_try(hdf, H5Pset_obj_track_times(list, false));
	return list;
}

hid_t hdf_create_group(struct hdf *hdf, const char *name)
{
	hid_t creation = hdf_creation(hdf, H5P_GROUP_CREATE);
	hid_t group = hdf_try(hdf, H5Gcreate2(hdf->file, name, H5P_DEFAULT, creation, H5P_DEFAULT));
	H5Pclose(creation);
	return group;
}

/* Only what lies in the file itself counts: soft and external links lead elsewhere. */
bool hdf_has(struct hdf *hdf, hid_t group, const char *name)
{
	H5L_info_t link;
	return !hdf->failed && H5Lexists(group, name, H5P_DEFAULT) > 0 &&
	       H5Lget_info(group, name, &link, H5P_DEFAULT) >= 0 && link.type == H5L_TYPE_HARD;
}
