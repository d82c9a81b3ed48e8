/* EXP3 (Auer, Cesa-Bianchi, Freund and Schapire 2002): a bandit for rewards between 0 and 1 that
 * anybody may choose, an adversary too. */
#ifndef SIM_STATS_EXP3_H
#define SIM_STATS_EXP3_H

/* With which chance each arm is pulled next: a share gamma evenly, the rest by weight. The
 * logarithms of the weights are 0 at first. */
void exp3_chances(const double *log_weight, int arms, double gamma, double *chance);

/* An arm gave a reward when its chance was `chance`. */
void exp3_learn(double *log_weight, int arms, double gamma, int arm, double chance, double reward);

#endif
