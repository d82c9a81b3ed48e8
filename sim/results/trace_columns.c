/* The table of columns. */
#include "sim/results/trace_columns.h"

const struct trace_column trace_columns[TRACE_COLUMNS] = {
	{"arrival", "nanoseconds since 1970-01-01", "When the request arrived.", KIND_COUNT,
	 offsetof(struct row, arrival_ns), INT64_MIN, NULL},
	{"duration", "nanoseconds", "How long it took until it had been answered.", KIND_COUNT,
	 offsetof(struct row, duration_ns), -1, NULL},
	{"status", "1", "Status code of the answer.", KIND_INDEX, offsetof(struct row, status), -1,
	 NULL},
	{"outcome", "1", "What became of it.", KIND_FLAG, offsetof(struct row, outcome), 0,
	 "unknown success redirect client_error server_error aborted"},
	{"bytes", "1", "Bytes of the answer.", KIND_COUNT, offsetof(struct row, bytes), -1, NULL},
	{"user", "1", "Whose request it was: a salted hash.", KIND_COUNT,
	 offsetof(struct row, user), 0, NULL},
	{"route", "1", "Where it went: a place in route_name.", KIND_INDEX,
	 offsetof(struct row, route), -1, NULL},
	{"segment", "1", "Segment of its user: a place in segment_name.", KIND_INDEX,
	 offsetof(struct row, segment), -1, NULL},
	{"version", "1", "The version that served it: a place in version_name.", KIND_INDEX,
	 offsetof(struct row, version), -1, NULL},
};
