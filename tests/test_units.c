/* What people write must mean what it says to the last bit, what means nothing must be refused, and
 * what is printed must read back as the same value. */
#include "sim/units.h"

#include <criterion/criterion.h>

#include <float.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

enum { RANDOM_VALUES = 20000 };

/* SplitMix64 (Steele, Lea and Flood 2014): not the generator of the program under test. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Of any magnitude: half of them whole multiples of a power of ten, as people like them. */
static int64_t random_whole(uint64_t *state)
{
	int64_t value = (int64_t)(next_random(state) >> (1 + next_random(state) % 63));
	int64_t tens = 1;
	for (uint64_t power = next_random(state) % 30; power < 15; power++)
		tens *= 10;
	return value - value % tens;
}

/* Any finite double that is not negative, by its bits; half of them of a few decimal digits. */
static double random_real(uint64_t *state)
{
	uint64_t bits = next_random(state) >> 1;
	double value;
	memcpy(&value, &bits, sizeof value);
	if (next_random(state) % 2 || !isfinite(value))
		return (double)(bits % 100000) / pow(10, (double)(next_random(state) % 12));
	return value;
}

static uint64_t bits_of(double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	return bits;
}

struct wholes {
	const char *text;
	int64_t value;
};

struct reals {
	const char *text;
	double value;
};

typedef const char *parse_whole(const char *text, int64_t *value);
typedef const char *parse_real(const char *text, double *value);
typedef char *print_whole(char *out, int64_t value);
typedef char *print_real(char *out, double value);

static void expect_wholes(parse_whole *parse, const struct wholes *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int64_t value = -1;
		cr_expect_null(parse(rows[i].text, &value), "%s refused", rows[i].text);
		cr_expect_eq(value, rows[i].value, "%s is %" PRId64, rows[i].text, value);
	}
}

static void expect_reals(parse_real *parse, const struct reals *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		double value = NAN;
		cr_expect_null(parse(rows[i].text, &value), "%s refused", rows[i].text);
		cr_expect_eq(bits_of(value), bits_of(rows[i].value), "%s is %.17g", rows[i].text,
			     value);
	}
}

static void expect_whole_texts(print_whole *print, const struct wholes *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char out[UNITS_TEXT];
		cr_expect_str_eq(print(out, rows[i].value), rows[i].text);
	}
}

static void expect_real_texts(print_real *print, const struct reals *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char out[UNITS_TEXT];
		cr_expect_str_eq(print(out, rows[i].value), rows[i].text);
	}
}

static void expect_whole_identity(print_whole *print, parse_whole *parse)
{
	uint64_t state = 1;
	for (int i = 0; i < RANDOM_VALUES; i++) {
		char out[UNITS_TEXT];
		int64_t value = random_whole(&state), back = -1;
		cr_assert_null(parse(print(out, value), &back), "%s of %" PRId64, out, value);
		cr_assert_eq(back, value, "%s of %" PRId64 " is %" PRId64, out, value, back);
	}
}

static void expect_real_identity(print_real *print, parse_real *parse)
{
	uint64_t state = 2;
	for (int i = 0; i < RANDOM_VALUES; i++) {
		char out[UNITS_TEXT];
		double value = random_real(&state), back = -1;
		cr_assert_null(parse(print(out, value), &back), "%s of %.17g", out, value);
		cr_assert_eq(bits_of(back), bits_of(value), "%s of %.17g is %.17g", out, value,
			     back);
	}
}

/* Each text is refused with a description that holds `expected`, and the value stays untouched. */
#define EXPECT_REFUSED(parse, type, expected, ...)                                                 \
	do {                                                                                       \
		static const char *const texts[] = {__VA_ARGS__};                                  \
		for (size_t i = 0; i < LENGTH(texts); i++) {                                       \
			type value, untouched;                                                     \
			memset(&value, 0x5a, sizeof value);                                        \
			memset(&untouched, 0x5a, sizeof untouched);                                \
			const char *said = parse(texts[i], &value);                                \
			cr_expect(said &&strstr(said, expected), "\"%s\": %s", texts[i],           \
				  said ? said : "taken");                                          \
			cr_expect_arr_eq(&value, &untouched, sizeof value, "\"%s\"", texts[i]);    \
		}                                                                                  \
	} while (0)

