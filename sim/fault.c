/* The course of a fault over time, shared by all kinds: off, a ramp of small steps, on, off. */
#include "sim/fault.h"

#include <math.h>
#include <stdio.h>

static const char *const share_names[] = {"requests", "users", NULL};
static const char *const kind_names[] = {"usual", "harm", "confounder", NULL};

const struct param fault_when_params[] = {
	{"on", PARAM_WORD, offsetof(struct fault_when, on), "",
	 .about = "the version it hits, both for all, or something that versions call; left out: "
		  "candidate, unless the fault says otherwise"},
	{"at", PARAM_DURATION, offsetof(struct fault_when, at), "0s", 0, (double)MAX_HORIZON,
	 .about = "when it starts, after the trial begins"},
	{"within", PARAM_DURATION, offsetof(struct fault_when, within), "", 1, (double)MAX_HORIZON,
	 .about = "start at random, so long after at and no later"},
	{"after", PARAM_COUNT, offsetof(struct fault_when, after), "", 1, 1e12,
	 .about = "start once its target has served so many requests"},
	{"share_above", PARAM_SHARE, offsetof(struct fault_when, share_above), "", 0, 1,
	 .about = "start once its target has more than this share of the traffic"},
	{"load_above", PARAM_RATE, offsetof(struct fault_when, load_above), "", 0, 1e9,
	 .about = "start once its target serves more than this"},
	{"duration", PARAM_DURATION, offsetof(struct fault_when, duration), "", 1,
	 (double)MAX_HORIZON, .about = "how long it lasts; left out: to the end"},
	{"every", PARAM_DURATION, offsetof(struct fault_when, every), "", 1, (double)MAX_HORIZON,
	 .about = "start again so long after the last start"},
	{"ramp", PARAM_DURATION, offsetof(struct fault_when, ramp), "0s", 0, (double)MAX_HORIZON,
	 .about = "how long it takes to reach full strength"},
	{"jitter", PARAM_SHARE, offsetof(struct fault_when, jitter), "", 0, 1,
	 .about = "how much its strength varies at random, drawn anew at every scrape"},
	{"segment", PARAM_WORD, offsetof(struct fault_when, segment), "",
	 .about = "the only segment it hits; left out: all"},
	{"region", PARAM_WORD, offsetof(struct fault_when, region), "",
	 .about = "the only region it hits; left out: all"},
	{"where", PARAM_WORD, offsetof(struct fault_when, where), "",
	 .about = "the only requests it hits, by an attribute: value > 1000, device = ios"},
	{"share", PARAM_SHARE, offsetof(struct fault_when, share), "", 0, 1,
	 .about = "the share of the requests or users it hits; left out: all"},
	{"of", PARAM_CHOICE, offsetof(struct fault_when, of), "", .choices = share_names,
	 .about = "requests, by chance; or users, the same people every time"},
	{"is", PARAM_CHOICE, offsetof(struct fault_when, is), "", .choices = kind_names,
	 .about = "harm, which should be rolled back, or a confounder, which should not"},
	{0},
};

bool fault_waits(const struct fault_when *when)
{
	return when->after != PARAM_UNSET || !isnan(when->share_above) || !isnan(when->load_above);
}

static sim_time step_length(sim_time whole)
{
	return whole / FAULT_STEPS + 1;
}

double fault_progress(sim_time whole, sim_time since)
{
	int64_t step = whole > 0 ? since / step_length(whole) : FAULT_STEPS;
	return step >= FAULT_STEPS ? 1 : ((double)step + 0.5) / FAULT_STEPS;
}

double fault_strength(const struct fault_when *when, sim_time started, sim_time now)
{
	if (now < started || (when->duration != PARAM_UNSET && now - started >= when->duration))
		return 0;
	return fault_progress(when->ramp, now - started);
}

const char *fault_need_changes(void *config, char *why, size_t size)
{
	const struct fault_changes *changes = config;
	if (!isnan(changes->errors.amount) || !isnan(changes->latency.amount))
		return NULL;
	snprintf(why, size, "give errors, latency or both");
	return "";
}

static void change_errors(struct behaviour *b, const struct change *change, double strength)
{
	if (change->how == CHANGE_ADD)
		b->errors += strength * change->amount;
	else
		b->errors *= 1 + strength * (change->amount - 1);
}

static void change_latency(struct behaviour *b, const struct change *change, double strength)
{
	double factor = 1 + strength * (change->amount - 1);
	if (change->how == CHANGE_ADD) {
		b->latency_add_ns += strength * change->amount;
	} else {
		b->latency_factor *= factor;
		b->latency_add_ns *= factor;
	}
}

void fault_change(struct behaviour *b, const struct fault_changes *changes, double strength)
{
	if (!isnan(changes->errors.amount))
		change_errors(b, &changes->errors, strength);
	if (!isnan(changes->latency.amount))
		change_latency(b, &changes->latency, strength);
}

/* Of two faults that stretch, the larger share and both factors count. */
void fault_stretch_slowest(struct behaviour *b, double slowest, double factor, double strength)
{
	b->tail_from = fmin(b->tail_from, 1 - slowest);
	b->tail_factor *= 1 + strength * (factor - 1);
}

/* The next step of a change that takes so long, since the start. */
static sim_time next_step(sim_time whole, sim_time since)
{
	int64_t step = since / step_length(whole) + 1;
	return whole <= 0 || step > FAULT_STEPS ? SIM_NEVER : step * step_length(whole);
}

sim_time fault_next_change(const struct fault_when *when, sim_time settles, sim_time started,
			   sim_time now)
{
	if (now < started)
		return started;
	sim_time since = now - started, next = next_step(when->ramp, since);
	sim_time settle = next_step(settles, since);
	next = settle < next ? settle : next;
	if (when->duration != PARAM_UNSET && since < when->duration && when->duration < next)
		next = when->duration;
	if (when->duration != PARAM_UNSET && since >= when->duration)
		next = SIM_NEVER;
	return next == SIM_NEVER ? SIM_NEVER : started + next;
}
