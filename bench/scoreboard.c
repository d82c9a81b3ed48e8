/* The arithmetic of the league table. Worlds are given and all count alike; only trials are drawn.
 * In every trial all rollouts meet the same traffic, so that two of them are compared trial by
 * trial. */
#include "bench/scoreboard.h"

#include "sim/stats/multiplicity.h"
#include "sim/stats/proportion.h"
#include "sim/stats/quantile.h"
#include "sim/stats/sort.h"

#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PAIRS = MOST_ROLLOUTS * (MOST_ROLLOUTS - 1) / 2 };
static const double level = 0.95;

const char *const discipline_names[DISCIPLINES] = {
	[FALSE_ROLLBACKS] = "false_rollbacks",
	[MISSED] = "missed",
	[HARM] = "harm",
	[DETECTION] = "detection_time",
	[PROMOTION] = "time_to_promote",
};

/* ---- harm, relative to the first rollout */

/* The mean over worlds of log (1 + harm of a) - log (1 + harm of b), and its standard error by the
 * delta method: one user more or less matters little where thousands are harmed, and nobody
 * harmed is no infinite success. */
struct log_ratio {
	double mean, error;
};

static double mean_of(const double *values, int count)
{
	double sum = 0;
	for (int i = 0; i < count; i++)
		sum += values[i];
	return sum / count;
}

/* Balances of worlds with queues can fall below nobody. */
static double smoothed(double harm)
{
	return 1 + fmax(harm, 0);
}

static struct log_ratio compare_harm(const struct league *league, int a, int b)
{
	struct log_ratio ratio = {0, 0};
	int worlds = 0, n = league->trials;
	for (int w = 0; w < league->worlds; w++) {
		if (!league->world[w].harmful)
			continue;
		const double *x = league_trials(league, HARM, w, a);
		const double *y = league_trials(league, HARM, w, b);
		double of_x = mean_of(x, n), of_y = mean_of(y, n);
		double drift = of_x / smoothed(of_x) - of_y / smoothed(of_y), squares = 0;
		for (int t = 0; t < n; t++) {
			double d = x[t] / smoothed(of_x) - y[t] / smoothed(of_y) - drift;
			squares += d * d;
		}
		ratio.mean += log(smoothed(of_x) / smoothed(of_y));
		ratio.error += squares / (n - 1) / n;
		worlds++;
	}
	ratio.mean /= worlds;
	ratio.error = sqrt(ratio.error) / worlds;
	return ratio;
}

static struct score score_harm(const struct league *league, int rollout)
{
	struct log_ratio ratio = compare_harm(league, rollout, 0);
	double half = gsl_cdf_ugaussian_Qinv((1 - level) / 2) * ratio.error;
	return (struct score){exp(ratio.mean), exp(ratio.mean - half), exp(ratio.mean + half), 0};
}

/* ---- shares and medians */

/* All that the trials of all worlds say of a rollout, sorted; returns how much. */
static size_t gather(const struct league *league, enum discipline discipline, int rollout,
		     double *values)
{
	size_t count = 0;
	for (int w = 0; w < league->worlds; w++) {
		const double *of_world = league_trials(league, discipline, w, rollout);
		for (int t = 0; t < league->trials; t++)
			if (!isnan(of_world[t]))
				values[count++] = of_world[t];
	}
	sort_ascending(values, count);
	return count;
}

/* As many trials of each world: their mean share varies no more than a binomial one. */
static struct score score_share(const double *values, size_t count)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += values[i];
	struct interval between = proportion_clopper_pearson(sum, (double)count, level);
	return (struct score){sum / (double)count, between.low, between.high, 0};
}

static struct score score_median(const double *values, size_t count)
{
	struct interval between = quantile_interval(values, count, 0.5, level);
	return (struct score){count ? values[count / 2] : NAN, between.low, between.high, 0};
}

static struct score score_one(const struct league *league, enum discipline discipline, int rollout,
			      double *room)
{
	if (discipline == HARM)
		return score_harm(league, rollout);
	size_t count = gather(league, discipline, rollout, room);
	return discipline == FALSE_ROLLBACKS || discipline == MISSED ? score_share(room, count)
								     : score_median(room, count);
}

/* ---- ranks */

/* How sure it is that a is not as good as b, and whether it is the better one. */
struct contest {
	double p;
	bool first_better;
};

/* The sign test of trials in which one was better; of shares this is McNemar's exact test. */
static struct contest contest_signs(const struct league *league, enum discipline discipline, int a,
				    int b)
{
	double wins = 0, losses = 0;
	for (int w = 0; w < league->worlds; w++) {
		const double *x = league_trials(league, discipline, w, a);
		const double *y = league_trials(league, discipline, w, b);
		for (int t = 0; t < league->trials; t++) {
			wins += x[t] < y[t];
			losses += x[t] > y[t];
		}
	}
	double p = 2 * proportion_at_least(fmax(wins, losses), wins + losses, 0.5);
	return (struct contest){wins + losses > 0 ? fmin(p, 1) : 1, wins > losses};
}

