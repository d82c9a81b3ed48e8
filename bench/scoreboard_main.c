/* make scoreboard: a league of rollouts over all shipped scenarios, as a table and as a figure. */
#include "bench/scoreboard.h"

#include "bench/picture.h"
#include "sim/results/replace.h"

#include <errno.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where what never came is drawn: the league's rollouts last some 45 minutes. */
static const double never_min = 60;

static void write_bounded(FILE *out, double number)
{
	fprintf(out, " %.6g", isfinite(number) ? number : never_min);
}

/* Shares in %, times in minutes. */
static void write_points(FILE *out, const struct scoreboard *board, int d)
{
	double unit = d == HARM ? 1 : d == DETECTION || d == PROMOTION ? 1 / 60.0 : 100;
	for (int i = 0; i < board->league->rollouts; i++) {
		const struct score *score = &board->score[board->order[i]][d];
		fprintf(out, "%d", i + 1);
		write_bounded(out, score->value * unit);
		write_bounded(out, fmax(score->low, 0) * unit);
		write_bounded(out, score->high * unit);
		fprintf(out, " %d\n", score->rank);
	}
}

static void write_script(FILE *out, const void *numbers)
{
	const struct scoreboard *board = numbers;
	fputs("NAME = 'scoreboard'\nif (!exists(\"FORMAT\")) FORMAT = 'svg'\nALL_LETTERS = 1\n"
	      "# a block a quantity: row, value, low, high, rank\n$scores << EOD\n",
	      out);
	for (int d = 0; d < DISCIPLINES; d++) {
		write_points(out, board, d);
		fputs("\n\n", out);
	}
	fprintf(out, "EOD\nNEVER = %g\nROWS = %d\nWORLDS = %d\nTRIALS = %d\narray ROW_NAME[%d]\n",
		never_min, board->league->rollouts, board->league->worlds, board->league->trials,
		board->league->rollouts);
	for (int i = 0; i < board->league->rollouts; i++)
		fprintf(out, "ROW_NAME[%d] = '%s'\n", i + 1,
			board->league->rollout[board->order[i]]);
	fprintf(out, "\n%s\n%s", picture_source("scoreboard_head"), picture_source("style"));
	fputs(picture_source("scoreboard"), out);
}

static bool print_markdown(void *board, FILE *out)
{
	scoreboard_markdown(board, out);
	return true;
}

static bool print_csv(void *board, FILE *out)
{
	scoreboard_csv(board, out);
	return true;
}

static bool write_tables(struct scoreboard *board)
{
	mkdir("out", 0777);
	return replace_printed("out/scoreboard.md", print_markdown, board) &&
	       replace_printed("out/scoreboard.csv", print_csv, board);
}

int main(void)
{
	static struct scoreboard board;
	struct league league;
	int code = 3;
	gsl_set_error_handler_off();
	if (!league_play_shipped(&league, LEAGUE_TRIALS, (int)sysconf(_SC_NPROCESSORS_ONLN))) {
		fputs("scoreboard: cannot run\n", stderr);
	} else {
		scoreboard_fill(&board, &league);
		printf("%d worlds, %d trials of each rollout in each\n\n", league.worlds,
		       league.trials);
		scoreboard_markdown(&board, stdout);
		if (write_tables(&board))
			code = picture_draw("scoreboard", write_script, &board);
		else
			fprintf(stderr, "scoreboard: cannot write: %s\n", strerror(errno));
	}
	league_free(&league);
	return code;
}
