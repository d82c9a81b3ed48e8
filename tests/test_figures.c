/* Figures: what the scripts hold, what hostile names may not do, and what happens without gnuplot.
 */
#include "sim/report/figure.h"
#include "sim/report/figure_markers.h"
#include "sim/report/figure_scale.h"
#include "sim/report/figure_text.h"
#include "sim/report/figures.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TRIALS = 4, MINUTE_S = 60, SAID = 512 };

/* A run of two rollouts in a healthy and a harmful case, with one kept trial. */
struct world {
	struct results results;
	struct timeline timeline;
	struct happening happened[6];
	struct series_bin bin[8][2];
	const char *rollouts[2], *cases[2], *versions[2], *checks[2];
	bool harmful[2];
	char directory[64];
	char log[4096], error[SAID];
};

static void fill_trial(struct world *world, int rollout, int case_index, int trial)
{
	static const double detected_s[TRIALS] = {10, 20, 30, NAN};
	static const int64_t harmed[TRIALS] = {0, 10, 20, 100};
	struct result row = {.outcome = OUTCOME_PROMOTED, .onset_time = NAN, .detection_time = NAN};
	if (world->harmful[case_index]) {
		row.onset_time = 2 * MINUTE_S;
		row.detection_time = detected_s[trial];
		if (!isnan(detected_s[trial]))
			row.outcome = OUTCOME_ROLLED_BACK;
		row.harmed_requests = harmed[trial];
	}
	int cell = results_cell(&world->results, rollout, case_index, 0);
	results_store(&world->results, cell, trial, &row);
}

/* Errors are 5 of 100 requests while the candidate serves. */
static void fill_timeline(struct world *world)
{
	const struct happening happened[6] = {
		{MINUTE_S * SIM_SECOND, HAPPENING_SHARE, 0, 1, 0.25},
		{2 * MINUTE_S * SIM_SECOND, HAPPENING_FAULT, 0, 0, 1},
		{2 * MINUTE_S * SIM_SECOND, HAPPENING_ONSET, 0, 1, NAN},
		{3 * MINUTE_S * SIM_SECOND, HAPPENING_ALARM, 0, 0, 4.5},
		{3 * MINUTE_S * SIM_SECOND, HAPPENING_ROLLBACK, 0, 0, 4.5},
		{4 * MINUTE_S * SIM_SECOND, HAPPENING_SAFE, 0, 1, 0},
	};
	memcpy(world->happened, happened, sizeof happened);
	for (int b = 0; b < 8; b++) {
		bool serves = b >= 1 && b < 4;
		world->bin[b][0] = (struct series_bin){1, 900, 9, 0.08, 0.4};
		world->bin[b][1] = serves ? (struct series_bin){0.25, 100, 5, 0.08, 0.8}
					  : (struct series_bin){0, 0, 0, NAN, NAN};
	}
	world->timeline = (struct timeline){0, 1, 0, 8, &world->bin[0][0], 6, world->happened};
}

static struct world *world_new(void)
{
	struct world *world = calloc(1, sizeof *world);
	cr_assert(world != NULL);
	*world = (struct world){.rollouts = {"cautious", "eager"},
				.cases = {"healthy", "burst"},
				.versions = {"stable", "candidate"},
				.checks = {"error_rate sprt", "latency_p95 ratio"},
				.harmful = {false, true},
				.directory = "/tmp/coalmine-figures-XXXXXX"};
	world->results = (struct results){.title = "checkout",
					  .seed = 42,
					  .rollouts = 2,
					  .cases = 2,
					  .points = 1,
					  .trials = TRIALS,
					  .versions = 2,
					  .checks_most = 1,
					  .rollout_names = world->rollouts,
					  .case_names = world->cases,
					  .version_names = world->versions,
					  .check_names = world->checks,
					  .case_harmful = world->harmful,
					  .horizon_s = 8 * MINUTE_S,
					  .scrape_s = MINUTE_S,
					  .timelines = 1,
					  .timeline = &world->timeline};
	results_allocate(&world->results);
	for (int i = 0; i < 2 * 2 * TRIALS; i++)
		fill_trial(world, i / TRIALS / 2, i / TRIALS % 2, i % TRIALS);
	for (int c = 0; c < 4; c++)
		world->results.trials_run[c] = TRIALS;
	fill_timeline(world);
	cr_assert(mkdtemp(world->directory) != NULL);
	return world;
}

