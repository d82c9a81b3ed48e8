/* Complaints name the option they speak of. */
#include "sim/calculator/question.h"

#include "sim/calculator/input.h"
#include "sim/calculator/name.h"

#include <stdarg.h>
#include <string.h>

enum { SENTENCE = 512, MOST_OPTIONS = 16 };

void question_open(struct question *question, const struct calculation *calculation,
		   const char *const *options)
{
	*question = (struct question){.calculation = calculation, .options = options};
	question->input = arena_take(&question->arena, calculation->input_size);
	complaints_init(&question->complaints);
	for (const struct param *p = calculation->inputs; p->key; p++)
		input_default(p, question->input, &question->arena);
}

void question_close(struct question *question)
{
	complaints_free(&question->complaints);
	arena_free(&question->arena);
}

void question_complain(struct question *question, const char *option, const char *format, ...)
{
	char why[SENTENCE];
	va_list list;
	struct source *source = arena_take(&question->arena, sizeof *source);
	*source = (struct source){option, NULL, 0};
	va_start(list, format);
	vsnprintf(why, sizeof why, format, list);
	va_end(list);
	complain(&question->complaints, (struct mark){source, 0, 0}, "%s", why);
}

static const char *option_of(struct question *question, const char *name)
{
	return arena_printf(&question->arena, "--%s", name);
}

static void complain_unknown(struct question *question, const char *name)
{
	const char *names[MOST_INPUTS + MOST_OPTIONS + 1], *all = "";
	int count = 0;
	for (const struct param *p = question->calculation->inputs; p->key; p++) {
		all = arena_printf(&question->arena, "%s%s--%s", all, count ? ", " : "", p->key);
		names[count++] = p->key;
	}
	for (int i = 0; i < MOST_OPTIONS && question->options[i]; i++)
		names[count++] = question->options[i];
	names[count] = NULL;
	const char *near = error_nearest(name, names);
	if (near)
		question_complain(question, option_of(question, name),
				  "%s has no such input; did you mean --%s?",
				  question->calculation->name, near);
	else
		question_complain(question, option_of(question, name),
				  "%s has no such input; it has %s", question->calculation->name,
				  all);
}

void question_set(struct question *question, const char *name, const char *text)
{
	const struct param *inputs = question->calculation->inputs;
	char why[SENTENCE];
	int i = 0;
	while (inputs[i].key && !name_is(name, inputs[i].key))
		i++;
	if (!inputs[i].key) {
		complain_unknown(question, name);
		return;
	}
	question->given[i] = true;
	if (!text)
		question_complain(question, option_of(question, inputs[i].key), "it wants a value");
	else if (!input_set(&inputs[i], question->input, text, &question->arena, why, sizeof why))
		question_complain(question, option_of(question, inputs[i].key), "%s", why);
}

/* All that is missing in one sentence. */
static void find_missing(struct question *question)
{
	const struct param *inputs = question->calculation->inputs;
	const char *missing = NULL;
	for (int i = 0; inputs[i].key; i++) {
		if (question->given[i] || inputs[i].fallback)
			continue;
		missing =
			missing ? arena_printf(&question->arena, "%s, --%s", missing, inputs[i].key)
				: option_of(question, inputs[i].key);
	}
	if (missing)
		question_complain(question, question->calculation->name, "it needs %s", missing);
}

bool question_complete(struct question *question)
{
	const struct calculation *calculation = question->calculation;
	char why[SENTENCE];
	find_missing(question);
	if (question->complaints.count)
		return false;
	const char *key =
		calculation->check ? calculation->check(question->input, why, sizeof why) : NULL;
	if (key)
		question_complain(question, option_of(question, key), "%s", why);
	return !key;
}

const void *question_answer(struct question *question)
{
	const struct calculation *calculation = question->calculation;
	void *answers = arena_take(&question->arena, calculation->answer_size);
	calculation->calculate(question->input, answers, &question->arena);
	return answers;
}
