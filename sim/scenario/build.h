/* Nodes as they are read, one after the other, with all limits of a tree held on the way. */
#ifndef SIM_SCENARIO_BUILD_H
#define SIM_SCENARIO_BUILD_H

#include "sim/scenario/table.h"
#include "sim/scenario/tree.h"

/* A list or map that is being read. */
struct frame {
	struct node *node;
	struct node **end; /* where the next child goes */
	bool flow;	   /* written in brackets */
	bool has_key;	   /* of a map: the next node is the value of ... */
	const char *key;   /* this; NULL where the key was refused and the value goes with it */
	struct mark key_at;
};

struct build {
	struct arena *arena;
	struct complaints *complaints;
	struct node *root;
	struct table anchors;
	struct frame frames[TREE_DEEPEST];
	int depth, nodes;
	bool failed; /* the tree is nothing to go on with; build no further */
};

/* `most_anchors` is how many can come at most. */
void build_init(struct build *build, struct arena *arena, struct complaints *complaints,
		int most_anchors);

/* The texts must live as long as the arena; `anchor` is NULL where there is none. */
void build_scalar(struct build *build, struct mark at, const char *anchor, const char *text,
		  bool quoted);
void build_open(struct build *build, struct mark at, const char *anchor, enum node_kind kind,
		bool flow);
void build_close(struct build *build);
void build_alias(struct build *build, struct mark at, const char *name);

/* The innermost open list or map; NULL if there is none. */
struct frame *build_top(struct build *build);

#endif
