#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# pvhost stats with a saved document: columns, and both formats of metrics.
# needs: native unit

. ../lib.sh

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# Three CPUs, two domains, counters of 10 digits, and a name with characters that labels escape
cat > "$tmp/stats.json" <<'EOF'
{
  "version": "1.2", "module_version": null,
  "vms": [
    {
      "id": 12, "pid": 4194304, "name": "a\"b\\c é", "backend": "freq-qos", "hypercalls": 7,
      "cap_khz": 3600000, "table": [ 800000, 5000000 ],
      "cpus": [
	{ "cpu": 0, "domain": 0, "requests": 3000000002,
	  "register_writes": 1000000001, "deferred": 2000000001, "reads": 3, "refused": 4,
	  "request_khz": 4000000, "perf_khz": 3600000, "record": true, "tid": 4194304, "vcpu_id": 0,
	  "applied": 1000000005, "failed": 10000006, "suppressed": 17,
	  "fail_reason": "refused" },
	{ "cpu": 1, "domain": 0, "requests": 3000000004,
	  "register_writes": 1000000002, "deferred": 2000000002, "reads": 3, "refused": 4,
	  "request_khz": 4000000, "perf_khz": 3600000, "record": true, "tid": 4194304, "vcpu_id": 1,
	  "applied": 1000000005, "failed": 10000006, "suppressed": 17,
	  "fail_reason": "refused" },
	{ "cpu": 100, "domain": 1, "requests": 0, "register_writes": 0, "deferred": 0, "reads": 0, "refused": 0,
	  "request_khz": null, "perf_khz": 3600000, "record": false, "tid": null, "vcpu_id": null,
	  "applied": 0, "failed": 0, "suppressed": 0, "fail_reason": null }
      ]
    }
  ]
}
EOF
VM='vm="12",pid="4194304",name="a\"b\\c é"'

stats()
{
	pvhost stats --input "$tmp/stats.json" "$@"
}

# selects LIST TEXT: the first two lines of the table with these columns
selects()
{
	OUTPUT=$(stats --output "$1" | head -n 2 | tr -s ' ' | sed 's/^ //' | tr '\n' '|')
	[ "$OUTPUT" = "$2" ] || ktap_print_msg "$OUTPUT"
	[ "$OUTPUT" = "$2" ]
}

fits()
{
	OUTPUT=$(stats)
	says "REQUESTS" "$OUTPUT" &&
		[ "$(echo "$OUTPUT" | awk 'length > max { max = length } END { print max }')" -le 100 ]
}

# metrics OPTION LINE...: the output has these lines, each once
metrics()
{
	local option=$1 line

	shift
	stats "$option" > "$tmp/out" || return
	for line; do
		[ "$(grep -cxF -e "$line" "$tmp/out")" = 1 ] && continue
		ktap_print_msg "no line $line"
		return 1
	done
}

# lacks OPTION TEXT: the output does not contain TEXT
lacks()
{
	stats "$1" > "$tmp/out" && ! grep -F -e "$2" "$tmp/out"
}

