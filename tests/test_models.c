/* Every plug-in must keep the promises of its kind; those of the list are found here by being in
 * it. */
#include "models/list.h"

#include "tests/random.h"
#include "tests/world.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdlib.h>

/* ---- all kinds */

Test(models, each_has_a_kind_a_name_a_sentence_and_an_example)
{
	for (int i = 0; models_all[i]; i++) {
		const struct plugin *p = models_all[i];
		cr_assert(p->kind >= 0 && p->kind < PLUGIN_KINDS);
		cr_assert(p->name && *p->name);
		cr_assert_eq(strspn(p->name, "abcdefghijklmnopqrstuvwxyz_0123456789"),
			     strlen(p->name));
		cr_assert(p->about && *p->about, "%s", p->name);
		cr_assert(p->example && strstr(p->example, p->name) == p->example, "%s", p->name);
		cr_assert(p->params, "%s", p->name);
	}
}

Test(models, names_are_unique_within_their_kind_and_found)
{
	for (int i = 0; models_all[i]; i++) {
		const struct plugin *p = models_all[i];
		cr_assert_eq(models_find(p->kind, p->name), p);
		for (int j = 0; j < i; j++)
			cr_assert(models_all[j]->kind != p->kind ||
				  strcmp(models_all[j]->name, p->name) != 0);
	}
	cr_assert_null(models_find(PLUGIN_LATENCY, "threshold"));
	cr_assert_null(models_find(PLUGIN_DETECTOR, "nonsense"));
}

static const size_t sizes[] = {
	[PARAM_DURATION] = sizeof(sim_time),
	[PARAM_RATE] = sizeof(double),
	[PARAM_SHARE] = sizeof(double),
	[PARAM_FACTOR] = sizeof(double),
	[PARAM_NUMBER] = sizeof(double),
	[PARAM_COUNT] = sizeof(int64_t),
	[PARAM_FLAG] = sizeof(bool),
	[PARAM_CHOICE] = sizeof(int),
	[PARAM_WORD] = sizeof(char *),
	[PARAM_SHARE_CHANGE] = sizeof(struct change),
	[PARAM_DURATION_CHANGE] = sizeof(struct change),
	[PARAM_LEVEL] = sizeof(struct level),
	[PARAM_STAGES] = sizeof(struct stages),
	[PARAM_LAW] = sizeof(struct use),
	[PARAM_PARTS] = sizeof(struct parts),
	[PARAM_TIMES] = sizeof(struct times),
	[PARAM_KNOTS] = sizeof(struct knots),
	[PARAM_FILE] = sizeof(char *),
	[PARAM_SPELLS] = sizeof(struct spells),
	[PARAM_OFFSET] = sizeof(sim_time),
	[PARAM_CLOCK] = sizeof(sim_time),
	[PARAM_SPANS] = sizeof(struct spans),
	[PARAM_SHARES] = sizeof(struct shares),
	[PARAM_WORDS] = sizeof(struct words),
	[PARAM_STRATEGY] = sizeof(struct use),
	[PARAM_CHECKS] = sizeof(int),
	[PARAM_PHASES] = sizeof(struct phases),
	[PARAM_USERS] = sizeof(int),
	[PARAM_RULES] = sizeof(struct flag_rules),
};

static void expect_sane_param(const struct plugin *plugin, const struct param *p, void *config)
{
	char why[256], printed[UNITS_TEXT];
	cr_assert_leq(p->offset + sizes[p->type], plugin->config_size, "%s %s", plugin->name,
		      p->key);
	cr_assert(p->about && *p->about, "%s %s", plugin->name, p->key);
	cr_assert_leq(p->low, p->high);
	cr_assert_eq(p->type == PARAM_CHOICE, p->choices != NULL);
	for (const struct param *q = plugin->params; q != p; q++)
		cr_assert(strcmp(p->key, q->key) != 0);
	bool structured = p->type == PARAM_STAGES || p->type == PARAM_LAW ||
			  p->type == PARAM_SPELLS || p->type == PARAM_SPANS ||
			  p->type == PARAM_SHARES || p->type == PARAM_STRATEGY;
	if (!p->fallback || !*p->fallback || structured)
		return;
	cr_assert(param_set(p, config, p->fallback, why, sizeof why), "%s %s: %s", plugin->name,
		  p->key, why);
	/* The default is printed as it is read. */
	const char *text = param_print(p, config, printed);
	cr_assert(param_set(p, config, text, why, sizeof why), "%s %s: %s", plugin->name, p->key,
		  why);
}

