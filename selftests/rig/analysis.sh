# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Static analysis for 'make style'.  A finding is a line "FILE:LINE: ... [CHECK]".  analysis.allow has
# the findings that are no faults, with a reason for each.

# Checks of clang-tidy, without those that analysis.allow names after a '-'
ANALYSIS_TIDY='-*,clang-analyzer-*,bugprone-*'

# Scripts of Linux for coccinelle.  null/deref_null takes minutes for these modules.
ANALYSIS_SCRIPTS='api/alloc/alloc_cast api/alloc/zalloc-simple api/err_cast api/kfree_mismatch
	api/memdup api/memdup_user api/platform_get_irq api/resource_size api/vma_pages free/devm_free
	free/ifnullfree free/kfree free/kfreeaddr free/put_device iterators/for_each_child
	iterators/itnull iterators/list_entry_update iterators/use_after_iter locks/call_kern
	locks/double_lock locks/flags locks/mini_lock misc/badty misc/cond_no_effect misc/doubleinit
	misc/flexible_array misc/ifcol misc/noderef misc/orplus misc/returnvar misc/semicolon
	misc/struct_size misc/swap misc/uninitialized_var null/badzero null/eno null/kmerr
	tests/doublebitand tests/doubletest tests/odd_ptr_err tests/unsigned_lesser_than_zero'

# analysis_report TOOL < FINDINGS: print those that analysis.allow does not have; fails if any
analysis_report()
{
	local tool=$1

	sed -n "s/^$tool\t\([^\t]*\)\t.*/\1/p" "$RIG/analysis.allow" > "$BUILD/style.allow"
	! sed "s#^$TOP/##" | grep -E '^(drivers|host|include|selftests|userspace)/[A-Za-z0-9_./-]+:[0-9]+:' |
		grep -v ': note: ' | LC_ALL=C sort -u |
		grep -vEf "$BUILD/style.allow" | sed "s/^/$tool: /" | grep .
}

# analysis_make TARGET: a list that build.mk prints, one word per line.  OBJ has the skeletons of BPF
# programs, which sources include.
analysis_make()
{
	make -s --no-print-directory -C "$TOP" ARCH="$(machines_native)" OBJ="$BUILD/style/$(machines_native)" "$1"
}

# Headers with macros that are statements
analysis_cppcheck()
{
	{ analysis_make print-sources; analysis_make print-test-sources; } | xargs cppcheck --quiet -j "$(nproc)" --std=c11 \
		--enable=warning,portability -D_GNU_SOURCE "-D__$(uname -m)__" -I. -Iinclude -Iinclude/uapi \
		-I"$BUILD/source/tools/testing/selftests" -I"$BUILD/libbpf/$(machines_native)/include" \
		--template='{file}:{line}: {severity}: {message} [{id}]' 2>&1 | analysis_report cppcheck
}

# Programs only: the macros of the harness of Linux' selftests are findings.
analysis_tidy()
{
	analysis_make print-cflags > "$BUILD/style/compile_flags.txt"
	analysis_make print-sources | xargs -P "$(nproc)" -n 8 clang-tidy --quiet -p "$BUILD/style" \
		--checks="$ANALYSIS_TIDY,$(sed -n 's/^clang-tidy\t\(-[^\t]*\)\t.*/\1/p' "$RIG/analysis.allow" | paste -s -d ,)" 2> /dev/null | analysis_report clang-tidy
}

analysis_coccinelle()
{
	local -a files

	mapfile -t files < <(git ls-files -co --exclude-standard 'drivers/*.c' 'host/kvm_pv/*.c' \
		'host/kvm_pv_bpf/*.c' 'selftests/bench/*/*.c' 'selftests/*/fake/*.c' \
		'selftests/host/stress-guest/*.c')
	# shellcheck disable=SC2086
	printf '%s\n' $ANALYSIS_SCRIPTS | xargs -P "$(nproc)" -I '{}' spatch -D report --very-quiet \
		--no-show-diff --timeout 60 --cocci-file "$BUILD/source/scripts/coccinelle/{}.cocci" \
		"${files[@]}" 2> /dev/null | analysis_report coccinelle
}
