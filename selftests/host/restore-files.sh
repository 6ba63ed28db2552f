#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# State files that pvhost restore rejects before it opens /dev/kvm_pv.  saved.sh tests that
# pvhost save writes the format of the good file here.
# needs: native unit

. ../lib.sh

DIR=$(mktemp -d)
GOOD=$DIR/good
BAD=$DIR/bad
# Larger than any process id: a file that is accepted has no effect.
NO_PID=2147483647
trap 'rm -rf $DIR' EXIT

cat > "$GOOD" <<'END'
{
  "format": "pvhost-state",
  "version": 1,
  "base": 4276092928,
  "vcpus": 2,
  "table": [
    600000,
    1200000
  ],
  "backend": "record",
  "margin_percent": null,
  "expose_tid": true,
  "cap_khz": 600000,
  "cap_generation": 1,
  "cpus": [
    {
      "cpu": 0,
      "domain": 7,
      "sel": 0,
      "request": null,
      "vcpu_id": null,
      "record": false,
      "record_address": 0,
      "record_vcpu_id": null
    },
    {
      "cpu": 1,
      "domain": 7,
      "sel": 0,
      "request": null,
      "vcpu_id": null,
      "record": false,
      "record_address": 0,
      "record_vcpu_id": null
    }
  ]
}
END

# restore TEXT FILE [OPTION]...: pvhost restore fails and reports TEXT
restore()
{
	local text=$1 file=$2

	shift 2
	refuses "$text" pvhost restore --pid $NO_PID "$@" "$file"
}

# accepted FILE: the next error of pvhost restore is about the host, not about FILE
accepted()
{
	pvhost restore --pid $NO_PID "$1" > "$DIR/output" 2>&1 && return 1
	grep -q 'kvm_pv is not loaded\|no permission for\|there is no process' "$DIR/output" && return
	ktap_print_msg "$(cat "$DIR/output")"
	return 1
}

# edited TEXT EDIT...: pvhost restore rejects the good file after EDIT by sed
edited()
{
	local text=$1

	shift
	sed "$@" "$GOOD" > "$BAD"
	if cmp -s "$GOOD" "$BAD"; then
		ktap_print_msg "sed $* changes nothing"
		return 1
	fi
	restore "$text" "$BAD"
}

# contents TEXT WORD...: pvhost restore rejects a file that contains WORD
contents()
{
	local text=$1

	shift
	printf '%b' "$*" > "$BAD"
	restore "$text" "$BAD"
}

# The first bytes of the good file, in steps of 61 bytes
cut_short()
{
	local size=0 end

	end=$(wc -c < "$GOOD")
	while [ $size -lt $((end - 2)) ]; do
		head -c $size "$GOOD" > "$BAD"
		restore "$BAD: " "$BAD" || return
		size=$((size + 61))
	done
}

too_long()
{
	head -c 17000000 /dev/zero | tr '\0' ' ' > "$BAD"
	restore "more than 16 MiB" "$BAD"
}

ktap_print_header
ktap_set_plan 36

check "pvhost restore accepts the good file" accepted "$GOOD"
check "pvhost restore rejects an unknown backend" restore "it is record, uclamp or freq-qos" \
	"$GOOD" --backend fly
check "pvhost restore rejects a margin of backend record" restore "is for --backend uclamp" \
	"$GOOD" --margin 25

check "pvhost restore rejects an empty file" contents "ends too soon" ''
check "pvhost restore rejects a file that is not JSON" contents "no JSON" hello
check "pvhost restore rejects a file of zero bytes" contents "no JSON" '\0000\0000\0000\0000'
check "pvhost restore rejects a number in place of an object" contents "no state of a VM" '5 '
check "pvhost restore rejects a list in place of an object" contents "no state of a VM" '[]'
check "pvhost restore rejects an empty object" contents "format is missing" '{}'
check "pvhost restore rejects two objects" contents "no JSON" "$(cat "$GOOD")" '{}'
check "pvhost restore rejects 1000 nested lists" contents "no JSON" \
	"$(head -c 1000 /dev/zero | tr '\0' '[')"