Test(models, parameters_have_sane_defaults_and_lie_within_the_config)
{
	for (int i = 0; models_all[i]; i++) {
		const struct plugin *plugin = models_all[i];
		void *config = calloc(1, plugin->config_size + 1);
		for (const struct param *p = plugin->params; p->key; p++)
			expect_sane_param(plugin, p, config);
		free(config);
	}
}

/* Something that a detector understands. */
static __attribute__((noinline)) const char *metric_for(const struct plugin *plugin)
{
	int takes = plugin->kind == PLUGIN_DETECTOR ? ((const struct detector *)plugin)->takes : 0;
	return takes == OFFERS_AREA	      ? "auc"
	       : takes == OFFERS_DISTRIBUTION ? "latency_p95"
					      : "error_rate";
}

/* One scenario with a slot for every kind. */
static void read_with(struct world *world, const struct plugin *plugin, const char *value)
{
	const char *slots[PLUGIN_KINDS] = {"poisson: {rate: 20/s}",  "zero: {at: 39m}",
					   "constant: {time: 80ms}", "step: {errors: +5%}",
					   "threshold: {max: 50%}",  "instant: {}"};
	char text[2048], own[512];
	/* A bare name is a key without a value. */
	snprintf(own, sizeof own, "%s%s", value, strchr(value, ':') ? "" : ": {}");
	slots[plugin->kind] = own;
	bool closed = !strcmp(plugin->name, "closed");	  /* knows neither shape nor quality */
	bool servers = strstr(own, "instances:") != NULL; /* to be taken away */
	const char *more = closed    ? ""
			   : servers ? ", pool: {replicas: 20}"
				     : ", quality: {accuracy: 90%}";
	snprintf(text, sizeof text,
		 "scenario: conformance\n"
		 "traffic: {%s%s%s%s, segments: {premium: 20%%, free: 80%%}, regions: "
		 "{eu: 60%%, us: 40%%}}\n"
		 "versions: {stable: {latency: {%s}, errors: 1%%%s}, "
		 "candidate: {like: stable}}\n"
		 "cases: {it: [{%s}]}\n"
		 "rollouts: {r: {%s, checks: [{metric: %s, %s}]}}\n"
		 "horizon: 40m\n",
		 slots[PLUGIN_TRAFFIC], closed ? "" : ", shapes: [{",
		 closed ? "" : slots[PLUGIN_SHAPE], closed ? "" : "}]", slots[PLUGIN_LATENCY], more,
		 slots[PLUGIN_FAULT], slots[PLUGIN_STRATEGY], metric_for(plugin),
		 slots[PLUGIN_DETECTOR]);
	world_read(world, text);
}

Test(models, every_example_can_be_put_into_a_scenario_and_runs)
{
	for (int i = 0; models_all[i]; i++) {
		struct world world;
		read_with(&world, models_all[i], models_all[i]->example);
		struct result first = *world_run(&world, 0, 0, 3);
		struct result again = *world_run(&world, 0, 0, 3);
		cr_assert_gt(first.requests, 1000, "%s", models_all[i]->name);
		cr_assert_gt(first.exposed_requests, 0, "%s", models_all[i]->name);
		cr_assert_eq(memcmp(&first, &again, sizeof first), 0, "%s", models_all[i]->name);
		world_free(&world);
	}
}

/* ---- latency laws */

/* Reads a law; its config lives as long as the world. */
static const struct latency *read_law(struct world *world, const char *text, const void **config)
{
	read_with(world, &latency_constant.plugin, text);
	const struct use *use = &world->scenario.plans[0].version[STABLE].service[0].latency;
	*config = use->config;
	return (const struct latency *)use->plugin;
}

static const double shares[] = {1e-9, 1e-6, 0.001, 0.01,  0.1,	   0.25,
				0.5,  0.75, 0.9,   0.999, 0.99999, 1 - 1e-9};

