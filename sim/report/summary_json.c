/* The summary as JSON: every estimate with its interval. */
#include "sim/report/json.h"
#include "sim/report/standing.h"
#include "sim/report/summary.h"

#include "sim/report/cell.h"

#include <stddef.h>

static const struct {
	const char *name;
	size_t offset;
} estimates[] = {
	{"false_rollback", offsetof(struct cell, false_rollback)},
	{"missed", offsetof(struct cell, missed)},
	{"detection_time_p50", offsetof(struct cell, detection_p50)},
	{"detection_time_p95", offsetof(struct cell, detection_p95)},
	{"never_detected", offsetof(struct cell, never_detected)},
	{"harmed_requests_mean", offsetof(struct cell, harmed_requests_mean)},
	{"harmed_requests_p95", offsetof(struct cell, harmed_requests_p95)},
	{"harmed_users_mean", offsetof(struct cell, harmed_users_mean)},
	{"harmed_users_p95", offsetof(struct cell, harmed_users_p95)},
	{"promoted", offsetof(struct cell, promoted)},
	{"time_to_promote_p50", offsetof(struct cell, promote_p50)},
};

static void print_field(FILE *out, const char *name, const char *text)
{
	fprintf(out, "\"%s\": ", name);
	json_text(out, text);
}

static void print_estimate(FILE *out, const char *name, const struct estimate *estimate)
{
	fprintf(out, ", \"%s\": ", name);
	json_estimate(out, estimate->value, estimate->low, estimate->high);
}

static void print_cell(const struct results *results, int r, int c, int p, FILE *out)
{
	struct cell cell;
	cell_summarise(results, r, c, p, &cell);
	fputs("  {", out);
	print_field(out, "rollout", results->rollout_names[r]);
	fputs(", ", out);
	print_field(out, "case", results->case_names[c]);
	fprintf(out, ", \"harmful\": %s, \"point\": %d",
		results->case_harmful[c] ? "true" : "false", p);
	for (int i = 0; i < results->varied; i++) {
		fputs(", ", out);
		json_text(out, results->vary[i].key);
		fputs(": ", out);
		json_text(out, results->vary[i].values[p]);
	}
	fprintf(out,
		", \"trials\": %lld, \"promoted_trials\": %lld, \"rolled_back_trials\": %lld, "
		"\"paused_trials\": %lld, \"unfinished_trials\": %lld, "
		"\"refused_trials\": %lld",
		(long long)cell.trials, (long long)cell.outcomes[OUTCOME_PROMOTED],
		(long long)cell.outcomes[OUTCOME_ROLLED_BACK],
		(long long)cell.outcomes[OUTCOME_PAUSED],
		(long long)cell.outcomes[OUTCOME_UNFINISHED],
		(long long)cell.outcomes[OUTCOME_REFUSED]);
	for (size_t e = 0; e < sizeof estimates / sizeof estimates[0]; e++)
		print_estimate(
			out, estimates[e].name,
			(const struct estimate *)((const char *)&cell + estimates[e].offset));
	fputc('}', out);
}

/* The difference of two rollouts on the same trials, column by column. */
static void print_pair(const struct results *results, int r, int c, int p, FILE *out)
{
	static const char *const columns[] = {"harmed_requests", "harmed_users", "detection_time"};
	int a = results_cell(results, r, c, p), b = results_cell(results, 0, c, p);
	fputs("  {", out);
	print_field(out, "rollout", results->rollout_names[r]);
	fputs(", ", out);
	print_field(out, "minus", results->rollout_names[0]);
	fputs(", ", out);
	print_field(out, "case", results->case_names[c]);
	fprintf(out, ", \"point\": %d", p);
	for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
		struct estimate difference =
			cell_paired_difference(results, results_column(columns[i]), a, b);
		print_estimate(out, columns[i], &difference);
	}
	fputc('}', out);
}

static void print_pairs(const struct results *results, FILE *out)
{
	const char *between = "";
	for (int p = 0; p < results->points; p++)
		for (int c = 0; c < results->cases; c++)
			for (int r = 1; r < results->rollouts; r++) {
				fputs(between, out);
				print_pair(results, r, c, p, out);
				between = ",\n";
			}
}

static void print_placed(const struct results *results, const struct placed *placed, int c, int p,
			 FILE *out)
{
	fputs("  {", out);
	print_field(out, "case", results->case_names[c]);
	fprintf(out, ", \"point\": %d, \"first_place\": %d, \"last_place\": %d, ", p, placed->first,
		placed->last);
	print_field(out, "rollout", results->rollout_names[placed->rollout]);
	if (placed->beaten_by >= 0) {
		fputs(", ", out);
		print_field(out, "worse_than", results->rollout_names[placed->beaten_by]);
		fputs(", ", out);
		print_field(out, "in", placed->quantity.text);
		print_estimate(out, "by", &placed->change);
	}
	fputc('}', out);
}

static void print_standing(const struct results *results, FILE *out)
{
	struct arena arena = {0};
	const char *between = "";
	struct placed *placed = arena_take(&arena, (size_t)results->rollouts * sizeof *placed);
	for (int p = 0; p < results->points && results->rollouts > 1; p++)
		for (int c = 0; c < results->cases; c++) {
			standing_find(results, c, p, placed);
			for (int i = 0; i < results->rollouts; i++) {
				fputs(between, out);
				print_placed(results, &placed[i], c, p, out);
				between = ",\n";
			}
		}
	arena_free(&arena);
}

void summary_json(const struct results *results, FILE *out)
{
	fputc('{', out);
	print_field(out, "scenario", results->title);
	fputs(", ", out);
	print_field(out, "version", results->program_version);
	fprintf(out, ", \"seed\": %llu, \"interval\": %g, \"cells\": [\n",
		(unsigned long long)results->seed, CELL_LEVEL);
	for (int p = 0; p < results->points; p++)
		for (int c = 0; c < results->cases; c++)
			for (int r = 0; r < results->rollouts; r++) {
				print_cell(results, r, c, p, out);
				bool last = p == results->points - 1 && c == results->cases - 1 &&
					    r == results->rollouts - 1;
				fputs(last ? "\n" : ",\n", out);
			}
	fputs("], \"differences\": [\n", out);
	print_pairs(results, out);
	fputs("], \"ranking\": [\n", out);
	print_standing(results, out);
	fputs("]}\n", out);
}
