/* Policies for arms that give 0 or 1: what each pulls next, and exactly what it loses with two
 * arms. */
#ifndef SIM_STATS_BANDIT_H
#define SIM_STATS_BANDIT_H

#include <stddef.h>

enum bandit_policy {
	BANDIT_UNIFORM,	       /* any, evenly */
	BANDIT_EPSILON_GREEDY, /* each once, then any with chance epsilon, else the best mean */
	BANDIT_UCB1,	       /* Auer, Cesa-Bianchi and Fischer 2002 */
	BANDIT_KL_UCB,	       /* Garivier and Cappe 2011, with c = 0 */
	BANDIT_THOMPSON,       /* 1933, from a uniform prior */
};

struct bandit {
	enum bandit_policy policy;
	double epsilon;
};

struct bandit_arm {
	double pulls, rewards;
};

/* Of the policies with an index, which is the mean for epsilon-greedy: the arm whose index is
 * highest after `t` pulls of all arms, the first of equal ones. One that was never pulled is
 * higher than any that was. */
int bandit_highest(enum bandit_policy policy, const struct bandit_arm *arm, int arms, double t);

/* What is expected of so many pulls. */
struct bandit_course {
	double regret;	      /* against the better arm alone */
	double pulls[2];      /* of each arm */
	double looks_best[2]; /* chance that its posterior mean is higher in the end; ties are
				 halved */
};

/* Two arms that give a reward with these chances: by all histories there may be. `room` has
 * bandit_exact_room numbers, which grow as horizon^3, the time as horizon^4: a second for 200. */
enum { BANDIT_MOST_EXACT = 200 };
size_t bandit_exact_room(int horizon);
struct bandit_course bandit_exact(const struct bandit *bandit, const double share[2], int horizon,
				  double *room);

#endif
