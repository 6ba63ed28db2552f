# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Recorded machines and golden outputs.

# tree_unpack DIR FILE...: creates the files of each recorded machine, NAME.tree, in DIR/NAME.
# FILE has the format that head(1) prints; a file may be a symbolic link, "NAME -> TARGET".
tree_unpack()
{
	local dir="$1" name target

	shift
	awk -v dir="$dir/" -v root_of='.*/|[.]tree$' '
	FNR == 1 {
		root = FILENAME
		gsub(root_of, "", root)
		print dir root
	}
	sub(/^==> /, "") && sub(/( -> .*)? <==$/, "") && sub(/\/[^\/]*$/, "") { print dir root $0 }
	' "$@" | sort -u | xargs mkdir -p
	awk -v dir="$dir/" -v root_of='.*/|[.]tree$' '
	FNR == 1 {
		name = ""
		root = FILENAME
		gsub(root_of, "", root)
	}
	/^==> .* <==$/ {
		if (name != "")
			close(name)
		name = dir root $2
		if ($3 == "->") {
			print name, $4
			name = ""
		} else {
			printf "" > name
		}
		next
	}
	name != "" && $0 != "" { print > name }
	' "$@" | while read -r name target; do
		ln -s "$target" "$name"
	done
}

# tree_bytes DIR: writes the lines "OFFSET TEXT" of each NAME.bytes below DIR to NAME, and
# removes NAME.bytes.  TEXT can have the escapes of printf's %b.
tree_bytes()
{
	local bytes offset text

	find "$1" -name '*.bytes' > "$tmp/bytes"
	while read -r bytes; do
		while read -r offset text; do
			printf '%b' "$text" |
				dd of="${bytes%.bytes}" bs=1 seek="$offset" conv=notrunc 2> /dev/null
		done < "$bytes"
		rm "$bytes"
	done < "$tmp/bytes"
}

# same NAME FILE: passes if $tmp/out is the same as FILE
same()
{
	if diff "$2" "$tmp/out" > "$tmp/diff" 2>&1; then
		ktap_test_pass "$1"
	else
		sed 's/^/# /' "$tmp/diff"
		ktap_test_fail "$1"
	fi
}
