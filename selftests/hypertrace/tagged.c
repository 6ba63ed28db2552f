// SPDX-License-Identifier: GPL-2.0
/*
 * Files with tagged calls, as hypertrace split reads them: an invalid file ends the program
 * with one line, which names the file.
 *
 * needs: native unit
 */
#include "host/hypertrace/tagged.c"
#include "kselftest.h"

#include "../child-stderr.h"

#define TEMPLATE	"/tmp/tagged.XXXXXX"
/* PV_TAG in the upper half, 1 in the lower one */
#define TAG		"5139827976333950977"
#define FILE_OF(tag, nr, khz, calls) \
	"{\"tag\":" tag ",\"nr\":" nr ",\"counter_khz\":" khz ",\"calls\":" calls "}"
#define CALLS(calls)	FILE_OF(TAG, "1", "1000000", calls)

/**
 * struct file - contents of a file
 * @name: of the test
 * @error: expected part of the error, NULL: the file is valid
 * @text: the contents, NULL: the file does not exist
 */
static const struct file {
	const char *name;
	const char *error;
	const char *text;
} files[] = {
	{ "two_calls_are_read", NULL, CALLS("[[1,2],[3,5]]") },
	{ "call_that_ends_before_it_begins_is_read", NULL, CALLS("[[2,1]]") },
	{ "lowest_counter_khz_is_read", NULL, FILE_OF(TAG, "1", "1000", "[[1,2]]") },
	{ "highest_counter_khz_is_read", NULL, FILE_OF(TAG, "1", "100000000", "[[1,2]]") },
	{ "missing_file_is_rejected", "No such file", NULL },
	{ "empty_file_is_rejected", "no JSON", "" },
	{ "text_that_is_not_json_is_rejected", "no JSON", "tagged" },
	{ "list_in_place_of_object_is_rejected", "no JSON", "[1,2]" },
	{ "object_without_members_is_rejected", "tag", "{}" },
	{ "tag_that_is_a_string_is_rejected", "tag", FILE_OF("\"1\"", "1", "1000000", "[[1,2]]") },
	{ "tag_that_is_negative_is_rejected", "tag", FILE_OF("-1", "1", "1000000", "[[1,2]]") },
	{ "tag_of_another_program_is_rejected", "no tag", FILE_OF("1", "1", "1000000", "[[1,2]]") },
	{ "number_that_is_negative_is_rejected", "nr", FILE_OF(TAG, "-1", "1000000", "[[1,2]]") },
	{ "counter_khz_that_is_too_low_is_rejected", "counter_khz",
	  FILE_OF(TAG, "1", "999", "[[1,2]]") },
	{ "counter_khz_that_is_too_high_is_rejected", "counter_khz",
	  FILE_OF(TAG, "1", "100000001", "[[1,2]]") },
	{ "file_without_calls_is_rejected", "calls",
	  "{\"tag\":" TAG ",\"nr\":1,\"counter_khz\":1000000}" },
	{ "calls_that_are_a_number_are_rejected", "calls", CALLS("1") },
	{ "empty_list_of_calls_is_rejected", "no calls", CALLS("[]") },
	{ "call_that_is_a_number_is_rejected", "calls", CALLS("[[1,2],3]") },
	{ "call_of_one_time_is_rejected", "calls", CALLS("[[1]]") },
	{ "call_of_three_times_is_rejected", "calls", CALLS("[[1,2,3]]") },
	{ "call_with_a_string_is_rejected", "calls", CALLS("[[1,\"2\"]]") },
};

#define NR_MORE		3

static char path[] = TEMPLATE;

static int read_path(void *unused)
{
	struct tagged tagged = { };

	tagged_read(&tagged, path);
	return EXIT_SUCCESS;
}

static void judge(const char *name, const char *error)
{
	char output[1024];
	int status = -1;
	size_t len = child_stderr(read_path, NULL, output, sizeof(output), &status);
	bool ok;

	if (error)
		ok = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILURE &&
		     strstr(output, path) && strstr(output, error) &&
		     strchr(output, '\n') == output + len - 1;
	else
		ok = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS && !len;
	if (!ok)
		ksft_print_msg("status 0x%x: %s\n", status, output);
	ksft_test_result(ok, "%s\n", name);
}

static void write_file(const char *text, size_t len)
{
	FILE *out = fopen(path, "w");

	if (!out || fwrite(text, 1, len, out) != len || fclose(out))
		ksft_exit_fail_perror(path);
}

static void test_file(const struct file *file)
{
	if (file->text)
		write_file(file->text, strlen(file->text));
	else
		unlink(path);
	judge(file->name, file->error);
}

/* The largest number of calls, and one more */
static void test_limit(const char *name, size_t nr, const char *error)
{
	static const char head[] = "{\"tag\":" TAG ",\"nr\":1,\"counter_khz\":1000000,\"calls\":[";
	char *text = NULL;
	size_t len, i;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		ksft_exit_fail_perror("open_memstream");
	fputs(head, out);
	for (i = 0; i < nr; i++)
		fprintf(out, "%s[%zu,%zu]", i ? "," : "", i, i + 1);
	fputs("]}", out);
	fclose(out);
	write_file(text, len);
	free(text);
	judge(name, error);
}

static void test_values(void)
{
	static const char text[] = FILE_OF(TAG, "7", "1000000", "[[1,2],[3,5]]");
	struct tagged tagged = { };

	write_file(text, strlen(text));
	tagged_read(&tagged, path);
	ksft_test_result(tagged.tag == ((__u64)PV_TAG << 32 | 1) && tagged.nr == 7 &&
			 tagged.khz == 1000000 && tagged.count == 2 && tagged.times[0].begin == 1 &&
			 tagged.times[0].end == 2 && tagged.times[1].begin == 3 &&
			 tagged.times[1].end == 5, "all_members_of_a_file_are_read\n");
	free(tagged.times);
}

int main(void)
{
	size_t i;
	int fd;

	ksft_print_header();
	ksft_set_plan(ARRAY_SIZE(files) + NR_MORE);
	fd = mkstemp(path);
	if (fd < 0)
		ksft_exit_fail_perror(path);
	close(fd);

	test_values();
	for (i = 0; i < ARRAY_SIZE(files); i++)
		test_file(&files[i]);
	test_limit("largest_number_of_calls_is_read", PV_HYPERCALL_MAX_TAGGED, NULL);
	test_limit("too_many_calls_are_rejected", PV_HYPERCALL_MAX_TAGGED + 1, "too many");

	unlink(path);
	ksft_finished();
}
