/* Checks an array before believing it, and only then takes memory for it. */
#include "sim/results/load.h"

#include <string.h>

/* deflate's best: 258 bytes from two bits (Deutsch 1996, RFC 1951: the longest match, in codes of
 * one bit each). What unfolds to more than this times the file was never written to it. */
enum {
	DEFLATE_BEST = 1032,
	LARGEST_CHUNK = 1 << 20, /* entries */
};

static bool can_hold(struct hdf *hdf, enum kind kind, const struct shape *shape)
{
	uint64_t bytes = kind == KIND_TEXT ? sizeof(hvl_t) : kind_size(kind);
	for (int d = 0; d < shape->rank; d++)
		if (__builtin_mul_overflow(bytes, shape->size[d], &bytes))
			return false;
	if (__builtin_add_overflow(hdf->claimed, bytes, &hdf->claimed))
		return false;
	return hdf->claimed / DEFLATE_BEST <= hdf->file_bytes;
}

static bool has_kind(const struct hdf *hdf, hid_t dataset, enum kind kind)
{
	hid_t type = H5Dget_type(dataset);
	bool same = kind == KIND_TEXT ? H5Tis_variable_str(type) > 0
				      : H5Tequal(type, kind_in_file(hdf, kind)) > 0;
	H5Tclose(type);
	return same;
}

static bool has_shape(hid_t dataset, const struct shape *shape)
{
	hid_t space = H5Dget_space(dataset);
	hsize_t size[H5S_MAX_RANK];
	int rank = H5Sget_simple_extent_dims(space, size, NULL);
	H5Sclose(space);
	return rank == shape->rank && memcmp(size, shape->size, (size_t)rank * sizeof *size) == 0;
}

/* An array may name other files as the place of its values; we would read whatever they are. */
static bool lies_here(hid_t dataset)
{
	hid_t list = H5Dget_create_plist(dataset);
	bool here = H5Pget_layout(list) != H5D_VIRTUAL && H5Pget_external_count(list) == 0;
	H5Pclose(list);
	return here;
}

/* Opens a dataset of this file; a failure names it. */
static hid_t open_dataset(struct hdf *hdf, hid_t group, const char *name)
{
	if (hdf->failed)
		return H5I_INVALID_HID;
	hid_t dataset = H5I_INVALID_HID;
	if (hdf_has(hdf, group, name))
		dataset = H5Dopen2(group, name, H5P_DEFAULT);
	if (dataset < 0)
		hdf_fail(hdf, "'%s' is missing", name);
	else if (!lies_here(dataset))
		hdf_fail(hdf, "'%s' lies in another file", name);
	return dataset;
}

int load_length(struct hdf *hdf, hid_t group, const char *name, int most)
{
	hid_t dataset = open_dataset(hdf, group, name);
	hid_t space = hdf->failed ? H5I_INVALID_HID : H5Dget_space(dataset);
	hsize_t size = 0;
	if (H5Sget_simple_extent_ndims(space) == 1)
		H5Sget_simple_extent_dims(space, &size, NULL);
	H5Sclose(space);
	H5Dclose(dataset);
	if (size >= 1 && size <= (hsize_t)most)
		return (int)size;
	hdf_fail(hdf, "'%s' should have 1 to %d entries", name, most);
	return 0;
}

/* What HDF5 unfolds at once to give us any part of an array. */
static bool has_small_chunks(hid_t dataset)
{
	hid_t list = H5Dget_create_plist(dataset);
	hsize_t chunk = 1;
	bool small = H5Pget_layout(list) != H5D_CHUNKED ||
		     (H5Pget_chunk(list, 1, &chunk) == 1 && chunk <= LARGEST_CHUNK);
	H5Pclose(list);
	return small;
}

hid_t load_column(struct hdf *hdf, hid_t group, const char *name, enum kind kind, hsize_t size)
{
	hid_t dataset = open_dataset(hdf, group, name);
	if (hdf->failed)
		return dataset;
	if (!has_kind(hdf, dataset, kind))
		hdf_fail(hdf, "'%s' has the wrong type", name);
	else if (!has_shape(dataset, &(struct shape){1, {size}}))
		hdf_fail(hdf, "'%s' has the wrong size", name);
	else if (!has_small_chunks(dataset))
		hdf_fail(hdf, "'%s' is not made of small chunks", name);
	return dataset;
}

