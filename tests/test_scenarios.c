/* The shipped scenarios are a suite: each asks a question, is called as its file, and expects
 * something that `make suite` holds it to. */
#include "tests/sandbox.h"

#include <glob.h>

/* It shows what can be said, and has too few trials to show anything else. */
static bool is_reference(const char *path)
{
	return strstr(path, "/language.yaml");
}

static void expect_question(const char *path, const char *text)
{
	const char *end = strchr(text, '\n');
	while (end && end[1] == '#')
		end = strchr(end + 1, '\n');
	cr_assert(text[0] == '#' && end, "%s does not open with a comment", path);
	cr_expect(memchr(text, '?', (size_t)(end - text)), "%s does not open with a question",
		  path);
}

Test(scenarios, each_asks_a_question_and_says_what_it_expects)
{
	glob_t found;
	cr_assert_eq(glob("scenarios/*.yaml", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i], *name = strrchr(path, '/') + 1;
		char title[256];
		FILE *file = fopen(path, "rb");
		cr_assert(file, "%s", path);
		char *text = sandbox_slurp(file);
		fclose(file);
		expect_question(path, text);
		snprintf(title, sizeof title, "\nscenario: %.*s", (int)strcspn(name, "."), name);
		cr_expect(strstr(text, title), "%s is not called so in itself", path);
		cr_expect(is_reference(path) || strstr(text, "\nexpect:"), "%s expects nothing",
			  path);
		free(text);
	}
	cr_expect_geq(found.gl_pathc, 25);
	globfree(&found);
}

/* Whether the patterns match, the units fit, and the bounds can be shown at all. */
Test(scenarios, all_their_expectations_can_be_judged)
{
	struct sandbox sandbox;
	int code;
	sandbox_open(&sandbox);
	sandbox_link_own(&sandbox, "scenarios", "scenarios");
	char *listed = sandbox_run(&sandbox, "coalmine check scenarios --list", &code);
	cr_expect_eq(code, 0, "%s", listed);
	free(listed);
	sandbox_close(&sandbox);
}
