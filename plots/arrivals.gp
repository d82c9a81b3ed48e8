# A row a setting: arrivals over time, and variance over mean of their counts in windows.
set multiplot
# To be evaluated: the frame of a panel; a sentence in place of one.
frame = "unset logscale; set border 3 lc rgb '#8A8A8A' lw 1; set grid back xtics ytics lt 20; " \
	."set xtics nomirror out scale 0.6 textcolor rgb INK; " \
	."set ytics nomirror out scale 0.6 textcolor rgb INK"
blank(text) = "unset logscale; unset border; unset grid; unset xtics; unset ytics; unset xlabel; " \
	."unset label 22; set label 23 ".text." at graph 0.5,0.5 center textcolor rgb MUTE"

do for [row = 1:ROWS] {
	top = TOP + (row - 1) * ROW_HEIGHT

	# ---------- how many, over time
	eval panel(LEFT, top, RATE_WIDTH, PANEL_HEIGHT)
	set label 20 "{/:Bold ".ROW_LABEL[row]."}" at screen across(28),down(top - 50) left \
		textcolor rgb INK
	set label 21 ROW_ABOUT[row] at screen across(28),down(top - 24) left \
		textcolor rgb MUTE font ",12"
	eval frame
	set xrange [0:TIME_END]; set xtics TIME_STEP format "%g"
	set yrange [0:RATE_TOP[row]]; set ytics RATE_STEP[row] format "%g"
	if (row == ROWS) { set xlabel "simulated time (".UNIT.")" }
	if (strlen(NO_RATE[row]) == 0) {
		eval axis(RATE_UNIT[row], LEFT, top, PANEL_HEIGHT)
		plot $rate index row-1 using 1:2 with fillsteps fc rgb tint(1) fs solid 1.0, \
		     "" index row-1 using 1:2 with steps ls 51 lw 1, \
		     $mean index row-1 using 1:2 with lines ls 26
	} else {
		eval blank("NO_RATE[row]")
		plot -1e9
	}
	unset label 23
	if (row == 1) {
		unset label 1; unset label 2
		unset for [i = 1:LEGENDS] arrow 500+i
		unset for [i = 1:LEGENDS] label 500+i
		unset for [i = 1:LEGENDS] label 600+i
	}
	unset label 20; unset label 21

	# ---------- how much they vary
	eval panel(RIGHT, top, WINDOW_WIDTH, PANEL_HEIGHT)
	if (strlen(NO_DISPERSION[row]) == 0) {
		eval frame
		set logscale xy
		set xrange [WINDOW_TICK[1]:WINDOW_TICK[WINDOW_TICKS]]
		set xtics (WINDOW_TICK_TEXT[1] WINDOW_TICK[1])
		set for [i = 2:WINDOW_TICKS] xtics add (WINDOW_TICK_TEXT[i] WINDOW_TICK[i])
		set yrange [DISPERSION_LOW:DISPERSION_HIGH]
		set ytics (DISPERSION_TICK_TEXT[1] DISPERSION_TICK[1])
		set for [i = 2:DISPERSION_TICKS] ytics add \
			(DISPERSION_TICK_TEXT[i] DISPERSION_TICK[i])
		eval axis("variance / mean", RIGHT - 12, top, PANEL_HEIGHT)
		set label 24 "Poisson" at graph 1.015,first 1 left textcolor rgb MUTE font ",11"
		if (row == ROWS) { set xlabel "length of the window" }
		plot $dispersion index row-1 using 1:3:4 \
		     	with filledcurves fc rgb veil(1) fs solid 1.0, \
		     1 with lines ls 21, \
		     $dispersion index row-1 using 1:2 with linespoints ls 51 lw 1.5 pt 7 ps 0.5
	} else {
		eval blank("NO_DISPERSION[row]")
		plot -1e9
	}
	unset label 22; unset label 23; unset label 24
}
unset multiplot
set output
