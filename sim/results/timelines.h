/* The kept trials of a results file: what their dashboards showed, and what happened to them. */
#ifndef SIM_RESULTS_TIMELINES_H
#define SIM_RESULTS_TIMELINES_H

#include "sim/result.h"
#include "sim/results/hdf.h"

/* Group /series. Without timelines there is nothing to write, and no group to read. */
void series_write(struct hdf *hdf, const struct results *results);
void series_read(struct hdf *hdf, struct results *results);

/* Group /events, left out where nothing happened. Read after the series, which bring the
 * timelines. */
void events_write(struct hdf *hdf, const struct results *results);
void events_read(struct hdf *hdf, struct results *results);

#endif
