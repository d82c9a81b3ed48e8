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
	X(latency, constant)                                                                       \
	X(latency, exponential)                                                                    \
	X(latency, lognormal)                                                                      \
	X(fault, step)                                                                             \
	X(detector, threshold)                                                                     \
	X(detector, ratio)                                                                         \
	X(detector, ztest)                                                                         \
	X(strategy, instant)                                                                       \
	X(strategy, canary)                                                                        \
	X(strategy, blue_green)

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
