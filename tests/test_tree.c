/* The scenario tree: what is read, what is refused with which words, and that printing is the
 * inverse of reading. The expected trees are YAML 1.2.2's, written down by hand. */
#include "sim/scenario/tree.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

struct bench {
	struct arena arena;
	struct source source;
	struct complaints complaints;
	struct node *tree;
	char *printed;
};

static struct bench bench;

static void set_up(void)
{
	bench = (struct bench){0};
	complaints_init(&bench.complaints);
}

static void tear_down(void)
{
	complaints_free(&bench.complaints);
	arena_free(&bench.arena);
	free(bench.printed);
}

TestSuite(tree, .init = set_up, .fini = tear_down);

static void read_bytes(const char *text, size_t length)
{
	bench.source = (struct source){"t.yaml", text, length};
	bench.tree = tree_read(&bench.arena, &bench.source, &bench.complaints);
}

static void read_text(const char *text)
{
	read_bytes(text, strlen(text));
}

static const char *print(const struct node *node)
{
	size_t size;
	free(bench.printed);
	FILE *out = open_memstream(&bench.printed, &size);
	tree_print(node, out);
	fclose(out);
	return bench.printed;
}

static void expect_tree(const char *text, const char *printed)
{
	read_text(text);
	const struct complaint *first = bench.complaints.first;
	cr_assert_not_null(bench.tree, "%s: %s", text, first ? first->text : "");
	cr_assert_null(first, "%s: %s", text, first ? first->text : "");
	cr_assert_str_eq(print(bench.tree), printed, "%s gave\n%s", text, bench.printed);
}

static void expect_complaint(int line, int column, const char *text)
{
	const struct complaint *first = bench.complaints.first;
	cr_assert_not_null(first, "no complaint, but wanted: %s", text);
	cr_expect_str_eq(first->text, text, "got: %s", first->text);
	cr_expect_eq(first->at.line, line, "line %d, not %d: %s", first->at.line, line, text);
	cr_expect_eq(first->at.column, column, "column %d, not %d: %s", first->at.column, column,
		     text);
	cr_expect_eq(bench.complaints.count, 1, "%d complaints", bench.complaints.count);
}

static void expect_refused(const char *text, int line, int column, const char *complaint)
{
	tear_down();
	set_up();
	read_text(text);
	expect_complaint(line, column, complaint);
}

static const struct node *at(const char *path)
{
	char steps[64];
	snprintf(steps, sizeof steps, "%s", path);
	const struct node *node = bench.tree;
	for (char *step = strtok(steps, "."); step; step = strtok(NULL, ".")) {
		if (node->kind == NODE_MAP) {
			node = tree_find(node, step);
		} else {
			node = node->first;
			for (int i = atoi(step); i; i--)
				node = node->next;
		}
		cr_assert_not_null(node, "nothing at %s", path);
	}
	return node;
}

static void expect_place(const char *path, int line, int column)
{
	const struct node *node = at(path);
	cr_expect_eq(node->at.line, line, "%s is on line %d", path, node->at.line);
	cr_expect_eq(node->at.column, column, "%s is at column %d", path, node->at.column);
}

Test(tree, every_value_knows_its_line_and_byte)
{
	read_text("a: 1\n\xC3\xA9: {b: x,\n  c: [1, \"2\"]}\n");
	expect_place("a", 1, 4);
	expect_place("\xC3\xA9", 2, 5);
	expect_place("\xC3\xA9.b", 2, 9);
	expect_place("\xC3\xA9.c.1", 3, 10);
	cr_expect_eq(at("\xC3\xA9.c")->key_at.line, 3);
	cr_expect_eq(at("\xC3\xA9.c")->key_at.column, 3);
	cr_expect(at("\xC3\xA9.c.1")->quoted);
	cr_expect_not(at("\xC3\xA9.c.0")->quoted);
}

