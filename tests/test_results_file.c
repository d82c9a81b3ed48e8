/* A results file must give back what was put into it, and nothing else: not half of it after a full
 * disk, and no surprises when its bytes come from an accident or an enemy. */
#include "sim/results/checksum.h"
#include "sim/results/file.h"

#include <criterion/criterion.h>

#include <hdf5.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/coalmine-results-XXXXXX";
static char path[64], part[64];
static char error[RESULTS_ERROR];

static void enter(void)
{
	cr_assert_not_null(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/r.h5", directory);
	snprintf(part, sizeof part, "%s/r.h5.part", directory);
}

static void leave(void)
{
	unlink(path);
	cr_expect_eq(rmdir(directory), 0, "something was left behind");
}

TestSuite(results_file, .init = enter, .fini = leave);

/* Neither constant nor repetitive, so that compression cannot hide what is lost. */
static uint64_t scramble(uint64_t x)
{
	x = (x ^ (x >> 31)) * UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */
	return x ^ (x >> 29);
}

static void fill_row(struct result *row, int cell, int trial)
{
	uint64_t x = scramble((uint64_t)(cell * 1000 + trial + 1));
	*row = (struct result){
		.outcome = (int8_t)(x % 4),
		.false_rollback = (int8_t)(x >> 8 & 1),
		.missed = (int8_t)(x >> 9 & 1),
		.deciding_check = (int8_t)(x >> 10 & 1),
		.deciding_statistic = (double)(x >> 11) * 0x1p-53,
		.onset_time = trial,
		.detection_time = x % 3 ? (double)(x % 9999) / 7 : NAN,
		.requests = (int64_t)(x % 100000),
		.harmed_requests = (int64_t)(x % 77),
	};
	for (int i = 0; i < 2; i++) {
		row->version_requests[i] = (int64_t)(x % 1000) + i;
		row->version_p99[i] = (double)(x % 500) / 1000 + i;
		row->segment_harmed[i] = (int64_t)(x % 50) + i;
	}
}

static void fill_rows(struct results *results)
{
	results_allocate(results);
	for (int cell = 0; cell < results_cells(results); cell++) {
		results->trials_run[cell] = results->trials - cell % 2;
		for (int trial = 0; trial < results->trials_run[cell]; trial++) {
			struct result row;
			fill_row(&row, cell, trial);
			if (results->checks_most == 0)
				row.deciding_check = -1;
			results_store(results, cell, trial, &row);
		}
	}
}

static void fill_timeline(struct results *results, int t, int bins, int happenings)
{
	struct timeline *timeline = &results->timeline[t];
	*timeline = (struct timeline){
		t % results->rollouts, t % results->cases, t, bins, NULL, happenings, NULL};
	size_t values = (size_t)(bins * results->versions);
	timeline->bin = arena_take(&results->arena, values * sizeof *timeline->bin);
	for (size_t i = 0; i < values; i++)
		timeline->bin[i] = (struct series_bin){0.5, (double)i, t, i % 3 ? 0.1 : NAN, 0.25};
	timeline->happened =
		arena_take(&results->arena, (size_t)happenings * sizeof *timeline->happened);
	for (int h = 0; h < happenings; h++)
		timeline->happened[h] =
			(struct happening){h * SIM_SECOND, (int8_t)(h % 10), (int8_t)(h % 4),
					   (int16_t)(h % 2), h % 2 ? h / 3.0 : NAN};
}

static const char *two_rollouts[] = {"cautious", "eager"},
		  *three_cases[] = {"healthy", "burst", "Käfer"},
		  *two_versions[] = {"stable", "candidate"}, *two_segments[] = {"premium", "free"},
		  *two_strategies[] = {"canary", "blue-green"},
		  *four_checks[] = {"error_rate sprt", "latency_p95 ratio", "error_rate", ""},
		  *two_limits[] = {"1.2", "1.5"}, *two_shares[] = {"5%", ""};
static const bool truths[] = {false, true, true};

static void build_full(struct results *results)
{
	*results =
		(struct results){.title = "checkout-canary",
				 .question = "Will it? «Ja».",
				 .scenario = "scenario: checkout-canary\ncases:\n  healthy: []\n",
				 .command = "coalmine run a.yaml -o r.h5",
				 .program_version = "0.1.0",
				 .seed = UINT64_MAX - 1,
				 .rollouts = 2,
				 .cases = 3,
				 .points = 2,
				 .trials = 40,
				 .versions = 2,
				 .segments = 2,
				 .checks_most = 2,
				 .rollout_names = two_rollouts,
				 .case_names = three_cases,
				 .version_names = two_versions,
				 .segment_names = two_segments,
				 .strategy_names = two_strategies,
				 .check_names = four_checks,
				 .case_harmful = truths,
				 .varied = 2,
				 .horizon_s = 3600,
				 .scrape_s = 15,
				 .timelines = 3};
	results->vary = arena_take(&results->arena, 2 * sizeof *results->vary);
	results->vary[0] = (struct vary){"rollouts.cautious.checks.1.ratio.max", two_limits};
	results->vary[1] = (struct vary){"rollouts.eager.canary.steps.0", two_shares};
	fill_rows(results);
	results->timeline = arena_take(&results->arena, 3 * sizeof *results->timeline);
	fill_timeline(results, 0, 20, 7);
	fill_timeline(results, 1, 0, 0);
	fill_timeline(results, 2, 33, 30);
}

/* One of everything there must be, and nothing there need not be. */
static void build_least(struct results *results)
{
	*results = (struct results){.title = "least",
				    .question = "",
				    .scenario = "",
				    .command = "",
				    .program_version = "",
				    .rollouts = 1,
				    .cases = 1,
				    .points = 1,
				    .trials = 1,
				    .versions = 1,
				    .rollout_names = two_rollouts,
				    .case_names = three_cases,
				    .version_names = two_versions,
				    .strategy_names = two_strategies,
				    .case_harmful = truths,
				    .horizon_s = 1,
				    .scrape_s = 1};
	fill_rows(results);
}

static bool same_texts(const char *const *a, const char *const *b, int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return true;
}

static bool same_real(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static bool same_columns(const struct results *a, const struct results *b)
{
	for (int c = 0; c < result_columns_count; c++) {
		const struct column *column = &result_columns[c];
		for (int cell = 0; cell < results_cells(a); cell++)
			for (int trial = 0; trial < a->trials; trial++)
				for (int sub = 0; sub < results_extent(a, column); sub++)
					if (!same_real(results_value(a, column, cell, trial, sub),
						       results_value(b, column, cell, trial, sub)))
						return false;
	}
	return memcmp(a->trials_run, b->trials_run,
		      (size_t)results_cells(a) * sizeof *a->trials_run) == 0;
}

static bool same_bins(const struct timeline *a, const struct timeline *b, int versions)
{
	for (int i = 0; i < a->bins * versions; i++)
		if (!same_real(a->bin[i].share, b->bin[i].share) ||
		    !same_real(a->bin[i].requests, b->bin[i].requests) ||
		    !same_real(a->bin[i].errors, b->bin[i].errors) ||
		    !same_real(a->bin[i].latency_p50, b->bin[i].latency_p50) ||
		    !same_real(a->bin[i].latency_p99, b->bin[i].latency_p99))
			return false;
	return true;
}

static bool same_timeline(const struct timeline *a, const struct timeline *b, int versions)
{
	if (a->rollout != b->rollout || a->case_index != b->case_index || a->trial != b->trial ||
	    a->bins != b->bins || a->happenings != b->happenings || !same_bins(a, b, versions))
		return false;
	for (int h = 0; h < a->happenings; h++) {
		const struct happening *x = &a->happened[h], *y = &b->happened[h];
		if (x->at != y->at || x->kind != y->kind || x->detail != y->detail ||
		    x->index != y->index || !same_real(x->value, y->value))
			return false;
	}
	return true;
}

static bool same_timelines(const struct results *a, const struct results *b)
{
	for (int t = 0; t < a->timelines; t++)
		if (!same_timeline(&a->timeline[t], &b->timeline[t], a->versions))
			return false;
	return true;
}

static bool same_sizes(const struct results *a, const struct results *b)
{
	return a->rollouts == b->rollouts && a->cases == b->cases && a->points == b->points &&
	       a->trials == b->trials && a->versions == b->versions && a->segments == b->segments &&
	       a->checks_most == b->checks_most && a->varied == b->varied &&
	       a->timelines == b->timelines && a->seed == b->seed && a->horizon_s == b->horizon_s &&
	       a->scrape_s == b->scrape_s;
}

static bool same_names(const struct results *a, const struct results *b)
{
	for (int i = 0; i < a->varied; i++)
		if (strcmp(a->vary[i].key, b->vary[i].key) != 0 ||
		    !same_texts(a->vary[i].values, b->vary[i].values, a->points))
			return false;
	return same_texts(a->rollout_names, b->rollout_names, a->rollouts) &&
	       same_texts(a->strategy_names, b->strategy_names, a->rollouts) &&
	       same_texts(a->case_names, b->case_names, a->cases) &&
	       same_texts(a->version_names, b->version_names, a->versions) &&
	       same_texts(a->segment_names, b->segment_names, a->segments) &&
	       same_texts(a->check_names, b->check_names, a->rollouts * a->checks_most) &&
	       memcmp(a->case_harmful, b->case_harmful, (size_t)a->cases) == 0;
}

static bool same_results(const struct results *a, const struct results *b)
{
	const char *const from[] = {a->title, a->question, a->scenario, a->command,
				    a->program_version};
	const char *const to[] = {b->title, b->question, b->scenario, b->command,
				  b->program_version};
	return same_sizes(a, b) && same_texts(from, to, 5) && same_names(a, b) &&
	       same_columns(a, b) && same_timelines(a, b);
}

static void write_good(const struct results *results)
{
	cr_assert(results_write(results, path, error, sizeof error), "%s", error);
}

static void expect_round_trip(struct results *results)
{
	struct results back;
	write_good(results);
	cr_assert(results_read(&back, path, error, sizeof error), "%s", error);
	cr_expect(same_results(results, &back));
	results_free(&back);
	results_free(results);
}

struct bytes {
	unsigned char *at;
	size_t size;
};

static struct bytes slurp(const char *name)
{
	struct stat stat_;
	cr_assert_eq(stat(name, &stat_), 0);
	struct bytes bytes = {malloc((size_t)stat_.st_size), (size_t)stat_.st_size};
	FILE *file = fopen(name, "rb");
	cr_assert_eq(fread(bytes.at, 1, bytes.size, file), bytes.size);
	fclose(file);
	return bytes;
}

static void spill(const char *name, const void *at, size_t size)
{
	FILE *file = fopen(name, "wb");
	cr_assert_eq(fwrite(at, 1, size, file), size);
	fclose(file);
}

static void expect_refusal(const char *words)
{
	struct results back;
	memset(error, 0, sizeof error);
	cr_expect_not(results_read(&back, path, error, sizeof error));
	cr_expect_not_null(strstr(error, words), "'%s' lacks '%s'", error, words);
	cr_expect_eq(strncmp(error, "cannot read /", 13), 0, "%s", error);
	cr_expect_null(back.arena.newest);
}

Test(results_file, everything_comes_back)
{
	struct results results;
	build_full(&results);
	expect_round_trip(&results);
}

Test(results_file, the_least_there_can_be_comes_back)
{
	struct results results;
	build_least(&results);
	expect_round_trip(&results);
}

Test(results_file, timelines_without_events_come_back)
{
	struct results results;
	build_least(&results);
	results.timelines = 1;
	results.timeline = arena_take(&results.arena, sizeof *results.timeline);
	fill_timeline(&results, 0, 0, 0);
	expect_round_trip(&results);
}

/* 30 x 9001 values take several chunks along two axes. */
Test(results_file, many_trials_come_back)
{
	struct results results;
	build_least(&results);
	results.points = 30;
	results.trials = 9001;
	fill_rows(&results);
	expect_round_trip(&results);
}

Test(results_file, the_same_results_give_the_same_bytes)
{
	struct results results;
	build_full(&results);
	write_good(&results);
	struct bytes first = slurp(path);
	sleep(1); /* a time stamp would show */
	write_good(&results);
	struct bytes second = slurp(path);
	cr_assert_eq(first.size, second.size);
	cr_expect_eq(memcmp(first.at, second.at, first.size), 0);
	free(first.at);
	free(second.at);
	results_free(&results);
}

Test(results_file, what_was_read_writes_the_same_bytes)
{
	struct results results, back;
	build_full(&results);
	write_good(&results);
	struct bytes first = slurp(path);
	cr_assert(results_read(&back, path, error, sizeof error), "%s", error);
	write_good(&back);
	struct bytes second = slurp(path);
	cr_assert_eq(first.size, second.size);
	cr_expect_eq(memcmp(first.at, second.at, first.size), 0);
	free(first.at);
	free(second.at);
	results_free(&results);
	results_free(&back);
}

Test(results_file, a_missing_file_is_refused)
{
	expect_refusal("No such file or directory");
}

Test(results_file, a_directory_is_refused)
{
	struct results back;
	cr_expect_not(results_read(&back, directory, error, sizeof error));
	cr_expect_not_null(strstr(error, "not a regular file"), "%s", error);
}

Test(results_file, text_is_refused)
{
	spill(path, "rollout,case\n", 13);
	expect_refusal("not an HDF5 file");
}

Test(results_file, an_empty_file_is_refused)
{
	spill(path, "", 0);
	expect_refusal("not an HDF5 file");
}

Test(results_file, someone_elses_hdf5_is_refused)
{
	H5Fclose(H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
	expect_refusal("not results of coalmine");
}

/* Opens a good file for tampering. The checksum goes first, as it does when other tools write. */
static hid_t tamper(void)
{
	struct results results;
	build_full(&results);
	write_good(&results);
	results_free(&results);
	struct bytes bytes = slurp(path);
	spill(path, bytes.at, bytes.size - CHECKSUM_LENGTH);
	free(bytes.at);
	return H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
}

static void set_number(hid_t file, const char *name, int64_t value)
{
	hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
	cr_assert_geq(H5Awrite(attribute, H5T_NATIVE_INT64, &value), 0);
	H5Aclose(attribute);
}

/* Replaces an array by an empty one of another type or size. */
static void replace_array(hid_t file, const char *name, hid_t type, int rank, const hsize_t *sizes)
{
	H5Ldelete(file, name, H5P_DEFAULT);
	hid_t space = H5Screate_simple(rank, sizes, NULL);
	hid_t array = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
	cr_assert_geq(array, 0);
	H5Dclose(array);
	H5Sclose(space);
}

Test(results_file, a_file_without_its_checksum_is_read)
{
	H5Fclose(tamper());
	struct results back;
	cr_expect(results_read(&back, path, error, sizeof error), "%s", error);
	results_free(&back);
}

Test(results_file, a_newer_schema_is_refused)
{
	hid_t file = tamper();
	set_number(file, "schema_version", 2);
	H5Fclose(file);
	expect_refusal("its schema is version 2, this coalmine reads version 1");
}

Test(results_file, an_unfinished_file_is_refused)
{
	hid_t file = tamper();
	set_number(file, "complete", 0);
	H5Fclose(file);
	expect_refusal("not complete");
}

Test(results_file, a_missing_array_is_refused)
{
	hid_t file = tamper();
	H5Ldelete(file, "harmed_users", H5P_DEFAULT);
	H5Fclose(file);
	expect_refusal("'harmed_users' is missing");
}

Test(results_file, a_link_to_another_file_is_refused)
{
	hid_t file = tamper();
	H5Ldelete(file, "requests", H5P_DEFAULT);
	H5Lcreate_external("/dev/zero", "/requests", file, "requests", H5P_DEFAULT, H5P_DEFAULT);
	H5Fclose(file);
	expect_refusal("'requests' is missing");
}

Test(results_file, an_array_of_another_type_is_refused)
{
	hid_t file = tamper();
	replace_array(file, "requests", H5T_IEEE_F64LE, 4, (hsize_t[]){2, 3, 2, 40});
	H5Fclose(file);
	expect_refusal("'requests' has the wrong type");
}

Test(results_file, an_array_of_another_size_is_refused)
{
	hid_t file = tamper();
	replace_array(file, "requests", H5T_STD_I64LE, 4, (hsize_t[]){2, 3, 2, 41});
	H5Fclose(file);
	expect_refusal("'requests' has the wrong size");
}

Test(results_file, an_array_of_another_rank_is_refused)
{
	hid_t file = tamper();
	replace_array(file, "trials_run", H5T_STD_I64LE, 1, (hsize_t[]){12});
	H5Fclose(file);
	expect_refusal("'trials_run' has the wrong size");
}

Test(results_file, names_of_fixed_length_are_refused)
{
	hid_t file = tamper(), type = H5Tcopy(H5T_C_S1);
	H5Tset_size(type, 8);
	replace_array(file, "strategy", type, 1, (hsize_t[]){2});
	H5Tclose(type);
	H5Fclose(file);
	expect_refusal("'strategy' has the wrong type");
}

Test(results_file, an_array_kept_in_another_file_is_refused)
{
	hid_t file = tamper(), list = H5Pcreate(H5P_DATASET_CREATE);
	hid_t space = H5Screate_simple(4, (hsize_t[]){2, 3, 2, 40}, NULL);
	H5Pset_external(list, "/dev/zero", 0, H5F_UNLIMITED);
	H5Ldelete(file, "requests", H5P_DEFAULT);
	H5Dclose(
		H5Dcreate2(file, "requests", H5T_STD_I64LE, space, H5P_DEFAULT, list, H5P_DEFAULT));
	H5Sclose(space);
	H5Pclose(list);
	H5Fclose(file);
	expect_refusal("'requests' lies in another file");
}

Test(results_file, a_claim_beyond_the_files_size_is_refused)
{
	hid_t file = tamper();
	const hsize_t huge[] = {2, 3, 2, INT32_MAX};
	replace_array(file, "trial", H5T_STD_I64LE, 1, huge + 3);
	for (int c = 0; c < result_columns_count; c++)
		if (result_columns[c].extent == PER_TRIAL)
			replace_array(file, result_columns[c].name,
				      result_columns[c].type == COLUMN_REAL    ? H5T_IEEE_F64LE
				      : result_columns[c].type == COLUMN_COUNT ? H5T_STD_I64LE
									       : H5T_STD_I8LE,
				      4, huge);
	H5Fclose(file);
	expect_refusal("'outcome' claims to be larger than the file can hold");
}

Test(results_file, one_long_name_for_very_many_rollouts_is_refused)
{
	hid_t file = tamper(), type = H5Tcopy(H5T_C_S1);
	char *name = malloc(50001);
	memset(name, 'x', 50000);
	name[50000] = 0;
	H5Tset_size(type, H5T_VARIABLE);
	H5Tset_cset(type, H5T_CSET_UTF8);
	replace_array(file, "rollout", type, 1, (hsize_t[]){20});
	hid_t array = H5Dopen2(file, "rollout", H5P_DEFAULT);
	const char *names[20];
	for (int i = 0; i < 20; i++)
		names[i] = i == 0 ? name : "short";
	H5Dwrite(array, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, names);
	haddr_t first = H5Dget_offset(array);
	H5Dclose(array);
	H5Tclose(type);
	H5Fclose(file);
	struct bytes bytes = slurp(path);
	for (int i = 1; i < 20; i++) /* each entry: length, heap, number in it: 16 bytes */
		memcpy(bytes.at + first + 16 * i, bytes.at + first, 16);
	spill(path, bytes.at, bytes.size);
	free(bytes.at);
	free(name);
	expect_refusal("'rollout' claims to be larger than the file");
}

static void set_first_flag(hid_t file, const char *name, int value)
{
	hid_t array = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(array);
	const hsize_t first[5] = {0}, one[5] = {1, 1, 1, 1, 1};
	hid_t single = H5Screate(H5S_SCALAR);
	H5Sselect_hyperslab(space, H5S_SELECT_SET, first, NULL, one, NULL);
	cr_assert_geq(H5Dwrite(array, H5T_NATIVE_INT, single, space, H5P_DEFAULT, &value), 0);
	H5Sclose(single);
	H5Sclose(space);
	H5Dclose(array);
}

static void expect_out_of_range(const char *name, int value, const char *words)
{
	hid_t file = tamper();
	set_first_flag(file, name, value);
	H5Fclose(file);
	expect_refusal(words);
}

Test(results_file, an_outcome_without_a_word_is_refused)
{
	expect_out_of_range("outcome", OUTCOMES, "'outcome' is out of range");
}

Test(results_file, a_deciding_check_nobody_has_is_refused)
{
	expect_out_of_range("deciding_check", 2, "'deciding_check' is out of range");
}

Test(results_file, more_trials_run_than_there_are_is_refused)
{
	expect_out_of_range("trials_run", 41, "'trials_run' is out of range");
}

Test(results_file, a_timeline_of_a_rollout_nobody_has_is_refused)
{
	expect_out_of_range("series/rollout", 2, "'series/rollout' is out of range");
}

Test(results_file, a_timeline_longer_than_its_axis_is_refused)
{
	expect_out_of_range("series/bins", 34, "'series/bins' is out of range");
}

Test(results_file, an_event_of_no_kind_is_refused)
{
	expect_out_of_range("events/kind", HAPPENING_KINDS, "an event is out of range");
}

Test(results_file, an_event_of_a_timeline_nobody_has_is_refused)
{
	expect_out_of_range("events/timeline", 3, "an event is out of range");
}

static void expect_error_or_same(const struct results *results, const char *what, size_t where)
{
	struct results back;
	if (!results_read(&back, path, error, sizeof error))
		return;
	cr_expect(same_results(results, &back), "%s at %zu changed the results", what, where);
	results_free(&back);
}

Test(results_file, a_file_cut_short_never_gives_other_results)
{
	struct results results;
	build_full(&results);
	write_good(&results);
	struct bytes bytes = slurp(path);
	for (size_t length = bytes.size - 40; length < bytes.size; length++) {
		spill(path, bytes.at, length);
		expect_error_or_same(&results, "a cut", length);
	}
	for (size_t length = 0; length < bytes.size - CHECKSUM_LENGTH; length += 997) {
		spill(path, bytes.at, length);
		expect_refusal("");
	}
	free(bytes.at);
	results_free(&results);
}

Test(results_file, a_flipped_bit_never_gives_other_results)
{
	struct results results;
	build_full(&results);
	write_good(&results);
	struct bytes bytes = slurp(path);
	for (size_t at = 0; at < bytes.size; at += at < bytes.size - 60 ? 211 : 1) {
		bytes.at[at] ^= (unsigned char)(1 << at % 8);
		spill(path, bytes.at, bytes.size);
		expect_error_or_same(&results, "a flip", at);
		bytes.at[at] ^= (unsigned char)(1 << at % 8);
	}
	free(bytes.at);
	results_free(&results);
}

static void limit_file_size(rlim_t bytes)
{
	signal(SIGXFSZ, SIG_IGN);
	const struct rlimit limit = {bytes, RLIM_INFINITY};
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

Test(results_file, a_full_disk_leaves_no_file)
{
	struct results results;
	build_full(&results);
	for (rlim_t room = 0; room < 50000; room += 10000) {
		limit_file_size(room);
		cr_expect_not(results_write(&results, path, error, sizeof error));
		cr_expect_not_null(strstr(error, "File too large"), "%s", error);
		cr_expect_eq(access(path, F_OK), -1);
		cr_expect_eq(access(part, F_OK), -1);
	}
	limit_file_size(RLIM_INFINITY);
	results_free(&results);
}

Test(results_file, a_full_disk_leaves_the_old_file)
{
	struct results results;
	build_full(&results);
	spill(path, "old", 3);
	limit_file_size(30000);
	cr_expect_not(results_write(&results, path, error, sizeof error));
	limit_file_size(RLIM_INFINITY);
	struct bytes bytes = slurp(path);
	cr_expect_eq(bytes.size, 3);
	cr_expect_eq(memcmp(bytes.at, "old", 3), 0);
	cr_expect_eq(access(part, F_OK), -1);
	free(bytes.at);
	results_free(&results);
}

static void expect_unwritable(const char *place, const char *words)
{
	struct results results;
	build_least(&results);
	cr_expect_not(results_write(&results, place, error, sizeof error));
	cr_expect_not_null(strstr(error, words), "'%s' lacks '%s'", error, words);
	cr_expect_eq(strncmp(error, "cannot write /", 14), 0, "%s", error);
	results_free(&results);
}

Test(results_file, a_directory_that_is_not_there_is_an_error)
{
	char place[80];
	snprintf(place, sizeof place, "%s/none/r.h5", directory);
	expect_unwritable(place, "No such file or directory");
}

Test(results_file, a_directory_we_may_not_write_to_is_an_error)
{
	const uid_t user = geteuid(), nobody = 65534;
	chmod(directory, 0500);
	cr_assert(user != 0 || seteuid(nobody) == 0, "root may write anywhere");
	expect_unwritable(path, "Permission denied");
	cr_assert_eq(seteuid(user), 0);
	chmod(directory, 0700);
}

Test(results_file, a_directory_in_the_place_of_the_file_is_an_error)
{
	mkdir(path, 0700);
	expect_unwritable(path, "Is a directory");
	cr_expect_eq(access(part, F_OK), -1);
	rmdir(path);
}

/* CRC-32 of "123456789": the check value of its catalogue entry, CRC-32/ISO-HDLC. */
Test(results_file, the_checksum_is_the_crc_everybody_knows)
{
	char line[CHECKSUM_LENGTH + 1];
	checksum_line("123456789", 9, line);
	cr_expect_str_eq(line, "\ncoalmine-crc32 cbf43926\n");
}
