/* Any text is a quantity or is refused, by every parser of quantities; what was read, printed and
 * read again is the same to the last bit, and printing it again gives the same text. */
#include "sim/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LONGEST = 4096 };

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool same_change(struct change a, struct change b)
{
	return a.how == b.how && a.amount == b.amount && isfinite(a.amount);
}

static bool same_level(struct level a, struct level b)
{
	return a.unit == b.unit && a.amount == b.amount && isfinite(a.amount);
}

static bool same_stage(struct stage a, struct stage b)
{
	return a.share == b.share && a.hold == b.hold && a.share <= 1;
}

static bool same_spell(struct spell a, struct spell b)
{
	return a.factor == b.factor && a.lasts == b.lasts && isfinite(a.factor);
}

static bool same_offset(sim_time a, sim_time b)
{
	return a == b;
}

static bool same_double(double a, double b)
{
	return a == b && isfinite(a);
}

static bool same_whole(int64_t a, int64_t b)
{
	return a == b && a >= 0;
}

static bool same_flag(bool a, bool b)
{
	return a == b;
}

#define QUANTITIES(_)                                                                              \
	_(duration, sim_time, same_whole)                                                          \
	_(rate, double, same_double)                                                               \
	_(share, double, same_double)                                                              \
	_(factor, double, same_double)                                                             \
	_(number, double, same_double)                                                             \
	_(count, int64_t, same_whole)                                                              \
	_(size, int64_t, same_whole)                                                               \
	_(flag, bool, same_flag)                                                                   \
	_(share_change, struct change, same_change)                                                \
	_(duration_change, struct change, same_change)                                             \
	_(level, struct level, same_level)                                                         \
	_(stage, struct stage, same_stage)                                                         \
	_(spell, struct spell, same_spell)                                                         \
	_(offset, sim_time, same_offset)

#define DEFINE(name, type, same)                                                                   \
	static void try_##name(const char *text)                                                   \
	{                                                                                          \
		type value, again;                                                                 \
		char once[UNITS_TEXT], twice[UNITS_TEXT];                                          \
		const char *expected = units_parse_##name(text, &value);                           \
		if (expected) {                                                                    \
			require(*expected);                                                        \
			return;                                                                    \
		}                                                                                  \
		require(!units_parse_##name(units_print_##name(once, value), &again));             \
		require(same(value, again));                                                       \
		require(!strcmp(once, units_print_##name(twice, again)));                          \
	}

QUANTITIES(DEFINE)

#define TRY(name, type, same) try_##name(text);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[LONGEST + 1];
	if (size > LONGEST)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = 0;
	QUANTITIES(TRY)
	return 0;
}
