/* Work that is done in a thread of its own, one piece at a time: whoever posts the next piece waits
 * until the last one is done. */
#ifndef SIM_RESULTS_HANDOFF_H
#define SIM_RESULTS_HANDOFF_H

#include <stdbool.h>

struct handoff;

/* NULL with errno set if there is no thread to be had. */
struct handoff *handoff_start(void (*work)(void *context), void *context);

/* `work` begins when this returns, or soon after; what it did last is done. */
void handoff_post(struct handoff *handoff);
void handoff_wait(struct handoff *handoff);
void handoff_stop(struct handoff *handoff); /* after the last piece is done */

#endif
