/* coalmine stat as people meet it: what it shows, what it says to a slip, and what comes through a
 * pipe. */
#include "tests/golden.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

static void expect_in_sandbox(const char *command)
{
	struct sandbox sandbox;
	sandbox_open(&sandbox);
	expect_good(&sandbox, command);
	sandbox_close(&sandbox);
}

Test(stat, help_shows_what_goes_in_and_what_comes_out)
{
	static const struct line lines[] = {
		{"stat_help", 0, "coalmine stat --help"},
		{"stat_wilson_help", 0, "coalmine stat wilson --help"},
		{"stat_linucb_help", 0, "coalmine stat linucb -h"},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(stat, answers_are_shown_with_what_they_are)
{
	static const struct line lines[] = {
		{"stat_two_prop_z", 0, "coalmine stat two-prop-z --x1 43 --n1=50 --x2 44 --n2 50"},
		{"stat_json", 0, "coalmine stat ztest --x1 43 --n1 50 --x2 44 --n2 50 --json"},
		{"stat_list", 0,
		 "coalmine stat multiple-testing --p '0.01;0.02;0.03;0.04;0.05;0.06;0.07'"},
		{"stat_no_answer", 0, "coalmine stat welch --x 1 --y '2;3' --json"},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(stat, every_slip_is_named_in_one_pass)
{
	static const struct line lines[] = {
		{"stat_nothing_given", 2, "coalmine stat wilson_ci"},
		{"stat_name_typo", 2, "coalmine stat two_prop_y"},
		{"stat_name_unknown", 2, "coalmine stat frobnicate"},
		{"stat_slips", 2,
		 "coalmine stat two_prop_z --x1 abc --y2=44 --frobnicate 3 --x2 -1 more --threads 0"
		 " --json --csv x --n1"},
		{"stat_option_typo", 2, "coalmine stat wilson_ci --thread 2 --jsno --x 3 --n 5"},
		{"stat_contradiction", 2, "coalmine stat wilson_ci --x 3 --n 2"},
		{"stat_option_first", 2, "coalmine stat --csv x wilson_ci"},
		{"stat_list_typo", 2, "coalmine stat multiple_testing --p '0.01;0,02;0.03'"},
		{"stat_rows_ragged", 2,
		 "coalmine stat linucb --K 2 --arms 0 --rewards 1 --contexts '1;0|1' --x '1;1'"},
	};
	expect_lines(lines, LENGTH(lines));
}

#define TABLE "printf 'case,x,n\\n1,3,120\\n2,0,0\\n' > t.csv; "

Test(stat, a_table_is_answered_row_by_row)
{
	static const struct line lines[] = {
		{"stat_csv", 0, TABLE "coalmine stat wilson --csv t.csv"},
		{"stat_csv_stdin", 0, TABLE "coalmine stat wilson --csv - --alpha 1% < t.csv"},
		{"stat_csv_mistakes", 2,
		 TABLE "printf '3,9,5\\n4,,\\n5,six,-7\\n' >> t.csv; coalmine stat wilson --csv"
		       " t.csv"},
		{"stat_csv_columns", 2, TABLE "coalmine stat two_prop_z --n2 50 --csv t.csv"},
		{"stat_csv_no_file", 3, "coalmine stat wilson --csv nowhere.csv"},
		{"stat_csv_directory", 3, "coalmine stat wilson --csv ."},
		{"stat_csv_full", 3, TABLE "coalmine stat wilson --csv t.csv > /dev/full"},
		{"stat_full", 3, "coalmine stat wilson --x 3 --n 120 > /dev/full"},
	};
	expect_lines(lines, LENGTH(lines));
}

Test(stat, a_reader_that_leaves_ends_it_quietly)
{
	expect_in_sandbox(
		"{ echo x,n; yes 3,120; } | coalmine stat wilson --csv - | head -n 100000 |"
		" tail -n 1 | grep -q '^3,120,1.95'");
}

Test(stat, threads_change_nothing)
{
	expect_in_sandbox("{ echo x,n; seq 100000 | sed 's/$/,200000/'; } > t.csv;"
			  " coalmine stat wilson --csv t.csv --threads 1 > one.csv;"
			  " coalmine stat wilson --csv t.csv --threads 5 | cmp - one.csv;"
			  " test $(wc -l < one.csv) = 100001");
}

/* ---- all there are */

Test(stat, no_line_of_help_is_wider_than_a_screen)
{
	expect_in_sandbox("coalmine stat > list; names=$(awk '/^  [a-z]/ {print $1}' list);"
			  " for n in $names; do coalmine stat $n --help; done >> list;"
			  " awk 'length($0) > 100' list");
}

/* The commands as they are shown, with their line breaks. */
Test(stat, every_example_in_the_list_can_be_typed)
{
	expect_in_sandbox(
		"coalmine stat | sed -n '/^ *coalmine stat [a-z]/ {:a; /\\\\$/ {N; ba}; p}'"
		" > run.sh; test $(grep -c 'coalmine stat' run.sh) ="
		" $(coalmine stat --json | grep -c '\"family\"') &&"
		" sh -e run.sh > answers && test -s answers");
}

Test(stat, answers_in_words_and_in_json_are_the_same)
{
	expect_in_sandbox("ask() { coalmine stat two_prop_z --x1 43 --n1 50 --x2 44 --n2 50 $1; };"
			  " ask | awk 'NR > 1 {print $1, $2}' > words; ask --json |"
			  " tr -d '{}\",:' | tr ' ' '\\n' | paste -d ' ' - - |"
			  " awk '{printf \"%s %.10g\\n\", $1, $2}' | cmp - words");
}
