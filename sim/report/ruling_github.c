/* Commands of GitHub's workflows: what is broken is marked at its line of the scenario; and the
 * table that a step leaves on the page of its run. */
#include "sim/report/ruling.h"

#include <string.h>

/* Properties end at commas and colons, commands at the end of the line. */
static void put_text(const char *text, bool property, FILE *out)
{
	for (; *text; text++) {
		if (strchr("%\r\n", *text) || (property && strchr(":,", *text)))
			fprintf(out, "%%%02X", (unsigned char)*text);
		else
			fputc(*text, out);
	}
}

static void put_place(const char *command, const char *file, int line, const char *title, FILE *out)
{
	fprintf(out, "::%s file=", command);
	put_text(file, true, out);
	fprintf(out, ",line=%d,title=", line);
	put_text(title, true, out);
	fputs("::", out);
}

void ruling_github(const struct rulings *rulings, FILE *out)
{
	for (int i = 0; i < rulings->count; i++) {
		const struct ruling *v = &rulings->ruling[i];
		if (v->finding == FINDING_HOLDS)
			continue;
		put_place(rulings_fails(rulings, v) ? "error" : "warning", v->file, v->line,
			  finding_words[v->finding], out);
		put_text(v->name, false, out);
		fputs(" - ", out);
		put_text(v->words, false, out);
		if (v->again) {
			fputs("%0A", out);
			put_text(v->again, false, out);
		}
		fputc('\n', out);
	}
	for (const struct unchecked *u = rulings->unchecked; u; u = u->next) {
		put_place(u->not_run ? "warning" : "error", u->file, u->line, unchecked_words(u),
			  out);
		put_text(u->why, false, out);
		fputc('\n', out);
	}
}

/* A cell ends at a bar, a row at the end of the line. */
static void put_cell(const char *text, FILE *out)
{
	if (*text)
		fputc(' ', out);
	for (; *text; text++) {
		if (strchr("|\\`*_<[", *text))
			fputc('\\', out);
		fputc(*text == '\n' || *text == '\r' ? ' ' : *text, out);
	}
	fputs(" |", out);
}

void ruling_markdown(const struct rulings *rulings, FILE *out)
{
	fputs("### coalmine check: ", out);
	ruling_print_count(rulings, out);
	fputs("\n\n| finding | scenario | expected | seen |\n| --- | --- | --- | --- |\n", out);
	for (int i = 0; i < rulings->count; i++) {
		const struct ruling *v = &rulings->ruling[i];
		fprintf(out, "| %s |", finding_words[v->finding]);
		put_cell(v->suite, out);
		put_cell(v->name, out);
		put_cell(v->words, out);
		fputc('\n', out);
	}
	for (const struct unchecked *u = rulings->unchecked; u; u = u->next) {
		fprintf(out, "| %s |", unchecked_words(u));
		put_cell(u->file, out);
		put_cell("", out);
		put_cell(u->why, out);
		fputc('\n', out);
	}
	fputc('\n', out);
}