Test(tree, a_byte_order_mark_moves_no_line)
{
	read_text("\xEF\xBB\xBF"
		  "a: 1\n");
	expect_place("a", 1, 7);
}

Test(tree, nothing_and_null_are_empty_text)
{
	read_text("a:\nb: ~\nc: null\nd: \"\"\ne: \"null\"\n");
	cr_expect_str_empty(at("a")->text);
	cr_expect_str_empty(at("b")->text);
	cr_expect_str_empty(at("c")->text);
	cr_expect_not(at("c")->quoted);
	cr_expect_str_empty(at("d")->text);
	cr_expect(at("d")->quoted);
	cr_expect_str_eq(at("e")->text, "null");
}

Test(tree, json_is_read_as_well_as_yaml)
{
	expect_tree("{\n\t\"a\": 1,\n\t\"b\": [null, \"\\ud83d\\ude00\\/\", {\"c\": -1.5e3}]\n}",
		    "a: 1\nb:\n  - ~\n  - \"\xF0\x9F\x98\x80/\"\n  - {c: -1.5e3}\n");
}

Test(tree, brackets_may_close_in_the_column_of_their_key)
{
	expect_tree("a: {\n  b: 1\n}\nc: [\n  2\n]\n", "a: {b: 1}\nc: [2]\n");
}

Test(tree, lines_may_end_as_they_do_on_windows)
{
	expect_tree("a: 1\r\nb: c\r\n", "a: 1\nb: c\n");
}

Test(tree, an_alias_is_a_copy_at_its_own_place)
{
	expect_tree("a: &x {b: [1, 2]}\nc: *x\n&k d: *k\n",
		    "a:\n  b: [1, 2]\nc:\n  b: [1, 2]\nd: d\n");
	expect_place("c", 2, 4);
	expect_place("c.b.0", 1, 12);
	cr_expect_neq(at("a.b"), at("c.b"));
}

Test(tree, quotes_appear_only_where_reading_back_needs_them)
{
	static const char text[] = "title: Is 5% of a:b x2 worth it?\n"
				   "plain: [yes, 5%, x2, 0, -1, +5%, 120/s, <= 3]\n"
				   "quoted: [\"yes\", \"0\", \">= 3\", \"a: b\", \" x \", \"#\"]\n"
				   "commas: a, b\n"
				   "\"a: b\": \"two\\nlines\\t\\\"\\\\\\x01\"\n"
				   "\"\": \"\"\n"
				   "none: ~\n"
				   "\"<<\": {}\n"
				   "more: []\n";
	expect_tree(text, text);
}

Test(tree, text_made_by_the_program_is_quoted_where_it_must_be)
{
	static const char *const texts[] = {
		"yes",	"5%",		">= 3", "a: b", "x:",	"- a", " a",  "a ",	     "#a",
		"a #b", "null",		"\"",	"'a'",	"a\nb", "---", "...", "[1]",	     "a, b",
		"&a",	"\xE2\x80\xA8", "-",	"?",	"\x7F", "%a",  "@a",  "\xEF\xBB\xBF"};
	static const struct source nowhere = {"program", NULL, 0};
	const struct mark mark = {&nowhere, 0, 0};
	struct node map = {.kind = NODE_MAP};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		tree_add(&bench.arena, &map, texts[i], texts[i], mark);
	read_text(print(&map));
	cr_assert_not_null(bench.tree);
	cr_expect_null(bench.complaints.first);
	cr_expect_eq(tree_count(bench.tree), (int)(sizeof texts / sizeof *texts));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const struct node *child = tree_find(bench.tree, texts[i]);
		cr_assert_not_null(child, "%s", texts[i]);
		cr_expect_str_eq(child->text, texts[i]);
	}
}

Test(tree, nested_lists_and_maps_are_indented_by_two)
{
	expect_tree("a: [{b: {c: 1}, d: 2}, [[3, 4], 5], []]\n", "a:\n"
								 "  - b: {c: 1}\n"
								 "    d: 2\n"
								 "  - - [3, 4]\n"
								 "    - 5\n"
								 "  - []\n");
}

