/* Rulings as one JSON object. */
#include "sim/report/ruling.h"

#include "sim/report/json.h"

static void put(const char *key, const char *text, FILE *out)
{
	fprintf(out, ", \"%s\": ", key);
	json_text(out, text);
}

static void put_number(const char *key, double number, FILE *out)
{
	fprintf(out, ", \"%s\": ", key);
	json_number(out, number);
}

static void put_ruling(const struct ruling *v, FILE *out)
{
	fputs("{\"file\": ", out);
	json_text(out, v->file);
	fprintf(out, ", \"line\": %d", v->line);
	put("scenario", v->suite, out);
	put("expected", v->name, out);
	put("finding", finding_words[v->finding], out);
	put("seen", v->words, out);
	put_number("value", v->seen.value, out);
	put_number("low", v->seen.low, out);
	put_number("high", v->seen.high, out);
	put_number("bound", v->due, out);
	fprintf(out, ", \"trials\": %lld", (long long)v->trials);
	if (v->again)
		put("explain", v->again, out);
	fputc('}', out);
}

static void put_unchecked(const struct rulings *rulings, const char *key, bool not_run, FILE *out)
{
	const char *between = "\n ";
	fprintf(out, "], \"%s\": [", key);
	for (const struct unchecked *u = rulings->unchecked; u; u = u->next) {
		if (u->not_run != not_run)
			continue;
		fprintf(out, "%s{\"file\": ", between);
		json_text(out, u->file);
		fprintf(out, ", \"line\": %d", u->line);
		put("message", u->why, out);
		fputc('}', out);
		between = ",\n ";
	}
	if (rulings_unchecked(rulings, not_run))
		fputc('\n', out);
}

void ruling_json(const struct rulings *rulings, FILE *out)
{
	fprintf(out, "{\"holds\": %d, \"broken\": %d, \"undecided\": %d, \"expectations\": [",
		rulings_count(rulings, FINDING_HOLDS), rulings_count(rulings, FINDING_BROKEN),
		rulings_count(rulings, FINDING_UNDECIDED));
	for (int i = 0; i < rulings->count; i++) {
		fputs(i ? ",\n " : "\n ", out);
		put_ruling(&rulings->ruling[i], out);
	}
	fputc('\n', out);
	put_unchecked(rulings, "errors", false, out);
	put_unchecked(rulings, "not_run", true, out);
	fputs("]}\n", out);
}
