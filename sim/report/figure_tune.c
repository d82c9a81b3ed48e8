/* What tuning found, drawn: the front as the search knew it and as fresh trials see it, a limit
 * against the first aim, and the settings side by side. */
#include "sim/report/figure.h"
#include "sim/report/figure_text.h"
#include "sim/report/tuned.h"

#include <math.h>
#include <string.h>

enum {
	WIDTH = 1600, /* pixels */
	LEFT = 116,
	RIGHT = 868,
	PANEL_WIDTH = 640,
	PANEL_HEIGHT = 380,
	LOWER_HEIGHT = 300,
	ROW_TITLE = 60,
	ROW_GAP = 150, /* the axis of the panel above, and the names of parameters */
	FOOT = 40,
	AXIS_WIDEST = 620,
};

/* An axis: what is on it, and how much of that there is. */
struct scale {
	double factor;
	const char *unit;
	double low, high;
};

static struct scale scale_of(const struct quantity *quantity, bool share)
{
	struct scale scale = {1, "", INFINITY, -INFINITY};
	if (share || quantity_is_share(quantity))
		scale = (struct scale){100, " (%)", INFINITY, -INFINITY};
	else if (!strcmp(quantity->column->unit, "s"))
		scale = (struct scale){1.0 / 60, " (min)", INFINITY, -INFINITY};
	return scale;
}

static void widen(struct scale *scale, double value)
{
	if (!isfinite(value))
		return;
	scale->low = fmin(scale->low, value);
	scale->high = fmax(scale->high, value);
}

/* Room around what is shown; an axis that has a beginning begins there. */
static void end_scale(struct scale *scale)
{
	if (!(scale->high >= scale->low))
		scale->low = scale->high = 0;
	double span = scale->high - scale->low;
	span = span > 0 ? span : fmax(fabs(scale->high), 1);
	scale->low -= 0.06 * span;
	scale->high += 0.1 * span;
}

static void put(struct figure *figure, double value)
{
	if (isfinite(value))
		fprintf(figure->script, " %.6g", value);
	else
		fputs(" NaN", figure->script);
}

static void put_estimate(struct figure *figure, struct scale *scale, struct estimate estimate)
{
	const double sides[] = {estimate.value, estimate.low, estimate.high};
	for (int i = 0; i < 3; i++) {
		double side = isfinite(sides[i]) ? sides[i] : estimate.value;
		put(figure, scale->factor * side);
		widen(scale, scale->factor * side);
	}
}

/* ---- what is on the axes: two aims, and a limit */

struct view {
	const struct answer *answer;
	int second, limit; /* the second aim, or the first again; -1: there is no limit */
	struct scale first_scale, second_scale, limit_scale;
};

/* The one of false alarms, if there is one. */
static int find_limit(const struct problem *problem)
{
	for (int l = 0; l < problem->limits; l++)
		if (!strcmp(problem->limit[l].expectation->quantity.column->name, "false_rollback"))
			return l;
	return problem->limits ? 0 : -1;
}

static struct view look_at(const struct answer *answer)
{
	const struct problem *problem = &answer->search->problem;
	struct view view = {.answer = answer, .limit = find_limit(problem)};
	view.second = problem->aims > 1;
	view.first_scale = scale_of(problem->aim[0].quantity, false);
	view.second_scale = scale_of(problem->aim[view.second].quantity, false);
	if (view.limit >= 0) {
		const struct limit *limit = &problem->limit[view.limit];
		view.limit_scale = scale_of(&limit->expectation->quantity, limit->share);
	}
	return view;
}

static struct estimate limit_of(const struct view *view, const struct point *point)
{
	const struct estimate nothing = {NAN, NAN, NAN};
	return view->limit < 0 ? nothing : answer_limit(view->answer, view->limit, point);
}

/* All that was tried, but for what would squeeze the rest: beyond four times what the front spans.
 */
