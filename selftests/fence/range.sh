#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# The limits of the version fence, with a C program that has the function of the modules
# needs: native unit

. ../lib.sh

tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# Only the build of modules has these headers of the kernel.
mkdir "$tmp/linux"
printf '#include <stdbool.h>\n' > "$tmp/linux/types.h"
printf '#include <stdio.h>\n#define pr_err printf\n#define pr_warn printf\n' > "$tmp/linux/printk.h"

# build: a program with the arguments VERSION PATCHLEVEL SUBLEVEL FORCE, for a range of 5.10 to 7.3
build()
{
	"${CC:-gcc}" -Wall -Wextra -Werror -I "$tmp" -I "$PV_INCLUDE" -o "$tmp/fence" -x c - <<-'END'
	#include <stdlib.h>
	#include <kernel/fence.h>
	#define VERSION(a, b, c) ((a) << 16 | (b) << 8 | (c))

	int main(int argc, char **argv)
	{
		int err;

		if (argc != 5)
			return 2;
		err = pv_fence("m", VERSION(atoi(argv[1]), atoi(argv[2]), atoi(argv[3])),
			       VERSION(5, 10, 0), VERSION(7, 3, 0), atoi(argv[4]));
		printf("%s\n", err == -EOPNOTSUPP ? "-EOPNOTSUPP" : err ? "another error" : "0");
		return 0;
	}
	END
}

# refused KERNEL: what it prints for a kernel outside of the range
refused()
{
	printf '%s\n' "m: Linux $1 is not tested, only 5.10 to 7.3: update pvguest, or load the module with force=1" \
		-EOPNOTSUPP
}

ktap_print_header
ktap_set_plan 10

check 'the function compiles' build
check_is 'the fence accepts the oldest kernel' "$("$tmp/fence" 5 10 0 0)" 0
check_is 'the fence accepts the newest kernel' "$("$tmp/fence" 7 3 0 0)" 0
check_is 'the fence ignores the sublevel' "$("$tmp/fence" 7 3 255 0)" 0
check_is 'the fence accepts a kernel between' "$("$tmp/fence" 6 1 91 0)" 0
check_is 'the fence rejects the version before the oldest' "$("$tmp/fence" 5 9 255 0)" "$(refused 5.9)"
check_is 'the fence rejects the version after the newest' "$("$tmp/fence" 7 4 0 0)" "$(refused 7.4)"
check_is 'the fence rejects an older major version' "$("$tmp/fence" 4 19 0 0)" "$(refused 4.19)"
check_is 'force=1 has no effect inside the range' "$("$tmp/fence" 6 12 5 1)" 0
check_is 'force=1 accepts a kernel outside of the range with a warning' "$("$tmp/fence" 7 4 2 1)" \
	"m: loading with force=1 on Linux 7.4, which is not tested: 5.10 to 7.3 are
0"

ktap_finished
