/* A canary's ladder with a threshold: what it decides, and after how much. */
#include "tests/oracles/oracle.h"

#include "sim/stats/gates.h"

#include <string.h>

enum { MOST_INTERVALS = 64 };

#define DIGITS 1e-9

int oracles_of_gates(void)
{
	struct oracle *o = oracle_open("canary_threshold_exact.csv");
	for (int row = 0; row < o->rows; row++) {
		double share[MOST_INTERVALS], fails[MOST_INTERVALS], rolled_back[MOST_INTERVALS];
		double failed[MOST_INTERVALS];
		int intervals = oracle_list(o, row, "weights_percent", share, MOST_INTERVALS);
		for (int k = 0; k < intervals; k++)
			share[k] /= 100;
		const struct gates g = {
			.share = share,
			.intervals = intervals,
			.requests = oracle_number(o, row, "total_requests_per_interval"),
			.error_rate = oracle_number(o, row, "canary_error_rate"),
			.threshold = oracle_number(o, row, "threshold"),
			.failure_limit = (int)oracle_number(o, row, "failure_limit"),
			.in_a_row = !strcmp(oracle_text(o, row, "rule"), "consecutive")};
		struct gates_course c = gates_follow(&g, failed, fails, rolled_back);
		/* What is rarer than 1e-5 the table has as a difference from 1. */
		oracle_compare(o, row, "p_rollback", c.rollback, DIGITS, 1e-14);
		oracle_compare(o, row, "p_promote", c.promote, DIGITS, 1e-14);
		oracle_compare(o, row, "mean_interval_of_rollback_given_rollback",
			       c.rollback_interval, 1e-6, 0);
		oracle_compare(o, row, "mean_canary_requests(blast_radius)", c.requests, DIGITS, 0);
		oracle_compare(o, row, "mean_canary_errors", c.errors, DIGITS, 0);
	}
	return !oracle_close(o);
}
