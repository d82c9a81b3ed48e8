/* Test Anything Protocol, version 13: a line a test; what is undecided is skipped. */
#include "sim/report/ruling.h"

/* A # would begin a directive, and ends of lines a line. */
static void put_text(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '#' || *text == '\\')
			fputc('\\', out);
		fputc(*text == '\n' || *text == '\r' ? ' ' : *text, out);
	}
}

static void put_unchecked(const struct unchecked *u, int number, FILE *out)
{
	fprintf(out, "%s %d - ", u->not_run ? "ok" : "not ok", number);
	put_text(u->file, out);
	fprintf(out, " # %s%s: ", u->not_run ? "SKIP " : "", unchecked_words(u));
	put_text(u->why, out);
	fputc('\n', out);
}

void ruling_tap(const struct rulings *rulings, FILE *out)
{
	int number = rulings->count;
	fprintf(out, "TAP version 13\n1..%d\n",
		number + rulings_unchecked(rulings, false) + rulings_unchecked(rulings, true));
	for (int i = 0; i < rulings->count; i++) {
		const struct ruling *v = &rulings->ruling[i];
		bool fails = rulings_fails(rulings, v);
		fprintf(out, "%s %d - ", fails ? "not ok" : "ok", i + 1);
		put_text(v->suite, out);
		fputs(": ", out);
		put_text(v->name, out);
		fputs(v->finding == FINDING_UNDECIDED && !fails ? " # SKIP undecided: " : "\n# ",
		      out);
		put_text(v->words, out);
		fputc('\n', out);
		if (fails && v->again) {
			fputs("# ", out);
			put_text(v->again, out);
			fputc('\n', out);
		}
	}
	for (const struct unchecked *u = rulings->unchecked; u; u = u->next)
		put_unchecked(u, ++number, out);
}
