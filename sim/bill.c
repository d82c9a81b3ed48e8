/* Replicas run all the time; what is paid for is the part in which somebody was sent to them. */
#include "sim/bill.h"

void bill_reset(struct bill *bill, int versions)
{
	for (int v = 0; v < versions; v++)
		bill->replica_ns[v] = bill->before_ns[v] = 0;
}

static bool is_used(const struct routes *routes, int version)
{
	return routes_most(routes, version) > 0 ||
	       (routes->mirror > 0 && routes->mirror_to == version);
}

void bill_note(struct bill *bill, const struct routes *routes, int version, double replica_ns)
{
	double running =
		routes->running[version] > 0 ? routes->running[version] : is_used(routes, version);
	bill->replica_ns[version] += running * (replica_ns - bill->before_ns[version]);
	bill->before_ns[version] = replica_ns;
}

static double hours_of(const struct bill *bill, int version)
{
	return bill->replica_ns[version] / (3600 * (double)SIM_SECOND);
}

double bill_money(const struct bill *bill, const struct plan *plan, int version, double requests)
{
	const struct cost_plan *cost = &plan->version[version].cost;
	return hours_of(bill, version) * cost->replica_hour + requests * cost->request;
}

/* Everything the version was asked: attempts and copies, too. */
static double count_requests(const struct plan *plan, const struct telemetry *telemetry,
			     int version)
{
	double count = 0;
	for (int c = 0; c < plan->cohorts; c++) {
		uint64_t flags[FLAGS] = {0}, bucket[HISTOGRAM_BUCKETS] = {0};
		telemetry_sum(telemetry, plan_key(plan, c, version), flags, bucket);
		for (int f = 0; f < FLAGS; f++)
			count += (double)flags[f];
	}
	return count;
}

void bill_settle(const struct bill *bill, const struct plan *plan,
		 const struct telemetry *telemetry, struct result *row)
{
	for (int v = 0; v < plan->versions; v++) {
		const struct cost_plan *cost = &plan->version[v].cost;
		double hours = hours_of(bill, v);
		row->replica_hours += hours;
		row->cost += hours * cost->replica_hour;
		if (cost->request > 0)
			row->cost += cost->request * count_requests(plan, telemetry, v);
	}
}
