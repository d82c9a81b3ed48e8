# The style all figures share: colours, lines, where the image goes, and the head with its legend.
# Okabe and Ito's palette (2008). Colour is never the only channel: each rollout also has a dash and
# a point. Vermillion is kept for faults and harm, grey for references.
reset
set encoding utf8
INK = "#222222"; MUTE = "#6B6B6B"; FAULT = "#D55E00"; GRID = "#E4E4E4"; BAND = "#F4F4F4"
PAPER = "#FFFFFF"
COLOURS = "0072B2 E69F00 009E73 CC79A7 56B4E9 333333"
POINTS = "7 5 9 13 11 4 6 14 8 12 10 15 1 2 3 15 14 5"
colour(i) = word(COLOURS, (int(i) - 1) % 6 + 1)
point(i) = int(word(POINTS, (int(i) - 1) % 18 + 1))
plain(i) = 50 + (int(i) - 1) % 6 + 1      # a line style: the colour alone
solid(i) = int("0x".colour(i))            # for `lc rgb variable`
faded(i) = int("0x90".colour(i))          # the same, seen through
ink(i) = "#".colour(i)
veil(i) = "#B0".colour(i)
paler(i, k) = 255 - 0.38 * (255 - int("0x".(colour(i)[k:k+1])))
tint(i) = sprintf("#%02X%02X%02X", paler(i, 1), paler(i, 3), paler(i, 5))

set linetype 1 lc rgb "#0072B2" lw 2 dt 1         pt 7  ps 0.9
set linetype 2 lc rgb "#E69F00" lw 2 dt 1         pt 5  ps 0.9
set linetype 3 lc rgb "#009E73" lw 2 dt (8,3)     pt 9  ps 1.0
set linetype 4 lc rgb "#CC79A7" lw 2 dt (8,3,2,3) pt 13 ps 1.1
set linetype 5 lc rgb "#56B4E9" lw 2 dt (3,2)     pt 11 ps 1.0
set linetype 6 lc rgb "#333333" lw 2 dt (2,3)     pt 4  ps 0.9
# The same colours again, drawn differently, for those who compare more than six.
do for [i = 7:12] { set linetype i lc rgb ink(i) lw 2 dt (12,3,2,3,2,3) pt point(i) ps 0.9 }
do for [i = 13:18] { set linetype i lc rgb ink(i) lw 2 dt (1,2) pt point(i) ps 0.9 }
set linetype cycle 18
set linetype 20 lc rgb GRID lw 1 dt 1

# Marks of what happened: alarm, onset, fault ends, fault, failed rollback, safe, pause, promotion,
# decision to roll back.
set style line 21 lc rgb MUTE lw 1.2 dt (2,3)
set style line 22 lc rgb FAULT lw 1.6 dt (6,4)
set style line 23 lc rgb FAULT lw 1.2 dt (2,3)
set style line 24 lc rgb FAULT lw 1.8 dt 1
set style line 25 lc rgb INK lw 1.2 dt (2,3)
set style line 26 lc rgb INK lw 1.4 dt 1
set style line 27 lc rgb INK lw 1.4 dt (8,3,2,3)
set style line 28 lc rgb "#009E73" lw 2 dt 1
set style line 29 lc rgb INK lw 1.8 dt (6,4)
# A rollout's candidate, always a plain line.
do for [i = 1:6] { set style line 50+i lc rgb ink(i) lw 2 dt 1 }
# The stable version, the interval of a curve, the time of harm: samples in a legend.
set style line 41 lc rgb "#8A8A8A" lw 2 dt 1
set style line 42 lc rgb "#DDDDDD" lw 14 dt 1
set style line 43 lc rgb "#FADFCF" lw 14 dt 1

set border 3 lc rgb "#8A8A8A" lw 1
set tics nomirror out scale 0.6 textcolor rgb INK
set grid back xtics ytics lt 20
set style fill solid 0.35 noborder
set errorbars small
unset key

# Pixels from the top left corner of the image, as positions on the screen.
across(px) = px / WIDTH
down(px) = 1 - px / HEIGHT

if (!exists("OUT")) OUT = NAME.".".FORMAT

# To be evaluated: a panel of this place and size, and the name of its upright axis.
panel(x, y, width, height) = sprintf("set lmargin at screen %.6f; set rmargin at screen %.6f; " \
	."set tmargin at screen %.6f; set bmargin at screen %.6f", \
	across(x), across(x + width), down(y), down(y + height))
axis(text, x, y, height) = sprintf("set label 22 '%s' at screen %.6f,%.6f center rotate " \
	."textcolor rgb INK", text, across(x - 82), down(y + height / 2))

# Sizes of letters are points for PNG and pixels for SVG; the factor makes both alike.
if (FORMAT eq "png") {
	set terminal pngcairo size WIDTH,HEIGHT font "DejaVu Sans,13" enhanced background PAPER
} else {
	set terminal svg size WIDTH,HEIGHT font "sans-serif,13" fontscale 1.333 enhanced \
		background PAPER
}
set output OUT

# The head. What is at a fixed place of the screen is taken away after the first plot.
set label 1 "{/:Bold ".TITLE."}" at screen across(28),down(34) left font ",16" textcolor rgb INK
set label 2 ABOUT at screen across(28),down(66) left textcolor rgb MUTE
do for [i = 1:LEGENDS] {
	y = down(LEGEND_Y[i])
	style = int(LEGEND_STYLE[i])
	set arrow 500+i from screen across(LEGEND_X[i]),y to screen across(LEGEND_X[i] + 34),y \
		nohead ls style
	if (style < 20) { set label 500+i "" at screen across(LEGEND_X[i] + 17),y point ls style }
	set label 600+i LEGEND_TEXT[i] at screen across(LEGEND_X[i] + 44),y left textcolor rgb INK
}

# The markers of a trial, to be evaluated: a pole from BASE up through all panels, and a flag on it,
# rows above TOP.
flag_y(i) = down(TOP - 10 - 20 * MARKER_ROW[i])
pole(i) = sprintf("set arrow %d from first %.9g,screen %.9g to first %.9g,screen %.9g " \
	."nohead ls %d front", \
	700+i, MARKER_AT[i], down(BASE), MARKER_AT[i], flag_y(i) + 7 / HEIGHT, MARKER_STYLE[i])
flag(i) = sprintf("set label %d MARKER_TEXT[%d] at first %.9g,screen %.9g %s font ',11' " \
	."textcolor rgb INK", 700+i, i, MARKER_AT[i], flag_y(i), \
	MARKER_LEFT[i] > 0 ? "right offset -0.5,0" : "left offset 0.5,0")