static char *path_in(const char *directory, const char *name, char path[512])
{
	snprintf(path, 512, "%s/%s", directory, name);
	return path;
}

static bool exists(const struct world *world, const char *name)
{
	char path[512];
	return access(path_in(world->directory, name, path), F_OK) == 0;
}

/* Calls back for every file of the directory; returns how many names end like this. */
static int count_files(const struct world *world, const char *end, bool and_remove)
{
	DIR *directory = opendir(world->directory);
	int count = 0;
	struct dirent *entry;
	char path[512];
	while (directory && (entry = readdir(directory))) {
		size_t length = strlen(entry->d_name), tail = strlen(end);
		bool alike = length >= tail && strcmp(entry->d_name + length - tail, end) == 0;
		if (entry->d_name[0] != '.' && alike) {
			count++;
			if (and_remove)
				unlink(path_in(world->directory, entry->d_name, path));
		}
	}
	if (directory)
		closedir(directory);
	return count;
}

static void world_free(struct world *world)
{
	count_files(world, "", true);
	rmdir(world->directory);
	results_free(&world->results);
	free(world);
}

static char *read_all(const char *path)
{
	FILE *file = fopen(path, "rb");
	cr_assert(file != NULL, "%s is not there", path);
	char *text = NULL;
	size_t length = 0;
	FILE *into = open_memstream(&text, &length);
	for (int c; (c = fgetc(file)) != EOF;)
		fputc(c, into);
	fclose(file);
	fclose(into);
	return text;
}

static char *read_file(const struct world *world, const char *name)
{
	char path[512];
	return read_all(path_in(world->directory, name, path));
}

static int draw(struct world *world, unsigned formats, bool script_only, const char *only)
{
	const struct figure_options options = {world->directory, formats, script_only, only};
	FILE *log = fmemopen(world->log, sizeof world->log, "w");
	int code = figures_draw(&world->results, &options, log, world->error, sizeof world->error);
	fclose(log);
	return code;
}

static void expect_text(const char *script, const char *part)
{
	cr_expect(strstr(script, part) != NULL, "the script lacks: %s", part);
}

/* ---- what the scripts hold */

/* More than can be told apart, with names that no column has room for. */
Test(figures, many_rollouts_have_looks_that_exist_and_names_that_are_whole)
{
	enum { MANY = 20 };
	struct world *world = world_new();
	const char *names[MANY];
	for (int r = 0; r < MANY; r++)
		names[r] = r % 2 ? "carefully" : "thoughtfully";
	results_free(&world->results);
	world->results.arena = (struct arena){0};
	world->results.rollouts = MANY;
	world->results.rollout_names = names;
	world->results.timelines = 0;
	results_allocate(&world->results);
	for (int c = 0; c < 2 * MANY; c++)
		world->results.trials_run[c] = TRIALS;
	for (int i = 0; i < MANY * 2 * TRIALS; i++)
		fill_trial(world, i / TRIALS / 2, i / TRIALS % 2, i % TRIALS);
	cr_assert_eq(draw(world, FIGURE_SVG, true, "compare"), 0, "%s", world->error);
	char *script = read_file(world, "compare_burst.gp");
	expect_text(script, "LEGEND_STYLE[18] = 18.0");
	expect_text(script, "LEGEND_STYLE[20] = 2.0");
	expect_text(script, "HARM_TILT = 30");
	expect_text(script, "'thoughtfully'");
	free(script);
	world_free(world);
}

/* Without censoring before the last event, Kaplan and Meier's curve is the share detected so far.
 * Quartiles: numpy.percentile([0, 10, 20, 100], [5, 25, 50, 75, 95]). Zero of four: the limit of
 * Clopper and Pearson is 1 - 0.025^(1/4) = 60.2365 %. */
