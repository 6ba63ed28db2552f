# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The table of machines, and what the detectors answered on one of them.

TABLE=$TOP/selftests/detect/machines
SURVEY=$BUILD/survey

# table ARCH [ON]: its lines of the table
table()
{
	awk -v arch="$1" -v on="${2:-}" '!/^#/ && NF && $2 == arch && (on == "" || $4 == on)' "$TABLE"
}

# table_check: a line that is not understood would be a machine that is silently not booted
table_check()
{
	local bad

	bad=$(awk '
	/^#/ || !NF { next }
	NF < 9 || $2 !~ /^(x86_64|arm64)$/ || $3 !~ /^6\.(1|12)$/ || $4 !~ /^(kvm|direct)$/ ||
	$6 !~ /^[012]$/ || $7 !~ /^(true|false|null)$/ || seen[$1]++ { print NR; exit }' "$TABLE")
	[ -z "$bad" ] || die "$TABLE: line $bad is not what its head says that a line holds, or is there twice"
}

# What each says in one or two words. An answer that cannot be read is none at all.

# answer_vcpuinfo FILE: of its JSON
answer_vcpuinfo()
{
	jq -r '.hypervisor | if .virtual == null then "not known"
		elif .virtual then .vendor // "virtual" else "none" end' "$1" 2> /dev/null
}

answer_module()
{
	answer_vcpuinfo "$1/module.out"
}

answer_systemd()
{
	case $(cat "$1/systemd-detect-virt.status") in
	0|1)	grep -m 1 -x '[a-z0-9-]*' "$1/systemd-detect-virt.out" ;;
	esac
}

# On Debian 12 it exits with 0 whatever it found, and complaints go to stderr.
answer_virt_what()
{
	[ "$(cat "$1/virt-what.status")" = 0 ] && [ ! -s "$1/virt-what.err" ] || return
	if [ -s "$1/virt-what.out" ]; then
		paste -s -d ' ' "$1/virt-what.out"
	else
		echo nothing
	fi
}

answer_lscpu()
{
	[ "$(cat "$1/lscpu.status")" = 0 ] || return
	jq -r '.lscpu | if all(.field != "Architecture:") then empty else
		(map(select(.field == "Hypervisor vendor:").data) + ["nothing"])[0] end' "$1/lscpu.out"
}
