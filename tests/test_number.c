/* Numbers as text: whatever the number, digit by digit what the C library reads and writes. */
#include "sim/calculator/number.h"

#include "tests/random.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

enum { TRIES = 300000 };

static void expect_written(double number)
{
	char found[NUMBER_TEXT + 1], wanted[64];
	found[number_write(found, number)] = 0;
	snprintf(wanted, sizeof wanted, "%.17g", number);
	cr_assert_str_eq(found, wanted);
}

static void expect_read(const char *text)
{
	const char *at = text;
	double found = NAN, wanted = strtod(text, NULL);
	cr_assert(number_read(&at, &found), "%s", text);
	cr_assert(found == wanted && signbit(found) == signbit(wanted), "%s is %.17g, not %.17g",
		  text, found, wanted);
	cr_assert_eq(*at, 0, "%s leaves %s", text, at);
}

static double from_bits(uint64_t bits)
{
	double number;
	memcpy(&number, &bits, sizeof number);
	return number;
}

/* Any bits; the sizes of everyday; fractions; few bits at any exponent, where halves are. */
static double any_number(uint64_t *random)
{
	switch (random_to(random, 3)) {
	case 0:
		return from_bits(random_next(random));
	case 1:
		return exp(60 * random_share(random) - 30);
	case 2:
		return (double)random_to(random, 1000000) / (double)random_to(random, 1000);
	default:
		return ldexp((double)random_to(random, 1 << 20),
			     (int)random_to(random, 2000) - 1000);
	}
}

Test(number, seventeen_digits_are_those_of_the_library)
{
	uint64_t random = 1;
	for (int i = 0; i < TRIES; i++) {
		double number = any_number(&random);
		if (!isnan(number))
			expect_written(number);
	}
}

Test(number, what_is_written_is_read_as_the_same)
{
	uint64_t random = 2;
	for (int i = 0; i < TRIES; i++) {
		double number = any_number(&random), back;
		char text[NUMBER_TEXT + 1];
		const char *at = text;
		if (!isfinite(number))
			continue;
		text[number_write(text, number)] = 0;
		cr_assert(number_read(&at, &back) && !*at, "%s", text);
		cr_assert_eq(back, number, "%s", text);
	}
}

Test(number, any_count_of_digits_is_read_as_by_the_library)
{
	uint64_t random = 3;
	for (int i = 0; i < TRIES; i++) {
		char text[512];
		double number = any_number(&random);
		if (!(fabs(number) >= DBL_MIN && fabs(number) < 1e300))
			continue;
		snprintf(text, sizeof text, i % 8 ? "%.*g" : "%.*f", (int)random_to(&random, 25),
			 number);
		if (strtod(text, NULL) != 0)
			expect_read(text);
	}
}

/* Where an exponent changes, and next to it. */
Test(number, powers_of_two_and_ten_and_their_neighbours_are_right)
{
	for (int power = -1074; power < 1024; power++)
		for (int side = -1; side <= 1; side++) {
			double number = ldexp(1, power);
			number = side ? nextafter(number, side > 0 ? INFINITY : 0) : number;
			expect_written(number);
		}
	for (int power = -323; power <= 308; power++) {
		char text[16];
		snprintf(text, sizeof text, "1e%d", power);
		double number = strtod(text, NULL);
		expect_read(text);
		expect_written(number);
		expect_written(nextafter(number, INFINITY));
		expect_written(nextafter(number, 0));
	}
}

Test(number, odd_numbers_are_written_like_others)
{
	static const double odd[] = {
		0, -0.0, 1, -1, 0.1, 1e-4, 9.9999999999999995e-05, 1e-5, 1e15, 1e16, 1e17, 1e21,
		1e22, 1e23, 123, 100, 1e300, 5e-324, DBL_MIN, DBL_MAX, -DBL_MAX, 0.5, 1e-7, 1e100,
		9007199254740993.0, 99999999999999999.0, 123456789012345678.0, 4503599627370497.5,
		/* A digit too many, which is a 5: ties. */
		18014398509481985.0, 36028797018963970.0, 0x1p60, 0x1.8p57, 1.5e17 + 32,
		2251799813685248.25, 1125899906842624.125, INFINITY, -INFINITY};
	for (size_t i = 0; i < LENGTH(odd); i++)
		expect_written(odd[i]);
	char text[NUMBER_TEXT];
	cr_expect_eq(number_write(text, -(double)NAN), 3);
	cr_expect_arr_eq(text, "nan", 3);
}

Test(number, halves_between_doubles_are_read_to_even)
{
	static const char *const halves[] = {
		"9007199254740993",
		"9007199254740992.99999999999999999999999999",
		"9007199254740993.00000000000000000000000000001",
		"9007199254740995",
		"1.00000000000000011102230246251565404236316680908203125",
		"1.00000000000000011102230246251565404236316680908203124",
		"1.00000000000000011102230246251565404236316680908203126",
		"2.2250738585072011e-308",
		"2.2250738585072014e-308",
		"4.9406564584124654e-324",
		"2.4703282292062328e-324",
		"1.7976931348623157e308",
		"0.000000000000000000000000000000000000000000000000000000000000000000001",
		"100000000000000000000000000000000000000000000000000000000000000000000000"};
	for (size_t i = 0; i < LENGTH(halves); i++)
		expect_read(halves[i]);
}

Test(number, a_number_ends_where_it_ends)
{
	static const struct {
		const char *text;
		double number;
		const char *rest;
	} cases[] = {{"12.5;3", 12.5, ";3"}, {"1e3x", 1000, "x"}, {"1e", 1, "e"},
		     {"1e+", 1, "e+"},	     {"5.", 5, ""},	  {".5|", 0.5, "|"},
		     {"-0", 0, ""},	     {"0x10", 0, "x10"},  {"007", 7, ""},
		     {"1.5.5", 1.5, ".5"},   {"1-1", 1, "-1"},	  {"0e999999999999", 0, ""},
		     {"3E-2,", 0.03, ","},   {"1 ", 1, " "}};
	for (size_t i = 0; i < LENGTH(cases); i++) {
		const char *at = cases[i].text;
		double number = NAN;
		cr_expect(number_read(&at, &number), "%s", cases[i].text);
		cr_expect_eq(number, cases[i].number, "%s", cases[i].text);
		cr_expect_str_eq(at, cases[i].rest);
	}
}

Test(number, what_is_no_number_changes_nothing)
{
	static const char *const texts[] = {"",	      "-",    ".",     "-.",
					    "e5",     "+1",   " 1",    "nan",
					    "inf",    "-inf", "1e309", "-1e99999999999",
					    "1e-400", "x",    "--1",   ";"};
	for (size_t i = 0; i < LENGTH(texts); i++) {
		const char *at = texts[i];
		double number = 7;
		cr_expect(!number_read(&at, &number), "%s", texts[i]);
		cr_expect_eq(number, 7);
		cr_expect_eq(at, texts[i]);
	}
}
