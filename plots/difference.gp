# A panel a quantity, a row a cell: the change with its interval, and what it was and is.
set multiplot
unset ytics
first = 0
do for [p = 1:PANELS] {
	rows = PANEL_ROWS[p]
	eval panel(LEFT, PANEL_TOP[p], PANEL_WIDTH, ROW_HEIGHT * rows)
	set xrange [PANEL_LOW[p]:PANEL_HIGH[p]]; set xtics auto format "%g"
	set yrange [rows + 0.5:0.5]
	set xlabel PANEL_AXIS[p] offset 0,0.3 font ",11"
	set label 10 "{/:Bold ".PANEL_NAME[p]."}" at screen across(LEFT),down(PANEL_TOP[p] - 18) left \
		textcolor rgb INK
	set arrow 11 from 0,0.5 to 0,rows + 0.5 nohead ls 26 lw 1.2 back
	if (PANEL_WORSE[p] > 0) {
		set label 12 "worse →" at screen across(LEFT + PANEL_WIDTH),down(PANEL_TOP[p] - 18) right \
			font ",11" textcolor rgb MUTE
	}
	if (PANEL_WORSE[p] < 0) {
		set label 12 "← worse" at screen across(LEFT + PANEL_WIDTH),down(PANEL_TOP[p] - 18) right \
			font ",11" textcolor rgb MUTE
	}
	do for [i = 1:int(rows)] {
		set label 100+i ROW_NAME[first + i] at screen across(LEFT - 14),first i right \
			textcolor rgb INK
		set label 300+i ROW_WORDS[first + i] at screen across(LEFT + PANEL_WIDTH + 16),first i left \
			textcolor rgb MUTE font ",11"
		if (i % 2 == 0) {
			set object i rect from graph 0,first i - 0.5 to graph 1,first i + 0.5 \
				fc rgb BAND fs solid noborder behind
		}
	}
	plot $changes index p - 1 using ($5 == 2 ? $2 : NaN):1:3:4 with xerrorbars ls 21 pt 6 ps 1, \
	     "" index p - 1 using ($5 == 3 ? $2 : NaN):1:3:4 with xerrorbars ls 51 pt 7 ps 1, \
	     "" index p - 1 using ($5 == 4 ? $2 : NaN):1:3:4 with xerrorbars ls 24 pt 5 ps 1, \
	     "" index p - 1 using ($5 == 5 ? $2 : NaN):1:3:4 with xerrorbars ls 26 pt 9 ps 1
	first = first + int(rows)
	do for [i = 1:int(rows)] { unset label 100+i; unset label 300+i; unset object i }
	unset label 1; unset label 2; unset label 10; unset label 12
	unset for [i = 1:LEGENDS] arrow 500+i
	unset for [i = 1:LEGENDS] label 500+i
	unset for [i = 1:LEGENDS] label 600+i
}
unset multiplot
set output
