/* Traffic that was recorded: what the trace says is what comes, however it is cut and laid
 * together. */
#include "sim/recording.h"
#include "sim/results/recording.h"
#include "sim/results/trace.h"
#include "tests/arrivals.h"
#include "tests/random.h"

#include <stdlib.h>
#include <unistd.h>

enum { ROWS = 3000, MOST = 200000 };

/* Two thousand requests a minute for a minute and a half, with bursts; one in twelve failed, and
 * quickly; one in nine came from nobody known. */
static void draw_row(struct row *row, uint64_t *state, int64_t before_ns)
{
	bool burst = random_next(state) % 10 == 0;
	row->arrival_ns = before_ns + (burst ? 0 : random_to(state, 66000000));
	bool failed = random_next(state) % 12 == 0;
	row->outcome = failed ? ROW_SERVER_ERROR : ROW_SUCCESS;
	row->status = failed ? 503 : 200;
	row->duration_ns = (failed ? 1000000 : 50000000) + random_to(state, 9) * 1000000;
	row->user = random_next(state) % 9 == 0 ? 0 : 1 + random_next(state) % 500;
	row->bytes = -1;
	row->route = row->segment = row->version = -1;
}

/* Every row has room for an answer to its replay, though few traces have any. */
struct recorded {
	char path[64];
	struct row *row;
	const char *const *routes; /* words; NULL: none */
	double (*replay)[2];	   /* status and duration of each; NULL: none was replayed */
};

static void begin_rows(struct recorded *recorded)
{
	recorded->routes = NULL;
	recorded->replay = NULL;
	recorded->row = calloc(ROWS, sizeof *recorded->row);
	cr_assert(recorded->row);
}

static void end_rows(struct recorded *recorded)
{
	free(recorded->row);
	unlink(recorded->path);
}

static void write_rows(struct recorded *recorded, const char *const *versions,
		       const char *const *segments)
{
	char error[TRACE_ERROR];
	struct head head;
	struct mapping mapping = {.count = 0};
	struct row *row = calloc(1, sizeof *row + 2 * sizeof *row->extra);
	struct arena arena = {0};
	struct trace_facts facts = {
		.program_version = "", .command = "", .format = "", .sources = "", .times = ""};
	strcpy(recorded->path, "/tmp/coalmine-trace-XXXXXX");
	int file = mkstemp(recorded->path);
	cr_assert(file >= 0);
	close(file);
	cr_assert(row);
	if (recorded->replay)
		cr_assert(mapping_read(&mapping, &arena,
				       "number.replayed_ns=b,number.replayed_status=a", error,
				       sizeof error));
	cr_assert(head_init(&head, &mapping, error, sizeof error));
	for (int r = 0; recorded->routes && recorded->routes[r]; r++)
		dictionary_add(&head.routes, view_of(recorded->routes[r]));
	for (int v = 0; versions && versions[v]; v++)
		dictionary_add(&head.versions, view_of(versions[v]));
	for (int g = 0; segments && segments[g]; g++)
		dictionary_add(&head.segments, view_of(segments[g]));
	struct trace_writer *writer = trace_create(recorded->path, &head, error, sizeof error);
	cr_assert(writer, "%s", error);
	for (int i = 0; i < ROWS; i++) {
		memcpy(row, &recorded->row[i], sizeof *row);
		row->extra[0] = recorded->replay ? recorded->replay[i][1] : 0;
		row->extra[1] = recorded->replay ? recorded->replay[i][0] : 0;
		cr_assert(trace_put(writer, row));
	}
	cr_assert(trace_finish(writer, &facts), "%s", error);
	head_free(&head);
	arena_free(&arena);
	free(row);
}

static void make_another(struct recorded *recorded, uint64_t seed)
{
	uint64_t state = seed;
	int64_t at = 1000000000 * (int64_t)seed;
	begin_rows(recorded);
	for (int i = 0; i < ROWS; i++) {
		draw_row(&recorded->row[i], &state, at);
		at = recorded->row[i].arrival_ns;
	}
	write_rows(recorded, NULL, NULL);
}

static void make_trace(struct recorded *recorded)
{
	make_another(recorded, 5);
}

/* `more` goes into the braces behind the trace. */
static void read_world(struct world *world, const struct recorded *recorded, const char *more,
		       const char *horizon)
{
	char text[2048];
	snprintf(text, sizeof text,
		 "scenario: recorded\n"
		 "traffic: {replay: {trace: %s%s}}\n"
		 "versions: {stable: {recorded: yes}, candidate: {like: stable}}\n"
		 "telemetry: {scrape: 1d}\n"
		 "cases: {healthy: []}\n"
		 "rollouts: {all: {instant: {}}}\n"
		 "horizon: %s\n"
		 "seed: 23\n",
		 recorded->path, more, horizon);
	world_read(world, text);
}

