/* `versions:` what is served: latency and errors, and to whom. */
#include "sim/scenario/reader.h"

#include <math.h>
#include <string.h>

struct version_fields {
	struct use latency, failed;
	double errors, writes;
};

const struct param scenario_version_params[] = {
	{"latency", PARAM_LAW, offsetof(struct version_fields, latency), NULL,
	 .about = "how long an answer takes"},
	{"errors", PARAM_SHARE, offsetof(struct version_fields, errors), "0", 0, 1,
	 .about = "share of the requests that fail"},
	{"failed_latency", PARAM_LAW, offsetof(struct version_fields, failed), "",
	 .about = "how long a failure takes; left out: as long as an answer"},
	{"writes", PARAM_SHARE, offsetof(struct version_fields, writes), "0", 0, 1,
	 .about = "share of the requests that change something: copies do it once more"},
	{0},
};

/* The same, where nothing need be said again. */
const struct param scenario_service_params[] = {
	{"latency", PARAM_LAW, offsetof(struct version_fields, latency), "",
	 .about = "how long an answer takes here"},
	{"errors", PARAM_SHARE, offsetof(struct version_fields, errors), "", 0, 1,
	 .about = "share of the requests that fail here"},
	{"failed_latency", PARAM_LAW, offsetof(struct version_fields, failed), "",
	 .about = "how long a failure takes here"},
	{0},
};

/* What differs for some cohorts. */
static void override(struct version_plan *version, uint32_t cohorts,
		     const struct version_fields *fields)
{
	for (int c = 0; c < MAX_COHORTS; c++) {
		struct service_plan *service = &version->service[c];
		if (!(cohorts >> c & 1))
			continue;
		if (fields->latency.plugin)
			service->latency = fields->latency;
		if (fields->failed.plugin)
			service->failed = fields->failed;
		if (!isnan(fields->errors))
			service->errors = fields->errors;
	}
}

/* `segments:` or `regions:` of a version: entries of what is different there. */
static void read_overrides(struct reader *reader, struct node *node, const char *key,
			   struct version_plan *version)
{
	struct node *map = tree_find(node, key);
	bool regions = !strcmp(key, "regions");
	if (!map || !fields_is_map(reader, map, key))
		return;
	for (struct node *child = map->first; child; child = child->next) {
		struct version_fields fields;
		uint32_t cohorts =
			read_cohorts_at(reader, child->key_at, regions ? NULL : child->key,
					regions ? child->key : NULL);
		if (!fields_is_map(reader, child, child->key))
			continue;
		fields_only(reader, child, scenario_service_params, NULL, NULL, child->key);
		fields_read(reader, child, scenario_service_params, &fields, child->key);
		override(version, cohorts, &fields);
	}
}

/* The number of a dependency, which is what some version calls; it is new if nobody else does. */
static int find_dependency(struct plan *plan, const char *name)
{
	for (int d = 0; d < plan->dependencies; d++)
		if (!strcmp(plan->dependency[d], name))
			return d;
	if (plan->dependencies == MAX_DEPENDENCIES)
		return -1;
	plan->dependency[plan->dependencies] = name;
	return plan->dependencies++;
}

static void read_calls(struct reader *reader, const struct node *versions, struct node *node,
		       struct version_plan *version)
{
	const struct param share = {"the share", PARAM_SHARE, 0, NULL, 0, 1, .about = ""};
	struct node *map = tree_find(node, "calls");
	char why[READER_SENTENCE];
	if (!map || !fields_is_map(reader, map, "calls"))
		return;
	for (struct node *child = map->first; child; child = child->next) {
		if (tree_find(versions, child->key) || !strcmp(child->key, "both")) {
			complain(reader->complaints, child->key_at,
				 "\"%s\" already means versions: call it something else",
				 child->key);
			continue;
		}
		int d = find_dependency(reader->plan, child->key);
		if (d < 0)
			complain(reader->complaints, child->key_at,
				 "versions can call at most %d things", MAX_DEPENDENCIES);
		else if (child->kind != NODE_SCALAR)
			complain(reader->complaints, child->at, "expected a share such as 20%%");
		else if (!param_set(&share, &version->calls[d], child->text, why, sizeof why))
			complain(reader->complaints, child->at, "%s", why);
	}
}

static void read_version(struct reader *reader, const struct node *root,
			 const struct node *versions, struct node *node,
			 struct version_plan *version)
{
	static const char *const maps[] = {"pool",    "segments", "regions", "calls", "quality",
					   "breaker", "limit",	  "cost",    NULL};
	struct version_fields fields = {.errors = 0};
	char what[80];
	snprintf(what, sizeof what, "version \"%.40s\"", node->key);
	version->name = node->key;
	if (!fields_is_map(reader, node, what))
		return;
	read_recorded(reader, root, node, version);
	fields_only(reader, node, scenario_version_params, NULL, maps, what);
	fields_read(reader, node, scenario_version_params, &fields, what);
	override(version, UINT32_MAX, &fields);
	version->writes = fields.writes;
	read_overrides(reader, node, "segments", version);
	read_overrides(reader, node, "regions", version);
	read_calls(reader, versions, node, version);
	read_pool(reader, node, version);
	read_guards(reader, node, version);
	const struct version_plan *stable = &reader->plan->version[STABLE];
	version->quality = read_quality(reader, node, version == stable ? NULL : stable->quality);
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
		read_version(reader, root, map, stable, &plan->version[STABLE]);
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
		read_version(reader, root, map, child, &plan->version[plan->versions++]);
	}
	read_qualities(reader, map);
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
