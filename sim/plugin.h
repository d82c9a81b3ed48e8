/* What all kinds of plug-ins have in common: a name, a sentence, a table of parameters. */
#ifndef SIM_PLUGIN_H
#define SIM_PLUGIN_H

#include "sim/param.h"

enum plugin_kind {
	PLUGIN_TRAFFIC,
	PLUGIN_SHAPE,
	PLUGIN_LATENCY,
	PLUGIN_FAULT,
	PLUGIN_DETECTOR,
	PLUGIN_STRATEGY,
	PLUGIN_KINDS
};

/* A plug-in is a constant. It owns no memory: its config is read-only once prepared, its state is
 * zeroed when a trial begins. */
struct plugin {
	enum plugin_kind kind;
	const char *name, *about;   /* the word of a scenario; one sentence */
	const char *example;	    /* YAML that works, as the value of its slot */
	const struct param *params; /* ends with a row whose key is NULL */
	size_t config_size, state_size;
	/* Completes a config whose parameters are set. If they contradict each other, returns the
	 * key at fault and writes a sentence to `why`; NULL when all is well. */
	const char *(*prepare)(void *config, char *why, size_t size);
};

/* A plug-in with the parameters one scenario gave it. */
struct use {
	const struct plugin *plugin;
	const void *config;
};

/* A stage of a ladder: how much, and what must have come to pass before the next. */
struct step {
	double share;
	sim_time hold;	     /* PARAM_UNSET: as long as the requests take */
	int64_t requests;    /* of the candidate, at least; PARAM_UNSET: any number */
	struct use approval; /* how long a person takes to say yes; no plug-in: nobody is asked */
	int scope;	     /* of its own checks; 0: it has none */
};

/* A rule of a flag: which of the rollout's it is, what share of those it catches get the candidate,
 * and when it is on; no span: always. */
struct flag_rule {
	int rule;
	double share;
	struct spans during;
};

/* One strategy of several that follow each other. */
struct phase {
	struct use strategy;
	int scope;
};

#endif