static double span_s(const struct recorded *recorded)
{
	return (double)(recorded->row[ROWS - 1].arrival_ns - recorded->row[0].arrival_ns) * 1e-9;
}

Test(recorded, every_request_comes_when_it_did_and_fares_as_it_did)
{
	struct recorded recorded;
	struct world world;
	make_trace(&recorded);
	read_world(&world, &recorded, ", each: recorded, loop: no", "10m");
	const struct plan *plan = &world.scenario.plans[0];
	const struct service_plan *service = &plan->version[STABLE].service[0];
	const struct latency *failed = (const struct latency *)service->failed.plugin;
	struct requests *r = arrivals_begin(&world, 7);
	uint64_t errors = (uint64_t)llround(service->errors * 0x1p32);
	uint32_t place[600];
	memset(place, 0xff, sizeof place);
	int n = 0;
	while (batch_draw(r))
		for (int i = 0; i < r->batch.size; i++, n++) {
			const struct row *row = &recorded.row[n];
			bool fails = r->batch.outcome[i] < errors;
			double ns = r->batch.stable_ns[i];
			if (fails)
				failed->fill(service->failed.config, &r->batch.latency[i], &ns, 1);
			cr_assert_eq(r->batch.at[i], row->arrival_ns - recorded.row[0].arrival_ns);
			cr_assert_eq(fails, row->outcome == ROW_SERVER_ERROR, "request %d", n);
			cr_assert_eq(ns, (double)row->duration_ns, "request %d: %g not %lld", n, ns,
				     (long long)row->duration_ns);
			cr_assert_eq(r->batch.user[i] == NOBODY, row->user == 0);
			if (row->user && place[row->user] == UINT32_MAX)
				place[row->user] = r->batch.user[i];
			cr_assert(!row->user || place[row->user] == r->batch.user[i]);
		}
	cr_assert_eq(n, ROWS);
	world_free(&world);
	end_rows(&recorded);
}

/* What a version that is no worse makes of the requests is what stable made of them. */
Test(recorded, a_trial_counts_the_failures_that_were_recorded)
{
	struct recorded recorded;
	struct world world;
	int64_t failures = 0;
	make_trace(&recorded);
	for (int i = 0; i < ROWS; i++)
		failures += recorded.row[i].outcome == ROW_SERVER_ERROR;
	read_world(&world, &recorded, ", each: recorded, loop: no", "10m");
	const struct result *row = world_run(&world, 0, 0, 0);
	cr_expect_eq(row->requests, ROWS);
	cr_expect_eq(row->harmed_requests, 0);
	int64_t seen = 0;
	for (int v = 0; v < 2; v++)
		seen += row->version_failures[v];
	cr_expect_eq(seen, failures, "%lld, not %lld", (long long)seen, (long long)failures);
	world_free(&world);
	end_rows(&recorded);
}

/* Luck is what versions share: one that fails more fails where the other did, too. */
Test(recorded, a_worse_version_fails_where_stable_failed_and_elsewhere)
{
	struct recorded recorded;
	struct world world;
	char text[1024];
	make_trace(&recorded);
	snprintf(text, sizeof text,
		 "scenario: worse\n"
		 "traffic: {replay: {trace: %s, each: recorded, loop: no}}\n"
		 "versions: {stable: {recorded: yes}, candidate: {like: stable}}\n"
		 "cases: {bad: [{step: {on: candidate, errors: +10%%}}]}\n"
		 "rollouts: {all: {instant: {}}}\nhorizon: 10m\n",
		 recorded.path);
	world_read(&world, text);
	const struct result *row = world_run(&world, 0, 0, 0);
	double share = (double)row->harmed_requests / (double)row->exposed_requests;
	/* Of those that stable served well, so many as the fault adds; others each time. */
	cr_expect_float_eq(share, 0.1, 0.025, "%g", share);
	int64_t first = row->harmed_requests, failures = row->version_failures[1], others = 0;
	for (uint64_t trial = 1; trial < 5; trial++) {
		row = world_run(&world, 0, 0, trial);
		others += row->harmed_requests != first;
		cr_expect_eq(row->version_failures[1] - row->harmed_requests, failures - first);
	}
	cr_expect_geq(others, 2);
	world_free(&world);
	end_rows(&recorded);
}

