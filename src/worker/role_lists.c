/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole lists, in the cache's child. A page names the files that its rows were read from; with it
 * is kept how they were then (size and time of the last change, as with facts), and who asks for it
 * hears of each whether it still is so. The rest of a page is not looked at.
 */
#include <sys/stat.h>

#include "base/file.h"
#include "verdicts/lists.h"
#include "worker/roles.h"

#define NOT_CURRENT (-1)
/* Clocks of file systems lag behind, and some count no better than this. */
#define LAG_SECONDS 2

/* Of a file that may have changed since reading began nothing is known. */
static struct file_stamp stamp_of(const char *path, int64_t began)
{
	struct file_stamp stamp;
	struct stat st;

	if (stat(path, &st) < 0 || st.st_ctim.tv_sec > began - LAG_SECONDS ||
		!file_stamp(path, &stamp))
		return (struct file_stamp){NOT_CURRENT, NOT_CURRENT};
	return stamp;
}

static bool is_current(const char *path, int64_t size, int64_t mtime)
{
	struct file_stamp stamp;

	return size != NOT_CURRENT && file_stamp(path, &stamp) && stamp.size == size &&
	       stamp.mtime == mtime;
}

/* --- telling */

/* From what is kept to what is told. */
static bool page_told(struct span kept, struct pack *scratch, struct pack *told)
{
	const struct pack_place begin = {0};
	struct unpack unpack, part;
	size_t n;

	pack_cut(scratch, begin);
	if (!pack_restore(scratch, kept.p, kept.n))
		return false;
	unpack_tail(&unpack, scratch, begin);
	n = unpack_count(&unpack, 5);
	pack_count(told, n);
	for (size_t i = 0; i < n && !unpack.bad; i++) {
		const char *path = unpack_text(&unpack);
		int64_t size = unpack_number(&unpack), mtime = unpack_number(&unpack);

		unpack.bad = unpack.bad || !path;
		pack_text(told, path);
		pack_count(told, path && is_current(path, size, mtime));
	}
	unpack_value(&unpack, &part);
	if (!unpack_end(&unpack))
		return false;
	pack_part(told, &part);
	return true;
}

void list_find(struct wire *wire, struct lists *lists, GVariant *request)
{
	g_autofree char *state = NULL;
	const char *name;

	g_variant_get(request, "(^&ay)", &name);
	state = lists ? lists_state(lists, name) : NULL;
	wire_send(wire, WIRE_FOUND, g_variant_new("(m^ay)", state));
}

void list_tell(struct wire *wire, struct lists *lists, GVariant *request)
{
	struct pack scratch, told;
	const char *name, *state;
	struct span page;
	size_t pages, sent = 0;

	g_variant_get(request, "(^&ay^&ay)", &name, &state);
	pages = lists ? lists_find(lists, name, state) : 0;
	pack_init(&scratch);
	pack_init(&told);
	for (; sent < pages && lists_page(lists, sent, &page); sent++) {
		if (!page_told(page, &scratch, &told)) {
			lists_distrust(lists);
			break;
		}
		if (!wire_send(wire, WIRE_PAGE, pack_end(&told)))
			break;
	}
	pack_clear(&scratch);
	pack_clear(&told);
	if (pages)
		lists_leave(lists);
	wire_send(wire, WIRE_PAGED, g_variant_new("(b)", pages && sent == pages));
}

/* --- keeping */

/* The other way round. */
static bool page_kept(GVariant *value, int64_t began, GByteArray *bytes)
{
	struct unpack unpack, part;
	struct pack kept;
	size_t n;

	unpack_init(&unpack, value);
	n = unpack_count(&unpack, 1);
	pack_init(&kept);
	pack_count(&kept, n);
	for (size_t i = 0; i < n && !unpack.bad; i++) {
		const char *path = unpack_text(&unpack);
		const struct file_stamp stamp =
			path ? stamp_of(path, began) : (struct file_stamp){0};

		unpack.bad = unpack.bad || !path;
		pack_text(&kept, path);
		pack_number(&kept, stamp.size);
		pack_number(&kept, stamp.mtime);
	}
	unpack_value(&unpack, &part);
	pack_part(&kept, &part);
	pack_save(&kept, bytes);
	pack_clear(&kept);
	return unpack_end(&unpack);
}

void list_shelve(struct wire *wire, struct lists *lists, GVariant *request)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GVariant) page = NULL;
	const char *name, *onto;
	gint64 began;
	bool kept;

	g_variant_get(request, "(^&aym^&ayx@" PACK_TYPE ")", &name, &onto, &began, &page);
	kept = lists && page_kept(page, began, bytes) &&
	       lists_put(lists, name, onto, (struct span){(const char *)bytes->data, bytes->len});
	wire_send(wire, WIRE_SHELVED, g_variant_new("(b)", kept));
}

void list_settle(struct lists *lists, GVariant *request)
{
	const char *state;

	g_variant_get(request, "(m^&ay)", &state);
	if (lists && state)
		lists_commit(lists, state);
	else if (lists)
		lists_drop(lists);
}
