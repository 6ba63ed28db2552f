# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# For the tests of pvhost.

. ../lib.sh

# says TEXT SAID
says()
{
	case $2 in
	*"$1"*)	return 0 ;;
	esac
	ktap_print_msg "\"$2\" has no \"$1\" in it"
	return 1
}

# refuses TEXT ARG...: pvhost fails, and what it says has the text in it
refuses()
{
	local text=$1 said

	shift
	if said=$(pvhost "$@" 2>&1); then
		ktap_print_msg "pvhost $*: succeeded: $said"
		return 1
	fi
	says "$text" "$said"
}

# prints TEXT ARG...: pvhost succeeds, and prints the text
prints()
{
	local text=$1 said

	shift
	said=$(pvhost "$@" 2>&1) || {
		ktap_print_msg "pvhost $*: failed: $said"
		return 1
	}
	says "$text" "$said"
}
