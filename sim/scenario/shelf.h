/* What versions and points share: equal laws are prepared once, and a file is read once. */
#ifndef SIM_SCENARIO_SHELF_H
#define SIM_SCENARIO_SHELF_H

#include "sim/plugin.h"
#include "sim/scenario/tree.h"

struct alias;
struct alike;
struct recording;
struct shelf_alias;
struct shelf_alike;
struct shelf_block;
struct shelf_file;
struct shelf_trace;

struct shelf {
	struct arena *arena; /* as long as the plans */
	struct shelf_block *blocks;
	struct shelf_file *files;
	struct shelf_trace *traces;
	struct shelf_alike *alikes;
	struct shelf_alias *aliases;
};

/* Bytes equal to these, kept. */
const void *shelf_keep(struct shelf *shelf, const void *bytes, size_t size);

/* A config prepared from one equal to this, which has just been read; NULL and a sentence with the
 * key at fault, as `prepare` says it, where it contradicts itself. */
const void *shelf_prepare(struct shelf *shelf, const struct plugin *plugin, const void *config,
			  const char **key, char *why, size_t size);

/* The node made of the file at a path read with a unit, which is NULL or "" for none; where it is
 * not there yet, a place for it that holds NULL. */
const struct node **shelf_file(struct shelf *shelf, const char *path, const char *unit);

/* The traces at some paths; NULL and a sentence in `why` if they cannot be read. */
const struct recording *shelf_traces(struct shelf *shelf, const char *const *paths, int count,
				     char *why, size_t size);

/* How often so many people come, by their skew or as in a recording, which is then not NULL; where
 * that is not there yet, a place for it that holds NULL. */
const struct alias **shelf_alias(struct shelf *shelf, const struct recording *recording, int count,
				 double skew);

/* Requests of a recording that are alike. */
const struct alike *shelf_alike(struct shelf *shelf, const struct recording *recording,
				int in_common);

#endif
