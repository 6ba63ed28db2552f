# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Finds the tests and what their headers declare.  One line in the first 20 lines of a test
# states one need:
#
#   needs: NEED TIER [each-kernel]
#
# NEED names the machine and its state, see Documentation/testing.rst.  TIER is unit, check,
# full or long.  each-kernel: the result depends on the kernel, so the test runs on all.

# tests_all: all tests as lines "FILE NEED TIER EACH", EACH is each-kernel or -
tests_all()
{
	# shellcheck disable=SC2016
	find "$TOP/selftests" -mindepth 2 -maxdepth 2 \( -name '*.sh' -o -name '*.c' \) ! -path '*/rig/*' |
		LC_ALL=C sort | xargs awk -v top="$TOP/selftests/" '
		FNR > 20 { nextfile }
		/^(#| \*) needs: / {
			sub(/^(#| \*) needs: /, "")
			file = substr(FILENAME, length(top) + 1)
			print file, $1, $2, $3 == "" ? "-" : $3
		}'
}

# The output of tests_all, which reads all files
TESTS_ALL=

# tests_check: a header that is not understood would be a test that never runs
tests_check()
{
	local bad

	TESTS_ALL=$(tests_all)
	bad=$(awk '
	NF != 4 || $3 !~ /^(unit|check|full|long)$/ || $4 !~ /^(-|each-kernel)$/ ||
	($2 == "native") != ($3 == "unit") { print $1; exit }' <<< "$TESTS_ALL")
	[ -z "$bad" ] || die "selftests/$bad: invalid header, expected 'needs: NEED unit|check|full|long [each-kernel]'"
}

# tests_plan ARCH TIERS PATTERNS: lines "NEED PROGRAM" for the tests of one machine, PROGRAM
# being the name in the image.  TIERS is a list separated by commas, or all; each-kernel/host and
# each-kernel/guest select one side.  PATTERNS are globs of file names, or empty for all.
tests_plan()
{
	local arch=$1 tiers=$2 patterns=$3 other=arm64 file need tier each side

	[ "$arch" = x86_64 ] || other=x86
	[ -n "$TESTS_ALL" ] || TESTS_ALL=$(tests_all)
	while read -r file need tier each; do
		case $file in
		*-"$other".c) continue ;;
		esac
		side=${need%%-*}
		# The host judges what the guest does.
		[ "$need" != host-stress ] || side=guest
		case ,$tiers, in
		*,all,*|*,"$tier",*|*,"$each",*|*,"$each/$side",*) ;;
		*) continue ;;
		esac
		tests_matches "$file" "$patterns" || continue
		echo "$need ${file%.c}"
	done <<< "$TESTS_ALL"
}

# tests_matches FILE PATTERNS: whether one of the patterns matches
tests_matches()
{
	local file=$1 pattern

	[ -n "$2" ] || return 0
	# Patterns are globs for the names, not for the current folder.
	set -f
	for pattern in $2; do
		# shellcheck disable=SC2053
		if [[ $file == $pattern || ${file%.*} == $pattern ]]; then
			set +f
			return 0
		fi
	done
	set +f
	return 1
}