check "pvhost restore rejects a file that is cut short at any byte" cut_short
check "pvhost restore rejects a file of more than 16 MiB" too_long
check "pvhost restore rejects another format" edited "format is not \"pvhost-state\"" \
	s/pvhost-state/state/
check "pvhost restore rejects a newer version" edited "saved by a newer pvhost" \
	's/"version": 1/"version": 2/'
check "pvhost restore rejects a version that is a string" edited "version is no whole number" \
	's/"version": 1/"version": "1"/'
check "pvhost restore rejects a file without base" edited "base is missing" '/"base"/d'
check "pvhost restore rejects an unaligned base" edited "base is no multiple of 4096" \
	's/"base": [0-9]*/"base": 4100/'
check "pvhost restore rejects a base with an end beyond 64 bits" \
	edited "base is no whole number" 's/"base": [0-9]*/"base": 18446744073709547520/'
check "pvhost restore rejects a base beyond 64 bits" \
	edited "base is no whole number" 's/"base": [0-9]*/"base": 99999999999999999999/'
check "pvhost restore rejects a negative base" edited "base is no whole number" \
	's/"base": [0-9]*/"base": -4096/'
check "pvhost restore rejects more vcpus than entries of cpus" \
	edited "vcpus is no whole number from 2 to 2" 's/"vcpus": 2/"vcpus": 3/'
check "pvhost restore rejects an empty list of cpus" edited "cpus has 0 entries" \
	'/"cpus"/s/\[/[]}/;/"cpus"/q'
check "pvhost restore rejects a number in the list of cpus" edited "cpus[0]. is no object" \
	-e 's/"cpus": *\[/&5,/' -e 's/"vcpus": 2/"vcpus": 3/'
check "pvhost restore rejects cpus in the wrong order" \
	edited "cpus[1].cpu is no whole number from 1 to 1" 's/"cpu": 1/"cpu": 0/'
check "pvhost restore rejects a table that descends" edited "table[1] is 500000 after 600000" \
	's/ 1200000/ 500000/'
check "pvhost restore rejects a table with a fraction" edited "table[0] is no whole number" \
	'/table/,/\]/s/ 600000/ 6e5/'
check "pvhost restore rejects a file with an unknown backend" edited "backend is \"fly\"" \
	's/"record",/"fly",/'
check "pvhost restore rejects a cap beyond the table" \
	edited "cap_khz is no whole number from 600000 to 1200000" \
	's/"cap_khz": [0-9]*/"cap_khz": 1200001/'
check "pvhost restore rejects a sel beyond 32 bits" edited "cpus[0].sel is no whole number" \
	's/"sel": 0/"sel": 4294967296/'
check "pvhost restore rejects a request of 0" edited "cpus[0].request is no whole number from 1" \
	's/"request": null/"request": 0/'
check "pvhost restore rejects two requests of a domain" \
	edited "cpus[1].request is not that of cpus[0]" \
	'/"cpu": 0/,/}/s/"request": null/"request": 5/'
check "pvhost restore rejects two vCPUs with the last request of a domain" \
	edited "cpus[1].vcpu_id is not that of cpus[0]" \
	'/"cpu": 0/,/}/s/"vcpu_id": null,/"vcpu_id": 1,/'
check "pvhost restore rejects an unaligned record" \
	edited "cpus[0].record_address is no multiple of 128" \
	-e 's/"record": false/"record": true/' -e 's/"record_address": 0/"record_address": 64/'
check "pvhost restore rejects a record without a vCPU" \
	edited "cpus[0].record_vcpu_id is null, and the record is on" \
	's/"record": false/"record": true/'
check "pvhost restore rejects two records of a vCPU" \
	edited "cpus[1].record_vcpu_id is 1, as that of cpus[0]" \
	-e 's/"record": false/"record": true/' -e 's/"record_vcpu_id": null/"record_vcpu_id": 1/'

ktap_finished
