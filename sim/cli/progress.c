/* One line of stderr, written over and over. */
#include "sim/cli/progress.h"

#include "sim/report/words.h"

#include <stdio.h>
#include <unistd.h>

static double seconds_since(const struct timespec *began)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - began->tv_sec) + 1e-9 * (double)(now.tv_nsec - began->tv_nsec);
}

void progress_begin(struct progress *progress, const char *title, const char *unit, bool quiet)
{
	progress->title = title;
	progress->unit = unit;
	progress->shown = !quiet && isatty(STDERR_FILENO);
	clock_gettime(CLOCK_MONOTONIC, &progress->began);
}

void progress_show(void *context, int64_t done, int64_t total)
{
	const struct progress *progress = context;
	char left[WORDS_TEXT] = "?";
	if (!progress->shown)
		return;
	double seconds = seconds_since(&progress->began);
	double rate = seconds > 0 ? (double)done / seconds : 0;
	if (rate > 0)
		words_seconds(left, (double)(total - done) / rate);
	fprintf(stderr, "\r%s: %lld of %lld %s (%.0f %%), %.4g/s, %s left\033[K", progress->title,
		(long long)done, (long long)total, progress->unit,
		total ? 100.0 * (double)done / (double)total : 100.0, rate, left);
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
}
