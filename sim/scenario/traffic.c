/* `traffic:` who comes, when, and how long they wait. */
#include "sim/scenario/reader.h"

#include "models/list.h"

#include <math.h>
#include <string.h>

struct traffic_fields {
	sim_time timeout;
};

const struct param scenario_traffic_params[] = {
	{"timeout", PARAM_DURATION, offsetof(struct traffic_fields, timeout), "60s", 1e6, 3600e9,
	 .about = "how long a client waits for an answer"},
	{0},
};

struct user_fields {
	int64_t count;
	double skew;
};

const struct param scenario_user_params[] = {
	{"count", PARAM_COUNT, offsetof(struct user_fields, count), NULL, 1, 1e7,
	 .about = "how many people there are"},
	{"skew", PARAM_NUMBER, offsetof(struct user_fields, skew), "1", 0, 5,
	 .about = "Zipf exponent of how often each comes; 0: all alike"},
	{0},
};

/* Vose 1991: columns below the average are topped up by one above it. The weights are Zipf's. */
static const struct alias *make_alias(struct reader *reader, int count, double skew)
{
	struct arena scratch = {0};
	struct alias *alias = arena_take(reader->arena, (size_t)count * sizeof *alias);
	double *weight = arena_take(&scratch, (size_t)count * sizeof *weight);
	int *stack = arena_take(&scratch, (size_t)count * sizeof *stack);
	double sum = 0;
	for (int i = 0; i < count; i++)
		sum += weight[i] = pow(i + 1, -skew);
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

static void read_users(struct reader *reader, struct node *traffic)
{
	struct node *node = tree_find(traffic, "users");
	struct user_fields fields;
	if (!node || !fields_is_map(reader, node, "users"))
		return;
	fields_only(reader, node, scenario_user_params, NULL, NULL, "users");
	int before = reader->complaints->count;
	fields_read(reader, node, scenario_user_params, &fields, "users");
	if (reader->complaints->count != before)
		return;
	reader->plan->population.users = (int)fields.count;
	reader->plan->population.alias = make_alias(reader, (int)fields.count, fields.skew);
}

/* Named shares that sum to 1; returns how many, at least 1. Without the map: one, called "all". */
static int read_shares(struct reader *reader, struct node *traffic, const char *key, int most,
		       const char *names[], double shares[])
{
	struct node *map = tree_find(traffic, key);
	const struct param share = {"the share", PARAM_SHARE, 0, NULL, 0, 1, .about = ""};
	char why[READER_SENTENCE];
	double sum = 0;
	int count = 0;
	names[0] = "all";
	shares[0] = 1;
	if (!map || !fields_is_map(reader, map, key))
		return 1;
	for (struct node *child = map->first; child; child = child->next, count++) {
		if (count == most) {
			complain(reader->complaints, child->key_at, "there can be at most %d %s",
				 most, key);
			return most;
		}
		names[count] = child->key;
		if (child->kind != NODE_SCALAR)
			complain(reader->complaints, child->at, "expected a share such as 20%%");
		else if (!param_set(&share, &shares[count], child->text, why, sizeof why))
			complain(reader->complaints, child->at, "%s", why);
		else
			sum += shares[count];
	}
	if (fabs(sum - 1) > 1e-9)
		complain(reader->complaints, map->at, "the shares of %s sum to %g%%, not to 100%%",
			 key, 100 * sum);
	return count ? count : 1;
}

static void read_cohort_shares(struct reader *reader, struct node *traffic)
{
	struct population *p = &reader->plan->population;
	double segment[MAX_SEGMENTS] = {0}, region[MAX_REGIONS] = {0}, sum = 0;
	p->segments =
		read_shares(reader, traffic, "segments", MAX_SEGMENTS, p->segment_names, segment);
	p->regions = read_shares(reader, traffic, "regions", MAX_REGIONS, p->region_names, region);
	if (p->segments * p->regions > MAX_COHORTS) {
		complain(reader->complaints, traffic->at,
			 "%d segments in %d regions are %d cohorts; at most %d are possible",
			 p->segments, p->regions, p->segments * p->regions, MAX_COHORTS);
		p->regions = 1;
	}
	for (int c = 0; c < p->segments * p->regions; c++) {
		sum += segment[c / p->regions] * region[c % p->regions];
		p->upper[c] = (uint64_t)llround(fmin(sum, 1) * 0x1p32);
	}
	reader->plan->cohorts = p->segments * p->regions;
}

static void list_keys(const char *keys[MODELS_MOST + 8])
{
	static const char *const own[] = {"timeout", "users",   "segments",
					  "regions", "retries", NULL};
	models_names(PLUGIN_TRAFFIC, keys);
	int count = 0;
	while (keys[count])
		count++;
	for (int i = 0; own[i]; i++)
		keys[count++] = own[i];
	keys[count] = NULL;
}

void read_traffic(struct reader *reader, struct node *root)
{
	struct plan *plan = reader->plan;
	struct traffic_fields fields;
	const char *keys[MODELS_MOST + 8];
	struct node *node = tree_find(root, "traffic");
	plan->population.segments = plan->population.regions = plan->cohorts = 1;
	if (!node) {
		complain(reader->complaints, root->at,
			 "a scenario needs \"traffic\", such as {poisson: {rate: 120/s}}");
		return;
	}
	if (!fields_is_map(reader, node, "traffic"))
		return;
	list_keys(keys);
	fields_only(reader, node, NULL, NULL, keys, "traffic");
	struct node *use = use_find(reader, node, PLUGIN_TRAFFIC, "traffic");
	bool good = use && use_read(reader, use, PLUGIN_TRAFFIC, NULL, &plan->traffic);
	fields_read(reader, node, scenario_traffic_params, &fields, "traffic");
	plan->timeout = fields.timeout;
	read_users(reader, node);
	read_clients(reader, node, good);
	read_cohort_shares(reader, node);
}
