/* The league table of the README is what the league gives, to the byte. */
#include "bench/scoreboard.h"

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *print(const struct scoreboard *board)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	cr_assert(out);
	scoreboard_markdown(board, out);
	fclose(out);
	return text;
}

static char *read_readme(void)
{
	enum { MOST = 1 << 20 };
	FILE *file = fopen("README.md", "rb");
	char *text = calloc(1, MOST);
	cr_assert(file && text);
	cr_assert_gt(fread(text, 1, MOST - 1, file), 0);
	fclose(file);
	return text;
}

Test(scoreboard, readme_shows_the_table_that_the_league_gives)
{
	static struct scoreboard board;
	struct league league;
	gsl_set_error_handler_off();
	cr_assert(league_play_shipped(&league, LEAGUE_TRIALS, (int)sysconf(_SC_NPROCESSORS_ONLN)));
	scoreboard_fill(&board, &league);
	char *table = print(&board), *readme = read_readme();
	cr_expect(strstr(readme, table), "README.md does not show this:\n%s", table);
	free(table);
	free(readme);
	league_free(&league);
}
