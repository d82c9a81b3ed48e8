/* What recorded traffic would have met, had another version served it. Each variant is a version
 * that bends what was recorded; all of them meet the same requests in one pass, and each request
 * has the same luck in all. Arrivals do not react to how they are served: people whose answers
 * come late would in truth come later, or not again.
 *
 * Time is cut into blocks, and sums are kept by block: resampled, runs of them together, they say
 * how far another such day might have been off. */
#ifndef SIM_WHATIF_H
#define SIM_WHATIF_H

#include "sim/arena.h"
#include "sim/recording.h"
#include "sim/units.h"
#include "sim/whatif_lanes.h"

enum {
	WHATIF_VARIANTS = 1024,	  /* 32 passes through memory; nobody reads a longer table */
	WHATIF_BLOCKS = 1000,	  /* 40 kB each in every pass */
	WHATIF_FEW_BLOCKS = 20,	  /* fewer say next to nothing of how they spread */
	WHATIF_RESAMPLES = 10000, /* beyond, intervals change by less than they show */
};

#define WHATIF_LEVEL 0.95

/* Whole nanoseconds up to this are exact, divided and multiplied as they are here (2^52 ns). */
#define WHATIF_LONGEST ((sim_time)50 * 24 * 3600 * SIM_SECOND)

struct whatif_variant {
	double latency;	      /* times the recorded duration */
	struct change errors; /* of the recorded share */
	double share;	      /* of the users, or of requests that nobody is known to have sent */
	int slots;	      /* requests served at a time; 0: without limit */
	double speed;	      /* times as fast as recorded */
};

/* Recorded requests of one version, ready to be served again. */
struct whatif_traffic {
	struct whatif_columns columns;
	int64_t requests;
	sim_time span; /* from the first to the last */
	double errors; /* the recorded share of failures */
	const struct clock_use *clock;
	double longest_ns;	/* of the durations */
	double limit_ns;	/* slower is no good; infinite: there is none */
	int user_places, users; /* numbers that users have; users who came */
	int blocks;
	sim_time block_ns;
	const int64_t *block; /* [blocks + 1]: the first request of each */
	bool outcomes, durations;
};

struct whatif_traffic_options {
	const struct recorded_version *version; /* NULL: all */
	double limit_ns;
	sim_time block_ns; /* 0: as long as makes a few hundred at most */
	uint64_t seed;	   /* of what chance decides: whose requests fail, and who is served */
};

/* The recording has to live as long. More than WHATIF_BLOCKS blocks are not made: there is one more
 * than that, and no traffic. */
void whatif_stage(struct whatif_traffic *traffic, struct arena *arena,
		  const struct recording *recording, const struct whatif_traffic_options *options);

enum whatif_metric {
	WHATIF_FAILED, /* a share, like the others without a unit */
	WHATIF_P50,    /* ns */
	WHATIF_P95,
	WHATIF_P99,
	WHATIF_WAITED,
	WHATIF_WAIT, /* ns, on average */
	WHATIF_HARMED,
	WHATIF_METRICS
};

extern const char *const whatif_metric_name[WHATIF_METRICS];

struct whatif_estimate {
	double value, low, high; /* low, high: NaN where blocks are few */
};

struct whatif_answer {
	int64_t requests, failed, harmed, harmed_users;
	double load; /* work that comes, as a share of what slots can do; NaN without slots */
	struct whatif_estimate of[WHATIF_METRICS];
	struct whatif_estimate change[WHATIF_METRICS]; /* against what the same requests met */
	struct whatif_estimate users;		       /* of all, the share that was harmed */
};

/* Answers of variants; `record`, where it is wanted, gets what the requests that each of them
 * serves met as they were recorded. */
void whatif_run(const struct whatif_traffic *traffic, const struct whatif_variant *variants,
		int count, uint64_t seed, int resamples, struct whatif_answer *answers,
		struct whatif_answer *record);

#endif
