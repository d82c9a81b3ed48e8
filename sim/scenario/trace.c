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

void read_trace(struct reader *reader, struct node *map, struct node *file,
		const struct recording **recording)
{
	char why[READER_SENTENCE];
	if (file->kind != NODE_SCALAR || !*file->text) {
		complain(reader->complaints, file->at, "trace must be the name of a file");
		return;
	}
	const char *path = find(reader, file->text);
	const struct recording *found = shelf_trace(reader->shelf, path, why, sizeof why);
	if (!found)
		complain(reader->complaints, file->at, "%s", why);
	else if (pin(reader, map, file, found))
		*recording = found;
	file->text = path;
}
