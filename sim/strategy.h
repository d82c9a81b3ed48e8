/* Strategies: an observation in, a decision out. */
#ifndef SIM_STRATEGY_H
#define SIM_STRATEGY_H

#include "sim/plugin.h"
#include "sim/rng.h"
#include "sim/router.h"
#include "sim/telemetry.h"

struct plan;
struct rollout_plan;

/* A synthetic request, of nobody. */
struct probe {
	bool failed, right; /* right: where versions have a quality */
	double latency_ns;
};

/* What a strategy can look at by itself, beside its checks: metrics, as dashboards show them, and
 * what becomes of a probe. */
struct lens {
	const void *world;
	struct reading (*read)(const void *world, int version, uint32_t cohorts,
			       const struct metric *metric, const struct lookback *lookback);
	struct probe (*probe)(const void *world, int version, struct rng *rng);
};

struct observation {
	sim_time now;
	sim_time clock;	  /* now, since some Monday's midnight */
	int candidate;	  /* the version being rolled out */
	int baseline;	  /* what checks compare it with: stable, or a group beside it */
	uint32_t cohorts; /* whom it is rolled out to: a mask */
	int tripped;	  /* a check that has reached its limit of failures, or -1 */
	bool critical;	  /* ... one that counts for more than its weight */
	bool holding;	  /* some check has seen too little to say */
	/* Checks that said so at their last look, by weight, as a share of all that look; 0 where
	 * none does. */
	double passing, failing;
	const struct lens *lens; /* NULL: there is nothing to see */
	struct rng *rng;
	const struct plan *plan;
};

enum decision_kind {
	DECISION_HOLD,
	DECISION_SHIFT,	    /* the routes have been changed */
	DECISION_PROMOTE,   /* the candidate has won; routes may be changed as well */
	DECISION_ROLL_BACK, /* the way back is the rollout's */
	DECISION_PAUSE,	    /* a person must look; routes stay */
	DECISION_UNDONE,    /* of a strategy that goes back itself: it has arrived */
};

/* What a strategy has to say about a decision, and of what. */
enum remark {
	REMARK_NONE,
	REMARK_LATE,
	REMARK_PHASE,
	REMARK_WAVE,
	REMARK_WAVE_FAILED,
	REMARK_WAVE_OUT,
	REMARK_FIX_ERRORS,
	REMARK_DISAGREEMENT,
	REMARK_OPTIMISE,
	REMARK_TOO_FEW,
	REMARK_WINNER,
	REMARK_LOSER,
	REMARK_TIE,
	REMARK_INCONCLUSIVE,
	REMARK_UNEVEN,
	REMARK_PROBES,
	REMARK_INCOMPATIBLE,
	REMARK_UNHEALTHY,
	REMARK_NOT_READY,
	REMARK_SEGMENT_WORSE,
	REMARKS
};

/* A format of one word: a number, or a name that the number stands for. */
extern const char *const remark_words[REMARKS];

enum remark_of { OF_NUMBER, OF_REGION, OF_SEGMENT, OF_RING, OF_VERSION };

struct decision {
	enum decision_kind kind;
	sim_time wake;	   /* when to be asked again at the latest; SIM_NEVER: after a check */
	sim_time takes;	   /* of a roll-back: how long; PARAM_UNSET: as the rollout says */
	bool stage_begins; /* `since: stage` counts from here */
	bool itself;	   /* of a roll-back: it is asked on, and goes back by its own shifts */
	bool anew;	   /* checks forget their failures and all they have seen */
	uint64_t scopes;   /* of a stage that begins: a bit for each scope whose checks look */
	enum remark remark;
	enum remark_of of;
	int number;
};

struct strategy {
	struct plugin plugin;
	/* Asked when the rollout starts, when it asked to be woken, and after every look of a
	 * check. `routes` are the present ones; a shift or a promotion changes them. The first
	 * time, it makes them its own: shares and copies. */
	struct decision (*decide)(const void *config, void *state,
				  const struct observation *observation, struct routes *routes);
	/* The rest may be NULL. Bytes of state, where these depend on the config. */
	size_t (*state_size_of)(const void *config);
	bool takes_servers;  /* says what share of the replicas run */
	bool has_rules;	     /* on who somebody is, of all the world */
	bool divides;	     /* runs others in parts of the world, one after the other */
	bool compares;	     /* versions, by what those say who were sent to them at random */
	bool sends_baseline; /* may give a share to what the rollout compares with beside stable */
	sim_time looks_back; /* how far at most, beside since marks */
	sim_time (*looks_back_of)(const void *config); /* where that depends on the config */
	/* Whether it chooses for each request, in all of the world only. */
	bool (*chooses)(const void *config);
	/* A bit for each kind of metric it may read that not all plans keep. */
	uint32_t (*watches)(const void *config);
	/* What it cannot do in this world: the key at fault, and a sentence in `why`; NULL when
	 * all is well. */
	const char *(*object)(const void *config, const struct plan *plan,
			      const struct rollout_plan *rollout, char *why, size_t size);
};

static inline struct decision decision_hold(sim_time wake)
{
	return (struct decision){.kind = DECISION_HOLD, .wake = wake, .takes = PARAM_UNSET};
}

/* The routes have been changed, and evidence counts from here. */
static inline struct decision decision_stage(sim_time wake)
{
	return (struct decision){
		.kind = DECISION_SHIFT, .wake = wake, .takes = PARAM_UNSET, .stage_begins = true};
}

static inline struct decision decision_promote(void)
{
	return (struct decision){.kind = DECISION_PROMOTE,
				 .wake = SIM_NEVER,
				 .takes = PARAM_UNSET,
				 .stage_begins = true};
}

static inline struct decision decision_roll_back(void)
{
	return (struct decision){
		.kind = DECISION_ROLL_BACK, .wake = SIM_NEVER, .takes = PARAM_UNSET};
}

static inline struct decision decision_pause(void)
{
	return (struct decision){.kind = DECISION_PAUSE, .wake = SIM_NEVER, .takes = PARAM_UNSET};
}

static inline struct decision decision_with(struct decision decision, enum remark remark,
					    enum remark_of of, int number)
{
	decision.remark = remark;
	decision.of = of;
	decision.number = number;
	return decision;
}

/* ---- strategies that hold others: the state of the inner one stands behind their own */

size_t strategy_state_size(const struct use *strategy);
struct decision strategy_decide(const struct use *strategy, void *state,
				const struct observation *observation, struct routes *routes);

/* What follows a struct of so many bytes. */
static inline size_t strategy_behind(size_t size)
{
	return (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
}

/* What a metric says of a version since a mark or over a window, to those it is rolled out to. */
struct reading observation_read(const struct observation *observation, int version,
				const struct metric *metric, const struct lookback *lookback);

#endif
