/* Storms of retries, and what stands against them, held against a shop that is simulated as naively
 * as possible: people, counters and a clock, everything looked for among everybody every time. */
#include "sim/hash.h"

#include "tests/walk.h"

#include <criterion/criterion.h>
#include <math.h>

enum { PEOPLE_MOST = 40000, COUNTERS_MOST = 16, WINDOWS = 300, WINDOW_NS = 100000000 };

#define MS ((sim_time)1000000)

/* What the shop is like; durations in ns; 0: there is no such thing. */
struct retry_rules {
	int counters, places; /* places -1: any number may wait */
	sim_time service, patience, all_patience;
	int attempts;
	sim_time pause; /* before each further attempt, twice as long every time */
	double budget;	/* tokens a visit */
	double tokens_most;
	double limit; /* per second */
	int burst;
	int most_inside;		/* who comes when so many are inside is sent away */
	int row;			/* failures in a row that close the door */
	double share;			/* ... or this share */
	int least;			/* of at least so many */
	sim_time memory, shut;		/* so far back; how long it is shut then */
	int trials;			/* then so many are let in to see */
	sim_time slow_from, slow_until; /* services begun by who enters then ... */
	int slow;			/* ... take so many times as long */
	sim_time half_from, half_until; /* when only half of the counters take anybody */
	sim_time slow_limit;		/* an answer after this is a bad one */
};

enum place { NOT_YET, OUTSIDE, IN_LINE, AT_COUNTER, HOME };

struct person {
	sim_time first, came, leaves, back, service;
	int attempts;
	enum place place;
	int door; /* how often the door had changed when this one went in */
	bool bad;
};

struct till {
	sim_time until;
	int whom; /* -1: nobody; -2: somebody who has left */
};

struct answer {
	sim_time at;
	bool failed;
};

struct shop {
	const struct retry_rules *rules;
	int people, known;
	struct person *person;
	sim_time now;
	struct till counter[COUNTERS_MOST];
	double tokens, budget;
	sim_time tokens_at;
	/* The door. */
	bool shut, trying;
	int changes, let_in, went_well;
	sim_time shut_at;
	struct answer *answer;
	int answers;
	/* How visits ended, by time: 0 well, 1 sent away or failed, 2 out of patience, 3 too slow.
	 */
	int ended[WINDOWS][4];
};

static void change_door(struct shop *shop, bool shut, bool trying, sim_time now)
{
	shop->shut = shut;
	shop->trying = trying;
	shop->changes++;
	shop->let_in = shop->went_well = shop->answers = 0;
	shop->shut_at = now;
}

static bool has_door(const struct retry_rules *rules)
{
	return rules->shut > 0;
}

static bool door_lets_in(struct shop *shop, sim_time now)
{
	const struct retry_rules *rules = shop->rules;
	if (!has_door(rules))
		return true;
	if (shop->shut && now - shop->shut_at >= rules->shut)
		change_door(shop, false, true, now);
	if (shop->shut || (shop->trying && shop->let_in == rules->trials))
		return false;
	shop->let_in++;
	return true;
}

static bool too_many_failed(const struct shop *shop, sim_time now)
{
	const struct retry_rules *rules = shop->rules;
	sim_time tenth = rules->memory / 10 + 1;
	int all = 0, failed = 0, row = 0;
	for (int a = 0; a < shop->answers; a++) {
		const struct answer *answer = &shop->answer[a];
		row = answer->failed ? row + 1 : 0;
		if (answer->at / tenth > now / tenth - 10) {
			all++;
			failed += answer->failed;
		}
	}
	bool share = rules->share > 0 && all >= rules->least && failed >= rules->share * all;
	return (rules->row && row >= rules->row) || share;
}

static void tell_door(struct shop *shop, int door, bool failed, sim_time now)
{
	if (!has_door(shop->rules) || door != shop->changes)
		return;
	if (shop->trying) {
		shop->went_well += !failed;
		if (failed)
			change_door(shop, true, false, now);
		else if (shop->went_well == shop->rules->trials)
			change_door(shop, false, false, now);
		return;
	}
	shop->answer[shop->answers++] = (struct answer){now, failed};
	if (failed && too_many_failed(shop, now))
		change_door(shop, true, false, now);
}

