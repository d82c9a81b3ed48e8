/* One trial: one simulated rollout in one case, a function of (plan, rollout, case, number). */
#ifndef SIM_TRIAL_H
#define SIM_TRIAL_H

#include "sim/event.h"
#include "sim/propagation.h"
#include "sim/requests.h"
#include "sim/truth.h"

/* Where the checks of a rollout stand. */
struct check_state {
	int failures;
	sim_time failing_since; /* where there are failures */
	bool holding, tripped;
	struct verdict verdict; /* of the last look that had data */
	enum verdict_kind says; /* at the last look, once the rule for missing data has spoken */
	void *detector;
};

/* One of the settings that live a trial together until they part: what it has for itself. */
struct rider {
	const struct rollout_plan *rollout; /* by which its checks are judged */
	sim_time alarm;			    /* its first; SIM_NEVER */
	double deciding_statistic;
	int cell; /* of the results */
	struct check_state *check[MAX_CHECKS];
};

/* Where the way back stands. */
struct retreat {
	enum {
		RETREAT_NONE,
		RETREAT_HALVING,
		RETREAT_OBSERVING,
		RETREAT_GOING,
		RETREAT_WALKING, /* the strategy goes back by itself */
	} step;
	sim_time takes; /* PARAM_UNSET: as the rollout says */
	int check;	/* why; -1: no check */
	int64_t failed; /* attempts */
	int64_t restores;
	sim_time quiet_until; /* checks don't look before */
	struct routes before; /* it was halved */
};

struct trial_size {
	struct requests_size requests;
	size_t strategy_state, detector_state;
};

/* Told what happens, as it happens; NULL where nobody listens. */
struct observer {
	void *context;
	void (*happened)(void *context, const struct happening *happening);
	/* The window that closes now, before it is gone. */
	void (*window)(void *context, const struct requests *requests);
};

struct trial {
	const struct plan *plan;
	const struct rollout_plan *rollout;
	const struct case_plan *case_;
	const struct observer *observer;
	struct event_queue queue;
	struct requests requests;
	struct course course;
	struct propagation propagation;
	struct rng telemetry_stream, rollback_stream, sight_stream, strategy_stream;
	void *strategy_state, *spare_state;   /* spare: to go back to */
	struct check_state check[MAX_CHECKS]; /* those that are the same to all riders */
	uint32_t apart;			      /* a bit for each of the others */
	int riders;
	struct rider **rider; /* who live this history; most trials have one, which is */
	struct rider alone, *alone_of[1];
	struct party *party; /* NULL: there is nobody to part from */
	uint64_t scopes;     /* whose checks look */
	sim_time woken_at;   /* the strategy's pending wish */
	bool begun, promoted, rolling_back, over;
	bool undone; /* the way back has been taken */
	bool guilty; /* the candidate was worse when it was rolled back, or in copies */
	struct retreat retreat;
	sim_time shown; /* copies first reached a candidate that was worse; SIM_NEVER */
	sim_time onset, evidence, decided, promoted_at, safe, drained; /* SIM_NEVER */
	double peak_share;
	struct result row;
};

/* How many states a check has: one for each rider, or one for all. */
static inline int trial_states(const struct trial *trial, int check)
{
	return trial->apart >> check & 1 ? trial->riders : 1;
}

/* Tells the observer, if there is one. */
void trial_tell(const struct trial *trial, enum happening_kind kind, int index, double value,
		int detail);

void trial_measure(struct trial_size *size, const struct plan *plan); /* grows `size` */
void trial_allocate(struct trial *trial, struct arena *arena, const struct trial_size *size);

/* A trial may be stepped beside others: it shares nothing with them. */
void trial_begin(struct trial *trial, const struct plan *plan, int rollout, int case_index,
		 uint64_t number, const struct observer *observer);
void trial_forget_check(struct check_state *state, const struct check_plan *check);
bool trial_step(struct trial *trial); /* to the next control instant; false: it is over */
const struct result *trial_run(struct trial *trial);

/* All that there will be has been counted: the row is filled. */
void trial_settle(struct trial *trial);

/* Writes what is a rider's own into the row of a trial that is over. */
void trial_tell_apart(const struct trial *trial, const struct rider *rider, struct result *row);

#endif
