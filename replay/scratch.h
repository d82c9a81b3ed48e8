/* Room for texts that do not lie in a record as they are: escapes taken out of them. One record's
 * texts at a time. */
#ifndef REPLAY_SCRATCH_H
#define REPLAY_SCRATCH_H

#include "replay/view.h"

struct scratch {
	char *text;
	size_t room, used;
};

/* Makes room for all texts of a record of so many bytes; an escape never grows. */
void scratch_begin(struct scratch *scratch, size_t bytes);
void scratch_free(struct scratch *scratch);

/* The text without its escapes: \" \\ \/ \b \f \n \r \t \uXXXX as in JSON, and \xXX as in nginx.
 * What is no escape stays as it is. */
struct view scratch_unescape(struct scratch *scratch, struct view text);

/* The text with each doubled quote single, as in CSV. */
struct view scratch_undouble(struct scratch *scratch, struct view text);

#endif
