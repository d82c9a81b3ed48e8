# Four panels: time to detect, speed against false alarms, blast radius, one trial.
set multiplot

# ---------- a: time to detect
eval panel(LEFT, UPPER, PANEL_WIDTH, PANEL_HEIGHT)
set label 20 "{/:Bold a}  Time to detect (Kaplan–Meier; a plateau below 100 %: never detected)" \
	at screen across(LEFT),down(UPPER - 24) left textcolor rgb INK
set xlabel "time from onset of harm to decision"
eval axis("trials detected", LEFT, UPPER, PANEL_HEIGHT)
set logscale x; set xrange [DETECTION_TICK[1]:DETECTION_TICK[DETECTION_TICKS]]
set xtics (DETECTION_TICK_TEXT[1] DETECTION_TICK[1])
set for [i = 2:DETECTION_TICKS] xtics add (DETECTION_TICK_TEXT[i] DETECTION_TICK[i])
set yrange [-1.5:101.5]; set ytics 25 format "%g %%"
plot for [i = 1:ROLLOUTS] $detection index i-1 using 1:2 with steps lt i
unset label 1; unset label 2
unset for [i = 1:LEGENDS] arrow 500+i
unset for [i = 1:LEGENDS] label 500+i
unset for [i = 1:LEGENDS] label 600+i

PANEL_NAME = "{/:Bold b}  "
#< speed_panel.gp
# ---------- c: blast radius; zeros have a row below the powers of ten
eval panel(LEFT, LOWER, HARM_WIDTH, BASE - LOWER)
set label 20 "{/:Bold c}  Blast radius (box: quartiles; whiskers: 5–95 %; dots: ".HARM_DOTS.")" \
	at screen across(LEFT),down(LOWER - 24) left textcolor rgb INK
decades = HARM_HIGH - HARM_LOW
zero = HARM_LOW - 0.14 * decades
band = 0.04 * decades
height(v) = v > 0 ? log10(v) : zero
dot(v, along) = height(v) + (v > 0 ? 0 : 1.8 * band * along)
unset xlabel
eval axis("harmed requests", LEFT, LOWER, (BASE - LOWER))
pad = ROLLOUTS < 3 ? (3 - ROLLOUTS) / 2.0 : 0
set xrange [0.4 - pad:ROLLOUTS + 0.6 + pad]
set yrange [HARM_ZEROS ? zero - 2 * band : HARM_LOW - 0.02 * decades:HARM_HIGH]
set xtics nomirror ("" 1) scale 0; set grid noxtics
set ytics format "%g" (HARM_ZEROS ? "0" : "" HARM_ZEROS ? zero : HARM_LOW)
power(k) = word("1 10 100 1k 10k 100k 1M 10M 100M 1G", int(k) + 1)
do for [k = int(HARM_LOW):int(floor(HARM_HIGH))] { set ytics add (power(k) k) }
if (HARM_FINE) {
	do for [k = int(HARM_LOW):int(floor(HARM_HIGH))] {
		do for [m in "2 5"] {
			if (k + log10(m) < HARM_HIGH) {
				set ytics add (m.power(k)[2:*] k + log10(m))
			}
		}
	}
}
if (HARM_ZEROS) {
	set object 1 rect from graph 0,first zero - band to graph 1,first zero + band \
		fc rgb BAND fs solid noborder behind
}
do for [i = 1:ROLLOUTS] {
	if (HARM_TILT) {
		set label 30+i HARM_NAME[i] at first i + 0.2,screen down(BASE + 16) right \
			rotate by HARM_TILT textcolor rgb INK
	} else {
		set label 30+i HARM_NAME[i] at first i,screen down(BASE + 24) center textcolor rgb INK
	}
}
if (HARM_TRIALS) {
	plot $harm using ($1 + 0.22 + 0.3 * $3):(dot($2, $4)):(faded($1)) \
	     	with points pt 7 ps HARM_DOT lc rgb variable, \
	     $harm_box using ($1 - 0.16):(height($3)):(height($2)):(height($6)):(height($5)): \
	     	(0.3):(solid($1)) with candlesticks whiskerbars 0.5 lw 1.5 dt 1 lc rgb variable \
	     	fs transparent solid 0.35 border, \
	     "" using ($1 - 0.31):(height($4)):(0.3):(0):(solid($1)) \
	     	with vectors nohead lw 2.5 dt 1 lc rgb variable
} else {
	plot -1e9
}
do for [i = 1:ROLLOUTS] { unset label 30+i }
unset object 1; set grid xtics

# ---------- d: one trial
if (KEPT) {
	eval panel(RIGHT, TOP, PANEL_WIDTH, PANEL_HEIGHT)
	set label 20 "{/:Bold d}  Who got the traffic in ".TRIAL \
		at screen across(RIGHT),down(LOWER - 24) left textcolor rgb INK
	set xlabel "simulated time (".UNIT.")"
	eval axis("share of the traffic", RIGHT, TOP, PANEL_HEIGHT)
	set xrange [0:TIME_END]; set xtics TIME_STEP nomirror out textcolor rgb INK scale 0.6 format "%g"
	set yrange [0:100]; set ytics 25 format "%g %%"
	set object 1 rect from graph 0,graph 0 to graph 1,graph 1 \
		fc rgb "#ECEFF2" fs solid noborder behind
	do for [i = 1:MARKERS] { eval pole(i); eval flag(i) }
	set label 21 OTHERS at graph 0.985,0.94 right textcolor rgb MUTE
	plot $share using 1:2 with fillsteps fc rgb tint(TRIAL_STYLE) fs solid 1.0, \
	     "" using 1:2 with steps ls plain(TRIAL_STYLE)
}
unset multiplot
set output
