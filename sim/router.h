/* Routes: which version serves whom. A user, or a request of nobody, has a bucket in [0, 2^32);
 * versions own ranges of buckets, the first version after stable from 0 upwards, so that its
 * growing share keeps those it has. */
#ifndef SIM_ROUTER_H
#define SIM_ROUTER_H

#include "sim/chooser.h"
#include "sim/rules.h"

/* Shares stand in rows: one a cohort, and one for those whom a rule catches, whatever cohort. */
enum { FIRST_RULE = MAX_COHORTS, ROUTE_ROWS = FIRST_RULE + MAX_RULES };

struct routes {
	int cohorts, versions;
	double share[ROUTE_ROWS][MAX_VERSIONS]; /* each row sums to 1 */
	int mirror_to;				/* the version that also gets copies */
	double mirror;				/* share of the requests that are copied */
	const struct rules *rules;		/* NULL: there are none */
	uint32_t on;				/* a bit for each rule that holds now */
	/* Who says for each request where it goes; shares are then what is expected of it. NULL:
	 * shares say. */
	const struct chooser *chooser;
	/* The share of a version's replicas that run; 0: all of them while it is asked anything. */
	double running[MAX_VERSIONS];
};

/* The row in use behind this one; ROUTE_ROWS behind the last. The first is always 0. */
static inline int routes_next(const struct routes *routes, int row)
{
	uint32_t left = routes->on;
	if (row + 1 < routes->cohorts)
		return row + 1;
	if (row >= FIRST_RULE)
		left &= ~((UINT32_C(2) << (row - FIRST_RULE)) - 1);
	return left ? FIRST_RULE + __builtin_ctz(left) : ROUTE_ROWS;
}

/* All cohorts to stable, no copies, no rules. */
void routes_reset(struct routes *routes, int cohorts, int versions);

/* The rules that may come on. */
void routes_hold(struct routes *routes, const struct rules *rules);

/* Everybody to stable, no copies; rules that are on stay on. */
void routes_withdraw(struct routes *routes);

/* Gives `version` this share of every cohort and the rest to stable; nobody chooses any more. */
void routes_give(struct routes *routes, int version, double share);

/* Copies only what is in use: routes are large, and copied at every decision. */
void routes_copy(struct routes *to, const struct routes *from);

bool routes_equal(const struct routes *a, const struct routes *b);
bool routes_run_alike(const struct routes *a, const struct routes *b); /* as many replicas */

/* The largest share any cohort or rule gives to the version. */
double routes_most(const struct routes *routes, int version);

/* Its share of the requests of a cohort, whoever is caught by rules included. */
double routes_share(const struct routes *routes, int cohort, int version);

/* Whether it serves some request of a variant, from a mask of them. */
bool routes_serve(const struct routes *routes, const struct case_plan *case_, int cohort,
		  int version, uint32_t variants);

/* The rule, of those of its rollout, is on and gives `version` this share, the rest to stable; or
 * it is off. */
void routes_rule(struct routes *routes, int rule, int version, double share);
void routes_unrule(struct routes *routes, int rule);

/* Takes from a version this part of all it has, and gives it to stable; nobody chooses any more. */
void routes_take_back(struct routes *routes, int version, double part);

/* A part of the world in which something goes on as if it were all of it: of these cohorts the
 * buckets above those that `version` has already, as many as `within`. */
struct portion {
	uint32_t cohorts;
	int version;
	double below, within;
};

/* The routes as they look from within; and routes wished for within, put in their place. */
void routes_inside(const struct portion *portion, const struct routes *routes,
		   struct routes *inside);
void routes_place(const struct portion *portion, const struct routes *inside,
		  struct routes *routes);

/* Routes as the request path uses them: below upper[cohort][i] lies the i-th version after
 * stable; what is above all of them is stable's. */
struct split {
	uint64_t upper[ROUTE_ROWS][MAX_VERSIONS];
	uint32_t on;
	int only; /* the one version that serves everything, or -1 */
};

void split_make(struct split *split, const struct routes *routes);

static inline int split_owner(const uint64_t *upper, int versions, uint64_t bucket)
{
	int version = 1;
	for (int v = 0; v < versions - 1; v++)
		version += bucket >= upper[v];
	return version < versions ? version : STABLE;
}

/* The version that owns a bucket; `caught` are the rules that may catch the request. */
static inline int split_version(const struct split *split, uint32_t caught, int cohort,
				int versions, uint64_t bucket)
{
	caught &= split->on;
	return split_owner(split->upper[caught ? FIRST_RULE + __builtin_ctz(caught) : cohort],
			   versions, bucket);
}

/* The bucket of a user: a mix of its number and the trial's salt (Appleby's murmur3 finaliser). */
static inline uint32_t router_bucket(uint32_t user, uint32_t salt)
{
	uint32_t h = user ^ salt;
	h = (h ^ (h >> 16)) * UINT32_C(0x85ebca6b);
	h = (h ^ (h >> 13)) * UINT32_C(0xc2b2ae35);
	return h ^ (h >> 16);
}

#endif
