/* The one thing a signal handler can touch is a number. */
#include "sim/cli/signals.h"

#include <signal.h>
#include <stddef.h>

static atomic_int stop_signal;

static void on_signal(int number)
{
	stop_signal = number;
}

const atomic_int *signals_listen(void)
{
	const struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return &stop_signal;
}
