/* coalmine what-if: recorded traffic, served again by versions that differ. */
#include "sim/cli/cli.h"

#include "sim/report/whatif.h"
#include "sim/results/recording.h"

#include <math.h>
#include <string.h>

enum { MOST_VALUES = WHATIF_VARIANTS };

/* Factors beyond are not of this world. */
#define MOST_FACTOR 1000.0

struct what_if {
	const char *list[WHATIF_SETTINGS], *version, *limit, *block;
	int64_t seed, resamples;
	bool json;
	struct whatif_traffic_options options;
	int values[WHATIF_SETTINGS];
	struct whatif_variant *value[WHATIF_SETTINGS]; /* one field of each is set */
	struct whatif_variant *variant;
	int variants;
	struct arena arena;
};

/* ---- lists */

static const char *read_factor(const char *text, double *factor)
{
	const char *expected = units_parse_factor(text, factor);
	if (!expected && !(*factor >= 1 / MOST_FACTOR && *factor <= MOST_FACTOR))
		return "a factor from x0.001 to x1000";
	return expected;
}

static const char *read_share(const char *text, double *share)
{
	const char *expected = units_parse_share(text, share);
	return !expected && *share <= 0 ? "a share above 0%" : expected;
}

static const char *read_errors(const char *text, struct change *errors)
{
	const char *expected = units_parse_share_change(text, errors);
	if (!expected &&
	    !(errors->amount >= 0 && (errors->how == CHANGE_MULTIPLY || errors->amount <= 1)))
		return "a share that is added, such as +1%, or a factor";
	return expected;
}

static const char *read_slots(const char *text, int *slots)
{
	int64_t count;
	const char *expected = units_parse_count(text, &count);
	if (expected || count < 1 || count > WHATIF_SLOTS)
		return "a number of slots from 1 to 1024";
	*slots = (int)count;
	return NULL;
}

/* NULL, or what was expected. */
static const char *read_value(int setting, const char *text, struct whatif_variant *v)
{
	switch (setting) {
	case WHATIF_LATENCY:
		return read_factor(text, &v->latency);
	case WHATIF_ERRORS:
		return read_errors(text, &v->errors);
	case WHATIF_SHARE:
		return read_share(text, &v->share);
	case WHATIF_SLOT_COUNT:
		return read_slots(text, &v->slots);
	default:
		return read_factor(text, &v->speed);
	}
}

static int read_list(struct what_if *w, int setting)
{
	const char *at = w->list[setting];
	w->value[setting] = arena_take(&w->arena, MOST_VALUES * sizeof *w->value[setting]);
	w->value[setting][0] = (struct whatif_variant){1, {CHANGE_ADD, 0}, 1, 0, 1};
	for (; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL) {
		const char *text = arena_copy(&w->arena, at, strcspn(at, ","));
		if (w->values[setting] == MOST_VALUES)
			return options_wrong(&command_what_if, "--%s: more than %d values",
					     whatif_setting_name[setting], MOST_VALUES);
		const char *expected =
			read_value(setting, text, &w->value[setting][w->values[setting]++]);
		if (expected)
			return options_wrong(&command_what_if, "--%s: expected %s; found \"%s\"",
					     whatif_setting_name[setting], expected, text);
	}
	return EXIT_GOOD;
}

/* All of one list with all of the others, the last list fastest. */
static int cross(struct what_if *w)
{
	int64_t count = 1;
	for (int s = 0; s < WHATIF_SETTINGS; s++)
		count *= w->values[s] ? w->values[s] : 1;
	if (count > WHATIF_VARIANTS)
		return options_wrong(&command_what_if,
				     "these lists make %lld variants; there may be %d",
				     (long long)count, WHATIF_VARIANTS);
	w->variants = (int)count;
	w->variant = arena_take(&w->arena, (size_t)count * sizeof *w->variant);
	for (int i = 0; i < w->variants; i++) {
		struct whatif_variant *v = &w->variant[i], from[WHATIF_SETTINGS];
		int left = i;
		for (int s = WHATIF_SETTINGS - 1; s >= 0; s--) {
			int values = w->values[s] ? w->values[s] : 1;
			from[s] = w->value[s][left % values];
			left /= values;
		}
		*v = (struct whatif_variant){from[WHATIF_LATENCY].latency,
					     from[WHATIF_ERRORS].errors, from[WHATIF_SHARE].share,
					     from[WHATIF_SLOT_COUNT].slots,
					     from[WHATIF_SPEED].speed};
	}
	return EXIT_GOOD;
}