Test(figures, the_comparison_holds_curve_rate_and_harm)
{
	struct world *world = world_new();
	cr_assert_eq(draw(world, FIGURE_SVG, true, "compare"), 0, "%s", world->error);
	char *script = read_file(world, "compare_burst.gp");
	expect_text(script, "\n10 25\n20 50\n30 75\n360 75\n");
	expect_text(script, "\n1 0 20 10 ");
	expect_text(script, " 0 0 60.2365\n");
	expect_text(script, "\n1 1.5 7.5 15 40 88\n2 1.5 7.5 15 40 88\n");
	expect_text(script, "LEGEND_TEXT[1] = 'cautious'");
	expect_text(script, "4 trials a cell, seed 42");
	expect_text(script, "TRIAL = 'trial 0 of cautious'");
	expect_text(script, "$share << EOD\n0 0\n1 25\n");
	cr_expect_eq(count_files(world, ".svg", false), 0);
	free(script);
	world_free(world);
}

/* Wilson's interval of 5 in 100 is 2.15437 to 11.1750 % (R: prop.test(5, 100, correct = FALSE)). */
Test(figures, the_timeline_holds_rates_with_intervals_and_markers)
{
	struct world *world = world_new();
	cr_assert_eq(draw(world, FIGURE_SVG, true, "timeline"), 0, "%s", world->error);
	char *script = read_file(world, "timeline_cautious_burst_0.gp");
	expect_text(script, "\n1.5 5 2.15437 11.175 0.8\n");
	expect_text(script, "MARKERS = 3\n");
	expect_text(script, "'fault, harm begins'");
	expect_text(script, "'alarm: error\\_rate sprt, rollback decided (+60 s)'");
	expect_text(script, "'safe (+2 min)'");
	expect_text(script, "HARM_FROM = 2.0\nHARM_TO = 4.0\n");
	expect_text(script, "rolled back, harmed requests: 0");
	free(script);
	world_free(world);
}

/* Three of four: 19.4 to 99.4 % (R: binom.test(3, 4)). Nothing of four is a bound, not a zero. */
Test(figures, the_matrix_puts_cases_without_harm_first_and_gives_bounds)
{
	struct world *world = world_new();
	const char *swap = world->cases[0];
	world->cases[0] = world->cases[1];
	world->cases[1] = swap;
	world->harmful[0] = true;
	world->harmful[1] = false;
	for (int i = 0; i < 2 * 2 * TRIALS; i++)
		fill_trial(world, i / TRIALS / 2, i / TRIALS % 2, i % TRIALS);
	cr_assert_eq(draw(world, FIGURE_SVG, true, "matrix"), 0, "%s", world->error);
	char *script = read_file(world, "matrix.gp");
	expect_text(script, "CASE_NAME[1] = 'healthy'\nCASE_NAME[2] = 'burst'\n");
	expect_text(script, "HEALTHY = 1\n");
	expect_text(script,
		    "$rolled_back << EOD\n1 1 0 0 60.2365 4\n1 2 0 0 60.2365 4\n2 1 75 19.41");
	expect_text(script, "CELL_LARGE[1] = '< 60 %'");
	expect_text(script, "CELL_SMALL[1] = '0 of 4'");
	expect_text(script, "CELL_LARGE[3] = '75 %'");
	expect_text(script, "CELL_SMALL[3] = '19–99 %'");
	free(script);
	world_free(world);
}

Test(figures, cells_that_stopped_early_are_told_by_their_range)
{
	struct world *world = world_new();
	world->results.trials_run[0] = 0;
	world->results.trials_run[3] = 2;
	cr_assert_eq(draw(world, FIGURE_SVG, true, NULL), 0, "%s", world->error);
	char *script = read_file(world, "matrix.gp");
	expect_text(script, "0 to 4 trials a cell");
	expect_text(script, "CELL_LARGE[1] = 'no trials'");
	free(script);
	world_free(world);
}

