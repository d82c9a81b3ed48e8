/* Feature flags: whoever is on a list or caught by a rule goes where these say, whatever the rules
 * are; told in advance, and compared with rules asked one by one in the plainest way. */
#include "models/list.h"

#include "tests/random.h"
#include "tests/story.h"
#include "tests/walk.h"

#include <math.h>

/* ---- random flags */

enum { CANDIDATE = 1, USERS = 300, RULES_MOST = 5 };

/* What a rule asks, as its author thinks of it; -1: does not matter. */
struct asked {
	int segment, region, device;
	double above, below; /* of the value */
	double share;
	int priority;
};

struct random_flag {
	uint32_t deny[2], allow[2]; /* from and to; without a list: from 1 to 0 */
	int rules;
	struct asked rule[RULES_MOST];
	double share;
};

static const char *const segment_names[] = {"premium", "free"};
static const char *const region_names[] = {"eu", "us"};
static const char *const device_names[] = {"ios", "android", "web"};

static int up_to(uint64_t *random, int most)
{
	return (int)(random_next(random) % (uint64_t)(most + 1));
}

static int one_of(uint64_t *random, int count)
{
	return up_to(random, count) - 1;
}

static struct random_flag make_flag(uint64_t *random)
{
	struct random_flag flag = {.share = up_to(random, 10) / 10.0,
				   .rules = up_to(random, RULES_MOST),
				   .deny = {1, 0},
				   .allow = {1, 0}};
	if (up_to(random, 1)) {
		flag.deny[0] = (uint32_t)up_to(random, 20);
		flag.deny[1] = flag.deny[0] + (uint32_t)up_to(random, 5);
	}
	if (up_to(random, 1)) {
		flag.allow[0] = 40 + (uint32_t)up_to(random, 20);
		flag.allow[1] = flag.allow[0] + (uint32_t)up_to(random, 5);
	}
	for (int r = 0; r < flag.rules; r++) {
		struct asked *rule = &flag.rule[r];
		*rule = (struct asked){one_of(random, 2), one_of(random, 2),
				       one_of(random, 3), up_to(random, 6) * 10,
				       INFINITY,	  up_to(random, 10) / 10.0,
				       up_to(random, 3)};
		if (up_to(random, 1))
			rule->below = rule->above + 10 + up_to(random, 3) * 10;
	}
	return flag;
}

static void write_list(const char *name, const uint32_t list[2], FILE *out)
{
	if (list[0] <= list[1])
		fprintf(out, "%s: [%u, %u to %u], ", name, list[1], list[0], list[1]);
}

static void write_rule(const struct asked *rule, FILE *out)
{
	fprintf(out, "{when: [value >= %g", rule->above);
	if (rule->below < INFINITY)
		fprintf(out, ", value < %g", rule->below);
	if (rule->device >= 0)
		fprintf(out, ", device = %s", device_names[rule->device]);
	fprintf(out, "], share: %g%%, priority: %d", 100 * rule->share, rule->priority);
	if (rule->segment >= 0)
		fprintf(out, ", segment: %s", segment_names[rule->segment]);
	if (rule->region >= 0)
		fprintf(out, ", region: %s", region_names[rule->region]);
	fprintf(out, "}, ");
}

/* Values from 0 to 100, half of the devices ios. False where some rule can never match. */
static bool read_flag(struct world *world, const struct random_flag *flag)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	fprintf(out,
		"scenario: flag\n"
		"traffic:\n"
		"  poisson: {rate: 50/s}\n"
		"  users: {count: %d, skew: 0.5}\n"
		"  segments: {premium: 25%%, free: 75%%}\n"
		"  regions: {eu: 50%%, us: 50%%}\n"
		"  attributes: {value: {uniform: {low: 0, high: 100}}, device: {words: {ios: 50%%, "
		"android: 25%%, web: 25%%}, per: request}}\n"
		"versions: {stable: {latency: 80ms}, candidate: {latency: 80ms}}\n"
		"telemetry: {scrape: 10m}\n"
		"cases: {it: []}\n"
		"rollouts: {r: {feature_flag: {",
		USERS);
	write_list("deny", flag->deny, out);
	write_list("allow", flag->allow, out);
	fprintf(out, "share: %g%%, rules: [", 100 * flag->share);
	for (int r = 0; r < flag->rules; r++)
		write_rule(&flag->rule[r], out);
	fprintf(out, "]}}}\nhorizon: 1m\n");
	fclose(out);
	if (!flag->rules)
		memcpy(strstr(text, "rules: []"), "         ", 9);
	bool good = world_reads(world, text);
	free(text);
	return good;
}

/* ---- the plainest way to ask it */

struct person {
	uint32_t user;
	int segment, region, device;
	double value;
};