static void expect_inverses(const struct latency *law, const void *config)
{
	double last = 0;
	for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
		double x = law->quantile(config, shares[i]);
		cr_assert_geq(x, last);
		last = x;
		/* A law that jumps passes p at its quantile, and not before. */
		double before = law->cdf(config, x * (1 - 1e-9)), at = law->cdf(config, x);
		if (at - before > 1e-6)
			cr_assert(before < shares[i] + 1e-9 && at > shares[i] - 1e-9);
		else
			cr_assert_float_eq(at, shares[i], 1e-9);
	}
	cr_assert_eq(law->cdf(config, -1), 0);
	cr_assert_eq(law->cdf(config, INFINITY), 1);
}

static void expect_fill_is_quantile(const struct latency *law, const void *config)
{
	enum { DRAWS = 1000 };
	uint64_t random = 18;
	uint32_t bits[DRAWS];
	double ns[DRAWS];
	for (int i = 0; i < DRAWS; i++)
		bits[i] = (uint32_t)random_next(&random);
	bits[0] = 0;
	bits[1] = UINT32_MAX;
	law->fill(config, bits, ns, DRAWS);
	for (int i = 0; i < DRAWS; i++) {
		double exact = law->quantile(config, latency_share(bits[i]));
		cr_assert_float_eq(ns[i], exact, 1e-9 * exact);
	}
}

struct integrand {
	const struct latency *law;
	const void *config;
};

static double survival_of_log(double log_ns, void *context)
{
	const struct integrand *it = context;
	return exp(log_ns) * (1 - it->law->cdf(it->config, exp(log_ns)));
}

/* The mean is the integral of 1 - cdf; over the logarithm of time it is smooth. */
static double mean_by_quadrature(const struct latency *law, const void *config)
{
	struct integrand it = {law, config};
	gsl_function f = {survival_of_log, &it};
	gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(2000);
	double sum = 0, error;
	gsl_error_handler_t *handler = gsl_set_error_handler_off();
	for (double from = 0; from < 46; from++) {
		double part;
		gsl_integration_qag(&f, from, from + 1, 1e-3, 1e-9, 2000, GSL_INTEG_GAUSS31,
				    workspace, &part, &error);
		sum += part;
	}
	gsl_set_error_handler(handler);
	gsl_integration_workspace_free(workspace);
	return sum + 1; /* below 1 ns nearly everything survives */
}

Test(models, laws_invert_their_own_cdf_fill_by_quantile_and_know_their_mean)
{
	for (int i = 0; models_all[i]; i++) {
		struct world world;
		const void *config;
		if (models_all[i]->kind != PLUGIN_LATENCY)
			continue;
		const struct latency *law = read_law(&world, models_all[i]->example, &config);
		expect_inverses(law, config);
		expect_fill_is_quantile(law, config);
		double mean = law->mean(config);
		cr_assert_float_eq(mean_by_quadrature(law, config), mean, 1e-6 * mean, "%s",
				   models_all[i]->name);
		world_free(&world);
	}
}

Test(models, exponential_and_constant_deliver_what_is_asked)
{
	struct world world;
	const void *config;
	const struct latency *law = read_law(&world, "exponential: {mean: 50ms}", &config);
	cr_assert_eq(law->mean(config), 50e6);
	cr_assert_float_eq(law->quantile(config, 0.5), 50e6 * log(2), 1);
	cr_assert_float_eq(law->cdf(config, 50e6), 1 - exp(-1), 1e-12);
	world_free(&world);
	law = read_law(&world, "constant: {time: 80ms}", &config);
	cr_assert_eq(law->quantile(config, 0.01), 80e6);
	cr_assert_eq(law->cdf(config, 80e6 - 1), 0);
	cr_assert_eq(law->cdf(config, 80e6), 1);
	world_free(&world);
}

static const struct {
	const char *key;
	double p, ms; /* p 0: the mean */
} known[] = {{"p50", 0.5, 80},	 {"p90", 0.9, 250},	{"p95", 0.95, 350},
	     {"p99", 0.99, 700}, {"p999", 0.999, 1500}, {"mean", 0, 120}};

static void expect_delivered(const struct latency *law, const void *config, int row)
{
	double ns = known[row].ms * 1e6;
	double got = known[row].p > 0 ? law->quantile(config, known[row].p) : law->mean(config);
	cr_assert_float_eq(got, ns, 1e-9 * ns, "%s is %g", known[row].key, got);
}

