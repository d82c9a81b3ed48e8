/* Logs into traces: every format, every trap, and what people are told. */
#include "tests/golden.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

/* The traces of two logs are the same if their fingerprints are. */
#define FINGERPRINT(log) "coalmine import " log " --salt s -f -o t.h5 2>&1 >/dev/null"

static void same_trace(const char *one, const char *other)
{
	struct sandbox sandbox;
	int code;
	open_with_data(&sandbox);
	char *left = sandbox_run(&sandbox, one, &code);
	cr_expect_eq(code, 0, "%s: %s", one, left);
	cr_expect(strstr(left, "fingerprint"), "%s: %s", one, left);
	char *right = sandbox_run(&sandbox, other, &code);
	cr_expect_eq(code, 0, "%s: %s", other, right);
	cr_expect_str_eq(left, right, "%s\n%sbut %s\n%s", one, left, other, right);
	free(left);
	free(right);
	sandbox_close(&sandbox);
}

/* ---- formats */

Test(import, every_format_is_known_by_how_it_begins_and_becomes_rows)
{
	static const char *const logs[] = {
		"alb.log",
		"alibaba.csv",
		"apache_timed.log",
		"azure_functions.csv",
		"azure_llm.csv",
		"burstgpt.csv",
		"burstgpt_sessions.csv",
		"capture.gor",
		"combined.log",
		"common.log",
		"envoy.log",
		"ingress.log",
		"istio.jsonl",
		"istio.log",
		"k6.csv",
		"k6.jsonl",
		"mooncake.jsonl",
		"nezha.csv",
		"nezha_roots.csv",
		"nginx_timed.log",
		"nginx_upstream.log",
		"open_bandit.csv",
		"page.har",
		"prometheus_small.json",
		"spans.jsonl",
		"vegeta.csv",
		"vegeta.jsonl",
		"vhost.log",
	};
	for (int i = 0; i < LENGTH(logs); i++) {
		char name[64], command[256];
		snprintf(name, sizeof name, "import_%s", logs[i]);
		*strchr(name, '.') = '_';
		snprintf(command, sizeof command,
			 "coalmine import data/logs/%s -q -o t.h5 && coalmine export t.h5",
			 logs[i]);
		expect_lines(&(struct line){name, 0, command}, 1);
	}
}

Test(import, columns_and_patterns_that_nobody_knows_are_said)
{
	static const struct line lines[] = {
		{"import_map", 0,
		 "coalmine import data/logs/orders.csv -q -o t.h5 --map 'time=start_ms:ms,"
		 "duration=elapsed (ms),status=code,user=account; id,segment=plan,version=build,"
		 "word.note=note' && coalmine export t.h5"},
		{"import_map_json", 0,
		 "coalmine import data/logs/k6.jsonl -q -o t.h5 --format json_lines --map "
		 "'time=data.time:date,number.load=data.value,where.vus=metric' && "
		 "coalmine export --json t.h5"},
		{"import_map_over", 0,
		 "coalmine import data/logs/nginx_timed.log -q -o t.h5 --map "
		 "'time=$time_local:clf,segment=$http_user_agent' && coalmine export t.h5"},
		{"import_pattern_nginx", 0,
		 "coalmine import data/logs/nginx_timed.log -q --pattern 'log_format main "
		 "'\\''$remote_addr - $remote_user [$time_local] \"$request\" $status "
		 "$body_bytes_sent '\\'' '\\''\"$http_referer\" \"$http_user_agent\" "
		 "$request_time'\\'';'"},
		{"import_pattern_apache", 0,
		 "coalmine import data/logs/apache_timed.log -q --pattern 'LogFormat \"%h %l %u %t "
		 "\\\"%r\\\" %>s %b \\\"%{Referer}i\\\" \\\"%{User-agent}i\\\" %D\" timed'"},
		{"import_pattern_envoy", 0,
		 "head -1 data/logs/envoy.log | cut -d' ' -f1-7 | coalmine import - -q --pattern "
		 "'[%START_TIME%] \"%REQ(:METHOD)% %REQ(:PATH)% %PROTOCOL%\" %RESPONSE_CODE% "
		 "%RESPONSE_FLAGS% %BYTES_RECEIVED%'"},
	};
	expect_lines(lines, LENGTH(lines));
}

