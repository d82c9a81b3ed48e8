/* One line a model, then one line a distance: the trace's, and what samples of the model show. */
#include "sim/report/fit_report.h"

#include "sim/report/json.h"
#include "sim/report/table.h"
#include "sim/report/words.h"

#include <math.h>
#include <string.h>

enum style { STYLE_NUMBER, STYLE_TIME, STYLE_SHARE };

/* The name has a place for a length, where it needs one. */
struct fit_line {
	const char *name, *key;
	enum style style;
};

static const struct fit_line lines[FIT_MEASURES] = {
	[FIT_RATE] = {"rate, relative RMSE in %s", "rate_rmse", STYLE_NUMBER},
	[FIT_GAPS] = {"gaps after rescaling, KS", "gaps_ks", STYLE_NUMBER},
	[FIT_SECOND] = {"dispersion in 1 s", "dispersion_1s", STYLE_NUMBER},
	[FIT_MINUTE] = {"dispersion in 60 s", "dispersion_60s", STYLE_NUMBER},
	[FIT_ANSWERS] = {"answers, KS", "answers_ks", STYLE_NUMBER},
	[FIT_ANSWERS_P50] = {"answers, p50", "answers_p50", STYLE_TIME},
	[FIT_ANSWERS_P95] = {"answers, p95", "answers_p95", STYLE_TIME},
	[FIT_ANSWERS_P99] = {"answers, p99", "answers_p99", STYLE_TIME},
	[FIT_FAILURES] = {"failures, KS", "failures_ks", STYLE_NUMBER},
	[FIT_FAILURES_P50] = {"failures, p50", "failures_p50", STYLE_TIME},
	[FIT_FAILURES_P95] = {"failures, p95", "failures_p95", STYLE_TIME},
	[FIT_FAILURES_P99] = {"failures, p99", "failures_p99", STYLE_TIME},
	[FIT_ERRORS] = {"share of failures", "errors", STYLE_SHARE},
	[FIT_CLUMP_INDEX] = {"their dispersion in %s", "failure_dispersion", STYLE_NUMBER},
	[FIT_CLUMP_RATIO] = {"after a failure, times as likely", "after_failure", STYLE_NUMBER},
};

/* ---- models in words */

static const char *const processes[GAP_KINDS] = {"uniform", "poisson", "renewal (gamma)",
						 "renewal (lognormal)", "mmpp"};

static const char *const laws[LAW_KINDS] = {
	"constant", "exponential", "lognormal", "gamma",
	"weibull",  "pareto",	   "normal",	"a mixture of two lognormals"};

static const char *seconds(char text[WORDS_TEXT], double s)
{
	return words_seconds(text, s);
}

const char *fit_arrivals_words(struct arena *arena, const struct fit *fit)
{
	const struct gap_law *gaps = &fit->gaps;
	char lasts[WORDS_TEXT];
	const char *more = "";
	if (gaps->kind == GAP_GAMMA || gaps->kind == GAP_LOGNORMAL)
		more = arena_printf(arena, ", CV %.3g", gaps->cv);
	if (gaps->kind == GAP_MMPP)
		more = arena_printf(arena, ", x%.3g in bursts of %s, %.3g %% of the time",
				    gaps->burst, seconds(lasts, gaps->lasts / fit->rate.per_second),
				    100 * gaps->share);
	return arena_printf(arena, "%s%s, %.4g/s on average", processes[gaps->kind], more,
			    (double)(fit->n - 1) / fit->span_s);
}

static const char *rate_words(struct arena *arena, const struct fit *fit)
{
	const struct fit_rate *rate = &fit->rate;
	double low = INFINITY, high = 0;
	for (int k = 0; k < rate->levels; k++) {
		low = fmin(low, rate->factor[k]);
		high = fmax(high, rate->factor[k]);
	}
	int decimals = rate->spread < 10;
	if (rate->levels == 1)
		return arena_printf(arena,
				    "constant: quasi-BIC, at an overdispersion of %.*f, wants "
				    "no second level",
				    decimals, rate->spread);
	return arena_printf(arena,
			    "%d levels%s from x%.3g to x%.3g, by quasi-BIC at an "
			    "overdispersion of %.*f",
			    rate->levels, rate->daily ? " of the day" : "", low, high, decimals,
			    rate->spread);
}

/* By how much the next kind is behind. */
static double margin_of(const struct gap_law *chosen, const struct gap_law all[GAP_KINDS],
			const char **next)
{
	double least = INFINITY;
	for (int k = GAP_POISSON; k < GAP_KINDS; k++)
		if (k != (int)chosen->kind && all[k].bic < least) {
			least = all[k].bic;
			*next = processes[k];
		}
	return least - chosen->bic;
}

