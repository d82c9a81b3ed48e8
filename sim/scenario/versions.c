/* `versions:` what is served: latency, errors, and the pool behind it. */
#include "sim/scenario/reader.h"

#include <string.h>

struct version_fields {
	struct use latency;
	double errors;
};

const struct param scenario_version_params[] = {
	{"latency", PARAM_LAW, offsetof(struct version_fields, latency), NULL,
	 .about = "how long an answer takes"},
	{"errors", PARAM_SHARE, offsetof(struct version_fields, errors), "0", 0, 1,
	 .about = "share of the requests that fail"},
	{0},
};

struct pool_fields {
	int64_t replicas, slots, queue;
};

const struct param scenario_pool_params[] = {
	{"replicas", PARAM_COUNT, offsetof(struct pool_fields, replicas), "1", 1, MAX_SERVERS,
	 .about = "how many instances there are"},
	{"slots", PARAM_COUNT, offsetof(struct pool_fields, slots), "1", 1, MAX_SERVERS,
	 .about = "requests one instance works on at a time"},
	{"queue", PARAM_COUNT, offsetof(struct pool_fields, queue), "", 0, MAX_QUEUE,
	 .about = "how many may wait; one more is refused; left out: any number"},
	{0},
};

static void read_pool(struct reader *reader, struct node *version, struct pool_config *pool)
{
	struct node *node = tree_find(version, "pool");
	struct pool_fields fields;
	*pool = (struct pool_config){0, PARAM_UNSET};
	if (!node || !fields_is_map(reader, node, "pool"))
		return;
	fields_only(reader, node, scenario_pool_params, NULL, NULL, "pool");
	int before = reader->complaints->count;
	fields_read(reader, node, scenario_pool_params, &fields, "pool");
	if (reader->complaints->count != before)
		return;
	if (fields.replicas * fields.slots > MAX_SERVERS) {
		complain(reader->complaints, node->at,
			 "%lld replicas of %lld slots are %lld servers; at most %d are possible",
			 (long long)fields.replicas, (long long)fields.slots,
			 (long long)fields.replicas * (long long)fields.slots, MAX_SERVERS);
		return;
	}
	*pool = (struct pool_config){(int)(fields.replicas * fields.slots), (int)fields.queue};
}

static void read_version(struct reader *reader, struct node *node, struct version_plan *version)
{
	struct version_fields fields = {.errors = 0};
	char what[80];
	snprintf(what, sizeof what, "version \"%.40s\"", node->key);
	version->name = node->key;
	if (!fields_is_map(reader, node, what))
		return;
	fields_only(reader, node, scenario_version_params, NULL,
		    (const char *const[]){"pool", NULL}, what);
	fields_read(reader, node, scenario_version_params, &fields, what);
	version->latency = fields.latency;
	version->errors = fields.errors;
	read_pool(reader, node, &version->pool);
}

void read_versions(struct reader *reader, struct node *root)
{
	struct plan *plan = reader->plan;
	struct node *map = tree_find(root, "versions");
	if (!map) {
		complain(reader->complaints, root->at,
			 "a scenario needs \"versions\": stable and what is rolled out");
		return;
	}
	if (!fields_is_map(reader, map, "versions"))
		return;
	struct node *stable = tree_find(map, "stable");
	plan->versions = 1; /* stable comes first wherever it stands */
	if (stable)
		read_version(reader, stable, &plan->version[STABLE]);
	else
		complain(reader->complaints, map->at,
			 "there is no version \"stable\": the one that serves everybody today");
	for (struct node *child = map->first; child; child = child->next) {
		if (child == stable)
			continue;
		if (plan->versions == MAX_VERSIONS) {
			complain(reader->complaints, child->key_at,
				 "there can be at most %d versions", MAX_VERSIONS);
			return;
		}
		read_version(reader, child, &plan->version[plan->versions++]);
	}
	if (plan->versions == 1)
		complain(reader->complaints, map->at,
			 "there is nothing to roll out: versions has only \"stable\"");
}

int read_version_name(struct reader *reader, const struct node *map, const char *key,
		      const char *name)
{
	const char *names[MAX_VERSIONS + 1] = {NULL};
	const struct plan *plan = reader->plan;
	for (int v = 0; v < plan->versions; v++) {
		names[v] = plan->version[v].name ? plan->version[v].name : "";
		if (!strcmp(names[v], name))
			return v;
	}
	const char *near = error_nearest(name, names);
	complain(reader->complaints, read_mark(map, key), "there is no version \"%s\"%s%s%s", name,
		 near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	return -1;
}
