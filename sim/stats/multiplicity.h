/* Many tests at once: p-values adjusted so that each can be held against the level of all. */
#ifndef SIM_STATS_MULTIPLICITY_H
#define SIM_STATS_MULTIPLICITY_H

enum multiplicity {
	MULTIPLICITY_BONFERRONI,
	MULTIPLICITY_SIDAK,	 /* 1967 */
	MULTIPLICITY_HOLM,	 /* 1979 */
	MULTIPLICITY_HOLM_SIDAK, /* the same with Sidak's steps */
	MULTIPLICITY_HOCHBERG,	 /* 1988 */
	MULTIPLICITY_BH,	 /* Benjamini and Hochberg 1995: the false discovery rate */
	MULTIPLICITY_BY,	 /* Benjamini and Yekutieli 2001: the same under any dependence */
	MULTIPLICITIES
};

/* Writes the adjusted values in the order of `p`. `order` is room for n numbers. */
void multiplicity_adjust(enum multiplicity method, const double *p, double *adjusted, int *order,
			 int n);

/* How many of n e-values are discoveries at a false discovery rate: the k largest, with the largest
 * k such that the k-th is at least n / (k rate) (Wang and Ramdas 2022). The threshold is written to
 * `least`; infinite where there are none. */
int multiplicity_e_bh(const double *log_e, int *order, int n, double rate, double *log_least);

#endif
