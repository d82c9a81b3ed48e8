/* The elimination of Grassmann, Taksar and Heyman 1985: states are taken away one by one, and what
 * goes through them is handed on. Nothing is ever subtracted, so every total has nearly all
 * its digits however rarely the chain leaves, where a linear solver loses them all once it leaves
 * less often than once in 1e16 steps (Alfa, Xue and Ye 2002). */
#include "sim/stats/absorption.h"

/* The chance of any step from a state to those before it, or out. */
static double chance_to_part(const double *row, int state, double leave)
{
	double sum = leave;
	for (int j = 0; j < state; j++)
		sum += row[j];
	return sum;
}

/* Visits of state i to `gone` become steps to where that one leads, and take its total. */
static void hand_on(int n, double *move, double *leave, double *total, int i, int gone)
{
	double visits = move[i * n + gone];
	if (visits <= 0)
		return;
	double *row = move + i * n;
	const double *through = move + gone * n;
	leave[i] += visits * leave[gone];
	total[i] += visits * total[gone];
	for (int j = 0; j < gone; j++)
		row[j] += visits * through[j];
}

void absorption_totals(int n, double *move, double *leave, double *total)
{
	for (int gone = n - 1; gone >= 0; gone--) {
		double *row = move + gone * n;
		double part = chance_to_part(row, gone, leave[gone]);
		for (int j = 0; j < gone; j++)
			row[j] /= part;
		leave[gone] /= part;
		total[gone] /= part;
		for (int i = 0; i < gone; i++)
			hand_on(n, move, leave, total, i, gone);
	}
	for (int i = 1; i < n; i++)
		for (int j = 0; j < i; j++)
			if (move[i * n + j] > 0) /* total[j] may be infinite */
				total[i] += move[i * n + j] * total[j];
}

void absorption_times(int n, double *move, double *leave, double *time)
{
	for (int i = 0; i < n; i++)
		time[i] = 1;
	absorption_totals(n, move, leave, time);
}