Test(tree, a_line_of_brackets_fills_at_most_90_columns)
{
	char text[128];
	snprintf(text, sizeof text, "a: [%085d]\n", 1);
	read_text(text);
	cr_expect_str_eq(print(bench.tree), text);
	snprintf(text, sizeof text, "a: [%086d]\n", 1);
	read_text(text);
	snprintf(text, sizeof text, "a:\n  - %086d\n", 1);
	cr_expect_str_eq(print(bench.tree), text);
}

Test(tree, a_repeated_key_names_the_line_of_the_first)
{
	read_text("a: 1\n\nb: {x: 1}\na: 2\n");
	expect_complaint(4, 1, "\"a\" is given twice; first on line 1");
	cr_expect_str_eq(at("a")->text, "1");
	cr_expect_eq(tree_count(bench.tree), 2);
}

Test(tree, mistakes_of_form_are_all_found_in_one_pass)
{
	read_text("a: !!int 1\n<<: {b: 1}\n? [c]\n: d\ne: 1\ne: 2\n");
	cr_expect_eq(bench.complaints.count, 4);
	cr_expect_eq(tree_count(bench.tree), 2);
}

Test(tree, what_yaml_can_but_a_scenario_cannot_is_refused)
{
	expect_refused("a: !!int 1\n", 1, 4, "a tag (\"!...\") means nothing here; leave it out");
	expect_refused("a: &x {b: 1}\nc:\n  <<: *x\n", 3, 3,
		       "merge keys are not read; write \"like: NAME\" to start from a sibling");
	expect_refused("[a]: 1\n", 1, 1, "a key must be a word, not a list");
	expect_refused("{a: 1}: 1\n", 1, 1, "a key must be a word, not a map");
	expect_refused("a: 1\n---\nb: 2\n", 2, 1,
		       "a second document starts here; a scenario is one document");
	expect_refused("a: \"x\\0y\"\n", 1, 4,
		       "an escape in this text stands for the byte 0, which no text may hold");
}

Test(tree, what_is_no_text_is_refused_at_its_first_byte)
{
	read_bytes("a: 1\nb\0c", 8);
	expect_complaint(2, 2, "byte 0x00 is a control character; a scenario is plain text");
	expect_refused("a: \x1B[1m", 1, 4,
		       "byte 0x1B is a control character; a scenario is plain text");
	expect_refused("a: b\xFF", 1, 5, "byte 0xFF is not UTF-8; a scenario is plain text");
	expect_refused("\xC0\xAF", 1, 1, "byte 0xC0 is not UTF-8; a scenario is plain text");
	expect_refused("\xED\xA0\x80", 1, 1, "byte 0xED is not UTF-8; a scenario is plain text");
	expect_refused("", 0, 0, "there is nothing here but blanks and comments");
	expect_refused("\n # only this\n", 0, 0, "there is nothing here but blanks and comments");
}

Test(tree, wrong_syntax_is_one_sentence_at_its_place)
{
	expect_refused("a: [1, 2\nb: 3\n", 1, 4, "this list is never closed with \"]\"");
	expect_refused("a: {b: 3\n", 1, 4, "this map is never closed with \"}\"");
	expect_refused("a: b: c\n", 1, 5,
		       "a second \": \" stands in one line; quote the text, or write a map as "
		       "{key: value}");
	expect_refused("a: 1\n  b: 2\n", 1, 4,
		       "this value runs on into the next line, which holds a key; is that line "
		       "indented too far?");
	expect_refused("a:\n  - b\n c: 2\n", 3, 2,
		       "this key lines up with none of the keys above it");
	expect_refused("a:\n\t- b\n", 2, 1, "tab character may not be used as indentation");
	expect_refused("a: \"b\n", 1, 5, "double-quoted scalar without closing quote");
	expect_refused("a: %b\n", 1, 4, "plain scalar cannot start with '%'");
	expect_refused("%YAML 9.9\n---\na: 1\n", 1, 1, "this is not YAML 1.2");
	cr_expect_null(bench.tree);
}