Test(figures, what_cannot_be_drawn_is_skipped_with_a_word)
{
	struct world *world = world_new();
	world->harmful[1] = false;
	world->results.timelines = 0;
	cr_assert_eq(draw(world, FIGURE_SVG, true, NULL), 0, "%s", world->error);
	expect_text(world->log, "skipped compare");
	expect_text(world->log, "skipped timeline");
	expect_text(world->log, "/matrix.gp\n");
	cr_expect_eq(count_files(world, "", false), 1);
	world_free(world);
}

Test(figures, only_the_wanted_figure_is_drawn)
{
	struct world *world = world_new();
	cr_assert_eq(draw(world, FIGURE_SVG, true, "matrix"), 0, "%s", world->error);
	cr_expect_eq(count_files(world, "", false), 1);
	cr_expect_eq(draw(world, FIGURE_SVG, true, "pie"), 3);
	expect_text(world->error, "no figure \"pie\"");
	world_free(world);
}

Test(figures, names_that_look_alike_as_files_get_files_of_their_own)
{
	const char *names[] = {"a b", "a_b", "A/b", "", "plain"};
	const char *words[] = {"a_b", "a_b-2", "A_b-3", "_", "plain"};
	struct arena arena = {0};
	for (int i = 0; i < 5; i++)
		cr_expect_str_eq(figure_file_word(&arena, names, i), words[i]);
	arena_free(&arena);
}

/* With what two figures share in its place. */
static char *read_with_shared(const char *name)
{
	char path[512], *shared = read_all(path_in("plots", "speed_panel.gp", path));
	char *text = read_all(path_in("plots", name, path)), *whole = text;
	const char mark[] = "#< speed_panel.gp\n";
	char *at = strstr(text, mark);
	if (at) {
		size_t size = strlen(text) + strlen(shared) + 1;
		whole = malloc(size);
		snprintf(whole, size, "%.*s%s%s", (int)(at - text), text, shared,
			 at + strlen(mark));
		free(text);
	}
	free(shared);
	return whole;
}

Test(figures, the_program_carries_the_gnuplot_sources_byte_by_byte)
{
	int count = 0;
	for (const struct figure_source *row = figure_sources; row->name; row++, count++) {
		char name[64];
		snprintf(name, sizeof name, "%s.gp", row->name);
		char *text = read_with_shared(name);
		cr_expect_str_eq(row->text, text);
		free(text);
	}
	cr_expect_eq(count, 16);
}

/* ---- hostile names */

Test(figures, text_is_cleaned_of_what_is_no_letter)
{
	struct arena arena = {0};
	cr_expect_str_eq(figure_clean(&arena, "a\tb\nc\x01"), "a b c?");
	cr_expect_str_eq(figure_clean(&arena, "\xFF\xC0\x80 é\xE2\x82"), "??? é??");
	cr_expect_str_eq(figure_clean(&arena, "\xC2\x85\xED\xA0\x80"), "????");
	arena_free(&arena);
}

Test(figures, markup_and_quotes_are_taken_literally)
{
	struct arena arena = {0};
	cr_expect_str_eq(figure_quote(&arena, "a_b@{x}^2~&"), "'a\\_b\\@\\{x\\}\\^2\\~\\&'");
	cr_expect_str_eq(figure_quote(&arena, "'\\"), "''.\"'\".'{\\\\}'");
	cr_expect_str_eq(figure_quote(&arena, "\"`$x"), "'\"`$x'");
	cr_expect_str_eq(figure_quote(&arena, "日"), "ALL_LETTERS ? '日' : '?'");
	arena_free(&arena);
}

/* The text of an SVG without its tags. */
static void strip_tags(char *svg)
{
	char *to = svg;
	bool tag = false;
	for (const char *c = svg; *c; c++) {
		tag = *c == '<' || (tag && *c != '>');
		if (!tag && *c != '>')
			*to++ = *c;
	}
	*to = '\0';
}

