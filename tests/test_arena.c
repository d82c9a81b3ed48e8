/* An arena that is reset is as good as new, and keeps its room. */
#include "sim/arena.h"

#include <criterion/criterion.h>
#include <string.h>

static void expect_zero(const unsigned char *memory, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		cr_assert_eq(memory[i], 0, "byte %zu", i);
}

Test(arena, memory_is_zero_after_a_reset)
{
	struct arena arena = {0};
	for (int round = 0; round < 5; round++) {
		for (size_t bytes = 1; bytes < 100000; bytes *= 7) {
			unsigned char *memory = arena_take(&arena, bytes);
			expect_zero(memory, bytes);
			memset(memory, 0xAA, bytes);
		}
		arena_reset(&arena);
	}
	arena_free(&arena);
}

Test(arena, room_is_used_again)
{
	struct arena arena = {0};
	arena_take(&arena, 50000);
	arena_reset(&arena);
	const void *first = arena_take(&arena, 50000);
	for (int round = 0; round < 1000; round++) {
		arena_reset(&arena);
		cr_assert_eq(arena_take(&arena, 50000), first);
	}
	arena_free(&arena);
}

Test(arena, nothing_may_be_reset)
{
	struct arena arena = {0};
	arena_reset(&arena);
	cr_assert_not_null(arena_take(&arena, 1));
	arena_free(&arena);
}

/* A byte of every piece says which it is, and when it was written. */
static void write_pieces(unsigned char *piece[], int count, int when)
{
	for (int i = 0; i < count; i++)
		memset(piece[i], i + when, 3000);
}

static void expect_pieces(unsigned char *piece[], int count, int when)
{
	for (int i = 0; i < count; i++)
		for (int b = 0; b < 3000; b++)
			cr_assert_eq(piece[i][b], (unsigned char)(i + when));
}

Test(arena, what_was_saved_comes_back_to_where_it_was)
{
	enum { BEFORE = 20, AFTER = 60 };
	struct arena arena = {0};
	struct arena_image image = {0}, inner = {0};
	unsigned char *piece[AFTER];
	for (int i = 0; i < BEFORE; i++)
		piece[i] = arena_take(&arena, 3000);
	write_pieces(piece, BEFORE, 100);
	arena_save(&arena, &image);
	for (int round = 0; round < 3; round++) {
		for (int i = BEFORE; i < AFTER; i++) {
			piece[i] = arena_take(&arena, 3000);
			expect_zero(piece[i], 3000);
		}
		write_pieces(piece, AFTER, round);
		arena_save(&arena, &inner);
		write_pieces(piece, AFTER, 50);
		arena_restore(&arena, &inner);
		expect_pieces(piece, AFTER, round);
		arena_restore(&arena, &image);
		expect_pieces(piece, BEFORE, 100);
	}
	arena_image_free(&image);
	arena_image_free(&inner);
	arena_free(&arena);
}

Test(arena, an_image_of_nothing_gives_back_everything)
{
	struct arena arena = {0};
	struct arena_image image = {0};
	arena_save(&arena, &image);
	arena_take(&arena, 100000);
	arena_restore(&arena, &image);
	cr_assert_null(arena.newest);
	arena_image_free(&image);
}
