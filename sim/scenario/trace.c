/* Traces that a scenario names: read once for all points, and pinned by their fingerprints. */
#include "sim/scenario/reader.h"
#include "sim/scenario/shelf.h"

#include "sim/recording.h"

#include <string.h>
#include <unistd.h>

/* The resolved scenario says which trace it was. */
static bool pin(struct reader *reader, struct node *map, const struct node *file,
		const struct recording *recording)
{
	const struct node *said = tree_find(map, "fingerprint");
	if (!said) {
		tree_add(reader->arena, map, "fingerprint", recording->fingerprint, file->at);
		return true;
	}
	if (said->kind == NODE_SCALAR && !strcmp(said->text, recording->fingerprint))
		return true;
	complain(reader->complaints, said->at,
		 "the trace is another: its fingerprint is %s; take this line out if it is meant",
		 recording->fingerprint);
	return false;
}

/* Beside the scenario; a resolved one says it as seen from where it was resolved. */
static const char *find(struct reader *reader, const char *name)
{
	const char *beside = read_path(reader, name);
	return access(beside, F_OK) != 0 && !access(name, F_OK) ? name : beside;
}

/* How many files there are: one, or a list; 0 after a complaint. */
static int count_files(struct reader *reader, const struct node *files)
{
	bool good = files->kind != NODE_MAP;
	int count = files->kind == NODE_LIST ? tree_count(files) : 1;
	for (const struct node *file = files->first; file && good; file = file->next)
		good = file->kind == NODE_SCALAR && *file->text;
	if (files->kind == NODE_SCALAR)
		good = *files->text;
	if (!good)
		complain(reader->complaints, files->at,
			 "trace must be the name of a file, or a list of names");
	else if (!fields_count(reader, files, "trace", count, MOST_TRACES))
		return 0;
	return good ? count : 0;
}

void read_trace(struct reader *reader, struct node *map, struct node *files,
		const struct recording **recording)
{
	char why[READER_SENTENCE];
	const char *path[MOST_TRACES];
	int count = count_files(reader, files);
	struct node *file = files->kind == NODE_LIST ? files->first : files;
	for (int f = 0; f < count; f++, file = file->next)
		file->text = path[f] = find(reader, file->text);
	const struct recording *found =
		count ? shelf_traces(reader->shelf, path, count, why, sizeof why) : NULL;
	if (count && !found)
		complain(reader->complaints, files->at, "%s", why);
	else if (found && pin(reader, map, files, found))
		*recording = found;
}
