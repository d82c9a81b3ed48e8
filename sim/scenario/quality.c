/* `quality:` of a version: how often it is right, how often when stable is, and how that drifts. */
#include "sim/scenario/reader.h"

#include <math.h>
#include <string.h>

struct accuracy_fields {
	double accuracy, auc, agreement;
};

const struct param scenario_quality_params[] = {
	{"accuracy", PARAM_SHARE, offsetof(struct accuracy_fields, accuracy), "", 0, 1,
	 .about = "share of the answers that are right; left out: what auc says, or all of them"},
	{"auc", PARAM_NUMBER, offsetof(struct accuracy_fields, auc), "", 0.01, 0.9999,
	 .about = "the same, as the area under the ROC curve of a binormal score"},
	{"agreement", PARAM_SHARE, offsetof(struct accuracy_fields, agreement), "", 0, 1,
	 .about = "share of the requests on which it and stable are both right or both wrong; left "
		  "out: as many as there can be"},
	{0},
};

struct drift_fields {
	sim_time at;
	struct change accuracy;
};

const struct param scenario_drift_params[] = {
	{"at", PARAM_DURATION, offsetof(struct drift_fields, at), NULL, 0, (double)MAX_HORIZON,
	 .about = "since the trial began; straight lines between, from +0% at 0s"},
	{"accuracy", PARAM_SHARE_CHANGE, offsetof(struct drift_fields, accuracy), NULL,
	 .about = "what has been added to the accuracy by then"},
	{0},
};

/* ---- accuracy, and agreement with stable */

/* Of accuracy and auc, one that came in through `like` gives way to the map's own. */
static void keep_one(struct reader *reader, struct node *map)
{
	const struct node *accuracy = tree_find(map, "accuracy"), *auc = tree_find(map, "auc");
	if (!accuracy || !auc)
		return;
	if (accuracy->inherited != auc->inherited)
		tree_remove(map, accuracy->inherited ? accuracy : auc);
	else
		complain(reader->complaints, auc->key_at,
			 "give accuracy or auc: each follows from the other");
}

static double accuracy_of(const struct accuracy_fields *fields)
{
	return isnan(fields->auc) ? fields->accuracy : quality_of_area(fields->auc);
}

/* The place of an agreement among those that are possible; 1 after a complaint. */
static double place(struct reader *reader, const struct node *map, double agreement, double stable,
		    double own)
{
	struct interval range = quality_agreements(stable, own);
	const double spare =
		1e-9; /* beyond it, shares that were computed don't differ by rounding */
	if (agreement < range.low - spare || agreement > range.high + spare) {
		complain(reader->complaints, read_mark(map, "agreement"),
			 "an accuracy of %g%% beside stable's %g%% leaves agreements from %g%% to "
			 "%g%%; found %g%%",
			 100 * own, 100 * stable, 100 * range.low, 100 * range.high,
			 100 * agreement);
		return 1;
	}
	if (range.high - range.low < spare)
		return 1;
	return fmin(fmax((agreement - range.low) / (range.high - range.low), 0), 1);
}

/* What a segment's fields, or the version's for all segments, make of one segment. */
static void set_segment(struct reader *reader, const struct node *map,
			const struct accuracy_fields *fields, const struct quality *stable,
			struct quality *quality, int segment)
{
	double own = accuracy_of(fields);
	quality->accuracy[segment] = own;
	quality->concord[segment] = 1;
	if (!isnan(fields->agreement) && stable)
		quality->concord[segment] =
			place(reader, map, fields->agreement, stable->accuracy[segment], own);
}

static bool read_accuracy(struct reader *reader, struct node *map, const struct quality *stable,
			  struct accuracy_fields *fields, const char *what)
{
	int before = reader->complaints->count;
	keep_one(reader, map);
	fields_read(reader, map, scenario_quality_params, fields, what);
	const struct node *agreement = tree_find(map, "agreement");
	if (agreement && !stable)
		complain(reader->complaints, agreement->key_at,
			 "the agreement is that with stable, so only other versions have one");
	return reader->complaints->count == before;
}

/* A segment has the version's own numbers but for those it gives. */
static void read_segment(struct reader *reader, struct node *map, const struct accuracy_fields *all,
			 const struct quality *stable, struct quality *quality)
{
	const struct population *p = &reader->plan->population;
	struct accuracy_fields fields;
	const char *names[MAX_SEGMENTS + 1] = {NULL};
	int segment = -1;
	for (int s = 0; s < p->segments; s++) {
		names[s] = p->segment_names[s];
		segment = strcmp(names[s], map->key) ? segment : s;
	}
	const char *near = error_nearest(map->key, names);
	if (segment < 0)
		complain(reader->complaints, map->key_at, "traffic has no segment \"%s\"%s%s%s",
			 map->key, near ? "; did you mean \"" : "", near ? near : "",
			 near ? "\"?" : "");
	if (!fields_is_map(reader, map, map->key))
		return;
	fields_only(reader, map, scenario_quality_params, NULL, NULL, "the quality of a segment");
	if (!read_accuracy(reader, map, stable, &fields, map->key) || segment < 0)
		return;
	if (isnan(fields.accuracy) && isnan(fields.auc)) {
		fields.accuracy = all->accuracy;
		fields.auc = all->auc;
	}
	if (isnan(fields.agreement))
		fields.agreement = all->agreement;
	set_segment(reader, map, &fields, stable, quality, segment);
}

