/* Whether a log is fit to be replayed; where it is not, what to do. */
#include "sim/report/recorded.h"

#include "sim/report/recorded_words.h"

static enum reason most_frequent(const struct appraisal *a)
{
	enum reason most = REASON_SHAPE;
	for (int r = 0; r < REASON_COUNT; r++)
		if (reason_is_bad((enum reason)r) && a->dropped[r].count > a->dropped[most].count)
			most = (enum reason)r;
	return most;
}

static const char *remedy(enum reason reason)
{
	switch (reason) {
	case REASON_SHAPE:
		return "Is it of one format throughout? --format or --pattern says which";
	case REASON_TIME:
		return "--map time=COLUMN:UNIT says how to read it: s, ms, us, ns, date or clf";
	case REASON_DURATION:
		return "--map duration=COLUMN:UNIT says how to read it: s, ms, us or ns";
	case REASON_STATUS:
	case REASON_NUMBER:
	case REASON_CHANCE:
		return "Is it the right column? --map says which is what";
	case REASON_NEGATIVE:
		return "A rate is never below zero: ask rate(...), not delta or deriv";
	case REASON_AHEAD:
		return "Is the time of that line right? Take it out, or set the clock that wrote "
		       "it";
	case REASON_VALUES:
		return "A column of so many words is an identifier rather: leave it out of --map";
	case REASON_LONG_AGO:
		return "Sort the log by when requests began";
	default:
		return "Look at the log there";
	}
}

static void refuse_order(const struct recorded *recorded, FILE *out)
{
	const struct appraisal *a = recorded->appraisal;
	const struct dropped *late = &a->dropped[REASON_LATE];
	char back[WORDS_TEXT], window[WORDS_TEXT], count[WORDS_TEXT], part[WORDS_TEXT];
	char when[WHEN_TEXT];
	fprintf(out,
		"coalmine: refused: %s of the records (%s) are out of order by more than %s: "
		"stamps go "
		"back\nby up to %s. A log that many write to is off by a moment; this one is not "
		"in "
		"the order of\nits stamps, or the stamps were changed, and replayed as it is its "
		"traffic would be another.\nThe first of them is %s:%lld; before it %s:%lld is of "
		"%s. If "
		"that is a mistake,\ntake the line out; if the stamps are right, sort the log, or "
		"say "
		"--reorder-window with more than %s.\n",
		recorded_whole(count, a->dropped[REASON_LATE].count),
		recorded_share(part, a->dropped[REASON_LATE].count, a->read),
		recorded_ns(window, recorded->options->window_ns),
		recorded_ns(back, a->worst_back_ns), late->place, (long long)late->line,
		a->ahead.place, (long long)a->ahead.line, when_print(when, a->ahead.stamp_ns),
		back);
}

static void refuse_bad(const struct recorded *recorded, enum reason reason, FILE *out)
{
	const struct appraisal *a = recorded->appraisal;
	const struct dropped *dropped = &a->dropped[reason];
	char count[WORDS_TEXT], part[WORDS_TEXT];
	fprintf(out,
		"coalmine: refused: %s of the records (%s) are mistakes, and --max-bad allows %.3g "
		"%%.\n"
		"Most of them: %s. The first is %s:%lld: %s\n%s; --max-bad may allow more.\n",
		recorded_whole(count, a->bad), recorded_share(part, a->bad, a->read),
		100 * recorded->max_bad, reason_words[reason], dropped->place,
		(long long)dropped->line, dropped->text, remedy(reason));
}

bool recorded_refuse(const struct recorded *recorded, FILE *out)
{
	const struct appraisal *a = recorded->appraisal;
	if ((double)a->bad > recorded->max_bad * (double)a->read) {
		enum reason reason = most_frequent(a);
		if (reason == REASON_LATE)
			refuse_order(recorded, out);
		else
			refuse_bad(recorded, reason, out);
		return true;
	}
	if (!a->kept)
		fputs(recorded->facts->drawn_from
			      ? "coalmine: refused: so few requests come that none was drawn\n"
			      : "coalmine: refused: none of the records is a request\n",
		      out);
	return !a->kept;
}
