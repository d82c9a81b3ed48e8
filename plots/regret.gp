# A panel a setting: regret of each policy as requests go by, on a logarithmic scale, where the best
# that is possible becomes a straight line.
set multiplot
set logscale x
set xtics format "%.0s%c"
set xlabel "requests"
do for [s = 1:2] {
	left = 90 + 640 * (s - 1)
	eval panel(left, TOP, 540, BASE - TOP)
	set label 10 SETTING[s] at screen across(left),down(TOP - 18) left textcolor rgb INK
	set label 22 "regret" at screen across(left - 70),down((TOP + BASE) / 2) center rotate \
		textcolor rgb INK
	stats $regret index s - 1 using 1 nooutput
	first = STATS_min; last = STATS_max
	set xrange [first:last]; set yrange [0:*]
	# Through the first policy's last value: a slope has no place of its own.
	stats $regret index s - 1 using 2 nooutput
	end = STATS_max
	plot for [p = 1:POLICIES] $regret index s - 1 using \
	     	1:(column(2 * p) - 2 * column(2 * p + 1)):(column(2 * p) + 2 * column(2 * p + 1)) \
	     	with filledcurves fs solid noborder fc rgb veil(p), \
	     for [p = 1:POLICIES] $regret index s - 1 using 1:(column(2 * p)) with lines ls p, \
	     [first:last] end + SLOPE[s] * log(x / last) with lines lc rgb INK lw 1.6 dt (2,3)
	unset label; unset arrow
}
unset multiplot
set output
