# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# bash completion of vcpuinfo(1), pvhost(8) and hypertrace(8).  The words are those of --help, so
# they are the ones of the installed program.

# __pvguest_words: the commands, sections and options that the --help in stdin lists.  A heading
# ends with a colon, and columns are not words of the command line.
__pvguest_words()
{
	awk '
	/^[^ ].*:$/ { columns = /column/ }
	columns { next }
	/^ +-/ {
		while (match($0, /^[ ,]*--?[a-zA-Z][-a-zA-Z0-9]*(\[?=)?/)) {
			word = substr($0, RSTART, RLENGTH)
			$0 = substr($0, RSTART + RLENGTH)
			gsub(/[][ ,=]/, "", word)
			print word
		}
		next
	}
	/^  ?[a-z][-a-z0-9]*  +[^ ]/ { print $1 }'
}

_pvguest()
{
	local program=$1 word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words

	COMPREPLY=()
	words=$("$program" --help 2> /dev/null | __pvguest_words)
	# A program with commands has the options of each in "PROGRAM COMMAND --help".
	if ((COMP_CWORD > 1)) && [[ $("$program" --help 2> /dev/null) == *' COMMAND '* ]]; then
		words=$("$program" "${COMP_WORDS[1]}" --help 2> /dev/null | __pvguest_words)
	fi
	case $previous in
	--file|--input|--bpf|--record|--sysroot|--config|--config-dir|-s)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
	*)	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word") ;;
	esac
}

complete -F _pvguest vcpuinfo pvhost hypertrace
