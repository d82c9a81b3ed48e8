/* Only positive terms are added up, so that no load and no number of servers costs digits. */
#include "sim/stats/queue.h"

#include "sim/stats/root.h"

#include <math.h>

/* The numbers follow from the times: Little 1961. */
static struct queue_means means_of(double load, double wait)
{
	return (struct queue_means){wait, load * wait, wait + 1, load * (wait + 1)};
}

/* ---- M/M/c */

/* 1 / B is the sum of c (c - 1) ... (c - j + 1) / load^j over j from 0 (Jagerman 1974), of which a
 * few times the root of c matter. */
double queue_erlang_b(double servers, double load)
{
	double sum = 1, term = 1;
	for (double left = servers; left > 0 && term > sum * 1e-18; left--) {
		term *= left / load;
		sum += term;
	}
	return 1 / sum;
}

double queue_erlang_c(double servers, double load)
{
	if (load >= servers)
		return 1;
	double refused = queue_erlang_b(servers, load);
	return servers * refused / (servers - load + load * refused);
}

struct queue_means queue_mmc(double servers, double load)
{
	if (load >= servers)
		return means_of(load, INFINITY);
	return means_of(load, queue_erlang_c(servers, load) / (servers - load));
}

/* The waits of those who wait are exponential with this rate. */
static double spare(double servers, double load)
{
	return fmax(servers - load, 0);
}

double queue_mmc_wait_above(double servers, double load, double t)
{
	return queue_erlang_c(servers, load) * exp(-spare(servers, load) * t);
}

static double wait_quantile(double waits, double rate, double above)
{
	return above < waits ? log(waits / above) / rate : 0;
}

double queue_mmc_wait_quantile(double servers, double load, double p)
{
	return wait_quantile(queue_erlang_c(servers, load), spare(servers, load), 1 - p);
}

/* A wait and a service: the convolution of both laws, without cancellation where their rates are
 * nearly equal. */
static double stay_above(double waits, double rate, double t)
{
	double gap = fabs(1 - rate);
	double both = gap * t > 0 ? -expm1(-gap * t) / gap : t;
	return exp(-t) + waits * exp(-fmin(rate, 1) * t) * both;
}

double queue_mmc_stay_above(double servers, double load, double t)
{
	return stay_above(queue_erlang_c(servers, load), spare(servers, load), t);
}

struct stay {
	double waits, rate, above;
};

static double log_excess(const void *context, double t)
{
	const struct stay *stay = context;
	return log(stay_above(stay->waits, stay->rate, t) / stay->above);
}

/* Between what a service alone exceeds and the sum of what each part exceeds half as often. */
double queue_mmc_stay_quantile(double servers, double load, double p)
{
	const struct stay stay = {queue_erlang_c(servers, load), spare(servers, load), 1 - p};
	double half = stay.above / 2, low = -log(stay.above);
	double high = wait_quantile(stay.waits, stay.rate, half) - log(half);
	return isinf(high) ? high : root_find(log_excess, &stay, low, high, 0);
}

/* One place more takes its share of the chance from all others alike (Kleinrock 1975, section 3.6);
 * with as many places as servers that is Erlang's recursion. */
struct queue_bounded queue_mmck(double servers, double places, double load)
{
	double empty = 1, refused = 1, admitted = 0, present = 0;
	for (int k = 1; k <= places; k++) {
		double busy = fmin(k, servers);
		admitted = busy / (busy + load * refused);
		refused = load * refused / (busy + load * refused);
		empty *= admitted;
		present = present * admitted + k * refused;
	}
	double served = load * admitted;
	return (struct queue_bounded){empty, refused, present, served > 0 ? present / served : 1,
				      served};
}

/* ---- one server */

struct queue_means queue_mg1(double load, double scv)
{
	return means_of(load, load < 1 ? load * (1 + scv) / 2 / (1 - load) : INFINITY);
}

/* The rate at which long waits of M/D/1 become rare: the root of e^x = 1 + x / load above 0, which
 * Newton's method approaches from above. */
static double decay(double load)
{
	double x = -2 * log(load), next = x;
	do {
		x = next;
		next = x - (log1p(x / load) - x) / (1 / (load + x) - 1);
	} while (next < x);
	return x;
}

/* The other roots decay at a rate above 2: beyond this nothing is seen of them. */
enum { FAR = 20 };

/* The chances that 0, 1, 2, ... are present, from what crosses between n and n + 1 either way. */
static void present_chances(double load, double chance[FAR + 1])
{
	double arrive[2 * FAR + 2], more[2 * FAR + 2] = {0};
	arrive[0] = exp(-load);
	for (int n = 1; n < 2 * FAR + 2; n++)
		arrive[n] = arrive[n - 1] * load / n;
	for (int n = 2 * FAR; n >= 0; n--)
		more[n] = more[n + 1] + arrive[n + 1];
	chance[0] = 1 - load;
	for (int n = 0; n < FAR; n++) {
		double up = chance[0] * more[n];
		for (int j = 1; j <= n; j++)
			up += chance[j] * more[n - j + 1];
		chance[n + 1] = up / arrive[0];
	}
}

/* Franx 2001 for one server: whoever comes is served within t if those waiting ahead at the last
 * end of a service, and who came since, are few enough. Erlang's own sum of 1909 alternates. */
static double near_wait_at_most(double load, double t)
{
	double chance[FAR + 1], at_most[FAR], sum = 0;
	int services = (int)t + 1;
	double mean = load * (services - t), arrive = exp(-mean);
	present_chances(load, chance);
	at_most[0] = chance[0] + chance[1];
	for (int n = 1; n < services; n++)
		at_most[n] = at_most[n - 1] + chance[n + 1];
	for (int n = 0; n < services; n++) {
		sum += at_most[services - 1 - n] * arrive;
		arrive *= mean / (n + 1);
	}
	return sum;
}

double queue_md1_wait_at_most(double load, double t)
{
	if (t < 0 || load >= 1)
		return 0;
	if (t < FAR)
		return fmin(near_wait_at_most(load, t), 1);
	if (load <= 0)
		return 1;
	double rate = decay(load);
	return 1 - (1 - load) / (load + rate - 1) * exp(-rate * t);
}

/* Of the transform of the times between arrivals, A(u) = (1 + scv u / load)^(-1 / scv): -log A. */
static double exponent(double load, double scv, double u)
{
	return scv > 0 ? log1p(scv * u / load) / scv : u / load;
}

/* The root of u = 1 - A(u) above 0, which Newton's method approaches from above. */
static double idle_share(double load, double scv)
{
	double u = 1, next = 1;
	do {
		u = next;
		double x = exponent(load, scv, u);
		next = u - (-expm1(-x) - u) / (exp(-x) / (load + scv * u) - 1);
	} while (next < u);
	return u;
}

double queue_gm1_busy(double load, double scv)
{
	if (load <= 0 || load >= 1)
		return load > 0;
	return exp(-exponent(load, scv, idle_share(load, scv)));
}

struct queue_means queue_gm1(double load, double scv)
{
	if (load <= 0 || load >= 1)
		return means_of(load, load > 0 ? INFINITY : 0);
	double idle = idle_share(load, scv);
	return means_of(load, exp(-exponent(load, scv, idle)) / idle);
}
