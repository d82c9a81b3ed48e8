# A panel a quantity, a row a rollout, best on the whole first.
set multiplot
array PANEL[5]
PANEL[1] = "rolled back for nothing (%)"; PANEL[2] = "missed (%)"
PANEL[3] = "harmed users, by instant's"; PANEL[4] = "detected after (min)"
PANEL[5] = "promoted after (min)"
set yrange [ROWS + 0.6:0.4]
unset ytics
do for [p = 1:5] {
	left = 210 + 258 * (p - 1)
	eval panel(left, TOP, 214, BASE - TOP)
	unset logscale x
	if (p < 3) { set xrange [0:100]; set xtics 25 }
	if (p == 3) { set logscale x; set xrange [0.01:1.3]; set xtics ("1 %%" 0.01, "10 %%" 0.1, "100 %%" 1) }
	if (p > 3) { set xrange [-2:NEVER + 2]; set xtics ("0" 0, "15" 15, "30" 30, "45" 45, "never" NEVER) }
	set label 10 PANEL[p] at screen across(left),down(TOP - 18) left textcolor rgb INK
	do for [i = 1:ROWS] {
		if (p == 1) {
			set label 100+i ROW_NAME[i] at screen across(196.0),first i right noenhanced \
				textcolor rgb INK
		}
		if (i % 2 == 0) {
			set object i rect from graph 0,first i - 0.5 to graph 1,first i + 0.5 \
				fc rgb BAND fs solid noborder behind
		}
	}
	plot $scores index p - 1 using 2:1:3:4 with xerrorbars lt 1 dt 1 lw 1.4, \
	     "" index p - 1 using 2:1:(sprintf("%d", $5)) with labels offset 0,0.75 font ",9" \
	     	textcolor rgb MUTE
	do for [i = 1:ROWS] { unset label 100+i }
	unset label 1; unset label 2
}
unset multiplot
set output
