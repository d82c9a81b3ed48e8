/* One line a finding: the name of what was looked at, and what was seen. */
#include "sim/report/recorded.h"

#include "sim/report/recorded_words.h"

#include "replay/repeats.h"

#include "sim/stats/dispersion.h"
#include "sim/units.h"

#include <math.h>

enum { LABEL = 11, NAMES_WIDTH = 70 };

const char *recorded_times(const struct import_facts *facts)
{
	bool durations = mapping_find(&facts->mapping, FIELD_DURATION) >= 0;
	if (facts->drawn_from)
		return "arrivals are drawn, at random within each step";
	if (!facts->ends)
		return "stamps are arrivals";
	return durations ? "stamps are ends; arrivals are those less the durations"
			 : "stamps are ends, and no duration is known: they stand for the arrivals";
}

static void label(FILE *out, const char *name)
{
	fprintf(out, "%-*s ", LABEL - 1, name);
}

const char *recorded_drawn(const struct import_facts *facts, int64_t rows, char out[DRAWN_TEXT])
{
	const struct drawn *drawn = &facts->drawn;
	char requests[WORDS_TEXT], samples[WORDS_TEXT], step[WORDS_TEXT];
	*out = 0;
	if (facts->drawn_from)
		snprintf(out, DRAWN_TEXT,
			 "the trace has %s requests drawn at random from %s samples of %lld "
			 "series, one every %s; none was recorded",
			 recorded_whole(requests, rows), recorded_whole(samples, drawn->samples),
			 (long long)drawn->series, recorded_ns(step, drawn->step_ns));
	return out;
}

/* ---- the lines */

static void print_format(const struct recorded *recorded, FILE *out)
{
	const struct import_facts *facts = recorded->facts;
	label(out, "format");
	fprintf(out, "%s: %s", facts->format, facts->about);
	if (facts->guessed && facts->drawn_from)
		fputs(" (by how it begins)", out);
	else if (facts->guessed)
		fprintf(out, " (by its first records: %d of %d fit)", facts->good, facts->tried);
	fprintf(out, "%s%s\n", *facts->packing ? ", packed with " : "", facts->packing);
	label(out, "time");
	if (facts->drawn_from) {
		fprintf(out, "%s\n", recorded_times(facts));
		return;
	}
	int row = mapping_find(&facts->mapping, facts->ends ? FIELD_END : FIELD_TIME);
	fprintf(out, "%s, %s%s; %s\n", facts->mapping.row[row].column,
		when_words(facts->mapping.row[row].kind), facts->sized ? " by their size" : "",
		recorded_times(facts));
}

static void print_ahead(const struct appraisal *a, FILE *out)
{
	char when[WHEN_TEXT];
	label(out, "");
	fprintf(out, "  behind %s:%lld, which is of %s\n", a->ahead.place, (long long)a->ahead.line,
		when_print(when, a->ahead.stamp_ns));
}

static void print_dropped(const struct appraisal *a, FILE *out)
{
	char count[WORDS_TEXT], of[WORDS_TEXT];
	for (int r = 0; r < REASON_COUNT; r++) {
		const struct dropped *dropped = &a->dropped[r];
		if (!dropped->count)
			continue;
		label(out, reason_is_bad((enum reason)r) ? "  dropped" : "  left out");
		fprintf(out, "%s (%s): %s\n", recorded_whole(count, dropped->count),
			recorded_share(of, dropped->count, a->read), reason_words[r]);
		label(out, "");
		fprintf(out, "  first %s:%lld: %s\n", dropped->place, (long long)dropped->line,
			dropped->text);
		if (r == REASON_LATE)
			print_ahead(a, out);
	}
}

static void print_drawn(const struct recorded *recorded, FILE *out)
{
	const struct drawn *drawn = &recorded->facts->drawn;
	char text[DRAWN_TEXT], count[WORDS_TEXT];
	label(out, "drawn");
	fprintf(out, "%s\n", recorded_drawn(recorded->facts, recorded->appraisal->kept, text));
	if (drawn->missing) {
		label(out, "missing");
		fprintf(out, "%s sample%s: in such a step nothing is drawn\n",
			recorded_whole(count, drawn->missing), drawn->missing == 1 ? "" : "s");
	}
	if (!drawn->beyond)
		return;
	label(out, "beyond");
	fprintf(out,
		"%s of the durations are longer than the last bound of the histogram, and drawn as "
		"that\n",
		recorded_share(count, drawn->beyond, drawn->timed));
}

static void print_rows(const struct recorded *recorded, FILE *out)
{
	const struct appraisal *a = recorded->appraisal;
	char read[WORDS_TEXT], kept[WORDS_TEXT];
	bool drawn = recorded->facts->drawn_from;
	label(out, drawn ? "samples" : "records");
	if (drawn)
		fprintf(out, "%s read\n", recorded_whole(read, a->read));
	else
		fprintf(out, "%s read, %s kept\n", recorded_whole(read, a->read),
			recorded_whole(kept, a->kept));
	print_dropped(a, out);
	if (drawn)
		print_drawn(recorded, out);
}

