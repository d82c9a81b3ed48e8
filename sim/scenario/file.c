/* Measured times from a file: its lines become the nodes that a scenario would hold had they been
 * written there, so that all that is said of those is said of these, and the resolved scenario
 * needs no file. */
#include "sim/scenario/reader.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/shelf.h"
#include "sim/scenario/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *read_path(struct reader *reader, const char *name)
{
	const char *slash = strrchr(reader->source->name, '/');
	if (name[0] == '/' || !slash)
		return name;
	int folder = (int)(slash + 1 - reader->source->name);
	return arena_printf(reader->arena, "%.*s%s", folder, reader->source->name, name);
}

/* Devices and pipes may have no end, or say something else the next time. */
static bool is_plain(struct reader *reader, struct mark at, const char *path)
{
	struct stat found;
	if (stat(path, &found) != 0)
		complain(reader->complaints, at, "cannot open %s: %s", path, strerror(errno));
	else if (!S_ISREG(found.st_mode))
		complain(reader->complaints, at, "%s is %s, not a file", path,
			 S_ISDIR(found.st_mode) ? "a folder" : "a device or a pipe");
	else if (found.st_size > TREE_LARGEST)
		complain(reader->complaints, at, "%s has %lld bytes; at most %d are read", path,
			 (long long)found.st_size, TREE_LARGEST);
	else
		return true;
	return false;
}

/* The text lives as long as the arena: complaints quote it. */
static const struct source *load(struct reader *reader, struct mark at, const char *path)
{
	char why[READER_SENTENCE];
	struct source *source = arena_take(reader->arena, sizeof *source);
	if (!is_plain(reader, at, path))
		return NULL;
	char *text = scenario_load(path, &source->length, why, sizeof why);
	if (!text) {
		complain(reader->complaints, at, "%s", why);
		return NULL;
	}
	source->name = path;
	source->text = arena_copy(reader->arena, text, source->length);
	free(text);
	return source;
}

static bool is_text(struct reader *reader, const struct source *source)
{
	const char *bad = text_find_binary(source->text, source->length), *line = source->text;
	int lines = 1;
	for (const char *c = source->text; bad && c < bad; c++)
		if (*c == '\n') {
			line = c + 1;
			lines++;
		}
	if (bad)
		complain(reader->complaints, (struct mark){source, lines, (int)(bad - line) + 1},
			 "byte 0x%02X is %s; times are plain text", (unsigned)(unsigned char)*bad,
			 text_why_binary(*bad));
	return !bad;
}

/* A number is written with the unit, rounded to nanoseconds, for programs print more digits than
 * there are. All else is left as it is for others to complain of. */
static const char *add_unit(struct reader *reader, const char *text, sim_time unit)
{
	char printed[UNITS_TEXT];
	sim_time time;
	double number;
	bool bare = units_parse_duration(text, &time) && !units_parse_number(text, &number);
	if (!unit || !bare || !(number >= 0 && number * (double)unit < (double)MAX_HORIZON))
		return text;
	units_print_duration(printed, llround(number * (double)unit));
	return arena_printf(reader->arena, "%s", printed);
}

/* What is read so far of a file; `node` is a list of times or a map of quantiles, as its first line
 * says. */
struct lines {
	const struct source *source;
	sim_time unit;
	struct node *node, **end;
};

static void add(struct reader *reader, struct lines *lines, struct mark at, const char *key,
		struct mark key_at, const char *text)
{
	struct node *child = arena_take(reader->arena, sizeof *child);
	*child = (struct node){.kind = NODE_SCALAR, .at = at, .key_at = key_at, .key = key};
	child->text = add_unit(reader, text, lines->unit);
	*lines->end = child;
	lines->end = &child->next;
}

