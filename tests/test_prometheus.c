/* Requests drawn from what Prometheus answers: as many, as slow and as often failed as it says. */
#include "replay/import.h"
#include "tests/golden.h"

#include <math.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))
#define LOGS	      "data/logs/prometheus_"
#define IMPORT	      "coalmine import - -o t.h5"
#define ANSWER(type, result)                                                                       \
	"echo '{\"status\":\"success\",\"data\":{\"resultType\":\"" type "\",\"result\":[" result  \
	"]}}' | " IMPORT
#define SERIES(labels, values) ANSWER("matrix", "{\"metric\":{" labels "},\"values\":[" values "]}")

Test(prometheus, what_is_drawn_and_what_is_refused_is_said)
{
	static const struct line lines[] = {
		{"prometheus_all", 0, "coalmine import " LOGS "all.json -o t.h5"},
		{"prometheus_two", 0,
		 "coalmine import " LOGS "rate.json " LOGS "latency.json -q -o t.h5 && coalmine "
		 "inspect t.h5"},
		{"prometheus_joined", 0,
		 "cat " LOGS "rate.json " LOGS "latency.json | coalmine import - -o t.h5 | "
		 "grep -E '^(samples|drawn|durations)'"},
		{"prometheus_unit", 0,
		 "coalmine import " LOGS
		 "latency.json --map duration=le:ms -o t.h5 | grep durations"},
		{"prometheus_export", 0,
		 "coalmine import " LOGS "small.json -q -o t.h5 >/dev/null; coalmine export t.h5"},
		{"prometheus_error", 2,
		 "echo '{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error: "
		 "unclosed left parenthesis\"}' | " IMPORT},
		{"prometheus_vector", 2,
		 ANSWER("vector", "{\"metric\":{},\"value\":[1785600015,\"1\"]}")},
		{"prometheus_none", 2, ANSWER("matrix", "")},
		{"prometheus_one_sample", 2, SERIES("", "[1785600015,\"1\"]")},
		{"prometheus_wrong_sample", 2, SERIES("", "[1785600015,\"1\"],[1785600030,\"x\"]")},
		{"prometheus_back", 2, SERIES("", "[1785600030,\"1\"],[1785600015,\"1\"]")},
		{"prometheus_counter", 2,
		 SERIES("\"__name__\":\"http_requests_total\"",
			"[1785600015,\"10\"],[1785600030,\"20\"]")},
		{"prometheus_ratio", 2,
		 SERIES("\"coalmine\":\"error_ratio\"", "[1785600015,\"5\"],[1785600030,\"5\"]")},
		{"prometheus_ratio_alone", 2,
		 SERIES("\"coalmine\":\"error_ratio\"",
			"[1785600015,\"0.5\"],[1785600030,\"0.5\"]")},
		{"prometheus_no_end", 2,
		 SERIES("\"le\":\"0.1\"", "[1785600015,\"5\"],[1785600030,\"5\"]")},
		{"prometheus_falls", 2,
		 ANSWER("matrix", "{\"metric\":{\"le\":\"0.1\"},\"values\":[[1785600015,\"5\"],"
				  "[1785600030,\"5\"]]},{\"metric\":{\"le\":\"+Inf\"},\"values\":"
				  "[[1785600015,\"4\"],[1785600030,\"4\"]]}")},
		{"prometheus_flood", 2, SERIES("", "[1785600015,\"1e9\"],[1785600030,\"1e9\"]")},
		{"prometheus_silence", 2, SERIES("", "[1785600015,\"0\"],[1785600030,\"NaN\"]")},
		{"prometheus_torn", 2, "head -c 900 " LOGS "rate.json | " IMPORT},
	};
	expect_lines(lines, LENGTH(lines));
}

/* ---- what is drawn */

enum { STEPS = 40, STEP_S = 15, OK = 200, FAILED = 10 };

/* Of requests that succeed, and of those that don't; every other step twice as many. A tenth takes
 * up to 0.1 s, seven tenths up to 0.2 s, the rest up to 0.5 s. */
struct tally {
	int64_t rows, failed, below[3], even;
	double waited; /* of durations between 0.1 and 0.2 s, how far they are along */
	int64_t between;
};

