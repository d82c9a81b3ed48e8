/* inspect --fit as it is typed: what it says, what it writes, and what it refuses. */
#include "tests/golden.h"

#define FIT "coalmine inspect scenarios/tuesday.h5 --fit fit.yaml "
#define LOG(rows)                                                                                  \
	"{ echo time,duration; " rows "; } > log.csv; coalmine import log.csv --map "              \
	"time=time:s,duration=duration:ms -o log.h5 > import.txt 2>&1; "

Test(fit, the_command_says_what_it_found, .timeout = 120)
{
	static const struct line lines[] = {
		{"fit_tuesday", 0, FIT "--no-figure"},
		{"fit_scenario", 0, FIT "--no-figure > said.txt; cat fit.yaml"},
		{"fit_json", 0, FIT "--no-figure --json | tr ',' '\\n' | head -n 40"},
		{"fit_validate", 0, FIT "--no-figure > said.txt; coalmine validate fit.yaml"},
		{"fit_runs", 0,
		 FIT "--no-figure > said.txt; coalmine run fit.yaml --set trials=5 --quiet | head "
		     "-n 5"},
		{"fit_no_gnuplot", 0,
		 "P=$PWD/bin/coalmine; PATH=$PWD/bin; $P inspect scenarios/tuesday.h5 --fit "
		 "fit.yaml > said.txt; /usr/bin/ls"},
	};
	expect_lines(lines, sizeof lines / sizeof *lines);
}

Test(fit, what_cannot_be_fitted_is_said_in_a_sentence)
{
	static const struct line lines[] = {
		{"fit_exists", 3, ": > fit.yaml; " FIT},
		{"fit_picture_exists", 3, ": > fit.png; " FIT},
		{"fit_two_files", 2, FIT "scenarios/tuesday.h5"},
		{"fit_results", 2,
		 "coalmine run data/small.yaml --quiet -o small.h5 > said.txt; coalmine inspect "
		 "small.h5 --fit fit.yaml"},
		{"fit_one_row", 3,
		 LOG("echo 1700000000,5") "coalmine inspect log.h5 --fit fit.yaml"},
		{"fit_same_stamps", 3,
		 LOG("for i in $(seq 60); do echo 1700000000,$i; done") "coalmine inspect log.h5 "
									"--fit fit.yaml"},
		{"fit_coarse_clock", 0,
		 LOG("for i in $(seq 400); do echo $((1700000000 + i / 4)),$((i % 7 + 1)); "
		     "done") "coalmine inspect log.h5 --fit fit.yaml --no-figure | tail -n 7"},
	};
	expect_lines(lines, sizeof lines / sizeof *lines);
}

/* Two requests a second in bins of twenty seconds, of which the last is cut off after five: what
 * that says of the rate is not drawn. */
Test(fit, a_last_bin_that_is_cut_short_is_not_drawn, .timeout = 60)
{
	struct sandbox sandbox;
	int code;
	open_with_data(&sandbox);
	char *rows = sandbox_run(
		&sandbox,
		LOG("awk 'BEGIN {srand(3); for (i = 0; i < 7250; i++) printf \"%.3f,%d\\n\", "
		    "1700000000 + i / 2 + rand() / 3, 5 + i % 7}'") "coalmine inspect log.h5 --fit "
								    "fit.yaml > said.txt; "
								    "awk '/rate << EOD/ {on = 1; "
								    "next} /EOD/ {on = 0} on "
								    "{print $1}' "
								    "fit.gp | tail -n 2",
		&code);
	cr_expect_str_eq(rows, "60\n60.33333\n");
	free(rows);
	sandbox_close(&sandbox);
}

Test(fit, the_figure_lies_beside_the_scenario, .timeout = 60)
{
	struct sandbox sandbox;
	open_with_data(&sandbox);
	expect_good(&sandbox, FIT "> said.txt && test -s fit.yaml && test -s fit.svg && test -s "
				  "fit.png && test -s fit.gp && test ! -e fit.yaml.part");
	sandbox_close(&sandbox);
}