/* ---- cut and laid together */

static double *room;

static int collect(const struct recorded *recorded, const char *more, const char *horizon,
		   uint64_t trial)
{
	struct world world;
	read_world(&world, recorded, more, horizon);
	room = room ? room : malloc(MOST * sizeof *room);
	cr_assert(room);
	int count = arrivals_collect(&world, trial, room, MOST);
	world_free(&world);
	return count;
}

/* Round the trace from some request on: the gaps between arrivals are those of the trace, but for
 * the one where it begins again. */
Test(recorded, rotated_trials_have_all_requests_from_another_moment_on)
{
	struct recorded recorded;
	char horizon[64];
	int begins[3];
	make_trace(&recorded);
	const struct row *row = recorded.row;
	snprintf(horizon, sizeof horizon, "%lldns",
		 (long long)(row[ROWS - 1].arrival_ns - row[0].arrival_ns));
	for (uint64_t trial = 0; trial < 3; trial++) {
		int count = collect(&recorded, "", horizon, trial), first = -1;
		cr_assert(abs(count - ROWS) <= 1, "%d", count);
		for (int k = 0; k < ROWS - 50 && first < 0; k++) {
			bool same = true;
			for (int i = 1; i < 40 && same; i++)
				same = fabs(room[i] - room[0] -
					    (double)(row[k + i].arrival_ns - row[k].arrival_ns) *
						    1e-9) < 1e-6;
			first = same ? k : -1;
		}
		cr_assert(first >= 0, "trial %d begins nowhere in the trace", (int)trial);
		int wrap = ROWS - first;
		for (int i = 1; i < count; i++) {
			int64_t due = i == wrap ? 0
						: row[(first + i) % ROWS].arrival_ns -
							  row[(first + i - 1) % ROWS].arrival_ns;
			cr_assert_float_eq(room[i] - room[i - 1], (double)due * 1e-9, 1e-6,
					   "trial %d, request %d", (int)trial, i);
		}
		begins[trial] = first;
	}
	cr_expect(begins[0] != begins[1] || begins[1] != begins[2], "all trials begin alike");
	end_rows(&recorded);
}

Test(recorded, a_part_is_cut_out_and_repeats_where_it_may)
{
	struct recorded recorded;
	make_trace(&recorded);
	int within = 0;
	for (int i = 0; i < ROWS; i++) {
		double at =
			(double)(recorded.row[i].arrival_ns - recorded.row[0].arrival_ns) * 1e-9;
		within += at >= 10 && at <= 30;
	}
	cr_expect_eq(
		collect(&recorded, ", each: recorded, from: 10s, lasts: 20s, loop: no", "1h", 0),
		within);
	int looped = collect(&recorded, ", each: recorded, from: 10s, lasts: 20s", "40s", 0);
	cr_expect(abs(looped - 2 * within) <= 2, "%d, not twice %d", looped, within);
	end_rows(&recorded);
}

Test(recorded, speed_and_rate_are_what_they_say)
{
	struct recorded recorded;
	make_trace(&recorded);
	int all = collect(&recorded, ", each: recorded, loop: no", "10m", 0);
	double last = room[all - 1];
	int fast = collect(&recorded, ", each: recorded, loop: no, speed: x2", "10m", 0);
	cr_expect_eq(all, fast);
	cr_expect_float_eq(room[fast - 1], last / 2, 1e-6);
	/* Binomial: sd sqrt(n p q). */
	int half = collect(&recorded, ", each: recorded, loop: no, rate: x0.5", "10m", 0);
	cr_expect_float_eq(half, ROWS * 0.5, 4.5 * sqrt(ROWS * 0.25), "%d", half);
	double mean = ROWS / span_s(&recorded) * 60;
	int more = collect(&recorded, ", rate: x2.5", "60s", 0);
	cr_expect_float_eq(more, 2.5 * mean, 0.06 * 2.5 * mean, "%d, not %g", more, 2.5 * mean);
	int whole = collect(&recorded, ", rate: x3", "60s", 0);
	cr_expect_float_eq(whole, 3 * mean, 0.06 * 3 * mean, "%d, not %g", whole, 3 * mean);
	end_rows(&recorded);
}