static void read_segments(struct reader *reader, struct node *map,
			  const struct accuracy_fields *all, const struct quality *stable,
			  struct quality *quality)
{
	struct node *segments = tree_find(map, "segments");
	if (segments && !fields_is_map(reader, segments, "segments"))
		return;
	for (int s = 0; s < reader->plan->population.segments; s++)
		if (!segments || !tree_find(segments, reader->plan->population.segment_names[s]))
			set_segment(reader, map, all, stable, quality, s);
	for (struct node *child = segments ? segments->first : NULL; child; child = child->next)
		read_segment(reader, child, all, stable, quality);
}

/* ---- drift */

static bool read_drift_point(struct reader *reader, struct node *entry, sim_time last,
			     struct drift_point *point)
{
	struct drift_fields fields;
	int before = reader->complaints->count;
	if (!fields_is_map(reader, entry, "a point of a drift"))
		return false;
	fields_only(reader, entry, scenario_drift_params, NULL, NULL, "a point of a drift");
	fields_read(reader, entry, scenario_drift_params, &fields, "a point of a drift");
	if (fields.accuracy.how == CHANGE_MULTIPLY)
		complain(reader->complaints, read_mark(entry, "accuracy"),
			 "a drift adds to the accuracy, as +2%% and -5%% do");
	if (reader->complaints->count == before && fields.at <= last)
		complain(reader->complaints, read_mark(entry, "at"),
			 "the points of a drift must come in order of time");
	*point = (struct drift_point){fields.at, fields.accuracy.amount};
	return reader->complaints->count == before;
}

static void read_drift(struct reader *reader, const struct node *map, struct quality *quality)
{
	struct node *list = tree_find(map, "drift");
	sim_time last = -1;
	if (!list || !fields_is_list(reader, list, "drift"))
		return;
	for (struct node *entry = list->first; entry; entry = entry->next) {
		if (quality->drift_points == MAX_DRIFT_POINTS) {
			complain(reader->complaints, entry->at,
				 "a drift can have at most %d points", MAX_DRIFT_POINTS);
			return;
		}
		struct drift_point *point = &quality->drift[quality->drift_points++];
		if (read_drift_point(reader, entry, last, point))
			last = point->at;
	}
}

/* ---- the whole */

const struct quality *read_quality(struct reader *reader, const struct node *version,
				   const struct quality *stable)
{
	struct node *map = tree_find(version, "quality");
	struct accuracy_fields fields;
	if (!map || !fields_is_map(reader, map, "quality"))
		return NULL;
	struct quality *quality = arena_take(reader->arena, sizeof *quality);
	for (int s = 0; s < MAX_SEGMENTS; s++)
		quality->accuracy[s] = NAN; /* until it is known: nothing contradicts it */
	fields_only(reader, map, scenario_quality_params, NULL,
		    (const char *const[]){"segments", "drift", "conversion", "satisfaction", NULL},
		    "quality");
	if (!tree_find(map, "accuracy") && !tree_find(map, "auc"))
		tree_add(reader->arena, map, "accuracy", "100%", map->at);
	if (read_accuracy(reader, map, stable, &fields, "quality"))
		read_segments(reader, map, &fields, stable, quality);
	read_drift(reader, map, quality);
	read_reactions(reader, map, quality);
	return quality;
}

static void compare(struct reader *reader, const struct node *at, const char *what, bool has,
		    bool stable_has)
{
	if (has != stable_has)
		complain(reader->complaints, at->at,
			 "version \"%s\" has %s %s, but stable has %s: they could not be compared",
			 at->key, has ? "a" : "no", what, stable_has ? "one" : "none");
}

void read_qualities(struct reader *reader, const struct node *versions)
{
	const struct plan *plan = reader->plan;
	const struct quality *stable = plan->version[STABLE].quality;
	for (int v = 1; v < plan->versions; v++) {
		const struct quality *own = plan->version[v].quality;
		const struct node *at = tree_find(versions, plan->version[v].name);
		compare(reader, at, "quality", own, stable);
		if (!own || !stable)
			continue;
		compare(reader, at, "conversion", own->converts, stable->converts);
		compare(reader, at, "satisfaction", own->rates, stable->rates);
	}
}