Test(tree, a_tab_that_would_crash_the_parser_is_refused)
{
	expect_refused("? a\n: b\nc: \t:d\n", 3, 4,
		       "a tab cannot be read here, since a \"?\" stands above; write a blank");
	tear_down();
	set_up();
	expect_tree("# really?\na:\t1\n", "a: 1\n");
}

static char *repeat(const char *text, int times)
{
	size_t length = strlen(text);
	char *all = arena_take(&bench.arena, length * (size_t)times + 1);
	for (int i = 0; i < times; i++)
		memcpy(all + length * (size_t)i, text, length);
	return all;
}

Test(tree, nesting_ends_at_the_limit)
{
	read_text(arena_printf(&bench.arena, "%s%s", repeat("[", 32), repeat("]", 32)));
	cr_expect_null(bench.complaints.first);
	cr_expect_eq(tree_height(bench.tree), TREE_DEEPEST);
	read_text(repeat("[", 100000));
	expect_complaint(1, 33, "this is nested more than 32 levels deep");
	cr_expect_null(bench.tree);
}

Test(tree, an_alias_cannot_nest_beyond_the_limit)
{
	char *text = arena_printf(&bench.arena, "a: &x [[1]]\nb: %s*x%s", repeat("[", 30),
				  repeat("]", 30));
	read_text(text);
	expect_complaint(2, 34, "what the alias \"*x\" repeats is nested too deep here");
}

Test(tree, aliases_of_aliases_end_at_the_limit, .timeout = 5)
{
	const char *text = "a: &a [x, x, x, x, x, x, x, x, x]\n";
	for (int i = 0; i < 20; i++) {
		char *many = repeat(arena_printf(&bench.arena, "*%c, ", 'a' + i), 9);
		text = arena_printf(&bench.arena, "%s%c: &%c [%s]\n", text, 'b' + i, 'b' + i, many);
	}
	read_text(text);
	expect_complaint(6, 12, "there are more than 200000 values, counting what aliases repeat");
	cr_expect_null(bench.tree);
}

Test(tree, aliases_must_end_and_be_known)
{
	expect_refused("a: &x {b: [*x]}\n", 1, 12,
		       "the alias \"*x\" stands inside what it repeats, which would never end");
	expect_refused("a: *x\nb: &x 1\n", 1, 4, "no anchor \"&x\" stands before this alias");
}

Test(tree, a_text_beyond_the_limit_is_refused)
{
	read_text(repeat("#", TREE_LARGEST + 1));
	expect_complaint(0, 0, "4194305 bytes are too many; at most 4194304 are read");
}

Test(tree, a_key_beyond_the_limit_is_refused)
{
	read_text(arena_printf(&bench.arena, "%s: 1\n", repeat("k", 200)));
	cr_expect_null(bench.complaints.first);
	read_text(arena_printf(&bench.arena, "%s: 1\n", repeat("k", 201)));
	expect_complaint(1, 1, "a key of 201 bytes is too long; at most 200 are read");
}

Test(tree, a_copy_shares_no_node_with_its_model)
{
	read_text("a: {b: [1, 2]}\nc: 3\n");
	struct node *copy = tree_copy(&bench.arena, bench.tree);
	tree_remove(copy, tree_find(copy, "c"));
	tree_remove(tree_find(copy, "a"), tree_find(tree_find(copy, "a"), "b"));
	cr_expect_str_eq(print(copy), "a: {}\n");
	cr_expect_str_eq(print(bench.tree), "a:\n  b: [1, 2]\nc: 3\n");
	cr_expect_eq(tree_size(bench.tree), 6);
}

