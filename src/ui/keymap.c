/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/keymap.h"

#include <string.h>

#include "base/errors.h"
#include "base/words.h"
#include "ui/key.h"
#include "ui/named.h"

#define GROUP "keys"
#define FOLDER "keys"
#define PRESET_NONE "default" /* those of the table alone */

struct keymap {
	GPtrArray *bindings; /* later ones win */
};

static void binding_free(gpointer data)
{
	struct binding *binding = data;

	g_free(binding->argument);
	g_free(binding->own);
	g_free(binding);
}

static bool read_keys(const char *sequence, struct binding *binding)
{
	struct span all = span_of(sequence);
	size_t at = 0;

	while (at < all.n) {
		int key = key_parse(all, &at);

		if (key < 0 || binding->n == KEYS_MAX)
			return false;
		binding->keys[binding->n++] = key;
	}
	return binding->n > 0;
}

static void add_defaults(struct keymap *keymap, const struct ui_command *command)
{
	g_auto(GStrv) sequences = g_strsplit(command->keys, " ", -1);

	for (char **s = sequences; *s; s++) {
		struct binding *binding;

		if (!**s)
			continue;
		binding = g_new0(struct binding, 1);
		if (!read_keys(*s, binding))
			g_error("the table of commands has a key that is none: %s", *s);
		binding->command = command;
		binding->argument = g_strdup(command->argument);
		binding->contexts = command->contexts;
		g_ptr_array_add(keymap->bindings, binding);
	}
}

/* The row of the table for a name, that of this argument if there is one. */
static const struct ui_command *find_command(const char *name, const char *argument)
{
	const struct ui_command *best = NULL;

	for (const struct ui_command *c = ui_commands; c->name; c++)
		if (!strcmp(c->name, name) && (!best || !g_strcmp0(c->argument, argument)))
			best = c;
	return best;
}

static bool add_own(struct keymap *keymap, const char *sequence, const char *value, GError **error)
{
	struct binding *binding = g_new0(struct binding, 1);
	g_auto(GStrv) words = g_strsplit(value, " ", 2);

	binding->own = g_strdup(sequence);
	g_ptr_array_add(keymap->bindings, binding);
	if (!read_keys(sequence, binding)) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
			_("[keys] %s: no key or sequence of keys; write them as j, gg, C-d, Space, "
			  "PageDown, F5"),
			sequence);
		return false;
	}
	binding->contexts = IN_ALL;
	if (!words[0] || !*words[0])
		return true;
	binding->command = find_command(words[0], words[1]);
	if (!binding->command) {
		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
			_("[keys] %s: there is no command %s; `nixie --help` names them"), sequence,
			words[0]);
		return false;
	}
	binding->contexts = binding->command->contexts;
	binding->argument = g_strdup(words[1]);
	return true;
}

/* Those of [keys]. */
static bool add_all(struct keymap *keymap, GKeyFile *file, GError **error)
{
	g_auto(GStrv) sequences = file ? g_key_file_get_keys(file, GROUP, NULL, NULL) : NULL;

	for (char **s = sequences; s && *s; s++) {
		g_autofree char *value = g_key_file_get_string(file, GROUP, *s, NULL);

		if (!add_own(keymap, *s, value ? g_strstrip(value) : "", error))
			return false;
	}
	return true;
}

/* Once added, they are as if the table held them. */
static bool add_preset(struct keymap *keymap, const char *name, GError **error)
{
	g_autofree char *path = named_find(FOLDER, name);
	g_autoptr(GKeyFile) file = g_key_file_new();
	guint from = keymap->bindings->len;

	if (!path) {
		g_auto(GStrv) names = named_all(FOLDER);
		g_autofree char *all = g_strjoinv(", ", names);

		g_set_error(error, NIXIE_ERROR, NIXIE_CONFIG,
			_("[screen] keys: there are no keys called `%s`; there are %s, "
			  "%s"),
			name, PRESET_NONE, all);
		return false;
	}
	if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, error) ||
		!add_all(keymap, file, error)) {
		g_prefix_error(error, "%s: ", path);
		if (error && *error)
			(*error)->domain = NIXIE_ERROR, (*error)->code = NIXIE_CONFIG;
		return false;
	}
	for (guint i = from; i < keymap->bindings->len; i++)
		g_clear_pointer(&((struct binding *)keymap->bindings->pdata[i])->own, g_free);
	return true;
}