/* Every block begins at a multiple of its length, in the trace and in the trial. */
Test(recorded, blocks_are_pieces_of_the_trace)
{
	struct recorded recorded;
	make_trace(&recorded);
	int count = collect(&recorded, ", each: blocks, block: 5s", "2m", 3), blocks[64] = {0};
	int blocks_there = (int)(span_s(&recorded) / 5);
	for (int b = 0, i = 0; b < 24; b++) {
		int from = i;
		while (i < count && room[i] < 5 * (b + 1))
			i++;
		int found = -1;
		for (int k = 0; k < blocks_there && found < 0; k++) {
			int64_t start = recorded.row[0].arrival_ns + k * INT64_C(5000000000);
			int row = 0, n = 0;
			while (row < ROWS && recorded.row[row].arrival_ns < start)
				row++;
			while (row + n < ROWS &&
			       recorded.row[row + n].arrival_ns < start + 5000000000)
				n++;
			bool same = n == i - from && n > 0;
			for (int j = 0; j < n && same; j++)
				same = fabs((double)(recorded.row[row + j].arrival_ns - start) *
						    1e-9 -
					    (room[from + j] - 5 * b)) < 1e-6;
			found = same ? k : -1;
		}
		cr_assert(found >= 0, "block %d is none of the trace's", b);
		blocks[found]++;
	}
	int different = 0;
	for (int k = 0; k < blocks_there; k++)
		different += blocks[k] > 0;
	cr_expect_gt(different, 5);
	end_rows(&recorded);
}

/* ---- the law of results */

/* A trace that a Poisson process made, replayed in pieces of a second, is a Poisson process:
 * results have the law that the process itself gives them. Every mean agrees within 4.5 standard
 * errors. */
Test(recorded, a_recorded_process_gives_the_results_of_the_process)
{
	enum { TRIALS = 400 };
	struct recorded recorded;
	static const char tail[] = "cases: {bad: [{step: {on: candidate, at: 2m, errors: +20%}}]}\n"
				   "rollouts: {r: {canary: {steps: [20% for 10m]}, checks: "
				   "[{metric: error_rate, ztest: {alpha: 1%}, every: 30s}]}}\n"
				   "horizon: 10m\nseed: 11\n";
	uint64_t state = 77;
	double at = 0;
	char replayed[2048], drawn[2048];
	begin_rows(&recorded);
	for (int i = 0; i < ROWS; i++) {
		draw_row(&recorded.row[i], &state, 0);
		at -= log(random_share(&state)) / 5;
		recorded.row[i].arrival_ns = (int64_t)(at * 1e9);
		recorded.row[i].user = 0;
		recorded.row[i].outcome =
			random_share(&state) < 0.05 ? ROW_SERVER_ERROR : ROW_SUCCESS;
	}
	write_rows(&recorded, NULL, NULL);
	snprintf(replayed, sizeof replayed,
		 "scenario: replayed\ntraffic: {replay: {trace: %s, each: blocks, block: 1s}}\n"
		 "versions: {stable: {recorded: yes}, candidate: {like: stable}}\n%s",
		 recorded.path, tail);
	struct world one, other;
	world_read(&one, replayed);
	const struct recording *recording = one.scenario.plans[0].recording;
	double per_second = (double)recording->requests / ((double)recording->trace[0].span * 1e-9);
	snprintf(drawn, sizeof drawn,
		 "scenario: drawn\ntraffic: {poisson: {rate: %.6f/s}}\n"
		 "versions: {stable: {latency: 50ms, errors: %.8f%%}, candidate: {like: "
		 "stable}}\n%s",
		 per_second, 100 * recording_errors(&recording->all), tail);
	world_read(&other, drawn);
	double sum[2][3] = {{0}}, squares[2][3] = {{0}};
	for (int t = 0; t < TRIALS; t++)
		for (int w = 0; w < 2; w++) {
			const struct result *row = world_run(w ? &other : &one, 0, 0, (uint64_t)t);
			double value[3] = {(double)row->requests, (double)row->harmed_requests,
					   isnan(row->detection_time) ? 600 : row->detection_time};
			for (int m = 0; m < 3; m++) {
				sum[w][m] += value[m];
				squares[w][m] += value[m] * value[m];
			}
		}
	for (int m = 0; m < 3; m++) {
		double mean[2], error[2];
		for (int w = 0; w < 2; w++) {
			mean[w] = sum[w][m] / TRIALS;
			error[w] = (squares[w][m] / TRIALS - mean[w] * mean[w]) / TRIALS;
		}
		cr_expect_float_eq(mean[0], mean[1], 4.5 * sqrt(error[0] + error[1]),
				   "%d: %g replayed, %g drawn", m, mean[0], mean[1]);
		cr_expect_lt(sqrt(error[0] + error[1]), 0.1 * mean[1]);
	}
	world_free(&one);
	world_free(&other);
	end_rows(&recorded);
}

