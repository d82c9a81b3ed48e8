# One trial in three panels on one time axis: share, error rate, latency.
set multiplot
set lmargin at screen across(LEFT); set rmargin at screen across(LEFT + PANEL_WIDTH)
set xrange [0:TIME_END]; set xtics TIME_STEP format ""
if (HARM) { set object 1 rect from first HARM_FROM,graph 0 to first HARM_TO,graph 1 fc rgb "#FCEDE4" fs solid noborder behind }

# ---------- who gets the traffic
set tmargin at screen down(TOP); set bmargin at screen down(TOP + SHARE_HEIGHT)
set label 20 "candidate share" at screen across(26),down(TOP + SHARE_HEIGHT / 2) center rotate textcolor rgb INK
set yrange [0:SHARE_TOP]; set ytics format "%g %%"
plot $share using 1:2 with fillsteps fc rgb tint(TRIAL_STYLE) fs solid 1.0, \
     "" using 1:2 with steps ls 50+TRIAL_STYLE
unset label 1; unset label 2
unset for [i = 1:LEGENDS] arrow 500+i
unset for [i = 1:LEGENDS] label 500+i
unset for [i = 1:LEGENDS] label 600+i

# ---------- how often it fails
set tmargin at screen down(MIDDLE); set bmargin at screen down(MIDDLE + PANEL_HEIGHT)
set label 20 "error rate" at screen across(26),down(MIDDLE + PANEL_HEIGHT / 2) center rotate textcolor rgb INK
set yrange [0:ERROR_TOP]; set ytics format "%g %%"
plot for [i = 1:STABLE] $stable using 1:3:4 with filledcurves fc rgb "#C0808080" fs solid 1.0, \
     for [i = 1:CANDIDATE] $candidate using 1:3:4 with filledcurves fc rgb veil(TRIAL_STYLE) fs solid 1.0, \
     for [i = 1:STABLE] $stable using 1:2 with lines ls 41 lw 1.5, \
     for [i = 1:CANDIDATE] $candidate using 1:2 with lines ls 50+TRIAL_STYLE, \
     -1

# ---------- how slow it is
set tmargin at screen down(LOWER); set bmargin at screen down(BASE)
set xtics TIME_STEP format "%g"; set xlabel "simulated time (".UNIT.")"
set label 20 "p99 latency (".LATENCY_UNIT.")" at screen across(26),down(LOWER + PANEL_HEIGHT / 2) center rotate textcolor rgb INK
set yrange [0:LATENCY_TOP]; set ytics format "%g"
do for [i = 1:MARKERS] { eval pole(i); eval flag(i) }
plot for [i = 1:STABLE] $stable using 1:($5 * LATENCY_FACTOR) with lines ls 41 lw 1.5, \
     for [i = 1:CANDIDATE] $candidate using 1:($5 * LATENCY_FACTOR) with lines ls 50+TRIAL_STYLE, \
     -1
unset multiplot
set output
