/* Rulings, one after another, and as people read them. */
#include "sim/report/ruling.h"

#include "sim/report/table.h"

#include <string.h>

void rulings_add(struct rulings *rulings, const struct ruling *ruling)
{
	if (rulings->count == rulings->room) {
		int room = rulings->room ? 2 * rulings->room : 64;
		struct ruling *more =
			arena_take(&rulings->arena, (size_t)room * sizeof *rulings->ruling);
		if (rulings->count)
			memcpy(more, rulings->ruling,
			       (size_t)rulings->count * sizeof *rulings->ruling);
		rulings->ruling = more;
		rulings->room = room;
	}
	rulings->ruling[rulings->count++] = *ruling;
}

void rulings_add_unchecked(struct rulings *rulings, const struct unchecked *unchecked)
{
	struct arena *arena = &rulings->arena;
	struct unchecked *own = arena_take(arena, sizeof *own);
	*own = *unchecked;
	own->why = arena_copy(arena, unchecked->why, strlen(unchecked->why));
	own->next = NULL;
	*(rulings->end ? rulings->end : &rulings->unchecked) = own;
	rulings->end = &own->next;
}

int rulings_unchecked(const struct rulings *rulings, bool not_run)
{
	int count = 0;
	for (const struct unchecked *u = rulings->unchecked; u; u = u->next)
		count += u->not_run == not_run;
	return count;
}

const char *unchecked_words(const struct unchecked *unchecked)
{
	return unchecked->not_run ? "not run" : "could not be checked";
}

void rulings_free(struct rulings *rulings)
{
	arena_free(&rulings->arena);
}

int rulings_count(const struct rulings *rulings, enum finding finding)
{
	int count = 0;
	for (int i = 0; i < rulings->count; i++)
		count += rulings->ruling[i].finding == finding;
	return count;
}

bool rulings_fails(const struct rulings *rulings, const struct ruling *ruling)
{
	return ruling->finding == FINDING_BROKEN ||
	       (ruling->finding == FINDING_UNDECIDED && rulings->undecided_fails);
}

int rulings_of_suite(const struct rulings *rulings, int first)
{
	int count = 1;
	while (first + count < rulings->count &&
	       !strcmp(rulings->ruling[first + count].file, rulings->ruling[first].file))
		count++;
	return count;
}

/* ---- for people */

/* Both are broken, and by the same trial. */
static bool shares_trial(const struct ruling *a, const struct ruling *b)
{
	return a->finding == FINDING_BROKEN && b->finding == FINDING_BROKEN && a->again &&
	       b->again && !strcmp(a->again, b->again);
}

/* The command that shows a bad trial, once, below all that it breaks. */
static void print_command(const struct ruling *ruling, int at, int count, FILE *out)
{
	const struct ruling *own = &ruling[at];
	for (int i = 0; i < at; i++)
		if (shares_trial(&ruling[i], own))
			return;
	const char *between = "  ";
	for (int i = at; i < count; i++) {
		if (!shares_trial(&ruling[i], own))
			continue;
		fprintf(out, "%s%s", between, ruling[i].name);
		between = "; ";
	}
	if (shares_trial(own, own))
		fprintf(out, ":\n    %s\n", own->again);
}

static void print_suite(const struct rulings *rulings, int first, int count, FILE *out)
{
	bool once = false;
	for (int i = first; i < first + count; i++)
		once = once || rulings->ruling[i].once;
	const char *const heads[] = {
		"", "expected",
		once ? "seen; intervals hold at every look, those of changes at one"
		     : "seen; intervals hold at every look"};
	struct arena arena = {0};
	struct table table;
	table_init(&table, &arena, 3, heads);
	fprintf(out, "%s\n", rulings->ruling[first].file);
	for (int i = first; i < first + count && table_add(&table); i++) {
		const struct ruling *v = &rulings->ruling[i];
		table_put(&table, 0, finding_words[v->finding]);
		table_put(&table, 1, v->name);
		table_put(&table, 2, v->words);
	}
	table_print(&table, "  ", out);
	for (int i = 0; i < count; i++)
		print_command(&rulings->ruling[first], i, count, out);
	fputc('\n', out);
	arena_free(&arena);
}

static void print_files(int count, const char *words, FILE *out)
{
	if (count)
		fprintf(out, "; %d file%s %s", count, count == 1 ? "" : "s", words);
}

void ruling_print_count(const struct rulings *rulings, FILE *out)
{
	fprintf(out, "%d hold, %d broken, %d undecided", rulings_count(rulings, FINDING_HOLDS),
		rulings_count(rulings, FINDING_BROKEN), rulings_count(rulings, FINDING_UNDECIDED));
	print_files(rulings_unchecked(rulings, false), "could not be checked", out);
	print_files(rulings_unchecked(rulings, true), "not run", out);
}

void ruling_print(const struct rulings *rulings, FILE *out)
{
	for (int i = 0; i < rulings->count;) {
		int count = rulings_of_suite(rulings, i);
		print_suite(rulings, i, count, out);
		i += count;
	}
	for (const struct unchecked *u = rulings->unchecked; u; u = u->next)
		fprintf(out, "%s\n  %s: %s\n\n", u->file, unchecked_words(u), u->why);
	ruling_print_count(rulings, out);
	fputc('\n', out);
}
