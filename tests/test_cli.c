/* What people see, and find in files, for each command line. */
#include "tests/golden.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <time.h>

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

/* Results to look at, the same in every test. */
#define SMALL "coalmine run data/small.yaml -q -o small.h5 >/dev/null; "

/* ---- scenarios */

Test(cli, every_mistake_in_a_scenario_is_named_with_its_place)
{
	static const char *const names[] = {
		"anchor_inside",
		"anchor_unknown",
		"checks",
		"cohorts",
		"colon",
		"comments",
		"crowds",
		"dedent",
		"documents",
		"empty",
		"families",
		"files",
		"fault_kinds",
		"fault_when",
		"fault_whom",
		"indent",
		"keys_complex",
		"keys_duplicate",
		"keys_empty",
		"keys_missing",
		"keys_needed",
		"keys_unknown",
		"kinds",
		"late",
		"latin1",
		"laws",
		"letters",
		"like",
		"list",
		"machines",
		"many",
		"measurements",
		"merge",
		"mixtures",
		"names",
		"no_candidate",
		"no_stable",
		"pool",
		"quality",
		"quality_agreement",
		"quality_nowhere",
		"quality_windows",
		"quote",
		"services",
		"guards",
		"closed",
		"closed_people",
		"many_waiting",
		"quality_retries",
		"shares",
		"steps_down",
		"strategies",
		"attributes_missing",
		"flags",
		"tab",
		"tags",
		"replay_blocks",
		"replay_from",
		"replay_lasts",
		"replay_missing",
		"replay_no_trace",
		"replay_nowhere",
		"replay_other",
		"replay_segments",
		"replay_version",
		"replay_mix",
		"replay_alike",
		"too_many_looks",
		"too_many_requests",
		"traffic_missing",
		"unclosed",
		"units_missing",
		"units_wrong",
		"values_odd",
		"vary_bad_value",
		"vary_file",
		"vary_many",
		"vary_shape",
		"vary_top",
		"vary_unknown",
		"vary_values",
		"words",
	};
	for (int i = 0; i < LENGTH(names); i++) {
		char golden[64], command[256];
		snprintf(golden, sizeof golden, "mistakes_%s", names[i]);
		snprintf(command, sizeof command, "coalmine validate data/%s.yaml", names[i]);
		expect_lines(&(struct line){golden, 2, command}, 1);
	}
}

