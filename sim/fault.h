/* Faults: what may go wrong. A fault bends how versions behave, blinds those who watch them, or
 * hinders those who act. It is asked at change points, never per request. */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

#include "sim/plugin.h"

/* How a version treats a cohort right now. A latency is the law's value, times tail_factor where
 * it lies above the quantile tail_from, times latency_factor, plus latency_add_ns. */
struct behaviour {
	double errors, hangs, corrupt; /* shares: fails, never answers, answers wrongly unseen */
	double latency_factor, latency_add_ns;
	double tail_from, tail_factor;
	double accuracy; /* added to the share of right answers */
	double capacity; /* share of the servers that work */
};

/* What dashboards get to see of a version. */
struct sight {
	bool gap, stale, unreadable; /* scrapes fail, repeat old values, give NaN */
	bool reset;		     /* counters begin anew */
	sim_time lag_ns;	     /* scrapes arrive later than usual */
	double mislabelled;	     /* this share is counted as stable's */
	double doubled;		     /* this share is counted twice */
	sim_time skew_ns;	     /* clocks disagree: added to measured latencies */
};

/* What keeps decisions from taking effect. */
struct hindrance {
	double skew_factor, skew_add;	 /* the share of traffic that was asked for, bent */
	double drift;			 /* share of the users who lose their version */
	sim_time late_ns, spread_ns;	 /* routes take effect later, and step by step */
	double back_fails;		 /* share of attempts to roll back that fail */
	double back_factor, back_add_ns; /* of the time a rollback takes */
	double back_first_ns;		 /* before the first attempt */
};

/* What a fault may depend on. The version's share, load and requests served are what was known at
 * the last scrape. */
struct fault_context {
	double strength; /* from 0, not at all, to 1, fully */
	sim_time since;	 /* how long the fault has been on */
	sim_time back;	 /* how long ago the rollout was undone; PARAM_UNSET: it was not */
	double share, load, served;
	bool selected; /* false: a cohort that the fault is not aimed at */
	bool fresh;    /* it began after the last scrape */
	double chance; /* a uniform, drawn anew at every scrape */
};

/* On and off at random: exponential times with these means. */
struct pulse {
	sim_time on, off;
};

struct fault {
	struct plugin plugin;
	const char *on;	    /* whom it hits where nothing is said; NULL: the candidate */
	bool confounder;    /* no harm by the candidate, unless the scenario says otherwise */
	bool dynamic;	    /* depends on share, load or requests served: asked at every scrape */
	bool of_quality;    /* bends the accuracy: versions must have one */
	bool aside;	    /* asked for cohorts it is not aimed at, too */
	bool takes_servers; /* bends capacity */
	bool needs_pool;    /* and nothing else: its target must have one */
	bool on_arrival;   /* begins when its target first serves somebody, unless told otherwise */
	const char *needs; /* a key of fault_when that must be given; NULL: none */
	/* Each may be NULL. */
	void (*bend)(const void *config, const struct fault_context *context,
		     struct behaviour *behaviour);
	void (*blind)(const void *config, const struct fault_context *context, struct sight *sight);
	void (*hinder)(const void *config, const struct fault_context *context,
		       struct hindrance *hindrance);
	struct pulse (*pulse)(const void *config);
	sim_time (*settles)(const void *config); /* after so long, `since` changes nothing more */
	double (*surge)(const void *config);	 /* all traffic is multiplied by this */
};

/* When a fault is on and whom it hits: the same for every kind of fault. */
struct fault_when {
	const char *on, *segment, *region; /* names; NULL: as the fault says, all, all */
	sim_time at, within, duration, ramp, every;
	int64_t after;			/* requests its target must have served first */
	double share_above, load_above; /* what must be reached first; NaN: nothing */
	const char *where;		/* a condition on an attribute */
	double share;			/* of the requests or users */
	int of;				/* enum fault_share */
	double jitter;
	int is; /* enum fault_kind */
};

enum fault_share { OF_REQUESTS, OF_USERS, OF_ATTRIBUTE };
enum fault_kind { IS_USUAL, IS_HARM, IS_CONFOUNDER };

extern const struct param fault_when_params[];

/* A ramp is a staircase of this many equal steps around the straight line; a fault that settles
 * is asked as often on its way. */
enum { FAULT_STEPS = 32 };

/* Whether it starts only when something is reached. */
bool fault_waits(const struct fault_when *when);

/* What most faults change: the first member of their configs. */
struct fault_changes {
	struct change errors, latency;
};

/* Its rows, with what they are where nothing is said. */
#define FAULT_CHANGES(errors_fallback, latency_fallback)                                           \
	{"errors", PARAM_SHARE_CHANGE, offsetof(struct fault_changes, errors), errors_fallback,    \
	 .about = "what is added to the error rate, or what it is multiplied by"},                 \
	{                                                                                          \
		"latency", PARAM_DURATION_CHANGE, offsetof(struct fault_changes, latency),         \
			latency_fallback,                                                          \
			.about = "what is added to every latency, or what it is multiplied by"     \
	}

/* Complains, as a plug-in's `prepare`, if neither is given. */
const char *fault_need_changes(void *config, char *why, size_t size);

/* Errors and latencies changed with so much strength; the slowest answers stretched. */
void fault_change(struct behaviour *behaviour, const struct fault_changes *changes,
		  double strength);
void fault_stretch_slowest(struct behaviour *behaviour, double slowest, double factor,
			   double strength);

/* How far something is that takes so long, from 0 to 1, in steps. */
double fault_progress(sim_time whole, sim_time since);

/* How strong a fault is that began at `started`, before jitter; and when that changes next. */
double fault_strength(const struct fault_when *when, sim_time started, sim_time now);
sim_time fault_next_change(const struct fault_when *when, sim_time settles, sim_time started,
			   sim_time now); /* SIM_NEVER: not again */

#endif
