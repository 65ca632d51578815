/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as an address, as a field that holds one, and as text that may name some. */
#include "base/address.h"
#include "base/addresslist.h"
#include "base/text.h"
#include "extract/display.h"
#include "shipped.h"

/* What may stand in a list that is read by line, shell or mailer. */
static void check_mailbox(struct span address)
{
	g_autofree char *copy = span_dup(address);
	g_autofree char *key = address_key(copy);
	g_autofree char *again = address_key(key);
	size_t at = 0;

	g_assert_true(text_is_utf8(address) && address.n <= 320);
	while (at < address.n)
		g_assert_cmpint(text_char_cells(text_next(address, &at)), >=, 0);
	g_assert_true(address_domain(address).n && address_local(address).n);
	g_assert_cmpstr(key, ==, again);
	g_assert_true(address_same(copy, copy));
}

static void check(struct span found, struct span all)
{
	g_assert_true(is_inside(found, all));
	if (address_class(found) == ADDRESS_OK)
		check_mailbox(found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = {(const char *)data, size}, found;
	struct arena *arena = arena_new();
	const char *display = display_of(bytes, arena);

	check(bytes, bytes);
	check(address_find(bytes), bytes);
	for (size_t at = 0, before = 0; (found = address_next(bytes, &at)).n; before = at) {
		g_assert_true(at > before && at <= size);
		check(found, bytes);
	}
	for (size_t at = 0, before = 0; (found = address_list_next(bytes, &at)).n; before = at) {
		g_assert_true(at > before && at <= size + 1);
		check(found, bytes);
	}
	g_assert_true(address_capsule(bytes) <= size);
	g_assert_true(!display || text_is_utf8(span_of(display)) || !text_is_utf8(bytes));
	g_assert_true(is_inside(host_organisation(bytes), bytes));
	ip_version(bytes);
	arena_free(arena);
	return 0;
}
