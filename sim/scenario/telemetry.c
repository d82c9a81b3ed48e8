/* `telemetry:` what dashboards get to see, and `slo:` what counts as served well. */
#include "sim/scenario/reader.h"

#include <math.h>

const struct param scenario_telemetry_params[] = {
	{"scrape", PARAM_DURATION, offsetof(struct telemetry_config, scrape), "15s", 1e6, 86400e9,
	 .about = "the interval at which counters are read"},
	{"delay", PARAM_DURATION, offsetof(struct telemetry_config, delay), "0s", 0, 86400e9,
	 .about = "how long it takes until a check can see them"},
	{"loss", PARAM_SHARE, offsetof(struct telemetry_config, loss), "0", 0, 0.99,
	 .about = "share of the scrapes that never arrive"},
	{0},
};

const struct param scenario_slo_params[] = {
	{"latency", PARAM_DURATION, offsetof(struct objective, latency), "", 1e3, 3600e9,
	 .about = "an answer that takes longer has gone badly; left out: 1.5 x stable's p99"},
	{"bad", PARAM_SHARE, offsetof(struct objective, bad_share), "0.1%", 1e-9, 1,
	 .about = "the error budget: the share of requests that may go badly"},
	{"wrong", PARAM_FLAG, offsetof(struct objective, wrong), "",
	 .about = "yes: a wrong answer has gone badly, too; left out: no"},
	{0},
};

/* Of 100 answers of stable, the slowest; where cohorts differ, of the slowest cohort. */
static double slowest_p99(const struct plan *plan)
{
	double slowest = 0;
	for (int c = 0; c < plan->cohorts; c++) {
		const struct use *law = &plan->version[STABLE].service[c].latency;
		const struct latency *latency = (const struct latency *)law->plugin;
		slowest = fmax(slowest, latency->quantile(law->config, 0.99));
	}
	return slowest;
}

/* Where nothing is said, slow means half as long again as that. */
static void add_default_latency(struct reader *reader, struct node *slo)
{
	char text[UNITS_TEXT];
	if (tree_find(slo, "latency") || reader->complaints->count)
		return;
	double ns = slowest_p99(reader->plan) * 1.5;
	sim_time us = (sim_time)ceil(fmin(fmax(ns, 1e3), 3600e9) / 1e3) * 1000;
	units_print_duration(text, us);
	tree_add(reader->arena, slo, "latency", arena_printf(reader->arena, "%s", text), slo->at);
}

static void read_objective(struct reader *reader, struct node *root)
{
	struct node *slo = fields_map(reader, root, "slo");
	if (!slo)
		return;
	fields_only(reader, slo, scenario_slo_params, NULL, NULL, "slo");
	add_default_latency(reader, slo);
	if (tree_find(slo, "latency"))
		fields_read(reader, slo, scenario_slo_params, &reader->plan->objective, "slo");
	if (reader->plan->objective.wrong && !reader->plan->version[STABLE].quality)
		complain(reader->complaints, read_mark(slo, "wrong"),
			 "nothing could be wrong: no version has a quality");
}

void read_telemetry(struct reader *reader, struct node *root)
{
	struct node *node = fields_map(reader, root, "telemetry");
	if (node) {
		fields_only(reader, node, scenario_telemetry_params, NULL,
			    (const char *const[]){"labels", NULL}, "telemetry");
		fields_read(reader, node, scenario_telemetry_params, &reader->plan->telemetry,
			    "telemetry");
		read_labels(reader, node);
	}
	read_objective(reader, root);
}
