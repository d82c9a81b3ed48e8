/* Tables of what a scenario can name, read from the same rows as everything else. */
#include "sim/report/catalogue.h"

#include "models/list.h"
#include "sim/quantity.h"
#include "sim/report/table.h"

#include <string.h>

/* What a fault is to the truth: only what bends the candidate alone can be its harm. */
static const char *fault_counts_as(const struct fault *fault)
{
	if (!fault->bend)
		return "no harm";
	if (fault->confounder)
		return "confounder";
	return fault->on && !strcmp(fault->on, "both") ? "alike" : "harm";
}

static const char *fault_bends(const struct fault *fault)
{
	return fault->bend    ? "service"
	       : fault->blind ? "telemetry"
	       : fault->surge ? "traffic"
			      : "routes, rollback";
}

/* Whom each hits, and what rolling back for it would be. */
void catalogue_print_faults(void)
{
	static const char *const heads[] = {"fault", "bends", "hits", "counts as", "about"};
	struct arena arena = {0};
	struct table table;
	table_init(&table, &arena, 5, heads);
	for (int i = 0; models_all[i]; i++) {
		const struct fault *fault = (const struct fault *)models_all[i];
		if (models_all[i]->kind != PLUGIN_FAULT)
			continue;
		table_add(&table);
		table_put(&table, 0, models_all[i]->name);
		table_put(&table, 1, fault_bends(fault));
		table_put(&table, 2,
			  fault->hinder || fault->surge ? "-"
			  : fault->on			? fault->on
							: "candidate");
		table_put(&table, 3, fault_counts_as(fault));
		table_put(&table, 4, models_all[i]->about);
	}
	table_print(&table, "", stdout);
	arena_free(&arena);
	puts("\nharm: the candidate's fault, to be rolled back; confounder: looks like it, and a "
	     "rollback\nfor it is false; alike: hits all versions, so that none is worse. The "
	     "keys on: and is:\nsay otherwise; coalmine list scenario fault shows what all faults "
	     "take.");
}

static const char *detector_promises(const struct detector *detector)
{
	if (detector->run_length)
		return "looks between alarms";
	if (!detector->level)
		return "nothing";
	return detector->anytime ? "all looks together" : "one look";
}

static const char *detector_looks_at(const struct detector *detector)
{
	if (detector->evidence == EVIDENCE_INCREMENTS)
		return "what is new";
	return detector->from_start ? "all since the start" : "all since the stage";
}

static const char *words_of(int offers, const char *otherwise)
{
	static const char *const words[] = {[OFFERS_HITS] = "shares",
					    [OFFERS_VARIANCE] = "means",
					    [OFFERS_HITS | OFFERS_VARIANCE] = "shares, means",
					    [OFFERS_DISTRIBUTION] = "distributions",
					    [OFFERS_VARIANCE | OFFERS_DISTRIBUTION] =
						    "means, distributions",
					    [OFFERS_AREA] = "areas",
					    [OFFERS_VARIANCE | OFFERS_DISTRIBUTION | OFFERS_AREA] =
						    "means, distributions, areas"};
	return offers ? words[offers] : otherwise;
}

void catalogue_print_detectors(void)
{
	static const char *const heads[] = {"detector", "understands", "looks at", "promise is for",
					    "about"};
	struct arena arena = {0};
	struct table table;
	table_init(&table, &arena, 5, heads);
	for (int i = 0; models_all[i]; i++) {
		const struct detector *detector = (const struct detector *)models_all[i];
		if (models_all[i]->kind != PLUGIN_DETECTOR)
			continue;
		table_add(&table);
		table_put(&table, 0, models_all[i]->name);
		table_put(&table, 1, words_of(detector->takes, "every metric"));
		table_put(&table, 2, detector_looks_at(detector));
		table_put(&table, 3, detector_promises(detector));
		table_put(&table, 4, models_all[i]->about);
	}
	table_print(&table, "", stdout);
	arena_free(&arena);
	puts("\nA promise for one look is broken by looking often; one for all looks together is "
	     "kept\nhowever often one looks. Understands: coalmine list metric says what each "
	     "metric "
	     "offers.");
}

void catalogue_print_metrics(void)
{
	static const char *const heads[] = {"metric", "offers", "better is", "about"};
	struct arena arena = {0};
	struct table table;
	table_init(&table, &arena, 4, heads);
	for (int m = 0; m < METRIC_KINDS; m++) {
		const struct metric_row *row = &metric_rows[m];
		table_add(&table);
		table_put(&table, 0, row->name);
		table_put(&table, 1, words_of(row->offers, "its value"));
		table_put(&table, 2, row->higher_is_better ? "higher" : "lower");
		table_put(&table, 3, row->about);
	}
	table_print(&table, "", stdout);
	arena_free(&arena);
}

bool catalogue_print_metric(const char *name)
{
	const struct metric_row *row = metric_rows;
	while (row < metric_rows + METRIC_KINDS && strcmp(row->name, name) != 0)
		row++;
	if (row == metric_rows + METRIC_KINDS)
		return false;
	printf("metric %s: %s\n\n  offers %s to a detector; %s is better\n", row->name, row->about,
	       words_of(row->offers, "its value"), row->higher_is_better ? "higher" : "lower");
	return true;
}

static const char *quantity_better(const struct quantity_row *row)
{
	const struct quantity quantity = {.column = row->column, .outcome = row->outcome};
	static const char *const words[3] = {"more", "", "less"};
	const char *healthy = words[1 + quantity_worse(&quantity, false)];
	const char *harmful = words[1 + quantity_worse(&quantity, true)];
	if (!*healthy && !*harmful)
		return "-";
	if (!strcmp(healthy, harmful))
		return healthy;
	if (!*harmful)
		return !strcmp(healthy, "less") ? "less if healthy" : "more if healthy";
	if (!*healthy)
		return "less if harmful";
	return !strcmp(healthy, "more") ? "more if healthy, less if harmful"
					: "less if healthy, more if harmful";
}

const char *catalogue_quantity(const struct quantity_row *row)
{
	return row->outcome < 0 ? row->column->about : "Share of the trials that end so.";
}

void catalogue_print_quantities(void)
{
	static const char *const heads[] = {"quantity", "better is", "about"};
	struct quantity_row row[QUANTITY_ROWS];
	struct arena arena = {0};
	struct table table;
	int count = quantity_rows(row);
	table_init(&table, &arena, 3, heads);
	for (int i = 0; i < count; i++) {
		table_add(&table);
		table_put(&table, 0, row[i].as_in);
		table_put(&table, 1, quantity_better(&row[i]));
		table_put(&table, 2, catalogue_quantity(&row[i]));
	}
	table_print(&table, "", stdout);
	arena_free(&arena);
	puts("\nWhat stands alone is a share of the trials. Behind times that may never come "
	     "stands a "
	     "percentile,\n.p50 or .p95 or .p99.9; behind the others .mean, .max or a percentile.");
}

bool catalogue_print_quantity(const char *name)
{
	struct quantity_row row[QUANTITY_ROWS];
	int count = quantity_rows(row);
	for (int i = 0; i < count; i++)
		if (!strcmp(row[i].name, name)) {
			printf("quantity %s: %s\n\n  as in %s; better is: %s\n", name,
			       catalogue_quantity(&row[i]), row[i].as_in, quantity_better(&row[i]));
			return true;
		}
	return false;
}
