/* What learning must cost, at least and at most: regret of bandits in closed form. */
#ifndef SIM_STATS_REGRET_H
#define SIM_STATS_REGRET_H

/* Two arms, normal rewards of variance 1 whose means differ by `gap`: each is pulled `pulls` times,
 * then the better one until `horizon` (Garivier, Kaufmann and Lattimore 2016). */
double regret_explore_then_commit(double horizon, double gap, double pulls);

/* No policy that is good everywhere regrets less than this times log T in the long run (Lai and
 * Robbins 1985); of shares. */
double regret_lai_robbins(const double *share, int arms);

/* UCB1 never regrets more than slope log T + constant (Auer, Cesa-Bianchi and Fischer 2002, theorem
 * 1). */
struct regret_bound {
	double slope, constant;
};
struct regret_bound regret_ucb1(const double *share, int arms);

/* Sequential halving (Karnin, Koren and Somekh 2013): in each round all arms that are left are
 * pulled equally often, and the better half stays. The next round's arms and pulls of each. */
struct halving {
	int rounds, arms;
	double pulls;
};
struct halving halving_first(int arms, double budget);
struct halving halving_next(const struct halving *round, double budget);

#endif
