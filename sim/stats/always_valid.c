/* Closed forms. */
#include "sim/stats/always_valid.h"

#include <math.h>

double always_valid_msprt(double estimate, double variance, double tau2)
{
	double sum = variance + tau2;
	return 0.5 * log(variance / sum) + estimate * estimate * tau2 / (2 * variance * sum);
}

double always_valid_msprt_half(double variance, double tau2, double alpha)
{
	double sum = variance + tau2;
	return sqrt(variance * sum / tau2 * (log(sum / variance) - 2 * log(alpha)));
}

double always_valid_rho(double alpha, double tuned_for)
{
	double l = -2 * log(alpha);
	return sqrt((l + log1p(l)) / tuned_for);
}

double always_valid_half(double se2, double n, double rho, double alpha)
{
	double q = n * rho * rho + 1;
	return sqrt(n * se2) * sqrt(2 * q * log(sqrt(q) / alpha)) / (n * rho);
}

double always_valid_log_e(double estimate, double se2, double n, double rho)
{
	double q = n * rho * rho + 1;
	return rho * rho * n * estimate * estimate / (2 * q * se2) - 0.5 * log(q);
}

double always_valid_linear(double nu, double t, double phi, double z2)
{
	double r = phi / (phi + z2);
	return 0.5 * log(r) + (nu + 1) / 2 * (log1p(t * t / nu) - log1p(r * t * t / nu));
}

double always_valid_linear_radius(double nu, double phi, double z2, double alpha)
{
	double r = phi / (phi + z2), log_q = (log(r) + 2 * log(alpha)) / (nu + 1), q = exp(log_q);
	return q > r ? sqrt(nu * -expm1(log_q) / (q - r)) : INFINITY;
}