static void write_tried(struct figure *figure, struct view *view)
{
	const struct search *search = view->answer->search;
	fputs("# aims, limit, whether a limit is broken, of all that was tried\n$tried << EOD\n",
	      figure->script);
	for (int i = 0; i < search->points; i++) {
		const struct point *point = search->point[i];
		if (!point->trials)
			continue;
		put(figure, view->first_scale.factor * answer_aim(view->answer, 0, point).value);
		put(figure, view->second_scale.factor *
				    answer_aim(view->answer, view->second, point).value);
		put(figure, view->limit_scale.factor * limit_of(view, point).value);
		fprintf(figure->script, " %d\n", point->fate == FATE_BROKEN);
	}
	fputs("NaN NaN NaN 0\nEOD\n", figure->script);
}

static void write_front(struct figure *figure, struct view *view)
{
	const struct answer *answer = view->answer;
	fputs("# of each row: number; first aim, second aim as found and anew; limit\n"
	      "$front << EOD\n",
	      figure->script);
	for (int r = 0; r < answer->rows; r++) {
		const struct point *found = answer->row[r].found, *anew = answer->row[r].anew;
		struct estimate limit = limit_of(view, found);
		fprintf(figure->script, "%d", r + 1);
		put_estimate(figure, &view->first_scale, answer_aim(answer, 0, found));
		put_estimate(figure, &view->second_scale, answer_aim(answer, view->second, found));
		put_estimate(figure, &view->first_scale, answer_aim(answer, 0, anew));
		put_estimate(figure, &view->second_scale, answer_aim(answer, view->second, anew));
		put(figure, view->limit_scale.factor * limit.value);
		widen(&view->limit_scale, view->limit_scale.factor * limit.value);
		put_estimate(figure, &view->limit_scale, limit_of(view, anew));
		fputc('\n', figure->script);
	}
	fputs("EOD\n", figure->script);
}

static void write_axis(struct figure *figure, const char *name, const char *text,
		       struct scale *scale)
{
	struct arena *arena = &figure->arena;
	end_scale(scale);
	text = arena_printf(arena, "%s%s", text, scale->unit);
	figure_text(figure, arena_printf(arena, "%s_AXIS", name),
		    figure_cut(arena, figure_clean(arena, text), FIGURE_POINTS, AXIS_WIDEST));
	figure_number(figure, arena_printf(arena, "%s_LOW", name), scale->low);
	figure_number(figure, arena_printf(arena, "%s_HIGH", name), scale->high);
}

static void write_limit(struct figure *figure, struct view *view)
{
	const struct problem *problem = &view->answer->search->problem;
	figure_number(figure, "LIMITS", view->limit >= 0);
	if (view->limit < 0) {
		figure_text(figure, "LIMIT_TITLE", "Limits");
		figure_text(figure, "LIMIT_AXIS", "");
		return;
	}
	const struct limit *limit = &problem->limit[view->limit];
	const struct expectation *e = limit->expectation;
	bool turned = e->at_least && e->quantity.kind != QUANTITY_QUANTILE;
	double due = !turned ? limit->due : limit->share ? 1 - limit->due : -limit->due;
	widen(&view->limit_scale, view->limit_scale.factor * due);
	write_axis(figure, "LIMIT", limit_name(&figure->arena, problem, view->limit),
		   &view->limit_scale);
	figure_number(figure, "LIMIT_DUE", view->limit_scale.factor * due);
	figure_text(figure, "LIMIT_TITLE",
		    arena_printf(&figure->arena, "%s against %s", e->quantity.text,
				 problem->aim[0].quantity->text));
}

/* ---- the settings */

/* From 0 to 1; NaN where the value is not one of the list, or the parameter has nothing to act on.
 */
static double place_of(const struct tuning_parameter *parameter, int choice)
{
	if (choice < 0)
		return NAN;
	return parameter->values > 1 ? (double)choice / (parameter->values - 1) : 0.5;
}

