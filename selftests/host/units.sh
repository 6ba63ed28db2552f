#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Units of systemd: they are valid, and systemd-analyze rates the exposure of each service at most
# 3.0.  PV_INCLUDE is the folder include of this tree.
# needs: native unit

. ../lib.sh

UNITS=${PV_INCLUDE:-/nonexistent}/../host/systemd
SYSTEM=/usr/lib/systemd/system
# In tenths
MOST=30

# instance FILE: prints the name of a unit, with an instance if FILE is a template
instance()
{
	basename "$1" | sed 's/@\./@one./'
}

# valid FILE: systemd reads the unit without a message
valid()
{
	local out

	out=$(systemd-analyze verify --man=no --recursive-errors=no --root="$ROOT" \
		"$(instance "$1")" 2>&1) && [ -z "$out" ] && return
	ktap_print_msg "$out"
	return 1
}

# rating FILE: prints the exposure level in tenths
rating()
{
	systemd-analyze security --offline=true --no-pager "$1" |
		sed -n 's/.*exposure level.*: \([0-9]*\)\.\([0-9]\) .*/\1\2/p'
}

# rated FILE
rated()
{
	local level

	level=$(rating "$1")
	ktap_print_msg "$(basename "$1"): ${level:-no rating} tenths"
	[ -n "$level" ] && [ "$level" -le $MOST ]
}

# sync.sh runs pvhost with these capabilities.
has_caps()
{
	grep -qx "CapabilityBoundingSet=CAP_SYS_ADMIN CAP_SYS_PTRACE CAP_DAC_READ_SEARCH" "$1"
}

# A service without any restriction has a higher rating, so the limit is in effect.
exposed()
{
	printf '[Service]\nExecStart=/usr/sbin/pvhost sync\n' > "$ROOT/exposed.service"
	[ "$(rating "$ROOT/exposed.service")" -gt $MOST ]
}

ktap_print_header
command -v systemd-analyze > /dev/null || skip_all "systemd-analyze is not installed"
[ -d $SYSTEM ] || skip_all "no $SYSTEM"
[ -d "$UNITS" ] || skip_all "no $UNITS"
systemd-analyze security --offline=true --no-pager "$UNITS/pvhost-sync.service" > /dev/null 2>&1 ||
	skip_all "this systemd-analyze has no --offline"
set -- "$UNITS"/*.service "$UNITS"/*.timer "$UNITS"/*.path
ktap_set_plan 12

ROOT=$(mktemp -d) || exit 1
trap 'rm -rf "$ROOT"' EXIT
mkdir -p "$ROOT/usr/sbin" "$ROOT/usr/bin" "$ROOT/usr/lib/systemd" "$ROOT/etc/systemd/system"
ln -s usr/lib "$ROOT/lib"
ln -s usr/bin "$ROOT/bin"
cp -r $SYSTEM "$ROOT/usr/lib/systemd/"
cp "$@" "$ROOT/etc/systemd/system/"
for program in sbin/pvhost bin/kill; do
	printf '#!/bin/sh\n' > "$ROOT/usr/$program"
	chmod +x "$ROOT/usr/$program"
done

check_is "the folder has 5 units" $# 5
for unit; do
	check "$(basename "$unit") is valid" valid "$unit"
done
for unit in "$UNITS"/*.service; do
	check "systemd-analyze rates $(basename "$unit") at most 3.0" rated "$unit"
done
for unit in pvhost@.service pvhost-sync.service; do
	check "$unit has the capabilities that sync needs" has_caps "$UNITS/$unit"
done
check "systemd-analyze rates a service without restrictions above 3.0" exposed
ktap_finished
