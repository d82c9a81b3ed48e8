/* What tuning found as one JSON object. */
#include "sim/report/tuned.h"

#include "sim/error.h"
#include "sim/report/json.h"

#include <stdlib.h>

static void put_estimate(const char *key, struct estimate estimate, FILE *out)
{
	fprintf(out, "\"%s\": ", key);
	json_estimate(out, estimate.value, estimate.low, estimate.high);
}

static void put_values(const struct answer *answer, const struct point *point, FILE *out)
{
	const struct tuning *tuning = answer->search->problem.tuning;
	fputc('{', out);
	for (int i = 0; i < tuning->parameters; i++) {
		fputs(i ? ", " : "", out);
		json_text(out, tuning->parameter[i].key);
		fputs(": ", out);
		if (point->choice[i] == TUNING_UNUSED)
			fputs("null", out);
		else
			json_text(out, answer_value(answer, point, i));
	}
	fputc('}', out);
}

static void put_numbers(const struct answer *answer, const struct answer_row *row, bool limits,
			FILE *out)
{
	const struct problem *problem = &answer->search->problem;
	int count = limits ? problem->limits : problem->aims;
	fputc('[', out);
	for (int i = 0; i < count; i++) {
		fputs(i ? ", {" : "{", out);
		put_estimate("search",
			     limits ? answer_limit(answer, i, row->found)
				    : answer_aim(answer, i, row->found),
			     out);
		fputs(", ", out);
		put_estimate("anew",
			     limits ? answer_limit(answer, i, row->anew)
				    : answer_aim(answer, i, row->anew),
			     out);
		fputc('}', out);
	}
	fputc(']', out);
}

static void put_rows(const struct answer *answer, FILE *out)
{
	char letter[4];
	for (int r = 0; r < answer->rows; r++) {
		const struct answer_row *row = &answer->row[r];
		fputs(r ? ",\n  {\"name\": " : "\n  {\"name\": ", out);
		json_text(out, tuned_letter(answer, r, letter));
		fputs(", \"values\": ", out);
		put_values(answer, row->found, out);
		fprintf(out,
			", \"limits_hold\": \"%s\", \"aims\": ", tuned_standings[row->standing]);
		put_numbers(answer, row, false, out);
		fputs(", \"limits\": ", out);
		put_numbers(answer, row, true, out);
		fputc('}', out);
	}
}

static void put_changes(const struct answer *answer, int step, int from, int to, FILE *out)
{
	for (int q = from; q < to; q++) {
		fputs(q > from ? ", {" : "{", out);
		put_estimate("change", answer_change(answer, step, q), out);
		fputc('}', out);
	}
}

static void put_steps(const struct answer *answer, FILE *out)
{
	const struct problem *problem = &answer->search->problem;
	int aims = problem->aims;
	for (int s = 0; s < answer->steps; s++) {
		const struct answer_step *step = &answer->step[s];
		fputs(s ? ",\n  {\"parameter\": " : "\n  {\"parameter\": ", out);
		json_text(out, problem->tuning->parameter[step->parameter].key);
		fputs(", \"to\": ", out);
		json_text(out, answer_value(answer, step->point, step->parameter));
		fputs(", \"aims\": [", out);
		put_changes(answer, s, 0, aims, out);
		fputs("], \"limits\": [", out);
		put_changes(answer, s, aims, aims + problem->limits, out);
		fputs("]}", out);
	}
}

static void put_names(const struct answer *answer, FILE *out)
{
	const struct problem *problem = &answer->search->problem;
	struct arena arena = {0};
	fputs("\"aims\": [", out);
	for (int a = 0; a < problem->aims; a++) {
		fputs(a ? ", " : "", out);
		json_text(out, aim_name(&arena, problem, a));
	}
	fputs("], \"limits\": [", out);
	for (int l = 0; l < problem->limits; l++) {
		fputs(l ? ", " : "", out);
		json_text(out, limit_name(&arena, problem, l));
	}
	fputs("]", out);
	arena_free(&arena);
}

static void put_binding(const struct answer *answer, FILE *out)
{
	const struct problem *problem = &answer->search->problem;
	bool any = false;
	fputs(",\n \"binding\": [", out);
	for (int l = 0; l < problem->limits && answer->knee < 0; l++) {
		if (!answer->limit[l].binds)
			continue;
		fprintf(out, "%s{\"limit\": %d, \"least\": ", any ? ", " : "", l);
		json_number(out, answer->limit[l].least);
		fputc('}', out);
		any = true;
	}
	/* Between a healthy candidate and a bad one: of the setting nearest to all limits, and what
	 * they ask for. */
	fputs("], \"standard_errors_apart\": ", out);
	json_number(out, answer->distance);
	fputs(", \"standard_errors_needed\": ", out);
	json_number(out, answer->needed);
}

static void put_recommended(const struct answer *answer, FILE *out)
{
	char letter[4], *yaml = NULL;
	size_t length = 0;
	FILE *text = open_memstream(&yaml, &length);
	if (!text)
		error_out_of_memory(sizeof letter);
	tuned_print_yaml(answer, answer->knee, "", text);
	fclose(text);
	json_text(out, tuned_letter(answer, answer->knee, letter));
	fputs(",\n \"yaml\": ", out);
	json_text(out, yaml);
	free(yaml);
}

static void put_notes(const struct answer *answer, FILE *out)
{
	struct arena arena = {0};
	const char **notes;
	int count = tuned_notes(answer, &arena, &notes);
	fputs(",\n \"notes\": [", out);
	for (int i = 0; i < count; i++) {
		fputs(i ? ", " : "", out);
		json_text(out, notes[i]);
	}
	fputc(']', out);
	arena_free(&arena);
}

void tuned_json(const struct answer *answer, FILE *out)
{
	const struct search *search = answer->search;
	fputs("{\"scenario\": ", out);
	json_text(out, search->problem.scenario->title);
	fprintf(out,
		", \"settings\": %d, \"never_run\": %d, \"trials\": %lld, \"fresh_trials\": %d, ",
		search_tried(search), search->points - search_tried(search),
		(long long)search->spent, search->fresh);
	put_names(answer, out);
	fputs(",\n \"recommended\": ", out);
	if (answer->knee < 0)
		fputs("null", out);
	else
		put_recommended(answer, out);
	put_notes(answer, out);
	put_binding(answer, out);
	fputs(",\n \"front\": [", out);
	put_rows(answer, out);
	fputs("\n ],\n \"steps\": [", out);
	put_steps(answer, out);
	fputs("\n ]}\n", out);
}
