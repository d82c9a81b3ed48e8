/* JUnit's XML, as Jenkins, GitLab and GitHub's reporters read it: a suite a scenario. There are no
 * times in it: the same scenario gives the same bytes. */
#include "sim/report/ruling.h"

/* What XML 1.0 cannot hold at all becomes a question mark. */
static void put_text(const char *text, FILE *out)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		const char *name = c == '&'		 ? "&amp;"
				   : c == '<'		 ? "&lt;"
				   : c == '>'		 ? "&gt;"
				   : c == '"'		 ? "&quot;"
				   : c == '\n'		 ? "&#10;"
				   : c < 32 && c != '\t' ? "?"
							 : NULL;
		if (name)
			fputs(name, out);
		else
			fputc(c, out);
	}
}

static void put(const char *key, const char *text, FILE *out)
{
	fprintf(out, " %s=\"", key);
	put_text(text, out);
	fputc('"', out);
}

static void put_case(const struct rulings *rulings, const struct ruling *v, FILE *out)
{
	bool fails = rulings_fails(rulings, v);
	fputs("    <testcase", out);
	put("classname", v->suite, out);
	put("name", v->name, out);
	put("file", v->file, out);
	fprintf(out, " line=\"%d\">\n", v->line);
	if (fails || v->finding == FINDING_UNDECIDED) {
		fprintf(out, "      <%s", fails ? "failure" : "skipped");
		put("message", v->words, out);
		if (fails)
			put("type", finding_words[v->finding], out);
		fputs("/>\n", out);
	}
	fputs("      <system-out>", out);
	put_text(v->words, out);
	if (fails && v->again) {
		fputc('\n', out);
		put_text(v->again, out);
	}
	fputs("</system-out>\n    </testcase>\n", out);
}

static void put_suite(const struct rulings *rulings, int first, int count, FILE *out)
{
	int failures = 0, skipped = 0;
	for (int i = first; i < first + count; i++) {
		const struct ruling *v = &rulings->ruling[i];
		failures += rulings_fails(rulings, v);
		skipped += v->finding == FINDING_UNDECIDED && !rulings_fails(rulings, v);
	}
	fputs("  <testsuite", out);
	put("name", rulings->ruling[first].suite, out);
	fprintf(out, " tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\">\n", count,
		failures, skipped);
	for (int i = first; i < first + count; i++)
		put_case(rulings, &rulings->ruling[i], out);
	fputs("  </testsuite>\n", out);
}

/* A suite of its own, because its scenario has no name yet. */
static void put_unchecked(const struct unchecked *u, FILE *out)
{
	fputs("  <testsuite", out);
	put("name", u->file, out);
	fprintf(out, " tests=\"1\" failures=\"0\" errors=\"%d\" skipped=\"%d\">\n    <testcase",
		!u->not_run, u->not_run);
	put("classname", u->file, out);
	put("name", "is checked", out);
	put("file", u->file, out);
	fprintf(out, " line=\"%d\">\n      <%s", u->line, u->not_run ? "skipped" : "error");
	put("message", u->why, out);
	if (!u->not_run)
		put("type", unchecked_words(u), out);
	fputs("/>\n    </testcase>\n  </testsuite>\n", out);
}

bool ruling_junit(void *context, FILE *out)
{
	const struct rulings *rulings = context;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"coalmine\">\n", out);
	for (int i = 0; i < rulings->count;) {
		int count = rulings_of_suite(rulings, i);
		put_suite(rulings, i, count, out);
		i += count;
	}
	for (const struct unchecked *u = rulings->unchecked; u; u = u->next)
		put_unchecked(u, out);
	fputs("</testsuites>\n", out);
	return !ferror(out);
}
