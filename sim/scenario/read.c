/* The whole of a scenario: every part of the tree read into a plan, once for each point. */
#include "sim/intensity.h"
#include "sim/scenario/pattern.h"
#include "sim/scenario/points.h"
#include "sim/scenario/shelf.h"

#include <string.h>

struct top_fields {
	const char *title;
	sim_time horizon;
	int64_t trials, seed, timelines;
};

const struct param scenario_top_params[] = {
	{"scenario", PARAM_WORD, offsetof(struct top_fields, title), NULL, .about = "its name"},
	{"horizon", PARAM_DURATION, offsetof(struct top_fields, horizon), NULL, 1e9,
	 (double)MAX_HORIZON, .about = "how long a trial lasts"},
	{"trials", PARAM_COUNT, offsetof(struct top_fields, trials), "1000", 1, 1e8,
	 .about = "how many of each rollout in each case"},
	{"seed", PARAM_COUNT, offsetof(struct top_fields, seed), "1", 0, 9e18,
	 .about = "the same seed gives the same results"},
	{"timelines", PARAM_COUNT, offsetof(struct top_fields, timelines), "2", 0, 100,
	 .about = "how many trials of each rollout in each case keep their timeline"},
	{0},
};

static const char *const top_maps[] = {"traffic",  "versions", "telemetry", "slo",  "cases",
				       "rollouts", "vary",     "expect",    "tune", NULL};

enum {
	MOST_CONTROLS = 20000000,     /* scrapes or looks of one check in one trial */
	MOST_WAITING = MAX_CALLS / 8, /* by the rate; bursts and servers come on top */
	MOST_TALLIES = 1 << 18,	      /* windows x keys in the memory of one thread: about 1 GB */
};

/* All that come within the patience of one. */
static double most_waiting(const struct plan *plan)
{
	const struct traffic *traffic = (const struct traffic *)plan->traffic.plugin;
	double rate = traffic->peak(plan->traffic.config) * intensity_peak(plan);
	return rate * (double)plan->timeout / SIM_SECOND;
}

/* Whether an answer is right is judged as its request arrives, when it is not yet known who will
 * answer it, if anybody. */
static void check_quality(struct reader *reader, const struct node *root)
{
	const struct plan *plan = reader->plan;
	if (plan->has_quality && plan->coupled)
		complain(
			reader->complaints, read_mark(root, "versions"),
			"the quality of answers is not simulated where requests depend on each "
			"other: leave out either \"quality\" or closed traffic, retries, breakers, "
			"limits, rolling and all in pools but replicas, slots and queue");
}

/* A replay is answered once. */
static void check_replays(struct reader *reader, const struct node *root)
{
	if (reader->plan->replays && reader->plan->coupled)
		complain(reader->complaints, read_mark(root, "versions"),
			 "what a replay was answered is known of one attempt alone: leave out "
			 "either "
			 "\"recorded: replayed\" or closed traffic, retries, breakers, limits, "
			 "rolling and all in pools but replicas, slots and queue");
}

/* Those who are followed one by one are not followed in pairs. */
static void check_pairs(struct reader *reader, const struct node *root)
{
	const struct plan *plan = reader->plan;
	for (int m = 0; m < METRIC_KINDS && plan->coupled; m++)
		if (metric_is_of_pairs(m) && plan_watches(plan, m))
			complain(reader->complaints, read_mark(root, "rollouts"),
				 "%s is not known where requests depend on each other: copies are "
				 "not held against their originals there",
				 metric_rows[m].name);
}

/* Replicas that are scaled or crash at every blink would take for ever. */
static void check_replicas(struct reader *reader, const struct node *root)
{
	const struct plan *plan = reader->plan;
	for (int v = 0; v < plan->versions; v++) {
		const struct fleet_config *fleet = &plan->version[v].fleet;
		sim_time looks = fleet->autoscale.every, life = fleet->crash_every;
		double changes = 0, horizon = (double)plan->horizon;
		changes += looks == PARAM_UNSET ? 0 : horizon / (double)looks;
		changes += life == PARAM_UNSET ? 0 : fleet_most(fleet) * horizon / (double)life;
		if (changes > MOST_CONTROLS)
			complain(reader->complaints, read_mark(root, "versions"),
				 "the replicas of \"%s\" would be scaled or crash more than %d "
				 "times",
				 plan->version[v].name, MOST_CONTROLS);
	}
}

