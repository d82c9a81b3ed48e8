/* A chain that ends: how many steps it takes on average. By the elimination of Grassmann, Taksar
 * and Heyman (1985), which subtracts nothing: run lengths of 1e15 keep their digits. */
#ifndef SIM_STATS_ABSORBING_H
#define SIM_STATS_ABSORBING_H

struct absorbing {
	int states;
	double *move; /* states x states: from (row) to (column); changed by the solution */
	double *end;  /* of each: the chance to end there and then */
};

/* Memory for so many states; the caller frees it with absorbing_free. */
struct absorbing absorbing_make(int states);
void absorbing_free(struct absorbing *chain);

/* Steps from state 0. What a state keeps for itself is what its other chances leave over. */
double absorbing_time(struct absorbing *chain);

#endif