static bool is_listed(const uint32_t list[2], uint32_t user)
{
	return user >= list[0] && user <= list[1];
}

static bool is_true_of(const struct asked *rule, const struct person *who)
{
	return (rule->segment < 0 || rule->segment == who->segment) &&
	       (rule->region < 0 || rule->region == who->region) &&
	       (rule->device < 0 || rule->device == who->device) && who->value >= rule->above &&
	       who->value < rule->below;
}

static double share_of(const struct random_flag *flag, const struct person *who)
{
	const struct asked *found = NULL;
	if (is_listed(flag->deny, who->user))
		return 0;
	if (is_listed(flag->allow, who->user))
		return 1;
	for (int r = 0; r < flag->rules; r++)
		if (is_true_of(&flag->rule[r], who) &&
		    (!found || flag->rule[r].priority > found->priority))
			found = &flag->rule[r];
	return found ? found->share : flag->share;
}

static double of_bits(uint32_t bits)
{
	return (bits + 0.5) * 0x1p-32;
}

static struct person person_of(const struct walk *walk, int i)
{
	int cohort = walk->key[i] / 2;
	double device = of_bits(walk->attribute[1][i]);
	return (struct person){.user = walk->user[i],
			       .segment = cohort / 2,
			       .region = cohort % 2,
			       .device = device < 0.5	 ? 0
					 : device < 0.75 ? 1
							 : 2,
			       .value = 100 * of_bits(walk->attribute[0][i])};
}

/* What the flag makes of the routes when it is first asked. */
static void ask(const struct world *world, struct routes *routes)
{
	const struct plan *plan = &world->scenario.plans[0];
	const struct rollout_plan *rollout = &plan->rollout[0];
	void *state = calloc(1, strategy_state_size(&rollout->strategy));
	const struct observation o = {
		.candidate = CANDIDATE, .cohorts = UINT32_MAX, .tripped = -1, .plan = plan};
	routes_reset(routes, plan->cohorts, plan->versions);
	routes_hold(routes, &rollout->rules);
	strategy_decide(&rollout->strategy, state, &o, routes);
	free(state);
}

/* Calls `look` for each request of a trial. */
static int walk_flag(struct world *world, const struct random_flag *flag,
		     const struct routes *routes,
		     void (*look)(const struct requests *, const struct random_flag *,
				  const struct person *, int version))
{
	struct walk walk;
	int seen = 0;
	walk_begin(&walk, world, 0, 0, 1, 0);
	requests_route(walk.requests, routes, 0);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++, seen++) {
			struct person who = person_of(&walk, i);
			look(walk.requests, flag, &who, walk.key[i] % 2);
		}
	return seen;
}

static void expect_as_asked(const struct requests *r, const struct random_flag *flag,
			    const struct person *who, int version)
{
	double bucket = of_bits(router_bucket(who->user, r->user_salt));
	cr_assert_eq(version == CANDIDATE, bucket < share_of(flag, who), "user %u", who->user);
}

static void expect_nobody(const struct requests *r, const struct random_flag *flag,
			  const struct person *who, int version)
{
	(void)r;
	(void)flag;
	cr_assert_eq(version, STABLE, "user %u", who->user);
}

Test(feature_flag, everybody_goes_where_rules_asked_one_by_one_say)
{
	uint64_t random = 41;
	for (int i = 0, read = 0; read < 60; i++) {
		struct world world;
		struct routes routes;
		struct random_flag flag = make_flag(&random);
		cr_assert_leq(i, 1000);
		if (!read_flag(&world, &flag))
			continue;
		read++;
		ask(&world, &routes);
		cr_assert_gt(walk_flag(&world, &flag, &routes, expect_as_asked), 2000);
		routes_withdraw(&routes);
		walk_flag(&world, &flag, &routes, expect_nobody);
		world_free(&world);
	}
}

/* What is said of the shares is what many requests show: users by how often they come, attributes
 * by their laws. */
static void expect_shares(const struct world *world, const struct routes *routes, uint64_t *random)
{
	enum { DRAWS = 40000 };
	const struct plan *plan = &world->scenario.plans[0];
	const struct population *people = &plan->population;
	struct split split;
	split_make(&split, routes);
	for (int c = 0; c < plan->cohorts; c++) {
		double expected = routes_share(routes, c, CANDIDATE), seen = 0;
		for (int i = 0; i < DRAWS; i++) {
			uint32_t bits[MAX_ATTRIBUTES] = {(uint32_t)random_next(random),
							 (uint32_t)random_next(random)};
			uint32_t column = (uint32_t)(random_next(random) % USERS);
			const struct alias *alias = &people->alias[column];
			uint32_t user =
				(uint32_t)random_next(random) < alias->keep ? column : alias->other;
			const struct crowd crowd = {.count = 1,
						    .cohort = &(const uint8_t){(uint8_t)c},
						    .user = &user,
						    .bits = {&bits[0], &bits[1]}};
			uint32_t caught = 0;
			if (routes->rules)
				rules_catch(routes->rules, &crowd, &caught);
			seen += split_version(&split, caught, c, 2,
					      (uint32_t)random_next(random)) == CANDIDATE;
		}
		double sd = sqrt(expected * (1 - expected) / DRAWS);
		cr_assert_float_eq(seen / DRAWS, expected, 5 * sd + 1e-9);
	}
}

