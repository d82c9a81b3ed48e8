/* Which of several arms is best, by their posteriors. */
#ifndef SIM_STATS_BEST_ARM_H
#define SIM_STATS_BEST_ARM_H

enum { BEST_ARM_MOST = 64 }; /* arms; a scenario has eight */

enum best_arm_family { BEST_ARM_GAUSSIAN, BEST_ARM_BETA };

/* Gaussian: mean and deviation; beta: both parameters. */
struct best_arm_law {
	double a, b;
};

/* For each arm the chance that it is the best, which is the chance that Thompson sampling picks it.
 */
void best_arm_chances(enum best_arm_family family, const struct best_arm_law *law, int arms,
		      double *chance);

/* The chance that top-two Thompson sampling picks each (Russo 2016): the best with chance beta,
 * else the best of another sample that has another winner. */
void best_arm_top_two(const double *chance, int arms, double beta, double *picked);

#endif