static void check_sizes(struct reader *reader, const struct node *root)
{
	const struct plan *plan = reader->plan;
	double requests = intensity_most_requests(plan) * (double)plan->retry.attempts;
	const struct telemetry_size *t = &plan->telemetry_size;
	if (requests > MAX_REQUESTS)
		complain(reader->complaints, read_mark(root, "horizon"),
			 "a trial would serve up to %.2g requests; at most %.2g are possible: "
			 "shorten the horizon or lower the rate",
			 requests, MAX_REQUESTS);
	if (plan->coupled && most_waiting(plan) > MOST_WAITING)
		complain(reader->complaints, read_mark(root, "traffic"),
			 "up to %.2g clients would wait at a time; at most %.2g are possible: "
			 "shorten the timeout or lower the rate",
			 most_waiting(plan), (double)MOST_WAITING);
	if (plan_traffic_state(plan) > MAX_TRAFFIC_STATE)
		complain(reader->complaints, read_mark(root, "traffic"),
			 "so many visitors may be present at once that they take %.3g MB; at most "
			 "%zu are possible: let fewer come or leave sooner",
			 (double)plan_traffic_state(plan) / (1 << 20), MAX_TRAFFIC_STATE >> 20);
	if (plan->horizon / plan->telemetry.scrape > MOST_CONTROLS)
		complain(reader->complaints, read_mark(root, "telemetry"),
			 "the scrape interval cuts the horizon into more than %d pieces",
			 MOST_CONTROLS);
	if (((double)t->open + t->scrapes + MARKS + 1) * t->keys > MOST_TALLIES)
		complain(reader->complaints, read_mark(root, "telemetry"),
			 "the longest window, delay and timeout hold too many scrapes at once "
			 "(%d and %d): scrape less often or look back less far",
			 t->scrapes, t->open);
	for (int r = 0; r < plan->rollouts; r++)
		for (int c = 0; c < plan->rollout[r].checks; c++)
			if (plan->horizon / plan->rollout[r].check[c].every > MOST_CONTROLS)
				complain(reader->complaints, read_mark(root, "rollouts"),
					 "check %d of rollout \"%s\" looks more than %d times", c,
					 plan->rollout[r].name, MOST_CONTROLS);
}

/* Labels are seen at the end of their slot, which may be longer than a scrape interval. */
static void check_slots(struct reader *reader, const struct node *root)
{
	const struct plan *plan = reader->plan;
	char slot[UNITS_TEXT];
	for (int r = 0; r < plan->rollouts; r++)
		for (int c = 0; c < plan->rollout[r].checks; c++) {
			const struct check_plan *check = &plan->rollout[r].check[c];
			if (metric_is_of_quality(check->metric.kind) &&
			    check->lookback.window != PARAM_UNSET &&
			    check->lookback.window < plan->label_size.slot)
				complain(reader->complaints, read_mark(root, "rollouts"),
					 "check %d of rollout \"%s\" looks back less far than the "
					 "%s "
					 "that labels are gathered for within this horizon",
					 c, plan->rollout[r].name,
					 units_print_duration(slot, plan->label_size.slot));
		}
}

static bool read_whole(const struct reader *pattern, struct node *root, struct plan *plan,
		       struct top_fields *top)
{
	struct reader reader = *pattern;
	struct complaints *complaints = reader.complaints;
	int before = complaints->count;
	reader.plan = plan;
	fields_only(&reader, root, scenario_top_params, NULL, top_maps, "a scenario");
	fields_read(&reader, root, scenario_top_params, top, "a scenario");
	plan->horizon = top->horizon > 0 ? top->horizon : 0;
	plan->seed = (uint64_t)top->seed;
	read_traffic(&reader, root);
	read_versions(&reader, root);
	read_telemetry(&reader, root);
	read_cases(&reader, root);
	read_rollouts(&reader, root);
	if (complaints->count != before)
		return false;
	plan_finish(plan);
	read_kin(root, plan);
	check_sizes(&reader, root);
	check_slots(&reader, root);
	check_quality(&reader, root);
	check_replays(&reader, root);
	check_pairs(&reader, root);
	check_replicas(&reader, root);
	return complaints->count == before;
}

bool read_plan(const struct reader *pattern, struct node *root, struct plan *plan)
{
	struct top_fields top;
	return read_whole(pattern, root, plan, &top);
}

/* The comment a file opens with, without its marks: the question it asks. */
static const char *read_question(struct arena *arena, const struct source *source)
{
	char *question = arena_take(arena, source->length + 1);
	size_t used = 0;
	const char *at = source->text;
	while (*at == '#') {
		at += 1 + (at[1] == ' ');
		size_t length = strcspn(at, "\r\n");
		if (used)
			question[used++] = ' ';
		memcpy(question + used, at, length);
		used += length;
		at += length;
		at += *at == '\r';
		at += *at == '\n';
	}
	return question;
}

