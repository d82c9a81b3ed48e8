/* Queues with exact formulas. */
#include "tests/oracles/published.h"

#include "sim/stats/queue.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLOSED_FORM 1e-9

static void compare(struct oracle *o, int row, const char *column, double got)
{
	oracle_compare(o, row, column, got, CLOSED_FORM, 0);
}

static void compare_means(struct oracle *o, int row, const struct queue_means *means)
{
	compare(o, row, "Wq", means->wait);
	compare(o, row, "Lq", means->waiting);
	compare(o, row, "W", means->stay);
	compare(o, row, "L", means->present);
}

static int compare_mmc(void)
{
	struct oracle *o = oracle_open("queue_mmc.csv");
	for (int row = 0; row < o->rows; row++) {
		double c = oracle_number(o, row, "servers");
		double load = oracle_number(o, row, "offered_load_a");
		struct queue_means means = queue_mmc(c, load);
		compare(o, row, "rho", load / c);
		compare(o, row, "erlang_B", queue_erlang_b(c, load));
		compare(o, row, "erlang_C", queue_erlang_c(c, load));
		compare_means(o, row, &means);
		compare(o, row, "wait_p50", queue_mmc_wait_quantile(c, load, 0.5));
		compare(o, row, "wait_p95", queue_mmc_wait_quantile(c, load, 0.95));
		compare(o, row, "wait_p99", queue_mmc_wait_quantile(c, load, 0.99));
		compare(o, row, "response_p99", queue_mmc_stay_quantile(c, load, 0.99));
	}
	return !oracle_close(o);
}

static int compare_mg1(void)
{
	struct oracle *o = oracle_open("queue_mg1.csv");
	for (int row = 0; row < o->rows; row++) {
		struct queue_means means = queue_mg1(oracle_number(o, row, "rho"),
						     oracle_number(o, row, "service_scv"));
		compare_means(o, row, &means);
	}
	return !oracle_close(o);
}

static int compare_md1(void)
{
	struct oracle *o = oracle_open("queue_md1_wait_cdf.csv");
	for (int row = 0; row < o->rows; row++)
		compare(o, row, "P(Wq<=t)",
			queue_md1_wait_at_most(oracle_number(o, row, "rho"),
					       oracle_number(o, row, "t")));
	return !oracle_close(o);
}

/* "D/M/1"; "E2/M/1": two phases between arrivals. */
static double scv_of(const char *queue)
{
	return *queue == 'E' ? 1 / strtod(queue + 1, NULL) : *queue == 'D' ? 0 : NAN;
}

static int compare_gm1(void)
{
	struct oracle *o = oracle_open("queue_gm1.csv");
	for (int row = 0; row < o->rows; row++) {
		double load = oracle_number(o, row, "rho");
		double scv = scv_of(oracle_text(o, row, "queue"));
		struct queue_means means = queue_gm1(load, scv);
		compare(o, row, "sigma", queue_gm1_busy(load, scv));
		compare(o, row, "Wq", means.wait);
		compare(o, row, "W", means.stay);
	}
	return !oracle_close(o);
}

static int compare_mm1k(void)
{
	struct oracle *o = oracle_open("queue_mm1k.csv");
	for (int row = 0; row < o->rows; row++) {
		struct queue_bounded q = queue_mmck(1, oracle_number(o, row, "K"),
						    oracle_number(o, row, "lambda/mu"));
		compare(o, row, "P_empty", q.empty);
		compare(o, row, "P_block", q.refused);
		compare(o, row, "L", q.present);
		compare(o, row, "W", q.stay);
		compare(o, row, "throughput", q.served);
	}
	return !oracle_close(o);
}

int oracles_of_queues(void)
{
	return compare_mmc() + compare_mg1() + compare_md1() + compare_gm1() + compare_mm1k();
}

/* ---- published values */

static void published_erlang(struct oracle *o, int row)
{
	double c = published_input(o, row, "c"), rho = published_input(o, row, "rho");
	double servers = published_input(o, row, "servers"), load = published_input(o, row, "load");
	double got = NAN;
	if (published_says(o, row, "Erlang B"))
		got = queue_erlang_b(servers, load);
	else if (published_says(o, row, "Erlang C"))
		got = queue_erlang_c(c, rho * c);
	published_compare(o, row, got);
}

/* Of the law that is named, because the number is cut to six places. */
static double service_scv(const struct oracle *o, int row)
{
	const char *law = oracle_text(o, row, "inputs");
	double parameter;
	if (sscanf(law, "M/LogN/1 sigma=%lf", &parameter) == 1)
		return expm1(parameter * parameter);
	if (sscanf(law, "M/Pareto(alpha=%lf)", &parameter) == 1)
		return 1 / (parameter * (parameter - 2));
	if (!strncmp(law, "M/U(0;2)", 8))
		return 1.0 / 3;
	return published_input(o, row, "scv");
}

static void published_mg1(struct oracle *o, int row)
{
	double rho = published_input(o, row, "rho");
	published_compare(o, row, queue_mg1(rho, service_scv(o, row)).wait);
}

const struct published published_queues[] = {
	{"ERL", published_erlang}, {"MG1", published_mg1}, {0}};
