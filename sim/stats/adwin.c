/* Cuts are tried from the oldest bucket to the newest, by the bound of Bernstein's kind (ibid.,
 * section 4.1), as MOA and river have it. */
#include "sim/stats/adwin.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static double size_of(int row)
{
	return ldexp(1, row);
}

/* The squares that two parts have more together than each for itself (Chan, Golub and LeVeque
 * 1979). */
static double squares_between(double n1, double sum1, double n2, double sum2)
{
	double off = sum1 / n1 - sum2 / n2;
	return n1 * n2 / (n1 + n2) * off * off;
}

static void drop_first(struct adwin *a, int row, int how_many)
{
	a->count[row] -= how_many;
	memmove(a->bucket[row], a->bucket[row] + how_many,
		(size_t)a->count[row] * sizeof a->bucket[row][0]);
}

static void drop_oldest(struct adwin *a)
{
	int row = a->rows - 1;
	const struct adwin_bucket *oldest = &a->bucket[row][0];
	double n = size_of(row);
	a->n -= n;
	a->sum -= oldest->sum;
	a->squares -= oldest->squares;
	if (a->n > 0)
		a->squares -= squares_between(n, oldest->sum, a->n, a->sum);
	drop_first(a, row, 1);
	while (a->rows > 0 && !a->count[a->rows - 1])
		a->rows--;
}

/* The two oldest of a row that is too full become one of the next. */
static void compress(struct adwin *a, int most)
{
	for (int row = 0; row < a->rows && a->count[row] > most; row++) {
		const struct adwin_bucket *b = a->bucket[row];
		double n = size_of(row);
		if (row + 1 == ADWIN_ROWS) {
			drop_oldest(a);
			return;
		}
		a->bucket[row + 1][a->count[row + 1]++] = (struct adwin_bucket){
			b[0].sum + b[1].sum,
			b[0].squares + b[1].squares + squares_between(n, b[0].sum, n, b[1].sum)};
		a->rows = row + 2 > a->rows ? row + 2 : a->rows;
		drop_first(a, row, 2);
	}
}

static void insert(struct adwin *a, double x, int most)
{
	if (a->n > 0)
		a->squares += squares_between(a->n, a->sum, 1, x);
	a->bucket[0][a->count[0]++] = (struct adwin_bucket){x, 0};
	a->rows += a->rows == 0;
	a->n++;
	a->sum += x;
	compress(a, most);
}

static bool differ(const struct adwin *a, double n0, double sum0, const struct adwin_rule *rule)
{
	double n1 = a->n - n0, log_delta = log(2 * log(a->n) / rule->delta);
	double m = 1 / (n0 - rule->least_part + 1) + 1 / (n1 - rule->least_part + 1);
	double variance = fmax(a->squares, 0) / a->n;
	double bound = sqrt(2 * m * variance * log_delta) + 2.0 / 3 * log_delta * m;
	return fabs(sum0 / n0 - (a->sum - sum0) / n1) > bound;
}

static bool has_cut(const struct adwin *a, const struct adwin_rule *rule)
{
	double n0 = 0, sum0 = 0;
	for (int row = a->rows - 1; row >= 0; row--)
		for (int b = 0; b < a->count[row] - rule->skip_newest; b++) {
			n0 += size_of(row);
			sum0 += a->bucket[row][b].sum;
			if (n0 >= rule->least_part && a->n - n0 >= rule->least_part &&
			    differ(a, n0, sum0, rule))
				return true;
		}
	return false;
}

bool adwin_add(struct adwin *a, double x, const struct adwin_rule *rule)
{
	int most = rule->buckets ? rule->buckets : ADWIN_USUAL_BUCKETS;
	assert(most >= 2);
	assert(most <= ADWIN_BUCKETS);
	assert(rule->least_part >= 1);
	if (a->cut && rule->begin_anew)
		memset(a, 0, sizeof *a);
	a->cut = false;
	insert(a, x, most);
	if (++a->seen % rule->clock || a->n <= rule->grace)
		return false;
	while (has_cut(a, rule)) {
		drop_oldest(a);
		a->cut = true;
	}
	return a->cut;
}
