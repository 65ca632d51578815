/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A main for a fuzz target, which takes its name from the program: runs the target over its seeds
 * and over the samples, or over the files named, as a test. `--write DIRECTORY` writes the seeds
 * that the target makes itself.
 */
#include <stdio.h>
#include <stdlib.h>

#include "shipped.h"

/* Where each target finds bytes beside its own tests/fuzz/seeds/NAME. */
static const struct {
	const char *name, *place;
} places[] = {
	{"report", "tests/samples"},
	{"report", "data/samples"},
	{"mail", "tests/samples"},
	{"mail", "data/samples"},
	{"rules", "tests/samples"},
	{"rules", "data/samples"},
	{"display", "tests/samples/hostile"},
	{"address", "tests/samples/hostile"},
	{"freetext", "tests/samples"},
	{"freetext", "data/samples"},
	{"rulefile", "data/rules"},
};

struct tally {
	unsigned n;
	const char *write_to; /* NULL: run them */
};

static void seed(const void *bytes, size_t size, void *user)
{
	struct tally *tally = user;
	g_autofree void *exact = g_memdup2(bytes, size); /* so that a sanitizer sees the end */

	if (tally->write_to) {
		g_autofree char *path = g_strdup_printf("%s/made-%03u", tally->write_to, tally->n);

		if (!g_file_set_contents(path, exact ? exact : "", (gssize)size, NULL))
			exit(1);
	} else {
		LLVMFuzzerTestOneInput(exact, size);
	}
	tally->n++;
}

static void replay(const char *path, struct tally *tally)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;
	g_autofree char *bytes = NULL;
	gsize size;

	if (!dir && g_file_get_contents(path, &bytes, &size, NULL))
		seed(bytes, size, tally);
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *below = g_build_filename(path, name, NULL);

		replay(below, tally);
	}
	if (dir)
		g_dir_close(dir);
}

static void replay_all(const char *target, struct tally *tally)
{
	g_autofree char *seeds = g_build_filename("tests/fuzz/seeds", target, NULL);
	g_autofree char *own = source_path(seeds);

	seed("", 0, tally);
	replay(own, tally);
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree char *place = source_path(places[i].place);

		if (g_str_equal(places[i].name, target))
			replay(place, tally);
	}
}

int main(int argc, char **argv)
{
	const char *dash = strrchr(argv[0], '-');
	struct tally tally = {0, argc == 3 && g_str_equal(argv[1], "--write") ? argv[2] : NULL};

	if (argc == 1)
		replay_all(dash ? dash + 1 : "", &tally);
	for (int i = 1; i < argc && !tally.write_to; i++)
		replay(argv[i], &tally);
	if (argc == 1 || tally.write_to)
		own_seeds(seed, &tally);
	printf("1..1\n%sok 1 - %u inputs\n", tally.n > 1 ? "" : "not ", tally.n);
	return tally.n > 1 ? 0 : 1;
}
