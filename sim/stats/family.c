/* The ratio of two numbers of a law does not depend on its scale, so one equation in the spread is
 * left, which is solved by walking outwards from the narrowest member and then halving. */
#include "sim/stats/family.h"

#include <math.h>

enum {
	WALK = 256,   /* steps over all spreads; solutions closer than one are not told apart */
	HALVINGS = 60 /* of one step: beyond the last bit of a double */
};

double family_number(const struct family *family, double spread, const struct known *known)
{
	switch (known->kind) {
	case KNOWN_QUANTILE:
		return family->quantile(spread, known->p);
	case KNOWN_MEAN:
		return family->mean(spread);
	case KNOWN_SD:
		break;
	}
	return family->sd(spread);
}

struct member family_scaled(const struct family *family, double spread, const struct known *known)
{
	return (struct member){spread, known->value / family_number(family, spread, known)};
}

/* Of the second number to the first; NaN where both are infinite. */
static double ratio(const struct family *family, double spread, const struct known *first,
		    const struct known *second)
{
	return family_number(family, spread, second) / family_number(family, spread, first);
}

static double spread_at(const struct family *family, int step)
{
	return family->narrowest * pow(family->widest / family->narrowest, (double)step / WALK);
}

/* The ratio is below the wanted one at `inner` and not at `outer`, or the other way round. */
static double halve(const struct family *family, const struct known *first,
		    const struct known *second, double wanted, double inner, double outer)
{
	bool below = ratio(family, inner, first, second) < wanted;
	for (int i = 0; i < HALVINGS; i++) {
		double middle = sqrt(inner * outer);
		if ((ratio(family, middle, first, second) < wanted) == below)
			inner = middle;
		else
			outer = middle;
	}
	return outer;
}

bool family_find(const struct family *family, const struct known *first, const struct known *second,
		 struct member *member, struct interval *ratios)
{
	double wanted = second->value / first->value, inner = family->narrowest;
	double at = ratio(family, inner, first, second);
	bool below = at < wanted;
	*ratios = (struct interval){at, at};
	for (int i = 1; i <= WALK; i++) {
		double outer = spread_at(family, i);
		at = ratio(family, outer, first, second);
		if (isnan(at))
			break;
		if ((at < wanted) != below) {
			double spread = halve(family, first, second, wanted, inner, outer);
			*member = family_scaled(family, spread, first);
			return true;
		}
		ratios->low = fmin(ratios->low, at);
		ratios->high = fmax(ratios->high, at);
		inner = outer;
	}
	return false;
}
