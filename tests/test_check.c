/* What `coalmine check` says of expectations, to people and to machines. */
#include "tests/golden.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))
#define BASE	      "coalmine run data/suite.yaml -q -n 150 -o base.h5 >/dev/null 2>&1; "

Test(check, words_and_exit_codes_are_as_they_should_be)
{
	static const struct line lines[] = {
		{"check_suite", 1, "coalmine check data/suite.yaml"},
		{"check_one_thread", 1, "coalmine check data/suite.yaml -j 1"},
		{"check_holds", 0, "coalmine check data/suite.yaml --filter 'cautious, healthy*'"},
		{"check_undecided", 4,
		 "coalmine check data/suite.yaml --filter '*promoted*' --max-trials 20"},
		{"check_undecided_fails", 1,
		 "coalmine check data/suite.yaml --filter '*promoted*' --max-trials 20 "
		 "--fail-on-undecided"},
		{"check_too_alike", 4,
		 "coalmine check data/suite.yaml -n 250 --set 'expect=[{rollout: cautious, "
		 "cost.mean: "
		 "\"<= 1\"}]'"},
		{"check_alike", 0,
		 "coalmine check data/suite.yaml -n 500 --set 'expect=[{rollout: cautious, "
		 "cost.mean: "
		 "\"<= 1\"}]'"},
		{"check_difference", 1,
		 "coalmine check data/suite.yaml -n 250 --set 'expect=[{rollout: eager - cautious, "
		 "missed: \"<= 1%\", peak_share.mean: \">= 10%\"}]'"},
		{"check_list", 0, "coalmine check data/suite.yaml --list"},
		{"check_nothing", 5, "coalmine check data/suite.yaml --filter 'nobody*'"},
		{"check_no_expectation", 5, "coalmine check data/small.yaml"},
		{"check_json", 1, "coalmine check data/suite.yaml --json"},
		{"check_tap", 1, "coalmine check data/suite.yaml --tap --filter '*missed*'"},
		{"check_github", 1,
		 "GITHUB_STEP_SUMMARY=sum.md coalmine check data/suite.yaml --github --filter "
		 "'*missed*'; code=$?; cat sum.md; exit $code"},
		{"check_junit", 1,
		 "coalmine check data/suite.yaml --junit out.xml --filter '*e[rt]*' --max-trials "
		 "30 "
		 ">/dev/null; code=$?; cat out.xml; exit $code"},
		{"check_saved", 0,
		 "coalmine check data/suite.yaml --filter 'cautious, burst: harm*' -o out.h5 && "
		 "coalmine inspect out.h5 | grep -E '^(command|trials)'"},
		{"check_saved_twice", 3,
		 "coalmine check data/suite.yaml --filter 'cautious, burst: harm*' -o out.h5 "
		 ">/dev/null && coalmine check data/suite.yaml --filter 'cautious, burst: harm*' "
		 "-o "
		 "out.h5"},
		{"check_folder", 0,
		 "mkdir suite && cp data/suite.yaml suite/b.yaml && cp data/suite.yaml "
		 "suite/a.yaml && coalmine check suite --filter 'cautious, burst: harm*'"},
		{"check_empty_folder", 5, "mkdir empty && coalmine check data/suite.yaml empty"},
		{"check_no_folder", 3, "coalmine check nowhere"},
		{"check_twins", 2,
		 "mkdir a b && cp data/suite.yaml a && cp data/suite.yaml b && coalmine check a b "
		 "-o ."},
		{"check_one_output", 2, "coalmine check data/suite.yaml data/small.yaml -o out.h5"},
		{"check_ways", 2, "coalmine check data/suite.yaml --tap --json"},
		{"check_list_machines", 2,
		 "for as in --json --tap --github '--junit out.xml'; do coalmine check "
		 "data/suite.yaml --list $as; done"},
		{"check_list_filter", 0,
		 "coalmine check data/suite.yaml --list --filter 'data/suite.yaml:17: *' && "
		 "coalmine check data/suite.yaml --list --filter 'eager, burst: missed <= 5%' && "
		 "coalmine run data/suite.yaml -q -n 9 -o base.h5 > /dev/null && coalmine check "
		 "data/suite.yaml --list --against base.h5 --filter '*:15: *base*'"},
		{"check_no_time", 2, "coalmine check data/suite.yaml --time 0s"},
		{"check_time", 2, "coalmine check data/suite.yaml --time 5"},
		{"check_mistakes", 2, "coalmine check data/expect.yaml"},
		{"check_all_mistakes", 2, "coalmine check data/expect_early.yaml"},
		{"check_against", 1,
		 BASE "coalmine check data/suite.yaml --against base.h5 --set "
		      "rollouts.cautious.checks.0.threshold.max=25% --filter '*not worse*'"},
		{"check_against_same", 0,
		 BASE
		 "coalmine check data/suite.yaml --against base.h5 --worse "
		 "harmed_users.mean=5% --worse detection_time.p90=30s -n 120 --filter '*base*'"},
		{"check_against_list", 0,
		 BASE "mkdir bases && mv base.h5 bases/suite.h5 && coalmine check data/suite.yaml "
		      "--against bases --list --filter '*not worse*'"},
		{"check_against_machines", 1,
		 BASE "for as in --tap --json '--github --junit out.xml'; do coalmine check "
		      "data/suite.yaml --against base.h5 --set "
		      "rollouts.cautious.checks.0.threshold.max=25% --filter '*missed not worse*' "
		      "-q $as; done; code=$?; cat out.xml; exit $code"},
		{"check_against_left_out", 0,
		 BASE "sed -e '/eager: /d; s/^  - .rollout: eager .*/  - {case: burst, "
		      "requests.mean: \"<= 9000\"}/; s/^rollouts:/&\\n  late: {like: cautious}/' "
		      "data/suite.yaml > suite.yaml && coalmine check suite.yaml --against base.h5 "
		      "-q -n 100 | grep -E 'not (worse|more)'"},
		{"check_against_unpaired", 4,
		 BASE "coalmine check data/suite.yaml --against base.h5 -q --set "
		      "traffic.poisson.rate=30/s --worse requests.mean=2% --filter '*burst: "
		      "*not*base*'; coalmine check data/suite.yaml --against base.h5 -q --time 1ns "
		      "--filter '*burst: *not*base*'"},
		{"check_against_seed", 2,
		 BASE "coalmine check data/suite.yaml --against base.h5 --seed 4"},
		{"check_against_other", 2, BASE "coalmine check data/small.yaml --against base.h5"},
		{"check_against_nothing", 2, "coalmine check data/suite.yaml --worse missed=1%"},
		{"check_against_nowhere", 3, "coalmine check data/suite.yaml --against nowhere.h5"},
		{"check_against_mistakes", 2,
		 BASE "coalmine check data/suite.yaml --against base.h5 --worse mised=1%; coalmine "
		      "check data/suite.yaml --against base.h5 --worse harmed_users.mean=5s"},
		{"check_resume_where", 2, "coalmine check data/suite.yaml --resume"},
		{"check_resume_other", 2,
		 "coalmine check data/suite.yaml -o out.h5 -n 100 -q >/dev/null; coalmine check "
		 "data/suite.yaml -o out.h5 -q --resume"},
		{"check_help", 0, "coalmine check --help"},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(check, its_commands_can_be_pasted_into_a_shell)
{
	static const struct line lines[] = {
		{"check_same_trial", 1,
		 "sed '/^expect:/,$d' data/suite.yaml > suite.yaml && printf '%s\\n' 'expect:' "
		 "'  - {rollout: eager, case: burst, missed: \"<= 5%\", harmed_users.max: \"<= "
		 "1\"}' '  - {rollout: cautious, case: burst, peak_share.max: \"<= 3%\"}' >> "
		 "suite.yaml && coalmine check suite.yaml -q"},
		{"check_quoted", 0,
		 "mkdir 'a folder' && sed \"s/eager/it's eager/g\" data/suite.yaml > \"a "
		 "folder/it's.yaml\" && coalmine check \"a folder\" --filter '*eager, burst: m*' "
		 "--set 'cases.burst.0.step.errors=+30%' -o out.h5 > out.txt; cat out.txt && "
		 "coalmine inspect out.h5 | grep ^command && grep '^    coalmine' out.txt > "
		 "command && test $(wc -l < command) = 1 && sh command | head -1"},
	};
	expect_lines(lines, LENGTH(lines));
}

/* Who reads a report only must not take silence for good news. */
Test(check, every_report_names_the_scenarios_that_were_not_checked)
{
#define FILES "data/suite.yaml data/late.yaml nowhere.yaml --filter '*healthy: pro*' -q "
#define BASES                                                                                      \
	"mkdir bases; cp data/suite.yaml other.yaml; coalmine run data/suite.yaml -q -n 100 -o "   \
	"bases >/dev/null; "
#define LONG                                                                                       \
	"cp data/suite.yaml next.yaml; timeout --foreground --preserve-status -s INT 0.5 "         \
	"coalmine check data/suite.yaml "                                                          \
	"next.yaml -q -n 100000 --set horizon=20h --filter 'cautious, burst: harm*' "
	static const struct line lines[] = {
		{"check_unchecked", 3, "coalmine check " FILES},
		{"check_unchecked_tap", 3, "coalmine check " FILES "--tap 2>/dev/null"},
		{"check_unchecked_json", 3,
		 "coalmine check " FILES "--json 2>/dev/null > out.json; code=$?; python3 -m "
		 "json.tool out.json > /dev/null && cat out.json; exit $code"},
		{"check_unchecked_junit", 3,
		 "coalmine check " FILES "--junit out.xml >/dev/null 2>&1; code=$?; cat out.xml; "
		 "exit $code"},
		{"check_unchecked_github", 3,
		 "GITHUB_STEP_SUMMARY=sum.md coalmine check " FILES "--github 2>/dev/null; "
		 "code=$?; cat sum.md; exit $code"},
		{"check_unchecked_base", 3,
		 BASES "coalmine check data/suite.yaml other.yaml --against bases -q -n 100 "
		       "--filter '*burst: missed not*' --tap"},
		{"check_unchecked_resume", 2,
		 "cp data/suite.yaml other.yaml; coalmine check data/suite.yaml -o . -q -n 9 "
		 ">/dev/null; coalmine check data/suite.yaml other.yaml -o . -q -n 20 --resume "
		 "--filter '*burst: harm*' --tap"},
		{"check_stopped", 130, LONG},
		{"check_stopped_tap", 130, LONG "--tap"},
		{"check_stopped_json", 130, LONG "--json"},
		{"check_stopped_github", 130,
		 "export GITHUB_STEP_SUMMARY=sum.md; " LONG
		 "--github --junit out.xml; code=$?; cat "
		 "sum.md out.xml; exit $code"},
	};
	expect_lines(lines, LENGTH(lines));
#undef LONG
#undef BASES
#undef FILES
}

/* A name that was mistyped in CI must not cost a scenario, a base or a device. */
Test(check, a_report_is_not_written_over_what_is_something_else)
{
#define CHECK "coalmine check suite.yaml --filter 'cautious, burst: harm*' -n 1 "
#define TRY   "cp data/suite.yaml suite.yaml; try() { " CHECK "\"$@\"; echo \"exit $?\"; }; "
	static const struct line lines[] = {
		{"check_junit_refused", 0,
		 TRY "mkdir -p folder; echo notes > notes.txt; cp data/suite.yaml base.h5; "
		     "ln -s suite.yaml link.xml; "
		     "for name in suite.yaml ./suite.yaml link.xml folder nowhere/out.xml "
		     "suite.yaml/out.xml - notes.txt base.h5; do try --junit $name; done; "
		     "try --junit suite.yaml --force; try --junit base.h5 --against base.h5 "
		     "--force; try -o out.h5 --junit ./out.h5; try -o folder --junit "
		     "folder/suite.h5; cmp data/suite.yaml suite.yaml; ls . folder"},
		{"check_junit_written", 0,
		 "exec >> log; " TRY
		 ": > out.xml; for again in 1 2; do try --junit out.xml; done; try --junit "
		 "notes.xml; echo notes > notes.xml; try --junit notes.xml --force; "
		 "ln -s out.xml link.xml; try --junit link.xml; mkfifo pipe; cat pipe > read.xml & "
		 "try --junit pipe; wait; cmp out.xml read.xml && cmp out.xml notes.xml && test -p "
		 "pipe && test -L link.xml && exec > end && sort log | uniq -c | grep exit; cat "
		 "end "
		 ">&2"},
	};
	expect_lines(lines, LENGTH(lines));
#undef TRY
#undef CHECK
}

/* A signal or a time limit may come at any moment: what is found in the end does not show it. */
Test(check, what_was_stopped_goes_on_to_the_same_bytes)
{
#define CHECK "coalmine check data/suite.yaml -q -o "
	static const struct line lines[] = {
		{"check_resume", 0,
		 CHECK "whole.h5 > whole.txt; for wait in 0.01 0.03 0.1 0.2 0.4; do "
		       "timeout -s INT $wait " CHECK "out.h5 -f > /dev/null 2>&1; " CHECK
		       "out.h5 --resume > out.txt; cmp whole.h5 out.h5 && cmp whole.txt out.txt || "
		       "exit 1; done; for wait in 1ms 20ms 50ms 100ms; do " CHECK
		       "out.h5 -f --time $wait > /dev/null; " CHECK
		       "out.h5 --resume > out.txt; cmp whole.h5 out.h5 && cmp whole.txt out.txt || "
		       "exit 1; done; echo the same"},
	};
	expect_lines(lines, LENGTH(lines));
#undef CHECK
}
