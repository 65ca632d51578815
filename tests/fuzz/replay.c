/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A main for a fuzz target: runs it over the samples, or over the files named, as a test. */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Returns how many files were run. */
static unsigned replay(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;
	char *bytes;
	gsize size;
	unsigned n = 0;

	if (!dir && g_file_get_contents(path, &bytes, &size, NULL)) {
		char *exact = g_memdup2(bytes, size); /* so that a sanitizer sees the end */

		LLVMFuzzerTestOneInput((const uint8_t *)exact, size);
		g_free(exact);
		g_free(bytes);
		return 1;
	}
	while (dir && (name = g_dir_read_name(dir))) {
		char *below = g_build_filename(path, name, NULL);

		n += replay(below);
		g_free(below);
	}
	if (dir)
		g_dir_close(dir);
	return n;
}

int main(int argc, char **argv)
{
	static const char *const places[] = {"tests/samples", "data/samples"};
	const char *srcdir = g_getenv("SRCDIR");
	unsigned n = 0;

	for (int i = 1; i < argc; i++)
		n += replay(argv[i]);
	for (size_t i = 0; argc == 1 && i < G_N_ELEMENTS(places); i++) {
		char *path = g_build_filename(srcdir ? srcdir : ".", places[i], NULL);

		n += replay(path);
		g_free(path);
	}
	printf("1..1\n%sok 1 - %u files\n", n ? "" : "not ", n);
	return n ? 0 : 1;
}
