/* coalmine replay-policy: what another policy would have earned, from decisions that were logged.
 */
#include "sim/cli/cli.h"

#include "sim/report/json.h"
#include "sim/report/logged.h"
#include "sim/report/table.h"
#include "sim/results/trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DECISIONS = 100000000, MOST_POLICIES = 64 };

/* Below a twentieth of the rows an estimate hangs on a few of them. */
#define LITTLE_OVERLAP 0.05

struct command_options {
	const char *policies, *context;
	int64_t seed;
	bool json;
};

/* A log in memory, and what is wrong with it. */
struct loaded_log {
	struct logged logged;
	struct logged_row *row;
	int64_t without_chance, without_reward, others; /* others: rewards but 0 and 1 */
	double lowest, highest;				/* rewards */
	struct arena arena;
};

static int find_extra(const struct head *head, const char *name, bool word)
{
	for (int e = 0; e < head->extras; e++)
		if (!strcmp(head->extra[e].name, name) && head->extra[e].word == word)
			return e;
	return -1;
}

struct places {
	int action, reward, chance, context; /* among the extras; chance, context: -1 where none */
};

static bool find_places(const struct head *head, const struct command_options *options,
			const char *path, struct places *places)
{
	*places =
		(struct places){find_extra(head, "action", true), find_extra(head, "reward", false),
				find_extra(head, "propensity", false), -1};
	if (places->action < 0 || places->reward < 0) {
		fprintf(stderr,
			"coalmine: %s holds no decisions: import it with --map action=COLUMN,"
			"reward=COLUMN,propensity=COLUMN\n",
			path);
		return false;
	}
	if (!options->context)
		return true;
	places->context = find_extra(head, options->context, true);
	if (places->context < 0)
		fprintf(stderr,
			"coalmine: %s has no word \"%s\": import it with --map word.%s=COLUMN\n",
			path, options->context, options->context);
	return places->context >= 0;
}

static void take_row(struct loaded_log *log, const struct row *row, const struct places *places)
{
	double reward = row->extra[places->reward], action = row->extra[places->action];
	double chance = places->chance < 0 ? NAN : row->extra[places->chance];
	double context = places->context < 0 ? 0 : row->extra[places->context];
	if (isnan(reward) || isnan(action)) {
		log->without_reward++;
		return;
	}
	log->without_chance += isnan(chance);
	log->others += reward != 0 && reward != 1;
	log->lowest = fmin(log->lowest, reward);
	log->highest = fmax(log->highest, reward);
	/* Rows without a context share one, behind the others. */
	int last = log->logged.contexts - 1;
	log->row[log->logged.rows++] =
		(struct logged_row){.action = (int16_t)action,
				    .context = (int16_t)(isnan(context) ? last : (int)context),
				    .reward = reward,
				    .chance = chance};
}

/* Where chances are missing the share of the action stands for them, in its context. */
static void guess_chances(struct loaded_log *log)
{
	struct logged *l = &log->logged;
	size_t count = (size_t)l->contexts * (size_t)l->actions;
	double *done = arena_take(&log->arena, count * sizeof *done);
	double *all = arena_take(&log->arena, (size_t)l->contexts * sizeof *all);
	for (int64_t i = 0; i < l->rows; i++) {
		done[log->row[i].context * l->actions + log->row[i].action]++;
		all[log->row[i].context]++;
	}
	for (int64_t i = 0; i < l->rows; i++) {
		struct logged_row *d = &log->row[i];
		if (isnan(d->chance))
			d->chance = done[d->context * l->actions + d->action] / all[d->context];
	}
}

static void copy_actions(struct loaded_log *log, const struct dictionary *words)
{
	const char **names = arena_take(&log->arena, (size_t)words->count * sizeof *names);
	for (int a = 0; a < words->count; a++)
		names[a] = arena_copy(&log->arena, words->word[a], strlen(words->word[a]));
	log->logged.actions = words->count;
	log->logged.action_name = names;
}

