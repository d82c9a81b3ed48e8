/* In `traffic:`, who sends the requests: users, segments, regions. */
#include "sim/scenario/reader.h"
#include "sim/scenario/shelf.h"

#include "sim/recording.h"

#include <math.h>
#include <string.h>

struct user_fields {
	int64_t count;
	double skew, new, anonymous;
};

struct region_fields {
	double share;
	sim_time offset;
};

const struct param scenario_user_params[] = {
	{"count", PARAM_COUNT, offsetof(struct user_fields, count), NULL, 1, 1e7,
	 .about = "how many people there are"},
	{"skew", PARAM_NUMBER, offsetof(struct user_fields, skew), "1", 0, 5,
	 .about = "Zipf exponent of how often each comes; 0: all alike"},
	{"new", PARAM_RATE, offsetof(struct user_fields, new), "", 0, 1e7,
	 .about = "how many are replaced by somebody new; left out: none"},
	{"anonymous", PARAM_SHARE, offsetof(struct user_fields, anonymous), "", 0, 1,
	 .about = "share of the requests that come from nobody known; left out: none"},
	{0},
};

const struct param scenario_region_params[] = {
	{"share", PARAM_SHARE, offsetof(struct region_fields, share), NULL, 0, 1,
	 .about = "of the users"},
	{"offset", PARAM_OFFSET, offsetof(struct region_fields, offset), "0s", -7 * 86400e9,
	 7 * 86400e9, .about = "how far its clock is ahead of the scenario's"},
	{0},
};

/* Vose 1991: columns below the average are topped up by one above it. The weights are used up. */
static const struct alias *make_alias(struct reader *reader, int count, double *weight)
{
	struct arena scratch = {0};
	struct alias *alias = arena_take(reader->arena, (size_t)count * sizeof *alias);
	int *stack = arena_take(&scratch, (size_t)count * sizeof *stack);
	double sum = 0;
	for (int i = 0; i < count; i++)
		sum += weight[i];
	int small = 0, large = count; /* two stacks in one array, growing towards each other */
	for (int i = 0; i < count; i++) {
		weight[i] *= count / sum;
		stack[weight[i] < 1 ? small++ : --large] = i;
		alias[i] = (struct alias){UINT32_MAX, (uint32_t)i};
	}
	while (small > 0 && large < count) {
		int low = stack[--small], high = stack[large];
		alias[low] = (struct alias){(uint32_t)fmin(weight[low] * 0x1p32, UINT32_MAX),
					    (uint32_t)high};
		weight[high] -= 1 - weight[low];
		if (weight[high] < 1) {
			large++;
			stack[small++] = high;
		}
	}
	arena_free(&scratch);
	return alias;
}

static const struct alias *find_zipf(struct reader *reader, int count, double skew)
{
	const struct alias **known = shelf_alias(reader->shelf, NULL, count, skew);
	struct arena scratch = {0};
	if (!*known) {
		double *weight = arena_take(&scratch, (size_t)count * sizeof *weight);
		for (int i = 0; i < count; i++)
			weight[i] = pow(i + 1, -skew);
		*known = make_alias(reader, count, weight);
		arena_free(&scratch);
	}
	return *known;
}

/* People of a recording come as they came; how often, rules and faults may want to know. */
static void read_recorded_users(struct reader *reader)
{
	struct plan *plan = reader->plan;
	const struct recording *recording = plan->recording;
	struct arena scratch = {0};
	int64_t unknown = 0;
	if (!recording || !recording->user)
		return;
	double *weight = arena_take(&scratch, (size_t)recording->users * sizeof *weight);
	for (int64_t i = 0; i < recording->requests; i++)
		if (recording->user[i] == NOBODY)
			unknown++;
		else
			weight[recording->user[i]]++;
	plan->recorded_users = true;
	plan->population.users = recording->users;
	plan->population.anonymous = (double)unknown / (double)recording->requests;
	const struct alias **known = shelf_alias(reader->shelf, recording, recording->users, 0);
	if (!*known)
		*known = make_alias(reader, recording->users, weight);
	plan->population.alias = *known;
	arena_free(&scratch);
}

