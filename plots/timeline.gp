# One trial in three panels on one time axis: share, error rate, latency.
set multiplot
set xrange [0:TIME_END]; set xtics TIME_STEP format ""
if (HARM) {
	set object 1 rect from first HARM_FROM,graph 0 to first HARM_TO,graph 1 \
		fc rgb "#FCEDE4" fs solid noborder behind
}

# ---------- who gets the traffic
eval panel(LEFT, TOP, PANEL_WIDTH, SHARE_HEIGHT)
eval axis("candidate share", LEFT, TOP, SHARE_HEIGHT)
set yrange [0:SHARE_TOP]; set ytics format "%g %%"
plot $share using 1:2 with fillsteps fc rgb tint(TRIAL_STYLE) fs solid 1.0, \
     "" using 1:2 with steps ls plain(TRIAL_STYLE)
unset label 1; unset label 2
unset for [i = 1:LEGENDS] arrow 500+i
unset for [i = 1:LEGENDS] label 500+i
unset for [i = 1:LEGENDS] label 600+i

# ---------- how often it fails; the -1 keeps a plot without any traffic from being empty
eval panel(LEFT, MIDDLE, PANEL_WIDTH, PANEL_HEIGHT)
eval axis("error rate", LEFT, MIDDLE, PANEL_HEIGHT)
set yrange [0:ERROR_TOP]; set ytics format "%g %%"
plot for [i = 1:STABLE] $stable using 1:3:4 \
     	with filledcurves fc rgb "#C0808080" fs solid 1.0, \
     for [i = 1:CANDIDATE] $candidate using 1:3:4 \
     	with filledcurves fc rgb veil(TRIAL_STYLE) fs solid 1.0, \
     for [i = 1:STABLE] $stable using 1:2 with lines ls 41 lw 1.5, \
     for [i = 1:CANDIDATE] $candidate using 1:2 with lines ls plain(TRIAL_STYLE), \
     -1

# ---------- how slow it is
eval panel(LEFT, LOWER, PANEL_WIDTH, PANEL_HEIGHT)
set xtics TIME_STEP format "%g"; set xlabel "simulated time (".UNIT.")"
eval axis("p99 latency (".LATENCY_UNIT.")", LEFT, LOWER, PANEL_HEIGHT)
set yrange [0:LATENCY_TOP]; set ytics format "%g"
do for [i = 1:MARKERS] { eval pole(i); eval flag(i) }
plot for [i = 1:STABLE] $stable using 1:($5 * LATENCY_FACTOR) with lines ls 41 lw 1.5, \
     for [i = 1:CANDIDATE] $candidate using 1:($5 * LATENCY_FACTOR) \
     	with lines ls plain(TRIAL_STYLE), \
     -1
unset multiplot
set output