static int read_duration(const char *name, const char *text, sim_time *duration)
{
	const char *expected = units_parse_duration(text, duration);
	if (!expected && *duration <= 0)
		expected = "more than nothing";
	if (expected)
		return options_wrong(&command_what_if, "--%s: expected %s; found \"%s\"", name,
				     expected, text);
	return EXIT_GOOD;
}

static int read_options(struct what_if *w)
{
	sim_time time;
	for (int s = 0; s < WHATIF_SETTINGS; s++) {
		int refused = read_list(w, s);
		if (refused)
			return refused;
	}
	w->options.limit_ns = INFINITY;
	w->options.seed = (uint64_t)w->seed;
	if (w->limit && read_duration("limit", w->limit, &time))
		return EXIT_USAGE;
	if (w->limit)
		w->options.limit_ns = (double)time;
	if (w->block && read_duration("block", w->block, &w->options.block_ns))
		return EXIT_USAGE;
	return cross(w);
}

/* ---- what a trace can answer */

static int find_version(struct what_if *w, const struct recording *r, const char *path)
{
	if (!w->version && r->versions > 1)
		return options_wrong(
			&command_what_if,
			"%s was served by %d versions: --version says by which it is "
			"to be judged, as %s; how the others fared is no evidence of it",
			path, r->versions, r->version_of[0].name);
	if (!w->version) {
		w->options.version = r->versions ? &r->version_of[0] : NULL;
		return EXIT_GOOD;
	}
	const char *names[MOST_RECORDED_VERSIONS + 1] = {NULL};
	for (int v = 0; v < r->versions; v++)
		names[v] = r->version_of[v].name;
	w->options.version = recording_version(r, w->version);
	if (w->options.version)
		return EXIT_GOOD;
	const char *near = error_nearest(w->version, names);
	if (near)
		return options_wrong(&command_what_if,
				     "%s knows no version \"%s\"; did you mean %s?", path,
				     w->version, near);
	const char *all = "";
	for (int v = 0; v < r->versions; v++)
		all = arena_printf(&w->arena, "%s%s%s", all, v ? ", " : "", names[v]);
	return options_wrong(&command_what_if, "%s knows no version \"%s\"%s%s", path, w->version,
			     r->versions ? "; it has " : "; it says nothing of versions", all);
}

/* Options that ask what was not recorded. */
static int check_evidence(const struct what_if *w, const struct recording *r, const char *path)
{
	if (!r->outcome && !r->latency)
		return options_wrong(&command_what_if,
				     "%s holds neither outcomes nor durations: there is nothing a "
				     "version could change",
				     path);
	if (!r->outcome && w->list[WHATIF_ERRORS])
		return options_wrong(&command_what_if,
				     "%s holds no outcomes: --errors has nothing to add to", path);
	for (int s = 0; s < WHATIF_SETTINGS && !r->latency; s++)
		if (w->list[s] && (s == WHATIF_LATENCY || s == WHATIF_SLOT_COUNT))
			return options_wrong(&command_what_if,
					     "%s holds no durations: --%s cannot be answered", path,
					     whatif_setting_name[s]);
	if (!r->latency && w->limit)
		return options_wrong(&command_what_if,
				     "%s holds no durations: --limit cannot be answered", path);
	return EXIT_GOOD;
}

static int check_traffic(const struct what_if *w, const struct whatif_traffic *t)
{
	char text[UNITS_TEXT];
	double latency = 0, speed = MOST_FACTOR;
	if (t->blocks > WHATIF_BLOCKS)
		return options_wrong(&command_what_if,
				     "--block: more than %d blocks of %s; make them longer",
				     WHATIF_BLOCKS, units_print_duration(text, t->block_ns));
	for (int i = 0; i < w->variants; i++) {
		latency = fmax(latency, w->variant[i].latency);
		speed = fmin(speed, w->variant[i].speed);
	}
	if (t->longest_ns * latency > (double)WHATIF_LONGEST ||
	    (double)t->span / fmin(speed, 1) > (double)WHATIF_LONGEST)
		return options_wrong(&command_what_if,
				     "a variant lasts longer than 50 days, beyond which times are "
				     "not exact; import a part of the trace");
	return EXIT_GOOD;
}

