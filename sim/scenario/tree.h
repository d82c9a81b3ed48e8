/* A scenario as a tree of nodes: what YAML said, where it said it, and nothing about what it means.
 */
#ifndef SIM_SCENARIO_TREE_H
#define SIM_SCENARIO_TREE_H

#include "sim/error.h"

#include <stdbool.h>
#include <stdio.h>

enum node_kind { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
	enum node_kind kind;
	struct mark at;		   /* of the value */
	struct mark key_at;	   /* of the key, for children of a map */
	const char *key;	   /* NULL for list entries and the root */
	const char *text;	   /* of a scalar; an empty value is "" */
	bool quoted;		   /* the scalar stood in quotes */
	bool inherited;		   /* came in through `like` */
	struct node *first, *next; /* children in order; the next sibling */
};

enum {
	TREE_DEEPEST = 32,	  /* levels of nesting; scenarios need about eight */
	TREE_MOST_NODES = 200000, /* after aliases are expanded */
	TREE_LARGEST = 4 << 20,	  /* bytes of text */
	TREE_LONGEST_KEY = 200,	  /* bytes; with each escaped, YAML still reads it as a key */
};

/* Reads YAML (or JSON, its subset) into nodes of the arena. All mistakes of form go to
 * `complaints`: syntax, duplicate keys, keys that are no scalars, tags, more than one document,
 * text that is empty, binary, too long, too deep or too much after aliases. NULL if there is
 * nothing to go on with. */
struct node *tree_read(struct arena *arena, const struct source *source,
		       struct complaints *complaints);

struct node *tree_find(const struct node *map, const char *key); /* NULL if absent */
int tree_count(const struct node *node);			 /* of children */
int tree_size(const struct node *node);				 /* the node and all below it */
int tree_height(const struct node *node); /* levels of nesting; 0 for a scalar */
struct node *tree_copy(struct arena *arena, const struct node *node);

/* A scalar child made by the program: added at the end of the map. */
struct node *tree_add(struct arena *arena, struct node *map, const char *key, const char *text,
		      struct mark at);
struct node *tree_add_map(struct arena *arena, struct node *map, const char *key, struct mark at);
void tree_remove(struct node *map, const struct node *child);

/* Resolves `like: SIBLING` in every child of `map`: the sibling is copied, then replaced key by
 * key; maps merge, lists and scalars are replaced; copied nodes are marked inherited. A chain of
 * likes works in any order; a circle, an unknown sibling (with the nearest right name) or a `like`
 * that is no word is a complaint. The `like` keys are gone afterwards. */
void tree_resolve_likes(struct arena *arena, struct node *map, struct complaints *complaints);

/* Sets the node at a dotted path (`rollouts.cautious.checks.1.ratio.max`; list entries count from
 * 0) to the YAML value in `text`. Missing keys of maps are created, missing list entries are a
 * complaint, as is a path through a scalar. `source` is what complaints about the value quote. */
bool tree_set(struct arena *arena, struct node *root, const char *path, const char *text,
	      const struct source *source, struct complaints *complaints);

/* The same with a node, which is copied; `at` is quoted when the path leads nowhere. */
bool tree_put(struct arena *arena, struct node *root, const char *path, const struct node *value,
	      struct mark at, struct complaints *complaints);

/* Prints YAML that reads back to the same tree: two blanks a level, short maps and lists of
 * scalars on one line as `{a: 1, b: 2}` and `[1, 2]` where they fit in 90 columns. */
void tree_print(const struct node *node, FILE *out);

/* The same on one line, for people: what brackets would need in quotes stays bare. */
void tree_print_line(const struct node *node, FILE *out);
const char *tree_text(struct arena *arena, const struct node *node); /* a scalar's is its own */
#endif