static bool count_row(void *context, const struct row *row)
{
	struct tally *tally = context;
	static const double bounds[] = {0.1, 0.2, 0.5};
	double took = (double)row->duration_ns * 1e-9;
	tally->rows++;
	tally->failed += row->outcome == ROW_SERVER_ERROR;
	tally->even += (row->arrival_ns / 1000000000 - 1785600000) / STEP_S % 2 == 0;
	for (int b = 0; b < 3; b++)
		tally->below[b] += took <= bounds[b];
	if (took > 0.1 && took <= 0.2) {
		tally->between++;
		tally->waited += (took - 0.1) / 0.1;
	}
	return true;
}

static void write_series(FILE *out, const char *labels, double rate, const char *after)
{
	fprintf(out, "{\"metric\":{%s},\"values\":[", labels);
	for (int i = 1; i <= STEPS; i++)
		fprintf(out, "%s[%d,\"%g\"]", i > 1 ? "," : "", 1785600000 + STEP_S * i,
			rate * (i % 2 ? 1 : 2));
	fprintf(out, "]}%s", after);
}

static void write_answers(const char *path)
{
	static const char head[] =
		"{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[";
	FILE *out = fopen(path, "w");
	cr_assert(out);
	fputs(head, out);
	write_series(out, "\"code\":\"200\"", OK, ",");
	write_series(out, "\"code\":\"503\"", FAILED, "]}}");
	fputs(head, out);
	write_series(out, "\"le\":\"0.1\"", 21, ",");
	write_series(out, "\"le\":\"0.2\"", 168, ",");
	write_series(out, "\"le\":\"0.5\"", 210, ",");
	write_series(out, "\"le\":\"+Inf\"", 210, "]}}\n");
	fclose(out);
}

static void draw(const char *path, uint64_t seed, struct tally *tally)
{
	char why[IMPORT_WHY];
	bool unread;
	atomic_int stop = 0;
	const struct import_options options = {.log = &path, .logs = 1, .salt = "s", .seed = seed};
	struct import *import = import_begin(&options, why, &unread);
	cr_assert(import, "%s", why);
	*tally = (struct tally){.rows = 0};
	cr_assert(import_run(import, (struct sink){tally, count_row}, &stop,
			     (struct ticker){NULL, NULL}, why),
		  "%s", why);
	import_end(import);
}

static void expect_share(const char *what, int64_t count, int64_t n, double p)
{
	cr_expect_float_eq((double)count, (double)n * p, 4.5 * sqrt((double)n * p * (1 - p)),
			   "%s: %lld of %lld, not %g", what, (long long)count, (long long)n, p);
}

Test(prometheus, drawn_requests_are_what_the_series_say)
{
	char path[] = "/tmp/coalmine-prometheus-XXXXXX";
	struct tally tally, again, other;
	int file = mkstemp(path);
	cr_assert(file >= 0);
	close(file);
	write_answers(path);
	draw(path, 1, &tally);
	double due = (OK + FAILED) * 1.5 * STEPS * STEP_S;
	cr_expect_float_eq((double)tally.rows, due, 4.5 * sqrt(due), "%lld, not %g",
			   (long long)tally.rows, due);
	expect_share("failed", tally.failed, tally.rows, FAILED / (double)(OK + FAILED));
	expect_share("in the slower steps", tally.even, tally.rows, 1.0 / 3);
	expect_share("up to 0.1 s", tally.below[0], tally.rows, 0.1);
	expect_share("up to 0.2 s", tally.below[1], tally.rows, 0.8);
	cr_expect_eq(tally.below[2], tally.rows);
	/* Even within a bucket: mean 1/2, variance 1/12. */
	cr_expect_float_eq(tally.waited / (double)tally.between, 0.5,
			   4.5 / sqrt(12 * (double)tally.between));
	draw(path, 1, &again);
	draw(path, 2, &other);
	cr_expect_eq(memcmp(&tally, &again, sizeof tally), 0);
	cr_expect_neq(memcmp(&tally, &other, sizeof tally), 0);
	unlink(path);
}