static bool same_names(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* The same strategies and checks, too. */
static bool same_rollout(const struct rollout_plan *a, const struct rollout_plan *b)
{
	if (!same_names(a->name, b->name) || a->strategy.plugin != b->strategy.plugin ||
	    a->checks != b->checks)
		return false;
	for (int c = 0; c < a->checks; c++)
		if (!same_names(a->check[c].label, b->check[c].label))
			return false;
	return true;
}

bool read_names_same(const struct plan *a, const struct plan *b)
{
	const struct population *p = &a->population, *q = &b->population;
	if (a->rollouts != b->rollouts || a->cases != b->cases || a->versions != b->versions ||
	    p->segments != q->segments || p->regions != q->regions)
		return false;
	bool same = true;
	for (int r = 0; r < a->rollouts; r++)
		same &= same_names(a->rollout[r].name, b->rollout[r].name);
	for (int c = 0; c < a->cases; c++)
		same &= same_names(a->case_[c].name, b->case_[c].name);
	for (int v = 0; v < a->versions; v++)
		same &= same_names(a->version[v].name, b->version[v].name);
	for (int s = 0; s < p->segments; s++)
		same &= same_names(p->segment_names[s], q->segment_names[s]);
	for (int r = 0; r < p->regions; r++)
		same &= same_names(p->region_names[r], q->region_names[r]);
	return same;
}

/* What is expected can be judged though other parts are wrong, if what it speaks of has names. */
static bool has_names(const struct plan *plan)
{
	return plan->rollouts && plan->cases && plan->versions && plan->population.segments;
}

/* Results have one list of names for all points. */
static bool same_shape(const struct plan *a, const struct plan *b)
{
	bool same = read_names_same(a, b);
	for (int r = 0; r < a->rollouts && same; r++)
		same = same_rollout(&a->rollout[r], &b->rollout[r]);
	return same;
}

static void read_extras(struct scenario *scenario, const struct reader *pattern,
			const struct points *points, struct node *tree, bool good)
{
	struct reader reader = *pattern;
	struct pattern *made = arena_take(&scenario->arena, sizeof *made);
	*made = (struct pattern){*pattern, points->root};
	reader.plan = &scenario->plans[0];
	scenario->pattern = made;
	read_expectations(&reader, tree, "expect", &scenario->expect);
	if (points->tune)
		scenario->tuning = read_tuning(&reader, points->tune);
	if (scenario->tuning && good)
		pattern_try(scenario, reader.complaints);
}

static bool read_points(struct scenario *scenario, const struct source *source, struct node *root,
			const struct setting *settings, int count, struct complaints *complaints)
{
	struct shelf *shelf = arena_take(&scenario->arena, sizeof *shelf);
	shelf->arena = &scenario->arena;
	struct reader reader = {.arena = &scenario->arena,
				.complaints = complaints,
				.shelf = shelf,
				.source = source};
	struct top_fields top = {0};
	struct points points;
	if (!points_read(&reader, root, settings, count, &points)) {
		struct plan *unused = arena_take(&scenario->arena, sizeof *unused);
		read_plan(&reader, root, unused); /* for its mistakes */
		return false;
	}
	size_t size = (size_t)points.count * sizeof *scenario->plans;
	scenario->points = points.count;
	scenario->plans = arena_take(&scenario->arena, size);
	int before = complaints->count;
	/* A mistake at one point is most likely one at all: the first is enough. */
	for (int p = 0; p < points.count && complaints->count == before; p++) {
		struct node *tree = points_arrange(&reader, &points, p);
		if (read_whole(&reader, tree, &scenario->plans[p], &top) &&
		    !same_shape(&scenario->plans[0], &scenario->plans[p]))
			complain(complaints, points.vary->at,
				 "point %d has other rollouts, strategies, checks, cases, versions "
				 "or segments than point 0; vary only what is inside them",
				 p);
		if (!p && has_names(&scenario->plans[0]))
			read_extras(scenario, &reader, &points, tree, complaints->count == before);
		if (!p)
			scenario->resolved = tree;
		if (!p && tree_size(tree) > TREE_MOST_NODES)
			complain(complaints, root->at,
				 "with what its files hold the scenario has more than %d values",
				 TREE_MOST_NODES);
	}
	if (points.vary && scenario->resolved)
		tree_add_map(&scenario->arena, scenario->resolved, "vary", points.vary->at)->first =
			points.vary->first;
	if (points.tune && scenario->resolved)
		tree_add_map(&scenario->arena, scenario->resolved, "tune", points.tune->at)->first =
			points.tune->first;
	scenario->title = top.title;
	scenario->trials = (int)top.trials;
	scenario->timelines = (int)top.timelines;
	scenario->varied = points.varied;
	scenario->vary = points_describe(&scenario->arena, &points);
	return !complaints->count;
}

bool scenario_read(struct scenario *scenario, const struct source *source,
		   const struct setting *settings, int count, struct complaints *complaints)
{
	memset(scenario, 0, sizeof *scenario);
	struct node *root = tree_read(&scenario->arena, source, complaints);
	struct reader reader = {
		.arena = &scenario->arena, .complaints = complaints, .source = source};
	if (!root || !fields_is_map(&reader, root, "a scenario"))
		return false;
	/* Mistakes of form and of meaning are shown together. */
	bool good = !complaints->count;
	scenario->question = read_question(&scenario->arena, source);
	return read_points(scenario, source, root, settings, count, complaints) && good;
}

void scenario_free(struct scenario *scenario)
{
	arena_free(&scenario->arena);
}
