/* Tables of tuning. Each number stands there twice: as the search knew it, which chose by it, and
 * from fresh trials, which nobody chose by. */
#include "sim/report/tuned.h"

#include "sim/report/table.h"
#include "sim/report/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const tuned_standings[] = {"not shown", "hold", "broken"};

enum { LIMITS_A_TABLE = (TABLE_COLUMNS - 2) / 2 };

const char *tuned_letter(const struct answer *answer, int row, char out[4])
{
	if (row >= answer->front + answer->reserves)
		return "now";
	out[0] = (char)('a' + row);
	out[1] = 0;
	return out;
}

const char *tuned_parameter(const struct answer *answer, int i)
{
	const struct problem *problem = &answer->search->problem;
	const char *key = problem->tuning->parameter[i].key;
	const char *rollout = problem->scenario->plans[0].rollout[problem->tuning->rollout].name;
	size_t length = strlen(rollout);
	if (strncmp(key, "rollouts.", 9) != 0 || strncmp(key + 9, rollout, length) != 0 ||
	    key[9 + length] != '.')
		return key;
	return key + 10 + length;
}

const char *tuned_words(char *out, const struct quantity *quantity, struct estimate estimate,
			bool change)
{
	return change ? words_quantity_change(out, quantity, estimate)
		      : words_quantity(out, quantity, estimate);
}

/* What a limit of a quantile is about is the share of the trials beyond its bound. */
static const char *limit_head(struct arena *arena, const struct problem *problem, int l)
{
	enum quantity_kind kind = problem->limit[l].expectation->quantity.kind;
	bool beyond = kind == QUANTITY_QUANTILE || kind == QUANTITY_MAX;
	return arena_printf(arena, "%s%s", beyond ? "beyond " : "", limit_name(arena, problem, l));
}

static const char *limit_words(char *out, const struct limit *limit, struct estimate estimate,
			       bool change)
{
	struct quantity quantity = limit->expectation->quantity;
	if (limit->share)
		quantity.kind = QUANTITY_SHARE;
	return tuned_words(out, &quantity, estimate, change);
}

/* ---- what was asked */

static void print_question(const struct answer *answer, FILE *out)
{
	const struct search *search = answer->search;
	const struct scenario *scenario = search->problem.scenario;
	struct arena arena = {0};
	fprintf(out, "%s: %s\n", scenario->title, scenario->question);
	fprintf(out, "Tuned is rollout %s: %d settings were tried in %lld trials, seed %llu.\n",
		scenario->plans[0].rollout[search->problem.tuning->rollout].name,
		search_tried(search), (long long)search->spent,
		(unsigned long long)search->bench.seed);
	for (int a = 0; a < search->problem.aims; a++)
		fprintf(out, "  little  %s\n", aim_name(&arena, &search->problem, a));
	for (int l = 0; l < search->problem.limits; l++)
		fprintf(out, "  limit   %s\n", limit_name(&arena, &search->problem, l));
	arena_free(&arena);
}

static void print_fates(const struct search *search, FILE *out)
{
	int count[4] = {0}, rest = 0, drawn = 0;
	const char *why = NULL;
	for (int i = 0; i < search->points; i++) {
		const struct point *point = search->point[i];
		bool runs = point->fate == FATE_RUNS;
		count[point->fate]++;
		rest += runs && point->trials && point->trials < search->most;
		drawn += runs && !point->trials;
		why = point->why ? point->why : why;
	}
	fprintf(out,
		"Dropped on evidence: %d that break a limit, %d that another beats in everything; "
		"%d got no more trials because others looked better.\n",
		count[FATE_BROKEN], count[FATE_DOMINATED], rest);
	if (drawn)
		fprintf(out,
			"%d more were drawn, but never run: the budget had no room for them.\n",
			drawn);
	if (why)
		fprintf(out, "%d cannot be: %s\n", count[FATE_IMPOSSIBLE], why);
}

static void print_notes(const struct answer *answer, FILE *out)
{
	struct arena arena = {0};
	const char **notes;
	int count = tuned_notes(answer, &arena, &notes);
	for (int i = 0; i < count; i++)
		fprintf(out, "%s\n", notes[i]);
	arena_free(&arena);
}

