/* Looking into a recording. */
#include "sim/recording.h"

#include <string.h>

const struct recorded_version *recording_version(const struct recording *recording,
						 const char *name)
{
	for (int v = 0; v < recording->versions; v++)
		if (!strcmp(recording->version_of[v].name, name))
			return &recording->version_of[v];
	if (recording->replayed.requests && !strcmp(name, "replayed"))
		return &recording->replayed;
	return NULL;
}

int64_t recorded_law_below(const struct recorded_law *law, double ns)
{
	int64_t low = 0, high = law->count;
	while (low < high) {
		int64_t middle = low + (high - low) / 2;
		if (law->sorted[middle] < ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int64_t recording_find(const struct recording *recording, int trace, sim_time at)
{
	int64_t low = recording->trace[trace].first, high = recording->trace[trace].end;
	while (low < high) {
		int64_t middle = low + (high - low) / 2;
		if (recording->at[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

double recording_errors(const struct recorded_version *version)
{
	return version->requests ? (double)version->failed / (double)version->requests : 0;
}

uint32_t recording_outcome(const struct recording *recording, int64_t request, uint32_t word)
{
	int8_t failed = recording->failed[request];
	int version = recording->version ? recording->version[request] : -1;
	uint64_t errors =
		(version < 0 ? &recording->all : &recording->version_of[version])->error_bits;
	if (failed < 0)
		return word;
	uint64_t from = failed ? 0 : errors, to = failed ? errors : UINT64_C(1) << 32;
	return to > from ? (uint32_t)(from + ((to - from) * word >> 32))
			 : recording->outcome[request];
}
