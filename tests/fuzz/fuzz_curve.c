/* Any bytes are a series, or incidents, or are refused in a sentence; times ascend. */
#include "replay/alarm.h"
#include "replay/incidents.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void read_curve(const char *path)
{
	struct columns columns = {.name = {"p95"}, .count = 1};
	struct alarm_rule rule;
	struct curve curve;
	char why[CURVE_WHY] = "";
	require(alarm_read(&rule, "p95 >= x1.5 median 5m", why, sizeof why));
	bool good = curve_read(&curve, path, NULL, &columns, why);
	require(good || *why);
	for (int i = 1; i < curve.samples && good; i++)
		require(curve.at_ns[i] > curve.at_ns[i - 1]);
	for (int i = 0; i < curve.samples && i < 100 && good; i++) {
		int64_t alarm_ns;
		alarm_check(&rule, &curve, curve.at_ns[i], INT64_C(180000000000), &alarm_ns);
	}
	curve_free(&curve);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64], why[CURVE_WHY] = "";
	struct incidents incidents;
	int file = memfd_create("fuzz", MFD_CLOEXEC);
	require(file >= 0 && write(file, data, size) == (ssize_t)size);
	snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	read_curve(path);
	require(incidents_read(&incidents, path, NULL, why) || *why);
	for (int i = 1; i < incidents.count; i++)
		require(incidents.at_ns[i] >= incidents.at_ns[i - 1] || *why);
	incidents_free(&incidents);
	close(file);
	return 0;
}