/* ---- several versions */

Test(recorded, what_another_version_did_is_no_evidence)
{
	struct recorded recorded;
	static const char *const names[] = {"old", "new", NULL};
	uint64_t state = 9;
	int64_t at = 0;
	begin_rows(&recorded);
	for (int i = 0; i < ROWS; i++) {
		struct row *row = &recorded.row[i];
		draw_row(row, &state, at);
		at = row->arrival_ns;
		row->version = (int16_t)(i % 4 == 0);
		row->duration_ns = row->version ? 7000000 : 3000000;
		row->outcome = ROW_SUCCESS;
	}
	write_rows(&recorded, names, NULL);
	static const char format[] =
		"scenario: versions\ntraffic: {replay: {trace: %s}}\n"
		"versions: {stable: {recorded: %s}, candidate: {recorded: %s}}\n"
		"cases: {c: []}\nrollouts: {r: {instant: {}}}\nhorizon: 1m\n";
	char text[1024];
	struct world world;
	snprintf(text, sizeof text, format, recorded.path, "yes", "new");
	cr_expect(!world_reads(&world, text));
	snprintf(text, sizeof text, format, recorded.path, "old", "newer");
	cr_expect(!world_reads(&world, text));
	snprintf(text, sizeof text, format, recorded.path, "old", "new");
	world_read(&world, text);
	for (int v = 0; v < 2; v++) {
		const struct use *law = &world.scenario.plans[0].version[v].service[0].latency;
		cr_expect_eq(((const struct latency *)law->plugin)->mean(law->config),
			     v ? 7000000 : 3000000);
	}
	world_free(&world);
	end_rows(&recorded);
}

/* Segments of the trace, by their names: whoever was premium is. */
Test(recorded, segments_are_those_of_the_trace)
{
	struct recorded recorded;
	static const char *const names[] = {"premium", "free", NULL};
	uint64_t state = 12;
	int64_t at = 0;
	char text[1024];
	struct world world;
	begin_rows(&recorded);
	for (int i = 0; i < ROWS; i++) {
		draw_row(&recorded.row[i], &state, at);
		at = recorded.row[i].arrival_ns;
		recorded.row[i].segment = (int16_t)(i % 5 == 0 ? 0 : i % 7 ? 1 : -1);
	}
	write_rows(&recorded, NULL, names);
	snprintf(text, sizeof text,
		 "replay: {trace: %s, each: recorded, loop: no}, segments: recorded",
		 recorded.path);
	arrivals_read(&world, text, "10m");
	const struct population *p = &world.scenario.plans[0].population;
	struct requests *r = arrivals_begin(&world, 0);
	int n = 0;
	while (batch_draw(r))
		for (int i = 0; i < r->batch.size; i++, n++) {
			int segment = recorded.row[n].segment;
			const char *found = p->segment_names[r->batch.cohort[i]];
			cr_assert(segment < 0 || !strcmp(found, names[segment]), "request %d is %s",
				  n, found);
		}
	cr_assert_eq(n, ROWS);
	world_free(&world);
	end_rows(&recorded);
}

/* The same names with other shares would be two truths; other names have nothing to do with it. */
Test(recorded, segments_that_contradict_the_trace_are_refused)
{
	struct recorded recorded;
	static const char *const names[] = {"premium", "free", NULL};
	static const char format[] =
		"scenario: segments\ntraffic: {replay: {trace: %s}, segments: {%s: 50%%, free: "
		"50%%}}\n"
		"versions: {stable: {recorded: yes}, candidate: {like: stable}}\n"
		"cases: {c: []}\nrollouts: {r: {instant: {}}}\nhorizon: 1m\n";
	char text[1024];
	struct world world;
	uint64_t state = 12;
	int64_t at = 0;
	begin_rows(&recorded);
	for (int i = 0; i < ROWS; i++) {
		draw_row(&recorded.row[i], &state, at);
		at = recorded.row[i].arrival_ns;
		recorded.row[i].segment = (int16_t)(i % 5 == 0 ? 0 : i % 2 ? 1 : -1);
	}
	write_rows(&recorded, NULL, names);
	snprintf(text, sizeof text, format, recorded.path, "premium");
	cr_expect(!world_reads(&world, text));
	snprintf(text, sizeof text, format, recorded.path, "others");
	strcpy(strstr(text, "free"), "rest: 50%}}\n"
				     "versions: {stable: {recorded: yes}, candidate: {like: "
				     "stable}}\ncases: {c: []}\nrollouts: {r: {instant: {}}}\n"
				     "horizon: 1m\n");
	world_read(&world, text);
	cr_expect_null(world.scenario.plans[0].recorded_segment);
	world_free(&world);
	end_rows(&recorded);
}

