/* How each kind of value is stored, and held in memory. */
#include "sim/results/kind.h"

hid_t kind_in_file(const struct hdf *hdf, enum kind kind)
{
	switch (kind) {
	case KIND_REAL:
		return H5T_IEEE_F64LE;
	case KIND_COUNT:
		return H5T_STD_I64LE;
	case KIND_INDEX:
		return H5T_STD_I16LE;
	case KIND_FLAG:
		return H5T_STD_I8LE;
	case KIND_TEXT:
		break;
	}
	return hdf->text;
}

hid_t kind_in_memory(const struct hdf *hdf, enum kind kind)
{
	switch (kind) {
	case KIND_REAL:
		return H5T_NATIVE_DOUBLE;
	case KIND_COUNT:
		return H5T_NATIVE_INT64;
	case KIND_INDEX:
		return H5T_NATIVE_INT16;
	case KIND_FLAG:
		return H5T_NATIVE_INT8;
	case KIND_TEXT:
		break;
	}
	return hdf->text;
}

size_t kind_size(enum kind kind)
{
	static const size_t sizes[] = {
		[KIND_REAL] = sizeof(double),	[KIND_COUNT] = sizeof(int64_t),
		[KIND_INDEX] = sizeof(int16_t), [KIND_FLAG] = sizeof(int8_t),
		[KIND_TEXT] = sizeof(char *),
	};
	return sizes[kind];
}
