/* Whoever climbs must come down through every level in between, as a success is a single step. A
 * climb therefore is the passage through the last m - 1 levels; passages join associatively, so
 * they are kept over blocks of levels (van Herk 1992) and a level costs the same for all m. All
 * terms are positive: no digits are lost however rare the alarm. The chain is that of Reynolds and
 * Stoumbos 1999. */
#include "sim/stats/ladder.h"

static const struct ladder_level nothing = {.fall = 1};
static const struct ladder_level certain_alarm = {.alarm = 1};

/* Through both, the upper first. */
static struct ladder_level join(struct ladder_level upper, struct ladder_level lower)
{
	return (struct ladder_level){
		.fall = upper.fall * lower.fall,
		.alarm = upper.alarm + upper.fall * lower.alarm,
		.time = upper.time + upper.fall * lower.time,
	};
}

/* A success falls, an error must come down through the climb and then try again. */
static struct ladder_level level_below(struct ladder_level climb, double p)
{
	double end = 1 - p + p * climb.alarm;
	return (struct ladder_level){
		.fall = (1 - p) / end,
		.alarm = p * climb.alarm / end,
		.time = (1 + p * climb.time) / end,
	};
}

/* The places of a finished block become passages from each to the block's end. */
static void finish_block(struct ladder *ladder)
{
	for (int i = ladder->climb - 2; i >= 0; i--)
		ladder->recent[i] = join(ladder->recent[i], ladder->recent[i + 1]);
	ladder->place = 0;
}

void ladder_grow(struct ladder *ladder)
{
	int place = ladder->place++;
	if (place == 0)
		ladder->since_block = nothing;
	struct ladder_level climb = certain_alarm;
	if (ladder->levels >= ladder->climb)
		climb = join(ladder->recent[place], ladder->since_block);
	ladder->last = level_below(climb, ladder->p);
	ladder->levels++;
	ladder->recent[place] = ladder->last;
	ladder->since_block = join(ladder->since_block, ladder->last);
	if (ladder->place == ladder->climb)
		finish_block(ladder);
}

double ladder_run_length(const struct ladder *ladder)
{
	return ladder->last.time / ladder->last.alarm;
}
