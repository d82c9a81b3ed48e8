/* make regret: what every policy regrets on two arms and on eight, as a table and as a figure. */
#include "bench/regret.h"

#include "bench/picture.h"
#include "sim/stats/regret.h"

#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { GAMES = 100 };

/* Top-two sampling is not among them: it gives half of all to the second best, to be sure soon. */
static const struct regret_policy {
	const char *name, *settings;
} policies[] = {
	{"Thompson", "policy: thompson"},
	{"KL-UCB", "policy: kl_ucb"},
	{"UCB1", "policy: ucb1"},
	{"epsilon-greedy, 10 %", "policy: epsilon_greedy, epsilon: 10%"},
	{"EXP3, gamma 5 %", "policy: exp3, gamma: 5%"},
};

enum { POLICIES = sizeof policies / sizeof *policies };

/* Two arms that are hard to tell apart; and a good one among seven others. */
static const struct regret_setting {
	const char *name;
	int arms;
	double chance[MAX_VERSIONS];
	int64_t batch, updates;
} settings[] = {
	{"two arms: 50 % and 60 %", 2, {0.5, 0.6}, 10, 1000},
	{"eight arms: 10 %, three of 5 %, three of 2 %, 1 %",
	 8,
	 {0.1, 0.05, 0.05, 0.05, 0.02, 0.02, 0.02, 0.01},
	 50,
	 400},
};

enum { SETTINGS = sizeof settings / sizeof *settings };

struct curves {
	struct regret_curve curve[SETTINGS][POLICIES];
};

static bool play(struct curves *curves)
{
	for (int s = 0; s < SETTINGS; s++)
		for (int p = 0; p < POLICIES; p++) {
			struct regret_game game = {.settings = policies[p].settings,
						   .arms = settings[s].arms,
						   .batch = settings[s].batch,
						   .updates = settings[s].updates};
			for (int a = 0; a < game.arms; a++)
				game.chance[a] = settings[s].chance[a];
			if (!regret_play(&game, GAMES, &curves->curve[s][p]))
				return false;
		}
	return true;
}

static void print(const struct curves *curves)
{
	printf("Regret, in rewards, against the best arm alone; the mean of %d games and its "
	       "standard error.\n",
	       GAMES);
	for (int s = 0; s < SETTINGS; s++) {
		double slope = regret_lai_robbins(settings[s].chance, settings[s].arms);
		int last = curves->curve[s][0].points - 1, tenth = last;
		while (curves->curve[s][0].pulls[tenth] > curves->curve[s][0].pulls[last] / 10)
			tenth--;
		printf("\n%s, %lld pulls between updates; Lai and Robbins: %.3g log T\n\n"
		       "%-20s  after %-5.0f pulls   after %-5.0f pulls\n",
		       settings[s].name, (long long)settings[s].batch, slope, "policy",
		       curves->curve[s][0].pulls[tenth], curves->curve[s][0].pulls[last]);
		for (int p = 0; p < POLICIES; p++) {
			const struct regret_curve *c = &curves->curve[s][p];
			printf("%-20s %8.1f ± %-6.2f  %8.1f ± %.2f\n", policies[p].name,
			       c->mean[tenth], c->error[tenth], c->mean[last], c->error[last]);
		}
	}
}

static void write_script(FILE *out, const void *numbers)
{
	const struct curves *curves = numbers;
	fputs("NAME = 'regret'\nif (!exists(\"FORMAT\")) FORMAT = 'svg'\nALL_LETTERS = 1\n"
	      "# a block a setting: pulls, then mean and standard error of each policy\n"
	      "$regret << EOD\n",
	      out);
	for (int s = 0; s < SETTINGS; s++) {
		for (int i = 0; i < curves->curve[s][0].points; i++) {
			fprintf(out, "%.6g", curves->curve[s][0].pulls[i]);
			for (int p = 0; p < POLICIES; p++)
				fprintf(out, " %.6g %.6g", curves->curve[s][p].mean[i],
					curves->curve[s][p].error[i]);
			fputc('\n', out);
		}
		fputs("\n\n", out);
	}
	fprintf(out,
		"EOD\nGAMES = %d\nPOLICIES = %d\narray POLICY[%d]\narray SETTING[%d]\n"
		"array SLOPE[%d]\n",
		GAMES, POLICIES, POLICIES, SETTINGS, SETTINGS);
	for (int p = 0; p < POLICIES; p++)
		fprintf(out, "POLICY[%d] = '%s'\n", p + 1, policies[p].name);
	for (int s = 0; s < SETTINGS; s++)
		fprintf(out, "SETTING[%d] = '%s'\nSLOPE[%d] = %.6g\n", s + 1, settings[s].name,
			s + 1, regret_lai_robbins(settings[s].chance, settings[s].arms));
	fprintf(out, "\n%s\n%s", picture_source("regret_head"), picture_source("style"));
	fputs(picture_source("regret"), out);
}

int main(void)
{
	struct curves *curves = calloc(1, sizeof *curves);
	gsl_set_error_handler_off();
	if (!curves || !play(curves)) {
		fputs("regret: cannot run\n", stderr);
		free(curves);
		return 3;
	}
	print(curves);
	int code = picture_draw("regret", write_script, curves);
	free(curves);
	return code;
}
