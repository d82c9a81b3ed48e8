/* Rules on who somebody is: whom they catch they send somewhere, whatever share others get. Who is
 * caught by several belongs to the first. */
#ifndef SIM_RULES_H
#define SIM_RULES_H

#include "sim/attribute.h"
#include "sim/case.h"

/* Both included. */
struct user_range {
	uint32_t first, last;
};

/* What all must be true of a request for the rule to catch it. */
struct rule {
	uint32_t cohorts;    /* a mask */
	uint32_t attributes; /* a mask of those with a range */
	struct bit_range range[MAX_ATTRIBUTES];
	int ranges; /* of users; 0: anybody */
	const struct user_range *user;
};

/* Users whom the same rules list, and their share of all requests. */
struct user_class {
	uint32_t rules; /* a mask */
	double share;
};

struct rules {
	int count;
	struct rule rule[MAX_RULES];
	int classes; /* every user is in one; 0: no rule lists any */
	const struct user_class *user_class;
};

/* The attributes some rule asks for: a mask. */
uint32_t rules_attributes(const struct rules *rules);

/* Who sends requests, one array for each thing that is known of them. */
struct crowd {
	int count;
	const uint8_t *cohort;		      /* NULL: there is but one */
	const uint32_t *user;		      /* NULL: nobody knows them */
	const uint32_t *bits[MAX_ATTRIBUTES]; /* of attributes that some rule asks for */
};

/* The rules that catch each request while they are on: masks. */
void rules_catch(const struct rules *rules, const struct crowd *crowd, uint32_t *caught);

/* Of the requests of a cohort, those that belong to each rule of `on`; and, the last, to none. */
void rules_shares(const struct rules *rules, uint32_t on, int cohort, double share[MAX_RULES + 1]);

/* Whether some request of a variant, from the mask of variants, belongs to a rule of the mask
 * `owners`, in which the bit behind the rules stands for none. */
bool rules_meet(const struct rules *rules, uint32_t on, int cohort, const struct case_plan *case_,
		uint32_t variants, uint32_t owners);

#endif