/* `p50 80ms` */
static void take_quantile(struct reader *reader, struct lines *lines, struct mark at, char *text)
{
	size_t key = strcspn(text, " \t"), blanks = strspn(text + key, " \t");
	struct mark time_at = {at.source, at.line, at.column + (int)(key + blanks)};
	if (text[0] != 'p' || !text[key]) {
		complain(reader->complaints, at,
			 "expected a quantile and its time, such as p50 80ms; found \"%.80s\"",
			 text);
		return;
	}
	text[key] = 0;
	add(reader, lines, time_at, text, at, text + key + blanks);
}

/* A line without its end. A comment begins a line or follows a blank. */
static void take_line(struct reader *reader, struct lines *lines, int number, const char *line,
		      size_t length)
{
	const char *start = line + strspn(line, " \t\r"), *end = line + length;
	for (const char *c = start; c < end; c++)
		if (*c == '#' && (c == start || strchr(" \t", c[-1])))
			end = c;
	while (end > start && strchr(" \t\r", end[-1]))
		end--;
	if (end <= start)
		return;
	struct mark at = {lines->source, number, (int)(start - line) + 1};
	char *text = arena_copy(reader->arena, start, (size_t)(end - start));
	if (lines->end == &lines->node->first)
		lines->node->kind = text[0] == 'p' ? NODE_MAP : NODE_LIST;
	if (lines->node->kind == NODE_MAP)
		take_quantile(reader, lines, at, text);
	else
		add(reader, lines, at, NULL, at, text);
}

/* The lines as a list or a map; NULL after a complaint. */
static const struct node *take_lines(struct reader *reader, const struct source *source,
				     sim_time unit)
{
	struct node *node = arena_take(reader->arena, sizeof *node);
	struct lines lines = {source, unit, node, &node->first};
	int number = 1, before = reader->complaints->count;
	node->at = (struct mark){source, 0, 0};
	for (const char *line = source->text; *line; number++) {
		size_t length = strcspn(line, "\n");
		take_line(reader, &lines, number, line, length);
		line += length + (line[length] == '\n');
	}
	if (!node->first && reader->complaints->count == before)
		complain(reader->complaints, node->at,
			 "there is nothing here but blanks and comments");
	return node->first ? node : NULL;
}

/* Of a bare number; 0 for none, and after a complaint. */
static sim_time read_unit(struct reader *reader, const struct node *unit)
{
	sim_time time = 0;
	if (unit && (unit->kind != NODE_SCALAR || strspn(unit->text, "0123456789.") ||
		     units_parse_duration(arena_printf(reader->arena, "1%s", unit->text), &time)))
		complain(reader->complaints, unit->at,
			 "expected a unit: ns, us, ms, s, m, h, d or w; found \"%.40s\"",
			 unit->kind == NODE_SCALAR ? unit->text : "a list or map");
	return time;
}

void read_file(struct reader *reader, struct node *map, const struct node *file)
{
	const struct node *unit = tree_find(map, "unit");
	const struct node *other = tree_find(map, "values");
	other = other ? other : tree_find(map, "quantiles");
	sim_time unit_ns = read_unit(reader, unit);
	tree_remove(map, file);
	if (unit)
		tree_remove(map, unit);
	if (other)
		complain(reader->complaints, other->key_at,
			 "%s and a file both say what was measured; keep one", other->key);
	if (file->kind != NODE_SCALAR || !*file->text)
		complain(reader->complaints, file->at, "file must be the name of a file");
	if (other || file->kind != NODE_SCALAR || !*file->text || (unit && !unit_ns))
		return;
	const char *path = read_path(reader, file->text);
	const struct node **kept = shelf_file(reader->shelf, path, unit ? unit->text : "");
	const struct source *source = *kept ? NULL : load(reader, file->at, path);
	if (source && is_text(reader, source))
		*kept = take_lines(reader, source, unit_ns);
	if (!*kept)
		return;
	struct node *node = tree_add_map(
		reader->arena, map, (*kept)->kind == NODE_LIST ? "values" : "quantiles", file->at);
	node->kind = (*kept)->kind;
	node->at = (*kept)->at;
	node->first = (*kept)->first;
}