/* What no quantity starts or ends with, or hides inside. */
#define NONSENSE                                                                                   \
	"", " ", "-", "+", ".", "e", "e5", "%", "s", "/s", "x", "nan", "inf", "infinity", "NaN",   \
		"0x", "0x10", "0x1p3", "1e", "1e+", "1e-", "--1", "1..2", "1.2.3", "1,5", "1_000", \
		"1,000", "1 000", "1e5.5", "none", "null", "~", "\xff", "1\xc2\xa0", "1'000",      \
		"1e400", "1e4294967296", "1e999999999999999999999", "-1e400"

Test(units, durations_are_whole_nanoseconds)
{
	static const struct wholes rows[] = {
		{"0", 0},
		{"0s", 0},
		{"0e999999s", 0},
		{"0.000w", 0},
		{"1ns", 1},
		{"1us", 1000},
		{"250ms", 250000000},
		{"30s", 30000000000},
		{"5m", 300000000000},
		{"2h", 7200000000000},
		{"3d", 259200000000000},
		{"1w", 604800000000000},
		{"1h30m", 5400000000000},
		{"1w1d1h1m1s1ms1us1ns", 694861001001001},
		{"1.5h", 5400000000000},
		{"1.5h30m", 7200000000000},
		{"0.1s", 100000000},
		{".5s", 500000000},
		{"5.s", 5000000000},
		{"1.1h", 3960000000000},
		{"1e3s", 1000000000000},
		{"1.5E-3s", 1500000},
		{"1e-9s", 1},
		{"1.000000000000000000000000000s", 1000000000},
		{"0.333333333h", 1199999998800},
		{"9223372036854775807ns", INT64_MAX},
		{"2562047h47m16.854775807s", INT64_MAX},
	};
	expect_wholes(units_parse_duration, rows, LENGTH(rows));
}

Test(units, what_is_no_duration_is_refused)
{
	EXPECT_REFUSED(
		units_parse_duration, sim_time, "a duration such as 250ms, 30s, 5m, 2h or 3d",
		NONSENSE, "5", "00", "0.0", "-5s", "+5s", "-0s", "0.5ns", "1.0000000001s",
		"0.3333333333333h", "1e-10s", "1.00000000000000000000000001s", "1h30", "30m1h",
		"5m30m", "1m1m", "1h 30m", "1h-30m", "5 m", " 5m", "5m ", "5m\n", "0 ", " 0",
		"5min", "5sec", "5M", "5S", "5mms", "5s.", "5s%", "1e300s", "9223372036854775808ns",
		"1e19ns", "15251w", "9223372036s854775808ns", "9223372036s854ms775us808ns",
		"18446744073709551616ns", "99999999999999999999999999999999s", "P1D", "1:30");
}

Test(units, rates_are_per_second)
{
	static const struct reals rows[] = {
		{"120/s", 120},	    {"7200/m", 120}, {"3/h", 3.0 / 3600}, {"2/d", 2.0 / 86400},
		{"1.5k/s", 1500},   {"2M/s", 2e6},   {"1G/s", 1e9},	  {"1.005k/s", 1005},
		{"0/s", 0},	    {"60k/m", 1000}, {"0.1/s", 0.1},	  {"1e-3/s", 0.001},
		{"1e300/s", 1e300}, {"8.64e4/d", 1},
	};
	expect_reals(units_parse_rate, rows, LENGTH(rows));
}

Test(units, what_is_no_rate_is_refused)
{
	EXPECT_REFUSED(units_parse_rate, double, "a rate such as 120/s", NONSENSE, "0", "120", "5k",
		       "120/", "120s", "120/ms", "120/us", "120/min", "120/sec", "120 /s", "120/ s",
		       "120/s ", " 120/s", "-1/s", "+1/s", "1K/s", "1m/s", "1kk/s", "1k/k", "k/s",
		       "1//s", "1/s/s", "1/2s", "1e307k/s", "5e-324/d", "120rps", "120 per s");
}

