# A row a detector: its false alarm rate in each condition, with intervals, and what it promises.
eval panel(230, TOP, WIDTH - 270, BASE - TOP)
set logscale x
set xrange [FLOOR * 0.7:130]; set yrange [ROWS + 0.6:0.4]
set xtics ("none" FLOOR, "0.1 %%" 0.1, "1 %%" 1, "5 %%" 5, "10 %%" 10, "50 %%" 50, "100 %%" 100)
unset ytics
set xlabel "rolled back for nothing"
do for [i = 1:ROWS] {
	set label 100+i ROW_NAME[i] at screen across(216.0),first i right noenhanced textcolor rgb INK
	if (i % 2 == 0) {
		set object i rect from graph 0,first i - 0.5 to graph 1,first i + 0.5 \
			fc rgb BAND fs solid noborder behind
	}
}
shown(v) = v > FLOOR ? v : FLOOR
place(i) = 0.18 * (i - (CONDITIONS + 1) / 2.0)
plot $rates using 2:($1 - 0.45):(0):(0.9) with vectors nohead lc rgb "#9A9A9A" lw 4 dt 1, \
     for [i = 1:CONDITIONS] $rates using (shown(column(3*i))):($1 + place(i)): \
     	(shown(column(3*i + 1))):(shown(column(3*i + 2))) with xerrorbars lt i dt 1 lw 1.4
set output