Test(models, lognormal_delivers_every_pair_of_its_parameters)
{
	for (int i = 0; i < 6; i++)
		for (int j = i + 1; j < 6; j++) {
			struct world world;
			const void *config;
			char text[128];
			snprintf(text, sizeof text, "lognormal: {%s: %gms, %s: %gms}", known[i].key,
				 known[i].ms, known[j].key, known[j].ms);
			const struct latency *law = read_law(&world, text, &config);
			expect_delivered(law, config, i);
			expect_delivered(law, config, j);
			expect_inverses(law, config);
			expect_fill_is_quantile(law, config);
			double mean = law->mean(config);
			cr_assert_float_eq(mean_by_quadrature(law, config), mean, 1e-6 * mean, "%s",
					   text);
			world_free(&world);
		}
}

/* ---- traffic */

Test(models, poisson_arrives_in_order_before_the_horizon_at_its_rate)
{
	enum { TRIALS = 400, ROOM = 100 };
	const sim_time horizon = 10 * SIM_SECOND;
	const struct traffic *poisson = &traffic_poisson;
	double rate = 50, sum = 0, squares = 0;
	for (uint64_t t = 0; t < TRIALS; t++) {
		struct rng rng;
		double at[ROOM], last = 0;
		max_align_t state[16] = {0};
		int count = 0, got;
		const struct arrivals to = {.rng = &rng, .until = (double)horizon, .ns = at};
		rng_stream(&rng, 5, t, "arrivals");
		cr_assert_leq(poisson->plugin.state_size, sizeof state);
		do {
			got = poisson->fill(&rate, state, &to, ROOM);
			for (int i = 0; i < got; i++) {
				cr_assert(at[i] >= last && at[i] < (double)horizon);
				last = at[i];
			}
			count += got;
		} while (got == ROOM);
		sum += count;
		squares += (double)count * count;
	}
	double mean = sum / TRIALS, variance = squares / TRIALS - mean * mean;
	cr_assert_float_eq(mean, 500, 5 * sqrt(500.0 / TRIALS));
	cr_assert_float_eq(variance, 500, 5 * 500 * sqrt(2.0 / TRIALS));
	cr_assert_eq(poisson->rate(&rate, horizon), 50);
	cr_assert_eq(poisson->peak(&rate), 50);
}

/* ---- detectors */

/* What the detector of the text says to hits out of requests on both sides. */
static struct verdict ask(const char *text, double hits, double requests, double base_hits,
			  double base_requests)
{
	struct world world;
	read_with(&world, &detector_threshold.plugin, text);
	const struct use *use = &world.scenario.plans[0].rollout[0].check[0].detector;
	const struct evidence evidence = {
		.candidate = reading_of_share(hits, requests),
		.baseline = reading_of_share(base_hits, base_requests),
	};
	struct verdict verdict =
		((const struct detector *)use->plugin)->look(use->config, NULL, &evidence);
	world_free(&world);
	return verdict;
}

static void expect_verdict(struct verdict verdict, enum verdict_kind kind, double statistic)
{
	cr_assert_eq(verdict.kind, kind);
	if (isinf(statistic))
		cr_assert_eq(verdict.statistic, statistic);
	else
		cr_assert_float_eq(verdict.statistic, statistic, 1e-12 * (1 + fabs(statistic)));
}

Test(models, threshold_passes_on_its_limits_and_fails_beyond)
{
	expect_verdict(ask("threshold: {max: 2%}", 20, 1000, 0, 1), VERDICT_PASS, 0.02);
	expect_verdict(ask("threshold: {max: 2%}", 21, 1000, 0, 1), VERDICT_FAIL, 0.021);
	expect_verdict(ask("threshold: {min: 2%}", 20, 1000, 0, 1), VERDICT_PASS, 0.02);
	expect_verdict(ask("threshold: {min: 2%}", 19, 1000, 0, 1), VERDICT_FAIL, 0.019);
	expect_verdict(ask("threshold: {min: 1%, max: 2%}", 15, 1000, 0, 1), VERDICT_PASS, 0.015);
}

Test(models, ratio_compares_and_knows_what_to_do_with_nothing)
{
	expect_verdict(ask("ratio: {max: 1.5}", 15, 1000, 10, 1000), VERDICT_PASS, 1.5);
	expect_verdict(ask("ratio: {max: 1.5}", 16, 1000, 10, 1000), VERDICT_FAIL, 1.6);
	expect_verdict(ask("ratio: {max: 1.5}", 0, 1000, 0, 1000), VERDICT_PASS, 1);
	expect_verdict(ask("ratio: {max: 1.5}", 1, 1000, 0, 1000), VERDICT_FAIL, INFINITY);
	expect_verdict(ask("ratio: {min: 0.5}", 4, 1000, 10, 1000), VERDICT_FAIL, 0.4);
}

