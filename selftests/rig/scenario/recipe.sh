# SPDX-License-Identifier: GPL-2.0
#
# The recipe of README.md's section "Host administrators", word for word (--file README.md), with
# both of its ways to attach a VM.  A command that fails is a failure, and so is a request that does
# not change the frequency of the host, which has a cpufreq driver without hardware.  Only the build
# and the installation are replaced, since other tests run them.  The host needs CONFIG_UCLAMP_TASK.

TABLE=400000,800000,1200000,1600000,2000000,2400000,2800000,3200000
WAYS='run attach'

# The blocks of commands in this section, in their order
BLOCKS='install run attach guest result undo trace'
BLOCK=/run/recipe

# recipe_read: write each block to the file $BLOCK-NAME
recipe_read()
{
	awk -v names="$BLOCKS" -v prefix=$BLOCK- '
	BEGIN { count = split(names, name) }
	/^## / { here = $0 == "## Host administrators" }
	here && /^    / {
		nr += !inside
		print substr($0, 5) > (prefix (nr in name ? name[nr] : "more"))
	}
	{ inside = here && /^    / }
	END { exit nr != count }' /rig/README.md || {
		echo "README.md: the section does not have these blocks of commands: $BLOCKS"
		return 1
	}
}

# recipe_install: the result of "make install modules_install", and a sudo for the user nobody
recipe_install()
{
	local modules module

	modules=/lib/modules/$(uname -r)
	mkdir -p "$modules/extra" /etc/modprobe.d
	cp /lib/modules/pv/*.ko "$modules/extra/" && depmod || return
	for module in kvm_pv pv_hypervisor vcpufreq; do
		echo "options $module ${RIG_FORCE:+force=1}"
	done > /etc/modprobe.d/rig.conf
	cat > /usr/bin/sudo <<-'SUDO'
	#!/bin/sh
	export SUDO_USER=nobody SUDO_UID=65534 SUDO_GID=65534
	exec "$@"
	SUDO
	chmod +x /usr/bin/sudo
}

recipe_ready()
{
	rig_never
	recipe_read && recipe_install
}

# commands WAY NAME: run the commands of a block until one fails
commands()
{
	local way=$1 name=$2 line rc

	while read -r line <&6; do
		case $line in
		make|'sudo make install modules_install') continue ;;
		esac
		rc=0
		( set -o pipefail && eval "$line" ) > /run/output 2>&1 < /dev/null 6<&- || rc=$?
		{
			echo "\$ $line"
			cat /run/output
			[ $rc = 0 ] || echo "README.md: a command of block '$name' failed: $line"
		} | tee -a "/results/$way-$name"
		[ $rc = 0 ] || return
		case $line in
		*'pvhost set '*)
			# The guest finds the cap within a second.
			sleep 2
			frequencies "$way-cap" ;;
		esac
	done 6< "$BLOCK-$name"
	return $rc
}

# frequencies NAME: those of all CPUs of the host, for two seconds in which it starts no program
frequencies()
{
	local i=0 policy khz

	while [ $i -lt 100 ]; do
		for policy in /sys/devices/system/cpu/cpufreq/policy*; do
			read -r khz < "$policy/scaling_cur_freq"
			echo "$khz"
		done
		rig_pause
		i=$((i + 1))
	done > "/results/$1"
}

# start_vm: the command that starts the VM.  "..." are the options of this rig, which names QEMU as
# the architecture does.
start_vm()
{
	local line name=qemu-system-x86_64

	line=$(cat $BLOCK-run)
	echo "\$ $line"
	case $line in
	*" $name "*' ... &') ;;
	*)
		echo "README.md: this is not a command in the background with ... for more options"
		return 1 ;;
	esac
	echo kvm:x:104:nobody >> /etc/group
	chown root:kvm /dev/kvm
	chmod 660 /dev/kvm
	# QEMU writes the results of the guest.
	mkdir -p "$L2_DIR"
	chown nobody "$L2_DIR"
	L2_RUN=${line%% "$name" *}
	line=${line#* "$name" }
	L2_OPTS=${line% ... &}
	l2_start recipe
}

# attached WAY: the host is ready and the VM is attached, in this way
attached()
{
	commands "$1" install || return
	grep -q '^backend auto.*uclamp' "/results/$1-install" || {
		echo "README.md: pvhost doctor does not print that the backend is uclamp"
		return 1
	}
	case $1 in
	run)	start_vm && l2_wait "$1" ;;
	attach)	l2_wait "$1" && commands "$1" attach ;;
	esac
}

host()
{
	local way

	recipe_ready && l2_kvm || return
	# KVM is loaded: a cpufreq driver that is present before reports the speed of the TSC, if
	# that is not invariant.
	insmod /lib/modules/pv/kvm_pv_cpufreq.ko khz=$TABLE || return
	for way in $WAYS; do
		rig_step "host: the recipe, with pvhost $way"
		attached "$way" || return
		frequencies "$way-before"
		l2_go "$way"
		l2_wait "$way-request" || return
		commands "$way" result || return
		frequencies "$way-request"
		commands "$way" undo || return
		[ ! -e /sys/module/kvm_pv ] || {
			echo "README.md: kvm_pv is loaded after the recipe"
			return 1
		}
		l2_go "$way-request"
	done
	l2_wait trace && commands all trace || return
	l2_go trace
	l2_finish && rmmod kvm_pv_cpufreq
}

# light_load: a task that wakes 50 times a second and needs no performance
light_load()
{
	while :; do
		rig_pause
	done
}

guest()
{
	local way load

	recipe_ready || return
	light_load &
	load=$!
	for way in $WAYS; do
		rig_sync "$way"
		rig_step "guest: the recipe"
		commands "$way" guest || return
		rig_sync "$way-request"
		modprobe -r vcpufreq pv_hypervisor || return
	done
	rig_sync trace
	kill $load
}

# mean FILE: of the frequencies in kHz
mean()
{
	awk '{ sum += $1 } END { printf "%d\n", NR ? sum / NR : 0 }' "$1"
}

# judge_way WAY RESULTS: what the host shows
judge_way()
{
	local before request cap max=${TABLE##*,}

	before=$(mean "$2/$1-before")
	request=$(mean "$2/$1-request")
	cap=$(mean "$2/$1-cap")
	echo "# mean frequency of the host's CPUs: $before kHz before the request," \
		"$request kHz with it, $cap kHz with a cap"
	awk -v max="$max" '
		$1 == "ID" { for (i = 1; i <= NF; i++) column[$i] = i; next }
		NF > 1 && $1 != "$" { n++; good += $column["REQUEST_KHZ"] == max }
		END { exit !(n == 2 && good == n) }' "$2/$1-result"
	tap_result $? "recipe: pvhost stats prints the request of each vCPU (pvhost $1)"
	# The load of the emulated host itself raises all three.
	[ "$request" -gt "$before" ]
	tap_result $? "recipe: the request increases the frequency of the host (pvhost $1)"
	[ "$cap" -lt $((request * 9 / 10)) ]
	tap_result $? "recipe: a cap decreases the frequency of the host (pvhost $1)"
}

# judge_scenario RESULTS
judge_scenario()
{
	local way

	for way in $WAYS; do
		judge_way "$way" "$1"
	done
	tap_plan
}
