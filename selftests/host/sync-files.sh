#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Files that pvhost sync and pvhost attach --config reject: pvhost.conf(5).  Messages name the file
# and the line.
# needs: native unit

. ../lib.sh

TMP=$(mktemp -d) || exit 1
trap 'rm -rf "$TMP"' EXIT
DIR=$TMP/conf
FILE=$DIR/one.conf

# conf LINE...: the file of the VM "one"
conf()
{
	rm -rf "$DIR"
	mkdir -m 755 "$DIR"
	printf '%s\n' "$@" > "$FILE"
	chmod 644 "$FILE"
}

# valid LINE...
valid()
{
	conf "$@"
	prints "one: valid" pvhost sync --check --config-dir "$DIR"
}

# rejects LINE-NUMBER TEXT LINE...: sync and attach reject the file at this line
rejects()
{
	local message="$FILE:$1: $2"

	shift 2
	conf "$@"
	refuses "$message" pvhost sync --check --config-dir "$DIR" &&
		refuses "$message" pvhost attach --pid $$ --config "$FILE"
}

# rejects_file TEXT: sync and attach reject the file as it is
rejects_file()
{
	refuses "$FILE: $1" pvhost sync --check --config-dir "$DIR" &&
		refuses "$FILE: $1" pvhost attach --pid $$ --config "$FILE"
}

rejects_link()
{
	conf "cap = 600000"
	mv "$FILE" "$DIR/target"
	ln -s target "$FILE"
	rejects_file "a symbolic link: replace it by a file"
}

rejects_fifo()
{
	conf
	rm "$FILE"
	mkfifo "$FILE"
	rejects_file "not a regular file"
}

# rejects_mode MODE
rejects_mode()
{
	conf "cap = 600000"
	chmod "$1" "$FILE"
	rejects_file "other users can change this file: run chown root and chmod go-w"
}

rejects_owner()
{
	conf "cap = 600000"
	chown 65534 "$FILE"
	rejects_file "other users can change this file: run chown root and chmod go-w"
}

rejects_dir()
{
	conf "cap = 600000"
	chmod 777 "$DIR"
	refuses "$DIR: other users can change this folder: run chown root and chmod go-w" \
		pvhost sync --check --config-dir "$DIR"
}

rejects_nul()
{
	conf
	printf 'cap = 600000\0\n' > "$FILE"
	rejects_file_line
}

rejects_file_line()
{
	refuses "$FILE:1: a NUL byte: remove it" pvhost sync --check --config-dir "$DIR"
}

# The folder has a valid file before and after an invalid one, a hidden file, and another file.
checks_all()
{
	local out

	conf "tabel = 1"
	echo "cap = 600000" > "$DIR/a.conf"
	echo "cap = none" > "$DIR/z z.conf"
	echo "tabel = 1" > "$DIR/.hidden.conf"
	echo "tabel = 1" > "$DIR/one.conf~"
	if out=$(pvhost sync --check --config-dir "$DIR" 2> "$TMP/err"); then
		ktap_print_msg "exit status 0"
		return 1
	fi
	[ "$out" = "a: valid
z z: valid" ] && [ "$(cat "$TMP/err")" = \
"pvhost: $FILE:1: unknown key \"tabel\": see pvhost.conf(5)" ] && return
	ktap_print_msg "$out, $(cat "$TMP/err")"
	return 1
}

bpf_file()
{
	conf "bpf = $TMP/none.bpf.o"
	refuses "$TMP/none.bpf.o" pvhost attach --pid $$ --config "$FILE"
}

check_root()
{
	if [ "$(id -u)" = 0 ]; then
		check "$@"
	else
		ktap_test_skip "$1: only root can change the owner of a file"
	fi
}

ktap_print_header
ktap_set_plan 35

check "sync accepts an empty file" valid
check "sync accepts comments, spaces and empty lines" \
	valid "# comment" "" "  cap=600000  " "	vcpus	=	2" "#cap = 1"
check "sync accepts all keys" valid "base = 0xfef00000" "shared = none" "vcpus = 2" \
	"table = 600000,1200000" "perf-domains = 0,0" "backend = uclamp" "margin = 25" "max-rate = 50" \
	"cap = 1200000" "expose-tid = yes" "expose-frequency = no" "expose-exits = yes" \
	"no-hypercalls = no" "timeout = 1"
check "sync accepts a level of telemetry" valid "telemetry = counters"
check "sync accepts the table of the host" valid "table = host"
check "sync rejects an unknown key" rejects 2 'unknown key "tabel": see pvhost.conf(5)' \
	"cap = 600000" "tabel = 600000"
check "sync rejects an option that selects a VM" rejects 1 'unknown key "pid"' "pid = 1"
check "sync rejects a file in a file" rejects 1 'unknown key "config"' "config = one.conf"
check "sync rejects a key with dashes" rejects 1 'unknown key "--cap"' "--cap = 600000"
check "sync rejects a line without =" rejects 3 \
	'no "=" in "cap 600000": expected "key = value"' "# a" "" "cap 600000"
check "sync rejects a line without value" rejects 1 \
	'cap has no value: give one, or remove the line' "cap ="
check "sync rejects a line without key" rejects 1 'unknown key ""' "= 5"
check "sync rejects a key that is given twice" rejects 3 \
	'cap is in line 1 already: remove one of the lines' "cap = 1" "vcpus = 2" "cap = 2"
check "sync rejects invalid vcpus" rejects 1 '--vcpus: invalid number "x": expected 1..' "vcpus = x"
check "sync rejects an invalid base" rejects 2 '--base: ' "" "base = 0xfef00001"
check "sync rejects an invalid address of shared pages" rejects 1 '--shared: ' "shared = 0x1000"
check "sync rejects an invalid table" rejects 1 '--table: 5 after 600000: entries must ascend' \
	"table = 600000,5"
check "sync rejects invalid domains" rejects 1 '--perf-domains: invalid list "x"' "perf-domains = x"
check "sync rejects an unknown backend" rejects 1 '--backend: unknown backend "x": expected' \
	"backend = x"
check "sync rejects an invalid margin" rejects 1 '--margin: ' "margin = 101"
check "sync rejects an invalid rate" rejects 1 '--max-rate: ' "max-rate = 0"
check "sync rejects an invalid cap" rejects 1 '--cap: ' "cap = -1"
check "sync rejects an invalid timeout" rejects 1 '--timeout: ' "timeout = 3601"
check "sync rejects a switch that is neither yes nor no" rejects 1 \
	'expose-tid: invalid value "1": expected yes or no' "expose-tid = 1"
check "sync rejects a NUL byte" rejects_nul
check "sync rejects a symbolic link" rejects_link
check "sync rejects a FIFO" rejects_fifo
check "sync rejects a file that other users can write to" rejects_mode 646
check "sync rejects a file that a group can write to" rejects_mode 664
check_root "sync rejects a file of another user" rejects_owner
check "sync rejects a folder that other users can write to" rejects_dir
check "sync rejects a folder that does not exist" refuses "$TMP/none: no such folder: create it" \
	pvhost sync --check --config-dir "$TMP/none"
check "sync reads all files and reports each invalid one" checks_all
check "attach --config reads the file of a device in BPF" bpf_file
conf "bpf = x"
check "sync rejects a device in BPF" refuses "sync attaches no device in BPF" \
	pvhost sync --check --config-dir "$DIR"
ktap_finished