Test(tree, what_is_added_stands_at_the_end)
{
	read_text("a: 1\n");
	const struct mark mark = {&bench.source, 0, 0};
	tree_add(&bench.arena, bench.tree, "b", "2", mark);
	struct node *map = tree_add_map(&bench.arena, bench.tree, "c", mark);
	tree_add(&bench.arena, map, "d", "", mark);
	cr_expect_str_eq(print(bench.tree), "a: 1\nb: 2\nc: {d: ~}\n");
	cr_expect_null(tree_find(bench.tree, "d"));
	cr_expect_null(tree_find(tree_find(bench.tree, "a"), "d"));
}

static void expect_resolved(const char *text, const char *printed)
{
	read_text(text);
	tree_resolve_likes(&bench.arena, bench.tree, &bench.complaints);
	cr_expect_null(bench.complaints.first, "%s",
		       bench.complaints.first ? bench.complaints.first->text : "");
	cr_expect_str_eq(print(bench.tree), printed, "%s", bench.printed);
}

Test(tree, like_merges_maps_and_replaces_the_rest)
{
	expect_resolved("a:\n"
			"  m: {x: 1, y: 2}\n"
			"  l: [1, 2]\n"
			"  s: 3\n"
			"b: {n: new, like: a, s: 4, l: [5], m: {y: 6, z: 7}}\n",
			"a:\n  m: {x: 1, y: 2}\n  l: [1, 2]\n  s: 3\n"
			"b:\n  m: {x: 1, y: 6, z: 7}\n  l: [5]\n  s: 4\n  n: new\n");
	cr_expect(at("b.m.x")->inherited);
	cr_expect_not(at("b.m")->inherited);
	cr_expect_not(at("b.m.y")->inherited);
	cr_expect_not(at("b.n")->inherited);
	cr_expect_not(at("a.m.x")->inherited);
}

Test(tree, likes_follow_each_other_in_any_order)
{
	expect_resolved("c: {like: b, z: 3}\nb: {like: a, y: 2}\na: {x: 1}\nd: {like: c}\n",
			"c: {x: 1, y: 2, z: 3}\nb: {x: 1, y: 2}\na: {x: 1}\n"
			"d: {x: 1, y: 2, z: 3}\n");
}

Test(tree, like_may_repeat_a_list_but_not_change_it)
{
	expect_resolved("a: [1, 2]\nb: {like: a}\n", "a: [1, 2]\nb: [1, 2]\n");
	read_text("a: [1, 2]\nb: {like: a, c: 1}\n");
	tree_resolve_likes(&bench.arena, bench.tree, &bench.complaints);
	expect_complaint(2, 11, "\"a\" is a list, which has no keys to replace");
}

static void expect_unlike(const char *text, int line, int column, const char *complaint)
{
	tear_down();
	set_up();
	read_text(text);
	tree_resolve_likes(&bench.arena, bench.tree, &bench.complaints);
	expect_complaint(line, column, complaint);
	for (const struct node *child = bench.tree->first; child; child = child->next)
		cr_expect_null(tree_find(child, "like"));
}

Test(tree, a_like_that_leads_nowhere_is_explained)
{
	expect_unlike("cautious: {a: 1}\neager: {like: cautios}\n", 2, 15,
		      "no sibling is called \"cautios\"; did you mean \"cautious\"?");
	expect_unlike("a: {x: 1}\nb: {like: zebra}\nc: 1\n", 2, 11,
		      "no sibling is called \"zebra\"; there are: \"a\", \"c\"");
	expect_unlike("b: {like: c}\n", 1, 11, "no sibling is called \"c\"; \"b\" stands alone");
	expect_unlike("a: {like: a}\n", 1, 11, "\"a\" cannot be like itself");
	expect_unlike("a: {like: b}\nb: {like: c}\nc: {like: b}\n", 2, 11,
		      "\"b\" is like \"c\", which leads back to \"b\"; one must stand alone");
	expect_unlike("a: 1\nb: {like: [a]}\n", 2, 11,
		      "\"like\" takes the name of one sibling, such as \"like: stable\"");
	expect_unlike("a: 1\nb: {like: }\n", 2, 5,
		      "\"like\" takes the name of one sibling, such as \"like: stable\"");
}

