# SPDX-License-Identifier: GPL-2.0
#
# Flattens the JSON of vcpuinfo: one line per member that is not null, "PATH VALUE"; an array
# of scalars is one value, and an object in an array is one line: "PATH[] MEMBER=VALUE...".
# With -v keys=FILE adds the members of each object, null or not, to FILE: "PATH MEMBER...".
#
# The layout of the input must be exact: one token per line, two spaces of indentation per
# level, commas between members only.  A line that breaks these rules is reported, and ends
# the program with status 1.

function invalid(why)
{
	print "line " NR " is not valid: " why
	failed = 1
	exit 1
}

# member(KEY, VALUE): adds a scalar to the container that is open
function member(key, value)
{
	if (kind[depth] == "[")
		list[depth] = list[depth] (list[depth] == "" ? "" : ", ") value
	else if (value != "null" && element[depth])
		line[depth] = line[depth] " " key "=" value
	else if (value != "null")
		text[depth] = text[depth] (path[depth] == "" ? "" : path[depth] ".") key " " value "\n"
}

function open_container(key, bracket,	up)
{
	up = depth++
	kind[depth] = bracket
	own[depth] = key
	scalars[depth] = members[depth] = 0
	element[depth] = bracket == "{" && kind[up] == "["
	path[depth] = path[up] (key != "" && path[up] != "" ? "." : "") key
	if (kind[up] == "[")
		path[depth] = path[up] "[]"
	names[depth] = list[depth] = line[depth] = text[depth] = ""
}

function close_container()
{
	if (element[depth])
		text[depth] = path[depth] line[depth] "\n" text[depth]
	if (kind[depth] == "{" && keys)
		print (path[depth] == "" ? "." : path[depth]) names[depth] >> keys
	depth--
	text[depth] = text[depth] text[depth + 1]
	if (kind[depth + 1] == "{" || !scalars[depth + 1] && members[depth + 1])
		return
	if (scalars[depth + 1] != members[depth + 1])
		invalid("array of scalars and others")
	member(own[depth + 1], "[" list[depth + 1] "]")
}

{
	rest = $0
	indent = match(rest, /[^ ]/) - 1
	rest = substr(rest, indent + 1)
	closing = rest ~ /^[]}]/
	if (indent != 2 * (depth - closing) || (depth == 0 && NR > 1))
		invalid("indentation")
	if (NR > 1 && comma == (closing || opened))
		invalid(comma ? "comma before it" : "no comma before it")
	comma = sub(/,$/, "", rest)
	opened = 0

	if (closing) {
		if (rest != (kind[depth] == "[" ? "]" : "}"))
			invalid("bracket")
		close_container()
		next
	}
	key = ""
	if (match(rest, /^"[a-z0-9_]+": /)) {
		key = substr(rest, 2, RLENGTH - 4)
		rest = substr(rest, RLENGTH + 1)
	}
	if ((key != "") != (kind[depth] == "{"))
		invalid("name of a member")
	members[depth]++
	if (key != "")
		names[depth] = names[depth] " " key
	if (rest == "{" || rest == "[") {
		open_container(key, rest)
		opened = 1
		next
	}
	if (rest !~ /^("([^"\\]|\\.)*"|-?[0-9]+(\.[0-9]+)?|true|false|null)$/)
		invalid("value")
	scalars[depth]++
	member(key, rest)
}

END {
	if (failed)
		exit 1
	if (depth || comma) {
		print "the document is not complete"
		exit 1
	}
	printf "%s", text[0]
}
