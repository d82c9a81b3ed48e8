/* Traffic: when requests arrive. */
#ifndef SIM_TRAFFIC_H
#define SIM_TRAFFIC_H

#include "sim/shape.h"

/* How a recorded request fares: as it did, by new luck, or as one that is like it did. */
enum luck_kind { LUCK_RECORDED, LUCK_DRAWN, LUCK_ALIKE };

struct intensity;
struct recording;

/* Where arrivals are written, and what they are made of. Operational time passes faster the busier
 * the hour is, so that in it any traffic is as even as at its plain rate; see sim/intensity.h. */
struct arrivals {
	struct rng *rng;
	struct intensity *intensity; /* turns operational into real time; NULL: they are one */
	double until;		     /* ns; what comes later is not wanted */
	double *ns;
	uint32_t *session; /* written by traffic that has sessions, as is */
	int64_t *row;	   /* the same by traffic that was recorded: which request it was */
	sim_time *born;	   /* when each session began */
	size_t state_size; /* bytes of the state */
};

enum { MAX_CLIENTS = 1000000 }; /* each is in memory, twice */

/* Clients who ask again only when they have been answered. */
struct clients {
	int count;		 /* 0: requests come by themselves */
	const struct use *think; /* how long they wait before they do */
};

struct traffic {
	struct plugin plugin;
	/* Writes the next arrivals before `until`, in order, at most `room`, a multiple of four;
	 * fewer than `room` means that no more come. Times are operational, unless there are
	 * sessions: those think in real time. */
	int (*fill)(const void *config, void *state, const struct arrivals *to, int room);
	bool sessions; /* requests of one session come from one person */
	/* What was recorded, of traffic that was; else NULL. */
	const struct recording *(*recording)(const void *config);
	/* Its luck; what alike requests have in common, see sim/alike.h. */
	enum luck_kind (*luck)(const void *config, int *in_common);
	const struct shape *modulation; /* the process itself changes its rate; or NULL */
	double (*rate)(const void *config, sim_time at); /* expected, per second */
	double (*peak)(const void *config);		 /* the highest rate ever */
	struct clients (*clients)(const void *config);	 /* NULL: requests come by themselves */
	/* Bytes of state, where they depend on the config, of traffic whose shapes have a product
	 * of at most `peak`. Only the first plugin.state_size are zeroed. */
	size_t (*state_size_of)(const void *config, double peak);
};

/* A million visitors of a session process at once; a trial of more would be slow and large. */
#define MAX_TRAFFIC_STATE ((size_t)64 << 20)

#endif
