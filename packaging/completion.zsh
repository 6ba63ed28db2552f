#compdef vcpuinfo pvhost hypertrace
# SPDX-License-Identifier: GPL-2.0
#
# zsh completion of vcpuinfo(1), pvhost(8) and hypertrace(8).  The words are those of --help, so
# they are the ones of the installed program.

# _pvguest_words: lines "WORD:TEXT" of the --help in stdin, see completion.bash
_pvguest_words()
{
	awk '
	/^[^ ].*:$/ { columns = /column/ }
	columns { next }
	/^ +-/ || /^  ?[a-z][-a-z0-9]*  +[^ ]/ {
		line = $0
		text = line
		sub(/^ +[^ ].*[^ ]  +/, "", text)
		gsub(/:/, ";", text)
		do {
			match(line, /^[ ,]*(--?)?[a-zA-Z][-a-zA-Z0-9]*(\[?=)?/)
			if (RLENGTH < 0)
				break
			word = substr(line, 1, RLENGTH)
			line = substr(line, RLENGTH + 1)
			gsub(/[][ ,=]/, "", word)
			print word ":" text
		} while (line ~ /^, --?[a-zA-Z]/)
	}'
}

_pvguest()
{
	local -a lines
	local program=${words[1]} help

	help=$($program --help 2> /dev/null)
	if ((CURRENT > 2)) && [[ $help == *' COMMAND '* ]]; then
		help=$($program ${words[2]} --help 2> /dev/null)
	fi
	lines=(${(f)"$(_pvguest_words <<< $help)"})
	_describe -o "$service" lines
	_files
}

_pvguest "$@"