Test(feature_flag, shares_are_those_that_many_requests_show)
{
	uint64_t random = 7;
	for (int read = 0; read < 15;) {
		struct world world;
		struct routes routes;
		struct random_flag flag = make_flag(&random);
		if (!read_flag(&world, &flag))
			continue;
		read++;
		ask(&world, &routes);
		expect_shares(&world, &routes, &random);
		world_free(&world);
	}
}

/* ---- whole lives */

static struct result expect_of_flag(const char *faults, const char *rollout, const char *horizon,
				    const char *expected)
{
	return expect_story_in("users: {count: 1000, skew: 0}, regions: {eu: 50%, us: 50%}, "
			       "attributes: {value: {uniform: {low: 0, high: 100}}, device: "
			       "{words: {ios: 40%, android: 60%}}}",
			       faults, rollout, horizon, expected);
}

Test(feature_flag, a_share_is_held_and_then_given_to_all)
{
	expect_of_flag(HEALTHY, "feature_flag: {share: 20%, for: 10m}", "20m",
		       "0 share 0, 0 share 0.2, 600 promote, 600 share 1");
	/* 2 of 1000 users are on the list, and 20 % of the others. */
	expect_of_flag(HEALTHY, "feature_flag: {allow: [5, 9], share: 20%, for: 10m}", "20m",
		       "0 share 0, 0 share 0.2016, 600 promote, 600 share 1");
}

Test(feature_flag, who_is_left_out_stays_out)
{
	/* 10 users never get it; of the region that is left out, nobody. */
	struct result row =
		expect_of_flag(HEALTHY,
			       "feature_flag: {deny: [0 to 9], rules: [{region: us, share: 0%}], "
			       "share: 20%, for: 10m}",
			       "20m", "0 share 0, 0 share 0.099, 600 promote, 600 share 0.495");
	cr_assert_eq(row.outcome, OUTCOME_PROMOTED);
}

Test(feature_flag, rules_come_and_go_with_the_time_of_day)
{
	expect_of_flag(HEALTHY,
		       "feature_flag: {rules: [{during: 9:10 to 9:20, share: 50%}], share: 10%, "
		       "for: 30m}, clock: mon 9:00",
		       "40m",
		       "0 share 0, 0 share 0.1, 600 share 0.5, 1200 share 0.1, 1800 promote, "
		       "1800 share 1");
}

Test(feature_flag, another_strategy_moves_the_share_of_all_others)
{
	expect_of_flag(HEALTHY,
		       "feature_flag: {rules: [{when: device = ios, share: 50%}], driver: {canary: "
		       "{steps: [10% for 5m, 30% for 5m]}}}",
		       "20m", "0 share 0, 0 share 0.26, 300 share 0.38, 600 promote, 600 share 1");
	expect_of_flag(HEALTHY,
		       "feature_flag: {rules: [{when: device = ios, share: 0%}], driver: {waves: "
		       "{each: {canary: {steps: [50% for 5m]}}, bake: 5m}}}",
		       "30m",
		       "0 share 0, 0 remark the wave of 0 begins, 0 share 0.15, 300 share 0.3, 600 "
		       "remark the wave of 1 begins, 600 share 0.45, 900 share 0.6, 1200 promote, "
		       "1200 share 0.6");
}

Test(feature_flag, a_kill_switch_is_off_for_everybody_at_once)
{
	struct result row = expect_of_flag(
		"step: {at: 0s, errors: +100%}",
		"feature_flag: {allow: [0 to 99], rules: [{region: eu}], share: 10%, kill_switch: "
		"2s}, checks: [" WATCHING "], rollback: {method: manual}",
		"10m",
		"0 share 0, 0 share 0.595, 0 onset, 30 alarm, 30 rollback, 32 share 0, 32 safe");
	cr_assert_float_eq((double)row.exposed_requests, 0.595 * 50 * 32,
			   5 * sqrt(0.595 * 50 * 32) + 50);
}