# families OPTION SUFFIXES: each family has help, type, and then its samples, which have the name
# of the family and one of the SUFFIXES; no family occurs twice
families()
{
	stats "$1" | awk -v suffixes="$2" '
	/^# EOF$/	{ next }
	/^# HELP /	{ if (seen[$3]++ || NF < 5) bad = $0; family = $3; next }
	/^# (TYPE|UNIT) /	{ if ($3 != family) bad = $0; next }
	{
		name = $1
		sub(/\{.*/, "", name)
		if (index(name, family) != 1 || !match(substr(name, length(family) + 1), "^(" suffixes ")$"))
			bad = $0
		if ($0 !~ /^[a-z_]+\{([a-z_]+="([^"\\]|\\["\\n])*",?)+\} [0-9]+$/)
			bad = $0
		samples++
	}
	END { if (bad != "" || !samples) { print "# " bad; exit 1 } }'
}

# The last line of OpenMetrics is the end mark.
ends_with_eof()
{
	[ "$(stats --openmetrics | tail -n 1)" = "# EOF" ]
}

# The document of --json is one that --input accepts, with the same contents.
round_trip()
{
	stats --json > "$tmp/copy.json" && stats --prometheus > "$tmp/out" &&
		pvhost stats --input "$tmp/copy.json" --prometheus | cmp - "$tmp/out"
}

# rejects TEXT CONTENTS: as a saved document
rejects()
{
	echo "$2" > "$tmp/bad.json"
	refuses "$1" pvhost stats --input "$tmp/bad.json" --prometheus
}

# rejects_cut_short: the first bytes of the document, in steps of 61, are not a document
rejects_cut_short()
{
	local size=0 end

	end=$(wc -c < "$tmp/stats.json")
	while [ $size -lt $((end - 2)) ]; do
		head -c $size "$tmp/stats.json" > "$tmp/bad.json"
		refuses "not a document of" pvhost stats --input "$tmp/bad.json" --json || return
		size=$((size + 61))
	done
}

# replaces FILE: the file is a regular one, and has the metrics
replaces()
{
	stats --prometheus > "$tmp/expected" && stats --prometheus --file "$1" > "$tmp/out" &&
		[ ! -s "$tmp/out" ] && [ ! -h "$1" ] && cmp "$1" "$tmp/expected" && nothing_left
}

nothing_left()
{
	[ -z "$(find "$tmp" -name '.*')" ]
}

# The file that the link points to stays as it is.
replaces_link()
{
	echo secret > "$tmp/victim"
	ln -s "$tmp/victim" "$tmp/link"
	replaces "$tmp/link" && [ "$(cat "$tmp/victim")" = secret ]
}

# A limit of the size of files is as good as a full disk.
keeps_old()
{
	echo old > "$tmp/old"
	(
		trap '' XFSZ
		ulimit -f 0
		pvhost stats --input "$tmp/stats.json" --prometheus --file "$tmp/old" 2> /dev/full
	) && return 1
	[ "$(cat "$tmp/old")" = old ] && nothing_left
}

ktap_print_header
ktap_set_plan 41

check "the default columns of pvhost stats fit 100 characters" fits
check "stats --output selects columns in the requested order" selects "applied,cpu,pid,cpu" \
	"APPLIED CPU PID CPU|1000000005 0 4194304 0|"
check "stats --output prints the name of a VM" prints 'a"b' stats --output name
check "stats --output prints the range of a table as text" selects "cap_khz,suppressed,fail_reason" \
	'CAP_KHZ SUPPRESSED FAIL_REASON|3600000 17 refused|'
check "stats --output rejects an unknown column" \
	refuses 'unknown column "fly"; columns: ID NAME PID CPU' pvhost stats --output id,fly
check "stats --output rejects an empty list" refuses 'unknown column ""' pvhost stats --output ""
check "list --output rejects an unknown column" \
	refuses 'unknown column "fly"; columns: ID PID NAME' pvhost list --output id,fly
check "stats --output rejects --json" refuses "--output is for tables" stats --output id --json
check "list --output rejects --json" refuses "--output is for tables" \
	pvhost list --output id --json

check "--prometheus prints counters with the name of their samples" metrics --prometheus \
	"# TYPE pvhost_requests_total counter" \
	"pvhost_requests_total{$VM,vcpu=\"0\"} 3000000002" \
	"pvhost_requests_total{$VM,vcpu=\"1\"} 3000000004" \
	"pvhost_register_writes_total{$VM,vcpu=\"1\"} 1000000002" \
	"pvhost_deferred_requests_total{$VM,vcpu=\"1\"} 2000000002"
check "--prometheus prints one sample of what was applied for each domain" metrics --prometheus \
	"pvhost_applied_total{$VM,domain=\"0\"} 1000000005" \
	"pvhost_failed_total{$VM,domain=\"0\"} 10000006" \
	"pvhost_suppressed_total{$VM,domain=\"0\"} 17" \
	"pvhost_applied_total{$VM,domain=\"1\"} 0"
check "--prometheus prints the versions" metrics --prometheus \
	"# TYPE pvhost_build_info gauge" "pvhost_build_info{version=\"1.2\",module_version=\"\"} 1"
check "--prometheus prints the backend of a VM" metrics --prometheus \
	"pvhost_vm_info{$VM,backend=\"freq-qos\"} 1"
check "--prometheus prints frequencies in hertz" metrics --prometheus \
	"pvhost_cap_hertz{$VM} 3600000000" "pvhost_request_hertz{$VM,vcpu=\"0\"} 4000000000"
check "--prometheus prints booleans as numbers" metrics --prometheus \
	"pvhost_record{$VM,vcpu=\"0\"} 1" "pvhost_record{$VM,vcpu=\"100\"} 0"
check "--prometheus prints no sample of an unknown value" \
	lacks --prometheus "pvhost_request_hertz{$VM,vcpu=\"100\"}"
check "--prometheus prints no unit and no end mark" lacks --prometheus "# UNIT"
check "--prometheus prints valid families" families --prometheus ""
check "--openmetrics prints counters without a suffix in the name of the family" \
	metrics --openmetrics "# TYPE pvhost_requests counter" "# TYPE pvhost_build info" \
	"pvhost_requests_total{$VM,vcpu=\"0\"} 3000000002" "# EOF"
check "--openmetrics prints the unit of a family" metrics --openmetrics \
	"# UNIT pvhost_frequency_hertz hertz" "# UNIT pvhost_cap_hertz hertz"
check "--openmetrics ends with the end mark" ends_with_eof
check "--openmetrics prints valid families" families --openmetrics "|_total|_info"
check "stats --json prints a document that --input accepts" round_trip

check "stats --file creates a file" replaces "$tmp/new"
check "stats --file replaces a file" replaces "$tmp/new"
check "stats --file replaces a symbolic link and not its target" replaces_link
check "stats --file leaves the old file if the output cannot be written" keeps_old
check "stats --file rejects a folder" refuses "Is a directory" stats --file "$tmp"
mkfifo "$tmp/fifo"
check "stats --file rejects a pipe" refuses "Invalid argument" stats --file "$tmp/fifo"
check "stats --file rejects a folder that does not exist" refuses "No such file" \
	stats --file "$tmp/none/file"
check "stats rejects --file with --watch" refuses "--file does not go with --watch" \
	pvhost stats --file "$tmp/new" --watch
check "stats rejects --openmetrics with --prometheus" refuses "exclude each other" \
	stats --openmetrics --prometheus
check "stats rejects --input with a VM" refuses "--input goes with neither" stats --id 1
check "stats rejects --input with --watch" refuses "--input goes with neither" stats --watch
check "stats rejects an input that does not exist" refuses "No such file" \
	pvhost stats --input "$tmp/none"
check "stats rejects an input that is not JSON" rejects "not a document of" "fly"
check "stats rejects an input that is cut short" rejects_cut_short
check "stats rejects an input of 1000 nested lists" rejects "not a document of" \
	"$(head -c 1000 /dev/zero | tr '\0' '[')"
check "stats rejects an input without VMs" rejects "not a document of" "{}"
check "stats rejects a VM without CPUs" rejects "not a document of" '{ "vms": [ {} ] }'
check "stats rejects a CPU that is not an object" rejects "not a document of" \
	'{ "vms": [ { "cpus": [ null ] } ] }'

ktap_finished