/* ---- several traces */

/* Each from its own first request on; each request fares as it did, whatever trace it is of. */
Test(recorded, several_traces_are_laid_over_each_other)
{
	struct recorded one, other;
	struct world world;
	char text[2048];
	make_another(&one, 5);
	make_another(&other, 8);
	snprintf(text, sizeof text,
		 "scenario: both\n"
		 "traffic: {replay: {trace: [%s, %s], each: recorded, loop: no}}\n"
		 "versions: {stable: {recorded: yes}, candidate: {like: stable}}\n"
		 "cases: {c: []}\nrollouts: {r: {instant: {}}}\nhorizon: 10m\n",
		 one.path, other.path);
	world_read(&world, text);
	const struct service_plan *service = &world.scenario.plans[0].version[STABLE].service[0];
	const struct latency *failed = (const struct latency *)service->failed.plugin;
	uint64_t errors = (uint64_t)llround(service->errors * 0x1p32);
	struct requests *r = arrivals_begin(&world, 0);
	const struct recorded *traces[2] = {&one, &other};
	int next[2] = {0};
	while (batch_draw(r))
		for (int i = 0; i < r->batch.size; i++) {
			int64_t due[2];
			for (int t = 0; t < 2; t++)
				due[t] = next[t] < ROWS ? traces[t]->row[next[t]].arrival_ns -
								  traces[t]->row[0].arrival_ns
							: INT64_MAX;
			int of = due[1] < due[0];
			const struct row *row = &traces[of]->row[next[of]++];
			bool fails = r->batch.outcome[i] < errors;
			double ns = r->batch.stable_ns[i];
			if (fails)
				failed->fill(service->failed.config, &r->batch.latency[i], &ns, 1);
			cr_assert_eq(r->batch.at[i], due[of]);
			cr_assert_eq(fails, row->outcome == ROW_SERVER_ERROR);
			cr_assert_eq(ns, (double)row->duration_ns);
		}
	cr_expect_eq(next[0], ROWS);
	cr_expect_eq(next[1], ROWS);
	world_free(&world);
	end_rows(&one);
	end_rows(&other);
}

Test(recorded, a_share_of_each_trace_comes)
{
	struct recorded one, other;
	struct world world;
	char text[1024];
	make_another(&one, 5);
	make_another(&other, 8);
	snprintf(text, sizeof text,
		 "replay: {trace: [%s, %s], shares: [100%%, 20%%], each: recorded, loop: no}",
		 one.path, other.path);
	arrivals_read(&world, text, "10m");
	struct requests *r = arrivals_begin(&world, 3);
	int of[2] = {0};
	while (batch_draw(r))
		for (int i = 0; i < r->batch.size; i++)
			of[r->batch.row[i] >= ROWS]++;
	cr_expect_eq(of[0], ROWS);
	cr_expect_float_eq(of[1], ROWS * 0.2, 4.5 * sqrt(ROWS * 0.16), "%d", of[1]);
	world_free(&world);
	end_rows(&one);
	end_rows(&other);
}

/* ---- luck of those that are alike */

/* Two routes, one of which is slow and fails now and then; the trace goes on for two hours, in the
 * second of which everything takes a minute longer. */
static void make_routes(struct recorded *recorded)
{
	static const char *const routes[] = {"/fast", "/slow", NULL};
	uint64_t state = 3;
	int64_t at = 0;
	begin_rows(recorded);
	recorded->routes = routes;
	for (int i = 0; i < ROWS; i++) {
		struct row *row = &recorded->row[i];
		draw_row(row, &state, at);
		row->arrival_ns = at = (int64_t)i * 7200 * 1000000000 / ROWS;
		row->route = (int16_t)(random_next(&state) % 3 == 0);
		bool failed = row->route && random_next(&state) % 4 == 0;
		row->outcome = failed ? ROW_SERVER_ERROR : ROW_SUCCESS;
		row->duration_ns = (row->route ? 900 : 5) * INT64_C(1000000) +
				   random_to(&state, 99) * 1000 +
				   (i >= ROWS / 2) * INT64_C(60000000000);
	}
	write_rows(recorded, NULL, NULL);
}

