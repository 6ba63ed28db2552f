# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Recorded machines and golden outputs.

# tree_unpack FILE DIR: creates the files of a recorded machine below DIR.  FILE has the format
# that head(1) prints; a file may be a symbolic link, "NAME -> TARGET".
tree_unpack()
{
	local name="" target line

	while IFS= read -r line; do
		case $line in
		"==> "*" <==")
			name=${line#==> }
			name=${name% <==}
			target=${name#* -> }
			[ "$target" != "$name" ] || target=
			name=$2${name%% -> *}
			[ -d "${name%/*}" ] || mkdir -p "${name%/*}"
			if [ -n "$target" ]; then
				ln -s "$target" "$name"
				name=
			else
				: > "$name"
			fi
			;;
		*)
			[ -z "$name" ] || [ -z "$line" ] || printf '%s\n' "$line" >> "$name"
			;;
		esac
	done < "$1"
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
