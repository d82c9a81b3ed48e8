# Speed against false alarms, on the whole page.
set multiplot
set logscale x
set ytics format "%g %%"
PANEL_NAME = ""
#< speed_panel.gp
unset multiplot
set output
