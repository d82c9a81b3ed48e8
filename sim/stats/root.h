/* A root of a function in an interval: Brent's method (1973), as everybody's `zeroin` has it. */
#ifndef SIM_STATS_ROOT_H
#define SIM_STATS_ROOT_H

typedef double root_function(const void *context, double x);

/* The function has opposite signs, or a zero, at `low` and `high`. Ends when the root is known to
 * `tolerance`, which is absolute, and a few last places. */
double root_find(root_function *function, const void *context, double low, double high,
		 double tolerance);

#endif