static struct contest contest_harm(const struct league *league, int a, int b)
{
	struct log_ratio ratio = compare_harm(league, a, b);
	if (ratio.mean == 0)
		return (struct contest){1, false};
	return (struct contest){2 * gsl_cdf_ugaussian_Q(fabs(ratio.mean) / ratio.error),
				ratio.mean < 0};
}

/* All pairs, by Holm's method: a difference that is called one is one with 95 % for all of them. */
static void rank(struct scoreboard *board, enum discipline discipline)
{
	const struct league *league = board->league;
	struct contest contests[MOST_PAIRS];
	double p[MOST_PAIRS], adjusted[MOST_PAIRS];
	int order[MOST_PAIRS], pairs = 0;
	for (int a = 0; a < league->rollouts; a++)
		for (int b = a + 1; b < league->rollouts; b++) {
			contests[pairs] = discipline == HARM
						  ? contest_harm(league, a, b)
						  : contest_signs(league, discipline, a, b);
			p[pairs] = contests[pairs].p;
			pairs++;
		}
	multiplicity_adjust(MULTIPLICITY_HOLM, p, adjusted, order, pairs);
	for (int a = 0, pair = 0; a < league->rollouts; a++)
		for (int b = a + 1; b < league->rollouts; b++, pair++)
			if (adjusted[pair] < 1 - level)
				board->score[contests[pair].first_better ? b : a][discipline]
					.rank++;
}

/* Insertion keeps those with the same mean in the order of the file. */
static void put_in_order(struct scoreboard *board)
{
	for (int r = 0; r < board->league->rollouts; r++) {
		int place = r;
		board->mean_rank[r] = 0;
		for (int d = 0; d < DISCIPLINES; d++)
			board->mean_rank[r] += board->score[r][d].rank / (double)DISCIPLINES;
		while (place > 0 &&
		       board->mean_rank[board->order[place - 1]] > board->mean_rank[r] + 1e-9) {
			board->order[place] = board->order[place - 1];
			place--;
		}
		board->order[place] = r;
	}
}

void scoreboard_fill(struct scoreboard *board, const struct league *league)
{
	size_t most = (size_t)league->worlds * (size_t)league->trials;
	double *room = calloc(most, sizeof *room);
	assert(room);
	assert(league->rollouts <= MOST_ROLLOUTS);
	*board = (struct scoreboard){.league = league};
	for (int d = 0; d < DISCIPLINES; d++) {
		for (int r = 0; r < league->rollouts; r++) {
			board->score[r][d] = score_one(league, (enum discipline)d, r, room);
			board->score[r][d].rank = 1;
		}
		rank(board, (enum discipline)d);
	}
	put_in_order(board);
	free(room);
}

/* ---- as text */

static void write_time(FILE *out, double seconds)
{
	if (!isfinite(seconds))
		fputs("never", out);
	else if (seconds < 120)
		fprintf(out, "%.3g s", seconds);
	else if (seconds < 7200)
		fprintf(out, "%.3g min", seconds / 60);
	else
		fprintf(out, "%.3g h", seconds / 3600);
}

/* Intervals that are no wider than what is shown are left out. */
static void write_score(FILE *out, enum discipline discipline, const struct score *score)
{
	if (discipline == DETECTION || discipline == PROMOTION) {
		write_time(out, score->value);
		if (score->low != score->high) {
			fputs(" [", out);
			write_time(out, score->low);
			fputs(", ", out);
			write_time(out, score->high);
			fputs("]", out);
		}
	} else if (discipline == HARM) {
		fprintf(out, "%.2f", score->value);
		if (score->low != score->high)
			fprintf(out, " [%.2f, %.2f]", score->low, score->high);
	} else {
		fprintf(out, "%.1f %% [%.1f, %.1f]", 100 * score->value, 100 * score->low,
			100 * score->high);
	}
	fprintf(out, " (%d)", score->rank);
}

void scoreboard_markdown(const struct scoreboard *board, FILE *out)
{
	fputs("| rollout | rolled back for nothing | missed | harmed users, by instant's | "
	      "detected after | promoted after |\n| --- | --- | --- | --- | --- | --- |\n",
	      out);
	for (int i = 0; i < board->league->rollouts; i++) {
		int r = board->order[i];
		fprintf(out, "| %s |", board->league->rollout[r]);
		for (int d = 0; d < DISCIPLINES; d++) {
			fputc(' ', out);
			write_score(out, (enum discipline)d, &board->score[r][d]);
			fputs(" |", out);
		}
		fputc('\n', out);
	}
}

static void write_number(FILE *out, double number)
{
	if (isfinite(number))
		fprintf(out, ",%.6g", number);
	else
		fputs(number < 0 ? ",-inf" : isnan(number) ? ",nan" : ",inf", out);
}

void scoreboard_csv(const struct scoreboard *board, FILE *out)
{
	fputs("rollout,quantity,value,low,high,rank\n", out);
	for (int i = 0; i < board->league->rollouts; i++)
		for (int d = 0, r = board->order[i]; d < DISCIPLINES; d++) {
			const struct score *score = &board->score[r][d];
			fprintf(out, "%s,%s", board->league->rollout[r], discipline_names[d]);
			write_number(out, score->value);
			write_number(out, score->low);
			write_number(out, score->high);
			fprintf(out, ",%d\n", score->rank);
		}
}
