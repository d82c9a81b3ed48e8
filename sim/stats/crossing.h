/* A normal statistic looked at several times: with what chance does it leave its boundaries, and
 * when? The recursion of Armitage, McPherson and Rowe 1969, to about twelve digits. */
#ifndef SIM_STATS_CROSSING_H
#define SIM_STATS_CROSSING_H

/* What is still inside after the looks so far: the density of the sum S = Z sqrt(I). */
struct crossing {
	double drift, information;
	int count;
	double *node, *mass; /* mass: density times the weight of the node */
};

/* drift: the mean of S is drift x information. The crossing owns memory until crossing_free. */
void crossing_begin(struct crossing *crossing, double drift);
void crossing_free(struct crossing *crossing);

/* The chance that, at the next look, Z is at least, at most so much, and it was inside before. */
double crossing_above(const struct crossing *crossing, double information, double z);
double crossing_below(const struct crossing *crossing, double information, double z);

/* The look is over: what lies between the boundaries goes on. `next` is the information of the look
 * after it, or the same where there is none. */
void crossing_go_on(struct crossing *crossing, double information, double next, double low_z,
		    double high_z);

struct crossing_chances {
	double up, down;	 /* of crossing at any look */
	double mean_information; /* at the end, the last look included */
};

/* All looks; `up`, if not NULL, gets the chance to cross upwards at each. */
struct crossing_chances crossing_run(const double *information, const double *low_z,
				     const double *high_z, int looks, double drift, double *up,
				     double *down);

#endif