/* Expected values are literals, which the compiler rounds correctly. */
Test(units, shares_are_the_doubles_nearest_to_what_is_written)
{
	static const struct reals rows[] = {
		{"0", 0},	    {"0%", 0},
		{"5%", 0.05},	    {"0.1%", 0.001},
		{"12.5%", 0.125},   {"1.1%", 0.011},
		{"99.9%", 0.999},   {"0.07%", 0.0007},
		{"100%", 1},	    {"250%", 2.5},
		{"1e-3%", 0.00001}, {"33.333333333333333333333333%", 0.33333333333333333333333333},
	};
	expect_reals(units_parse_share, rows, LENGTH(rows));
}

Test(units, what_is_no_share_is_refused)
{
	EXPECT_REFUSED(units_parse_share, double, "a share such as 5% or 0.1%", NONSENSE, "0.05",
		       "1", "5", "00", "0.0", "-0", "-5%", "+5%", "-0%", "5 %", " 5%", "5% ", "5%%",
		       "%5", "5%5", "5percent", "0 ", "1e400%", "1e-400%", "x5%");
}

Test(units, factors_follow_a_times_sign)
{
	static const struct reals rows[] = {
		{"x2", 2},
		{"x0.5", 0.5},
		{"x0", 0},
		{"x1.1", 1.1},
		{"\xc3\x97"
		 "2.5",
		 2.5},
		{"x1e3", 1000},
	};
	expect_reals(units_parse_factor, rows, LENGTH(rows));
}

Test(units, what_is_no_factor_is_refused)
{
	EXPECT_REFUSED(units_parse_factor, double, "a factor such as x2 or x0.5", NONSENSE, "0",
		       "2", "2x", "X2", "xx2", "x-2", "x+2", "x 2", " x2", "x2 ", "x2%", "\xc3",
		       "\xc3"
		       "2",
		       "\xc3\x97",
		       "x\xc3\x97"
		       "2",
		       "xinf", "xnan", "x0x2", "x1e400", "x1e-400");
}

Test(units, numbers_are_decimal_floats)
{
	static const struct reals rows[] = {
		{"3", 3},
		{"1.1", 1.1},
		{"2e6", 2e6},
		{"2E+6", 2e6},
		{"-1.5", -1.5},
		{"-0", -0.0},
		{".5", 0.5},
		{"5.", 5},
		{"007", 7},
		{"0e999999999", 0},
		{"1.7976931348623157e308", DBL_MAX},
		{"2.2250738585072014e-308", DBL_MIN},
		{"5e-324", 0x1p-1074},
		{"9007199254740993", 9007199254740992.0},
		{"3.14159265358979323846264338327950288", 3.14159265358979323846},
		{"100000000000000000000000000000000000000000", 1e41},
		{"0.00000000000000000000000000000000000000001", 1e-41},
	};
	expect_reals(units_parse_number, rows, LENGTH(rows));
}

Test(units, what_is_no_number_is_refused)
{
	EXPECT_REFUSED(units_parse_number, double, "a number such as 3, 1.1 or 2e6", NONSENSE, "+3",
		       "5%", "5s", "50k", "x2", " 3", "3 ", "3\t", "3f", "3.0L", "- 3", "1e308e1",
		       "1.8e308", "1e-400", "-inf", "-nan", "1/2", "1d3");
}

Test(units, counts_are_whole)
{
	static const struct wholes rows[] = {
		{"0", 0},	    {"400", 400},     {"50000", 50000},
		{"50k", 50000},	    {"1.5k", 1500},   {"2M", 2000000},
		{"3G", 3000000000}, {"1e6", 1000000}, {"2.50e1", 25},
		{"0k", 0},	    {"0.001k", 1},    {"9223372036854775807", INT64_MAX},
	};
	expect_wholes(units_parse_count, rows, LENGTH(rows));
}

