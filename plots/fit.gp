# Four panels: rate, dispersion, durations, gaps; of a trace, and of the model fitted to it.
set multiplot

# ---------- a: how many, over time
eval panel(LEFT, UPPER, PANEL_WIDTH, PANEL_HEIGHT)
set label 20 "{/:Bold a}  How many come" at screen across(LEFT),down(UPPER - 24) left \
	textcolor rgb INK
set xlabel "time (".UNIT.")"
eval axis(RATE_UNIT, LEFT, UPPER, PANEL_HEIGHT)
set xrange [0:TIME_END]; set xtics TIME_STEP format "%g"
set yrange [0:RATE_TOP]; set ytics format "%g"
plot $rate using 1:4:5 with filledcurves fc rgb "#DDDDDD" fs solid 1.0 noborder, \
     "" using 1:2 with steps ls 26 lw 1, \
     "" using 1:3 with steps ls 51
unset label 1; unset label 2
unset for [i = 1:LEGENDS] arrow 500+i
unset for [i = 1:LEGENDS] label 500+i
unset for [i = 1:LEGENDS] label 600+i

# ---------- b: how much counts vary
eval panel(RIGHT, UPPER, PANEL_WIDTH, PANEL_HEIGHT)
set label 20 "{/:Bold b}  How much counts vary" at screen across(RIGHT),down(UPPER - 24) left \
	textcolor rgb INK
set xlabel "length of the window"
if (WINDOWS) {
	set logscale xy
	set xrange [WINDOW_TICK[1]:WINDOW_TICK[WINDOW_TICKS]]
	set xtics (WINDOW_TICK_TEXT[1] WINDOW_TICK[1])
	set for [i = 2:WINDOW_TICKS] xtics add (WINDOW_TICK_TEXT[i] WINDOW_TICK[i])
	set yrange [DISPERSION_LOW:DISPERSION_HIGH]; set ytics auto format "%g"
	eval axis("variance / mean", RIGHT, UPPER, PANEL_HEIGHT)
	set label 24 "Poisson" at graph 1.015,first 1 left textcolor rgb MUTE font ",11"
	plot $dispersion using 1:4:5 with filledcurves fc rgb "#DDDDDD" fs solid 1.0 noborder, \
	     1 with lines ls 21, \
	     $dispersion using 1:3 with lines ls 51, \
	     "" using 1:2 with linespoints ls 26 pt 7 ps 0.6
	unset label 24
} else {
	unset label 22
	set label 23 "too short for windows" at graph 0.5,0.5 center textcolor rgb MUTE
	plot -1e9
	unset label 23
}

# ---------- c: how long they take
eval panel(LEFT, LOWER, PANEL_WIDTH, PANEL_HEIGHT)
set label 20 "{/:Bold c}  How long they take" at screen across(LEFT),down(LOWER - 24) left \
	textcolor rgb INK
set xlabel "duration"
unset logscale
set yrange [0:100]; set ytics 25 format "%g %%"
eval axis("requests that took less", LEFT, LOWER, PANEL_HEIGHT)
if (ANSWERS > 0) {
	set logscale x
	set xrange [TIMES_TICK[1]:TIMES_TICK[TIMES_TICKS]]
	set xtics (TIMES_TICK_TEXT[1] TIMES_TICK[1])
	set for [i = 2:TIMES_TICKS] xtics add (TIMES_TICK_TEXT[i] TIMES_TICK[i])
	plot $times index 0 using 3:1 with lines ls 51 lw 4, \
	     "" index 0 using 2:1 with lines ls 26, \
	     "" index 1 using (FAILURES > 0 ? $3 : NaN):1 with lines ls 22 lw 2, \
	     "" index 1 using (FAILURES > 0 ? $2 : NaN):1 with lines ls 26 lw 1
} else {
	set xtics auto; set xrange [0:1]; unset xtics; unset xlabel
	set label 23 "the trace does not say" at graph 0.5,0.5 center textcolor rgb MUTE
	plot -1e9
	unset label 23
	set xtics nomirror out scale 0.6 textcolor rgb INK
}

# ---------- d: how long nobody comes
eval panel(RIGHT, LOWER, PANEL_WIDTH, PANEL_HEIGHT)
set label 20 "{/:Bold d}  How long nobody comes, the slow rate taken out" \
	at screen across(RIGHT),down(LOWER - 24) left textcolor rgb INK
set xlabel "gap between requests (mean gaps)"
set logscale xy
set xrange [GAP_LOW:GAP_HIGH]; set xtics auto format "%g"
set yrange [LEAST:1]; set ytics auto format "10^{%L}"
eval axis("gaps that are longer", RIGHT, LOWER, PANEL_HEIGHT)
plot $gaps using 1:4 with lines ls 21, \
     "" using 1:3 with lines ls 51 lw 4, \
     "" using 1:2 with lines ls 26
unset multiplot
set output
