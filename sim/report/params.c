/* What a parameter is, whether it must be given, and what it is about. */
#include "sim/report/params.h"

#include "sim/report/json.h"
#include "sim/report/table.h"

enum { TEXT = 512 };

void params_print(const struct param *params, const char *head, const char *prefix, int width,
		  FILE *out)
{
	const char *const heads[] = {head, "what it is", "default", "about"};
	char text[TEXT];
	struct arena arena = {0};
	struct table table;
	table_init(&table, &arena, 4, heads);
	for (const struct param *p = params; p->key; p++) {
		table_add(&table);
		snprintf(text, sizeof text, "%s%s", prefix, p->key);
		table_put(&table, 0, text);
		param_describe(p, text, sizeof text);
		table_put(&table, 1, text);
		table_put(&table, 2, !p->fallback ? "(needed)" : *p->fallback ? p->fallback : "-");
		table_put(&table, 3, p->about);
	}
	table_print_within(&table, "  ", width, out);
	arena_free(&arena);
}

void params_json(const struct param *params, FILE *out)
{
	char text[TEXT];
	for (const struct param *p = params; p->key; p++) {
		fputs(p == params ? "" : ", ", out);
		fputs("{\"key\": ", out);
		json_text(out, p->key);
		fputs(", \"is\": ", out);
		param_describe(p, text, sizeof text);
		json_text(out, text);
		fputs(", \"default\": ", out);
		if (p->fallback && *p->fallback)
			json_text(out, p->fallback);
		else
			fputs("null", out);
		fprintf(out, ", \"needed\": %s, \"about\": ", p->fallback ? "false" : "true");
		json_text(out, p->about);
		fputc('}', out);
	}
}
