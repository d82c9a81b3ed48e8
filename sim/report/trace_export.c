/* Columns by the words of a mapping, so that import knows them again. */
#include "sim/report/trace_export.h"

#include "sim/report/json.h"

#include <inttypes.h>
#include <math.h>

/* Those whose names are fields themselves keep them. */
static const char *prefix_of(const struct extra *extra)
{
	static const char *const fields[] = {"action", "reward", "propensity"};
	for (int i = 0; i < 3; i++)
		if (!strcmp(extra->name, fields[i]))
			return "";
	return extra->word ? "word." : "number.";
}

static void print_whole(int64_t value, FILE *out)
{
	fputc(',', out);
	if (value >= 0)
		fprintf(out, "%" PRId64, value);
}

static void print_word(const struct dictionary *words, double place, FILE *out)
{
	fputc(',', out);
	if (!(place >= 0))
		return;
	const char *word = words->word[(int)place];
	if (!strpbrk(word, ",\"")) {
		fputs(word, out);
		return;
	}
	fputc('"', out);
	for (; *word; word++) {
		if (*word == '"')
			fputc('"', out);
		fputc(*word, out);
	}
	fputc('"', out);
}

static void print_row(const struct head *head, const struct row *row, FILE *out)
{
	fprintf(out, "%" PRId64, row->arrival_ns);
	print_whole(row->duration_ns, out);
	print_whole(row->status, out);
	fprintf(out, ",%s", row_outcomes[row->outcome]);
	print_whole(row->bytes, out);
	print_word(&head->routes, row->route, out);
	if (row->user)
		fprintf(out, ",%016" PRIx64, row->user);
	else
		fputc(',', out);
	print_word(&head->segments, row->segment, out);
	print_word(&head->versions, row->version, out);
	for (int e = 0; e < head->extras; e++) {
		if (head->extra[e].word) {
			print_word(&head->extra[e].words, row->extra[e], out);
			continue;
		}
		fputc(',', out);
		if (!isnan(row->extra[e]))
			json_number(out, row->extra[e]);
	}
	fputc('\n', out);
}

bool trace_print_csv(struct trace_reader *reader, FILE *out)
{
	const struct head *head = trace_head(reader);
	const struct row *row;
	fputs("time:ns,duration:ns,status,outcome,bytes,route,user_hash,segment,version", out);
	for (int e = 0; e < head->extras; e++)
		fprintf(out, ",%s%s", prefix_of(&head->extra[e]), head->extra[e].name);
	fputc('\n', out);
	while (!ferror(out) && (row = trace_next(reader)))
		print_row(head, row, out);
	return !trace_is_broken(reader);
}

static void json_whole(const char *name, int64_t value, FILE *out)
{
	if (value >= 0)
		fprintf(out, ", \"%s\": %" PRId64, name, value);
}

static void json_word(const char *name, const struct dictionary *words, double place, FILE *out)
{
	if (!(place >= 0))
		return;
	fprintf(out, ", \"%s\": ", name);
	json_text(out, words->word[(int)place]);
}

bool trace_print_json(struct trace_reader *reader, FILE *out)
{
	const struct head *head = trace_head(reader);
	const struct row *row;
	while (!ferror(out) && (row = trace_next(reader))) {
		fprintf(out, "{\"time_ns\": %" PRId64, row->arrival_ns);
		json_whole("duration_ns", row->duration_ns, out);
		json_whole("status", row->status, out);
		fprintf(out, ", \"outcome\": \"%s\"", row_outcomes[row->outcome]);
		json_whole("bytes", row->bytes, out);
		json_word("route", &head->routes, row->route, out);
		if (row->user)
			fprintf(out, ", \"user_hash\": \"%016" PRIx64 "\"", row->user);
		json_word("segment", &head->segments, row->segment, out);
		json_word("version", &head->versions, row->version, out);
		for (int e = 0; e < head->extras; e++) {
			const struct extra *extra = &head->extra[e];
			if (extra->word) {
				json_word(extra->name, &extra->words, row->extra[e], out);
			} else if (!isnan(row->extra[e])) {
				fprintf(out, ", \"%s\": ", extra->name);
				json_number(out, row->extra[e]);
			}
		}
		fputs("}\n", out);
	}
	return !trace_is_broken(reader);
}
