/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Three ways to write a name of the directory. Exchange encapsulates one in a mail address: `_`
 * stands for `/`, `+XX` for a byte in hex ([MS-OXOABK], IMCEA). A distinguished name has its parts
 * behind `/`, an X.400 address behind `;` or `/`.
 */
#include "extract/display.h"

#include <glib.h>

#include "base/address.h"
#include "base/text.h"
#include "extract/dsn.h"

#define VALUE_MAX 2000
#define GUID_DIGITS 32 /* in front of the name at Exchange Online, with a hyphen */

static struct span decapsulate(struct span local, struct arena *arena)
{
	char *out = arena_alloc(arena, local.n + 1);
	size_t n = 0;

	for (size_t at = 0; at < local.n; at++) {
		bool hex = local.p[at] == '+' && at + 2 < local.n &&
			   g_ascii_isxdigit(local.p[at + 1]) && g_ascii_isxdigit(local.p[at + 2]);

		if (hex) {
			out[n++] = (char)(g_ascii_xdigit_value(local.p[at + 1]) * 16 +
					  g_ascii_xdigit_value(local.p[at + 2]));
			at += 2;
		} else {
			out[n++] = local.p[at] == '_' ? '/' : local.p[at];
		}
	}
	return (struct span){out, n};
}

/* The value of the last part `name=`, which stands at the start or behind one of `/;,`. */
static struct span last_part(struct span text, const char *name)
{
	size_t n = strlen(name);
	struct span found = SPAN_NONE;

	for (size_t at = 0; at + n < text.n; at++) {
		struct span here = span_from(text, at);
		size_t end = 0;

		if ((at && !strchr("/;,", text.p[at - 1])) || !span_starts_nocase(here, name))
			continue;
		here = span_from(here, n);
		while (end < here.n && !strchr("/;", here.p[end]))
			end++;
		found = span_trim((struct span){here.p, end});
	}
	return found;
}

static struct span without_guid(struct span name)
{
	size_t n = 0;

	while (n < name.n && g_ascii_isxdigit(name.p[n]))
		n++;
	return n == GUID_DIGITS && n + 1 < name.n && name.p[n] == '-' ? span_from(name, n + 1)
								      : name;
}

static const char *name_in(struct span text, struct arena *arena)
{
	struct span common = without_guid(last_part(text, "cn=")), given, last;

	if (common.n)
		return arena_span(arena, common);
	given = last_part(text, "g=");
	last = last_part(text, "s=");
	if (given.n && last.n)
		return arena_printf(arena, "%.*s %.*s", (int)given.n, given.p, (int)last.n, last.p);
	return given.n || last.n ? arena_span(arena, given.n ? given : last) : NULL;
}

static bool is_directory_name(struct span text)
{
	return span_starts_nocase(text, "/o=") || span_starts_nocase(text, "/c=") ||
	       span_starts_nocase(text, "c=") || span_starts_nocase(text, "cn=");
}

const char *display_of(struct span address, struct arena *arena)
{
	struct span value = dsn_typed(span_trim(address), NULL), local = address_local(value),
		    plain;
	size_t n = address_capsule(local);
	const char *name;

	if (value.n > VALUE_MAX)
		return NULL;
	if (!n)
		return !local.n && is_directory_name(value) ? name_in(value, arena) : NULL;
	plain = decapsulate(span_from(local, n), arena);
	if (!plain.n || !text_is_utf8(plain))
		return NULL;
	name = is_directory_name(plain) ? name_in(plain, arena) : NULL;
	return name ? name : arena_span(arena, plain);
}