static void end_visit(struct shop *shop, int p, int how, bool entered, sim_time now)
{
	struct person *person = &shop->person[p];
	const struct retry_rules *rules = shop->rules;
	bool slow = now - person->came > rules->slow_limit;
	sim_time pause = rules->pause << (person->attempts - 1);
	if (now < (sim_time)WINDOWS * WINDOW_NS)
		shop->ended[now / WINDOW_NS][how ? how : slow ? 3 : 0]++;
	if (entered)
		tell_door(shop, person->door, how != 0, now);
	person->place = HOME;
	person->bad = how || now - person->first > rules->slow_limit;
	if (!how || person->attempts >= rules->attempts ||
	    now + pause >= person->first + rules->all_patience)
		return;
	if (rules->budget > 0 && shop->budget < 1)
		return;
	shop->budget -= rules->budget > 0;
	person->place = OUTSIDE;
	person->back = now + pause;
}

static bool takes_token(struct shop *shop, sim_time now)
{
	const struct retry_rules *rules = shop->rules;
	if (rules->limit <= 0)
		return true;
	shop->tokens = fmin(rules->burst,
			    shop->tokens + rules->limit * (double)(now - shop->tokens_at) / 1e9);
	shop->tokens_at = now;
	if (shop->tokens < 1)
		return false;
	shop->tokens--;
	return true;
}

static int count_in(const struct shop *shop, enum place place)
{
	int count = 0;
	for (int p = 0; p < shop->known; p++)
		count += shop->person[p].place == place;
	return count;
}

static int counters_open(const struct retry_rules *rules, sim_time now)
{
	bool half = now >= rules->half_from && now < rules->half_until;
	return half ? rules->counters / 2 : rules->counters;
}

/* Whoever has waited longest goes to a counter that is free. */
static void serve(struct shop *shop, sim_time now)
{
	for (int c = 0; c < counters_open(shop->rules, now); c++) {
		int first = -1;
		if (shop->counter[c].whom != -1)
			continue;
		for (int p = 0; p < shop->known; p++)
			if (shop->person[p].place == IN_LINE &&
			    (first < 0 || shop->person[p].came < shop->person[first].came))
				first = p;
		if (first < 0)
			return;
		shop->person[first].place = AT_COUNTER;
		shop->counter[c] = (struct till){now + shop->person[first].service, first};
	}
}

static void come(struct shop *shop, int p, sim_time now)
{
	const struct retry_rules *rules = shop->rules;
	struct person *person = &shop->person[p];
	bool slow = now >= rules->slow_from && now < rules->slow_until;
	person->came = now;
	person->attempts++;
	person->service = slow ? rules->slow * rules->service : rules->service;
	person->leaves = person->first + rules->all_patience;
	if (now + rules->patience < person->leaves)
		person->leaves = now + rules->patience;
	person->door = -1;
	bool lets_in = door_lets_in(shop, now);
	person->door = shop->changes;
	if (!lets_in || !takes_token(shop, now)) {
		shop->let_in -= lets_in;
		end_visit(shop, p, 1, false, now);
		return;
	}
	person->place = IN_LINE;
	serve(shop, now);
	int busy = 0;
	for (int c = 0; c < rules->counters; c++)
		busy += shop->counter[c].whom != -1;
	int inside = busy + count_in(shop, IN_LINE) - 1; /* without this one */
	bool full = rules->places >= 0 && count_in(shop, IN_LINE) > rules->places;
	bool crowded = rules->most_inside && inside >= rules->most_inside;
	if (full || crowded) {
		for (int c = 0; c < rules->counters; c++)
			if (shop->counter[c].whom == p)
				shop->counter[c].whom = -1;
		end_visit(shop, p, 1, true, now);
	}
}

/* The next instant at which anything may happen. */
static sim_time next_instant(const struct shop *shop)
{
	const struct retry_rules *rules = shop->rules;
	sim_time next = shop->now < rules->half_until ? rules->half_until : SIM_NEVER;
	for (int c = 0; c < rules->counters; c++)
		if (shop->counter[c].whom != -1)
			next = shop->counter[c].until < next ? shop->counter[c].until : next;
	for (int p = 0; p < shop->known; p++) {
		const struct person *person = &shop->person[p];
		sim_time at = person->place == OUTSIDE ? person->back
			      : person->place == IN_LINE || person->place == AT_COUNTER
				      ? person->leaves
				      : SIM_NEVER;
		next = at < next ? at : next;
	}
	return next;
}

