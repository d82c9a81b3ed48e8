/* log, exp and the normal quantile, free of branches so that they vectorise. */
#include "sim/stats/lanes.h"

#include "sim/stats/bits.h"

#include <math.h>
#include <stdbool.h>

enum { CHUNK = 256 }; /* values held at a time by functions that need room */

LANES_CLONED void lanes_uniform(const uint32_t *restrict bits, double *restrict u, int count)
{
	for (int i = 0; i < count; i++)
		u[i] = ((double)bits[i] + 0.5) * 0x1p-32;
}

LANES_CLONED void lanes_complement(const uint32_t *restrict bits, double *restrict u, int count)
{
	for (int i = 0; i < count; i++)
		u[i] = ((double)~bits[i] + 0.5) * 0x1p-32;
}

LANES_CLONED void lanes_whole(const double *restrict x, int64_t *restrict whole, int count,
			      double most)
{
	for (int i = 0; i < count; i++)
		whole[i] = (int64_t)(x[i] < most ? x[i] : most);
}

/* ln 2 in two parts, and the polynomial of FreeBSD's e_log.c (Sun Microsystems 1993): log(1+f) =
 * f - s (f - R(s^2)), s = f / (2 + f), with sqrt(1/2) < 1+f < sqrt(2). */
static const double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;

static inline double log_one(double x)
{
	uint64_t bits = bits_of(x);
	/* Shifts the fraction so that the exponent changes at sqrt(2). */
	uint64_t shifted = bits + (UINT64_C(0x3ff0000000000000) - UINT64_C(0x3fe6a09e667f3bcd));
	/* An integer below 2^52 becomes a double by writing it under the exponent of 2^52. */
	double k = double_of((shifted >> 52) | UINT64_C(0x4330000000000000)) - (0x1p52 + 1023);
	double f =
		double_of((shifted & UINT64_C(0x000fffffffffffff)) + UINT64_C(0x3fe6a09e667f3bcd)) -
		1;
	double s = f / (2 + f), z = s * s, w = z * z;
	double even = w * (3.999999999940941908e-01 +
			   w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
	double odd = z * (6.666666666666735130e-01 +
			  w * (2.857142874366239149e-01 +
			       w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
	double half = 0.5 * f * f;
	return k * ln2_high - ((half - (s * (half + even + odd) + k * ln2_low)) - f);
}

LANES_CLONED void lanes_log(double *x, int count)
{
	for (int i = 0; i < count; i++)
		x[i] = log_one(x[i]);
}

/* exp(x) = 2^k exp(r), |r| <= ln 2 / 2, with the rational form of FreeBSD's e_exp.c (Sun
 * Microsystems 1993): exp(r) = 1 + (r c / (2 - c) + r). */
static inline double exp_one(double x)
{
	const double to_integer = 0x1.8p52;
	double shifted = x * 1.44269504088896338700e+00 + to_integer;
	double k = shifted - to_integer;
	double high = x - k * ln2_high, low = k * ln2_low, r = high - low, t = r * r;
	double c =
		r -
		t * (1.66666666666666019037e-01 +
		     t * (-2.77777777770155933842e-03 +
			  t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 +
								 t * 4.13813679705723846039e-08))));
	double y = 1 - ((low - (r * c) / (2 - c)) - high);
	return y * double_of((bits_of(shifted) << 52) + UINT64_C(0x3ff0000000000000));
}

LANES_CLONED void lanes_exp(double *x, int count)
{
	for (int i = 0; i < count; i++)
		x[i] = exp_one(x[i]);
}

/* Wichura 1988, algorithm AS 241 (PPND16): rational functions for the middle and the two tails. */
static inline double quantile_middle(double q)
{
	double r = 0.180625 - q * q;
	double above = ((((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r +
			    6.7265770927008700853e4) *
				   r +
			   4.5921953931549871457e4) *
				  r +
			  1.3731693765509461125e4) *
				 r +
			 1.9715909503065514427e3) *
				r +
			1.3314166789178437745e2) *
			       r +
		       3.3871328727963666080e0;
	double below = ((((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r +
			    3.9307895800092710610e4) *
				   r +
			   2.1213794301586595867e4) *
				  r +
			  5.3941960214247511077e3) *
				 r +
			 6.8718700749205790830e2) *
				r +
			4.2313330701600911252e1) *
			       r +
		       1;
	return q * above / below;
}

static inline double quantile_near_tail(double r)
{
	r -= 1.6;
	double above = ((((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r +
			    2.41780725177450611770e-1) *
				   r +
			   1.27045825245236838258e0) *
				  r +
			  3.64784832476320460504e0) *
				 r +
			 5.76949722146069140550e0) *
				r +
			4.63033784615654529590e0) *
			       r +
		       1.42343711074968357734e0;
	double below = ((((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r +
			    1.51986665636164571966e-2) *
				   r +
			   1.48103976427480074590e-1) *
				  r +
			  6.89767334985100004550e-1) *
				 r +
			 1.67638483018380384940e0) *
				r +
			2.05319162663775882187e0) *
			       r +
		       1;
	return above / below;
}

static inline double quantile_far_tail(double r)
{
	r -= 5;
	double above = ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r +
			    1.24266094738807843860e-3) *
				   r +
			   2.65321895265761230930e-2) *
				  r +
			  2.96560571828504891230e-1) *
				 r +
			 1.78482653991729133580e0) *
				r +
			5.46378491116411436990e0) *
			       r +
		       6.65790464350110377720e0;
	double below = ((((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r +
			    1.84631831751005468180e-5) *
				   r +
			   7.86869131145613259100e-4) *
				  r +
			  1.48753612908506148525e-2) *
				 r +
			 1.36929880922735805310e-1) *
				r +
			5.99832206555887937690e-1) *
			       r +
		       1;
	return above / below;
}

static inline double tail_of(double p)
{
	return p < 0.5 ? p : 1 - p;
}

/* Every value is computed as if it lay in the middle; then those in a tail (15 % of uniform ones)
 * are gathered, computed together and put back. */
LANES_CLONED static int middle_and_tails(double *x, int count, int *place, double *p)
{
	int tails = 0;
	for (int i = 0; i < count; i++) {
		place[tails] = i;
		p[tails] = x[i];
		tails += fabs(x[i] - 0.5) > 0.425;
	}
	for (int i = 0; i < count; i++)
		x[i] = quantile_middle(x[i] - 0.5);
	return tails;
}

/* Whether some lie so far out (below 1e-11) that they need the far form. */
LANES_CLONED static bool near_tails(const double *p, double *z, int count)
{
	int far = 0;
	for (int i = 0; i < count; i++) {
		double tail = tail_of(p[i]); /* NOLINT: middle_and_tails has set `count` of them */
		double r = sqrt(-log_one(tail)), size = quantile_near_tail(r);
		far |= r > 5;
		z[i] = p[i] < 0.5 ? -size : size;
	}
	return far;
}

static void far_tails(const double *p, double *z, int count)
{
	for (int i = 0; i < count; i++) {
		double r = sqrt(-log_one(tail_of(p[i])));
		if (r > 5)
			z[i] = copysign(quantile_far_tail(r), p[i] - 0.5);
	}
}

void lanes_normal_quantile(double *x, int count)
{
	for (int from = 0; from < count; from += CHUNK) {
		int place[CHUNK], n = count - from < CHUNK ? count - from : CHUNK;
		double p[CHUNK], z[CHUNK];
		int tails = middle_and_tails(x + from, n, place, p);
		if (near_tails(p, z, tails))
			far_tails(p, z, tails);
		for (int i = 0; i < tails; i++)
			x[from + place[i]] = z[i];
	}
}