Test(cli, good_scenarios_are_called_good)
{
	static const struct line lines[] = {
		{"good", 0,
		 "coalmine validate data/good.yaml data/small.yaml data/varied.yaml"
		 " data/anchors.yaml data/windows.yaml data/people.yaml data/small.json"},
		{"good_stdin", 0, "coalmine validate - < data/small.yaml"},
		{"bad_stdin", 2, "coalmine validate - < data/late.yaml"},
		{"good_and_bad", 2, "coalmine validate data/late.yaml data/good.yaml"},
		{"broken_json", 2, "coalmine validate data/broken.json"},
		{"resolved", 0, "coalmine validate --resolved data/small.yaml"},
		{"measured", 0, "coalmine validate --resolved data/measured.yaml"},
		{"measured_set", 0,
		 "coalmine validate --resolved data/small.yaml --set"
		 " 'versions.candidate.latency={empirical: {file: times/quantiles.txt}}' |"
		 " grep -A 3 -B 1 empirical"},
		{"like_overridden", 0,
		 "coalmine validate --resolved data/small.yaml"
		 " --set rollouts.ladder.checks.0.ztest.alpha=2% | grep alpha"},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(cli, what_strategies_say_can_be_read_back)
{
	struct sandbox sandbox;
	open_with_data(&sandbox);
	expect_good(&sandbox, "coalmine run scenarios/strategies.yaml --set trials=1 -o said.h5"
			      " > /dev/null 2>&1 && coalmine inspect said.h5 > /dev/null");
	sandbox_close(&sandbox);
}

Test(cli, a_resolved_scenario_resolves_to_itself)
{
	struct sandbox sandbox;
	open_with_data(&sandbox);
	expect_good(&sandbox, "for s in scenarios/*.yaml data/small.yaml data/measured.yaml"
			      " data/people.yaml; do"
			      " coalmine validate --resolved $s > one.yaml &&"
			      " coalmine validate --resolved one.yaml > two.yaml &&"
			      " cmp one.yaml two.yaml || exit 1; done");
	sandbox_close(&sandbox);
}

Test(cli, a_resolved_scenario_gives_the_same_results)
{
	struct sandbox sandbox;
	open_with_data(&sandbox);
	expect_good(&sandbox, "for s in small varied measured people; do"
			      " coalmine validate --resolved data/$s.yaml > one.yaml &&"
			      " coalmine run data/$s.yaml --json > one.json &&"
			      " coalmine run one.yaml --json > two.json &&"
			      " cmp one.json two.json || exit 1; done");
	sandbox_close(&sandbox);
}

Test(cli, json_is_read_as_the_yaml_it_is)
{
	struct sandbox sandbox;
	open_with_data(&sandbox);
	expect_good(&sandbox, "coalmine run data/small.json --json > one.json &&"
			      " coalmine run data/json.yaml --json > two.json &&"
			      " cmp one.json two.json");
	sandbox_close(&sandbox);
}

Test(cli, hostile_text_is_refused_at_once)
{
	static const struct line lines[] = {
		{"huge", 2,
		 "yes '# a comment that goes on' | head -c 100000000 > huge.yaml;"
		 " coalmine validate huge.yaml"},
		{"long_comment", 0,
		 "yes '# a comment that goes on' | head -c 4000000 | sed '$d' > long.yaml;"
		 " cat data/good.yaml >> long.yaml; coalmine validate long.yaml"},
		{"binary", 2,
		 "printf 'scenario: x\\n\\177ELF\\002\\001\\000\\000' > binary.yaml;"
		 " coalmine validate binary.yaml"},
		{"results_as_scenario", 2, SMALL "coalmine validate small.h5"},
		{"deep_brackets", 2,
		 "awk 'BEGIN {for (i = 0; i < 100000; i++) printf \"[\"; print \"\"}' > deep.yaml;"
		 " coalmine validate deep.yaml"},
		{"deep_lines", 2,
		 "awk 'BEGIN {for (i = 0; i < 1000; i++) {print s \"- \"; s = s \" \"}}'"
		 " > deep.yaml; coalmine validate deep.yaml"},
		{"endless_anchors", 2,
		 "awk 'BEGIN {print \"a0: &a0 [x,x,x,x,x,x,x,x,x]\";"
		 " for (i = 1; i < 40; i++) {printf \"a%d: &a%d [\", i, i;"
		 " for (j = 0; j < 9; j++) printf \"*a%d,\", i - 1; print \"]\"}}'"
		 " > laughs.yaml; coalmine validate laughs.yaml"},
		{"many_keys", 2,
		 "awk 'BEGIN {for (i = 0; i < 100000; i++) print \"k\" i \": 1\"}' > keys.yaml;"
		 " coalmine validate keys.yaml 2>&1 | tail -n 2; coalmine validate keys.yaml"
		 " 2>/dev/null"},
		{"times_many", 2,
		 "seq -f %gus 10001 > times.txt; cat data/good.yaml > good.yaml; coalmine validate"
		 " good.yaml --set 'versions.stable.latency={empirical: {file: times.txt}}'"},
		{"times_wrong", 2,
		 "seq 100 > times.txt; cat data/good.yaml > good.yaml; coalmine validate"
		 " good.yaml --set 'versions.stable.latency={empirical: {file: times.txt}}' 2> all;"
		 " code=$?; tail -n 8 all; exit $code"},
		{"times_huge", 2,
		 "yes 80ms | head -c 5000000 > times.txt; cat data/good.yaml > good.yaml; coalmine"
		 " validate good.yaml --set 'versions.stable.latency={empirical: {file: "
		 "times.txt}}'"},
		{"times_everywhere", 2,
		 "seq -f %gus 9999 > times.txt; { cat data/good.yaml; echo rollouts:;"
		 " echo '  a0: {instant: {}, rollback: {takes: {empirical: {file: times.txt}}}}';"
		 " for i in $(seq 20); do echo \"  a$i: {like: a0}\"; done; } |"
		 " sed '/^rollouts: {/d' > many.yaml; coalmine validate many.yaml"},
		{"directory", 3, "coalmine run data"},
		{"no_file", 3, "coalmine run nowhere.yaml"},
	};
	expect_lines(lines, LENGTH(lines));
}

/* ---- the command line */

Test(cli, every_command_has_help)
{
	static const struct line lines[] = {
		{"nothing", 2, "coalmine"},
		{"help", 0, "coalmine --help"},
		{"help_word", 0, "coalmine help"},
		{"version", 0, "coalmine --version"},
		{"run_help", 0, "coalmine run --help"},
		{"validate_help", 0, "coalmine validate --help"},
		{"list_help", 0, "coalmine list -h"},
		{"inspect_help", 0, "coalmine inspect --help"},
		{"export_help", 0, "coalmine export --help"},
		{"explain_help", 0, "coalmine explain --help"},
		{"plot_help", 0, "coalmine plot --help"},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(cli, a_slip_on_the_command_line_is_explained)
{
	static const struct line lines[] = {
		{"command_typo", 2, "coalmine rnu"},
		{"command_unknown", 2, "coalmine frobnicate"},
		{"option_typo", 2, "coalmine run data/small.yaml --outptu x.h5"},
		{"option_unknown", 2, "coalmine run data/small.yaml -x"},
		{"option_without_value", 2, "coalmine run data/small.yaml -o"},
		{"flag_with_value", 2, "coalmine run data/small.yaml --quiet=3"},
		{"threads_none", 2, "coalmine run data/small.yaml -j 0"},
		{"threads_word", 2, "coalmine run data/small.yaml -j many"},
		{"trials_none", 2, "coalmine run data/small.yaml -n 0"},
		{"trials_absurd", 2, "coalmine run data/small.yaml -n 1e300"},
		{"seed_negative", 2, "coalmine run data/small.yaml --seed -1"},
		{"run_nothing", 2, "coalmine run"},
		{"validate_nothing", 2, "coalmine validate"},
		{"inspect_nothing", 2, "coalmine inspect"},
		{"export_nothing", 2, "coalmine export"},
		{"explain_nothing", 2, "coalmine explain"},
		{"plot_nothing", 2, "coalmine plot"},
		{"run_several", 2, "coalmine run data/good.yaml data/small.yaml -o x.h5"},
		{"list_kind_unknown", 2, "coalmine list stratgy"},
		{"list_name_typo", 2, "coalmine list strategy canry"},
		{"list_metric_typo", 2, "coalmine list metric error_rat"},
		{"list_quantity_typo", 2, "coalmine list quantity harmd_users"},
		{"list_name_unknown", 2, "coalmine list strategy teleport"},
		{"list_part_begun", 2, "coalmine list scenario expect"},
		{"list_part_typo", 2, "coalmine list scenario polo"},
		{"list_too_much", 2, "coalmine list strategy canary steps"},
		{"list_json_nothing", 5, "coalmine list --json strategy teleport"},
		{"explain_rollout_typo", 2, "coalmine explain data/small.yaml -r laddr"},
		{"explain_case_typo", 2, "coalmine explain data/small.yaml -c brst"},
		{"explain_point_beyond", 2, "coalmine explain data/varied.yaml -p 4"},
		{"explain_trial_beyond", 2,
		 "coalmine run data/small.yaml -q -o s.h5 >/dev/null; coalmine explain s.h5 -t "
		 "100000"},
		{"run_replay_quiet", 0,
		 "coalmine run scenarios/recorded-tuesday.yaml -q --set trials=2 -j1 2>&1 "
		 ">/dev/null"},
		{"option_twice", 2, "coalmine run data/small.yaml -o a.h5 --output b.h5"},
		{"explain_trial_word", 2, "coalmine explain data/small.yaml -t one"},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(cli, a_setting_that_does_not_fit_is_explained)
{
#define SET(text) "coalmine validate data/small.yaml --set " text
	static const struct line lines[] = {
		{"set_no_value", 2, SET("trials")},
		{"set_empty", 2, SET("trials=")},
		{"set_no_key", 2, SET("=5")},
		{"set_bad_value", 2, SET("trials=abc")},
		{"set_several_bad", 2, SET("horizon=soon --set seed=x --set slo.bad=2")},
		{"set_no_entry", 2, SET("rollouts.ladder.checks.5.every=1m")},
		{"set_empty_list", 2, SET("cases.healthy.0.step.errors=+5%")},
		{"set_typo", 2, SET("rollouts.laddr.start=1m")},
		{"set_key_typo", 2, SET("rollouts.ladder.strat=1m")},
		{"set_below_value", 2, SET("seed.x=1")},
		{"set_dots", 2, SET("rollouts..start=1m")},
		{"set_broken_yaml", 2, SET("'rollouts.ladder.canary={steps: [5% for'")},
		{"set_null", 2, SET("horizon=null")},
		{"set_good", 0, SET("'slo={latency: 1s}' --set rollouts.ladder.start=5m")},
		{"set_vary", 0, SET("'vary={rollouts.ladder.start: [0s, 1m]}'")},
	};
#undef SET
	expect_lines(lines, LENGTH(lines));
}

Test(cli, list_shows_what_there_is)
{
	static const struct line lines[] = {
		{"list", 0, "coalmine list"},
		{"list_strategy", 0, "coalmine list strategy"},
		{"list_strategy_canary", 0, "coalmine list strategy canary"},
		{"list_strategy_instant", 0, "coalmine list strategy instant"},
		{"list_metric", 0, "coalmine list metric"},
		{"list_metric_one", 0, "coalmine list metric accuracy"},
		{"list_quantity", 0, "coalmine list quantity"},
		{"list_quantity_one", 0, "coalmine list quantity time_to_promote"},
		{"list_json_quantity", 0, "coalmine list --json quantity missed"},
		{"list_scenario", 0, "coalmine list scenario"},
		{"list_scenario_check", 0, "coalmine list scenario check"},
		{"list_json_strategy_canary", 0, "coalmine list --json strategy canary"},
	};
	expect_lines(lines, LENGTH(lines));
}

/* ---- results */

Test(cli, a_run_prints_and_keeps_what_it_found)
{
	static const struct line lines[] = {
		{"run", 0, "coalmine run data/small.yaml"},
		{"run_output", 0, "coalmine run data/small.yaml -o small.h5; echo *.h5*"},
		{"run_rollouts", 0,
		 "coalmine run data/suite.yaml -q -n 40 --rollouts data/rollouts.yaml --set "
		 "rollouts.slow.start=30s -o out.h5 && coalmine inspect out.h5 | grep ^command"},
		{"run_rollouts_of_what_is_tuned", 0,
		 "coalmine run data/tuned.yaml -q -n 4 --rollouts data/rollouts.yaml"},
		{"run_varies_nothing", 0, "coalmine run data/varied.yaml -q -n 2 --set vary={}"},
		{"run_rollouts_wrong", 2,
		 "coalmine run data/suite.yaml --rollouts data/rollouts_wrong.yaml"},
		{"run_rollouts_nowhere", 3, "coalmine run data/suite.yaml --rollouts nowhere.yaml"},
		{"run_varied", 0, "coalmine run data/varied.yaml -n 2"},
		{"run_json", 0, "coalmine run data/small.yaml --json -n 2"},
		{"run_json_several", 2,
		 "coalmine run data/late.yaml data/small.yaml data/good.yaml --json -n 2 "
		 "2>/dev/null > out.json; code=$?; python3 -c 'import json; "
		 "print([one[\"scenario\"] for one in json.load(open(\"out.json\"))])'; coalmine "
		 "run "
		 "data/late.yaml data/late.yaml --json 2>/dev/null; exit $code"},
		{"run_stdin", 0, "coalmine run - -n 1 < data/json.yaml"},
		{"run_directory", 0,
		 "mkdir d; coalmine run data/json.yaml data/good.yaml -n 1 -q -o d > /dev/null;"
		 " echo d/*"},
		{"inspect", 0, SMALL "coalmine inspect small.h5"},
		{"inspect_json", 0, SMALL "coalmine inspect small.h5 --json"},
		{"inspect_scenario", 0,
		 SMALL "coalmine inspect small.h5 --scenario > one.yaml;"
		       " coalmine validate --resolved data/small.yaml | cmp - one.yaml"},
		{"inspect_summary", 0,
		 SMALL "coalmine inspect small.h5 --summary > one.txt;"
		       " coalmine run data/small.yaml | cmp - one.txt"},
		{"export_csv", 0, SMALL "coalmine export small.h5"},
		{"export_json", 0, SMALL "coalmine export small.h5 --json"},
		{"export_file", 0,
		 SMALL "coalmine export small.h5 -o small.csv; echo *.csv*;"
		       " coalmine export small.h5 | cmp - small.csv"},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(cli, explain_tells_a_trial_of_each_strategy)
{
#define EXPLAIN "coalmine explain data/small.yaml -c burst -t 1 -r "
	static const struct line lines[] = {
		{"explain_canary", 0, EXPLAIN "ladder"},
		{"explain_staged", 0,
		 "coalmine explain scenarios/strategies.yaml -r staged -c premium -t 5"},
		{"explain_waves", 0,
		 "coalmine explain scenarios/strategies.yaml -r waves -c burst"},
		{"explain_shadow", 0,
		 "coalmine explain scenarios/strategies.yaml -r shadow -c slow"},
		{"explain_ab_test", 0,
		 "coalmine explain scenarios/strategies.yaml -r ab-test -c slow"},
		{"explain_bandit", 0,
		 "coalmine explain scenarios/strategies.yaml -r bandit -c premium"},
		{"explain_flag", 0, "coalmine explain scenarios/strategies.yaml -r flag -c burst"},
		{"explain_rolling", 0,
		 "coalmine explain scenarios/strategies.yaml -r rolling -c collapse"},
		{"explain_manual", 0,
		 "coalmine explain scenarios/strategies.yaml -r by-hand -c slow"},
		{"explain_half_first", 0,
		 "coalmine explain scenarios/strategies.yaml -r half-first -c burst"},
		{"explain_baseline_group", 0,
		 "coalmine explain scenarios/strategies.yaml -r canary-group -c collapse"},
		{"explain_probes", 0,
		 "coalmine explain scenarios/strategies.yaml -r blue-green -c slow"},
		{"explain_machines", 0, "coalmine explain scenarios/hungry.yaml -r price -p 1"},
		{"explain_quality", 0, "coalmine explain data/model.yaml -t 1"},
		{"explain_blue_green", 0, EXPLAIN "twin"},
		{"explain_instant", 0, EXPLAIN "all"},
		{"explain_all", 0, EXPLAIN "ladder --all"},
		{"explain_json", 0, EXPLAIN "ladder --json"},
		{"explain_healthy", 0, "coalmine explain data/small.yaml"},
	};
#undef EXPLAIN
	expect_lines(lines, LENGTH(lines));
}

/* Settings that share their trials find what each finds alone: all is equal but the point. */
Test(cli, a_sweep_finds_what_its_points_find_alone)
{
	struct sandbox sandbox;
	open_with_data(&sandbox);
	expect_good(&sandbox,
		    "rows() { coalmine export $1.h5 | grep -v ^rollout | cut -d, -f1,2,$2-; };"
		    " grep -v ^vary data/sweep.yaml > one.yaml;"
		    " coalmine run data/sweep.yaml -q -o all.h5 > /dev/null || exit 1;"
		    " for max in 1 1.03 1.06 1.1 1.15 1.2 1.3 1.4 2; do"
		    " coalmine run one.yaml -q --set rollouts.one.checks.0.ratio.max=$max -o one.h5"
		    " --force > /dev/null && rows one 4 || exit 1; done | sort > alone.csv;"
		    " rows all 5 | sort > all.csv; test $(wc -l < all.csv) = 180 &&"
		    " test $(sort -u all.csv | wc -l) -gt 30 &&"
		    " cmp all.csv alone.csv");
	sandbox_close(&sandbox);
}

Test(cli, explain_tells_the_trial_that_was_run)
{
	struct sandbox sandbox;
	open_with_data(&sandbox);
	expect_good(&sandbox, "coalmine run data/varied.yaml -q -o varied.h5 > /dev/null;"
			      " for p in 0 1 2 3; do"
			      " coalmine explain varied.h5 -p $p -r two -c burst > one.txt;"
			      " coalmine explain data/varied.yaml -p $p -r two -c burst |"
			      " cmp - one.txt || exit 1; done");
	sandbox_close(&sandbox);
}

Test(cli, results_are_the_same_bytes_whatever_the_threads)
{
	struct sandbox sandbox;
	open_with_data(&sandbox);
	expect_good(&sandbox,
		    "coalmine run data/small.yaml -j 1 -o one.h5 -n 40 > one.txt"
		    " 2>/dev/null && coalmine run data/small.yaml -j 2 -o two.h5 -n 40"
		    " > two.txt 2>/dev/null && coalmine run data/small.yaml -j 2 -n 40"
		    " -o three.h5 > three.txt 2>/dev/null && cmp one.h5 two.h5 &&"
		    " cmp two.h5 three.h5 && cmp one.txt two.txt && cmp two.txt three.txt");
	sandbox_close(&sandbox);
}

/* ---- files that cannot be read or written */

Test(cli, results_that_are_none_are_refused)
{
	static const struct line lines[] = {
		{"inspect_no_file", 3, "coalmine inspect nowhere.h5"},
		{"inspect_scenario_file", 3, "coalmine inspect data/small.yaml"},
		{"inspect_empty", 3, ": > empty.h5; coalmine inspect empty.h5"},
		{"inspect_signature", 3,
		 "printf '\\211HDF\\r\\n\\032\\n' > head.h5; coalmine inspect head.h5"},
		{"inspect_truncated", 3,
		 SMALL "head -c 20000 small.h5 > part.h5; coalmine inspect part.h5 2>&1 |"
		       " sed 's/[0-9]\\{4,\\}/N/g'; coalmine inspect part.h5 2> /dev/null"},
		{"inspect_changed", 3,
		 SMALL "cat small.h5 small.h5 > twice.h5; coalmine inspect twice.h5"},
		{"export_truncated", 3,
		 SMALL "head -c 20000 small.h5 > part.h5; coalmine export part.h5 -o part.csv"
		       " 2> /dev/null; code=$?; echo *.csv*; exit $code"},
		{"explain_truncated", 3,
		 SMALL "head -c 20000 small.h5 > part.h5; coalmine explain part.h5 2> /dev/null"},
		{"plot_truncated", 3,
		 SMALL "head -c 20000 small.h5 > part.h5; coalmine plot part.h5 -o figures"
		       " 2> /dev/null; code=$?; echo figures/*; exit $code"},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(cli, what_stands_in_the_way_is_kept)
{
	static const struct line lines[] = {
		{"output_exists", 3,
		 "echo mine > a.h5; coalmine run data/small.yaml -o a.h5; code=$?; cat a.h5;"
		 " exit $code"},
		{"output_forced", 0,
		 "echo mine > a.h5; coalmine run data/small.yaml -q -f -o a.h5 > /dev/null;"
		 " coalmine inspect a.h5 | head -n 1"},
		{"output_no_directory", 3, "coalmine run data/small.yaml -o nowhere/a.h5"},
		{"output_below_file", 3, "echo mine > a; coalmine run data/small.yaml -o a/a.h5"},
		{"export_exists", 3,
		 SMALL "echo mine > a.csv; coalmine export small.h5 -o a.csv; code=$?; cat a.csv;"
		       " exit $code"},
		{"export_no_directory", 3, SMALL "coalmine export small.h5 -o nowhere/a.csv"},
		{"plot_no_directory", 3, SMALL "coalmine plot small.h5 -o nowhere/figures"},
	};
	expect_lines(lines, LENGTH(lines));
}

/* A limit on the size of files is a disk that is full. */
Test(cli, a_full_disk_leaves_no_half_written_file)
{
	static const struct line lines[] = {
		{"full_run", 3,
		 "ulimit -f 8; coalmine run data/small.yaml -q -o a.h5 > /dev/null; code=$?;"
		 " echo *.h5*; exit $code"},
		{"full_run_forced", 3,
		 "echo mine > a.h5; ulimit -f 8; coalmine run data/small.yaml -q -f -o a.h5"
		 " > /dev/null; code=$?; echo *.h5*; cat a.h5; exit $code"},
		{"full_export", 3,
		 SMALL "ulimit -f 2; coalmine export small.h5 -o a.csv; code=$?; echo *.csv*;"
		       " exit $code"},
		{"full_plot", 3,
		 SMALL "ulimit -f 1; coalmine plot small.h5 -o figures --only matrix; code=$?;"
		       " echo figures/*.part; exit $code"},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(cli, a_stdout_that_is_full_is_an_error)
{
	static const struct line lines[] = {
		{"full_stdout_run", 3, "coalmine run data/small.yaml > /dev/full"},
		{"full_stdout_run_json", 3, "coalmine run data/small.yaml --json > /dev/full"},
		{"full_stdout_inspect", 3, SMALL "coalmine inspect small.h5 > /dev/full"},
		{"full_stdout_export", 3, SMALL "coalmine export small.h5 > /dev/full"},
		{"full_stdout_explain", 3, "coalmine explain data/small.yaml > /dev/full"},
		{"full_stdout_list", 3, "coalmine list > /dev/full"},
		{"full_stdout_resolved", 3,
		 "coalmine validate --resolved data/small.yaml > /dev/full"},
	};
	if (access("/dev/full", W_OK))
		cr_skip_test("there is no /dev/full to write to");
	expect_lines(lines, LENGTH(lines));
}

/* The inputs of a command are no place for its output, and a device is no file to replace. */
Test(cli, force_replaces_results_only)
{
	static const struct line lines[] = {
		{"output_is_input", 2,
		 "cp data/small.yaml a.yaml; coalmine run a.yaml -q -f -o a.yaml > /dev/null;"
		 " code=$?; cmp a.yaml data/small.yaml; exit $code"},
		{"export_is_input", 2,
		 SMALL "cp small.h5 a.h5; coalmine export a.h5 -f -o a.h5; code=$?;"
		       " cmp a.h5 small.h5; exit $code"},
		{"output_is_pipe", 3,
		 "mkfifo a.h5; coalmine run data/small.yaml -q -f -o a.h5 > /dev/null; code=$?;"
		 " test -p a.h5 || echo 'the pipe is gone'; exit $code"},
		{"output_twice", 2,
		 "mkdir d e; cp data/good.yaml d; cp data/small.yaml e/good.yaml; mkdir out;"
		 " coalmine run d/good.yaml e/good.yaml -n 1 -q -f -o out > /dev/null"},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(cli, without_gnuplot_the_scripts_are_kept)
{
	static const struct line lines[] = {
		{"no_gnuplot", 3,
		 SMALL "PATH=$PWD/bin coalmine plot small.h5 -o figures; code=$?; echo figures/*;"
		       " exit $code"},
		{"script_only", 0,
		 SMALL "PATH=$PWD/bin coalmine plot small.h5 -o figures --script-only;"
		       " echo figures/*"},
		{"figure_unknown", 2, SMALL "coalmine plot small.h5 --only tineline"},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(cli, traffic_is_drawn_of_a_scenario_and_the_rest_of_results)
{
	static const struct line lines[] = {
		{"plot_scenario", 0,
		 "cp data/small.yaml small.h5; coalmine plot small.h5 -o figures --script-only;"
		 " echo figures/*"},
		{"plot_stdin", 0,
		 "coalmine plot - -o figures --only arrivals --script-only --set "
		 "traffic.poisson.rate=3/s"
		 " < data/small.yaml; echo figures/*"},
		{"plot_set_typo", 2, "coalmine plot data/small.yaml --set traffic.poisson.rte=3/s"},
		{"plot_set_results", 2, SMALL "coalmine plot small.h5 --set trials=3"},
		{"plot_arrivals_of_results", 2, SMALL "coalmine plot small.h5 --only arrivals"},
		{"plot_matrix_of_scenario", 2, "coalmine plot data/small.yaml --only matrix"},
		{"plot_figure_typo", 2, "coalmine plot data/small.yaml --only arrival"},
		{"plot_no_file", 3, "coalmine plot nowhere.yaml"},
		{"plot_bad_scenario", 2, "coalmine plot data/keys_missing.yaml"},
	};
	expect_lines(lines, LENGTH(lines));
}

/* ---- JSON */

static const char *skip_json(const char *at, int depth);

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

static const char *skip_text(const char *at)
{
	if (*at++ != '"')
		return NULL;
	for (; *at != '"'; at++) {
		if ((unsigned char)*at < ' ')
			return NULL;
		if (*at == '\\' && !strchr("\"\\/bfnrtu", *++at))
			return NULL;
	}
	return at + 1;
}

static const char *skip_number(const char *at)
{
	char *end;
	if (!strchr("-0123456789", *at) || strncmp(at, "0x", 2) == 0 || strncmp(at, "-i", 2) == 0)
		return NULL;
	strtod(at, &end);
	return end > at ? end : NULL;
}

static const char *skip_word(const char *at)
{
	static const char *const words[] = {"true", "false", "null"};
	for (int i = 0; i < LENGTH(words); i++)
		if (!strncmp(at, words[i], strlen(words[i])))
			return at + strlen(words[i]);
	return skip_number(at);
}

static const char *skip_list(const char *at, int depth)
{
	char close = *at == '{' ? '}' : ']';
	at = skip_blanks(at + 1);
	for (bool first = true; at && *at != close; first = false) {
		if (!first && *at++ != ',')
			return NULL;
		if (close == '}') {
			at = skip_text(skip_blanks(at));
			at = at ? skip_blanks(at) : at;
			if (!at || *at++ != ':')
				return NULL;
		}
		at = skip_json(at, depth + 1);
	}
	return at ? at + 1 : at;
}

/* Behind one JSON value (RFC 8259) and the blanks around it, or NULL. */
static const char *skip_json(const char *at, int depth)
{
	at = skip_blanks(at);
	if (depth > 20)
		return NULL;
	at = *at == '{' || *at == '[' ? skip_list(at, depth)
	     : *at == '"'	      ? skip_text(at)
				      : skip_word(at);
	return at ? skip_blanks(at) : at;
}

/* One value a line, or one in all. */
static void expect_json(const struct sandbox *sandbox, const char *command, bool lines)
{
	int code, count = 0;
	char *found = sandbox_run(sandbox, command, &code);
	const char *at = found;
	for (; at && *at; count++)
		at = skip_json(at, 0);
	cr_expect(code == 0 && at, "%s\nreturns %d and is no JSON", command, code);
	cr_expect(lines ? count > 1 : count == 1, "%s\nhas %d values", command, count);
	free(found);
}

Test(cli, json_output_is_json)
{
	struct sandbox sandbox;
	open_with_data(&sandbox);
	expect_json(&sandbox, "coalmine list --json", false);
	expect_json(&sandbox, "coalmine run data/small.yaml --json", false);
	expect_json(&sandbox, "coalmine run data/varied.yaml --json", false);
	expect_json(&sandbox, SMALL "coalmine inspect small.h5 --json", false);
	expect_json(&sandbox, "coalmine inspect small.h5 --json --summary", false);
	expect_json(&sandbox, "coalmine export small.h5 --json", true);
	expect_json(&sandbox, "coalmine explain data/small.yaml --json --all", true);
	expect_json(&sandbox, "coalmine stat --json", false);
	expect_json(&sandbox, "coalmine stat ztest --x1 3 --n1 9 --x2 4 --n2 9 --json", false);
	expect_json(&sandbox, "coalmine stat adjust --p '0.01;0.02' --json", false);
	expect_json(&sandbox, "coalmine stat welch --x 1 --y 2 --json", false);
	sandbox_close(&sandbox);
}

/* ---- signals */

static void nap(void)
{
	nanosleep(&(struct timespec){0, 20000000}, NULL);
}

/* Whether the process has said what to do on the signal (proc(5), SigCgt). */
static bool listens(pid_t process, int number)
{
	char path[64], line[256];
	unsigned long long caught = 0;
	snprintf(path, sizeof path, "/proc/%d/status", (int)process);
	FILE *status = fopen(path, "r");
	while (status && fgets(line, sizeof line, status))
		if (!strncmp(line, "SigCgt:", 7))
			caught = strtoull(line + 7, NULL, 16);
	if (status)
		fclose(status);
	return caught >> (number - 1) & 1;
}

/* A run that would take hours, told to stop after a moment. */
static int run_and_stop(const struct sandbox *sandbox, int number)
{
	char output[SANDBOX_PATH], program[] = "coalmine", run[] = "run", quiet[] = "-q";
	char scenario[] = "tests/data/small.yaml", trials[] = "--trials=20000", to[] = "-o";
	char rate[] = "--set=traffic.poisson.rate=2000/s";
	char *const arguments[] = {program, run, scenario, quiet, trials, rate, to, output, NULL};
	extern char **environ;
	posix_spawn_file_actions_t actions;
	pid_t process;
	int status = 0;
	snprintf(output, sizeof output, "%s/stopped.h5", sandbox->directory);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	cr_assert_eq(posix_spawn(&process, sandbox->program, &actions, NULL, arguments, environ),
		     0);
	for (int i = 0; i < 500 && !listens(process, number); i++)
		nap();
	for (int i = 0; i < 50; i++)
		nap();
	kill(process, number);
	waitpid(process, &status, 0);
	posix_spawn_file_actions_destroy(&actions);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void expect_stopped(int number)
{
	struct sandbox sandbox;
	int code, planned = 0, run = 0;
	sandbox_open(&sandbox);
	code = run_and_stop(&sandbox, number);
	cr_expect_eq(code, 128 + number, "returns %d", code);
	char *found = sandbox_run(&sandbox, "echo *.h5*; coalmine inspect stopped.h5", &code);
	const char *trials = strstr(found, "\ntrials ");
	cr_expect(!code && !strncmp(found, "stopped.h5\n", 11) && trials, "%.500s", found);
	if (trials)
		sscanf(trials, "\ntrials %d planned, at least %d", &planned, &run);
	cr_expect(planned == 20000 && run > 0 && run < planned, "%d planned, %d run", planned, run);
	free(found);
	sandbox_close(&sandbox);
}

Test(cli, finished_trials_are_kept_on_interrupt)
{
	expect_stopped(SIGINT);
}

Test(cli, finished_trials_are_kept_on_termination)
{
	expect_stopped(SIGTERM);
}