static const char *process_words(struct arena *arena, const struct fit *fit)
{
	const char *next = "", *words = fit_arrivals_words(arena, fit);
	double margin = margin_of(&fit->gaps, fit->gap_laws, &next);
	if (fit->gaps.kind == GAP_CLOCK)
		return arena_printf(arena, "%s: gaps are all but equal", words);
	if (fit->by_counts)
		return arena_printf(arena,
				    "%s; of all candidates the nearest to the gaps and the "
				    "dispersion, which the likeliest is far from",
				    words);
	return arena_printf(arena, "%s; BIC puts it %s %s by %.3g", words,
			    margin >= 0 ? "before" : "behind", next, fabs(margin));
}

const char *fit_law_words(const struct fit_law *law)
{
	if (!law->n)
		return "the trace does not say how long they took";
	if (law->empirical)
		return "empirical";
	return laws[law->law.kind];
}

static const char *law_words(struct arena *arena, const struct fit_law *law)
{
	const char *words = fit_law_words(law), *next = "";
	double least = INFINITY, nearest = 1;
	if (!law->n || law->law.kind == LAW_CONSTANT)
		if (!law->empirical)
			return words;
	for (int k = 0; k < LAW_KINDS; k++) {
		nearest = fmin(nearest, isfinite(law->all[k].bic) ? law->all[k].distance : 1);
		if (k != (int)law->law.kind && law->all[k].bic < least) {
			least = law->all[k].bic;
			next = laws[k];
		}
	}
	if (law->empirical && nearest == 1)
		return arena_printf(arena, "%s: %lld are too few for a formula", words,
				    (long long)law->count);
	if (law->empirical)
		return arena_printf(arena,
				    "%s: no formula is within KS %.3g, the nearest is %.3g "
				    "away",
				    words, law->reach, nearest);
	return arena_printf(arena, "%s; BIC %s %s by %.3g", words,
			    least >= law->law.bic ? "puts it before" : "would rather have", next,
			    fabs(least - law->law.bic));
}

static const char *error_words(struct arena *arena, const struct fit *fit)
{
	const struct fit_errors *e = &fit->errors;
	char lasts[WORDS_TEXT], gap[WORDS_TEXT];
	if (!e->known)
		return "the trace does not say what became of its requests";
	const char *words = arena_printf(arena, "%lld of %lld, %.3g %%", (long long)e->failed,
					 (long long)e->requests, 100 * e->share);
	if (!e->clumped)
		return arena_printf(arena, "%s; no sign that they come together", words);
	return arena_printf(arena,
			    "%s; they come together: %.3g %%, and %.3g %% in bursts of %s, every "
			    "%s",
			    words, 100 * e->calm, 100 * e->burst, seconds(lasts, e->lasts_s),
			    seconds(gap, e->lasts_s + e->gap_s));
}

/* ---- the table */

static const char *value_text(char text[WORDS_TEXT], enum style style, double value)
{
	if (style == STYLE_TIME)
		return words_seconds(text, value * 1e-9);
	snprintf(text, WORDS_TEXT, style == STYLE_SHARE ? "%.3g %%" : "%.3g",
		 style == STYLE_SHARE ? 100 * value : value);
	return text;
}

static double length_of(const struct fit *fit, int measure)
{
	return measure == FIT_RATE ? fit->rate.bin_s : fit->errors.window_s;
}

static void add_line(struct table *table, const struct fit *fit, int measure,
		     const struct fit_value *value)
{
	char text[WORDS_TEXT], other[WORDS_TEXT], length[WORDS_TEXT];
	const struct fit_line *line = &lines[measure];
	const char *place = strstr(line->name, "%s");
	if (value->verdict == FIT_NOTHING || !table_add(table))
		return;
	seconds(length, length_of(fit, measure));
	table_put(table, 0,
		  place ? arena_printf(table->arena, "%.*s%s", (int)(place - line->name),
				       line->name, length)
			: line->name);
	table_put(table, 1, value_text(text, line->style, value->trace));
	value_text(text, line->style, value->low);
	value_text(other, line->style, value->high);
	table_put(table, 2,
		  value->low > 0 ? arena_printf(table->arena, "%s to %s", text, other)
				 : arena_printf(table->arena, "up to %s", other));
	table_put(table, 3, fit_verdict_words(value->verdict));
}

static void print_table(const struct fit *fit, const struct fit_comparison *comparison, FILE *out)
{
	static const char *const heads[] = {"distance", "trace", "95 % of samples of the model",
					    "verdict"};
	struct arena arena = {0};
	struct table table;
	table_init(&table, &arena, 4, heads);
	for (int m = 0; m < FIT_MEASURES; m++)
		add_line(&table, fit, m, &comparison->value[m]);
	fputc('\n', out);
	table_print(&table, "", out);
	fprintf(out, "by %d samples as long as the trace\n", comparison->trials);
	arena_free(&arena);
}

