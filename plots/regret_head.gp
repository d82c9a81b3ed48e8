# What the style wants to know of a figure before it is drawn.
WIDTH = 1300.0
HEIGHT = 620.0
TOP = 170.0
BASE = HEIGHT - 70.0
TITLE = 'What bandits regret'
ABOUT = sprintf("rewards lost to the best arm, mean of %d games and ± 2 standard errors; dotted: the best slope there can be in the long run", GAMES)
LEGENDS = POLICIES
array LEGEND_X[POLICIES]; array LEGEND_Y[POLICIES]; array LEGEND_STYLE[POLICIES]
array LEGEND_TEXT[POLICIES]
do for [i = 1:POLICIES] {
	LEGEND_X[i] = 28 + 250 * (i - 1); LEGEND_Y[i] = 104; LEGEND_STYLE[i] = i
	LEGEND_TEXT[i] = POLICY[i]
}