static void pass(struct shop *shop, sim_time now)
{
	for (int p = 0; p < shop->known; p++) {
		struct person *person = &shop->person[p];
		bool inside = person->place == IN_LINE || person->place == AT_COUNTER;
		if (!inside || person->leaves > now)
			continue;
		for (int c = 0; c < shop->rules->counters; c++)
			if (shop->counter[c].whom == p)
				shop->counter[c].whom = -2;
		end_visit(shop, p, 2, true, now);
	}
	for (int c = 0; c < shop->rules->counters; c++) {
		int whom = shop->counter[c].whom;
		if (whom == -1 || shop->counter[c].until > now)
			continue;
		shop->counter[c].whom = -1;
		if (whom >= 0)
			end_visit(shop, whom, 0, true, now);
	}
	serve(shop, now);
	for (int p = 0; p < shop->known; p++)
		if (shop->person[p].place == OUTSIDE && shop->person[p].back == now)
			come(shop, p, now);
}

/* People of whom nothing more will be heard are not looked at: the first `gone` of them. */
static void simulate(struct shop *shop)
{
	const struct retry_rules *rules = shop->rules;
	struct person *all = shop->person;
	int people = shop->people, gone = 0;
	shop->tokens = rules->burst;
	shop->budget = rules->tokens_most;
	for (int c = 0; c < rules->counters; c++)
		shop->counter[c].whom = -1;
	for (int p = 0; p <= people; p++) {
		sim_time until = p < people ? all[p].first : SIM_NEVER, next;
		shop->person = all + gone;
		shop->known = p - gone;
		while ((next = next_instant(shop)) <= until && next < SIM_NEVER) {
			shop->now = next;
			pass(shop, next);
		}
		if (p == people)
			break;
		shop->known++;
		shop->budget = fmin(shop->budget + rules->budget, rules->tokens_most);
		come(shop, p - gone, until);
		/* Only what no counter knows by its number may be forgotten. */
		while (gone < p && all[gone].place == HOME) {
			gone++;
			for (int c = 0; c < rules->counters; c++)
				shop->counter[c].whom -= shop->counter[c].whom >= 0;
		}
	}
	shop->person = all;
}

/* ---- the same in a scenario */

struct windows {
	int ended[WINDOWS][4], count;
};

static void note_window(void *context, const struct requests *requests)
{
	struct windows *windows = context;
	const struct telemetry *t = &requests->telemetry;
	const struct tally *tally = t->open + t->open_first * t->keys + 1;
	if (windows->count == WINDOWS)
		return;
	int *ended = windows->ended[windows->count++];
	for (int f = 0; f < FLAGS; f++)
		ended[f & FLAG_TIMEOUT ? 2
		      : f & FLAG_ERROR ? 1
		      : f & FLAG_BAD   ? 3
				       : 0] += (int)tally->flags[f];
}

static void note_nothing(void *context, const struct happening *happening)
{
	(void)context, (void)happening;
}

static const struct retry_rules calm = {
	.counters = 4,
	.places = -1,
	.service = 10 * MS,
	.patience = 50 * MS,
	.all_patience = 2000 * MS,
	.attempts = 3,
	.pause = 20 * MS,
	.slow_limit = 45 * MS,
	.slow_from = 5000 * MS,
	.slow_until = 6000 * MS,
	.slow = 20,
};

