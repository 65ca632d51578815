/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/contacts.h"

#include "base/address.h"

struct contacts {
	GHashTable *by_key; /* -> struct contact* */
	GStringChunk *strings;
};

static void contact_free(gpointer data)
{
	struct contact *contact = data;
	g_clear_pointer(&contact->from, g_array_unref);
	g_clear_pointer(&contact->to, g_array_unref);
	g_free(contact);
}

struct contacts *contacts_new(void)
{
	struct contacts *contacts = g_new0(struct contacts, 1);
	contacts->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, contact_free);
	contacts->strings = g_string_chunk_new(64 * 1024);
	return contacts;
}

void contacts_free(struct contacts *contacts)
{
	if (!contacts)
		return;
	g_hash_table_unref(contacts->by_key);
	g_string_chunk_free(contacts->strings);
	g_free(contacts);
}

static const char *share(struct contacts *contacts, const char *text)
{
	return text ? g_string_chunk_insert_const(contacts->strings, text) : NULL;
}

static struct contact *contact_at(struct contacts *contacts, struct span address)
{
	g_autofree char *one = span_dup(address), *key = address_key(one);
	g_autofree char *lower = g_ascii_strdown(key, -1);
	struct contact *contact = g_hash_table_lookup(contacts->by_key, lower);
	if (contact)
		return contact;
	contact = g_new0(struct contact, 1);
	contact->key = share(contacts, lower);
	g_hash_table_insert(contacts->by_key, (gpointer)contact->key, contact);
	return contact;
}

static void add_mail(struct contacts *contacts, GArray **mails, const struct letter_head *letter)
{
	if (!*mails)
		*mails = g_array_new(FALSE, FALSE, sizeof(struct contact_mail));
	if ((*mails)->len == CONTACT_MAILS_MAX)
		return;
	const struct contact_mail mail = {letter->date, share(contacts, letter->id),
		share(contacts, letter->subject), share(contacts, letter->thread)};
	/* One letter names an address once, in however many of its fields. */
	if ((*mails)->len &&
		g_array_index(*mails, struct contact_mail, (*mails)->len - 1).id == mail.id)
		return;
	g_array_append_val(*mails, mail);
}

void contacts_add(
	struct contacts *contacts, const struct surroundings *own, const struct letter_head *letter)
{
	struct span address;
	size_t at = 0;
	if (letter->from) {
		address = address_find(span_of(letter->from));
		g_autofree char *from = address.n ? span_dup(address) : NULL;
		if (from && !is_own_address(own, from))
			add_mail(contacts, &contact_at(contacts, address)->from, letter);
	}
	while (letter->to && (address = address_next(span_of(letter->to), &at)).n)
		add_mail(contacts, &contact_at(contacts, address)->to, letter);
}

const struct contact *contacts_find(const struct contacts *contacts, const char *mailbox)
{
	return contacts && mailbox ? g_hash_table_lookup(contacts->by_key, mailbox) : NULL;
}

void contacts_walk(const struct contacts *contacts, GHashTableIter *walk)
{
	g_hash_table_iter_init(walk, contacts->by_key);
}

const struct contact *contacts_next(GHashTableIter *walk)
{
	gpointer contact;
	return g_hash_table_iter_next(walk, NULL, &contact) ? contact : NULL;
}

int64_t contact_wrote(const struct contact *contact)
{
	return contact && contact->from ? g_array_index(contact->from, struct contact_mail, 0).date
					: 0;
}