/* With a phase of its own, a place changes hands once more than its rate says. */
static void read_turnover(struct reader *reader, const struct node *users, double per_second)
{
	struct population *p = &reader->plan->population;
	double per_ns = per_second / SIM_SECOND / p->users;
	double generations = floor(per_ns * (double)reader->plan->horizon) + 2;
	if (per_second <= 0)
		return;
	if (generations * p->users > MAX_PEOPLE) {
		complain(reader->complaints, read_mark(users, "new"),
			 "there would be %.2g people in a trial; at most %d are possible",
			 generations * p->users, MAX_PEOPLE);
		return;
	}
	p->turnover = per_ns;
	p->generations = (int)generations;
}

static void read_users(struct reader *reader, struct node *traffic)
{
	struct node *node = tree_find(traffic, "users");
	struct user_fields fields;
	if (!node)
		read_recorded_users(reader);
	if (!node || !fields_is_map(reader, node, "users"))
		return;
	fields_only(reader, node, scenario_user_params, NULL, NULL, "users");
	int before = reader->complaints->count;
	fields_read(reader, node, scenario_user_params, &fields, "users");
	if (reader->complaints->count != before)
		return;
	struct population *p = &reader->plan->population;
	p->users = (int)fields.count;
	p->alias = find_zipf(reader, (int)fields.count, fields.skew);
	p->anonymous = isnan(fields.anonymous) ? 0 : fields.anonymous;
	read_turnover(reader, node, isnan(fields.new) ? 0 : fields.new);
}

/* A share as one value, or with an offset beside it in a map. */
static double read_share(struct reader *reader, struct node *node, sim_time *offset)
{
	const struct param row = {"the share", PARAM_SHARE, 0, NULL, 0, 1, .about = ""};
	struct region_fields fields = {0};
	char why[READER_SENTENCE];
	if (node->kind == NODE_MAP && offset) {
		fields_only(reader, node, scenario_region_params, NULL, NULL, "a region");
		fields_read(reader, node, scenario_region_params, &fields, "a region");
		*offset = fields.offset;
	} else if (node->kind != NODE_SCALAR) {
		complain(reader->complaints, node->at, "expected a share such as 20%%");
	} else if (!param_set(&row, &fields.share, node->text, why, sizeof why)) {
		complain(reader->complaints, node->at, "%s", why);
	}
	return isnan(fields.share) ? 0 : fields.share;
}

int read_shares(struct reader *reader, struct node *map, const char *key, int most,
		const char *names[], double shares[], sim_time offsets[])
{
	double sum = 0;
	int count = 0, before = reader->complaints->count;
	if (!fields_is_map(reader, map, key))
		return 1;
	for (struct node *child = map->first; child; child = child->next, count++) {
		if (count == most) {
			complain(reader->complaints, child->key_at, "there can be at most %d %s",
				 most, key);
			return most;
		}
		names[count] = child->key;
		shares[count] = read_share(reader, child, offsets ? &offsets[count] : NULL);
		sum += shares[count];
	}
	if (fabs(sum - 1) > 1e-9 && reader->complaints->count == before)
		complain(reader->complaints, map->at, "the shares of %s sum to %g%%, not to 100%%",
			 key, 100 * sum);
	return count ? count : 1;
}

/* Without the map there is one, called "all". */
static int read_axis(struct reader *reader, struct node *traffic, const char *key, int most,
		     const char *names[], double shares[], sim_time offsets[])
{
	struct node *map = tree_find(traffic, key);
	names[0] = "all";
	shares[0] = 1;
	return map ? read_shares(reader, map, key, most, names, shares, offsets) : 1;
}

static void find_offsets(struct plan *plan)
{
	struct population *p = &plan->population;
	bool periodic = false, offset = false;
	for (int i = 0; i < plan->shapes; i++)
		periodic |= ((const struct shape *)plan->shape[i].plugin)->periodic;
	for (int r = 0; r < p->regions; r++)
		offset |= p->region_offset[r] != 0;
	p->offsets = periodic && offset;
}

/* ---- `segments: recorded` becomes those of the trace, with the shares they had */