static void print_clock(const struct appraisal *a, FILE *out)
{
	const struct clock_use use = appraisal_clock(a);
	char text[WORDS_TEXT], other[WORDS_TEXT];
	label(out, "clock");
	if (!a->resolution_ns) {
		fputs("all stamps are the same\n", out);
		return;
	}
	fprintf(out, "ticks every %s", recorded_ns(text, a->resolution_ns));
	if (a->spread_ns)
		fprintf(out, ", arrivals were spread over %s", recorded_ns(text, a->spread_ns));
	if (clock_is_coarse(&use))
		fprintf(out, "; %.3g rows come in a tick", clock_rows(&use));
	fprintf(out, "; %s of the rows came at the same time as the one before\n",
		recorded_share(other, a->same_time, a->kept));
}

static void print_range(const struct appraisal *a, FILE *out)
{
	char first[WHEN_TEXT], last[WHEN_TEXT], text[WORDS_TEXT];
	label(out, "range");
	fprintf(out, "%s to %s, %s\n", when_print(first, a->first_ns), when_print(last, a->last_ns),
		recorded_ns(text, a->last_ns - a->first_ns));
	print_clock(a, out);
}

/* Rows of one time are all held against each other, but for a limit that is said where it is met.
 */
static void print_repeats(const struct recorded *recorded, FILE *out)
{
	const struct appraisal *a = recorded->appraisal;
	char text[WORDS_TEXT], most[WORDS_TEXT];
	bool one = a->duplicates == 1, unique = recorded->options->unique;
	if (a->duplicates || unique) {
		label(out, "repeats");
		fprintf(out, "%s row%s the same as another of %s time",
			recorded_whole(text, a->duplicates), one ? " is" : "s are",
			one ? "its" : "their");
		if (a->duplicates)
			fputs(unique ? ", and left out"
			      : one  ? "; --unique leaves it out"
				     : "; --unique leaves them out",
			      out);
		fputc('\n', out);
	}
	if (!a->unsought)
		return;
	label(out, "");
	fprintf(out, "  not looked for among %s rows, before which %s others had the same time\n",
		recorded_whole(text, a->unsought), recorded_whole(most, MOST_OF_ONE_TIME));
}

static void print_order(const struct recorded *recorded, FILE *out)
{
	const struct appraisal *a = recorded->appraisal;
	char text[WORDS_TEXT], other[WORDS_TEXT];
	label(out, "order");
	if (a->steps_back)
		fprintf(out, "%s step%s back in time, the furthest by %s\n",
			recorded_whole(other, a->steps_back), a->steps_back == 1 ? "" : "s",
			recorded_ns(text, a->worst_back_ns));
	else
		fputs("no step back in time\n", out);
	print_repeats(recorded, out);
}

static void print_gaps(const struct appraisal *a, FILE *out)
{
	char text[WORDS_TEXT], when[WHEN_TEXT];
	label(out, "gaps");
	if (a->between.n >= 2)
		fprintf(out, "between arrivals the CV is %.3g (Poisson: 1); ",
			sqrt(moments_variance(&a->between)) / a->between.mean);
	fprintf(out, "the longest is %s, from %s\n", recorded_ns(text, a->gap_ns),
		when_print(when, a->gap_at_ns));
}

/* The index of few windows says nothing. */
static void print_dispersion(const struct appraisal *a, FILE *out)
{
	double one = appraisal_dispersion(&a->second), sixty = appraisal_dispersion(&a->minute);
	label(out, "dispersion");
	if (isnan(one)) {
		fprintf(out, "too short to say: %.0f whole windows of 1 s, and it takes %d\n",
			a->second.counts.n, LEAST_WINDOWS);
		return;
	}
	fprintf(out, "%.3g in windows of 1 s", one);
	if (!isnan(sixty))
		fprintf(out, ", %.3g in windows of 60 s (Poisson: 1)\n", sixty);
	else
		fprintf(out,
			" (Poisson: 1); too short to say in windows of 60 s, of which it takes "
			"%d\n",
			LEAST_WINDOWS);
}

static void print_rate(const struct appraisal *a, FILE *out)
{
	char when[WHEN_TEXT];
	double span = (double)(a->last_ns - a->first_ns) * 1e-9;
	const struct windows *second = &a->second;
	double peak = fmax(second->peak, second->count);
	label(out, "rate");
	if (!(span > 0)) {
		fputs("unknown: there is no time between the first row and the last\n", out);
		return;
	}
	int64_t at = second->count > second->peak ? second->index : second->peak_index;
	fprintf(out, "%.4g/s on average; the busiest second had %.0f, at %s\n",
		((double)a->kept - 1) / span, peak,
		when_print(when, a->first_ns + at * second->length_ns));
	print_gaps(a, out);
	print_dispersion(a, out);
}