Test(recorded, alike_requests_lend_each_other_their_luck)
{
	struct recorded recorded;
	struct world world;
	char text[1024];
	make_routes(&recorded);
	snprintf(text, sizeof text,
		 "scenario: alike\n"
		 "traffic: {replay: {trace: %s, each: recorded, loop: no, luck: alike, alike: "
		 "[route, hour]}}\n"
		 "versions: {stable: {recorded: yes}, candidate: {like: stable}}\n"
		 "cases: {c: []}\nrollouts: {r: {instant: {}}}\nhorizon: 1d\n",
		 recorded.path);
	world_read(&world, text);
	const struct service_plan *service = &world.scenario.plans[0].version[STABLE].service[0];
	const struct latency *failed = (const struct latency *)service->failed.plugin;
	uint64_t errors = (uint64_t)llround(service->errors * 0x1p32);
	int slow = 0, failures = 0, slow_failures = 0, itself = 0;
	for (int i = 0; i < ROWS; i++)
		slow_failures += recorded.row[i].outcome == ROW_SERVER_ERROR;
	struct requests *r = arrivals_begin(&world, 0);
	while (batch_draw(r))
		for (int i = 0; i < r->batch.size; i++) {
			const struct row *row = &recorded.row[r->batch.row[i]];
			bool fails = r->batch.outcome[i] < errors;
			double ns = r->batch.stable_ns[i];
			if (fails)
				failed->fill(service->failed.config, &r->batch.latency[i], &ns, 1);
			cr_assert(!fails || row->route);
			cr_assert_eq(ns >= 60e9, r->batch.row[i] >= ROWS / 2);
			cr_assert_eq(fmod(ns, 60e9) >= 900e6, row->route == 1);
			slow += row->route;
			failures += fails;
			itself += ns == (double)row->duration_ns;
		}
	double share = (double)slow_failures / slow;
	cr_expect_float_eq(failures, slow_failures, 4.5 * sqrt(slow * share * (1 - share)), "%d",
			   failures);
	/* A hundred durations of one kind: few get their own. */
	cr_expect_lt(itself, ROWS / 20);
	world_free(&world);
	end_rows(&recorded);
}

Test(recorded, what_alike_requests_have_in_common_must_be_in_the_trace)
{
	struct recorded recorded;
	struct world world;
	char text[1024];
	static const char *const wrong[] = {"luck: alike", "alike: [hour]",
					    "luck: alike, alike: [segment]",
					    "luck: alike, alike: [weather]"};
	make_routes(&recorded);
	for (int i = 0; i < 4; i++) {
		snprintf(text, sizeof text,
			 "scenario: alike\ntraffic: {replay: {trace: %s, %s}}\n"
			 "versions: {stable: {recorded: yes}, candidate: {like: stable}}\n"
			 "cases: {c: []}\nrollouts: {r: {instant: {}}}\nhorizon: 1d\n",
			 recorded.path, wrong[i]);
		cr_expect(!world_reads(&world, text), "%s", wrong[i]);
	}
	end_rows(&recorded);
}

/* ---- requests that were replayed */

/* The replay takes from ten to fifty milliseconds, and fails every seventh time, whatever stable
 * did. */
static void make_replays(struct recorded *recorded)
{
	uint64_t state = 5;
	int64_t at = 0;
	begin_rows(recorded);
	recorded->replay = calloc(ROWS, sizeof *recorded->replay);
	cr_assert(recorded->replay);
	for (int i = 0; i < ROWS; i++) {
		draw_row(&recorded->row[i], &state, at);
		at = recorded->row[i].arrival_ns;
		recorded->replay[i][0] = i % 7 ? 200 : 500;
		recorded->replay[i][1] = (double)(1 + i % 5) * 1e7;
	}
	write_rows(recorded, NULL, NULL);
}

static void say_replays(char text[1024], const struct recorded *recorded, const char *versions,
			const char *more, const char *rollout)
{
	snprintf(text, 1024,
		 "scenario: replays\n"
		 "traffic: {replay: {trace: %s, each: recorded, loop: no}%s}\n"
		 "versions: {%s}\n"
		 "telemetry: {scrape: 1d}\n"
		 "cases: {c: []}\nrollouts: {r: {%s}}\nhorizon: 10m\n",
		 recorded->path, more, versions, rollout);
}

static const char both_answers[] = "stable: {recorded: yes}, candidate: {recorded: replayed}";

