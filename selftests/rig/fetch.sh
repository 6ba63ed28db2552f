# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Downloads Debian packages into the cache.  Each suite and architecture has its own
# package index in the cache, so the suite does not depend on the release of the build
# machine, root is not needed, and foreign architectures need no dpkg configuration.  apt
# verifies the archive signature, resumes downloads and keeps the files.
#
# INDEX is SUITE-ARCH in all functions, for example bookworm-amd64: see fetch_name().
# Several rig commands can run at the same time: a lock per index serialises apt.

FETCH_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# fetch_name ARCH [SUITE]: the index of an architecture, as Debian names it
fetch_name()
{
	printf '%s-%s\n' "${2:-$DEB_SUITE}" "$1"
}

# fetch_mirrors: the Debian mirrors that /etc/apt names, as lines "main URI" and
# "security URI".  A mirror carries all suites.
fetch_mirrors()
{
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
		awk '
		$1 !~ /^https?:/ { next }
		$2 ~ /-security$/ && !seen["security"]++ { print "security", $1 }
		$2 ~ /^(bullseye|bookworm|trixie|forky|duke|sid|oldoldstable|oldstable|stable|testing|unstable)$/ &&
			!seen["main"]++ { print "main", $1 }'
}

# fetch_sources SUITE: the lines of a sources.list.  The security support of bullseye has ended,
# and its mirrors lack files that the index names.
fetch_sources()
{
	local suite=$1 kind uri

	while read -r kind uri; do
		case $kind-$suite in
		security-bullseye|security-sid|security-*-backports) continue ;;
		security-*)	suite=$1-security ;;
		*)		suite=$1 ;;
		esac
		printf 'deb [signed-by=%s] %s %s main\n' "$FETCH_KEYRING" "$uri" "$suite"
	done < <(fetch_mirrors)
}

# fetch_root SUITE TARGET PACKAGES LOG: make a root file system with these packages, separated by
# commas.  TARGET is a folder or a tarball.  apt in it checks the age of indexes as apt on the build
# machine does, whose configuration mmdebstrap does not read: a mirror that is a snapshot has indexes
# that have expired.
fetch_root()
{
	local suite=$1 target=$2 packages=$3 log=$4 valid=''

	fetch_sources "$suite" > "$log.sources"
	[ -s "$log.sources" ] ||
		die "/etc/apt names no Debian mirror: add one to /etc/apt/sources.list"
	eval "$(apt-config shell valid Acquire::Check-Valid-Until/b)"
	mmdebstrap --mode=root --variant=minbase --aptopt='APT::Install-Recommends "false"' \
		--aptopt="Acquire::Check-Valid-Until \"${valid:-true}\"" \
		--include="$packages" "$suite" "$target" - < "$log.sources" > "$log" 2>&1 ||
		die "cannot make a root of $suite: $(grep -m 1 '^E: ' "$log" | cut -c 4-); check the network, log: $log"
}

fetch_config()
{
	local index=$1
	local arch=${index##*-} dir=$CACHE/apt/$1

	mkdir -p "$dir/state/lists/partial" "$dir/archives/partial"
	: > "$dir/status"
	cat > "$dir/apt.conf" <<-CONF
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; };
		APT::Install-Recommends "false";
		APT::Sandbox::User "";
		Dir::Etc::sourcelist "$dir/sources.list";
		Dir::Etc::sourceparts "/dev/null";
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
	local index=$1
	local log=$CACHE/apt/$index/log

	shift
	APT_CONFIG=$(fetch_config "$index") "$@" > "$log" 2>&1
}

# fetch_why INDEX: the first error that apt reported
fetch_why()
{
	local why

	why=$(sed -n '/^E: /{ s///p; q }' "$CACHE/apt/$1/log")
	echo "${why:-apt reported no error, see $CACHE/apt/$1/log}"
}

# An index of that age in minutes is current.
FETCH_AGE=60

# fetch_index INDEX: read the index unless it is current
fetch_index()
{
	locked "$CACHE/apt/$1.lock" fetch_index_locked "$@"
}

