/* `recorded:` of a version: it serves as the trace that is replayed says. The key becomes what a
 * scenario would hold had it been written there: the laws of durations and the share of errors. */
#include "sim/scenario/reader.h"

#include "sim/recording.h"

#include <string.h>

static bool all_are_versioned(const struct recording *recording)
{
	for (int t = 0; t < recording->traces; t++)
		if (!recording->trace[t].versioned)
			return false;
	return true;
}

/* Whose service it is: the only one there is, or the one that is named. What one version did is no
 * evidence of what another would have done with the same requests. */
static const struct recorded_version *find_version(struct reader *reader, const struct node *node)
{
	const struct recording *recording = reader->plan->recording;
	bool any = !strcmp(node->text, "yes"), several = recording->versions > 1;
	const struct recorded_version *version =
		any ? &recording->all : recording_version(recording, node->text);
	if (!any && !strcmp(node->text, "replayed") && !version) {
		complain(reader->complaints, node->at,
			 "the trace holds no answers to replays: no request has a replayed_status");
		return NULL;
	}
	if (recording->versions && !all_are_versioned(recording)) {
		complain(reader->complaints, node->at,
			 "one of the traces says which version served, and another does not: what "
			 "was served there is neither's; replay them apart");
		return NULL;
	}
	if (version && !(any && several))
		return version;
	const char *names = recording->replayed.requests ? "replayed" : "";
	for (int v = 0; v < recording->versions; v++)
		names = arena_printf(reader->arena, "%s%s%s", names, *names ? ", " : "",
				     recording->version_of[v].name);
	if (any)
		complain(reader->complaints, node->at,
			 "several versions served what was recorded, and each says nothing of what "
			 "the others would have done; say which: recorded: one of %s",
			 names);
	else
		complain(reader->complaints, node->at,
			 "no version of the trace is called \"%.60s\"; it has %s", node->text,
			 *names ? names : "none: say yes");
	return NULL;
}

static void add_law(struct reader *reader, struct node *version, const char *key,
		    const struct node *node, const struct node *trace, const char *of)
{
	struct node *law = tree_add_map(reader->arena, version, key, node->at);
	struct node *recorded = tree_add_map(reader->arena, law, "recorded", node->at);
	struct node *files = tree_add(reader->arena, recorded, "trace", "", node->at);
	files->kind = trace->kind;
	files->text = trace->text;
	files->first = trace->first;
	if (strcmp(node->text, "yes") != 0)
		tree_add(reader->arena, recorded, "version", node->text, node->at);
	tree_add(reader->arena, recorded, "of", of, node->at);
}

static void add_errors(struct reader *reader, struct node *version, const struct node *node,
		       const struct recorded_version *recorded)
{
	char text[UNITS_TEXT];
	if (!reader->plan->recording->outcome) {
		complain(reader->complaints, node->at,
			 "the trace does not say what became of its requests; say it here: errors");
		return;
	}
	units_print_share(text, recording_errors(recorded));
	tree_add(reader->arena, version, "errors", text, node->at);
}

/* A second answer to each request, which the log holds because it was replayed. */
static void note_replays(struct reader *reader, const struct node *node,
			 struct version_plan *version)
{
	struct plan *plan = reader->plan;
	if (version == &plan->version[STABLE]) {
		complain(reader->complaints, node->at,
			 "stable is what answered first; replays are for what is held against it");
		return;
	}
	version->replayed = plan->recorded_luck;
	plan->replays = plan->replays || version->replayed;
}

static void expand(struct reader *reader, struct node *version, const struct node *node,
		   const struct node *trace, struct version_plan *plan)
{
	const struct recorded_version *recorded = find_version(reader, node);
	if (!recorded)
		return;
	if (recorded == &reader->plan->recording->replayed)
		note_replays(reader, node, plan);
	if (!tree_find(version, "latency") && !recorded->answers.count)
		complain(reader->complaints, node->at,
			 "the trace does not say how long its requests took; say it here: latency");
	else if (!tree_find(version, "latency")) {
		add_law(reader, version, "latency", node, trace, "answers");
		if (recorded->failures.count && !tree_find(version, "failed_latency"))
			add_law(reader, version, "failed_latency", node, trace, "failures");
	}
	if (!tree_find(version, "errors"))
		add_errors(reader, version, node, recorded);
}

void read_recorded(struct reader *reader, const struct node *root, struct node *version,
		   struct version_plan *plan)
{
	struct node *node = tree_find(version, "recorded");
	const struct node *traffic = tree_find(root, "traffic");
	const struct node *replay = traffic ? tree_find(traffic, "replay") : NULL;
	const struct node *trace =
		replay && replay->kind == NODE_MAP ? tree_find(replay, "trace") : NULL;
	if (!node)
		return;
	tree_remove(version, node);
	if (node->kind != NODE_SCALAR || !*node->text)
		complain(reader->complaints, node->at,
			 "recorded is \"yes\", or the name of a version in the trace");
	else if (!trace)
		complain(reader->complaints, node->at,
			 "recorded goes with traffic that is replayed: traffic: {replay: {trace: "
			 "FILE}}");
	else if (reader->plan->recording)
		expand(reader, version, node, trace, plan);
	/* Where that failed it was said why: nobody should be told that a law is missing, too. */
	if (!tree_find(version, "latency"))
		tree_add(reader->arena, version, "latency", "1ms", node->at);
}