struct keymap *keymap_new(const char *preset, GKeyFile *config, GError **error)
{
	struct keymap *keymap = g_new0(struct keymap, 1);
	bool done = true;

	keymap->bindings = g_ptr_array_new_with_free_func(binding_free);
	for (const struct ui_command *c = ui_commands; c->name; c++)
		add_defaults(keymap, c);
	if (preset && strcmp(preset, PRESET_NONE) != 0)
		done = add_preset(keymap, preset, error);
	if (done && add_all(keymap, config, error))
		return keymap;
	keymap_free(keymap);
	return NULL;
}

void keymap_free(struct keymap *keymap)
{
	if (!keymap)
		return;
	g_ptr_array_unref(keymap->bindings);
	g_free(keymap);
}

static bool begins_with(
	const struct binding *binding, const int *keys, unsigned n, unsigned context)
{
	return binding->contexts & context && binding->n >= n &&
	       !memcmp(binding->keys, keys, n * sizeof *keys);
}

enum keymap_result keymap_find(const struct keymap *keymap, const int *keys, unsigned n,
	unsigned context, const struct binding **found)
{
	enum keymap_result result = KEYMAP_NONE;

	for (guint i = keymap->bindings->len; i-- > 0;) {
		const struct binding *binding = keymap->bindings->pdata[i];

		if (!begins_with(binding, keys, n, context))
			continue;
		if (binding->n > n) {
			if (binding->command)
				result = KEYMAP_PREFIX;
			continue;
		}
		*found = binding;
		return binding->command ? KEYMAP_BOUND : KEYMAP_NONE;
	}
	return result;
}

GPtrArray *keymap_after(const struct keymap *keymap, const int *keys, unsigned n, unsigned context)
{
	GPtrArray *out = g_ptr_array_new();

	for (guint i = 0; i < keymap->bindings->len; i++) {
		struct binding *binding = keymap->bindings->pdata[i];
		const struct binding *winner = NULL;

		if (begins_with(binding, keys, n, context) && binding->n > n &&
			keymap_find(keymap, binding->keys, binding->n, context, &winner) ==
				KEYMAP_BOUND &&
			winner == binding)
			g_ptr_array_add(out, binding);
	}
	return out;
}

char *binding_text(const struct binding *binding)
{
	GString *out = g_string_new(NULL);
	char name[KEY_NAME];

	for (unsigned i = 0; i < binding->n; i++)
		g_string_append(out, key_text(binding->keys[i], name));
	return g_string_free(out, FALSE);
}

/* Digits one behind the other: "1..9" tells them in fewer cells. */
struct digits {
	char first, last; /* NUL: none */
};

static bool is_next_digit(struct digits *run, const char *text)
{
	char before = run->last ? run->last : run->first;

	if (!g_ascii_isdigit(before) || *text != before + 1 || text[1])
		return false;
	run->last = *text;
	return true;
}

static void end_run(GString *out, const struct digits *run)
{
	if (run->last)
		g_string_append_printf(out, "..%c", run->last);
}

char *keymap_keys(const struct keymap *keymap, const struct ui_command *command, bool first_only)
{
	GString *out = g_string_new(NULL);
	struct digits run = {'\0', '\0'};

	for (guint i = 0; i < keymap->bindings->len; i++) {
		const struct binding *binding = keymap->bindings->pdata[i], *winner = NULL;
		g_autofree char *text = NULL;

		if (binding->command != command ||
			keymap_find(keymap, binding->keys, binding->n,
				binding->contexts & -binding->contexts, &winner) != KEYMAP_BOUND ||
			winner != binding)
			continue;
		text = binding_text(binding);
		if (is_next_digit(&run, text))
			continue;
		end_run(out, &run);
		g_string_append_printf(out, "%s%s", out->len ? " " : "", text);
		run = (struct digits){text[1] ? '\0' : *text, '\0'};
		if (first_only)
			break;
	}
	end_run(out, &run);
	return g_string_free(out, FALSE);
}