fetch_index_locked()
{
	local index=$1 stamp=$CACHE/apt/$1/stamp

	[ -z "$(find "$stamp" -mmin "-$FETCH_AGE" 2> /dev/null)" ] || return 0
	need_tool apt-get dpkg-deb
	need_room "$CACHE" 1500
	[ -f "$FETCH_KEYRING" ] || die "$FETCH_KEYRING is missing: install debian-archive-keyring"
	mkdir -p "$CACHE/apt/$index"
	say "reading the package index ($index)"
	fetch_sources "${index%-*}" > "$CACHE/apt/$index/sources.list"
	[ -s "$CACHE/apt/$index/sources.list" ] ||
		die "/etc/apt names no Debian mirror: add one to /etc/apt/sources.list"
	# Otherwise a mirror that cannot be reached is a warning.
	fetch_apt "$index" apt-get -o APT::Update::Error-Mode=any update ||
		die "cannot read the package index ($index): $(fetch_why "$index"); check the network and the mirrors in /etc/apt"
	touch "$stamp"
}

# fetch_newest INDEX REGEX: the newest package with a whole name that matches; an error if
# no package matches
fetch_newest()
{
	local index=$1 regex=$2 newest

	newest=$(APT_CONFIG=$CACHE/apt/$index/apt.conf apt-cache pkgnames |
		grep -Ex "$regex" | sort -V | tail -n 1) || :
	[ -n "$newest" ] || die "no package in $index matches $regex: run the command again, or report this pattern as outdated"
	printf '%s\n' "$newest"
}

# fetch_offers INDEX NAME: whether the index has a package
fetch_offers()
{
	APT_CONFIG=$CACHE/apt/$1/apt.conf apt-cache pkgnames "$2" | among "$2"
}

# fetch_packages INDEX NAME...: download these packages; prints their files
fetch_packages()
{
	locked "$CACHE/apt/$1.lock" fetch_packages_locked "$@"
}

fetch_packages_locked()
{
	local index=$1

	shift
	fetch_index_locked "$index"
	say "downloading $* ($index)"
	fetch_again "$index" fetch_download "$index" "$@"
	fetch_files "$index" "$@"
}

fetch_download()
{
	local index=$1

	shift
	cd "$CACHE/apt/$index/archives" && fetch_apt "$index" apt-get download "$@"
}

# fetch_again INDEX COMMAND INDEX NAME...: download, twice if necessary: the mirror can have
# replaced a package since the rig read the index
fetch_again()
{
	local index=$1

	shift
	("$@") && return
	rm -f "$CACHE/apt/$index/stamp"
	fetch_index_locked "$index"
	("$@") || die "cannot download ${*:3}: $(fetch_why "$index"); run the same command again, finished downloads are kept"
}

# fetch_closure INDEX NAME...: download these packages and all that they depend on; prints
# their files
fetch_closure()
{
	locked "$CACHE/apt/$1.lock" fetch_closure_locked "$@"
}

fetch_closure_locked()
{
	local index=$1 dir=$CACHE/apt/$1
	local -a names

	shift
	fetch_index_locked "$index"
	say "downloading $* with dependencies ($index)"
	fetch_again "$index" fetch_apt "$index" apt-get install -y --download-only "$@"
	mapfile -t names < <(APT_CONFIG=$dir/apt.conf apt-get install -y -s "$@" 2>/dev/null |
		awk '$1 == "Inst" { sub(/:.*/, "", $2); print $2 }')
	[ ${#names[@]} != 0 ] || die "apt does not list the dependencies of $*; run the command again"
	fetch_files "$index" "${names[@]}"
}

# fetch_files INDEX NAME...: the files of the versions that apt would install; older ones
# can be in the same folder.  One query for all: each query makes apt read its whole index.
fetch_files()
{
	local index=$1 archives=$CACHE/apt/$1/archives name version file

	shift
	APT_CONFIG=$CACHE/apt/$index/apt.conf apt-cache policy "$@" |
		awk '/^[^ ]/ { name = $1; sub(/:$/, "", name) } $1 == "Candidate:" { print name, $2 }' |
	while read -r name version; do
		for file in "$archives/${name}_${version//:/%3a}"_*.deb; do
			[ -f "$file" ] || die "no file of $name $version under $archives; run the same command again"
			printf '%s\n' "$file"
		done
	done
}