Test(tree, likes_copy_no_more_than_the_limit, .timeout = 10)
{
	char *text = arena_printf(&bench.arena, "m: [%s]\n", repeat("x,", 70000));
	text = arena_printf(&bench.arena,
			    "%sa: {like: m}\nb: {like: m}\nc: {like: m}\nd: {like: m}", text);
	read_text(text);
	cr_assert_not_null(bench.tree);
	tree_resolve_likes(&bench.arena, bench.tree, &bench.complaints);
	expect_complaint(4, 11, "up to here \"like\" copies more than 200000 values");
}

static const char base[] = "a:\n  l:\n    - 1\n    - {m: 2}\nb: x\n";

static bool set(const char *path, const char *value)
{
	static const struct source option = {"--set", NULL, 0};
	return tree_set(&bench.arena, bench.tree, path, value, &option, &bench.complaints);
}

Test(tree, a_path_sets_any_value)
{
	read_text(base);
	cr_expect(set("a.l.1.m", "[3, 4]"));
	cr_expect(set("a.l.0", "{q: 5}"));
	cr_expect(set("b", "\"yes\""));
	cr_expect(set("c.d.e", "\">= 3\""));
	cr_expect(set("c.f", ""));
	cr_expect_null(bench.complaints.first);
	cr_expect_str_eq(print(bench.tree), "a:\n  l:\n    - {q: 5}\n    - m: [3, 4]\nb: \"yes\"\n"
					    "c:\n  d: {e: \">= 3\"}\n  f: ~\n");
}

static void expect_unset(const char *path, const char *value, int line, int column,
			 const char *complaint)
{
	tear_down();
	set_up();
	read_text(base);
	cr_expect_not(set(path, value));
	expect_complaint(line, column, complaint);
	cr_expect_str_eq(bench.complaints.first->at.source->name, "--set");
	cr_expect_str_eq(print(bench.tree), base, "changed to %s", bench.printed);
}

Test(tree, a_path_that_leads_nowhere_changes_nothing)
{
	expect_unset("a.l.2", "1", 0, 0, "\"a.l\" has no entry 2; there are 2, counted from 0");
	expect_unset("a.l.99999999999999999999", "1", 0, 0,
		     "\"a.l\" has no entry 99999999999999999999; there are 2, counted from 0");
	expect_unset("a.l.m", "1", 0, 0,
		     "\"a.l\" is a list; its entries are called 0, 1, 2 ..., not \"m\"");
	expect_unset("b.c", "1", 0, 0, "\"b\" is a plain value; nothing below it can be set");
	expect_unset("a..l", "1", 0, 0, "the path \"a..l\" has a step without a name");
	expect_unset("", "1", 0, 0, "the path \"\" has a step without a name");
	expect_unset("b", "[1, 2", 1, 1, "this list is never closed with \"]\"");
	expect_unset("b", "{a: 1, a: 2}", 1, 8, "\"a\" is given twice; first on line 1");
	expect_unset("a.\xFF", "1", 0, 0, "byte 0xFF of the path is not UTF-8");
}

Test(tree, a_path_cannot_nest_beyond_the_limit)
{
	read_text(base);
	char *path = repeat("k.", 31);
	cr_expect(set(arena_printf(&bench.arena, "%sk", path), "1"));
	cr_expect_not(set(arena_printf(&bench.arena, "%sk", path), "[]"));
	cr_expect_not(set(arena_printf(&bench.arena, "%sk.k", path), "1"));
	cr_expect_eq(bench.complaints.count, 2);
	cr_expect_eq(tree_height(bench.tree), TREE_DEEPEST);
}
