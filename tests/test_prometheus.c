/* Answers of Prometheus into traces: what people are told, and which answers are refused. */
#include "tests/golden.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

#define DATA		 "data/logs/prometheus_"
#define IMPORT(log)	 "coalmine import " log " -q"
#define FINGERPRINT(log) "coalmine import " log " -f -o t.h5 2>&1 >/dev/null"
#define ANSWER(kind, result)                                                                       \
	"{\"status\":\"success\",\"data\":{\"resultType\":\"" kind "\",\"result\":" result "}}"
#define MATRIX(series) ANSWER("matrix", "[" series "]")
#define SERIES(labels, values)                                                                     \
	"{\"metric\":{" labels "},\"values\":[[1785600015,\"" values "\"],[1785600030,\"" values   \
	"\"]]}"
#define GIVEN(text) "echo '" text "' | coalmine import - -q"

Test(prometheus, a_trace_that_was_drawn_says_so)
{
	static const struct line lines[] = {
		{"prometheus_rate", 0, IMPORT(DATA "rate.json")},
		{"prometheus_latency", 0, IMPORT(DATA "latency.json")},
		{"prometheus_all", 0, IMPORT(DATA "all.json --map duration=le:ms")},
		{"prometheus_json", 0, IMPORT(DATA "all.json --map duration=le:ms --json")},
		{"prometheus_inspect", 0,
		 FINGERPRINT(DATA "rate.json " DATA "latency.json") "; coalmine inspect t.h5"},
		{"prometheus_replay", 0,
		 IMPORT(DATA "rate.json " DATA
			     "latency.json") " -o t.h5 > /dev/null; "
					     "echo '{scenario: drawn, traffic: {replay: {trace: "
					     "t.h5}}, versions: {stable: "
					     "{recorded: v1}, candidate: {like: stable}}, cases: "
					     "{healthy: []}, rollouts: {all: "
					     "{canary: {steps: [50% for 1m]}, checks: [{metric: "
					     "error_rate, ratio: {max: 2}, "
					     "every: 30s}]}}, horizon: 5m, trials: 1, seed: 1}' > "
					     "s.yaml; coalmine run s.yaml -f -o r.h5 "
					     "2>&1 > /dev/null | head -n 4; coalmine export t.h5 "
					     "2>&1 >/dev/null"},
		{"prometheus_inspect_json", 0,
		 FINGERPRINT(DATA "small.json -q") "; coalmine inspect t.h5 --json"},
		{"prometheus_map", 0,
		 "coalmine import " DATA "small.json -q -o t.h5 --map segment=version,route=code "
		 ">/dev/null && coalmine export t.h5"},
	};
	expect_lines(lines, LENGTH(lines));
}

static char *fingerprint(const struct sandbox *sandbox, const char *command)
{
	int code;
	char *found = sandbox_run(sandbox, command, &code);
	cr_expect(code == 0 && strstr(found, "fingerprint"), "%s: %s", command, found);
	return found;
}

Test(prometheus, one_seed_draws_the_same_and_another_draws_others)
{
	struct sandbox sandbox;
	open_with_data(&sandbox);
	char *one = fingerprint(&sandbox, FINGERPRINT(DATA "rate.json --seed 7"));
	char *again = fingerprint(&sandbox, FINGERPRINT(DATA "rate.json --seed 7"));
	char *other = fingerprint(&sandbox, FINGERPRINT(DATA "rate.json --seed 8"));
	cr_expect_str_eq(one, again);
	cr_expect_str_neq(one, other);
	free(one);
	free(again);
	free(other);
	sandbox_close(&sandbox);
}

/* Whatever way the answers come in. */
Test(prometheus, answers_may_be_files_or_one_stream_and_in_any_order)
{
	static const char *const others[] = {
		FINGERPRINT(DATA "latency.json " DATA "rate.json"),
		"cat " DATA "rate.json " DATA "latency.json | " FINGERPRINT("-"),
		"cat " DATA "latency.json | " FINGERPRINT(DATA "rate.json -"),
		"gzip -c " DATA "latency.json > a.gz; " FINGERPRINT(DATA "rate.json a.gz"),
		"sed 's/\\([][{},]\\)/\\1\\n /g' " DATA
		"rate.json > a; " FINGERPRINT("a " DATA "latency.json"),
		"sed 's/.*\"result\":\\(.*\\)}}/\\1/' " DATA
		"rate.json > a; " FINGERPRINT("a " DATA "latency.json"),
	};
	struct sandbox sandbox;
	open_with_data(&sandbox);
	char *one = fingerprint(&sandbox, FINGERPRINT(DATA "rate.json " DATA "latency.json"));
	for (int i = 0; i < LENGTH(others); i++) {
		char *other = fingerprint(&sandbox, others[i]);
		cr_expect_str_eq(one, other, "%s", others[i]);
		free(other);
	}
	free(one);
	sandbox_close(&sandbox);
}

/* Prometheus answers at most 11,000 steps at once: the last of one query is the first of the next.
 */
Test(prometheus, queries_that_follow_each_other_are_one)
{
#define PART(from, to, values)                                                                     \
	"{\"metric\":{},\"values\":[[" from "," values "],[" to "," values "]]}"
	struct sandbox sandbox;
	open_with_data(&sandbox);
	char *parts = fingerprint(&sandbox, "echo '" MATRIX(PART("15", "30", "\"9\"")) MATRIX(PART(
						    "30", "45", "\"9\"")) "' | " FINGERPRINT("-"));
	char *whole = fingerprint(
		&sandbox, "echo '" MATRIX("{\"metric\":{},\"values\":[[15,\"9\"],"
					  "[30,\"9\"],[45,\"9\"]]}") "' | " FINGERPRINT("-"));
	cr_expect_str_eq(parts, whole);
	free(parts);
	free(whole);
	sandbox_close(&sandbox);
#undef PART
}