/* ---- the front */

static void add_row(const struct answer *answer, struct table *table, int row)
{
	char letter[4], name[8];
	table_add(table);
	snprintf(name, sizeof name, "%s%s", tuned_letter(answer, row, letter),
		 row == answer->knee ? " *" : "");
	table_put(table, 0, name);
}

static void print_settings(const struct answer *answer, FILE *out)
{
	const struct tuning *tuning = answer->search->problem.tuning;
	struct arena arena = {0};
	struct table table;
	for (int first = 0; first < tuning->parameters; first += TABLE_COLUMNS - 1) {
		const char *heads[TABLE_COLUMNS] = {""};
		int columns = 1;
		for (int i = first; i < tuning->parameters && columns < TABLE_COLUMNS; i++)
			heads[columns++] = tuned_parameter(answer, i);
		table_init(&table, &arena, columns, heads);
		for (int r = 0; r < answer->rows; r++) {
			add_row(answer, &table, r);
			for (int c = 1; c < columns; c++)
				table_put(
					&table, c,
					answer_label(answer, answer->row[r].found, first + c - 1));
		}
		table_print(&table, "  ", out);
	}
	arena_free(&arena);
}

static void print_aims(const struct answer *answer, FILE *out)
{
	const struct problem *problem = &answer->search->problem;
	struct arena arena = {0};
	struct table table;
	const char *heads[TABLE_COLUMNS] = {""};
	char words[WORDS_TEXT];
	for (int a = 0; a < problem->aims; a++) {
		heads[1 + 2 * a] = aim_name(&arena, problem, a);
		heads[2 + 2 * a] = "in the search";
	}
	table_init(&table, &arena, 1 + 2 * problem->aims, heads);
	for (int r = 0; r < answer->rows; r++) {
		add_row(answer, &table, r);
		for (int a = 0; a < problem->aims; a++) {
			const struct quantity *quantity = problem->aim[a].quantity;
			const struct answer_row *row = &answer->row[r];
			table_put(&table, 1 + 2 * a,
				  tuned_words(words, quantity, answer_aim(answer, a, row->anew),
					      false));
			table_put(&table, 2 + 2 * a,
				  tuned_words(words, quantity, answer_aim(answer, a, row->found),
					      false));
		}
	}
	table_print(&table, "  ", out);
	arena_free(&arena);
}

static void print_some_limits(const struct answer *answer, int first, int count, FILE *out)
{
	const struct problem *problem = &answer->search->problem;
	struct arena arena = {0};
	struct table table;
	const char *heads[TABLE_COLUMNS] = {"", "limits"};
	char words[WORDS_TEXT];
	for (int l = 0; l < count; l++) {
		heads[2 + 2 * l] = limit_head(&arena, problem, first + l);
		heads[3 + 2 * l] = "in the search";
	}
	table_init(&table, &arena, 2 + 2 * count, heads);
	for (int r = 0; r < answer->rows; r++) {
		const struct answer_row *row = &answer->row[r];
		add_row(answer, &table, r);
		table_put(&table, 1, tuned_standings[row->standing]);
		for (int l = 0; l < count; l++) {
			const struct limit *limit = &problem->limit[first + l];
			table_put(&table, 2 + 2 * l,
				  limit_words(words, limit,
					      answer_limit(answer, first + l, row->anew), false));
			table_put(&table, 3 + 2 * l,
				  limit_words(words, limit,
					      answer_limit(answer, first + l, row->found), false));
		}
	}
	table_print(&table, "  ", out);
	arena_free(&arena);
}

static void print_reserves(const struct answer *answer, FILE *out)
{
	char first[4], last[4];
	if (!answer->reserves)
		return;
	tuned_letter(answer, answer->front, first);
	tuned_letter(answer, answer->front + answer->reserves - 1, last);
	fprintf(out,
		"Not on the front: %s%s%s, tried because fresh trials of what comes before did not "
		"show that all limits hold.\n",
		first, answer->reserves > 1 ? " to " : "", answer->reserves > 1 ? last : "");
}

