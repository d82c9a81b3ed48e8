/* What `coalmine tune` says, what it keeps, and that neither depends on threads or on stops. */
#include "tests/golden.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

Test(tune_command, words_and_exit_codes_are_as_they_should_be)
{
	static const struct line lines[] = {
		{"tune", 0, "coalmine tune data/tuned.yaml"},
		{"tune_one_thread", 0, "coalmine tune data/tuned.yaml -j 1"},
		{"tune_json", 0, "coalmine tune data/tuned.yaml --json"},
		{"tune_lucky", 0, "coalmine tune data/tune_lucky.yaml"},
		{"tune_lucky_trials", 0,
		 "coalmine tune data/tune_lucky.yaml --set 'tune.subject_to=[{case: healthy, "
		 "false_rollback: \"<= 11%\"}, {case: broken, missed: \"<= 11%\"}]' | tail -n 3"},
		{"tune_lucky_budget", 0,
		 "coalmine tune data/tune_lucky.yaml --budget 800 --set "
		 "'tune.subject_to=[{case: healthy, false_rollback: \"<= 17%\"}, {case: broken, "
		 "missed: \"<= 17%\"}]' | tail -n 3"},
		{"tune_silent", 0,
		 "coalmine tune data/tune_lucky.yaml --set 'tune.minimise=[cost.mean, "
		 "harmed_users.mean, {quantity: detection_time.p50, case: healthy}]' --set "
		 "'tune.subject_to=[{case: healthy, missed: \"<= 10%\"}]' | sed -n '3,9p'"},
		{"tune_all_cases", 0,
		 "coalmine tune data/tune_lucky.yaml --set 'tune.minimise=[detection_time.p50]' "
		 "--set 'tune.subject_to=[{missed: \"<= 25%\"}]' | sed -n '3,5p'; coalmine tune "
		 "data/tune_lucky.yaml --set 'tune.cases={healthy: 1}' --set "
		 "'tune.minimise=[detection_time.p50]' | sed -n '3,7p'"},
		{"tune_binds", 4,
		 "coalmine tune data/tuned.yaml --set 'tune.subject_to=[{case: healthy, "
		 "false_rollback: \"<= 1%\"}, {case: twice, missed: \"<= 1%\"}]'"},
		{"tune_no_limits", 0,
		 "coalmine tune data/tuned.yaml --set 'tune.subject_to=[]' --set "
		 "tune.cases=worst --budget 4k"},
		{"tune_saved", 0,
		 "coalmine tune data/tuned.yaml -o out.h5 >/dev/null && coalmine inspect out.h5 "
		 "| grep -E '^(made|command|points|  varied|trials)' && coalmine export out.h5 | "
		 "head -n 3"},
		{"tune_exists", 3, "touch out.h5; coalmine tune data/tuned.yaml -o out.h5"},
		{"tune_plot", 0,
		 "coalmine tune data/tuned.yaml --plot figures -q >/dev/null && ls figures"},
		{"tune_nothing", 5, "coalmine tune data/small.yaml"},
		{"tune_no_file", 2, "coalmine tune"},
		{"tune_two_files", 2, "coalmine tune data/tuned.yaml data/small.yaml"},
		{"tune_resume_nowhere", 2, "coalmine tune data/tuned.yaml --resume"},
		{"tune_resume_other", 2,
		 "coalmine tune data/tuned.yaml -o out.h5 --budget 1k >/dev/null; coalmine tune "
		 "data/tuned.yaml -o out.h5 --resume"},
		{"tune_resume_results", 3,
		 "coalmine run data/small.yaml -q -o out.h5 >/dev/null; coalmine tune "
		 "data/tuned.yaml -o out.h5 --resume"},
		{"tune_resume_cut", 3,
		 "coalmine tune data/tuned.yaml -o out.h5 --budget 1k >/dev/null; head -c 9000 "
		 "out.h5 >cut.h5; coalmine tune data/tuned.yaml -o cut.h5 --resume"},
		{"tune_mistakes", 2, "coalmine validate data/tune.yaml"},
		{"tune_mistakes_values", 2, "coalmine validate data/tune_values.yaml"},
		{"tune_mistakes_weights", 2, "coalmine validate data/tune_weights.yaml"},
		{"tune_mistakes_empty", 2, "coalmine validate data/tune_empty.yaml"},
		{"tune_resolved", 0, "coalmine validate --resolved data/tuned.yaml"},
		{"tune_run", 0, "coalmine run data/tuned.yaml -q --trials 20"},
		{"tune_help", 0, "coalmine tune --help"},
	};
	expect_lines(lines, LENGTH(lines));
}