Test(feature_flag, half_of_what_rules_give_goes_back_first)
{
	expect_of_flag("step: {at: 0s, errors: +100%}",
		       "feature_flag: {rules: [{region: eu}], share: 10%}, checks: [" WATCHING
		       "], rollback: {policy: staged, observe: 1m}",
		       "10m",
		       "0 share 0, 0 share 0.55, 0 onset, 30 alarm, 30 halve, 31 share 0.275, 91 "
		       "rollback, 92 share 0, 92 safe");
}

/* Eight groups of routers follow in 70 s. */
Test(feature_flag, routers_let_go_of_rules_one_after_the_other)
{
	expect_of_flag(
		"step: {at: 0s, errors: +100%}",
		"feature_flag: {rules: [{region: eu, share: 80%}], share: 0%}, "
		"checks: [" WATCHING "], rollback: {spread: 70s}",
		"10m",
		"0 share 0, 0 share 0.4, 0 onset, 30 alarm, 30 rollback, 31 share 0.35, 41 "
		"share 0.3, 51 share 0.25, 61 share 0.2, 71 share 0.15, 81 share 0.1, 91 share "
		"0.05, 101 share 0, 101 safe");
}

Test(feature_flag, what_comes_after_a_flag_knows_nothing_of_its_rules)
{
	expect_of_flag(
		HEALTHY,
		"staged: {phases: [{feature_flag: {rules: [{region: eu, share: 50%}], for: "
		"2m}}, {canary: {steps: [10% for 2m]}}]}",
		"10m",
		"0 share 0, 0 remark phase 1 begins, 0 share 0.25, 120 remark phase 2 begins, "
		"120 share 0.1, 240 promote, 240 share 1");
}

/* Whom the fault hits the flag leaves out, and the other way round. */
Test(feature_flag, nobody_is_hurt_whom_the_candidate_never_serves)
{
	const char *fault = "step: {on: candidate, at: 0s, errors: +50%, where: device = ios}";
	struct result row =
		expect_of_flag(fault,
			       "feature_flag: {rules: [{when: device = ios, share: 0%}], share: "
			       "50%, for: 5m}",
			       "10m", "0 share 0, 0 share 0.3, 300 promote, 300 share 0.6");
	cr_assert_eq(row.harmed_requests, 0);
	cr_assert(!row.missed);
	row = expect_of_flag(fault,
			     "feature_flag: {rules: [{when: [device = ios, value < 10], share: "
			     "100%}], for: 5m}",
			     "10m", "0 share 0, 0 share 0.04, 0 onset, 300 promote, 300 share 1");
	cr_assert_gt(row.harmed_requests, 0);
	cr_assert(row.missed);
	/* A rule of no share catches those who are hit before the other gives it to them. */
	row = expect_of_flag(fault,
			     "feature_flag: {rules: [{when: value < 50, share: 0%, priority: 1}, "
			     "{when: [device = ios, value < 60]}], for: 5m}",
			     "4m", "0 share 0, 0 share 0.04, 0 onset");
	cr_assert_gt(row.harmed_requests, 0);
}

/* Who asks again is still who they are. */
Test(feature_flag, retries_and_clients_follow_the_rules)
{
	static const char *const text =
		"scenario: again\n"
		"traffic:\n"
		"  %s\n"
		"  regions: {eu: 50%%, us: 50%%}\n"
		"  attributes: {device: {words: {ios: 40%%, android: 60%%}, per: request}}\n"
		"  retries: {attempts: 3}\n"
		"versions: {stable: {latency: 80ms, errors: 30%%}, candidate: {like: stable}}\n"
		"cases: {it: [{step: {on: candidate, at: 0s, errors: +50%%, where: device = "
		"ios}}]}\n"
		"rollouts:\n"
		"  out: {feature_flag: {rules: [{when: device = ios, share: 0%%}], share: 50%%}}\n"
		"  in: {feature_flag: {rules: [{when: device = ios}], share: 0%%}}\n"
		"  nobody: {feature_flag: {rules: [{during: 0:00 to 12:00, share: 0%%}], share: "
		"50%%}}\n"
		"horizon: 5m\n";
	static const char *const traffic[] = {"poisson: {rate: 50/s}",
					      "poisson: {rate: 50/s}\n  users: {count: 1000}",
					      "closed: {clients: 100, think: 2s}"};
	for (int t = 0; t < 3; t++) {
		struct world world;
		char scenario[2048];
		snprintf(scenario, sizeof scenario, text, traffic[t]);
		world_read(&world, scenario);
		cr_assert_eq(world_run(&world, 0, 0, 1)->harmed_requests, 0, "%s", traffic[t]);
		cr_assert_gt(world.trial->row.exposed_requests, 1000);
		cr_assert_gt(world_run(&world, 1, 0, 1)->harmed_requests, 100, "%s", traffic[t]);
		cr_assert_eq(world_run(&world, 2, 0, 1)->exposed_requests, 0, "%s", traffic[t]);
		world_free(&world);
	}
}
