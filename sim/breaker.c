/* Closed, open, trying: Nygard's three states ("Release It!", 2007), with a window that moves in
 * steps. */
#include "sim/breaker.h"

#include "sim/param.h"

#include <math.h>
#include <string.h>

void breaker_reset(struct breaker *breaker)
{
	memset(breaker, 0, sizeof *breaker);
}

static void change(struct breaker *breaker, enum breaker_state state, sim_time now)
{
	uint32_t era = breaker->era + 1;
	breaker_reset(breaker);
	breaker->state = state;
	breaker->era = era;
	breaker->opened_at = now;
}

bool breaker_admits(struct breaker *breaker, const struct breaker_config *config, sim_time now)
{
	if (breaker->state == BREAKER_OPEN && now >= breaker->opened_at + config->open)
		change(breaker, BREAKER_TRYING, now);
	if (breaker->state == BREAKER_CLOSED)
		return true;
	if (breaker->state == BREAKER_OPEN || breaker->sent == config->probes)
		return false;
	breaker->sent++;
	return true;
}

/* Forgets the parts that the window has left behind. */
static void move_window(struct breaker *breaker, int64_t part)
{
	for (int64_t n = 0; n < BREAKER_PARTS && breaker->newest < part; n++) {
		int64_t place = ++breaker->newest % BREAKER_PARTS;
		breaker->good[place] = breaker->failed[place] = 0;
	}
	if (breaker->newest < part) { /* all of them are forgotten */
		breaker->newest = part;
		memset(breaker->good, 0, sizeof breaker->good);
		memset(breaker->failed, 0, sizeof breaker->failed);
	}
}

static bool fails_too_often(const struct breaker *breaker, const struct breaker_config *config)
{
	int64_t good = 0, failed = 0;
	for (int p = 0; p < BREAKER_PARTS; p++) {
		good += breaker->good[p];
		failed += breaker->failed[p];
	}
	return good + failed >= config->min_requests &&
	       (double)failed >= config->failures * (double)(good + failed);
}

static void count(struct breaker *breaker, const struct breaker_config *config, bool failed,
		  sim_time now)
{
	int64_t part = now / (config->window / BREAKER_PARTS + 1);
	move_window(breaker, part);
	uint32_t *counts = failed ? breaker->failed : breaker->good;
	counts[part % BREAKER_PARTS]++;
	breaker->in_a_row = failed ? breaker->in_a_row + 1 : 0;
	bool row = config->consecutive != PARAM_UNSET && breaker->in_a_row >= config->consecutive;
	if (row || (failed && fails_too_often(breaker, config)))
		change(breaker, BREAKER_OPEN, now);
}

void breaker_note(struct breaker *breaker, const struct breaker_config *config, uint32_t era,
		  bool failed, sim_time now)
{
	if (era != breaker->era)
		return;
	if (breaker->state == BREAKER_CLOSED)
		count(breaker, config, failed, now);
	else if (failed)
		change(breaker, BREAKER_OPEN, now);
	else if (++breaker->answered == config->probes)
		change(breaker, BREAKER_CLOSED, now);
}

void breaker_forget(struct breaker *breaker, uint32_t era)
{
	if (era == breaker->era && breaker->state == BREAKER_TRYING)
		breaker->sent--;
}