/* Without a unit a duration is nobody's guess. */
Test(import, columns_that_are_called_as_fields_need_no_map)
{
#define TABLE(heading)                                                                             \
	"printf '" heading "\\n1500000000,12,200,anna,free,v1,20,/a\\n1500000001,8,500,ben,free,"  \
	"v2,20,/b\\n' > a.csv; coalmine import a.csv -q -o t.h5 "
	static const struct line lines[] = {
		{"import_own", 0,
		 TABLE("time,duration_ms,status,user,segment,version,bytes,"
		       "route") ">/dev/null && coalmine export t.h5"},
		{"import_own_no_unit", 2,
		 TABLE("time,duration,status,user,segment,version,bytes,"
		       "route")},
		{"import_own_map", 0,
		 TABLE("time,duration,status,user,segment,version,bytes,"
		       "route") "--map duration=duration:ms >/dev/null && "
				"coalmine export t.h5"},
		{"import_own_json", 0,
		 "printf '{\"time\": \"2026-08-01T10:00:00Z\", "
		 "\"duration_ms\": 5, \"status\": 200, "
		 "\"x\": {\"status\": 1}, \"number.tokens\": 3}\\n' > a; "
		 "coalmine import a -q -o t.h5 "
		 ">/dev/null && coalmine export t.h5"},
		{"import_own_time_only", 2, "printf 'time,value\\n1,2\\n' | coalmine import - -q"},
	};
	expect_lines(lines, LENGTH(lines));
#undef TABLE
}

Test(import, packed_logs_and_pipes_are_read_like_plain_files)
{
	static const char *const others[] = {
		FINGERPRINT("- < data/logs/nginx_timed.log"),
		FINGERPRINT("data/logs/members.log.gz"),
		FINGERPRINT("data/logs/frame.log.zst"),
		"gzip -c data/logs/nginx_timed.log | " FINGERPRINT("-"),
		"sed 's/^/2026-08-13T10:00:00.123456789Z stdout F /' data/logs/nginx_timed.log "
		"| " FINGERPRINT("-"),
		"sed 's/$/\\r/' data/logs/nginx_timed.log | " FINGERPRINT("-"),
		"printf '\\357\\273\\277' | cat - data/logs/nginx_timed.log | " FINGERPRINT("-"),
		"head -c -1 data/logs/nginx_timed.log | " FINGERPRINT("-"),
	};
	for (int i = 0; i < LENGTH(others); i++)
		same_trace(FINGERPRINT("data/logs/nginx_timed.log"), others[i]);
}

/* ---- many logs, and order */

Test(import, logs_are_merged_by_their_stamps)
{
#define SPLIT "sed -n 'p;n' data/logs/common.log > a; sed -n 'n;p' data/logs/common.log > b; "
	same_trace(FINGERPRINT("data/logs/common.log"), SPLIT FINGERPRINT("a b"));
	same_trace(FINGERPRINT("data/logs/common.log"), SPLIT "cat b | " FINGERPRINT("a -"));
#undef SPLIT
}

/* A hundred logs of one second each are never open at once; sixty-five of one second would be. */
Test(import, so_many_logs_as_there_are_in_a_year)
{
#define HOURS                                                                                      \
	"for i in $(seq 100); do printf '1.2.3.4 - - [17/May/2015:10:%02d:%02d +0000] \"GET / "    \
	"HTTP/1.0\" 200 12\\n' $((i / 60)) $((i % 60)) > $i.log; done; "
	same_trace(HOURS FINGERPRINT("$(seq -f %g.log 100)"),
		   HOURS "cat $(seq -f %g.log 100) | " FINGERPRINT("-"));
	static const struct line too_many[] = {
		{"import_too_many_open", 2,
		 "for i in $(seq 65); do cp data/logs/common.log $i.log; done; "
		 "coalmine import $(seq -f %g.log 65) -q"},
	};
	expect_lines(too_many, 1);
#undef HOURS
}

