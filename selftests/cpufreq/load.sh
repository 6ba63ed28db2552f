# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# For tests that need busy CPUs and changing governors; after lib.sh.

load=

# busy GOVERNOR...: starts one spinning task per CPU and one that changes the governors
busy()
{
	local i=0

	while [ $i -lt "$(possible)" ]; do
		sh -c 'while :; do :; done' &
		load="$load $!"
		i=$((i + 1))
	done
	(
		while :; do
			for name; do
				for file in "$CPUFREQ"/policy*/scaling_governor; do
					echo "$name" > "$file"
				done
			done
		done
	) 2> /dev/null &
	load="$load $!"
}

# idle: ends the load; no governor changes after it returns
idle()
{
	# shellcheck disable=SC2086
	[ -z "$load" ] || {
		kill $load
		wait $load
	}
	load=
} 2> /dev/null
trap idle EXIT
