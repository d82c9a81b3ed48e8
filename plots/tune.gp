# Three panels: the front, the limit against the first aim, and the settings side by side.
set multiplot
LETTER(i) = NAME_TEXT[int(i)]

# ---------- a: the front
eval panel(LEFT, UPPER, PANEL_WIDTH, PANEL_HEIGHT)
set label 20 "{/:Bold a}  The front" at screen across(LEFT),down(UPPER - 24) left textcolor rgb INK
set label 21 "better ↙" at graph 0.985,0.95 right textcolor rgb MUTE font ",11"
set xlabel FIRST_AXIS
set xrange [FIRST_LOW:FIRST_HIGH]; set xtics auto format "%g"
if (AIMS > 1) {
	eval axis(SECOND_AXIS, LEFT, UPPER, PANEL_HEIGHT)
	set yrange [SECOND_LOW:SECOND_HIGH]; set ytics auto format "%g"
	plot $tried using ($4 > 0 ? NaN : $1):2 with points pt 7 ps 0.35 lc rgb "#B8B8B8", \
	     "" using ($4 > 0 ? $1 : NaN):2 with points pt 2 ps 0.8 lw 1.4 lc rgb "#EDB18B", \
	     $front using 2:5:($8-$2):($11-$5) with vectors nohead lc rgb MUTE lw 1 dt 1, \
	     "" using 2:5 with points pt 6 ps 1.2 lw 1.4 lc rgb MUTE, \
	     "" using 8:11:9:10:12:13:(solid($1)) with xyerrorbars lc rgb variable pt 0 lw 1.3, \
	     "" using 8:11:(point($1)):(solid($1)) with points ps 1.3 pt variable lc rgb variable, \
	     "" using 8:11:(LETTER($1)) with labels offset 1,0.8 textcolor rgb INK font ",12"
} else { # one aim: a line each, the others below
	set label 21 "← better" at graph 0.985,0.95 right textcolor rgb MUTE font ",11"
	unset ytics; unset label 22
	set yrange [0:ROWS + 1]
	line(i) = ROWS + 1 - i
	plot $tried using ($4 > 0 ? NaN : $1):(0.4) with points pt 7 ps 0.35 lc rgb "#B8B8B8", \
	     "" using ($4 > 0 ? $1 : NaN):(0.4) with points pt 2 ps 0.8 lw 1.4 lc rgb "#EDB18B", \
	     $front using 2:(line($1)) with points pt 6 ps 1.2 lw 1.4 lc rgb MUTE, \
	     "" using 8:(line($1)):9:10:(solid($1)) with xerrorbars lc rgb variable pt 0 lw 1.3, \
	     "" using 8:(line($1)):(point($1)):(solid($1)) with points ps 1.3 pt variable lc rgb variable, \
	     "" using 8:(line($1)):(LETTER($1)) with labels offset 1,0.8 textcolor rgb INK font ",12"
	set ytics nomirror out scale 0.6 textcolor rgb INK
}
unset label 1; unset label 2; unset label 21
unset for [i = 1:LEGENDS] arrow 500+i
unset for [i = 1:LEGENDS] label 500+i
unset for [i = 1:LEGENDS] label 600+i

# ---------- b: what a limit is about, against the first aim
eval panel(RIGHT, UPPER, PANEL_WIDTH, PANEL_HEIGHT)
set label 20 "{/:Bold b}  ".LIMIT_TITLE at screen across(RIGHT),down(UPPER - 24) left \
	textcolor rgb INK
set xlabel FIRST_AXIS
eval axis(LIMIT_AXIS, RIGHT, UPPER, PANEL_HEIGHT)
if (LIMITS > 0) {
	set yrange [LIMIT_LOW:LIMIT_HIGH]
	set arrow 30 from graph 0,first LIMIT_DUE to graph 1,first LIMIT_DUE nohead ls 22 front
	set label 30 "limit" at graph 0.985,first LIMIT_DUE right offset 0,0.6 \
		textcolor rgb FAULT font ",11"
	plot $tried using ($4 > 0 ? NaN : $1):3 with points pt 7 ps 0.35 lc rgb "#B8B8B8", \
	     "" using ($4 > 0 ? $1 : NaN):3 with points pt 2 ps 0.8 lw 1.4 lc rgb "#EDB18B", \
	     $front using 2:14:($8-$2):($15-$14) with vectors nohead lc rgb MUTE lw 1 dt 1, \
	     "" using 2:14 with points pt 6 ps 1.2 lw 1.4 lc rgb MUTE, \
	     "" using 8:15:9:10:16:17:(solid($1)) with xyerrorbars lc rgb variable pt 0 lw 1.3, \
	     "" using 8:15:(point($1)):(solid($1)) with points ps 1.3 pt variable lc rgb variable, \
	     "" using 8:15:(LETTER($1)) with labels offset 1,0.8 textcolor rgb INK font ",12"
	unset arrow 30; unset label 30
} else {
	unset label 22
	set label 23 "no limit was set" at graph 0.5,0.5 center textcolor rgb MUTE
	plot -1e9
	unset label 23
}

# ---------- c: the settings
eval panel(LEFT, LOWER, RIGHT + PANEL_WIDTH - LEFT, LOWER_HEIGHT)
set label 20 "{/:Bold c}  The settings" at screen across(LEFT),down(LOWER - 46) left \
	textcolor rgb INK
unset label 22; unset xlabel; unset ytics; unset xtics; unset grid; unset border
set xrange [0.6:PARAMETERS + 0.4]; set yrange [-0.03:1.03]
do for [i = 1:PARAMETERS] {
	set arrow 40+i from first i,0 to first i,1 nohead lc rgb "#8A8A8A" lw 1 back
	set label 40+i PARAMETER_TEXT[i] at first i,graph 1 center offset 0,1.1 textcolor rgb INK
}
plot for [i = 0:ROWS - 1] $settings index i using 1:2:(solid(i + 1)) \
     	with lines lc rgb variable lw (i == KNEE ? 4.0 : 1.6), \
$settings using 1:2:(point($3)):(solid($3)) \
     	with points ps 1.2 pt variable lc rgb variable, \
     $values using 1:2:3 with labels left offset 0.8,0.1 textcolor rgb MUTE font ",11"
unset multiplot
set output
