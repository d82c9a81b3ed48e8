/* Trials of one seed and one traffic are pairs: the same requests, the same luck. Where traffic or
 * seed differ they are strangers, and are treated so. */
#include "sim/report/comparison.h"

#include "sim/error.h"
#include "sim/units.h"

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
	const struct quantity_names nobody = {NULL, NULL, 0, 0};
	struct quantity q;
	char wrong[QUANTITY_WHY];
	*tolerance = (struct tolerance){.quantity = quantity, .text = amount};
	if (!quantity_read(&q, quantity, &nobody, wrong) && !strstr(wrong, "needs the name of")) {
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

/* The names that are asked for in one case, each once. */
static int list_quantities(const struct comparison_options *options, bool harmful,
			   const char *names[COMPARISON_QUANTITIES])
{
	int count = 0;
	const char *const *own = harmful ? harmful_quantities : healthy_quantities;
	int owns = harmful ? 4 : 3;
	for (int q = 0; q < options->quantities && count < COMPARISON_QUANTITIES; q++)
		if (find_name(names, count, options->quantity[q]) < 0)
			names[count++] = options->quantity[q];
	for (int q = 0; q < owns && !options->quantities; q++)
		names[count++] = own[q];
	for (int t = 0; t < options->tolerances && count < COMPARISON_QUANTITIES; t++)
		if (find_name(names, count, options->tolerance[t].quantity) < 0)
			names[count++] = options->tolerance[t].quantity;
	return count;
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

static void hold_all(struct comparison *c)
{
	c->level = 1 - (1 - COMPARISON_LEVEL) / (c->rows ? c->rows : 1);
	for (int i = 0; i < c->rows; i++) {
		struct compared *row = &c->row[i];
		const struct terms terms = {c->paired, c->before->case_harmful[row->case_],
					    c->level};
		duel_hold(&row->duel, &row->before, &row->after, &terms);
		row->fails = row->tolerance && is_beyond(row, terms.harmful);
	}
}

/* Every quantity of one case in all its cells. */
static bool add_case(struct comparison *c, int case_index, const struct comparison_options *options,
		     char why[COMPARISON_WHY])
{
	const char *names[COMPARISON_QUANTITIES];
	int count = list_quantities(options, c->before->case_harmful[case_index], names);
	for (int r = 0; r < c->before->rollouts; r++)
		for (int p = 0; p < c->before->points; p++) {
			int cell = results_cell(c->before, r, case_index, p);
			int other = find_cell(c->after, c->before, r, case_index, p);
			for (int q = 0; q < count && other >= 0; q++) {
				struct compared row = {.rollout = r,
						       .case_ = case_index,
						       .point = p,
						       .tolerance =
							       find_tolerance(options, names[q])};
				if (!read_side(&row.before, c->before, names[q], why) ||
				    !read_side(&row.after, c->after, names[q], why))
					return false;
				row.before.cell = cell;
				row.after.cell = other;
				c->row[c->rows++] = row;
			}
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
		if (!add_case(c, k, options, why))
			return false;
	hold_all(c);
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
