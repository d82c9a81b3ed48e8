/* Everything a scenario can name: one line a plug-in. */
#ifndef MODELS_LIST_H
#define MODELS_LIST_H

#include "sim/detector.h"
#include "sim/fault.h"
#include "sim/latency.h"
#include "sim/strategy.h"
#include "sim/traffic.h"

#define MODELS(X)                                                                                  \
	X(traffic, poisson)                                                                        \
	X(traffic, uniform)                                                                        \
	X(traffic, renewal)                                                                        \
	X(traffic, mmpp)                                                                           \
	X(traffic, sessions)                                                                       \
	X(traffic, closed)                                                                         \
	X(traffic, replay)                                                                         \
	X(shape, diurnal)                                                                          \
	X(shape, weekly)                                                                           \
	X(shape, ramp)                                                                             \
	X(shape, steps)                                                                            \
	X(shape, flash_crowd)                                                                      \
	X(shape, noise)                                                                            \
	X(shape, zero)                                                                             \
	X(latency, constant)                                                                       \
	X(latency, exponential)                                                                    \
	X(latency, lognormal)                                                                      \
	X(latency, gamma)                                                                          \
	X(latency, weibull)                                                                        \
	X(latency, pareto)                                                                         \
	X(latency, uniform)                                                                        \
	X(latency, normal)                                                                         \
	X(latency, mixture)                                                                        \
	X(latency, empirical)                                                                      \
	X(latency, recorded)                                                                       \
	X(fault, step)                                                                             \
	X(fault, ramp)                                                                             \
	X(fault, burst)                                                                            \
	X(fault, latency)                                                                          \
	X(fault, timeout)                                                                          \
	X(fault, crash_loop)                                                                       \
	X(fault, capacity_loss)                                                                    \
	X(fault, load_collapse)                                                                    \
	X(fault, memory_leak)                                                                      \
	X(fault, cold_start)                                                                       \
	X(fault, cache_cold)                                                                       \
	X(fault, dependency_outage)                                                                \
	X(fault, segment_regression)                                                               \
	X(fault, region_outage)                                                                    \
	X(fault, bad_config)                                                                       \
	X(fault, noisy_neighbour)                                                                  \
	X(fault, quality_drop)                                                                     \
	X(fault, data_drift)                                                                       \
	X(fault, silent_corruption)                                                                \
	X(fault, traffic_spike)                                                                    \
	X(fault, clock_skew)                                                                       \
	X(fault, scrape_gap)                                                                       \
	X(fault, lag)                                                                              \
	X(fault, nan)                                                                              \
	X(fault, stale)                                                                            \
	X(fault, counter_reset)                                                                    \
	X(fault, wrong_label)                                                                      \
	X(fault, duplicate)                                                                        \
	X(fault, weight_skew)                                                                      \
	X(fault, sticky_drift)                                                                     \
	X(fault, slow_propagation)                                                                 \
	X(fault, rollback_fails)                                                                   \
	X(fault, slow_drain)                                                                       \
	X(fault, old_version_cold)                                                                 \
	X(fault, old_version_missing)                                                              \
	X(detector, threshold)                                                                     \
	X(detector, ratio)                                                                         \
	X(detector, delta)                                                                         \
	X(detector, ztest)                                                                         \
	X(detector, fisher)                                                                        \
	X(detector, welch)                                                                         \
	X(detector, mann_whitney)                                                                  \
	X(detector, ks)                                                                            \
	X(detector, score_interval)                                                                \
	X(detector, bayes)                                                                         \
	X(detector, sprt)                                                                          \
	X(detector, msprt)                                                                         \
	X(detector, confidence_sequence)                                                           \
	X(detector, betting)                                                                       \
	X(detector, counting)                                                                      \
	X(detector, quantile_sequence)                                                             \
	X(detector, group_sequential)                                                              \
	X(detector, cusum)                                                                         \
	X(detector, page_hinkley)                                                                  \
	X(detector, ewma)                                                                          \
	X(detector, shiryaev_roberts)                                                              \
	X(detector, adwin)                                                                         \
	X(detector, bocpd)                                                                         \
	X(detector, srm)                                                                           \
	X(detector, agreement)                                                                     \
	X(detector, auc)                                                                           \
	X(detector, drift)                                                                         \
	X(detector, slo_burn)                                                                      \
	X(strategy, instant)                                                                       \
	X(strategy, canary)                                                                        \
	X(strategy, blue_green)                                                                    \
	X(strategy, rolling)                                                                       \
	X(strategy, shadow)                                                                        \
	X(strategy, ab_test)                                                                       \
	X(strategy, feature_flag)                                                                  \
	X(strategy, bandit)                                                                        \
	X(strategy, waves)                                                                         \
	X(strategy, staged)                                                                        \
	X(strategy, manual)

#define MODEL_DECLARE(kind, name) extern const struct kind kind##_##name;
MODELS(MODEL_DECLARE)
#undef MODEL_DECLARE

/* All of them, in the order of the list, ended by NULL. */
extern const struct plugin *const models_all[];

extern const char *const models_kind_names[PLUGIN_KINDS]; /* "traffic", "latency" ... */

const struct plugin *models_find(enum plugin_kind kind, const char *name); /* NULL: unknown */

/* The names of a kind, NULL-terminated, in `names` of at least MODELS_MOST places. */
enum { MODELS_MOST = 64 };
void models_names(enum plugin_kind kind, const char *names[MODELS_MOST]);

#endif
