/* The course of a fault over time, shared by all kinds: off, a ramp of small steps, on, off. */
#include "sim/fault.h"

const struct param fault_when_params[] = {
	{"on", PARAM_WORD, offsetof(struct fault_when, on), "candidate",
	 .about = "the version it hits, or both for all of them"},
	{"at", PARAM_DURATION, offsetof(struct fault_when, at), "0s", 0, (double)MAX_HORIZON,
	 .about = "when it starts, after the trial begins"},
	{"duration", PARAM_DURATION, offsetof(struct fault_when, duration), "", 1,
	 (double)MAX_HORIZON, .about = "how long it lasts; left out: to the end"},
	{"ramp", PARAM_DURATION, offsetof(struct fault_when, ramp), "0s", 0, (double)MAX_HORIZON,
	 .about = "how long it takes to reach full strength"},
	{"segment", PARAM_WORD, offsetof(struct fault_when, segment), "",
	 .about = "the only segment it hits; left out: all"},
	{"region", PARAM_WORD, offsetof(struct fault_when, region), "",
	 .about = "the only region it hits; left out: all"},
	{0},
};

static sim_time end_of(const struct fault_when *when)
{
	return when->duration == PARAM_UNSET ? SIM_NEVER : when->at + when->duration;
}

/* The step of the staircase at `now`, counted from 0, once the fault has begun. */
static int64_t ramp_step(const struct fault_when *when, sim_time now)
{
	return when->ramp ? (now - when->at) / (when->ramp / FAULT_RAMP_STEPS + 1)
			  : FAULT_RAMP_STEPS;
}

double fault_strength(const struct fault_when *when, sim_time now)
{
	if (now < when->at || now >= end_of(when))
		return 0;
	int64_t step = ramp_step(when, now);
	return step >= FAULT_RAMP_STEPS ? 1 : ((double)step + 0.5) / FAULT_RAMP_STEPS;
}

sim_time fault_next_change(const struct fault_when *when, sim_time now)
{
	sim_time end = end_of(when);
	if (now < when->at)
		return when->at;
	if (now >= end)
		return SIM_NEVER;
	int64_t step = ramp_step(when, now);
	if (step >= FAULT_RAMP_STEPS)
		return end;
	sim_time next = when->at + (step + 1) * (when->ramp / FAULT_RAMP_STEPS + 1);
	return next < end ? next : end;
}
