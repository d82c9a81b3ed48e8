/* What a trial costs: replicas by the hour, as long as their version is in the routes, and requests
 * one by one. */
#ifndef SIM_BILL_H
#define SIM_BILL_H

#include "sim/plan.h"
#include "sim/result.h"
#include "sim/router.h"

struct bill {
	double replica_ns[MAX_VERSIONS]; /* to be paid */
	double before_ns[MAX_VERSIONS];	 /* what replicas had run for, paid or not, before */
};

void bill_reset(struct bill *bill, int versions);

/* Until now the routes were these, and the replicas of the version have run for so long. */
void bill_note(struct bill *bill, const struct routes *routes, int version, double replica_ns);

/* What a version has cost until it was noted last, if it has finished so many requests. */
double bill_money(const struct bill *bill, const struct plan *plan, int version, double requests);

void bill_settle(const struct bill *bill, const struct plan *plan,
		 const struct telemetry *telemetry, struct result *row);

#endif
