/* Burn rates of an error budget (Google, Site Reliability Workbook, 2018, chapter 5): how many
 * times faster than planned it is spent. Times are in one unit, whichever. */
#ifndef SIM_STATS_BURN_RATE_H
#define SIM_STATS_BURN_RATE_H

#include <stdbool.h>

/* The share of bad requests over the share that may be bad; NaN without requests. */
double burn_rate(double bad, double requests, double budget);

/* The burn rate that spends a share of the whole period's budget in one window. */
double burn_rate_threshold(double spent, double window, double period);

/* The reverse: what share of it is spent when an alert with this threshold first fires. */
double burn_rate_spent(double threshold, double window, double period);

/* An alert fires while both windows burn at the threshold or faster: the long one so that it
 * matters, the short one so that it still goes on. Windows without requests do not burn. */
bool burn_rate_fires(double long_rate, double short_rate, double threshold);

/* Errors that burn at a constant rate from one moment on, and nothing before: after how long the
 * window reaches the threshold; +inf: never. */
double burn_rate_detection(double rate, double threshold, double window);

/* After such errors have filled the window and end: how long it stays at the threshold. */
double burn_rate_reset(double rate, double threshold, double window);

/* How long until the whole budget is spent. */
double burn_rate_exhaustion(double rate, double period);

#endif
