# What the style wants to know of a figure before it is drawn.
WIDTH = 1300.0
ROW_HEIGHT = 26.0
TOP = 150.0
BASE = TOP + ROWS * ROW_HEIGHT
HEIGHT = BASE + 80.0
TITLE = 'False alarms of every detector, beside its promise'
ABOUT = sprintf("an hour of canary, looked at every minute (“once”: at its end); %d trials each; bars are 95 %% intervals; grey: promised", TRIALS)
LEGENDS = CONDITIONS
array LEGEND_X[CONDITIONS]; array LEGEND_Y[CONDITIONS]; array LEGEND_STYLE[CONDITIONS]
array LEGEND_TEXT[CONDITIONS]
do for [i = 1:CONDITIONS] {
	LEGEND_X[i] = 28 + 220 * (i - 1); LEGEND_Y[i] = 104; LEGEND_STYLE[i] = i
	LEGEND_TEXT[i] = CONDITION_NAME[i]
}
