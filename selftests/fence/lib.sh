# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# For the tests of the version fence: the rig has built each module a second time, with a range
# that excludes the kernel of the machine.

. ../lib.sh

NARROW=/lib/modules/narrow
VERSION=$(sed -n 's/^Version:[[:space:]]*//p' ../META)

# Tests per module
FENCE_TESTS=6

# loaded MODULE
loaded()
{
	[ -d "/sys/module/$1" ]
}

# refused MODULE: insmod without parameters fails and leaves nothing
refused()
{
	! insmod "$NARROW/$1.ko" 2> /dev/null && ! loaded "$1"
}

# lines MODULE: what it has logged about tested kernels since the mark, without the time.  busybox
# calls init_module() after finit_module() has failed, so a line of a failure is there twice.
lines()
{
	since | sed -n "s/.*\($1: .*tested\)/\1/p" | uniq
}

# logged MODULE TEXT: one line, which contains TEXT
logged()
{
	[ "$(lines "$1" | wc -l)" = 1 ] && says "$2" "$(lines "$1")"
}

# silent MODULE
silent()
{
	[ -z "$(lines "$1")" ]
}

# fence MODULE RANGE [PARAMETER]...: the tests of a module with this range.  It stays loaded.
fence()
{
	local module=$1 range=$2 kernel

	shift 2
	kernel=$(uname -r | cut -d . -f 1,2)
	mark
	check "$module refuses Linux $kernel, with a range of $range" refused "$module"
	check "$module logs the range and the parameter" logged "$module" \
		"Linux ${kernel%%-*} is not tested, only $range: update pvguest, or load the module with force=1"
	mark
	check "$module loads with force=1" insmod "$NARROW/$module.ko" force=1 "$@"
	check "$module logs that it loads with force=1" logged "$module" \
		"loading with force=1 on Linux ${kernel%%-*}, which is not tested: $range are"
	rmmod "$module"
	mark
	insmod "/lib/modules/pv/$module.ko" "$@"
	check "$module loads inside its range without a message" silent "$module"
	check_is "the version of $module is that of META" "$(cat "/sys/module/$module/version")" "$VERSION"
}