/* prop.test(c(30, 15), c(1000, 1000), correct = FALSE) of R 4.2: X-squared = 5.1151 = 2.261656^2,
 * p = 0.02372, one-sided half of that. */
Test(models, ztest_fails_where_the_textbook_does)
{
	const double z = 2.261656;
	struct verdict verdict = ask("ztest: {alpha: 5%, sides: two}", 30, 1000, 15, 1000);
	cr_assert_eq(verdict.kind, VERDICT_FAIL);
	cr_assert_float_eq(verdict.statistic, z, 1e-5);
	cr_assert_eq(ask("ztest: {alpha: 2%, sides: two}", 30, 1000, 15, 1000).kind, VERDICT_PASS);
	cr_assert_eq(ask("ztest: {alpha: 2%, sides: one}", 30, 1000, 15, 1000).kind, VERDICT_FAIL);
	cr_assert_eq(ask("ztest: {alpha: 1%, sides: one}", 30, 1000, 15, 1000).kind, VERDICT_PASS);
	cr_assert_eq(ask("ztest: {alpha: 5%, sides: one}", 15, 1000, 30, 1000).kind, VERDICT_PASS);
	cr_assert_eq(ask("ztest: {alpha: 5%, sides: two}", 15, 1000, 30, 1000).kind, VERDICT_FAIL);
	expect_verdict(ask("ztest: {alpha: 5%}", 0, 1000, 0, 10), VERDICT_PASS, 0);
}

/* What the detector of the text says of the evidence. */
static struct verdict judge(const char *text, const struct evidence *evidence)
{
	struct world world;
	read_with(&world, &detector_threshold.plugin, text);
	const struct use *use = &world.scenario.plans[0].rollout[0].check[0].detector;
	struct verdict verdict =
		((const struct detector *)use->plugin)->look(use->config, NULL, evidence);
	world_free(&world);
	return verdict;
}

Test(models, ztest_knows_which_direction_is_worse)
{
	struct evidence evidence = {
		.candidate = reading_of_share(970, 1000),
		.baseline = reading_of_share(985, 1000),
		.higher_is_better = true,
	};
	struct verdict verdict = judge("ztest: {alpha: 2%}", &evidence);
	cr_assert_eq(verdict.kind, VERDICT_FAIL);
	cr_assert_float_eq(verdict.statistic, 2.261656, 1e-5, "the same, of those who were right");
	evidence.higher_is_better = false;
	verdict = judge("ztest: {alpha: 2%}", &evidence);
	cr_assert_eq(verdict.kind, VERDICT_PASS);
	cr_assert_float_eq(verdict.statistic, -2.261656, 1e-5);
}

/* (10 - 11) / sqrt(4 / 100 + 9 / 100) = -2.7735. */
Test(models, ztest_compares_means_by_their_own_variances)
{
	struct evidence evidence = {
		.candidate = {.value = 10, .requests = 100, .hits = NAN, .variance = 4},
		.baseline = {.value = 11, .requests = 100, .hits = NAN, .variance = 9},
		.higher_is_better = true,
	};
	struct verdict verdict = judge("ztest: {alpha: 0.3%}", &evidence);
	cr_assert_eq(verdict.kind, VERDICT_FAIL);
	cr_assert_float_eq(verdict.statistic, 2.7735, 1e-4);
	cr_assert_eq(judge("ztest: {alpha: 0.2%}", &evidence).kind, VERDICT_PASS);
	evidence.candidate.value = 12;
	cr_assert_eq(judge("ztest: {alpha: 5%}", &evidence).kind, VERDICT_PASS);
	cr_assert_eq(judge("ztest: {alpha: 5%, sides: two}", &evidence).kind, VERDICT_FAIL);
	const struct reading same = {.value = 3, .requests = 5, .hits = NAN, .variance = 0};
	evidence.candidate = evidence.baseline = same;
	expect_verdict(judge("ztest: {alpha: 5%}", &evidence), VERDICT_PASS, 0);
}
