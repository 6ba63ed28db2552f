# SPDX-License-Identifier: GPL-2.0
#
# data, svg: file names; see loop

set terminal svg size 900,700 font 'sans,13' background 'white'
set output svg
set multiplot layout 4,1 margins 0.1,0.97,0.09,0.95 spacing 0.065
set xrange [0:*]
set grid
unset key
unset xlabel
set format x ''
curve(name) = sprintf("< awk '$2 == \"%s\" { print $1, $3 }' %s", name, data)
set ylabel 'GHz'
set yrange [0:2.7]
set title "guest: schedutil asks for" offset 0,-0.6
plot curve('request') using 1:($2 / 1e6) with steps lw 1.5 lc 1
set ylabel 'uclamp.min'
set yrange [0:1150]
set title "host: clamp of the vCPU's thread" offset 0,-0.6
plot curve('clamp') using 1:2 with steps lw 1.5 lc 2
set ylabel 'GHz'
set yrange [0:2.7]
set title "host: schedutil sets" offset 0,-0.6
plot curve('host') using 1:($2 / 1e6) with steps lw 1.5 lc 3
set format x '%g'
set xlabel 'seconds'
set title "guest: reads back, without an exit" offset 0,-0.6
plot curve('speed') using 1:($2 / 1e6) with steps lw 1.5 lc 4
unset multiplot