static void print_outcomes(const struct appraisal *a, FILE *out)
{
	char text[WORDS_TEXT];
	const char *comma = "";
	label(out, "outcomes");
	for (int o = 0; o < ROW_OUTCOMES; o++) {
		if (!a->outcome[o])
			continue;
		fprintf(out, "%s%s %s", comma, row_outcomes[o],
			recorded_share(text, a->outcome[o], a->kept));
		comma = ", ";
	}
	fputc('\n', out);
	label(out, "durations");
	if (!a->timed) {
		fputs("none\n", out);
		return;
	}
	fprintf(out, "in %s of the rows", recorded_share(text, a->timed, a->kept));
	static const double points[] = {0.5, 0.95, 0.99};
	for (int p = 0; p < 3; p++)
		fprintf(out, "%s p%g %s", p ? "," : ";", 100 * points[p],
			recorded_seconds(text, appraisal_duration(a, points[p])));
	fprintf(out, ", longest %s\n", recorded_seconds(text, a->longest_ns * 1e-9));
}

static void print_replays(const struct appraisal *a, FILE *out)
{
	char count[WORDS_TEXT], part[WORDS_TEXT];
	if (!a->replay_place)
		return;
	label(out, "replayed");
	fprintf(out, "known in %s of the rows: %s\n", recorded_share(part, a->replayed, a->kept),
		recorded_whole(count, a->replayed));
}

/* As many of the names as fit on a line. */
static void print_words(const char *name, const struct dictionary *words, FILE *out)
{
	if (!words->count)
		return;
	label(out, name);
	int width = fprintf(out, "%d: %s", words->count, words->word[0]), shown = 1;
	for (; shown < words->count; shown++) {
		width += (int)strlen(words->word[shown]) + 2;
		if (width > NAMES_WIDTH)
			break;
		fprintf(out, ", %s", words->word[shown]);
	}
	fputs(shown < words->count ? ", ...\n" : "\n", out);
}

static void print_parties(const struct appraisal *a, const struct head *head, FILE *out)
{
	char text[WORDS_TEXT];
	label(out, "users");
	if (a->known_users)
		fprintf(out, "known in %s of the rows; stored as salted hashes\n",
			recorded_share(text, a->known_users, a->kept));
	else
		fputs("none\n", out);
	print_words("routes", &head->routes, out);
	print_words("segments", &head->segments, out);
	print_words("versions", &head->versions, out);
	for (int e = 0; e < head->extras; e++) {
		const struct extra *extra = &head->extra[e];
		if (extra->word)
			print_words(extra->name, &extra->words, out);
	}
}

static void print_chance(const struct drawn *drawn, FILE *out)
{
	char text[WORDS_TEXT];
	fprintf(out,
		"\nNo request of this trace was recorded. The series know nothing of what happens "
		"within\n%s: there the arrivals are a Poisson process, and who failed or took long "
		"is chance.\nShorter bursts, users, and what one request does to the next are not "
		"in it.\n--seed draws other requests.\n",
		recorded_ns(text, drawn->step_ns));
}

/* What a reader of the trace should know before trusting it. */
static void print_coarse(const struct appraisal *a, FILE *out)
{
	const struct clock_use use = appraisal_clock(a);
	char text[WORDS_TEXT];
	if (!clock_is_coarse(&use))
		return;
	recorded_ns(text, a->resolution_ns);
	fprintf(out,
		"\nThe clock is coarser than the traffic: what happens within %s is the clock's "
		"doing,\nand so are the CV, the dispersion and what waits in a queue. import "
		"--jitter %s\nspreads arrivals over such a time.\n",
		text, units_print_duration((char[UNITS_TEXT]){0}, a->resolution_ns));
}

static void print_ends(const struct recorded *recorded, FILE *out)
{
	if (recorded->facts->ends && !recorded->appraisal->timed)
		fputs("\nThe log says when requests ended but not how long they took: slow "
		      "requests "
		      "seem to\narrive later than they did.\n",
		      out);
}

void recorded_print_rows(const struct appraisal *appraisal, const struct head *head, FILE *out)
{
	print_range(appraisal, out);
	print_rate(appraisal, out);
	print_outcomes(appraisal, out);
	print_replays(appraisal, out);
	print_parties(appraisal, head, out);
	print_coarse(appraisal, out);
}

void recorded_print(const struct recorded *recorded, FILE *out)
{
	print_format(recorded, out);
	print_rows(recorded, out);
	if (!recorded->appraisal->kept)
		return;
	if (!recorded->facts->drawn_from)
		print_order(recorded, out);
	recorded_print_rows(recorded->appraisal, recorded->head, out);
	if (recorded->facts->drawn_from)
		print_chance(&recorded->facts->drawn, out);
	else
		print_ends(recorded, out);
}