hid_t load_open(struct hdf *hdf, hid_t group, const char *name, enum kind kind,
		const struct shape *shape)
{
	hid_t dataset = open_dataset(hdf, group, name);
	if (hdf->failed)
		return dataset;
	if (!has_kind(hdf, dataset, kind))
		hdf_fail(hdf, "'%s' has the wrong type", name);
	else if (!has_shape(dataset, shape))
		hdf_fail(hdf, "'%s' has the wrong size", name);
	else if (!can_hold(hdf, kind, shape))
		hdf_fail(hdf, "'%s' claims to be larger than the file can hold", name);
	return dataset;
}

void load_part(struct hdf *hdf, hid_t dataset, enum kind kind, hsize_t start, hsize_t count,
	       void *values)
{
	if (hdf->failed)
		return;
	hid_t in_file = hdf_try(hdf, H5Dget_space(dataset));
	hdf_try(hdf, H5Sselect_hyperslab(in_file, H5S_SELECT_SET, &start, NULL, &count, NULL));
	hid_t in_memory = hdf_try(hdf, H5Screate_simple(1, &count, NULL));
	hdf_try(hdf, H5Dread(dataset, kind_in_memory(hdf, kind), in_memory, in_file, H5P_DEFAULT,
			     values));
	H5Sclose(in_memory);
	H5Sclose(in_file);
}

void load_all(struct hdf *hdf, hid_t dataset, enum kind kind, void *values)
{
	if (!hdf->failed)
		hdf_try(hdf, H5Dread(dataset, kind_in_memory(hdf, kind), H5S_ALL, H5S_ALL,
				     H5P_DEFAULT, values));
}

static size_t count_values(const struct shape *shape)
{
	size_t count = 1;
	for (int d = 0; d < shape->rank; d++)
		count *= shape->size[d];
	return count;
}

void *load_new(struct hdf *hdf, struct arena *arena, hid_t group, const char *name, enum kind kind,
	       const struct shape *shape)
{
	void *values = NULL;
	hid_t dataset = load_open(hdf, group, name, kind, shape);
	if (!hdf->failed)
		values = arena_take(arena, count_values(shape) * kind_size(kind));
	load_all(hdf, dataset, kind, values);
	H5Dclose(dataset);
	return values;
}

/* Many entries may point to one long text, and would each be given a copy of it. */
static void refuse_shared_texts(struct hdf *hdf, hid_t dataset, const char *name, size_t count)
{
	if (hdf->failed)
		return;
	hsize_t bytes = 0;
	hid_t space = hdf_try(hdf, H5Dget_space(dataset));
	hdf_try(hdf, H5Dvlen_get_buf_size(dataset, hdf->text, space, &bytes));
	H5Sclose(space);
	if (!hdf->failed && bytes > hdf->file_bytes + count)
		hdf_fail(hdf, "'%s' claims to be larger than the file", name);
}

/* HDF5 hands out texts of its own, NULL where one is empty. */
const char **load_texts(struct hdf *hdf, struct arena *arena, hid_t group, const char *name,
			const struct shape *shape)
{
	size_t count = count_values(shape);
	hid_t dataset = load_open(hdf, group, name, KIND_TEXT, shape);
	refuse_shared_texts(hdf, dataset, name, count);
	char **texts = hdf->failed ? NULL : arena_take(&hdf->scratch, count * sizeof *texts);
	load_all(hdf, dataset, KIND_TEXT, texts);
	H5Dclose(dataset);
	if (hdf->failed)
		return NULL;
	const char **copies = arena_take(arena, count * sizeof *copies);
	for (size_t i = 0; i < count; i++) {
		copies[i] = texts[i] ? arena_copy(arena, texts[i], strlen(texts[i])) : "";
		H5free_memory(texts[i]);
	}
	return copies;
}

void load_slab(struct hdf *hdf, hid_t dataset, const struct shape *shape, hsize_t i, double *values)
{
	if (hdf->failed)
		return;
	hsize_t start[LOAD_MOST_AXES] = {i}, size[LOAD_MOST_AXES];
	memcpy(size, shape->size, sizeof size);
	size[0] = 1;
	hid_t in_file = hdf_try(hdf, H5Dget_space(dataset));
	hdf_try(hdf, H5Sselect_hyperslab(in_file, H5S_SELECT_SET, start, NULL, size, NULL));
	hid_t in_memory = hdf_try(hdf, H5Screate_simple(shape->rank, size, NULL));
	hdf_try(hdf, H5Dread(dataset, H5T_NATIVE_DOUBLE, in_memory, in_file, H5P_DEFAULT, values));
	H5Sclose(in_memory);
	H5Sclose(in_file);
}
