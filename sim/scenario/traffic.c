/* `traffic:` when requests come, and how long their clients wait. */
#include "sim/scenario/reader.h"

#include "models/list.h"
#include "sim/scenario/shelf.h"

#include "sim/recording.h"

struct traffic_fields {
	sim_time timeout;
	double repeatable;
};

const struct param scenario_traffic_params[] = {
	{"timeout", PARAM_DURATION, offsetof(struct traffic_fields, timeout), "60s", 1e6, 3600e9,
	 .about = "how long a client waits for an answer"},
	{"repeatable", PARAM_SHARE, offsetof(struct traffic_fields, repeatable), "0", 0, 1,
	 .about = "share of the requests that fare alike each time a version serves them, as a "
		  "copy or again; the rest have new luck each time"},
	{0},
};

static struct node *find_shape(struct reader *reader, struct node *entry)
{
	const char *names[MODELS_MOST];
	if (entry->kind == NODE_SCALAR && models_find(PLUGIN_SHAPE, entry->text)) {
		const char *name = entry->text;
		entry->kind = NODE_MAP;
		entry->first = NULL;
		return tree_add_map(reader->arena, entry, name, entry->at);
	}
	if (!fields_is_map(reader, entry, "a shape"))
		return NULL;
	models_names(PLUGIN_SHAPE, names);
	fields_only(reader, entry, NULL, NULL, names, "a shape");
	return use_find(reader, entry, PLUGIN_SHAPE, "a shape");
}

static void read_shapes(struct reader *reader, struct node *traffic)
{
	struct plan *plan = reader->plan;
	struct node *list = tree_find(traffic, "shapes");
	plan->surge = 1;
	if (!list || !fields_is_list(reader, list, "shapes"))
		return;
	for (struct node *entry = list->first; entry; entry = entry->next) {
		if (plan->shapes == MAX_SHAPES) {
			complain(reader->complaints, entry->at, "there can be at most %d shapes",
				 MAX_SHAPES);
			return;
		}
		struct node *shape = find_shape(reader, entry);
		if (shape)
			use_read(reader, shape, PLUGIN_SHAPE, NULL, &plan->shape[plan->shapes++]);
	}
}

static void list_keys(const char *keys[MODELS_MOST + 8])
{
	static const char *const own[] = {"timeout", "repeatable", "shapes",  "users", "segments",
					  "regions", "attributes", "retries", NULL};
	models_names(PLUGIN_TRAFFIC, keys);
	int count = 0;
	while (keys[count])
		count++;
	for (int i = 0; own[i]; i++)
		keys[count++] = own[i];
	keys[count] = NULL;
}

static void find_recording(struct reader *reader)
{
	struct plan *plan = reader->plan;
	const struct traffic *traffic = (const struct traffic *)plan->traffic.plugin;
	if (!traffic->recording)
		return;
	int in_common;
	enum luck_kind luck = traffic->luck(plan->traffic.config, &in_common);
	const struct recording *recording = traffic->recording(plan->traffic.config);
	plan->recording = recording;
	plan->recorded_luck = luck != LUCK_DRAWN && (recording->outcome || recording->latency);
	if (luck == LUCK_ALIKE)
		plan->alike = shelf_alike(reader->shelf, recording, in_common);
}

void read_traffic(struct reader *reader, struct node *root)
{
	struct plan *plan = reader->plan;
	struct traffic_fields fields;
	const char *keys[MODELS_MOST + 8];
	struct node *node = tree_find(root, "traffic");
	plan->population.segments = plan->population.regions = plan->cohorts = 1;
	plan->population.generations = 1;
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
	if (good)
		find_recording(reader);
	fields_read(reader, node, scenario_traffic_params, &fields, "traffic");
	plan->timeout = fields.timeout;
	plan->repeatable = fields.repeatable;
	read_shapes(reader, node);
	read_people(reader, node);
	read_attributes(reader, node);
	read_clients(reader, node, good);
}
