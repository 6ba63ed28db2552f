#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# needs: native unit
#
# README.md and the documentation show tables with columns, and commands with options, that the
# programs have.  PV_INCLUDE is the folder include of this tree.

. ../lib.sh

TREE=${PV_INCLUDE:-/nonexistent}/..

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# lines FILE...: the contents, each line with its file and number
lines()
{
	awk '{ print FILENAME ":" FNR ": " $0 }' "$@" | sed "s,^$TREE/,,"
}

# columns: the columns of all programs; --list-columns does not have those of intervals
columns()
{
	vcpuinfo --list-columns | awk '!/:$/ { print $1 }'
	grep -oE '\.key = "[a-z0-9_]+"' "$TREE/userspace/vcpuinfo/watch.c" | cut -d '"' -f 2 |
		tr '[:lower:]' '[:upper:]'
	cat "$TREE"/host/*/*.c | grep -oE '\.title[[:space:]]*= "[A-Z0-9_]+"' | cut -d '"' -f 2
}

# options PROGRAM: the lines "COMMAND OPTION" of all its commands
options()
{
	local command

	for command in $("$1" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
		"$1" "$command" --help | grep -oE -- '--[a-z][-a-z]+|(^|[ ,])-[A-Za-z]\b' |
			sed "s/^[ ,]*/$1 $command /"
		echo "$1 $command --help"
	done
}

# bad_headings: stdin has lines; prints words of the headings of tables that are no column
bad_headings()
{
	awk -v file="$tmp/columns" '
	BEGIN {
		while ((getline column < file) > 0)
			known[column] = 1
	}
	NF > 4 && /^[^ ]+( +[A-Z][A-Z0-9_]*)+$/ {
		for (i = 2; i <= NF; i++)
			if (!($i in known))
				print "# " $1 " column " $i
	}'
}

# bad_options: stdin has lines; prints options that a command before them does not have.  The
# words after -- are for QEMU.
bad_options()
{
	awk -v file="$tmp/options" '
	BEGIN {
		while ((getline option < file) > 0)
			known[option] = 1
	}
	{
		command = ""
		gsub(/[][`();,*]/, " ")
		for (i = 2; i <= NF; i++) {
			if ($i == "--" || $i == "|" || $i ~ /[.:]$/)
				command = ""
			if ($i == "pvhost" || $i == "hypertrace") {
				command = ($i " " $(i + 1) " --help") in known ? $i " " $(i + 1) : ""
				continue
			}
			option = $i
			sub(/=.*/, "", option)
			if (command != "" && option ~ /^--[a-z]/ && !((command " " option) in known))
				print "# " $1 " " command " " option
		}
	}'
}

# none PROGRAM FILE...: PROGRAM prints nothing for the lines of the files
none()
{
	local program=$1

	shift
	lines "$@" | $program > "$tmp/out"
	cat "$tmp/out"
	[ ! -s "$tmp/out" ]
}

# A check that finds nothing would not be noticed.
finds_all()
{
	printf '%s\n' 'PID VCPU NR COUNT RATE_S' '$ pvhost list --fly' 'pvhost attach x -- qemu --fly' \
		'hypertrace calls 5 --vm x' > "$tmp/wrong.rst"
	none bad_headings "$tmp/wrong.rst" > "$tmp/found"
	none bad_options "$tmp/wrong.rst" >> "$tmp/found"
	sed 's/^.*: //' "$tmp/found" > "$tmp/defects"
	printf '%s\n' 'column RATE_S' 'pvhost list --fly' 'hypertrace calls --vm' |
		cmp - "$tmp/defects"
}

# has_lines FILE MINIMUM
has_lines()
{
	ktap_print_msg "$(wc -l < "$1") lines"
	[ "$(wc -l < "$1")" -ge "$2" ]
}

ktap_print_header
[ -f "$TREE/README.md" ] || skip_all "no $TREE/README.md"
ktap_set_plan 5

columns > "$tmp/columns"
{ options pvhost && options hypertrace; } > "$tmp/options"
set -- "$TREE/README.md" "$TREE"/Documentation/*.rst

check "the programs have columns" has_lines "$tmp/columns" 100
check "the programs have options" has_lines "$tmp/options" 100
check "a wrong column and a wrong option are found" finds_all
check "the tables of the documentation have columns that exist" none bad_headings "$@"
check "the commands of the documentation have options that exist" none bad_options "$@"
ktap_finished