Test(units, what_is_no_count_is_refused)
{
	EXPECT_REFUSED(units_parse_count, int64_t, "a count such as 50000, 50k or 2M", NONSENSE,
		       "1.5", "0.0001k", "-5", "+5", "5K", "5m", "5g", "5kk", "5kM", "5 k", "k",
		       " 5", "5 ", "5k ", "9223372036854775808", "9223372036854775807.5",
		       "9300000000G", "1e19", "1e300", "5kB", "5%");
}

Test(units, sizes_are_decimal_or_binary)
{
	static const struct wholes rows[] = {
		{"10B", 10},
		{"2kB", 2000},
		{"64KiB", 65536},
		{"2MB", 2000000},
		{"3MiB", 3145728},
		{"1GB", 1000000000},
		{"1GiB", 1073741824},
		{"1TB", 1000000000000},
		{"0B", 0},
		{"1TiB", 1099511627776},
		{"1.5KiB", 1536},
		{"9223372036854775807B", INT64_MAX},
		{"0.5TiB", 549755813888},
	};
	expect_wholes(units_parse_size, rows, LENGTH(rows));
}

Test(units, what_is_no_size_is_refused)
{
	EXPECT_REFUSED(units_parse_size, int64_t, "a size such as 10B, 64KiB or 2MB", NONSENSE, "0",
		       "10", "64K", "64k", "64KB", "64kiB", "64kib", "64Ki", "2mb", "2M", "0.5B",
		       "0.1KiB", "-1B", "+1B", "1 B", " 1B", "1B ", "1BB", "1kBB", "1b",
		       "8388608TiB", "1e300B", "1PB");
}

Test(units, flags_are_words)
{
	static const char *const yes[] = {"yes", "true", "on"}, *const no[] = {"no", "false",
									       "off"};
	for (size_t i = 0; i < LENGTH(yes); i++) {
		bool flag = false;
		cr_expect_null(units_parse_flag(yes[i], &flag));
		cr_expect(flag, "%s", yes[i]);
		cr_expect_null(units_parse_flag(no[i], &flag));
		cr_expect_not(flag, "%s", no[i]);
	}
}

Test(units, what_is_no_flag_is_refused)
{
	EXPECT_REFUSED(units_parse_flag, bool, "a flag such as yes, no, true or false", NONSENSE,
		       "0", "1", "y", "n", "Yes", "TRUE", "yess", "nope", "yes no", " yes", "yes ",
		       "o", "of", "offf", "truefalse");
}

static void expect_change(const char *said, struct change is, struct change due, const char *text)
{
	cr_expect_null(said, "%s refused", text);
	cr_expect_eq(is.how, due.how, "%s", text);
	cr_expect_eq(is.amount, due.amount, "%s is %.17g", text, is.amount);
}

Test(units, a_share_change_adds_with_a_sign_and_multiplies_with_an_x)
{
	static const struct {
		const char *text;
		struct change change;
	} rows[] = {
		{"+5%", {CHANGE_ADD, 0.05}},
		{"-5%", {CHANGE_ADD, -0.05}},
		{"+0%", {CHANGE_ADD, 0}},
		{"+1.1%", {CHANGE_ADD, 0.011}},
		{"x2", {CHANGE_MULTIPLY, 2}},
		{"x0.5", {CHANGE_MULTIPLY, 0.5}},
		{"\xc3\x97"
		 "3",
		 {CHANGE_MULTIPLY, 3}},
	};
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct change change = {0};
		const char *said = units_parse_share_change(rows[i].text, &change);
		expect_change(said, change, rows[i].change, rows[i].text);
	}
}

Test(units, what_is_no_share_change_is_refused)
{
	EXPECT_REFUSED(units_parse_share_change, struct change, "a change such as +5%, -5% or x2",
		       NONSENSE, "0", "5%", "+5", "+0.05", "+-5%", "-+5%", "++5%", "+ 5%", "+5% ",
		       " +5%", "+x2", "x+5%", "x-5%", "x2%", "-x2", "+5ms", "+1e400%");
}

