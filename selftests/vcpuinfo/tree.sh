# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# Recorded machines, as head(1) prints files; a name may be a link, "NAME -> TARGET".

# tree_unpack FILE DIR
tree_unpack()
{
	local name="" line

	while IFS= read -r line; do
		case $line in
		"==> "*" -> "*" <==")
			name=${line#==> }
			name=${name% <==}
			mkdir -p "$2$(dirname "${name%% -> *}")"
			ln -s "${name#* -> }" "$2${name%% -> *}"
			name=
			;;
		"==> "*" <==")
			name=${line#==> }
			name=${name% <==}
			mkdir -p "$2$(dirname "$name")"
			: > "$2$name"
			;;
		*)
			[ -z "$name" ] || [ -z "$line" ] || printf '%s\n' "$line" >> "$2$name"
			;;
		esac
	done < "$1"
}