static int load(struct loaded_log *log, const struct command_options *options, const char *path)
{
	char why[TRACE_ERROR];
	struct places places;
	const struct row *row;
	struct trace_reader *reader = trace_open(path, NULL, why, sizeof why);
	if (!reader) {
		fprintf(stderr, "coalmine: %s\n", why);
		return EXIT_CANNOT_RUN;
	}
	const struct head *head = trace_head(reader);
	int64_t rows = trace_facts(reader)->rows;
	bool fits = rows <= MOST_DECISIONS;
	if (!fits)
		fprintf(stderr, "coalmine: %s has more than %d rows\n", path, MOST_DECISIONS);
	if (!fits || !find_places(head, options, path, &places)) {
		trace_close(reader);
		return EXIT_USAGE;
	}
	log->row = calloc((size_t)rows, sizeof *log->row);
	if (!log->row)
		error_out_of_memory((size_t)rows * sizeof *log->row);
	copy_actions(log, &head->extra[places.action].words);
	log->logged.contexts = places.context < 0 ? 1 : head->extra[places.context].words.count + 1;
	log->lowest = INFINITY;
	log->highest = -INFINITY;
	while ((row = trace_next(reader)))
		take_row(log, row, &places);
	log->logged.row = log->row;
	log->logged.binary = !log->others;
	if (!trace_close(reader)) {
		fprintf(stderr, "coalmine: %s\n", why);
		return EXIT_CANNOT_RUN;
	}
	guess_chances(log);
	if (log->logged.rows >= 2)
		return EXIT_GOOD;
	fprintf(stderr, "coalmine: %s has fewer than two decisions with their rewards\n", path);
	return EXIT_USAGE;
}

/* ---- what is printed */

static void print_row(struct table *table, struct arena *arena, const char *name,
		      const struct verdict_of_policy *v, int m)
{
	const struct estimate_of_policy *e = &v->by[m];
	if (!table_add(table))
		return;
	table_put(table, 0, m ? "" : name);
	table_put(table, 1, e->method);
	table_put(table, 2,
		  isnan(e->value) ? "-"
				  : arena_printf(arena, "%.4g [%.4g, %.4g]", e->value,
						 e->interval.low, e->interval.high));
	table_put(table, 3, m ? "" : arena_printf(arena, "%lld", (long long)v->used));
	table_put(table, 4, m || isnan(v->ess) ? "" : arena_printf(arena, "%.0f", v->ess));
	table_put(table, 5, m || isnan(v->ess) ? "" : arena_printf(arena, "%.4g", v->heaviest));
}

static void print_warnings(const struct loaded_log *log, const char *const *names,
			   const struct verdict_of_policy *verdict, int count)
{
	if (log->without_reward)
		printf("\n%lld row%s no action or no reward; left out.\n",
		       (long long)log->without_reward,
		       log->without_reward == 1 ? " has" : "s have");
	if (log->without_chance)
		printf("\n%lld of %lld decisions have no propensity: the share of the action "
		       "stands "
		       "for it,\nwhich is right only if whoever decided looked at nothing but "
		       "%s.\n",
		       (long long)log->without_chance, (long long)log->logged.rows,
		       log->logged.contexts > 1 ? "the context" : "chance");
	for (int p = 0; p < count; p++) {
		const struct verdict_of_policy *v = &verdict[p];
		if (!v->used)
			printf("\n%s: the log never did what it would do; nothing is known of "
			       "it.\n",
			       names[p]);
		else if (v->ess < LITTLE_OVERLAP * (double)log->logged.rows)
			printf("\n%s: little overlap: %lld decisions say as much as %.0f drawn by "
			       "it "
			       "would; the intervals\nare of the normal law, which so few may not "
			       "follow.\n",
			       names[p], (long long)log->logged.rows, v->ess);
	}
}

static void print_table(const struct loaded_log *log, const char *const *names,
			const struct verdict_of_policy *verdict, int count)
{
	static const char *const heads[] = {"policy", "method",	   "earns each time",
					    "rows",   "effective", "heaviest"};
	struct arena arena = {0};
	struct table table;
	printf("%lld decisions among %d actions%s. In brackets: %d %% intervals.\n\n",
	       (long long)log->logged.rows, log->logged.actions,
	       log->logged.contexts > 1 ? ", by context" : "", LOGGED_LEVEL);
	table_init(&table, &arena, 6, heads);
	for (int p = 0; p < count; p++)
		for (int m = 0; m < verdict[p].methods; m++)
			print_row(&table, &arena, names[p], &verdict[p], m);
	table_print(&table, "  ", stdout);
	print_warnings(log, names, verdict, count);
	arena_free(&arena);
}