/* --- conflicts */

static const char *does(const struct binding *binding)
{
	return binding->command ? binding->command->name : "nothing";
}

static bool is_head(const struct binding *a, const struct binding *b)
{
	return a->n <= b->n && !memcmp(a->keys, b->keys, a->n * sizeof *a->keys);
}

/* Own bindings against each other, each pair once. */
static void find_doubles(const struct keymap *keymap, guint at, GPtrArray *out)
{
	const struct binding *own = keymap->bindings->pdata[at];

	for (guint i = 0; i < at; i++) {
		const struct binding *other = keymap->bindings->pdata[i];

		if (other->own && other->n == own->n && is_head(other, own) &&
			other->contexts & own->contexts)
			g_ptr_array_add(out,
				g_strdup_printf(_("[keys] %s: the same key as %s; it means %s, and "
						  "%s is lost"),
					own->own, other->own, does(own), does(other)));
	}
}

/* Longer sequences that begin with these keys: they act before the rest is typed. */
static void find_hidden(const struct keymap *keymap, guint at, GPtrArray *out)
{
	const struct binding *own = keymap->bindings->pdata[at];
	g_autoptr(GString) hidden = g_string_new(NULL);

	for (guint i = 0; own->command && i < keymap->bindings->len; i++) {
		const struct binding *other = keymap->bindings->pdata[i];
		g_autofree char *text = binding_text(other);

		if (other->contexts & own->contexts && other->command && other->n > own->n &&
			is_head(own, other))
			g_string_append_printf(hidden, "%s%s", hidden->len ? ", " : "", text);
	}
	if (hidden->len)
		g_ptr_array_add(out, g_strdup_printf(_("[keys] %s: hides what begins with it: %s"),
					     own->own, hidden->str));
}

/* The other way round: what of this sequence acts alone before its end is typed. */
static void find_unreachable(const struct keymap *keymap, guint at, GPtrArray *out)
{
	const struct binding *own = keymap->bindings->pdata[at], *head = NULL;

	for (unsigned context = 1; context & IN_ALL; context <<= 1)
		for (unsigned n = 1; own->contexts & context && n < own->n; n++) {
			g_autofree char *text = NULL;

			if (keymap_find(keymap, own->keys, n, context, &head) != KEYMAP_BOUND)
				continue;
			g_assert(head);
			text = binding_text(head);
			g_ptr_array_add(out,
				g_strdup_printf(_("[keys] %s: cannot be typed: %s alone means %s"),
					own->own, text, does(head)));
			return;
		}
}

/* A command that had keys, and has none since `own` took them. */
static void find_orphans(const struct keymap *keymap, guint at, GPtrArray *out)
{
	const struct binding *own = keymap->bindings->pdata[at];

	for (guint i = 0; own->command && i < keymap->bindings->len; i++) {
		const struct binding *other = keymap->bindings->pdata[i];
		g_autofree char *left = NULL;

		if (other->own || other->n != own->n || !is_head(other, own) ||
			!(other->contexts & own->contexts) ||
			other->command->id == own->command->id)
			continue;
		left = keymap_keys(keymap, other->command, true);
		if (!*left)
			g_ptr_array_add(
				out, g_strdup_printf(_("[keys] %s: no key is left for %s%s%s"),
					     own->own, does(other), other->argument ? " " : "",
					     other->argument ? other->argument : ""));
	}
}

GPtrArray *keymap_conflicts(const struct keymap *keymap)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < keymap->bindings->len; i++) {
		const struct binding *binding = keymap->bindings->pdata[i];

		if (!binding->own)
			continue;
		find_doubles(keymap, i, out);
		find_hidden(keymap, i, out);
		find_unreachable(keymap, i, out);
		find_orphans(keymap, i, out);
	}
	return out;
}