Test(figures, hostile_names_are_shown_and_do_nothing)
{
	struct world *world = world_new();
	char evil[200], quoted[200];
	snprintf(evil, sizeof evil, "`touch %s/hit`", world->directory);
	snprintf(quoted, sizeof quoted, "'.system('touch %s/hit').'", world->directory);
	world->rollouts[0] = evil;
	world->rollouts[1] = "a_b@{x}^2~\\&";
	world->cases[0] = "'; set print 'hit' #";
	world->cases[1] = quoted;
	world->checks[0] = "{/:Bold 100 %s";
	world->versions[1] = "EOD";
	cr_assert_eq(draw(world, FIGURE_SVG, false, NULL), 0, "%s", world->error);
	cr_expect_not(exists(world, "hit"));
	cr_expect_null(strstr(world->log, "gnuplot says"), "%s", world->log);
	char *svg = read_file(world, "matrix.svg");
	strip_tags(svg);
	expect_text(svg, "a_b@{x}^2~\\&amp;");
	expect_text(svg, "'; set print 'hit' #");
	expect_text(svg, "`touch /tmp/");
	free(svg);
	world_free(world);
}

/* ---- gnuplot */

Test(figures, images_are_the_same_bytes_every_time)
{
	static const char *const names[] = {"compare_burst.svg", "timeline_cautious_burst_0.svg",
					    "matrix.svg", "matrix.png"};
	struct world *a = world_new(), *b = world_new();
	cr_assert_eq(draw(a, FIGURE_SVG | FIGURE_PNG, false, NULL), 0, "%s", a->error);
	cr_assert_eq(draw(b, FIGURE_SVG | FIGURE_PNG, false, NULL), 0, "%s", b->error);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *first = read_file(a, names[i]), *second = read_file(b, names[i]);
		cr_expect(strlen(first) > 0);
		cr_expect_str_eq(first, second, "%s differs", names[i]);
		free(first);
		free(second);
	}
	cr_expect_eq(count_files(a, "", false), 4 * 3);
	cr_expect_null(strstr(a->log, "gnuplot says"), "%s", a->log);
	world_free(a);
	world_free(b);
}

Test(figures, odd_runs_draw_without_a_warning)
{
	struct world *world = world_new();
	for (int odd = 0; odd < 4; odd++) {
		world->harmful[0] = odd == 1; /* no case without harm */
		world->results.rollouts = odd == 2 ? 1 : 2;
		world->results.timelines = odd != 3;
		for (int cell = 0; cell < 4; cell++)
			world->results.trials_run[cell] = odd == 3 ? 0 : odd == 2 ? 1 : TRIALS;
		world->bin[1][1].requests = odd ? 0 : 100;
		world->bin[2][1].requests = world->bin[3][1].requests = 0;
		cr_expect_eq(draw(world, FIGURE_SVG, false, NULL), 0, "%s", world->error);
		cr_expect_null(strstr(world->log, "gnuplot says"), "%s", world->log);
	}
	world_free(world);
}

Test(figures, without_gnuplot_the_scripts_stay_and_the_exit_code_is_3)
{
	struct world *world = world_new();
	setenv("PATH", "", 1);
	cr_expect_eq(draw(world, FIGURE_SVG, false, NULL), 3);
	expect_text(world->error, "gnuplot is not installed");
	cr_expect(exists(world, "compare_burst.gp"));
	cr_expect(exists(world, "timeline_cautious_burst_0.gp"));
	cr_expect(exists(world, "matrix.gp"));
	cr_expect(exists(world, "speed_burst.gp"));
	cr_expect_eq(count_files(world, "", false), 4);
	world_free(world);
}

/* Stands in for a gnuplot that dies in the middle of an image. */
static void install_broken_gnuplot(const struct world *world)
{
	char path[512];
	FILE *script = fopen(path_in(world->directory, "gnuplot", path), "w");
	cr_assert(script != NULL);
	fprintf(script, "#!/bin/sh\necho half > matrix.svg.part\n"
			"echo 'plot x' >&2\necho 'no ink left' >&2\nexit 1\n");
	fclose(script);
	chmod(path, 0755);
	setenv("PATH", world->directory, 1);
}

Test(figures, a_failing_gnuplot_is_quoted_and_leaves_no_image)
{
	struct world *world = world_new();
	install_broken_gnuplot(world);
	cr_expect_eq(draw(world, FIGURE_SVG, false, "matrix"), 3);
	expect_text(world->error, "gnuplot says: no ink left");
	cr_expect(exists(world, "matrix.gp"));
	cr_expect_not(exists(world, "matrix.svg"));
	cr_expect_not(exists(world, "matrix.svg.part"));
	world_free(world);
}

