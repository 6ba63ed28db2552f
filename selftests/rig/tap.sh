# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Prints and reads TAP.  A file ends with "# exit STATUS" and "# seconds N" of its program.

# Tests that tap_result has printed, and how many of them failed
TAP_COUNT=0 TAP_FAILED=0

# tap_result STATUS NAME: print the next test
tap_result()
{
	TAP_COUNT=$((TAP_COUNT + 1))
	if [ "$1" = 0 ]; then
		echo "ok $TAP_COUNT $2"
	else
		TAP_FAILED=$((TAP_FAILED + 1))
		echo "not ok $TAP_COUNT $2"
	fi
}

# tap_schema PROGRAM FILE: print the next test: the JSON schema of the program accepts the file
tap_schema()
{
	local top

	top=$(dirname "${BASH_SOURCE[0]}")/../..
	python3 "$top/selftests/documentation/validate" "$top/Documentation/schema/$1.json" "$2"
	tap_result $? "$1 JSON: the schema accepts $(basename "$2")"
}

# tap_plan: print the plan after all tests; fails if a test failed
tap_plan()
{
	echo "1..$TAP_COUNT"
	[ $TAP_FAILED = 0 ]
}

# Shared by all readers: counts of one file.  A program that fails, or that runs another
# number of tests than it planned, is one failure more.
# shellcheck disable=SC2016
TAP_AWK='
function close_file() {
	if (file != "")
		end(file, (status == "" || (status != 0 && status != 4) || (status == 0 && plan != ran)) && !bad)
}
FNR == 1 {
	close_file()
	file = FILENAME
	sub(/.*\//, "", file)
	plan = -1; ran = 0; status = ""; bad = 0; said = 0
}
{ sub(/\r$/, "") }
/^1\.\.[0-9]+/ { plan = substr($1, 4) + 0; if (/# *SKIP/) { skipped++; ran = plan } }
/^# exit / { status = $3; next }
/^# seconds / { next }
/^not ok / { ran++; failed++; bad = 1; failure(); said = 0 }
/^ok / { ran++; said = 0; if (toupper($0) ~ /# *SKIP/) skipped++; else passed++ }
/^#/ { said_line[said++ % keep] = $0 }
'

# tap_summary FILE...: print "N passed, N failed, N skipped"
tap_summary()
{
	awk "$TAP_AWK"'
	function end(name, broken) { failed += broken }
	function failure() { }
	BEGIN { keep = 1 }
	END { close_file(); printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped }
	' "$@"
}

# tap_failures FILE...: print each failure with the last messages of its program
tap_failures()
{
	awk "$TAP_AWK"'
	function end(name, broken) {
		if (broken)
			printf "%s: %s of %s tests ran, exit status %s\n", name, ran,
				plan < 0 ? "unknown" : plan, status == "" ? "unknown" : status
	}
	function failure(	i) {
		for (i = said > keep ? said - keep : 0; i < said; i++)
			print file ": " said_line[i % keep]
		print file ": " $0
	}
	BEGIN { keep = 8 }
	END { close_file() }
	' "$@"
}

# tap_skips FILE...: print each skipped test
tap_skips()
{
	awk 'toupper($0) ~ /^(OK |1\.\.0).*# *SKIP/ {
		file = FILENAME
		sub(/.*\//, "", file)
		print file ": " $0
	}' "$@"
}

# tap_slowest N FILE...: print the N slowest programs
tap_slowest()
{
	local n=$1

	shift
	awk '/^# seconds / {
		file = FILENAME
		sub(/.*\//, "", file)
		printf "%8.1f s  %s\n", $3, file
	}' "$@" | sort -rn | sed -n "1,${n}p"
}

# tap_missing DIR NAME...: print a failure for each machine that left no duration in DIR: its
# job ended before it could report a result
tap_missing()
{
	local dir=$1 name TAP_COUNT=0 TAP_FAILED=0

	shift
	for name; do
		[ -f "$dir/$name" ] ||
			tap_result 1 "$name: the job of this machine ended without a result"
	done
	[ $TAP_COUNT = 0 ] || printf '1..%s\n# exit 1\n' $TAP_COUNT
}

# tap_line STATUS NAME: print a TAP file with one test
tap_line()
{
	local TAP_COUNT=0 TAP_FAILED=0

	tap_result "$1" "$2"
	printf '1..1\n# exit 0\n'
}
