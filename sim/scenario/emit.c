/* A tree as YAML, quoted just where reading it back would otherwise give something else. */
#include "sim/scenario/text.h"
#include "sim/scenario/tree.h"

#include <stdlib.h>
#include <string.h>

enum {
	STEP = 2,   /* blanks a level */
	WIDTH = 90, /* columns a line of brackets may fill */
};

/* Each put_ returns the columns it takes, and prints unless `out` is NULL. */
static int put(FILE *out, const char *text, size_t length)
{
	int columns = 0;
	for (size_t i = 0; i < length; i++)
		columns += ((unsigned char)text[i] & 0xC0) != 0x80;
	if (out)
		fwrite(text, 1, length, out);
	return columns;
}

static int put_word(FILE *out, const char *text)
{
	return put(out, text, strlen(text));
}

/* Letters that end lines for some readers, or that nobody sees (YAML 1.2.2, section 5.1). */
static bool needs_escape(uint32_t code)
{
	return code < ' ' || (code >= 0x7F && code <= 0xA0) || code == 0x2028 || code == 0x2029 ||
	       code == 0xFEFF || code == 0xFFFE || code == 0xFFFF;
}

static int put_escape(FILE *out, uint32_t code)
{
	char text[16];
	if (code == '\n' || code == '\t' || code == '\r')
		return put_word(out, code == '\n' ? "\\n" : code == '\t' ? "\\t" : "\\r");
	snprintf(text, sizeof text, code < 0x100 ? "\\x%02X" : "\\u%04X", (unsigned)code);
	return put_word(out, text);
}

static int put_quoted(FILE *out, const char *text)
{
	int columns = put_word(out, "\"");
	size_t left = strlen(text);
	while (left) {
		uint32_t code;
		size_t length = text_letter(text, left, &code);
		if (!length)
			length = 1;
		if (needs_escape(code)) {
			columns += put_escape(out, code);
		} else {
			if (code == '"' || code == '\\')
				columns += put_word(out, "\\");
			columns += put(out, text, length);
		}
		text += length;
		left -= length;
	}
	return columns + put_word(out, "\"");
}

static bool has_escapes(const char *text)
{
	for (size_t left = strlen(text), length; left; left -= length, text += length) {
		uint32_t code;
		length = text_letter(text, left, &code);
		if (!length || needs_escape(code))
			return true;
	}
	return false;
}

static bool is_blank_or_end(char c)
{
	return c == ' ' || !c;
}

/* Indicators may not start plain text, but for three that may when a letter follows at once. */
static bool starts_plain(const char *text)
{
	bool document_mark = strncmp(text, "---", 3) == 0 || strncmp(text, "...", 3) == 0;
	if (document_mark && is_blank_or_end(text[3]))
		return false;
	if (strchr("-?:", text[0]))
		return !is_blank_or_end(text[1]);
	return !strchr(",[]{}#&*!|>'\"%@` ", text[0]);
}

/* YAML 1.2.2, section 7.3.3. */
static bool is_plain(const char *text, bool in_brackets)
{
	if (text_is_null(text) || !starts_plain(text) || has_escapes(text))
		return false;
	for (const char *c = text; *c; c++) {
		bool ends_key = *c == ':' && is_blank_or_end(c[1]);
		bool is_lost = *c == ' ' && (c[1] == '#' || !c[1]);
		if (ends_key || is_lost)
			return false;
	}
	return !in_brackets || !text[strcspn(text, ",[]{}")];
}

static int put_scalar(FILE *out, const struct node *node)
{
	if (!node->quoted && !*node->text)
		return put_word(out, "~");
	if (!node->quoted && is_plain(node->text, false))
		return put_word(out, node->text);
	return put_quoted(out, node->text);
}

static int put_key(FILE *out, const char *key)
{
	bool merge = strcmp(key, "<<") == 0;
	int columns = !merge && is_plain(key, true) ? put_word(out, key) : put_quoted(out, key);
	return columns + put_word(out, ":");
}

static int put_line(FILE *out, const struct node *node);

/* All on one line, whatever is in it. */
static int put_in_brackets(FILE *out, const struct node *node)
{
	bool map = node->kind == NODE_MAP;
	int columns = put_word(out, map ? "{" : "[");
	for (const struct node *child = node->first; child; child = child->next) {
		if (child != node->first)
			columns += put_word(out, ", ");
		if (map)
			columns += put_key(out, child->key) + put_word(out, " ");
		columns += put_line(out, child);
	}
	return columns + put_word(out, map ? "}" : "]");
}

static int put_line(FILE *out, const struct node *node)
{
	return node->kind == NODE_SCALAR ? put_scalar(out, node) : put_in_brackets(out, node);
}

/* Plain text that brackets would force into quotes keeps its own line. */
static bool fits_in_brackets(const struct node *node, int column)
{
	for (const struct node *child = node->first; child; child = child->next) {
		if (child->kind != NODE_SCALAR)
			return false;
		bool plain = !child->quoted && is_plain(child->text, false);
		if (plain && !is_plain(child->text, true))
			return false;
	}
	return !node->first || column + put_in_brackets(NULL, node) <= WIDTH;
}

static void print_children(const struct node *node, int indent, FILE *out);

/* After a key or a dash, which ends at `column`; what needs lines of its own is indented. */
static void print_value(const struct node *node, int indent, int column, FILE *out)
{
	if (node->kind == NODE_SCALAR || fits_in_brackets(node, column + 1)) {
		put_word(out, " ");
		put_line(out, node);
		put_word(out, "\n");
		return;
	}
	if (node->key)
		fprintf(out, "\n%*s", indent + STEP, "");
	else
		put_word(out, " ");
	print_children(node, indent + STEP, out);
}

/* The first child starts where the line stands; the others are indented. */
static void print_children(const struct node *node, int indent, FILE *out)
{
	for (const struct node *child = node->first; child; child = child->next) {
		if (child != node->first)
			fprintf(out, "%*s", indent, "");
		bool map = node->kind == NODE_MAP;
		int columns = map ? put_key(out, child->key) : put_word(out, "-");
		print_value(child, indent, indent + columns, out);
	}
}

void tree_print(const struct node *node, FILE *out)
{
	if (node->first) {
		print_children(node, 0, out);
	} else {
		put_line(out, node);
		put_word(out, "\n");
	}
}

void tree_print_line(const struct node *node, FILE *out)
{
	put_line(out, node);
}

const char *tree_text(struct arena *arena, const struct node *node)
{
	char *text = NULL;
	size_t length = 0;
	if (node->kind == NODE_SCALAR)
		return node->text;
	FILE *out = open_memstream(&text, &length);
	if (!out)
		error_out_of_memory(1);
	tree_print_line(node, out);
	fclose(out);
	const char *copy = arena_copy(arena, text, length);
	free(text);
	return copy;
}
