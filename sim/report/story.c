/* A timeline in sentences. */
#include "sim/report/story.h"

#include "sim/report/json.h"
#include "sim/report/words.h"

#include <math.h>
#include <string.h>

static const char *const verdict_words[] = {"passes", "FAILS", "is unsure", "has no data"};

struct teller {
	const struct plan *plan;
	const struct rollout_plan *rollout;
	const struct case_plan *case_;
	FILE *out;
	int said[MAX_CHECKS]; /* the last verdict told of each check, plus 1 */
	bool on[MAX_FAULTS];  /* a fault whose ramp has been mentioned */
};

static void print_clock(FILE *out, sim_time at)
{
	int64_t seconds = at / SIM_SECOND, ms = at % SIM_SECOND / 1000000;
	fprintf(out, "%4lld:%02lld:%02lld.%03lld  ", (long long)(seconds / 3600),
		(long long)(seconds / 60 % 60), (long long)(seconds % 60), (long long)ms);
}

/* A statistic as its detector sees it: a metric of its own unit, a ratio, a z. */
static void print_statistic(const struct check_plan *check, double value, char *out, size_t size)
{
	bool metric = !strcmp(check->detector.plugin->name, "threshold");
	enum metric_kind kind = check->metric.kind;
	if (isnan(value))
		out[0] = 0;
	else if (!metric)
		snprintf(out, size, ": %s %.3g", check->detector.plugin->name, value);
	else if (metric_rows[kind].unit == UNIT_SHARE)
		snprintf(out, size, ": %.3g %%", 100 * value);
	else if (metric_rows[kind].unit == UNIT_RATE)
		snprintf(out, size, ": %.3g/s", value);
	else if (metric_rows[kind].unit == UNIT_NUMBER)
		snprintf(out, size, ": %.4g", value);
	else
		snprintf(out, size, ": %.4g ms", value / 1e6);
}

static void tell_check(struct teller *teller, const struct happening *h)
{
	const struct check_plan *check = &teller->rollout->check[h->index];
	char statistic[64];
	print_statistic(check, h->value, statistic, sizeof statistic);
	fprintf(teller->out, "check %d (%s) %s%s\n", h->index, check->label,
		verdict_words[h->detail], statistic);
}

static void tell_fault(struct teller *teller, const struct happening *h)
{
	const struct fault_plan *fault = &teller->case_->fault[h->index];
	const struct fault *kind = (const struct fault *)fault->fault.plugin;
	bool aimed = kind->bend || kind->blind;
	fprintf(teller->out, "fault %s%s%s", fault->label, aimed ? " on " : "",
		aimed ? fault->when.on : "");
	if (h->value >= 1)
		fputs(" is fully on\n", teller->out);
	else if (h->value > 0)
		fprintf(teller->out, " has reached %.0f %% of its strength\n", 100 * h->value);
	else
		fputs(" is over\n", teller->out);
}

static void tell_remark(struct teller *teller, const struct happening *h)
{
	const struct plan *plan = teller->plan;
	char number[16];
	snprintf(number, sizeof number, "%s%d", h->value == OF_RING ? "ring " : "", h->index);
	const char *name = h->value == OF_REGION    ? plan->population.region_names[h->index]
			   : h->value == OF_SEGMENT ? plan->population.segment_names[h->index]
			   : h->value == OF_VERSION ? plan->version[h->index].name
						    : number;
	fprintf(teller->out, remark_words[h->detail], name);
	fputc('\n', teller->out);
}

static void tell_copies(struct teller *teller, const struct happening *h)
{
	const char *name = teller->plan->version[h->index].name;
	if (h->value > 0)
		fprintf(teller->out, "%s gets copies of %.4g %% of the requests\n", name,
			100 * h->value);
	else
		fprintf(teller->out, "%s gets no copies any more\n", name);
}

static void tell(struct teller *teller, const struct happening *h)
{
	const char *candidate = teller->plan->version[teller->rollout->candidate].name;
	FILE *out = teller->out;
	print_clock(out, h->at);
	switch ((enum happening_kind)h->kind) {
	case HAPPENING_FAULT:
		tell_fault(teller, h);
		break;
	case HAPPENING_ONSET:
		fprintf(out, "ONSET: %s serves users and is worse than stable\n", candidate);
		break;
	case HAPPENING_SHARE:
		fprintf(out, "%s gets %.4g %% of the traffic\n", candidate, 100 * h->value);
		break;
	case HAPPENING_CHECK:
		tell_check(teller, h);
		break;
	case HAPPENING_ALARM:
		fprintf(out, "check %d has reached its limit of failures\n", h->index);
		break;
	case HAPPENING_PROMOTE:
		fprintf(out, "PROMOTED: the strategy trusts %s\n", candidate);
		break;
	case HAPPENING_ROLLBACK:
		fputs("ROLLBACK is decided", out);
		if (h->index >= 0)
			fprintf(out, ", because of check %d (%s)", h->index,
				teller->rollout->check[h->index].label);
		fputc('\n', out);
		break;
	case HAPPENING_RETRY:
		fprintf(out, "an attempt to roll back has failed; %s\n",
			h->index > 0 ? "somebody does it by hand" : "it will be tried again");
		break;
	case HAPPENING_SAFE:
		fprintf(out, "SAFE: %s serves nobody any more\n", candidate);
		break;
	case HAPPENING_PAUSE:
		fputs("PAUSED: a person must look\n", out);
		break;
	case HAPPENING_REMARK:
		tell_remark(teller, h);
		break;
	case HAPPENING_HALVE:
		fprintf(out,
			"half of it goes BACK, because of check %d (%s); the rest is watched\n",
			h->index, teller->rollout->check[h->index].label);
		break;
	case HAPPENING_RESTORE:
		fputs("no check fails any more: what went back is restored\n", out);
		break;
	case HAPPENING_COPIES:
		tell_copies(teller, h);
		break;
	case HAPPENING_REFUSE:
		fprintf(out,
			"REFUSED: stable has shown %.0f of the %.0f requests that a baseline "
			"needs\n",
			h->value, teller->rollout->needs_baseline);
		break;
	case HAPPENING_KINDS:
		break;
	}
}