Test(units, a_duration_change_adds_nanoseconds)
{
	static const struct {
		const char *text;
		struct change change;
	} rows[] = {
		{"+200ms", {CHANGE_ADD, 200e6}},  {"-20ms", {CHANGE_ADD, -20e6}},
		{"+1m30s", {CHANGE_ADD, 90e9}},	  {"+0s", {CHANGE_ADD, 0}},
		{"x1.5", {CHANGE_MULTIPLY, 1.5}}, {"-9007199254740992ns", {CHANGE_ADD, -0x1p53}},
	};
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct change change = {0};
		const char *said = units_parse_duration_change(rows[i].text, &change);
		expect_change(said, change, rows[i].change, rows[i].text);
	}
}

Test(units, what_is_no_duration_change_is_refused)
{
	EXPECT_REFUSED(units_parse_duration_change, struct change,
		       "a change such as +200ms, -20ms or x1.5", NONSENSE, "0", "200ms", "+200",
		       "+-20ms", "--20ms", "+ 20ms", "+20ms ", " +20ms", "+5%", "x20ms", "+x2",
		       "+0.5ns", "+1h-30m", "+9007199254740993ns", "+1e300s");
}

Test(units, a_level_is_what_its_unit_says)
{
	static const struct {
		const char *text;
		struct level level;
	} rows[] = {
		{"2%", {0.02, UNIT_SHARE}},
		{"500ms", {500e6, UNIT_DURATION}},
		{"120/s", {120, UNIT_RATE}},
		{"1.5", {1.5, UNIT_NUMBER}},
		{"0", {0, UNIT_NUMBER}},
		{"-3", {-3, UNIT_NUMBER}},
		{"0%", {0, UNIT_SHARE}},
		{"0s", {0, UNIT_DURATION}},
		{"0/s", {0, UNIT_RATE}},
		{"5m", {300e9, UNIT_DURATION}},
		{"1h30m", {5400e9, UNIT_DURATION}},
		{"1.5k/s", {1500, UNIT_RATE}},
		{"2e6", {2e6, UNIT_NUMBER}},
	};
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct level level = {NAN, UNIT_NUMBER};
		cr_expect_null(units_parse_level(rows[i].text, &level), "%s", rows[i].text);
		cr_expect_eq(level.unit, rows[i].level.unit, "%s", rows[i].text);
		cr_expect_eq(level.amount, rows[i].level.amount, "%s", rows[i].text);
	}
}

Test(units, what_is_no_level_is_refused)
{
	EXPECT_REFUSED(units_parse_level, struct level, "a level such as 2%, 500ms, 120/s or 1.5",
		       NONSENSE, "50k", "x2", "+5%", "-5%", "-5s", "5 %", " 5", "5 ", "5%s", "5s%",
		       "5/x", "0.5ns", "9007199254740993ns", "1e300s", "64KiB");
}

Test(units, a_stage_is_a_share_for_a_duration)
{
	static const struct {
		const char *text;
		struct stage stage;
	} rows[] = {
		{"5% for 10m", {0.05, 600 * SIM_SECOND}},
		{"5%  \t for \t 10m", {0.05, 600 * SIM_SECOND}},
		{"0 for 1h30m", {0, 5400 * SIM_SECOND}},
		{"100% for 0", {1, 0}},
	};
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct stage stage = {-1, -1};
		cr_expect_null(units_parse_stage(rows[i].text, &stage), "%s", rows[i].text);
		cr_expect_eq(stage.share, rows[i].stage.share, "%s", rows[i].text);
		cr_expect_eq(stage.hold, rows[i].stage.hold, "%s", rows[i].text);
	}
}

Test(units, what_is_no_stage_is_refused)
{
	EXPECT_REFUSED(units_parse_stage, struct stage, "a stage such as 5% for 10m", NONSENSE, "0",
		       "5%", "5% for", "5% for ", "for 10m", "5 for 10m", "0.05 for 10m",
		       "5% for 10", "5%10m", "5%for 10m", "5% for10m", "5% 10m", "5% fo 10m",
		       "5% forr 10m", "5% For 10m", " 5% for 10m", "5% for 10m ",
		       "5% for 10m for 5m", "5% for -10m", "-5% for 10m", "101% for 10m",
		       "5%\nfor 10m", "5% for 1e300s");
}

