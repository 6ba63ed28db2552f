# SPDX-License-Identifier: GPL-2.0
#
# Plots the samples in the file "data" to the file "svg", see loop.
#
# The plot is a tracked file, so it has to be short: only changes of a curve are drawn, at most
# one in 20 ms.  sed removes the definitions, attributes with default values and empty groups
# that gnuplot writes, and joins lines.

changes = "awk -v name=%s '$2 == name { \
	now = int($1 * 50); \
	if (last != \"\" && now > slot && last != drawn) { print time, last; drawn = last } \
	slot = now; time = $1; last = $3 \
} END { print time, last }' %s"
curve(name) = "< " . sprintf(changes, name, data)

compact = "sed -zE -e 's|<defs>.*</defs>||; s/ stroke-line(cap|join)=\"[a-z]*\"//g' \
	-e 's|[ \\t]+\\n|\\n|g; s|\\n[\\t]+([^\\tL])| \\1|g; s|/>[\\t]|/>|g; s|\\n+(</g>)|\\1|g' \
	-e 's|(\\n[\\t]*L[^\\n]*)\\n[\\t]*L|\\1 L|g; s|<path [^>]* d=.M[^L>]*/>||g' \
	-e 's|<g [^>]*> <text></text></g>||g; :a; s|<g [^>]*>[ \\t]*</g>||g; ta; s|\\n\\n+|\\n|g'"

set terminal svg size 900,700 font 'sans,13' background 'white'
set output "| " . compact . " > '" . svg . "'"
set multiplot layout 4,1 margins 0.1,0.97,0.09,0.95 spacing 0.065
set xrange [0:*]
set xtics 4
set grid
set tics scale 0
unset key
unset xlabel
set format x ''
set ylabel 'GHz'
set yrange [0:2.7]
set ytics 1
set title "guest: schedutil asks for" offset 0,-0.6
plot curve('request') using 1:($2 / 1e6) with steps lw 1.5 lc 1
set ylabel 'uclamp.min'
set yrange [0:1150]
set ytics 512
set title "host: clamp of the vCPU's thread" offset 0,-0.6
plot curve('clamp') using 1:2 with steps lw 1.5 lc 2
set ylabel 'GHz'
set yrange [0:2.7]
set ytics 1
set title "host: schedutil sets" offset 0,-0.6
plot curve('host') using 1:($2 / 1e6) with steps lw 1.5 lc 3
set format x '%g'
set xlabel 'seconds'
set title "guest: reads back, without an exit" offset 0,-0.6
plot curve('speed') using 1:($2 / 1e6) with steps lw 1.5 lc 4
unset multiplot
# Wait until the output is written.
set output