static void expand_segments(struct reader *reader, struct node *node)
{
	const struct recording *recording = reader->plan->recording;
	double known = 0;
	char text[UNITS_TEXT];
	if (!recording || !recording->segments || recording->segments > MAX_SEGMENTS) {
		complain(reader->complaints, node->at,
			 "segments that are recorded are those of a trace that is replayed and has "
			 "from 1 to %d of them; %s",
			 MAX_SEGMENTS,
			 recording ? arena_printf(reader->arena, "this one has %d",
						  recording->segments)
				   : "there is none");
		node->kind = NODE_MAP;
		tree_add(reader->arena, node, "all", "100%", node->at);
		return;
	}
	for (int s = 0; s < recording->segments; s++)
		known += (double)recording->segment_requests[s];
	node->kind = NODE_MAP;
	node->first = NULL;
	for (int s = 0; s < recording->segments; s++)
		tree_add(reader->arena, node, recording->segment_name[s],
			 units_print_share(text, (double)recording->segment_requests[s] / known),
			 node->at);
}

/* Whose requests the recording says are which: what the scenario says of their share must be so. */
static bool agrees(struct reader *reader, const struct node *segments, int recorded, double share)
{
	const struct recording *recording = reader->plan->recording;
	char text[UNITS_TEXT];
	double known = 0;
	for (int s = 0; s < recording->segments; s++)
		known += (double)recording->segment_requests[s];
	double due = (double)recording->segment_requests[recorded] / known;
	if (fabs(due - share) < 1e-9)
		return true;
	complain(reader->complaints, read_mark(segments, recording->segment_name[recorded]),
		 "in the trace that is replayed they are %s; say segments: recorded, or call them "
		 "otherwise",
		 units_print_share(text, due));
	return false;
}

/* Segments of the same names are the same people. */
static void find_recorded_segments(struct reader *reader, const struct node *segments,
				   const double *share)
{
	struct plan *plan = reader->plan;
	const struct recording *recording = plan->recording;
	const struct population *p = &plan->population;
	if (!recording || !recording->segment || !segments)
		return;
	int8_t *place = arena_take(reader->arena, MOST_RECORDED_SEGMENTS);
	bool any = false;
	for (int s = 0; s < recording->segments; s++) {
		place[s] = -1;
		for (int own = 0; own < p->segments; own++)
			if (!strcmp(p->segment_names[own], recording->segment_name[s]) &&
			    agrees(reader, segments, s, share[own]))
				place[s] = (int8_t)own;
		any = any || place[s] >= 0;
	}
	plan->recorded_segment = any ? place : NULL;
}

static void read_cohorts_of_people(struct reader *reader, struct node *traffic)
{
	struct population *p = &reader->plan->population;
	double segment[MAX_SEGMENTS] = {0}, sum = 0;
	struct node *node = tree_find(traffic, "segments");
	if (node && node->kind == NODE_SCALAR && !strcmp(node->text, "recorded"))
		expand_segments(reader, node);
	p->segments = read_axis(reader, traffic, "segments", MAX_SEGMENTS, p->segment_names,
				segment, NULL);
	p->regions = read_axis(reader, traffic, "regions", MAX_REGIONS, p->region_names,
			       p->region_share, p->region_offset);
	if (p->segments * p->regions > MAX_COHORTS) {
		complain(reader->complaints, traffic->at,
			 "%d segments in %d regions are %d cohorts; at most %d are possible",
			 p->segments, p->regions, p->segments * p->regions, MAX_COHORTS);
		p->regions = 1;
	}
	for (int c = 0; c < p->segments * p->regions; c++) {
		sum += segment[c / p->regions] * p->region_share[c % p->regions];
		p->upper[c] = (uint64_t)llround(fmin(sum, 1) * 0x1p32);
	}
	reader->plan->cohorts = p->segments * p->regions;
	find_offsets(reader->plan);
	find_recorded_segments(reader, node, segment);
}

void read_people(struct reader *reader, struct node *traffic)
{
	read_users(reader, traffic);
	read_cohorts_of_people(reader, traffic);
}