Test(units, a_spell_is_a_factor_for_a_duration)
{
	struct spell spell = {0, 0};
	char out[UNITS_TEXT];
	cr_expect_null(units_parse_spell("x2.5 for 1h30m", &spell));
	cr_expect_eq(spell.factor, 2.5);
	cr_expect_eq(spell.lasts, 5400 * SIM_SECOND);
	cr_expect_str_eq(units_print_spell(out, spell), "x2.5 for 90m");
	EXPECT_REFUSED(units_parse_spell, struct spell, "a spell such as x2 for 10m", NONSENSE,
		       "x2", "2 for 10m", "x2 for", "x2 for 10", "x-2 for 10m", "x2 for -10m",
		       "x2for 10m", "x2 for 10m ", "5% for 10m", "x2 for 10m for 10m");
}

Test(units, an_offset_is_a_duration_of_either_sign)
{
	static const struct {
		const char *text, *printed;
		sim_time offset;
	} rows[] = {{"1h", "1h", 3600 * SIM_SECOND},
		    {"+1h", "1h", 3600 * SIM_SECOND},
		    {"-8h", "-8h", -8 * 3600 * SIM_SECOND},
		    {"-5h30m", "-330m", -19800 * SIM_SECOND},
		    {"0", "0s", 0},
		    {"-0s", "0s", 0}};
	for (size_t i = 0; i < LENGTH(rows); i++) {
		char out[UNITS_TEXT];
		sim_time offset = 1;
		cr_expect_null(units_parse_offset(rows[i].text, &offset), "%s", rows[i].text);
		cr_expect_eq(offset, rows[i].offset, "%s", rows[i].text);
		cr_expect_str_eq(units_print_offset(out, offset), rows[i].printed);
	}
	EXPECT_REFUSED(units_parse_offset, sim_time, "an offset such as 1h or -8h", NONSENSE, "8",
		       "--8h", "+-8h", "- 8h", "-8", "x2", "-8h ", "1h-30m");
}

Test(units, a_duration_prints_in_the_largest_unit_that_needs_no_point_else_as_its_shortest_text)
{
	static const struct wholes rows[] = {
		{"0s", 0},
		{"1ns", 1},
		{"1.5us", 1500},
		{"80ms", 80000000},
		{"250ms", 250000000},
		{"200ms", 200000000},
		{"1.5s", 1500000000},
		{"30s", 30 * SIM_SECOND},
		{"90s", 90 * SIM_SECOND},
		{"10m", 600 * SIM_SECOND},
		{"1h", 3600 * SIM_SECOND},
		{"90m", 5400 * SIM_SECOND},
		{"1d", 86400 * SIM_SECOND},
		{"36h", 129600 * SIM_SECOND},
		{"1w", 604800 * SIM_SECOND},
		{"30d", 30 * 86400 * SIM_SECOND},
		{"360us", 360000},
		{"-20ms", -20000000},
		{"9223372036.854775807s", INT64_MAX},
		{"-9223372036.854775808s", INT64_MIN},
	};
	expect_whole_texts(units_print_duration, rows, LENGTH(rows));
}

/* Digits: repr() of Python 3.11, which prints the shortest that read back. */
Test(units, numbers_print_in_the_fewest_digits)
{
	static const struct reals rows[] = {
		{"0", 0},
		{"-0", -0.0},
		{"3", 3},
		{"-1.5", -1.5},
		{"0.1", 0.1},
		{"0.30000000000000004", 0.1 + 0.2},
		{"120", 120},
		{"1000000", 1e6},
		{"1e7", 1e7},
		{"1.2e8", 1.2e8},
		{"123456789", 123456789},
		{"1234567890.5", 1234567890.5},
		{"0.000001", 1e-6},
		{"1e-7", 1e-7},
		{"1.25e-7", 1.25e-7},
		{"3.141592653589793", 3.14159265358979323846},
		{"9007199254740992", 0x1p53},
		{"1.7976931348623157e308", DBL_MAX},
		{"2.2250738585072014e-308", DBL_MIN},
		{"5e-324", 0x1p-1074},
		{"nan", NAN},
		{"inf", INFINITY},
		{"-inf", -INFINITY},
	};
	expect_real_texts(units_print_number, rows, LENGTH(rows));
}

