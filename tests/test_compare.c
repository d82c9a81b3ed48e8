/* What `coalmine compare` says of two files, to people and to machines. */
#include "tests/golden.h"

#define LENGTH(array) ((int)(sizeof(array) / sizeof *(array)))

#define RUN(file, options)                                                                         \
	"coalmine run data/suite.yaml -q -n 100 -o " file " " options " >/dev/null 2>&1; "
#define LATE "--set rollouts.cautious.checks.0.threshold.max=25%"

Test(compare, words_and_exit_codes_are_as_they_should_be)
{
	static const struct line lines[] = {
		{"compare_worse", 0,
		 RUN("a.h5", "") RUN("b.h5", LATE) "coalmine compare a.h5 b.h5"},
		{"compare_same", 0, RUN("a.h5", "") "coalmine compare a.h5 a.h5"},
		{"compare_strangers", 0,
		 RUN("a.h5", "") RUN("b.h5", "--seed 4") "coalmine compare a.h5 b.h5 --all"},
		{"compare_other_traffic", 0,
		 RUN("a.h5", "") RUN(
			 "b.h5", "--set traffic.poisson.rate=21/s") "coalmine compare a.h5 b.h5 "
								    "--quantity false_rollback"},
		{"compare_fails", 1,
		 RUN("a.h5", "") RUN("b.h5", LATE) "coalmine compare a.h5 b.h5 --fail-above "
						   "harmed_users.mean=5% --fail-above missed=1%"},
		{"compare_never", 1,
		 RUN("a.h5", "") RUN("b.h5", LATE) "coalmine compare a.h5 b.h5 --quantity missed "
						   "--fail-above detection_time.p50=10m"},
		{"compare_fails_version", 1,
		 RUN("a.h5", "") RUN("b.h5", LATE) "coalmine compare a.h5 b.h5 --quantity missed "
						   "--fail-above "
						   "version_failures.candidate.mean=150%"},
		{"compare_keeps", 0,
		 RUN("a.h5", "") RUN("b.h5", LATE) "coalmine compare a.h5 b.h5 --quantity missed "
						   "--fail-above harmed_users.mean=2000"},
		{"compare_json", 0,
		 RUN("a.h5", "") RUN("b.h5", LATE) "coalmine compare a.h5 b.h5 --json --quantity "
						   "harmed_users.p95,version_p95.candidate.mean"},
		{"compare_names", 0,
		 "sed 's/eager/bold/' data/suite.yaml > s.yaml; coalmine run s.yaml -q -n 100 -o "
		 "b.h5 "
		 ">/dev/null 2>&1; " RUN("a.h5", "") "coalmine compare a.h5 b.h5"},
		{"compare_nothing", 5,
		 "sed 's/eager/bold/; s/cautious/shy/' data/suite.yaml > s.yaml; coalmine run "
		 "s.yaml "
		 "-q -n 100 -o b.h5 >/dev/null 2>&1; " RUN("a.h5",
							   "") "coalmine compare a.h5 b.h5"},
		{"compare_quantity", 2,
		 RUN("a.h5", "") "coalmine compare a.h5 a.h5 --quantity harmd_users.mean"},
		{"compare_max", 2,
		 RUN("a.h5", "") "coalmine compare a.h5 a.h5 --quantity harmed_users.max"},
		{"compare_amount", 2, "coalmine compare a.h5 b.h5 --fail-above missed=soon"},
		{"compare_no_amount", 2, "coalmine compare a.h5 b.h5 --fail-above missed"},
		{"compare_tolerance", 2, "coalmine compare a.h5 b.h5 --fail-above misd=1%"},
		{"compare_one", 2, "coalmine compare a.h5"},
		{"compare_missing", 3, "coalmine compare nowhere.h5 a.h5"},
		{"compare_plot", 0,
		 RUN("a.h5", "") RUN("b.h5", LATE) "coalmine compare a.h5 b.h5 --all --plot f "
						   ">/dev/null 2>said; sed -n '/^# place/,"
						   "/^EOD/p; /^ROW_/p; /^PANEL/p; /^LEGEND_T/p; "
						   "/^ABOUT/p' f/difference.gp; cat said; ls f"},
		{"compare_plot_nothing", 0,
		 RUN("a.h5", "") "coalmine compare a.h5 a.h5 --plot f; ls -d *"},
		{"compare_plot_nowhere", 3,
		 RUN("a.h5", "") RUN("b.h5", LATE) "touch f; coalmine compare a.h5 b.h5 --plot f"},
		{"compare_help", 0, "coalmine compare --help"},
	};
	expect_lines(lines, LENGTH(lines));
}