Test(figures, a_place_that_cannot_be_written_is_named)
{
	struct world *world = world_new();
	const struct figure_options options = {"/dev/null/figures", FIGURE_SVG, true, NULL};
	int code = figures_draw(&world->results, &options, NULL, world->error, sizeof world->error);
	cr_expect_eq(code, 3);
	expect_text(world->error, "/dev/null/figures");
	world_free(world);
}

/* ---- scales and labels */

Test(figures, durations_read_like_speech)
{
	static const struct {
		double seconds;
		const char *text;
	} known[] = {{0.35, "350 ms"}, {78, "78 s"},	     {165, "2 min 45 s"}, {180, "3 min"},
		     {3599.9, "1 h"},  {9360, "2 h 36 min"}, {90000, "1 d 1 h"}};
	struct arena arena = {0};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		cr_expect_str_eq(figure_duration(&arena, known[i].seconds), known[i].text);
	arena_free(&arena);
}

Test(figures, ticks_of_times_enclose_the_range_and_keep_apart)
{
	for (double low = 0.003; low < 1e5; low *= 1.7)
		for (double high = low; high < 8e6; high *= 2.3) {
			struct ticks ticks, narrow;
			double from = low, to = high;
			figure_log_times(&narrow, &from, &to, 0.5);
			from = low;
			to = high;
			figure_log_times(&ticks, &from, &to, 1);
			cr_expect(narrow.count >= 2 && narrow.count <= ticks.count);
			for (int i = 1; i < ticks.count; i++)
				cr_expect_gt(log(ticks.at[i] / ticks.at[i - 1]),
					     0.114 * log(to / from));
			for (int i = 1; i < narrow.count; i++)
				cr_expect_gt(log(narrow.at[i] / narrow.at[i - 1]),
					     0.229 * log(to / from));
			cr_expect(from <= low && to >= high && to / from >= 8);
			cr_expect(ticks.count >= 2 && ticks.count <= 14);
			cr_expect_float_eq(ticks.at[0], from, 1e-12);
			cr_expect_float_eq(ticks.at[ticks.count - 1], to, 1e-6);
		}
}

Test(figures, text_is_cut_between_letters_and_wrapped_at_joints)
{
	struct arena arena = {0};
	double width = figure_width("éééé", FIGURE_POINTS);
	const char *cut = figure_cut(&arena, "éééééééé", FIGURE_POINTS, width);
	cr_expect(figure_width(cut, FIGURE_POINTS) <= width + 1e-9);
	cr_expect_str_eq(cut, "éé…");
	width = figure_width("shadow-then-", FIGURE_POINTS);
	cr_expect_str_eq(figure_wrap(&arena, "shadow-then-canary", FIGURE_POINTS, width, 3),
			 "shadow-then-\ncanary");
	cr_expect(figure_wraps_well("shadow-then-canary", FIGURE_POINTS, width));
	cr_expect_not(figure_wraps_well("shadow-investigationally-canary", FIGURE_POINTS, width));
	arena_free(&arena);
}

/* Three instants so close that their labels overlap: each flag must be above those to its right. */
Test(figures, labels_of_close_markers_stand_on_rows_of_their_own)
{
	struct marker marker[] = {{10, MARKER_FAULT, "fault", -1, false},
				  {10.5, MARKER_ROLLBACK, "rollback decided", -1, false},
				  {11, MARKER_SAFE, "safe", -1, false},
				  {99, MARKER_PROMOTE, "promoted", -1, false}};
	struct markers markers = {.count = 4, .marker = marker};
	figure_markers_place(&markers, 100, 600);
	cr_expect_eq(marker[0].row, 2);
	cr_expect_eq(marker[1].row, 1);
	cr_expect_eq(marker[2].row, 0);
	cr_expect(marker[3].left && marker[3].row == 0);
	cr_expect_eq(markers.rows, 3);
}
