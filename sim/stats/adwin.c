/* Cuts are tried from the oldest bucket to the newest, by the bound of Bernstein's kind (ibid.,
 * section 4.1). */
#include "sim/stats/adwin.h"

#include <math.h>
#include <string.h>

static double size_of(int row)
{
	return ldexp(1, row);
}

static void insert(struct adwin *a, double x)
{
	if (a->n > 0) {
		double off = x - a->sum / a->n;
		a->squares += a->n * off * off / (a->n + 1);
	}
	a->bucket[0][a->count[0]++] = (struct adwin_bucket){x, 0};
	a->rows += a->rows == 0;
	a->n++;
	a->sum += x;
}

static void drop_first(struct adwin *a, int row, int how_many)
{
	a->count[row] -= how_many;
	memmove(a->bucket[row], a->bucket[row] + how_many,
		(size_t)a->count[row] * sizeof a->bucket[row][0]);
}

/* The two oldest of a full row become one of the next. */
static void compress(struct adwin *a)
{
	for (int row = 0; row < a->rows && a->count[row] > ADWIN_BUCKETS; row++) {
		struct adwin_bucket *b = a->bucket[row];
		double n = size_of(row), off = b[0].sum / n - b[1].sum / n;
		struct adwin_bucket both = {b[0].sum + b[1].sum,
					    b[0].squares + b[1].squares +
						    n * n * off * off / (2 * n)};
		if (row + 1 == ADWIN_ROWS)
			return;
		a->bucket[row + 1][a->count[row + 1]++] = both;
		a->rows = row + 2 > a->rows ? row + 2 : a->rows;
		drop_first(a, row, 2);
	}
}

static void drop_oldest(struct adwin *a)
{
	int row = a->rows - 1;
	const struct adwin_bucket *oldest = &a->bucket[row][0];
	double n = size_of(row), mean = oldest->sum / n;
	a->n -= n;
	a->sum -= oldest->sum;
	double off = a->n > 0 ? mean - a->sum / a->n : 0;
	a->squares -= oldest->squares + n * a->n * off * off / (n + a->n);
	drop_first(a, row, 1);
	while (a->rows > 0 && !a->count[a->rows - 1])
		a->rows--;
}

static bool differ(const struct adwin *a, double n0, double sum0, const struct adwin_rule *rule)
{
	double n1 = a->n - n0, log_delta = log(2 * log(a->n) / rule->delta);
	double m = 1 / (n0 - rule->least_part + 1) + 1 / (n1 - rule->least_part + 1);
	double variance = a->squares / a->n;
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
	bool cut = false;
	insert(a, x);
	compress(a);
	if (++a->seen % rule->clock || a->n <= rule->grace)
		return false;
	while (a->n > 0 && has_cut(a, rule)) {
		drop_oldest(a);
		cut = true;
	}
	return cut;
}