static void print_users(const struct fit *fit, FILE *out)
{
	if (fit->has_users)
		fprintf(out, "users      about %.0f, Zipf exponent %.3g\n", fit->users.count,
			fit->users.exponent);
}

/* What a reader should know before trusting it. */
static void print_advice(const struct fit *fit, FILE *out)
{
	char tick[UNITS_TEXT];
	if (fit->coarse)
		fprintf(out,
			"\nThe clock ticks every %s, and too many requests share a tick: how they "
			"come within one is\nnot known, a CV of the gaps would be the clock's. "
			"They "
			"were spread evenly here; import with\n--jitter spreads them in the "
			"trace.\n",
			units_print_duration(tick, fit->source.clock.tick_ns));
}

void fit_print(const struct fit *fit, const struct fit_comparison *comparison, FILE *out)
{
	struct arena arena = {0};
	char span[WORDS_TEXT];
	fprintf(out, "trace      %s, %lld rows over %s, fingerprint %s\n", fit->source.name,
		(long long)fit->n, seconds(span, fit->span_s), fit->source.recording->fingerprint);
	fprintf(out, "arrivals   %s\n", process_words(&arena, fit));
	fprintf(out, "rate       %s\n", rate_words(&arena, fit));
	if (fit->source.recording->versions > 1)
		fprintf(out, "version    %s, which served the most of %d\n", fit->stable->name,
			fit->source.recording->versions);
	fprintf(out, "answers    %s\n", law_words(&arena, &fit->answers));
	if (fit->failures.n)
		fprintf(out, "failures   %s\n", law_words(&arena, &fit->failures));
	fprintf(out, "errors     %s\n", error_words(&arena, fit));
	print_users(fit, out);
	print_table(fit, comparison, out);
	print_advice(fit, out);
	arena_free(&arena);
}

/* ---- JSON */

static void json_member(FILE *out, const char *name, double value)
{
	fprintf(out, ", \"%s\": ", name);
	json_number(out, value);
}

static void json_models(const struct fit *fit, FILE *out)
{
	const struct fit_errors *e = &fit->errors;
	struct arena arena = {0};
	fputs(", \"process\": ", out);
	json_text(out, processes[fit->gaps.kind]);
	json_member(out, "rate", fit->rate.per_second);
	json_member(out, "levels", fit->rate.levels);
	json_member(out, "spread", fit->rate.spread);
	if (fit->gaps.kind == GAP_GAMMA || fit->gaps.kind == GAP_LOGNORMAL)
		json_member(out, "cv", fit->gaps.cv);
	if (fit->gaps.kind == GAP_MMPP) {
		json_member(out, "burst", fit->gaps.burst);
		json_member(out, "share", fit->gaps.share);
		json_member(out, "lasts", fit->gaps.lasts / fit->rate.per_second);
	}
	fputs(", \"answers\": ", out);
	json_text(out, fit->answers.n ? fit_law_words(&fit->answers) : "unknown");
	fputs(", \"failures\": ", out);
	json_text(out, fit->failures.n ? fit_law_words(&fit->failures) : "unknown");
	json_member(out, "errors", e->known ? e->share : NAN);
	fprintf(out, ", \"clumped\": %s, \"coarse_clock\": %s", e->clumped ? "true" : "false",
		fit->coarse ? "true" : "false");
	arena_free(&arena);
}

static void json_value(FILE *out, const struct fit_line *line, const struct fit_value *value)
{
	double unit = line->style == STYLE_TIME ? 1e-9 : 1;
	fputs("{\"name\": ", out);
	json_text(out, line->key);
	json_member(out, "trace", value->trace * unit);
	json_member(out, "low", value->low * unit);
	json_member(out, "high", value->high * unit);
	fputs(", \"verdict\": ", out);
	json_text(out, fit_verdict_words(value->verdict));
	fputc('}', out);
}

void fit_json(const struct fit *fit, const struct fit_comparison *comparison, const char *scenario,
	      FILE *out)
{
	const char *comma = "";
	fputs("{\"trace\": ", out);
	json_text(out, fit->source.recording->fingerprint);
	fputs(", \"scenario\": ", out);
	json_text(out, scenario);
	json_member(out, "rows", (double)fit->n);
	json_member(out, "span", fit->span_s);
	json_models(fit, out);
	fprintf(out, ", \"samples\": %d, \"distances\": [", comparison->trials);
	for (int m = 0; m < FIT_MEASURES; m++) {
		if (comparison->value[m].verdict == FIT_NOTHING)
			continue;
		fputs(comma, out);
		json_value(out, &lines[m], &comparison->value[m]);
		comma = ", ";
	}
	fputs("]}\n", out);
}
