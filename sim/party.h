/* A party: the riders of a kindred live one trial together, until they would decide differently.
 * There they part: some go on, the others wait for the trial to be put back to where it was. */
#ifndef SIM_PARTY_H
#define SIM_PARTY_H

#include "sim/kindred.h"
#include "sim/rest.h"

/* The smaller part goes on first, so that of 2^n riders no more than n parts wait at a time. */
enum { MOST_WAITING_PARTS = 16 };

struct waiting_part {
	struct arena_image world;
	void (*go_on)(struct trial *trial);
};

struct party {
	struct arena *world; /* in which the trial lies with all it has */
	struct rider *rider, **order;
	unsigned char *own; /* the states of checks that are not the same to all */
	int waiting;
	struct waiting_part part[MOST_WAITING_PARTS];
	void *before, *first; /* states of the strategy */
	struct rest rest;
};

struct party_size {
	size_t riders, own, strategy, rest;
};

/* How many riders there may be where a copy of the world takes so much. */
int party_most(size_t world_bytes);

void party_measure(struct party_size *size, const struct kindred *kindred); /* grows `size` */
void party_allocate(struct party *party, struct arena *arena, const struct party_size *size);
void party_free(struct party *party); /* what waited; the rest is the arena's */

/* All of the kindred live the trial that has just begun. */
void party_begin(struct party *party, struct trial *trial, const struct kindred *kindred);

/* The trial goes on until it is over for those who live it. */
void party_live(struct party *party, struct trial *trial);

/* The trial is over for some. The others' is put back to where they parted, and they have taken
 * their own way from there; false: there are no others. */
bool party_turn_back(struct party *party, struct trial *trial);

/* Those stay who would decide alike. */
void party_part_to_ask(struct trial *trial);

/* Those stay for whom half of the way back was a mistake, or those for whom it was none. */
void party_part_to_go_on(struct trial *trial);

#endif