Test(recorded, a_candidate_answers_each_request_as_its_replay_was)
{
	struct recorded recorded;
	struct world world;
	char text[1024];
	int64_t failures = 0, harmed = 0;
	make_replays(&recorded);
	for (int i = 0; i < ROWS; i++) {
		bool here = recorded.row[i].outcome == ROW_SERVER_ERROR, there = i % 7 == 0;
		failures += there;
		harmed += there && !here;
	}
	say_replays(text, &recorded, both_answers, "", "instant: {}");
	world_read(&world, text);
	const struct result *row = world_run(&world, 0, 0, 0);
	cr_expect_eq(row->version_requests[1], ROWS);
	cr_expect_eq(row->version_failures[1], failures);
	cr_expect_eq(row->harmed_requests, harmed, "%lld, not %lld",
		     (long long)row->harmed_requests, (long long)harmed);
	cr_expect_float_eq(row->version_p50[1], 0.03, 0.001, "%g", row->version_p50[1]);
	world_free(&world);
	free(recorded.replay);
	end_rows(&recorded);
}

/* A copy is what the replay was; who is shown an answer is shown stable's. */
Test(recorded, a_shadow_has_the_answers_of_the_replay)
{
	struct recorded recorded;
	struct world world;
	char text[1024];
	int64_t failures[2] = {0};
	make_replays(&recorded);
	for (int i = 0; i < ROWS; i++) {
		failures[0] += recorded.row[i].outcome == ROW_SERVER_ERROR;
		failures[1] += i % 7 == 0;
	}
	say_replays(text, &recorded, both_answers, "", "shadow: {mirror: 100%, for: 10m}");
	world_read(&world, text);
	const struct result *row = world_run(&world, 0, 0, 0);
	cr_expect_eq(row->shadow_requests, ROWS);
	for (int v = 0; v < 2; v++) {
		uint64_t flags[FLAGS] = {0}, bucket[HISTOGRAM_BUCKETS] = {0}, failed = 0;
		telemetry_sum(&world.trial->requests.telemetry, v, flags, bucket);
		for (int f = 0; f < FLAGS; f++)
			failed += f & FLAG_ERROR ? flags[f] : 0;
		cr_expect_eq(failed, (uint64_t)failures[v], "%d: %d, not %d", v, (int)failed,
			     (int)failures[v]);
	}
	cr_expect_eq(row->harmed_requests, 0);
	world_free(&world);
	free(recorded.replay);
	end_rows(&recorded);
}

Test(recorded, replays_are_no_answers_of_stable_and_not_to_retries)
{
	struct recorded recorded;
	struct world world;
	char text[1024];
	make_replays(&recorded);
	say_replays(text, &recorded, "stable: {recorded: replayed}, candidate: {recorded: yes}", "",
		    "instant: {}");
	cr_expect(!world_reads(&world, text));
	say_replays(text, &recorded, both_answers, ", retries: {attempts: 2}", "instant: {}");
	cr_expect(!world_reads(&world, text));
	free(recorded.replay);
	recorded.replay = NULL;
	write_rows(&recorded, NULL, NULL);
	say_replays(text, &recorded, both_answers, "", "instant: {}");
	cr_expect(!world_reads(&world, text));
	end_rows(&recorded);
}

/* Whom a request without a version was served by is not known: no law of a version is its own. */
Test(recorded, traces_with_versions_and_without_do_not_mix)
{
	struct recorded one, other;
	static const char *const names[] = {"old", NULL};
	struct world world;
	uint64_t state = 9;
	int64_t at = 0;
	char text[1024];
	make_another(&one, 5);
	begin_rows(&other);
	for (int i = 0; i < ROWS; i++) {
		draw_row(&other.row[i], &state, at);
		at = other.row[i].arrival_ns;
		other.row[i].version = 0;
	}
	write_rows(&other, names, NULL);
	snprintf(text, sizeof text,
		 "scenario: both\ntraffic: {replay: {trace: [%s, %s]}}\n"
		 "versions: {stable: {recorded: old}, candidate: {like: stable}}\n"
		 "cases: {c: []}\nrollouts: {r: {instant: {}}}\nhorizon: 1m\n",
		 one.path, other.path);
	cr_expect(!world_reads(&world, text));
	snprintf(text, sizeof text,
		 "scenario: both\ntraffic: {replay: {trace: [%s, %s]}}\n"
		 "versions: {stable: {recorded: old}, candidate: {like: stable}}\n"
		 "cases: {c: []}\nrollouts: {r: {instant: {}}}\nhorizon: 1m\n",
		 other.path, other.path);
	world_read(&world, text);
	world_free(&world);
	end_rows(&one);
	end_rows(&other);
}