Test(units, each_real_quantity_prints_with_its_mark)
{
	char out[UNITS_TEXT];
	cr_expect_str_eq(units_print_rate(out, 120), "120/s");
	cr_expect_str_eq(units_print_rate(out, 3.0 / 3600), "0.0008333333333333334/s");
	cr_expect_str_eq(units_print_factor(out, 0.5), "x0.5");
	cr_expect_str_eq(units_print_share(out, 0), "0%");
	cr_expect_str_eq(units_print_share(out, 0.05), "5%");
	cr_expect_str_eq(units_print_share(out, 0.011), "1.1%");
	cr_expect_str_eq(units_print_share(out, 0.29), "29%");
	cr_expect_str_eq(units_print_share(out, 0.001), "0.1%");
	cr_expect_str_eq(units_print_share(out, 2.5), "250%");
	cr_expect_str_eq(units_print_share(out, 1.0 / 3), "33.33333333333333%");
}

Test(units, counts_print_as_plain_digits)
{
	static const struct wholes rows[] = {
		{"0", 0}, {"50000", 50000}, {"-3", -3}, {"9223372036854775807", INT64_MAX}};
	expect_whole_texts(units_print_count, rows, LENGTH(rows));
}

Test(units, a_size_prints_in_the_largest_unit_that_divides_it)
{
	static const struct wholes rows[] = {
		{"0B", 0},
		{"1B", 1},
		{"1001B", 1001},
		{"64KiB", 65536},
		{"2MB", 2000000},
		{"1536B", 1536},
		{"1GiB", 1 << 30},
		{"5kB", 5000},
		{"1000KiB", 1024000},
		{"3TiB", INT64_C(3) << 40},
	};
	expect_whole_texts(units_print_size, rows, LENGTH(rows));
}

Test(units, changes_levels_stages_and_flags_print_as_they_are_written)
{
	char out[UNITS_TEXT];
	cr_expect_str_eq(units_print_share_change(out, (struct change){CHANGE_ADD, 0.05}), "+5%");
	cr_expect_str_eq(units_print_share_change(out, (struct change){CHANGE_ADD, -0.05}), "-5%");
	cr_expect_str_eq(units_print_share_change(out, (struct change){CHANGE_ADD, 0}), "+0%");
	cr_expect_str_eq(units_print_share_change(out, (struct change){CHANGE_MULTIPLY, 2}), "x2");
	cr_expect_str_eq(units_print_duration_change(out, (struct change){CHANGE_ADD, 20e6}),
			 "+20ms");
	cr_expect_str_eq(units_print_duration_change(out, (struct change){CHANGE_ADD, -20e6}),
			 "-20ms");
	cr_expect_str_eq(units_print_duration_change(out, (struct change){CHANGE_ADD, -0.0}),
			 "+0s");
	cr_expect_str_eq(units_print_duration_change(out, (struct change){CHANGE_MULTIPLY, 1.5}),
			 "x1.5");
	cr_expect_str_eq(units_print_level(out, (struct level){0.02, UNIT_SHARE}), "2%");
	cr_expect_str_eq(units_print_level(out, (struct level){80e6, UNIT_DURATION}), "80ms");
	cr_expect_str_eq(units_print_level(out, (struct level){80.4, UNIT_DURATION}), "80ns");
	cr_expect_str_eq(units_print_level(out, (struct level){NAN, UNIT_DURATION}), "nan");
	cr_expect_str_eq(units_print_level(out, (struct level){120, UNIT_RATE}), "120/s");
	cr_expect_str_eq(units_print_level(out, (struct level){1.5, UNIT_NUMBER}), "1.5");
	cr_expect_str_eq(units_print_stage(out, (struct stage){0.05, 600 * SIM_SECOND}),
			 "5% for 10m");
	cr_expect_str_eq(units_print_flag(out, true), "yes");
	cr_expect_str_eq(units_print_flag(out, false), "no");
}