static void expect_command(const struct sandbox *sandbox, int expected, const char *command)
{
	int code;
	char *said = sandbox_run(sandbox, command, &code);
	cr_expect_eq(code, expected, "%s gave %d: %s", command, code, said);
	free(said);
}

/* A signal may come at any time: what is found in the end does not show it. */
Test(tune_command, a_stopped_search_that_goes_on_gives_the_same_bytes)
{
	struct sandbox sandbox;
	open_with_data(&sandbox);
	expect_command(&sandbox, 0, "coalmine tune data/tuned.yaml -o whole.h5 --json >whole.json");
	expect_command(&sandbox, 0,
		       "for wait in 0.1 0.2 0.3 0.4 0.8 1.6; do timeout -s INT $wait coalmine "
		       "tune data/tuned.yaml -o out.h5 --resume -j 1 >/dev/null 2>said; grep -q "
		       "'^  coalmine tune data/tuned.yaml -o out.h5 --resume' said && break; done; "
		       "grep 'To go on' said && ! coalmine inspect out.h5");
	expect_command(&sandbox, 0,
		       "coalmine tune data/tuned.yaml -o out.h5 --resume -j 2 --json >out.json");
	expect_command(&sandbox, 0, "cmp whole.h5 out.h5 && cmp whole.json out.json");
	/* All of it was there: nothing but the front is run again. */
	expect_command(&sandbox, 0,
		       "coalmine tune data/tuned.yaml -o out.h5 --resume --json >again.json && cmp "
		       "whole.h5 out.h5 && cmp whole.json again.json");
	sandbox_close(&sandbox);
}

/* What is taken from the reserve is in the record, too. */
Test(tune_command, reserves_are_the_same_on_any_threads_and_when_gone_on_with)
{
	struct sandbox sandbox;
	open_with_data(&sandbox);
	expect_command(&sandbox, 0,
		       "coalmine tune data/tune_lucky.yaml -o one.h5 -j 1 >one && coalmine tune "
		       "data/tune_lucky.yaml -o two.h5 -j 3 >two && cmp one two && cmp one.h5 "
		       "two.h5");
	expect_command(&sandbox, 0,
		       "coalmine tune data/tune_lucky.yaml -o two.h5 --resume >two && cmp one two "
		       "&& cmp one.h5 two.h5");
	sandbox_close(&sandbox);
}

Test(tune_command, without_an_output_a_stop_keeps_nothing_and_says_so)
{
	struct sandbox sandbox;
	int code;
	open_with_data(&sandbox);
	char *said = sandbox_run(&sandbox,
				 "for wait in 0.2 0.4 0.8 1.6; do timeout -s TERM $wait coalmine "
				 "tune data/tuned.yaml -j 1 --budget 1M 2>said; test -s said && "
				 "break; done; cat said",
				 &code);
	cr_expect_str_eq(said,
			 "coalmine: stopped by signal 15; nothing is kept: -o names no file\n");
	free(said);
	sandbox_close(&sandbox);
}

/* What is recommended can be pasted: the scenario that it makes is the one that was tried. */
Test(tune_command, what_is_to_be_pasted_is_a_scenario_with_those_values)
{
	struct sandbox sandbox;
	open_with_data(&sandbox);
	expect_command(&sandbox, 0,
		       "coalmine tune data/tuned.yaml >said; sed '/^rollouts:/,/min_requests/d' "
		       "data/tuned.yaml >new.yaml; sed -n '/pasted/,$ s/^    //p' said >>new.yaml; "
		       "coalmine validate new.yaml");
	expect_command(&sandbox, 0,
		       "coalmine run new.yaml --seed 6 --trials 210 -q | grep '1.43 % \\[0.296, "
		       "4.12\\]'");
	sandbox_close(&sandbox);
}
