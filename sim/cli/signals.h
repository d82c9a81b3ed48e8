/* A signal asks to stop: what is finished is kept first. A second one ends the program at once. */
#ifndef SIM_CLI_SIGNALS_H
#define SIM_CLI_SIGNALS_H

#include <stdatomic.h>

/* From now on; then the signal that came, or 0, is here. */
const atomic_int *signals_listen(void);

#endif