Test(import, rows_that_come_late_are_put_in_order_or_refused)
{
	static const struct line lines[] = {
		{"import_late", 2, "tac data/logs/nginx_upstream.log | coalmine import - -q"},
		{"import_late_window", 0,
		 "tac data/logs/nginx_upstream.log | coalmine import - -q --reorder-window 10s"},
		{"import_late_allowed", 0,
		 "tac data/logs/nginx_upstream.log | coalmine import - -q --max-bad 60%"},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(import, what_is_said_twice_is_counted_and_can_be_left_out)
{
	static const struct line lines[] = {
		{"import_unique", 0,
		 "cat data/logs/ingress.log data/logs/ingress.log > a; coalmine import a -q "
		 "--unique --reorder-window 5s"},
		{"import_repeats", 0, "coalmine import data/logs/common.log -q"},
	};
	expect_lines(lines, LENGTH(lines));
}

/* Twenty thousand rows lie between a row and its repeat, all within one second; spread by --jitter
 * each repeat goes where its row went. What is looked for has an end, which is said. */
Test(import, repeats_are_found_however_far_back_they_lie)
{
#define SECOND(rows) "{ echo t,n; seq " rows " | sed 's/^/1500000000,/'; "
	static const char *const exact[] = {"", " --jitter 1s"};
	struct sandbox sandbox;
	int code;
	open_with_data(&sandbox);
	for (int i = 0; i < LENGTH(exact); i++) {
		char command[512];
		snprintf(command, sizeof command,
			 SECOND("20000") "seq 20000 | sed 's/^/1500000000,/'; } > a.csv; coalmine "
					 "import "
					 "a.csv -q --map time=t,number.n=n --unique%s | grep -E "
					 "'records|repeats'",
			 exact[i]);
		char *found = sandbox_run(&sandbox, command, &code);
		cr_expect_str_eq(
			found, "records    40,000 read, 20,000 kept\n"
			       "repeats    20,000 rows are the same as another of their time, and "
			       "left out\n");
		free(found);
	}
	char *found = sandbox_run(
		&sandbox,
		SECOND("300000") "tail -2 a.csv; head -3 a.csv | tail -2; } > b.csv; "
				 "coalmine import b.csv -q --map time=t,number.n=n --unique | "
				 "grep -E -A1 'records|repeats'",
		&code);
	cr_expect_str_eq(
		found,
		"records    300,004 read, 300,000 kept\n"
		"  left out 4 (0.00133 %): the same as another of its time\n"
		"--\n"
		"repeats    4 rows are the same as another of their time, and left out\n"
		"             not looked for among 168,928 rows, before which 131,072 others "
		"had the same time\n");
	free(found);
	sandbox_close(&sandbox);
#undef SECOND
}

/* One stamp of another year is its own mistake, and not that of all lines behind it. */
Test(import, a_stamp_far_ahead_of_what_follows_is_dropped_alone)
{
#define LOG(year, at)                                                                              \
	"seq 1500000000 1500005000 | sed 's/.*/&,1/; 1i t,n' > a.csv; sed -i '" at "s/^15/" year   \
	"/' a.csv; coalmine import a.csv -q --map time=t:s,number.n=n "
	static const struct line lines[] = {
		{"import_ahead", 0, LOG("18", "2500") "--max-bad 1% -o t.h5"},
		{"import_ahead_few", 2, LOG("18", "2500") "--max-bad 0%"},
		{"import_ahead_two", 2, LOG("18", "2500,2501")},
		{"import_ahead_last", 0, LOG("18", "$")},
		{"import_silence", 0,
		 "printf 't\\n1500000000\\n1500009000\\n1500008999.5\\n1500009001\\n' > a.csv; "
		 "coalmine import a.csv -q --map time=t:s"},
	};
	expect_lines(lines, LENGTH(lines));
#undef LOG
}

/* Four requests a second, stamped in whole seconds as they end: milliseconds taken off untie them,
 * and tell nothing. */
Test(import, a_coarse_clock_shows_through_durations)
{
#define UNTIED                                                                                     \
	"awk 'BEGIN {for (i = 0; i < 200; i++) printf \"10.0.0.%d - - [17/May/2015:10:0%d:%02d "   \
	"+0000] "                                                                                  \
	"\\\"GET /cart HTTP/1.1\\\" 200 53 \\\"-\\\" \\\"-\\\" 0.%03d\\n\", i % 9, i / 4 / 60, i " \
	"/ 4 % "                                                                                   \
	"60, (i * 37) % 211 + 1}' > log; coalmine import log -q -o t.h5 --reorder-window 2s "
	static const struct line lines[] = {
		{"import_untied", 0, UNTIED},
		{"import_untied_spread", 0, UNTIED "--jitter 1s"},
		{"import_untied_inspect", 0, UNTIED "> /dev/null; coalmine inspect t.h5"},
		{"import_untied_run", 0,
		 UNTIED
		 "> /dev/null; echo '{scenario: untied, traffic: {replay: {trace: t.h5}}, "
		 "versions: {stable: {recorded: yes, pool: {replicas: 1, slots: 2}}, "
		 "candidate: {like: stable}}, cases: {healthy: []}, rollouts: {all: {instant: "
		 "{}}}, horizon: 40s, trials: 1, seed: 1}' > s.yaml; coalmine run s.yaml 2>&1 "
		 ">/dev/null | grep -A 1 clock"},
		{"import_untied_slots", 0,
		 UNTIED "> /dev/null; coalmine what-if t.h5 --slots 1 | tail -n 7"},
	};
	expect_lines(lines, LENGTH(lines));
#undef UNTIED
}

/* ---- the trace */

Test(import, twice_the_same_gives_the_same_bytes)
{
	struct sandbox sandbox;
	open_with_data(&sandbox);
	expect_good(
		&sandbox,
		"for f in data/logs/ingress.log data/logs/open_bandit.csv; do "
		"coalmine import $f -q -o a.h5 --jitter 1s --seed 7 >/dev/null && mv a.h5 b.h5 && "
		"coalmine import $f -q -o a.h5 --jitter 1s --seed 7 >/dev/null && cmp a.h5 b.h5 && "
		"rm a.h5 b.h5 || exit 1; done");
	sandbox_close(&sandbox);
}

Test(import, what_is_exported_is_imported_as_the_same)
{
	struct sandbox sandbox;
	open_with_data(&sandbox);
	expect_good(
		&sandbox,
		"for f in data/logs/*.log data/logs/*.csv data/logs/*.jsonl data/logs/*.gor; do "
		"case $f in "
		"*/error.log|*/utf16.log|*/mistakes.csv|*/decisions.csv|*/front.csv|*/faults.csv) "
		"continue;; "
		"*/orders.csv) "
		"set -- --map 'time=start_ms:ms,word.note=note,word.plan=plan';; *) set -- ;; "
		"esac; "
		"coalmine import $f -q -f -o a.h5 \"$@\" >/dev/null && "
		"coalmine export a.h5 > a.csv && coalmine import a.csv -q -f -o b.h5 >/dev/null && "
		"coalmine export b.h5 > b.csv && cmp a.csv b.csv || exit 1; "
		"test \"$(coalmine inspect a.h5 | head -1)\" = "
		"\"$(coalmine inspect b.h5 | head -1)\" || exit 1; done");
	sandbox_close(&sandbox);
}

Test(import, a_trace_tells_what_it_is)
{
	static const struct line lines[] = {
		{"import_inspect", 0,
		 "coalmine import data/logs/ingress.log -q -o t.h5 >/dev/null; coalmine inspect "
		 "t.h5"},
		{"import_inspect_json", 0,
		 "coalmine import data/logs/ingress.log -q -o t.h5 >/dev/null; "
		 "coalmine inspect t.h5 --json"},
		{"import_json", 0, "coalmine import data/logs/alibaba.csv -q --json"},
		{"import_replays", 0,
		 "coalmine import data/logs/capture.gor -q -o t.h5 >/dev/null; coalmine inspect "
		 "t.h5 | "
		 "grep replayed; coalmine inspect t.h5 --json | grep -o '.replayed[^,]*'"},
		{"import_no_fit", 2,
		 "coalmine import data/logs/capture.gor -q -o t.h5 >/dev/null; coalmine inspect "
		 "t.h5 "
		 "--no-figure; coalmine inspect t.h5 --force; coalmine inspect t.h5 --summary; "
		 "coalmine inspect t.h5 --scenario"},
		{"import_help", 0, "coalmine import --help"},
		{"import_formats", 0, "coalmine import --formats"},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(import, a_broken_trace_is_refused)
{
#define TRACE "coalmine import data/logs/ingress.log -q -o t.h5 >/dev/null; "
	static const struct line lines[] = {
		{"import_broken_byte", 3,
		 TRACE "printf X | dd of=t.h5 bs=1 seek=3000 conv=notrunc 2>/dev/null; "
		       "coalmine inspect t.h5"},
		{"import_broken_inside", 3,
		 "head -c -25 scenarios/tuesday.h5 > u.h5; printf XXXX | dd of=u.h5 bs=1 "
		 "seek=100000 "
		 "conv=notrunc 2>/dev/null; coalmine export u.h5 -o u.csv; code=$?; ls u.csv*; "
		 "exit $code"},
		{"import_broken_short", 3, TRACE "head -c 3000 t.h5 > u.h5; coalmine export u.h5"},
		{"import_no_results", 3, TRACE "coalmine plot t.h5 -o figures"},
	};
	expect_lines(lines, LENGTH(lines));
#undef TRACE
}

/* ---- what is wrong with a log, or with what was asked for */

Test(import, a_log_that_is_no_traffic_is_refused)
{
	static const struct line lines[] = {
		{"import_error_log", 2, "coalmine import data/logs/error.log"},
		{"import_unknown_table", 2, "coalmine import data/logs/orders.csv"},
		{"import_unknown_json", 2, "echo '{\"a\": 1}' | coalmine import -"},
		{"import_empty", 2, ": > a.log; coalmine import a.log"},
		{"import_heading_only", 2, "head -1 data/logs/burstgpt.csv | coalmine import -"},
		{"import_utf16", 3, "coalmine import data/logs/utf16.log"},
		{"import_cut_off", 3, "coalmine import data/logs/broken_off.log.gz"},
		{"import_damaged", 3,
		 "{ head -c 40 data/logs/members.log.gz; echo rubbish; } > a; coalmine import a"},
		{"import_missing", 3, "coalmine import nowhere.log"},
		{"import_directory", 3, "mkdir a; coalmine import a"},
		{"import_mostly_bad", 2,
		 "{ cat data/logs/combined.log; echo; seq 3; } | coalmine import - -q"},
	};
	expect_lines(lines, LENGTH(lines));
}

/* What has no monkeys behind it is not swallowed by the message before. */
Test(import, a_capture_without_its_marks_is_counted_or_refused)
{
#define CAPTURE "data/logs/capture.gor"
	static const struct line lines[] = {
		{"import_gor_other", 2,
		 "coalmine import data/logs/orders.csv -q --format goreplay"},
		{"import_gor_header_next", 2, "sed 6d " CAPTURE " | coalmine import - -q"},
		{"import_gor_overrun", 2,
		 "{ head -12 " CAPTURE " | sed 12d; cat data/logs/common.log; sed 1,12d " CAPTURE
		 "; } | coalmine import - -q --format goreplay"},
		{"import_gor_cut_off", 0, "head -15 " CAPTURE " | coalmine import - -q"},
		{"import_gor_lost", 2,
		 "{ head -n -1 " CAPTURE "; cat data/logs/common.log; } | coalmine import - -q"},
		{"import_gor_no_http", 2,
		 "sed 's/^HTTP.1.1 500/\\x1b[31mHTTP/' " CAPTURE " | coalmine import - -q"},
		{"import_gor_head", 2,
		 "sed 's/^Host: x/no field/' " CAPTURE " | coalmine import - -q"},
	};
	expect_lines(lines, LENGTH(lines));
#undef CAPTURE
}

Test(import, what_a_terminal_would_obey_is_not_sent_to_it)
{
	static const struct line lines[] = {
		{"import_escape_record", 2,
		 "{ cat data/logs/common.log; printf '\\033[31mred\\233\\r\\n'; } | coalmine "
		 "import - -q"},
		{"import_escape_heading", 2,
		 "printf 'a,\\033]0;title\\007,\\303\\244\\302\\233\\n1,2,3\\n' > a.csv; coalmine "
		 "import a.csv; "
		 "coalmine import a.csv --map time=b; coalmine backtest a.csv --labels a.csv"},
		{"import_escape_start", 2, "printf '\\033[2Jhello\\n' | coalmine import -"},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(import, every_mistake_of_a_record_is_named)
{
	static const struct line lines[] = {
		{"import_mistakes", 2,
		 "coalmine import data/logs/mistakes.csv -q --map 'time=when,duration=took_ms,"
		 "status=code,bytes=size,propensity=p,action=a,number.n=n'"},
		{"import_years", 2,
		 "for y in 0000 1677 1999 2261 9999; do echo \"1.2.3.4 - - [17/May/$y:10:05:03 "
		 "+0000] "
		 "\\\"GET / HTTP/1.0\\\" 200 12\"; done | coalmine import - -q --format common"},
		{"import_nul", 2,
		 "{ head -2 data/logs/common.log; printf 'a\\0b\\n'; tail -1 data/logs/common.log; "
		 "} | "
		 "coalmine import - -q"},
		{"import_long_line", 2,
		 "{ cat data/logs/common.log; head -c 5000000 /dev/zero; echo; "
		 "tail -1 data/logs/common.log; } | coalmine import - -q"},
		{"import_many_values", 2,
		 "{ echo t,plan; seq 1500000000 1500000070 | sed 's/.*/&,&/'; } | coalmine import "
		 "- -q "
		 "--map time=t,segment=plan"},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(import, what_is_asked_for_is_checked)
{
	static const struct line lines[] = {
		{"import_no_log", 2, "coalmine import"},
		{"import_no_format", 2, "coalmine import x --format combinde"},
		{"import_both", 2, "coalmine import x --format combined --pattern '$status'"},
		{"import_window_wrong", 2, "coalmine import x --reorder-window 5"},
		{"import_window_long", 2, "coalmine import x --reorder-window 400d"},
		{"import_jitter_long", 2, "coalmine import x --jitter 2h"},
		{"import_bad_wrong", 2, "coalmine import x --max-bad 2"},
		{"import_map_field", 2, "coalmine import data/logs/orders.csv --map tiem=start_ms"},
		{"import_map_empty", 2, "coalmine import data/logs/orders.csv --map time"},
		{"import_map_name", 2, "coalmine import data/logs/orders.csv --map number=code"},
		{"import_map_no_time", 2, "coalmine import data/logs/orders.csv --map status=code"},
		{"import_map_column", 2, "coalmine import data/logs/orders.csv --map time=start"},
		{"import_map_unit", 2,
		 "coalmine import data/logs/orders.csv --map time=start_ms:ms,duration=code:h"},
		{"import_map_unit_of_time", 2,
		 "coalmine import data/logs/orders.csv --map time=start_ms:min"},
		{"import_map_twice", 2,
		 "coalmine import data/logs/orders.csv --map time=start_ms,time=code"},
		{"import_map_name_twice", 2,
		 "coalmine import data/logs/orders.csv --map "
		 "time=start_ms,number.a=code,number.a=note"},
		{"import_map_option_twice", 2,
		 "coalmine import data/logs/orders.csv --map time=start_ms:ms --map status=code"},
		{"import_map_open", 2,
		 "coalmine import data/logs/orders.csv --map 'time=\"start_ms'"},
		{"import_map_after", 2,
		 "coalmine import data/logs/orders.csv --map 'time=\"start_ms\"ms'"},
		{"import_map_quoted", 0,
		 "printf '\"t, all\",\"a \"\"b\"\" c\",x:ms\\n1500000000,5,7\\n' > a.csv; coalmine "
		 "import "
		 "a.csv -q -o t.h5 --map 'time=\"t, all\":s,duration=\"x:ms\":us,number.n=\"a "
		 "\"\"b\"\" c\"' >/dev/null && coalmine export t.h5"},
		{"import_map_taken", 2,
		 "coalmine import data/logs/orders.csv --map time=start_ms:ms,number.status=code"},
		{"import_pattern_wrong", 2,
		 "coalmine import data/logs/common.log --pattern '$remote_addr$status'"},
		{"import_stdin_twice", 2, "coalmine import - - < /dev/null"},
		{"import_onto_itself", 2, "cp data/logs/common.log a; coalmine import a -f -o a"},
		{"import_exists", 3,
		 "echo mine > t.h5; coalmine import data/logs/common.log -o t.h5"},
	};
	expect_lines(lines, LENGTH(lines));
}

/* A limit on the size of files is a disk that is full. */
Test(import, a_full_disk_leaves_no_half_written_trace)
{
	static const struct line lines[] = {
		{"import_full", 3,
		 "seq 1500000000 1500200000 | sed 's/.*/&,&/; 1i t,n' > a.csv; ulimit -f 40; "
		 "coalmine import a.csv -q --map time=t,number.n=n -o t.h5 > /dev/null; code=$?; "
		 "ls t.h5*; exit $code"},
		{"import_full_at_once", 3,
		 "echo mine > t.h5; ulimit -f 1; coalmine import data/logs/common.log -q -f -o "
		 "t.h5 "
		 "> /dev/null; code=$?; ls t.h5*; exit $code"},
		{"import_refused_leaves_nothing", 2,
		 "coalmine import data/logs/mistakes.csv -q --map time=when -o t.h5 > /dev/null; "
		 "code=$?; ls t.h5*; exit $code"},
	};
	expect_lines(lines, LENGTH(lines));
}

/* It is stopped while it waits for more of a log that never comes. */
Test(import, a_signal_leaves_no_half_written_trace)
{
	static const struct line lines[] = {
		{"import_stopped", 143,
		 "mkfifo pipe; coalmine import pipe -q -o t.h5 > /dev/null & child=$!; exec "
		 "3>pipe; "
		 "cat data/logs/common.log >&3; for i in 1 2 3 4 5 6 7 8 9 10; do "
		 "test -e t.h5.part && break; yes \"$(head -1 data/logs/common.log)\" | "
		 "head -c 400000 >&3; done; kill -TERM $child; "
		 "yes \"$(head -1 data/logs/common.log)\" | head -c 4000000 >&3 2>/dev/null; "
		 "exec 3>&-; wait $child; code=$?; ls t.h5* 2>/dev/null; exit $code"},
	};
	expect_lines(lines, LENGTH(lines));
}