Test(prometheus, what_is_no_range_of_rates_is_refused)
{
	static const struct line lines[] = {
		{"prometheus_error", 2,
		 GIVEN("{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"invalid "
		       "parameter \\\"step\\\": zero\"}")},
		{"prometheus_vector", 2,
		 GIVEN(ANSWER("vector", "[{\"metric\":{},\"value\":[1785600015,\"1\"]}]"))},
		{"prometheus_scalar", 2, GIVEN(ANSWER("scalar", "[1785600015,\"1\"]"))},
		{"prometheus_nothing", 2, GIVEN(MATRIX(""))},
		{"prometheus_one_sample", 2,
		 GIVEN(MATRIX("{\"metric\":{},\"values\":[[1785600015,\"1\"]]}"))},
		{"prometheus_native", 2,
		 GIVEN(MATRIX("{\"metric\":{},\"histograms\":[[1785600015,{}]]}"))},
		{"prometheus_counter_named", 2,
		 GIVEN(MATRIX(SERIES("\"__name__\":\"http_requests_total\"", "17")))},
		{"prometheus_counter", 2,
		 "{ printf '{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\","
		 "\"result\":[{\"metric\":{\"code\":\"200\"},\"values\":[[15,\"3\"]'; for i in "
		 "$(seq 2 20); do printf ',[%d,\"%d\"]' $((15 * i)) $((900 * i)); done; echo "
		 "']}]}}'; } | coalmine import - -q"},
		{"prometheus_falls", 2,
		 GIVEN(MATRIX(SERIES("\"le\":\"0.1\"", "2") "," SERIES(
			 "\"le\":\"0.5\"", "1.5") "," SERIES("\"le\":\"+Inf\"", "3")))},
		{"prometheus_no_inf", 2, GIVEN(MATRIX(SERIES("\"le\":\"0.1\"", "2")))},
		{"prometheus_percent", 2,
		 GIVEN(MATRIX(SERIES("\"coalmine\":\"error_ratio\"", "4.5") "," SERIES("", "3")))},
		{"prometheus_only_ratio", 2,
		 GIVEN(MATRIX(SERIES("\"coalmine\":\"error_ratio\"", "0.5")))},
		{"prometheus_two_ratios", 2,
		 GIVEN(MATRIX(
			 SERIES("\"coalmine\":\"error_ratio\",\"version\":\"a\"",
				"0.5") "," SERIES("\"coalmine\":\"error_ratio\",\"version\":\"b\"",
						  "0.1") "," SERIES("", "3")))},
		{"prometheus_said_twice", 2,
		 GIVEN(MATRIX(SERIES("\"coalmine\":\"error_ratio\"",
				     "0.5") "," SERIES("\"code\":\"500\"", "3")))},
		{"prometheus_label", 2, GIVEN(MATRIX(SERIES("\"coalmine\":\"errors\"", "0.5")))},
		{"prometheus_twice", 2, "cat " DATA "rate.json " DATA "rate.json | " IMPORT("-")},
		{"prometheus_zero", 2, GIVEN(MATRIX(SERIES("", "0")))},
		{"prometheus_too_many", 2, GIVEN(MATRIX(SERIES("", "1e9")))},
		{"prometheus_status", 2, GIVEN(MATRIX(SERIES("\"code\":\"teapot\"", "3")))},
		{"prometheus_negative", 2,
		 GIVEN(MATRIX(
			 SERIES("\"code\":\"200\"", "-3") "," SERIES("\"code\":\"500\"", "2")))},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(prometheus, a_file_that_is_broken_is_refused_with_its_line)
{
	static const struct line lines[] = {
		{"prometheus_broken_off", 2, "head -c 3000 " DATA "rate.json | " IMPORT("-")},
		{"prometheus_second", 2,
		 "{ cat " DATA "rate.json; echo curl: no such host; } | " IMPORT("-")},
		{"prometheus_no_status", 2, "{ cat " DATA "rate.json; echo '{}'; } | " IMPORT("-")},
		{"prometheus_list", 2, GIVEN(MATRIX("{\"metric\":{},\"values\":[[15 \"1\"]]}"))},
		{"prometheus_word", 2, GIVEN(MATRIX("{\"metric\":{},\"values\":[[15,\"one\"]]}"))},
		{"prometheus_time", 2, GIVEN(MATRIX("{\"metric\":{},\"values\":[[-15,\"1\"]]}"))},
		{"prometheus_back", 2,
		 GIVEN(MATRIX("{\"metric\":{},\"values\":[[30,\"1\"],[15,\"1\"]]}"))},
		{"prometheus_labels", 2,
		 GIVEN(MATRIX("{\"metric\":{\"code\":200},\"values\":[]}"))},
		{"prometheus_le", 2, GIVEN(MATRIX(SERIES("\"le\":\"fast\"", "1")))},
		{"prometheus_no_series", 2, GIVEN(MATRIX("{\"metrics\":{},\"values\":[]}"))},
		{"prometheus_missing", 3, IMPORT(DATA "rate.json nowhere.json")},
	};
	expect_lines(lines, LENGTH(lines));
}
