/* Writes attributes, and reads them only if they are exactly what was written. */
#include "sim/results/attribute.h"

#include <string.h>

static void write_attribute(struct hdf *hdf, hid_t object, const char *name, hid_t type,
			    hid_t space, const void *values)
{
	hid_t attribute =
		hdf_try(hdf, H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT));
	hid_t native = hdf_try(hdf, H5Tget_native_type(type, H5T_DIR_ASCEND));
	hdf_try(hdf, H5Awrite(attribute, native, values));
	H5Tclose(native);
	H5Aclose(attribute);
	H5Sclose(space);
}

void attribute_write_text(struct hdf *hdf, hid_t object, const char *name, const char *text)
{
	write_attribute(hdf, object, name, hdf->text, hdf_try(hdf, H5Screate(H5S_SCALAR)), &text);
}

void attribute_write(struct hdf *hdf, hid_t object, const char *name, hid_t type, hsize_t count,
		     const void *values)
{
	hid_t space = count == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, NULL);
	write_attribute(hdf, object, name, type, hdf_try(hdf, space), values);
}

void attribute_write_flags(struct hdf *hdf, hid_t object, const char *meanings)
{
	int8_t values[INT8_MAX] = {0}, count = 1;
	for (const char *blank = strchr(meanings, ' '); blank; blank = strchr(blank + 1, ' ')) {
		values[count] = count;
		count++;
	}
	attribute_write(hdf, object, "flag_values", H5T_STD_I8LE, (hsize_t)count, values);
	attribute_write_text(hdf, object, "flag_meanings", meanings);
}

static bool is_single(hid_t attribute)
{
	hid_t space = H5Aget_space(attribute);
	bool single = H5Sget_simple_extent_npoints(space) == 1;
	H5Sclose(space);
	return single;
}

static bool has_type(const struct hdf *hdf, hid_t attribute, hid_t type)
{
	hid_t stored = H5Aget_type(attribute);
	bool same = type == hdf->text ? H5Tis_variable_str(stored) > 0 : H5Tequal(stored, type) > 0;
	H5Tclose(stored);
	return same;
}

void attribute_read(struct hdf *hdf, hid_t object, const char *name, hid_t type, void *value)
{
	if (hdf->failed)
		return;
	if (H5Aexists(object, name) <= 0) {
		hdf_fail(hdf, "the attribute '%s' is missing", name);
		return;
	}
	hid_t attribute = hdf_try(hdf, H5Aopen(object, name, H5P_DEFAULT));
	if (!hdf->failed && (!is_single(attribute) || !has_type(hdf, attribute, type)))
		hdf_fail(hdf, "the attribute '%s' has the wrong type", name);
	hid_t native = H5Tget_native_type(type, H5T_DIR_ASCEND);
	if (!hdf->failed)
		hdf_try(hdf, H5Aread(attribute, native, value));
	H5Tclose(native);
	H5Aclose(attribute);
}

const char *attribute_read_text(struct hdf *hdf, struct arena *arena, hid_t object,
				const char *name)
{
	char *text = NULL;
	attribute_read(hdf, object, name, hdf->text, &text);
	if (hdf->failed || !text)
		return "";
	const char *copy = arena_copy(arena, text, strlen(text));
	H5free_memory(text);
	return copy;
}
