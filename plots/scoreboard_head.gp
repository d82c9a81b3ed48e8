# What the style wants to know of a figure before it is drawn.
WIDTH = 1500.0
TOP = 150.0
HEIGHT = TOP + 34.0 * ROWS + 76
BASE = HEIGHT - 76.0
TITLE = 'Which way to roll out?'
ABOUT = sprintf("%d worlds, %d trials each; points: estimates, bars: 95 %% intervals, numbers: ranks, the same where they cannot be told apart; less is better", WORLDS, TRIALS)
LEGENDS = 0