/* ---- the command */

static void answer(struct what_if *w, const struct whatif_traffic *traffic)
{
	size_t bytes = (size_t)w->variants * sizeof(struct whatif_answer);
	struct whatif_answer *answers = arena_take(&w->arena, bytes);
	struct whatif_answer *record = arena_take(&w->arena, bytes);
	struct whatif_report report = {traffic, w->variant, w->variants, (int)w->resamples,
				       {false}, answers,    record};
	for (int s = 0; s < WHATIF_SETTINGS; s++)
		report.given[s] = w->list[s];
	whatif_run(traffic, w->variant, w->variants, (uint64_t)w->seed, (int)w->resamples, answers,
		   record);
	(w->json ? whatif_json : whatif_print)(&report, stdout);
}

static int judge(struct what_if *w, const char *path)
{
	char why[512];
	struct whatif_traffic traffic;
	const struct recording *recording = recording_load(&w->arena, &path, 1, why, sizeof why);
	if (!recording) {
		fprintf(stderr, "coalmine: %s\n", why);
		return EXIT_CANNOT_RUN;
	}
	int refused = find_version(w, recording, path);
	if (!refused)
		refused = check_evidence(w, recording, path);
	if (refused)
		return refused;
	whatif_stage(&traffic, &w->arena, recording, &w->options);
	refused = check_traffic(w, &traffic);
	if (!refused)
		answer(w, &traffic);
	return refused;
}

static int what_if(int argc, char **argv)
{
	struct what_if w = {.seed = 1, .resamples = 1000};
	const struct option_row rows[] = {
		{"latency", 0, OPTION_TEXT, &w.list[WHATIF_LATENCY], "xF,...",
		 .about = "times the recorded durations"},
		{"errors", 0, OPTION_TEXT, &w.list[WHATIF_ERRORS], "+SHARE,...",
		 .about = "added to the recorded share of failures; or times it, as x2"},
		{"share", 0, OPTION_TEXT, &w.list[WHATIF_SHARE], "SHARE,...",
		 .about = "of the users who get it, or of requests where users are not known"},
		{"slots", 0, OPTION_TEXT, &w.list[WHATIF_SLOT_COUNT], "N,...",
		 .about = "requests it serves at a time; others wait their turn. Left out: no "
			  "limit"},
		{"speed", 0, OPTION_TEXT, &w.list[WHATIF_SPEED], "xF,...",
		 .about = "times as fast as recorded do requests come"},
		{"limit", 0, OPTION_TEXT, &w.limit, "TIME",
		 .about = "a request that takes longer is harmed, as is one that fails"},
		{"version", 0, OPTION_TEXT, &w.version, "NAME",
		 .about = "of the log: whose requests are served again, where there are several"},
		{"block", 0, OPTION_TEXT, &w.block, "TIME",
		 .about = "of time, that intervals are drawn from. Left out: 240 or fewer"},
		{"resamples", 0, OPTION_COUNT, &w.resamples, "N", "of those blocks: 1000", 100,
		 WHATIF_RESAMPLES},
		{"seed", 0, OPTION_COUNT, &w.seed, "N",
		 "of who is served, of whose requests fail, and of the resamples", 0, INT64_MAX},
		{"json", 0, OPTION_FLAG, &w.json, NULL, .about = "print it as JSON"},
		{0},
	};
	struct arguments arguments;
	enum options_result result = options_read(&command_what_if, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (arguments.count != 1)
		return options_wrong(&command_what_if, "which trace? one at a time");
	int code = read_options(&w);
	if (code == EXIT_GOOD)
		code = judge(&w, arguments.file[0]);
	arena_free(&w.arena);
	return code;
}

const struct command command_what_if = {
	.name = "what-if",
	.arguments = "TRACE [--latency xF,...] [--errors +SHARE,...] ...",
	.about = "What would recorded traffic have met, had another version served it?",
	.example = "  coalmine what-if scenarios/tuesday.h5 --latency x1,x1.5 --errors +0%,+1% \\\n"
		   "    --share 100%,25%",
	.run = what_if,
};
