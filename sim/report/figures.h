/* The figures of a run or of a scenario: for each a gnuplot script that needs nothing else, and the
 * images gnuplot makes of it. The script stays beside them, so that anybody can restyle a figure.
 */
#ifndef SIM_REPORT_FIGURES_H
#define SIM_REPORT_FIGURES_H

#include "sim/result.h"
#include "sim/scenario/scenario.h"

#include <stdio.h>

/* Bits of figure_options.formats. */
enum figure_format { FIGURE_SVG = 1, FIGURE_PNG = 2 };

struct figure_options {
	const char *directory; /* made if it is missing */
	unsigned formats;
	bool script_only; /* write scripts, don't run gnuplot */
	const char *only; /* one of the names below, or NULL for all */
};

/* Of results: compare, speed, timeline, matrix; of a scenario: arrivals. Each ends with NULL. */
extern const char *const figure_names[], *const figure_names_of_scenario[];

/* Returns 0, or 3 with a sentence in `error`: then an image or a file could not be written, and
 * whatever was written stays. `log`, if not NULL, gets one line a file. */
int figures_draw(const struct results *results, const struct figure_options *options, FILE *log,
		 char *error, size_t size);

/* The same of a scenario that has not been run. */
int figures_draw_scenario(const struct scenario *scenario, const struct figure_options *options,
			  FILE *log, char *error, size_t size);

struct fit_picture;

/* The one figure of a fit, directory/NAME and what it is called. */
int figures_draw_fit(const struct fit_picture *picture, const char *name,
		     const struct figure_options *options, FILE *log, char *error, size_t size);

struct answer;

/* The one figure of what tuning found, directory/tune. */
int figures_draw_tuned(const struct answer *answer, const struct figure_options *options, FILE *log,
		       char *error, size_t size);

struct comparison;

/* The one figure of what changed, directory/difference. */
int figures_draw_difference(const struct comparison *comparison,
			    const struct figure_options *options, FILE *log, char *error,
			    size_t size);

/* The gnuplot code in plots/, built into the program. Ends with a row whose name is NULL. */
struct figure_source {
	const char *name, *text; /* of plots/NAME.gp */
};

extern const struct figure_source figure_sources[];

#endif
