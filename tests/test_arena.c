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
