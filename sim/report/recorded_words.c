/* Without intervals: what a log holds is counted, not estimated. */
#include "sim/report/recorded_words.h"

#include <stdio.h>

const char *recorded_seconds(char out[WORDS_TEXT], double s)
{
	static const struct {
		double seconds;
		const char *name;
	} units[] = {{86400, "d"}, {3600, "h"},	 {60, "min"}, {1, "s"},
		     {1e-3, "ms"}, {1e-6, "us"}, {1e-9, "ns"}};
	int u = 0;
	while (u < 6 && s < units[u].seconds * (1 - 1e-12))
		u++;
	if (!(s > 0))
		u = 3;
	double number = s / units[u].seconds;
	snprintf(out, WORDS_TEXT, number < 1000 ? "%.3g %s" : "%.0f %s", number, units[u].name);
	return out;
}

const char *recorded_ns(char out[WORDS_TEXT], int64_t ns)
{
	return recorded_seconds(out, (double)ns * 1e-9);
}

const char *recorded_whole(char out[WORDS_TEXT], int64_t count)
{
	char digits[32];
	int length = snprintf(digits, sizeof digits, "%lld", (long long)count), used = 0;
	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			out[used++] = ',';
		out[used++] = digits[i];
	}
	out[used] = 0;
	return out;
}

const char *recorded_share(char out[WORDS_TEXT], int64_t part, int64_t all)
{
	double percent = all ? 100.0 * (double)part / (double)all : 0;
	if (part < all && percent > 99.9)
		snprintf(out, WORDS_TEXT, "over 99.9 %%");
	else
		snprintf(out, WORDS_TEXT, "%.3g %%", percent);
	return out;
}
