# A row a case, a column a rollout: the share of the trials that were rolled back. Viridis, whose
# steps look alike to every eye and on grey paper.
set palette defined (0 "#440154", 0.13 "#482878", 0.25 "#3E4A89", 0.38 "#31688E", 0.5 "#26828E", \
	0.63 "#1F9E89", 0.75 "#35B779", 0.88 "#6DCD59", 1 "#FDE725")
eval panel(LEFT, TOP, GRID_WIDTH, GRID_HEIGHT)
set xrange [0.5:ROLLOUTS + 0.5]; set yrange [CASES + 0.5:0.5]
set cbrange [0:100]; set cbtics 25 format "%g %%" scale 0
set colorbox user origin screen across(LEFT + GRID_WIDTH + 160),down(TOP + GRID_HEIGHT) \
	size screen across(18.0),GRID_HEIGHT / HEIGHT
set style fill solid 1.0 noborder; unset grid; unset border; unset xtics; unset ytics

breaks(text) = strstrt(text, "\n") ? 1 + breaks(text[strstrt(text, "\n") + 1:*]) : 0
do for [i = 1:ROLLOUTS] {
	y = down(TOP - 16 - 22 * breaks(ROLLOUT_NAME[i]))
	set label 10+i ROLLOUT_NAME[i] at first i,screen y center textcolor rgb INK
}
do for [i = 1:CASES] {
	set label 100+i CASE_NAME[i] at screen across(LEFT - 14),first i right textcolor rgb INK
}
do for [i = 1:CASES * ROLLOUTS] {
	row = (i - 1) / ROLLOUTS + 1; column = (i - 1) % ROLLOUTS + 1
	if (real(word($rolled_back[i], 3)) < 0) {
		set object i rect center column,row size 1,1 fc rgb MUTE fs solid noborder front
	}
	tone = real(word($rolled_back[i], 3)) > 60 ? INK : "#FFFFFF"
	set label 1000+2*i CELL_LARGE[i] at column,row offset 0,0.45 center front textcolor rgb tone
	set label 1001+2*i CELL_SMALL[i] at column,row offset 0,-0.65 center front font ",10" \
		textcolor rgb tone
}
# Thin lines between cells, a thick one between false alarms and catches.
do for [i = 1:ROLLOUTS - 1] {
	set arrow 10+i from i + 0.5,0.5 to i + 0.5,CASES + 0.5 nohead lc rgb PAPER lw 2 front
}
do for [i = 1:CASES - 1] {
	set arrow 100+i from 0.5,i + 0.5 to ROLLOUTS + 0.5,i + 0.5 \
		nohead lc rgb PAPER lw (i == HEALTHY ? 9 : 2) front
}
beside = across(LEFT + GRID_WIDTH + 14)
if (HEALTHY) {
	set label 3 "← false alarms" at screen beside,first (1 + HEALTHY) / 2.0 \
		left textcolor rgb FAULT
}
if (HEALTHY < CASES) {
	set label 4 "← caught" at screen beside,first (1 + HEALTHY + CASES) / 2.0 \
		left textcolor rgb INK
}
plot $rolled_back using 2:1:($2 - 0.5):($2 + 0.5):($1 - 0.5):($1 + 0.5):3 \
	with boxxyerror fc palette z
set output
