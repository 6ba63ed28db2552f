# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Debian packages into the cache, through a package index of our own: the machine's
# is not touched, no root is needed, and foreign architectures need no dpkg
# configuration.  apt verifies what it downloads, resumes it, and keeps it.

fetch_config()
{
	local arch=$1
	local dir=$CACHE/apt/$arch

	mkdir -p "$dir/state/lists/partial" "$dir/archives/partial"
	: > "$dir/status"
	cat > "$dir/apt.conf" <<-CONF
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; };
		APT::Install-Recommends "false";
		APT::Sandbox::User "";
		Dir::State "$dir/state";
		Dir::State::status "$dir/status";
		Dir::Cache "$dir";
		Dir::Cache::pkgcache "";
		Dir::Cache::srcpkgcache "";
		Dir::Log "$dir";
		Acquire::Languages "none";
		Acquire::Retries "3";
		APT::Keep-Downloaded-Packages "true";
		Binary::apt-get::APT::Keep-Downloaded-Packages "true";
	CONF
	printf '%s\n' "$dir/apt.conf"
}

fetch_apt()
{
	local arch=$1
	local log=$CACHE/apt/$arch/log

	shift
	APT_CONFIG=$(fetch_config "$arch") "$@" > "$log" 2>&1
}

# The first thing that apt complained of
fetch_why()
{
	sed -n 's/^E: //p' "$CACHE/apt/$1/log" | head -n 1
}

# The index is read anew once in a run that downloads, and never in one that does not.
fetch_index()
{
	local arch=$1 seen="FETCHED_$1"

	[ -z "${!seen:-}" ] || return 0
	need_tool apt-get dpkg-deb
	need_room "$CACHE" 1500
	mkdir -p "$CACHE/apt/$arch"
	say "reading the package index ($arch)"
	fetch_apt "$arch" apt-get update ||
		die "cannot read the package index: $(fetch_why "$arch"); is the network up, and does /etc/apt name Debian 12 (bookworm) with its security archive?"
	declare -g "$seen=1"
}

# fetch_newest ARCH REGEX: the newest package whose whole name matches
fetch_newest()
{
	local arch=$1 regex=$2

	APT_CONFIG=$CACHE/apt/$arch/apt.conf apt-cache pkgnames |
		grep -Ex "$regex" | sort -V | tail -n 1
}

# fetch_packages ARCH NAME...: these packages; prints their files
fetch_packages()
{
	local arch=$1

	shift
	fetch_index "$arch"
	say "downloading $* ($arch)"
	(cd "$CACHE/apt/$arch/archives" && fetch_apt "$arch" apt-get download "$@") ||
		die "cannot download $*: $(fetch_why "$arch"); what came so far is kept, run the same command again"
	fetch_files "$arch" "$@"
}

# fetch_closure ARCH NAME...: these packages and all that they depend on
fetch_closure()
{
	local arch=$1 dir=$CACHE/apt/$1
	local -a names

	shift
	fetch_index "$arch"
	say "downloading $* with what they depend on ($arch)"
	fetch_apt "$arch" apt-get install -y --download-only "$@" ||
		die "cannot download $*: $(fetch_why "$arch"); what came so far is kept, run the same command again"
	mapfile -t names < <(APT_CONFIG=$dir/apt.conf apt-get install -y -s "$@" 2>/dev/null |
		awk '$1 == "Inst" { sub(/:.*/, "", $2); print $2 }')
	[ ${#names[@]} != 0 ] || die "apt does not say what $* depend on; try the command again"
	fetch_files "$arch" "${names[@]}"
}

# fetch_files ARCH NAME...: the files of the versions that apt would install: older ones may
# lie beside them.  Asked for all at once: each question makes apt read its whole index.
fetch_files()
{
	local arch=$1 archives=$CACHE/apt/$1/archives name version file

	shift
	APT_CONFIG=$CACHE/apt/$arch/apt.conf apt-cache policy "$@" |
		awk '/^[^ ]/ { name = $1; sub(/:$/, "", name) } $1 == "Candidate:" { print name, $2 }' |
	while read -r name version; do
		for file in "$archives/${name}_${version//:/%3a}"_*.deb; do
			[ -f "$file" ] || die "no file of $name $version under $archives; run the same command again"
			printf '%s\n' "$file"
		done
	done
}