static void print_json(const struct loaded_log *log, const char *const *names,
		       const struct verdict_of_policy *verdict, int count)
{
	printf("{\"decisions\": %lld, \"actions\": %d, \"without_propensity\": %lld, \"policies\": "
	       "[",
	       (long long)log->logged.rows, log->logged.actions, (long long)log->without_chance);
	for (int p = 0; p < count; p++) {
		const struct verdict_of_policy *v = &verdict[p];
		fputs(p ? ", {\"policy\": " : "{\"policy\": ", stdout);
		json_text(stdout, names[p]);
		printf(", \"rows\": %lld, \"ess\": ", (long long)v->used);
		json_number(stdout, v->ess);
		for (int m = 0; m < v->methods; m++) {
			printf(", \"%s\": {\"value\": ", v->by[m].method);
			json_number(stdout, v->by[m].value);
			fputs(", \"low\": ", stdout);
			json_number(stdout, v->by[m].interval.low);
			fputs(", \"high\": ", stdout);
			json_number(stdout, v->by[m].interval.high);
			putchar('}');
		}
		putchar('}');
	}
	puts("]}");
}

/* ---- the command */

static bool learns(const struct policy *policy)
{
	return policy->kind > LOGGED_GREEDY;
}

static int judge_all(const struct loaded_log *log, const struct command_options *options,
		     struct arena *arena)
{
	struct verdict_of_policy verdict[MOST_POLICIES];
	const char *names[MOST_POLICIES];
	char why[256];
	int count = 0;
	for (const char *at = options->policies; *at && count < MOST_POLICIES; count++) {
		size_t length = strcspn(at, ",");
		struct policy policy;
		names[count] = arena_copy(arena, at, length);
		at += length + (at[length] == ',');
		if (!logged_read_policy(names[count], &log->logged, &policy, why, sizeof why))
			return options_wrong(&command_replay_policy, "--policy: %s", why);
		if (learns(&policy) && (log->lowest < 0 || log->highest > 1))
			return options_wrong(
				&command_replay_policy,
				"%s learns from rewards between 0 and 1; these go from "
				"%g to %g",
				names[count], log->lowest, log->highest);
		verdict[count] = logged_judge(&log->logged, &policy, (uint64_t)options->seed);
	}
	(options->json ? print_json : print_table)(log, names, verdict, count);
	return EXIT_GOOD;
}

static int replay_policy(int argc, char **argv)
{
	struct command_options options = {
		.policies = "logged,uniform,greedy,epsilon_greedy:0.1,ucb1,thompson", .seed = 1};
	const struct option_row rows[] = {
		{"policy", 'p', OPTION_TEXT, &options.policies, "NAME,...",
		 .about = "logged, uniform, always:ACTION, greedy, epsilon_greedy:0.1, ucb1, "
			  "kl_ucb, "
			  "thompson"},
		{"context", 0, OPTION_TEXT, &options.context, "WORD",
		 .about = "of the trace, by which policies and the model of rewards may differ"},
		{"seed", 0, OPTION_COUNT, &options.seed, "N", "of what policies draw", 0,
		 INT64_MAX},
		{"json", 0, OPTION_FLAG, &options.json, NULL, .about = "print it as JSON"},
		{0},
	};
	struct arguments arguments;
	enum options_result result =
		options_read(&command_replay_policy, rows, argc, argv, &arguments);
	if (result != OPTIONS_GO_ON)
		return result == OPTIONS_HELP ? EXIT_GOOD : EXIT_USAGE;
	if (arguments.count != 1)
		return options_wrong(&command_replay_policy, "which trace? one at a time");
	struct loaded_log log = {.without_chance = 0};
	int code = load(&log, &options, arguments.file[0]);
	if (code == EXIT_GOOD)
		code = judge_all(&log, &options, &log.arena);
	free(log.row);
	arena_free(&log.arena);
	return code;
}

const struct command command_replay_policy = {
	.name = "replay-policy",
	.arguments = "TRACE [--policy NAME,...]",
	.about = "What would another bandit have earned? From logged decisions.",
	.example = "  coalmine import random_men.csv -o bandit.h5\n"
		   "  coalmine replay-policy bandit.h5 --policy uniform,greedy,ucb1",
	.run = replay_policy,
};