static int print_rules(const struct retry_rules *rules, double rate, char *text, size_t size)
{
	char budget[64] = "", places[32] = "", crowd[32] = "", door[256] = "", limit[64] = "";
	if (rules->budget > 0)
		snprintf(budget, sizeof budget, ", budget: %g%%, reserve: %g", 100 * rules->budget,
			 rules->tokens_most);
	if (rules->places >= 0)
		snprintf(places, sizeof places, ", queue: %d", rules->places);
	if (rules->most_inside)
		snprintf(crowd, sizeof crowd, ", shed_in_flight: %d", rules->most_inside);
	if (has_door(rules))
		snprintf(door, sizeof door,
			 ", breaker: {window: %lldms, open: %lldms, probes: %d, fallback: refuse, "
			 "min_requests: %d, %s: %g%s}",
			 (long long)(rules->memory / MS), (long long)(rules->shut / MS),
			 rules->trials, rules->least, rules->row ? "consecutive" : "failures",
			 rules->row ? rules->row : 100 * rules->share, rules->row ? "" : "%");
	if (rules->limit > 0)
		snprintf(limit, sizeof limit, ", limit: {rate: %g/s, burst: %d}", rules->limit,
			 rules->burst);
	return snprintf(text, size,
			"scenario: storm\n"
			"traffic: {poisson: {rate: %g/s}, timeout: %lldms, retries: {attempts: %d, "
			"timeout: "
			"%lldms, backoff: %lldms, longest: 1h, jitter: 0%%%s}}\n"
			"versions:\n"
			"  stable: {latency: %lldms, pool: {slots: %d%s%s}%s%s}\n"
			"  candidate: {like: stable}\n"
			"slo: {latency: %lldms}\ntelemetry: {scrape: 100ms}\n"
			"cases: {outage: [{step: {at: %lldms, duration: %lldms, latency: x%d}}]}\n"
			"rollouts: {all: {instant: {}}}\nhorizon: 30s\nseed: 3\n",
			rate, (long long)(rules->all_patience / MS), rules->attempts,
			(long long)(rules->patience / MS), (long long)(rules->pause / MS), budget,
			(long long)(rules->service / MS), rules->counters, places, crowd, door,
			limit, (long long)(rules->slow_limit / MS),
			(long long)(rules->slow_from / MS),
			(long long)((rules->slow_until - rules->slow_from) / MS), rules->slow);
}

/* The same people come to every world with this rate and seed. */
static int find_people(double rate, struct person *people)
{
	char text[512];
	struct world world;
	struct walk walk;
	int count = 0;
	snprintf(text, sizeof text,
		 "scenario: people\ntraffic: {poisson: {rate: %g/s}}\n"
		 "versions: {stable: {latency: 1ms}, candidate: {like: stable}}\n"
		 "telemetry: {scrape: 1d}\ncases: {calm: []}\nrollouts: {all: {instant: {}}}\n"
		 "horizon: 30s\nseed: 3\n",
		 rate);
	world_read(&world, text);
	walk_begin(&walk, &world, 0, 0, 0, 0);
	while (walk_on(&walk))
		for (int i = 0; i < walk.count; i++)
			people[count++] = (struct person){.first = walk.at[i]};
	world_free(&world);
	return count;
}

static struct person people[PEOPLE_MOST];
static struct answer answers[PEOPLE_MOST * 3];
static struct shop shop;

/* Returns how many went home unserved or badly served. */
static int64_t simulate_rules(const struct retry_rules *rules, double rate)
{
	int64_t bad = 0;
	memset(&shop, 0, sizeof shop);
	shop.rules = rules;
	shop.person = people;
	shop.answer = answers;
	shop.people = find_people(rate, people);
	simulate(&shop);
	for (int p = 0; p < shop.people; p++)
		bad += shop.person[p].bad;
	return bad;
}

/* The share of the visits of a time, in s, that ended well. */
static double good_share(const struct windows *windows, int from, int to)
{
	double good = 0, all = 0;
	for (int w = from * 10; w < to * 10; w++)
		for (int how = 0; how < 4; how++) {
			good += how ? 0 : windows->ended[w][how];
			all += windows->ended[w][how];
		}
	return good / all;
}

/* A fault that takes half of the servers away. */
static void take_half(const void *config, const struct fault_context *context,
		      struct behaviour *behaviour)
{
	(void)config;
	behaviour->capacity *= 1 - 0.5 * context->strength;
}

static const struct fault half = {
	.plugin = {.kind = PLUGIN_FAULT, .name = "half"}, .takes_servers = true, .bend = take_half};

static struct windows expect_same(const struct retry_rules *rules, double rate)
{
	struct world world;
	struct windows windows = {.count = 0};
	const struct observer observer = {&windows, note_nothing, note_window};
	char text[2048];
	struct retry_rules twin = *rules;
	twin.slow = 1;
	twin.half_from = twin.half_until = 0;
	int64_t bad = simulate_rules(&twin, rate);
	bad = simulate_rules(rules, rate) - bad;
	print_rules(rules, rate, text, sizeof text);
	world_read(&world, text);
	if (rules->half_until)
		world.scenario.plans[0].case_[0].fault[0].fault.plugin = &half.plugin;
	trial_begin(world.trial, world.scenario.plans, 0, 0, 0, &observer);
	struct result row = *trial_run(world.trial);
	cr_assert_eq(row.requests, shop.people);
	cr_assert_eq(row.exposed_requests, shop.people);
	for (int w = 0; w < WINDOWS; w++)
		for (int how = 0; how < 4; how++)
			cr_assert_eq(windows.ended[w][how], shop.ended[w][how],
				     "%d visits ended %d in window %d, not %d",
				     windows.ended[w][how], how, w, shop.ended[w][how]);
	cr_assert_eq(world.trial->requests.ledger.balance[0], bad);
	world_free(&world);
	return windows;
}

