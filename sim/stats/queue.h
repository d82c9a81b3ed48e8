/* Queues whose waits are known exactly. The mean service is the unit of time, and the load is how
 * many arrive in it: so many servers it keeps busy. With a load of all its servers or more a queue
 * without bounds grows for ever, and what waits in it waits infinitely. */
#ifndef SIM_STATS_QUEUE_H
#define SIM_STATS_QUEUE_H

struct queue_means {
	double wait, waiting; /* without the service */
	double stay, present; /* with it */
};

/* ---- Poisson arrivals, exponential services, some servers: M/M/c (Erlang 1917) */

/* The share refused where nobody may wait, whatever the law of services; and the share that waits
 * where everybody may. */
double queue_erlang_b(double servers, double load);
double queue_erlang_c(double servers, double load);

struct queue_means queue_mmc(double servers, double load);

/* P(a wait, a stay is longer than t), and what the share p of all do not exceed. */
double queue_mmc_wait_above(double servers, double load, double t);
double queue_mmc_stay_above(double servers, double load, double t);
double queue_mmc_wait_quantile(double servers, double load, double p);
double queue_mmc_stay_quantile(double servers, double load, double p);

/* At most `places` are waiting or served, others are turned away: M/M/c/K. */
struct queue_bounded {
	double empty, refused;
	double present, stay; /* of those who come in */
	double served;	      /* in a mean service */
};
struct queue_bounded queue_mmck(double servers, double places, double load);

/* ---- one server */

/* Poisson arrivals, services with a squared coefficient of variation `scv`: Pollaczek 1930,
 * Khinchine 1932. */
struct queue_means queue_mg1(double load, double scv);

/* P(a wait is at most t) if all services are equally long: M/D/1. Good to 1e-15, or to what the
 * last digit of the load is worth. */
double queue_md1_wait_at_most(double load, double t);

/* Gamma-distributed times between arrivals of this scv, exponential services (Kendall 1953): 0 is a
 * constant time, 1/k Erlang's law of k phases, 1 Poisson arrivals. The share of arrivals that find
 * the server busy; the waits of those are exponential, and longer than t with chance
 * exp(-(1 - share) t). */
double queue_gm1_busy(double load, double scv);
struct queue_means queue_gm1(double load, double scv);

#endif
