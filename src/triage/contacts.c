/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/contacts.h"

#include "base/address.h"
#include "base/arena.h"
#include "base/strhash.h"

/* The mails of one direction, as they grow. */
struct mails {
	struct contact_mail *last;
	unsigned n;
};

struct known {
	struct contact contact; /* first: the key of by_key */
	struct mails from, to;
};

/* What is kept of a domain. */
enum sign { SIGN_WROTE = 1 << 0, SIGN_TOOK = 1 << 1 };

struct contacts {
	GHashTable *by_key; /* struct known*, each its own key */
	GHashTable *far;    /* domains of no row -> the signs of life that were noted */
	struct texts *texts;
	struct arena *arena;
	int64_t old;
};

static guint hash_key(gconstpointer contact)
{
	return strhash(((const struct contact *)contact)->key);
}

static gboolean same_key(gconstpointer a, gconstpointer b)
{
	return strcmp(((const struct contact *)a)->key, ((const struct contact *)b)->key) == 0;
}

struct contacts *contacts_new(struct texts *texts, int64_t old)
{
	struct contacts *contacts = g_new0(struct contacts, 1);
	contacts->by_key = g_hash_table_new(hash_key, same_key);
	contacts->far = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	contacts->texts = texts_ref(texts);
	contacts->arena = arena_new();
	contacts->old = old;
	return contacts;
}

void contacts_free(struct contacts *contacts)
{
	if (!contacts)
		return;
	g_hash_table_unref(contacts->by_key);
	g_hash_table_unref(contacts->far);
	texts_unref(contacts->texts);
	arena_free(contacts->arena);
	g_free(contacts);
}

static const char *share(struct contacts *contacts, const char *text)
{
	struct texts *texts = contacts->texts;
	return text ? texts_get(texts, texts_add(texts, span_of(text))) : NULL;
}

static bool is_near(const struct contacts *contacts, const char *key)
{
	return texts_find(contacts->texts, span_of(key)) ||
	       texts_find(contacts->texts, address_domain(span_of(key)));
}

/* Of a far domain it is enough that somebody lives there: the first of them stands for all. */
static bool is_first_sign(struct contacts *contacts, const char *key, enum sign sign)
{
	g_autofree char *domain = span_dup(address_domain(span_of(key)));
	guint known = GPOINTER_TO_UINT(g_hash_table_lookup(contacts->far, domain));
	if (known & sign)
		return false;
	g_hash_table_insert(
		contacts->far, g_steal_pointer(&domain), GUINT_TO_POINTER(known | sign));
	return true;
}

/* NULL: nobody needs to know. */
static struct known *known_at(struct contacts *contacts, struct span address,
	const struct letter_head *letter, enum sign sign)
{
	g_autofree char *one = span_dup(address), *key = address_key(one);
	g_autofree char *lower = g_ascii_strdown(key, -1);
	const struct contact wanted = {.key = lower};
	struct known *known = g_hash_table_lookup(contacts->by_key, &wanted);
	if (known)
		return known;
	if (!is_near(contacts, lower) && ((sign == SIGN_TOOK && letter->date > contacts->old) ||
						 !is_first_sign(contacts, lower, sign)))
		return NULL;
	known = arena_make(contacts->arena, struct known);
	known->contact.stranger = !texts_find(contacts->texts, span_of(lower));
	/* Among the texts it would be no stranger the next time. */
	known->contact.key = known->contact.stranger ? arena_str(contacts->arena, lower)
						     : share(contacts, lower);
	g_hash_table_add(contacts->by_key, known);
	return known;
}

/* One letter names an address once, in however many of its fields. */
static bool is_wanted(const struct contacts *contacts, const struct contact *contact,
	const struct mails *mails, const struct letter_head *letter)
{
	const struct contact_mail *last = mails->last;
	if (!last)
		return true;
	if (strcmp(last->id, letter->id) == 0)
		return false;
	return contact->stranger ? last->date > contacts->old && letter->date <= contacts->old
				 : mails->n < CONTACT_MAILS_MAX;
}

static void add_mail(struct contacts *contacts, struct mails *mails,
	const struct contact_mail **first, const struct letter_head *letter)
{
	struct contact_mail *mail = arena_make(contacts->arena, struct contact_mail);
	mail->date = (uint32_t)CLAMP(letter->date, 0, (int64_t)UINT32_MAX);
	mail->id = share(contacts, letter->id);
	mail->subject = share(contacts, letter->subject);
	if (letter->thread && strlen(letter->thread) <= CONTACT_THREAD_MAX)
		g_strlcpy(mail->thread, letter->thread, sizeof mail->thread);
	if (mails->last)
		mails->last->next = mail;
	else
		*first = mail;
	mails->last = mail;
	mails->n++;
}

static void note_from(
	struct contacts *contacts, struct span address, const struct letter_head *letter)
{
	struct known *known = known_at(contacts, address, letter, SIGN_WROTE);
	if (known && is_wanted(contacts, &known->contact, &known->from, letter))
		add_mail(contacts, &known->from, &known->contact.from, letter);
}

static void note_to(
	struct contacts *contacts, struct span address, const struct letter_head *letter)
{
	struct known *known = known_at(contacts, address, letter, SIGN_TOOK);
	if (known && is_wanted(contacts, &known->contact, &known->to, letter))
		add_mail(contacts, &known->to, &known->contact.to, letter);
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
			note_from(contacts, address, letter);
	}
	while (letter->to && (address = address_next(span_of(letter->to), &at)).n)
		note_to(contacts, address, letter);
}

const struct contact *contacts_find(const struct contacts *contacts, const char *mailbox)
{
	const struct contact wanted = {.key = mailbox};
	return contacts && mailbox ? g_hash_table_lookup(contacts->by_key, &wanted) : NULL;
}

bool contacts_lack(const struct contacts *contacts, const char *mailbox)
{
	const struct contact *contact = contacts_find(contacts, mailbox);
	if (contact || !mailbox)
		return contact && contact->stranger;
	g_autofree char *domain = span_dup(address_domain(span_of(mailbox)));
	return g_hash_table_contains(contacts->far, domain);
}

void contacts_walk(const struct contacts *contacts, GHashTableIter *walk)
{
	g_hash_table_iter_init(walk, contacts->by_key);
}

const struct contact *contacts_next(GHashTableIter *walk)
{
	gpointer contact;
	return g_hash_table_iter_next(walk, &contact, NULL) ? contact : NULL;
}

const char *contact_thread(const struct contact_mail *mail)
{
	return mail && *mail->thread ? mail->thread : NULL;
}

int64_t contact_wrote(const struct contact *contact)
{
	return contact && contact->from ? contact->from->date : 0;
}
