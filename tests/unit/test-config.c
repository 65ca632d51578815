/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings: defaults, the file, the command line, and what is refused with which words. */
#include <glib.h>
#include <glib/gstdio.h>

#include "base/errors.h"
#include "triage/config.h"

static char *directory;

static struct config *load(const char *text, GError **error)
{
	g_autofree char *path = g_build_filename(directory, "config", NULL);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	return config_load(path, error);
}

static void test_defaults(void)
{
	struct config *config = config_load(NULL, NULL);
	g_assert_nonnull(config);
	g_assert_null(config_path(config));
	g_assert_cmpstr(config_text(config, SET_TAG_RETRY), ==, "retry");
	g_assert_null(config_text(config, SET_BOUNCE_QUERY));
	g_assert_cmpint(config_int(config, SET_QUIET_DAYS), ==, 7);
	g_assert_false(config_flag(config, SET_MOUSE));
	g_auto(GStrv) hosts = config_list(config, SET_OWN_HOSTS);
	g_assert_cmpuint(g_strv_length(hosts), ==, 0);
	config_free(config);
}

/* Each row of the table: unique, complete, and with a default that its own check takes. */
static void test_table(void)
{
	g_autoptr(GHashTable) keys = g_hash_table_new(g_str_hash, g_str_equal);
	struct config *config = config_load(NULL, NULL);
	int n = 0;
	for (const struct setting_row *row = setting_rows(); row->key; row++, n++) {
		g_assert_cmpint(row->setting, ==, n);
		g_assert_true(g_hash_table_add(keys, (gpointer)row->key));
		g_assert_true(row->help && *row->help && row->value_name && row->group);
		if (row->fallback && *row->fallback)
			g_assert_true(config_set(config, row->key, row->fallback, NULL));
	}
	g_assert_cmpint(n, ==, SET_COUNT);
	config_free(config);
}

static void test_file(void)
{
	g_autoptr(GError) error = NULL;
	struct config *config =
		load("# SPDX\n[mail]\nown-domains=example.org; example.net,b.example\n"
		     "bounce-query=tag:bounce and not tag:done \n[tags]\ntag-retry=again\n"
		     "[screen]\nmouse=true\n[keys]\nZ=quit\nx=\n[colours]\nhard=red\n",
			&error);
	g_assert_no_error(error);
	g_assert_cmpstr(config_text(config, SET_BOUNCE_QUERY), ==, "tag:bounce and not tag:done");
	g_assert_cmpstr(config_text(config, SET_TAG_RETRY), ==, "again");
	g_assert_true(config_flag(config, SET_MOUSE));
	g_auto(GStrv) domains = config_list(config, SET_OWN_DOMAINS);
	g_assert_cmpuint(g_strv_length(domains), ==, 3);
	g_assert_cmpstr(domains[1], ==, "example.net");
	g_autofree char *hard =
		g_key_file_get_value(config_keyfile(config), "colours", "hard", NULL);
	g_assert_cmpstr(hard, ==, "red");
	g_assert_true(setting_is_flag(SET_PLAIN) && !setting_is_flag(SET_THEME));
	g_assert_nonnull(config_path(config));
	config_free(config);
}

static void test_broken(void)
{
	static const struct {
		const char *text, *named[3];
	} rows[] = {
		{"[mail]\nbounce-qery=x\n", {"[mail]", "bounce-qery"}},
		{"[male]\nx=y\n", {"[male]"}},
		{"[screen]\nlines=dotted\n", {"[screen] lines", "dotted"}},
		{"[screen]\nmouse=maybe\n", {"[screen] mouse", "maybe"}},
		{"[screen]\nlayout=left\n", {"layout", "below"}},
		{"[suppression]\nquiet-days=soon\n", {"quiet-days", "soon"}},
		{"[suppression]\nquiet-days=-1\n", {"quiet-days"}},
		{"[tags]\ntag-retry=unread\n", {"tag-retry", "Maildir"}},
		{"[tags]\ntag-retry=a/b\n", {"tag-retry", "slash"}},
		{"[tags]\ntag-retry=-x\n", {"tag-retry"}},
		{"[tags]\ntag-retry=\n", {"tag-retry"}},
		{"[keys]\nZ=qiut\n", {"[keys] Z", "qiut"}},
		{"nothing", {"config"}},
		{"[tags]\ntag-retry=a\ntag-retry=b\n", {"tag-retry"}},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(load(rows[i].text, &error));
		g_assert_error(error, NIXIE_ERROR, NIXIE_CONFIG);
		g_assert_nonnull(strstr(error->message, "config"));
		for (size_t k = 0; k < 3 && rows[i].named[k]; k++)
			if (!strstr(error->message, rows[i].named[k]))
				g_error("%s: %s", rows[i].text, error->message);
	}
	g_autoptr(GError) error = NULL;
	g_assert_null(config_load("/nonexistent/nixie", &error));
	g_assert_error(error, NIXIE_ERROR, NIXIE_CONFIG);
}

static void test_command_line(void)
{
	struct config *config = config_load(NULL, NULL);
	g_autoptr(GError) error = NULL;
	g_assert_true(config_set(config, "type-from", "smtp", NULL));
	g_assert_cmpstr(config_text(config, SET_TYPE_FROM), ==, "smtp");
	g_assert_false(config_set(config, "type-from", "both", &error));
	g_assert_error(error, NIXIE_ERROR, NIXIE_USAGE);
	g_assert_cmpstr(config_text(config, SET_TYPE_FROM), ==, "smtp");
	g_clear_error(&error);
	g_assert_false(config_set(config, "type-from", "address|smtp", &error));
	g_assert_cmpstr(error->message, ==,
		"--type-from: `address|smtp` is not known; it can be address, smtp");
	g_clear_error(&error);
	g_assert_false(config_set(config, "type-form", "smtp", &error));
	g_assert_nonnull(strstr(error->message, "type-from"));
	config_free(config);
}

int main(int argc, char **argv)
{
	directory = g_dir_make_tmp("nixie-config-XXXXXX", NULL);
	g_setenv("XDG_CONFIG_HOME", directory, TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/config/defaults", test_defaults);
	g_test_add_func("/config/table", test_table);
	g_test_add_func("/config/file", test_file);
	g_test_add_func("/config/broken", test_broken);
	g_test_add_func("/config/command-line", test_command_line);
	int status = g_test_run();
	g_autofree char *path = g_build_filename(directory, "config", NULL);
	g_autofree char *own = g_build_filename(directory, "nixie", NULL);
	g_unlink(path);
	g_rmdir(own);
	g_rmdir(directory);
	g_free(directory);
	return status;
}