/* A check that says what it said before is not news, nor is the middle of a ramp. */
static bool is_news(struct teller *teller, const struct happening *h)
{
	if (h->kind == HAPPENING_FAULT) {
		bool first = !teller->on[h->index];
		teller->on[h->index] = h->value > 0;
		return first || h->value >= 1 || h->value <= 0;
	}
	if (h->kind != HAPPENING_CHECK)
		return !(h->kind == HAPPENING_SHARE && h->at == 0 && h->value == 0);
	bool news = teller->said[h->index] != h->detail + 1 || h->detail == VERDICT_FAIL;
	teller->said[h->index] = h->detail + 1;
	return news;
}

static void tell_end(const struct result *row, FILE *out)
{
	static const char *const outcomes[] = {"promoted", "rolled back", "paused", "unfinished",
					       "refused"};
	char time[WORDS_TEXT];
	fprintf(out, "\nIn the end: %s%s%s.\n", outcomes[row->outcome],
		row->false_rollback ? " for nothing" : "", row->missed ? " although it hurt" : "");
	if (!isnan(row->detection_time)) {
		fprintf(out, "From onset: decided after %s",
			words_seconds(time, row->detection_time));
		if (!isnan(row->mitigation_time))
			fprintf(out, ", safe after %s", words_seconds(time, row->mitigation_time));
		fputs(".\n", out);
	}
	fprintf(out,
		"%lld of %lld requests went to a version other than stable; %lld were harmed, "
		"%lld users.\n",
		(long long)row->exposed_requests, (long long)row->requests,
		(long long)row->harmed_requests, (long long)row->harmed_users);
	if (row->quality_harmed || row->quality_helped)
		fprintf(out,
			"%lld answers were wrong where stable's would have been right, %lld the "
			"other way round.\n",
			(long long)row->quality_harmed, (long long)row->quality_helped);
}

void story_print(const struct plan *plan, const struct timeline *timeline, const struct result *row,
		 bool all, FILE *out)
{
	struct teller teller = {
		.plan = plan,
		.rollout = &plan->rollout[timeline->rollout],
		.case_ = &plan->case_[timeline->case_index],
		.out = out,
	};
	fprintf(out, "Rollout %s, case %s, trial %d\n\n", teller.rollout->name, teller.case_->name,
		timeline->trial);
	for (int i = 0; i < timeline->happenings; i++)
		if (is_news(&teller, &timeline->happened[i]) || all)
			tell(&teller, &timeline->happened[i]);
	tell_end(row, out);
}

void story_json(const struct plan *plan, const struct timeline *timeline, const struct result *row,
		FILE *out)
{
	const struct rollout_plan *rollout = &plan->rollout[timeline->rollout];
	for (int i = 0; i < timeline->happenings; i++) {
		const struct happening *h = &timeline->happened[i];
		bool check = h->kind == HAPPENING_CHECK || h->kind == HAPPENING_ALARM;
		fputs("{\"time\": ", out);
		json_number(out, (double)h->at / SIM_SECOND);
		fputs(", \"what\": ", out);
		json_text(out, happening_names[h->kind]);
		fprintf(out, ", \"index\": %d, \"value\": ", h->index);
		json_number(out, h->value);
		if (check) {
			fputs(", \"check\": ", out);
			json_text(out, rollout->check[h->index].label);
		}
		if (h->kind == HAPPENING_CHECK)
			fprintf(out, ", \"verdict\": \"%s\"",
				(const char *const[]){"pass", "fail", "unsure",
						      "no_data"}[h->detail]);
		fputs("}\n", out);
	}
	fprintf(out, "{\"what\": \"end\", \"outcome\": %d, \"detection_time\": ", row->outcome);
	json_number(out, row->detection_time);
	fprintf(out,
		", \"requests\": %lld, \"exposed_requests\": %lld, \"harmed_requests\": %lld}\n",
		(long long)row->requests, (long long)row->exposed_requests,
		(long long)row->harmed_requests);
}
