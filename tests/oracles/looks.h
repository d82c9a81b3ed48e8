/* Planned looks, as the tables name them. */
#ifndef TESTS_ORACLES_LOOKS_H
#define TESTS_ORACLES_LOOKS_H

#include "tests/oracles/oracle.h"

#include "sim/stats/crossing.h"
#include "sim/stats/group_sequential.h"

/* What |z| is held against at a look, from 1, by a method such as "Pocock K=50" or "mSPRT
 * tau2=0.01"; all looks in ascending order. At 5 %, two-sided, each look after so many more of
 * either arm. */
double looks_boundary(const char *method, int look, int looks, double per_look);

/* Fifty of these looks. */
struct crossing_chances looks_of_fifty(const char *method, double per_look, double difference,
				       double up[50], double down[50]);

/* The false alarms of a test for one look that is looked at so often. */
double looks_peeking(double alpha, int looks, bool two_sided);

/* "OBF", "Pocock", "power_rho3", "HSD_gamma-4". */
enum spending looks_spending(const char *name, double *parameter);

#endif