static void print_front(const struct answer *answer, FILE *out)
{
	const struct problem *problem = &answer->search->problem;
	bool none = answer->knee < 0 && answer->binds;
	fprintf(out,
		"\n%s, each setting with %d fresh trials of each case, seed %llu%s. In "
		"brackets: 95 %% intervals.\n",
		none ? "Nearest to all limits" : "The front", answer->search->fresh,
		(unsigned long long)answer->bench.seed,
		answer->rows > answer->front + answer->reserves ? "; now is what the file has"
								: "");
	print_reserves(answer, out);
	print_settings(answer, out);
	fputc('\n', out);
	print_aims(answer, out);
	for (int l = 0; l < problem->limits; l += LIMITS_A_TABLE) {
		int left = problem->limits - l;
		fputc('\n', out);
		print_some_limits(answer, l, left < LIMITS_A_TABLE ? left : LIMITS_A_TABLE, out);
	}
}

/* ---- what is recommended */

void tuned_print_yaml(const struct answer *answer, int row, const char *indent, FILE *out)
{
	const struct problem *problem = &answer->search->problem;
	char *text = NULL;
	size_t length = 0;
	FILE *yaml = open_memstream(&text, &length);
	if (!yaml)
		error_out_of_memory(1);
	for (int i = 0; i < problem->tuning->parameters; i++)
		scenario_print_part(problem->scenario, answer->row[row].found->choice, i, yaml);
	fclose(yaml);
	for (char *line = text; *line;) {
		size_t width = strcspn(line, "\n");
		fprintf(out, "%s%.*s\n", indent, (int)width, line);
		line += width + (line[width] == '\n');
	}
	free(text);
}

static void print_steps(const struct answer *answer, FILE *out)
{
	const struct problem *problem = &answer->search->problem;
	const struct point *knee = answer->row[answer->knee].anew;
	struct arena arena = {0};
	struct table table;
	const char *heads[TABLE_COLUMNS] = {"from", "to"};
	char words[WORDS_TEXT];
	int columns = 2;
	for (int a = 0; a < problem->aims && columns < TABLE_COLUMNS; a++)
		heads[columns++] = aim_name(&arena, problem, a);
	for (int l = 0; l < problem->limits && columns < TABLE_COLUMNS; l++)
		heads[columns++] = limit_head(&arena, problem, l);
	table_init(&table, &arena, columns, heads);
	for (int s = 0; s < answer->steps; s++) {
		const struct answer_step *step = &answer->step[s];
		table_add(&table);
		table_put(&table, 0,
			  arena_printf(&arena, "%s %s", tuned_parameter(answer, step->parameter),
				       answer_label(answer, knee, step->parameter)));
		table_put(&table, 1, answer_label(answer, step->point, step->parameter));
		for (int c = 2; c < columns; c++) {
			int a = c - 2, l = a - problem->aims;
			struct estimate change = answer_change(answer, s, a);
			table_put(
				&table, c,
				a < problem->aims
					? tuned_words(words, problem->aim[a].quantity, change, true)
					: limit_words(words, &problem->limit[l], change, true));
		}
	}
	table_print(&table, "  ", out);
	arena_free(&arena);
}

static void print_knee(const struct answer *answer, FILE *out)
{
	char letter[4];
	fprintf(out,
		"\nRecommended is %s, %s. One step of each value does, trial by trial on the same "
		"traffic:\n",
		tuned_letter(answer, answer->knee, letter),
		answer->knee < answer->front ? "the knee of the front"
					     : "which keeps more distance from the limits than the "
					       "front");
	print_steps(answer, out);
	fputs("\nTo be pasted into the scenario:\n\n", out);
	tuned_print_yaml(answer, answer->knee, "    ", out);
}

void tuned_print(const struct answer *answer, FILE *out)
{
	print_question(answer, out);
	print_fates(answer->search, out);
	print_notes(answer, out);
	if (answer->rows)
		print_front(answer, out);
	if (answer->knee >= 0)
		print_knee(answer, out);
	else
		tuned_print_nothing(answer, out);
}
