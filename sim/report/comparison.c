/* Trials of one seed and one traffic are pairs: the same requests, the same luck. Where traffic or
 * seed differ they are strangers, and are treated so. */
#include "sim/report/comparison.h"

#include "sim/error.h"
#include "sim/report/judgement.h"
#include "sim/units.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

static const char *const harmful_quantities[] = {"missed", "detection_time.p50",
						 "harmed_requests.mean", "harmed_users.mean"};
static const char *const healthy_quantities[] = {"false_rollback", "promoted",
						 "time_to_promote.p50"};

/* ---- what both were made of: top-level parts of the scenario, as it was resolved */

static const char *part_of(const char *scenario, const char *key, size_t *length)
{
	size_t key_length = strlen(key);
	const char *line = scenario;
	while (line && (strncmp(line, key, key_length) != 0 || line[key_length] != ':')) {
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	*length = 0;
	if (!line)
		return "";
	const char *end = line;
	do {
		end += strcspn(end, "\n");
		end += *end == '\n';
	} while (*end == ' ' || *end == '#' || *end == '\n');
	*length = (size_t)(end - line);
	return line;
}

static bool has_same(const struct comparison *c, const char *key)
{
	size_t a, b;
	const char *before = part_of(c->before->scenario, key, &a);
	const char *after = part_of(c->after->scenario, key, &b);
	return a == b && !memcmp(before, after, a);
}

static const char *name_differences(struct comparison *c)
{
	static const char *const keys[] = {"traffic", "horizon", "versions", "telemetry",
					   "slo",     "cases",	 "rollouts", NULL};
	const char *all = "";
	for (int k = 0; keys[k]; k++)
		if (!has_same(c, keys[k]))
			all = arena_printf(&c->arena, "%s%s%s", all, *all ? ", " : "", keys[k]);
	return all;
}

static const char *why_unpaired(struct comparison *c)
{
	const struct results *a = c->before, *b = c->after;
	if (a->seed != b->seed)
		return arena_printf(&c->arena, "the seeds are %" PRIu64 " and %" PRIu64, a->seed,
				    b->seed);
	if (strcmp(a->program_version, b->program_version) != 0)
		return arena_printf(&c->arena, "they were made by coalmine %s and %s",
				    a->program_version, b->program_version);
	if (!has_same(c, "traffic"))
		return "the traffic is not the same";
	return has_same(c, "horizon") ? NULL : "the horizon is not the same";
}

/* ---- cells of the same name */

static int find_name(const char *const *names, int count, const char *name)
{
	for (int i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

/* The point at which all that is varied has the same values. */
static int find_point(const struct results *in, const struct results *of, int point)
{
	if (in->varied != of->varied)
		return -1;
	for (int p = 0; p < in->points; p++) {
		bool same = true;
		for (int v = 0; v < of->varied && same; v++) {
			int place = 0;
			while (place < in->varied &&
			       strcmp(in->vary[place].key, of->vary[v].key) != 0)
				place++;
			same = place < in->varied &&
			       !strcmp(in->vary[place].values[p], of->vary[v].values[point]);
		}
		if (same)
			return p;
	}
	return -1;
}

static int find_cell(const struct results *in, const struct results *of, int rollout,
		     int case_index, int point)
{
	int r = find_name(in->rollout_names, in->rollouts, of->rollout_names[rollout]);
	int c = find_name(in->case_names, in->cases, of->case_names[case_index]);
	int p = find_point(in, of, point);
	return r < 0 || c < 0 || p < 0 ? -1 : results_cell(in, r, c, p);
}

const char *comparison_cell(struct arena *arena, const struct results *results, int rollout,
			    int case_index, int point)
{
	const char *text = arena_printf(arena, "%s, %s", results->rollout_names[rollout],
					results->case_names[case_index]);
	for (int v = 0; v < results->varied; v++)
		text = arena_printf(arena, "%s, %s=%s", text, results->vary[v].key,
				    results->vary[v].values[point]);
	return text;
}

/* Cells that the other file has not. */
static const char *name_missing(struct comparison *c, const struct results *of,
				const struct results *in)
{
	const char *all = "";
	for (int r = 0; r < of->rollouts; r++)
		for (int k = 0; k < of->cases; k++)
			for (int p = 0; p < of->points; p++)
				if (find_cell(in, of, r, k, p) < 0)
					all = arena_printf(&c->arena, "%s%s%s", all,
							   *all ? "; " : "",
							   comparison_cell(&c->arena, of, r, k, p));
	return all;
}

/* ---- quantities */

bool tolerance_read(struct tolerance *tolerance, const char *quantity, const char *amount,
		    char why[COMPARISON_WHY])
{
	size_t length = strlen(amount);
	struct quantity q;
	char wrong[QUANTITY_WHY];
	*tolerance = (struct tolerance){.quantity = quantity, .text = amount};
	if (!quantity_read(&q, quantity, NULL, wrong)) {
		snprintf(why, COMPARISON_WHY, "%s", wrong);
		return false;
	}
	tolerance->relative = length && amount[length - 1] == '%' && !quantity_is_share(&q);
	const char *expected = tolerance->relative
				       ? units_parse_share(amount, &tolerance->amount)
				       : quantity_amount(&q, amount, &tolerance->amount);
	if (expected)
		snprintf(why, COMPARISON_WHY, "expected %s%s; found \"%.60s\"", expected,
			 quantity_is_share(&q) ? "" : ", or a share of what it was such as 5%",
			 amount);
	return !expected;
}

static bool read_side(struct duelist *side, const struct results *results, const char *name,
		      char why[COMPARISON_WHY])
{
	const struct quantity_names names = {results->version_names, results->segment_names,
					     results->versions, results->segments};
	char wrong[QUANTITY_WHY];
	side->results = results;
	if (!quantity_read(&side->quantity, name, &names, wrong))
		return snprintf(why, COMPARISON_WHY, "%s", wrong) < 0;
	if (side->quantity.kind != QUANTITY_MAX)
		return true;
	snprintf(why, COMPARISON_WHY,
		 "%s: a maximum says too little to be held against another; take a quantile such "
		 "as .p99",
		 name);
	return false;
}

struct asked {
	const char *name[COMPARISON_QUANTITIES];
	int line[COMPARISON_QUANTITIES], count;
};

static void ask(struct asked *asked, const char *name, int line)
{
	if (asked->count == COMPARISON_QUANTITIES ||
	    find_name(asked->name, asked->count, name) >= 0)
		return;
	asked->line[asked->count] = line;
	asked->name[asked->count++] = name;
}

/* What is expected of a cell by itself. */
static void ask_expected(struct asked *asked, const struct expectations *expect,
			 const struct results *results, int rollout, int case_index)
{
	for (int i = 0; i < expect->count; i++) {
		const struct expectation *e = &expect->expectation[i];
		if (!e->other && e->quantity.kind != QUANTITY_MAX &&
		    !fnmatch(e->rollout, results->rollout_names[rollout], 0) &&
		    judgement_means(e, results, case_index))
			ask(asked, e->quantity.text, e->at.line);
	}
}

/* The quantities that are asked for in one cell, each once. */
static void ask_all(struct asked *asked, const struct comparison_options *options,
		    const struct results *results, int rollout, int case_index)
{
	bool harmful = results->case_harmful[case_index];
	const char *const *own = harmful ? harmful_quantities : healthy_quantities;
	int owns = harmful ? 4 : 3;
	*asked = (struct asked){.count = 0};
	for (int q = 0; q < options->quantities; q++)
		ask(asked, options->quantity[q], 0);
	if (options->expect)
		ask_expected(asked, options->expect, results, rollout, case_index);
	for (int q = 0; q < owns && !options->quantities && !options->expect; q++)
		ask(asked, own[q], 0);
	for (int t = 0; t < options->tolerances; t++)
		ask(asked, options->tolerance[t].quantity, 0);
}

static const struct tolerance *find_tolerance(const struct comparison_options *options,
					      const char *name)
{
	for (int t = 0; t < options->tolerances; t++)
		if (!strcmp(options->tolerance[t].quantity, name))
			return &options->tolerance[t];
	return NULL;
}

/* ---- holding */

/* By so much at least it is worse; where nobody says what is worse, more is. */
static bool is_beyond(const struct compared *row, bool harmful)
{
	const struct duel *duel = &row->duel;
	int worse = quantity_worse(&row->before.quantity, harmful);
	double least = worse < 0 ? -duel->change.high : duel->change.low;
	double may_be =
		row->tolerance->amount * (row->tolerance->relative ? fabs(duel->before.value) : 1);
	return duel->end != DUEL_NOTHING && duel->end != DUEL_SAME && least > may_be;
}

void comparison_hold(struct comparison *c)
{
	for (int i = 0; i < c->rows; i++) {
		struct compared *row = &c->row[i];
		const struct terms terms = {c->paired, c->before->case_harmful[row->case_],
					    c->level};
		duel_hold(&row->duel, &row->before, &row->after, &terms);
		row->fails = row->tolerance && is_beyond(row, terms.harmful);
	}
}

/* Every quantity of one cell that both have. */
static bool add_cell(struct comparison *c, int rollout, int case_index, int point,
		     const struct comparison_options *options, char why[COMPARISON_WHY])
{
	struct asked asked;
	int other = find_cell(c->after, c->before, rollout, case_index, point);
	ask_all(&asked, options, c->before, rollout, case_index);
	for (int q = 0; q < asked.count && other >= 0; q++) {
		struct compared row = {.rollout = rollout,
				       .case_ = case_index,
				       .point = point,
				       .line = asked.line[q],
				       .tolerance = find_tolerance(options, asked.name[q])};
		if (!read_side(&row.before, c->before, asked.name[q], why) ||
		    !read_side(&row.after, c->after, asked.name[q], why))
			return false;
		row.before.cell = results_cell(c->before, rollout, case_index, point);
		row.after.cell = other;
		c->row[c->rows++] = row;
	}
	return true;
}

bool comparison_make(struct comparison *c, const struct results *before,
		     const struct results *after, const struct comparison_options *options,
		     char why[COMPARISON_WHY])
{
	*c = (struct comparison){.before = before, .after = after, .all = options->all};
	size_t most = (size_t)results_cells(before) * COMPARISON_QUANTITIES;
	c->row = arena_take(&c->arena, most * sizeof *c->row);
	c->unpaired = why_unpaired(c);
	c->paired = !c->unpaired;
	c->differs = name_differences(c);
	c->only_before = name_missing(c, before, after);
	c->only_after = name_missing(c, after, before);
	for (int k = 0; k < before->cases; k++)
		for (int r = 0; r < before->rollouts; r++)
			for (int p = 0; p < before->points; p++)
				if (!add_cell(c, r, k, p, options, why))
					return false;
	c->level = 1 - (1 - COMPARISON_LEVEL) / (c->rows ? c->rows : 1);
	return true;
}

void comparison_free(struct comparison *comparison)
{
	arena_free(&comparison->arena);
}

int comparison_count(const struct comparison *comparison, enum duel_end end)
{
	int count = 0;
	for (int i = 0; i < comparison->rows; i++)
		count += comparison->row[i].duel.end == end;
	return count;
}

bool comparison_fails(const struct comparison *comparison)
{
	bool any = false;
	for (int i = 0; i < comparison->rows; i++)
		any = any || comparison->row[i].fails;
	return any;
}
