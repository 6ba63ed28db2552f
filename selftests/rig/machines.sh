# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Reads the machine table.

MACHINES_TABLE=$RIG/machines

# machines_rows [NAME]: the rows of the table, or the row of one machine
machines_rows()
{
	awk -v name="${1:-}" '!/^#/ && NF && (name == "" || $1 == name)' "$MACHINES_TABLE"
}

# machines_check: a row that is not understood would be a machine that never boots
machines_check()
{
	local bad

	bad=$(awk '
	/^#/ || !NF { next }
	{ row[$1] = NR }
	NF < 9 || seen[$1]++ || $2 !~ /^(x86_64|arm64|any)$/ || $3 !~ /^[a-z0-9.-]+$/ ||
	$4 !~ /^(unit|check|full|long|debug)$/ || $5 !~ /^(-|[0-9]+)$/ ||
	("," $8) !~ /^,(-|none)$|^(,(unit|check|full|long|each-kernel(\/(host|guest))?))+$/ ||
	$9 !~ /^(-|[A-Za-z]+\/[012]\/(true|false|null)\/[^\/]+\/[^\/]+)$/ ||
	($5 == "-") != ($6 !~ /^(kvm|direct|build)$/) { print NR; exit }
	$6 !~ /^(kvm|direct|build)$/ && !row[$6] { print NR; exit }' "$MACHINES_TABLE")
	[ -z "$bad" ] || die "$MACHINES_TABLE: line $bad is invalid or repeats a name; the head of the file describes the columns"
}

# machines_needs SCENARIO: the needs of the tests that a scenario runs
machines_needs()
{
	local file=$RIG/scenario/$1.sh
	local -a files=("$file")

	! grep -q '/rig/stress-guest.sh' "$file" || files+=("$RIG/machine/stress-guest.sh")
	! grep -q '/rig/discover.sh' "$file" ||
		files+=("$RIG/machine/discover.sh" "$RIG/scenario/discover.sh")
	grep -oh 'rig_tests [a-z][a-z-]*' "${files[@]}" | sed 's/rig_tests //' | sort -u || :
}

# machines_tests ROW...: lines "NEED PROGRAM" of the tests that a machine runs; reads the
# columns of one row
machines_tests()
{
	local arch=$2 on=$6 scenario=$7 tests=$8 only

	case $tests in
	none|-) return ;;
	esac
	[ "$arch" != any ] || arch=$(machines_native)
	shift 9
	only=$(machines_option --only "$@")
	case $on in
	build)	tests_plan "$arch" "$tests" "$only" | grep '^native ' || : ;;
	*)	tests_plan "$arch" "$tests" "$only" |
			grep -E "^($(machines_needs "$scenario" | paste -s -d '|')) " || : ;;
	esac
}

# machines_option NAME WORD...: the value of an option among these words
machines_option()
{
	local name=$1

	shift
	while [ $# -gt 1 ]; do
		if [ "$1" = "$name" ]; then
			printf '%s\n' "$2"
			return
		fi
		shift
	done
}

# The rig's name of the build machine's architecture
machines_native()
{
	local machine

	machine=$(uname -m)
	printf '%s\n' "${machine/aarch64/arm64}"
}
