/* A number made of a column of results: "missed", "harmed_users.mean", "detection_time.p95". */
#ifndef SIM_QUANTITY_H
#define SIM_QUANTITY_H

#include "sim/result.h"

/* How many trials make it. */
enum quantity_kind {
	QUANTITY_SHARE,	   /* of the trials, that have the flag or ended so */
	QUANTITY_MEAN,	   /* of their values */
	QUANTITY_QUANTILE, /* of their values; what never happened is later than all */
	QUANTITY_MAX	   /* the largest value of any */
};

struct quantity {
	const char *text; /* as it was written */
	enum quantity_kind kind;
	const struct column *column;
	int sub;     /* version or segment */
	int outcome; /* of a share of trials that ended so; -1: it is of a flag */
	double p;    /* of a quantile */
};

/* What stands between a column of versions or segments and its statistic. */
struct quantity_names {
	const char *const *versions, *const *segments;
	int version_count, segment_count;
};

enum { QUANTITY_WHY = 256, QUANTITY_ROWS = 64, QUANTITY_NAME = 32 };

/* What results have that something can be expected of. */
struct quantity_row {
	char name[QUANTITY_NAME];
	char as_in[2 * QUANTITY_NAME]; /* with what has to stand behind it: "harmed_users.mean" */
	const struct column *column;
	int outcome; /* as in struct quantity */
};

/* Ways in which trials end, then columns; returns how many. */
int quantity_rows(struct quantity_row row[QUANTITY_ROWS]);

/* Reads its name, which has to live as long; false, with a sentence in `why`. `names` may be NULL:
 * then any version and segment will do. */
bool quantity_read(struct quantity *quantity, const char *text, const struct quantity_names *names,
		   char why[QUANTITY_WHY]);

/* Reads an amount in its unit, such as 5m; NULL, or what was expected. */
const char *quantity_amount(const struct quantity *quantity, const char *text, double *amount);

/* Whether it is written as 5%: columns of shares are called so. */
bool quantity_is_share(const struct quantity *quantity);

/* What begins when somebody is hurt: of a trial that hurt nobody before it was decided, it says
 * nothing. */
bool quantity_needs_harm(const struct quantity *quantity);

/* 1: more is worse, where the case is harmful or where not; -1: less is; 0: neither. */
int quantity_worse(const struct quantity *quantity, bool harmful);

#endif
