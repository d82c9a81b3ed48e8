# ---------- b: speed against false alarms
eval panel(RIGHT, UPPER, PANEL_WIDTH, PANEL_HEIGHT)
set label 20 PANEL_NAME."Speed against false alarms (all cases without harm" \
	.(FRONT ? "; grey: Pareto front)" : ")") \
	at screen across(RIGHT),down(UPPER - 24) left textcolor rgb INK
set xlabel "median time to detect"
eval axis("rolled back for nothing", RIGHT, UPPER, PANEL_HEIGHT)
set xrange [SPEED_LOW:SPEED_END]; set yrange [-0.02 * SPEED_TOP:1.02 * SPEED_TOP]; set ytics auto
set xtics (SPEED_TICK_TEXT[1] SPEED_TICK[1])
set for [i = 2:SPEED_TICKS] xtics add (SPEED_TICK_TEXT[i] SPEED_TICK[i])
if (SPEED_NEVER) {
	set xtics add ("never" NEVER)
	set object 1 rect from SPEED_HIGH,graph 0 to SPEED_END,graph 1 \
		fc rgb BAND fs solid noborder behind
}
if (SPEEDS) {
	set label 21 "better ↙" at graph 0.985,0.95 right textcolor rgb MUTE font ",11"
	do for [i = 1:NAMES] {
		set label 30+i NAME_TEXT[i] at graph NAME_X[i],NAME_Y[i] left textcolor rgb INK font ",11"
	}
	plot for [i = 1:FRONT] $front using 1:2 with steps lc rgb "#CFCFCF" lw 5 dt 1, \
	     $speed using 3:6 with lines lc rgb MUTE lw 0.7 dt 1, \
	     "" using 3:6:4:5:7:8:(solid($1)) with xyerrorbars lc rgb variable pt 0 lw 1.3 dt 1, \
	     "" using 3:6:(1.2):(point($1)):(solid($1)) \
	     	with points pt variable ps variable lc rgb variable
	unset label 21
	do for [i = 1:NAMES] { unset label 30+i }
} else {
	unset label 22; unset border; unset xlabel; unset xtics; unset ytics; unset grid
	set label 21 NO_SPEED at graph 0.5,0.5 center textcolor rgb MUTE
	plot -1e9
	unset label 21
	set border 3; set grid xtics ytics; set ytics nomirror out textcolor rgb INK
}
unset object 1; unset logscale x