Test(units, the_longest_texts_fit)
{
	char out[UNITS_TEXT];
	struct stage stage = {0.00012345678901234567, INT64_MIN};
	cr_expect_lt(strlen(units_print_stage(out, stage)), (size_t)UNITS_TEXT - 1);
	cr_expect_not_null(strstr(out, " for -9223372036.854775808s"), "%s", out);
	cr_expect_str_eq(units_print_share_change(out, (struct change){CHANGE_ADD, -DBL_MIN}),
			 "-2.2250738585072014e-306%");
}

Test(units, whole_quantities_survive_print_and_parse)
{
	expect_whole_identity(units_print_duration, units_parse_duration);
	expect_whole_identity(units_print_count, units_parse_count);
	expect_whole_identity(units_print_size, units_parse_size);
}

Test(units, real_quantities_survive_print_and_parse)
{
	expect_real_identity(units_print_rate, units_parse_rate);
	expect_real_identity(units_print_share, units_parse_share);
	expect_real_identity(units_print_factor, units_parse_factor);
	expect_real_identity(units_print_number, units_parse_number);
}

static struct change random_change(uint64_t *state, bool is_share)
{
	struct change change = {CHANGE_MULTIPLY, random_real(state)};
	if (next_random(state) % 2) {
		change.how = CHANGE_ADD;
		if (!is_share)
			change.amount = (double)(random_whole(state) >> 10);
		if (next_random(state) % 2)
			change.amount = -change.amount;
	}
	return change;
}

Test(units, changes_survive_print_and_parse)
{
	uint64_t state = 3;
	for (int i = 0; i < RANDOM_VALUES; i++) {
		char out[UNITS_TEXT];
		struct change back = {0}, share = random_change(&state, true),
			      duration = random_change(&state, false);
		units_print_share_change(out, share);
		expect_change(units_parse_share_change(out, &back), back, share, out);
		units_print_duration_change(out, duration);
		expect_change(units_parse_duration_change(out, &back), back, duration, out);
	}
}

Test(units, levels_and_stages_survive_print_and_parse)
{
	uint64_t state = 4;
	for (int i = 0; i < RANDOM_VALUES; i++) {
		char out[UNITS_TEXT];
		struct level back, level = {random_real(&state), (enum unit)(i % 4)};
		if (level.unit == UNIT_DURATION)
			level.amount = (double)(random_whole(&state) >> 10);
		cr_assert_null(units_parse_level(units_print_level(out, level), &back), "%s", out);
		cr_assert_eq(back.unit, level.unit, "%s", out);
		cr_assert_eq(bits_of(back.amount), bits_of(level.amount), "%s", out);
		struct stage held, stage = {fmod(random_real(&state), 1), random_whole(&state)};
		cr_assert_null(units_parse_stage(units_print_stage(out, stage), &held), "%s", out);
		cr_assert_eq(bits_of(held.share), bits_of(stage.share), "%s", out);
		cr_assert_eq(held.hold, stage.hold, "%s", out);
	}
}

static bool set_comma_locale(void)
{
	static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE",
					    "fr_FR.UTF-8", "fr_FR.utf8", "nl_NL.UTF-8",
					    "es_ES.UTF-8"};
	for (size_t i = 0; i < LENGTH(names); i++)
		if (setlocale(LC_ALL, names[i]))
			return strcmp(localeconv()->decimal_point, ".") != 0;
	return false;
}

Test(units, the_locale_changes_nothing)
{
	if (!set_comma_locale())
		cr_skip_test("no locale with a decimal comma is installed");
	char out[UNITS_TEXT];
	double number;
	cr_expect_null(units_parse_number("1.5", &number));
	cr_expect_eq(number, 1.5);
	cr_expect_not_null(units_parse_number("1,5", &number));
	cr_expect_str_eq(units_print_number(out, 0.1 + 0.2), "0.30000000000000004");
	cr_expect_str_eq(units_print_share(out, 0.125), "12.5%");
	cr_expect_str_eq(units_print_duration(out, 1500000000), "1.5s");
}
