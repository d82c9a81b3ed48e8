/* Variants as JSON: everything the tables say, and every interval. */
#include "sim/report/json.h"
#include "sim/report/whatif.h"

#include <inttypes.h>
#include <math.h>

static void put_number(const char *name, double number, FILE *out)
{
	fprintf(out, ", \"%s\": ", name);
	json_number(out, number);
}

static void put_estimate(struct whatif_estimate e, double per, FILE *out)
{
	fputs("{\"value\": ", out);
	json_number(out, e.value / per);
	put_number("low", e.low / per, out);
	put_number("high", e.high / per, out);
}

static double unit_of(int metric)
{
	bool time = (metric >= WHATIF_P50 && metric <= WHATIF_P99) || metric == WHATIF_WAIT;
	return time ? 1e9 : 1;
}

static void put_metrics(const struct whatif_answer *a, FILE *out)
{
	for (int m = 0; m < WHATIF_METRICS; m++) {
		fprintf(out, ", \"%s\": ", whatif_metric_name[m]);
		put_estimate(a->of[m], unit_of(m), out);
		fputs(", \"change\": ", out);
		put_estimate(a->change[m], unit_of(m), out);
		fputs("}}", out);
	}
}

static void put_variant(const struct whatif_report *r, int i, FILE *out)
{
	const struct whatif_answer *a = &r->answer[i];
	for (int s = 0; s < WHATIF_SETTINGS; s++) {
		char text[UNITS_TEXT];
		fprintf(out, "%s\"%s\": ", s ? ", " : "{", whatif_setting_name[s]);
		if (s == WHATIF_SLOT_COUNT)
			json_number(out, r->variant[i].slots ? (double)r->variant[i].slots
							     : (double)NAN);
		else
			json_text(out, whatif_print_setting(text, &r->variant[i],
							    (enum whatif_setting)s));
	}
	fprintf(out,
		", \"requests\": %" PRId64 ", \"failed_requests\": %" PRId64
		", \"harmed_requests\": %" PRId64 ", \"harmed_users\": %" PRId64,
		a->requests, a->failed, a->harmed, a->harmed_users);
	put_number("load", a->load, out);
	put_metrics(a, out);
	fputs(", \"users\": ", out);
	put_estimate(a->users, 1, out);
	fputs("}}", out);
}

void whatif_json(const struct whatif_report *r, FILE *out)
{
	const struct whatif_traffic *t = r->traffic;
	fprintf(out, "{\"requests\": %" PRId64 ", \"users\": %d, \"blocks\": %d", t->requests,
		t->users, t->blocks);
	put_number("block_s", (double)t->block_ns / 1e9, out);
	fprintf(out, ", \"resamples\": %d", r->resamples);
	put_number("limit_s", t->limit_ns / 1e9, out);
	fputs(", \"variants\": [", out);
	for (int i = 0; i < r->count; i++) {
		fputs(i ? ",\n" : "\n", out);
		put_variant(r, i, out);
	}
	fputs("\n]}\n", out);
}