static void write_settings(struct figure *figure, const struct answer *answer)
{
	const struct tuning *tuning = answer->search->problem.tuning;
	struct arena *arena = &figure->arena;
	fputs("# of each row the place of each value, from least to greatest\n$settings << EOD\n",
	      figure->script);
	for (int r = 0; r < answer->rows; r++) {
		for (int i = 0; i < tuning->parameters; i++) {
			double place =
				place_of(&tuning->parameter[i], answer->row[r].found->choice[i]);
			if (!isnan(place))
				fprintf(figure->script, "%d %.6g %d\n", i + 1, place, r + 1);
		}
		fputs(r + 1 < answer->rows ? "\n\n" : "", figure->script);
	}
	fputs("EOD\n# the values\n$values << EOD\n", figure->script);
	for (int i = 0; i < tuning->parameters; i++)
		for (int v = 0; v < tuning->parameter[i].values; v++) {
			bool used = false;
			for (int r = 0; r < answer->rows; r++)
				used |= answer->row[r].found->choice[i] == v;
			if (used)
				fprintf(figure->script, "%d %.6g \"%s\"\n", i + 1,
					place_of(&tuning->parameter[i], v),
					figure_cut(arena, tuning->parameter[i].label[v],
						   FIGURE_SMALL, 150));
		}
	fputs("NaN NaN \"\"\nEOD\n", figure->script);
}

static void write_names(struct figure *figure, const struct answer *answer)
{
	const struct tuning *tuning = answer->search->problem.tuning;
	struct arena *arena = &figure->arena;
	const char **name = arena_take(arena, (size_t)answer->rows * sizeof *name);
	const char **key = arena_take(arena, (size_t)tuning->parameters * sizeof *key);
	double room = (RIGHT + PANEL_WIDTH - LEFT) / (double)tuning->parameters;
	for (int r = 0; r < answer->rows; r++) {
		char letter[4];
		const char *text = tuned_letter(answer, r, letter);
		name[r] = arena_copy(arena, text, strlen(text));
	}
	for (int i = 0; i < tuning->parameters; i++)
		key[i] = figure_wrap(arena, figure_clean(arena, tuned_parameter(answer, i)),
				     FIGURE_SMALL, room - 20, 2);
	figure_texts(figure, "NAME_TEXT", name, answer->rows);
	figure_texts(figure, "PARAMETER_TEXT", key, tuning->parameters);
	fprintf(figure->script, "ROWS = %d\nPARAMETERS = %d\nKNEE = %d\n", answer->rows,
		tuning->parameters, answer->knee);
}

void figure_tune(struct figure *figure, const struct answer *answer)
{
	struct arena *arena = &figure->arena;
	const struct problem *problem = &answer->search->problem;
	struct view view = look_at(answer);
	struct legend *legend = arena_take(arena, (size_t)answer->rows * sizeof *legend);
	for (int r = 0; r < answer->rows; r++) {
		char letter[4];
		legend[r] =
			(struct legend){arena_printf(arena, "%s%s", tuned_letter(answer, r, letter),
						     r == answer->knee ? ", recommended" : ""),
					r + 1};
	}
	const char *about = arena_printf(
		arena,
		"%d settings, %d fresh trials of each named; rings: as the search knew them; bars: "
		"95 %% intervals; grey: others tried; crosses: dropped, for they break a limit",
		search_tried(answer->search), answer->search->fresh);
	const char *title = arena_printf(arena, "Worth choosing among: %s",
					 figure_clean(arena, problem->scenario->title));
	double upper = figure_head(figure, WIDTH, title, about, legend, answer->rows) + ROW_TITLE;
	double lower = upper + PANEL_HEIGHT + ROW_GAP;
	figure_number(figure, "AIMS", problem->aims);
	write_tried(figure, &view);
	write_front(figure, &view);
	write_axis(figure, "FIRST", aim_name(arena, problem, 0), &view.first_scale);
	write_axis(figure, "SECOND", aim_name(arena, problem, view.second), &view.second_scale);
	write_limit(figure, &view);
	write_settings(figure, answer);
	write_names(figure, answer);
	figure_number(figure, "LEFT", LEFT);
	figure_number(figure, "RIGHT", RIGHT);
	figure_number(figure, "PANEL_WIDTH", PANEL_WIDTH);
	figure_number(figure, "PANEL_HEIGHT", PANEL_HEIGHT);
	figure_number(figure, "LOWER_HEIGHT", LOWER_HEIGHT);
	figure_number(figure, "UPPER", upper);
	figure_number(figure, "LOWER", lower);
	figure_number(figure, "HEIGHT", lower + LOWER_HEIGHT + FOOT);
}