/* Four counters of 10 ms serve 400 a second; a second of slowness at 80 %, and with two retries
 * each 320 people want 960 services: the shop never recovers. */
Test(storm, of_retries_outlasts_its_cause)
{
	struct windows windows = expect_same(&calm, 320);
	cr_assert_gt(good_share(&windows, 0, 5), 0.98);
	cr_assert_lt(good_share(&windows, 10, 30), 0.2);
	cr_assert_lt(good_share(&windows, 25, 30), 0.2);
}

Test(storm, does_not_come_without_retries)
{
	struct retry_rules rules = calm;
	rules.attempts = 1;
	struct windows windows = expect_same(&rules, 320);
	cr_assert_lt(good_share(&windows, 5, 7), 0.6);
	cr_assert_gt(good_share(&windows, 10, 30), 0.98);
}

Test(storm, is_ended_by_a_budget)
{
	struct retry_rules rules = calm;
	rules.budget = 0.1;
	rules.tokens_most = 10;
	struct windows windows = expect_same(&rules, 320);
	cr_assert_gt(good_share(&windows, 10, 30), 0.98);
}

Test(storm, is_ended_by_a_breaker)
{
	struct retry_rules rules = calm;
	rules.memory = 1000 * MS;
	rules.share = 0.5;
	rules.least = 20;
	rules.shut = 500 * MS;
	rules.trials = 5;
	struct windows windows = expect_same(&rules, 320);
	cr_assert_gt(good_share(&windows, 15, 30), 0.9);
	rules.share = 0;
	rules.row = 4;
	expect_same(&rules, 320);
	expect_same(&rules, 500);
}

Test(storm, is_ended_by_a_limit_or_by_shedding)
{
	struct retry_rules rules = calm;
	rules.limit = 330;
	rules.burst = 7;
	expect_same(&rules, 320);
	rules.limit = 0;
	rules.most_inside = 12;
	struct windows windows = expect_same(&rules, 320);
	cr_assert_gt(good_share(&windows, 10, 30), 0.9);
}

/* Everything together, busy and idle, with lines short and long. */
Test(storm, agrees_whatever_the_rules)
{
	for (int round = 0; round < 24; round++) {
		struct retry_rules rules = calm;
		rules.counters = 1 + round % 5;
		rules.places = round % 4 ? (round * 7) % 13 : -1;
		rules.attempts = 1 + round % 4;
		rules.pause = (1 + round % 7) * 5 * MS;
		rules.all_patience = round % 3 ? 2000 * MS : 120 * MS;
		rules.budget = round % 2 ? 0.25 : 0;
		rules.tokens_most = 3;
		rules.limit = round % 5 == 1 ? 120 : 0;
		rules.burst = 4;
		rules.most_inside = round % 6 == 2 ? 9 : 0;
		rules.shut = round % 4 == 3 ? 300 * MS : 0;
		rules.memory = 700 * MS;
		rules.share = round % 8 == 3 ? 0.3 : 0;
		rules.row = round % 8 == 3 ? 0 : 3;
		rules.least = 10;
		rules.trials = 2;
		expect_same(&rules, 60 + 11 * round);
	}
}

/* Whoever is at a counter that closes is still served there; nobody else is. */
Test(storm, agrees_when_servers_are_taken_away)
{
	for (int slots = 2; slots <= 6; slots += 2) {
		struct retry_rules rules = calm;
		rules.counters = slots;
		rules.places = slots == 4 ? 10 : -1;
		rules.slow = 1;
		rules.half_from = rules.slow_from;
		rules.half_until = rules.slow_until = 8000 * MS;
		struct windows windows = expect_same(&rules, 70 * slots);
		cr_assert_lt(good_share(&windows, 6, 8), 0.8);
	}
}
