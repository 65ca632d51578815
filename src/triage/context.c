/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/context.h"

#include "base/address.h"
#include "base/addresslist.h"
#include "base/strhash.h"
#include "rules/advice.h"

/* --- what is ours */

static bool is_listed(char *const *names, struct span name)
{
	for (; names && *names; names++)
		if (span_equal_nocase(name, *names))
			return true;
	return false;
}

/* Everybody's domain is nobody's own: its servers are not ours, and their Message-IDs prove
 * nothing. */
static char **domains_of(char *const *addresses, char *const *public_domains)
{
	GPtrArray *domains = g_ptr_array_new();
	for (; addresses && *addresses; addresses++) {
		struct span domain = address_domain(span_of(*addresses));
		if (domain.n && memchr(domain.p, '.', domain.n) &&
			!is_listed(public_domains, domain))
			g_ptr_array_add(domains, g_ascii_strdown(domain.p, (gssize)domain.n));
	}
	g_ptr_array_add(domains, NULL);
	return (char **)g_ptr_array_free(domains, FALSE);
}

void surroundings_init(struct surroundings *own, const struct config *config,
	char *const *own_addresses, char *const *public_domains)
{
	static char *none[] = {NULL};
	*own = (struct surroundings){
		.addresses = g_strdupv((char **)(own_addresses ? own_addresses : none)),
		.domains = config_list(config, SET_OWN_DOMAINS),
		.hosts = config_list(config, SET_OWN_HOSTS),
		.smtp_types = g_strcmp0(config_text(config, SET_TYPE_FROM), "smtp") == 0,
	};
	if (!own->domains[0]) {
		g_strfreev(own->domains);
		own->domains = domains_of(own_addresses, public_domains);
	}
}

void surroundings_clear(struct surroundings *own)
{
	g_strfreev(own->addresses);
	g_strfreev(own->domains);
	g_strfreev(own->hosts);
	*own = (struct surroundings){NULL};
}

static bool is_own_domain(const struct surroundings *own, struct span domain)
{
	for (char **name = own->domains; domain.n && *name; name++)
		if (domain_is_under(domain, *name))
			return true;
	return false;
}

bool is_own_address(const struct surroundings *own, const char *address)
{
	if (!address)
		return false;
	for (char **mine = own->addresses; *mine; mine++)
		if (address_same(*mine, address))
			return true;
	return is_own_domain(own, address_domain(span_of(address)));
}

bool is_own_host(const struct surroundings *own, const char *host)
{
	if (!host)
		return false;
	for (char **name = own->hosts; *name; name++)
		if (domain_is_under(span_of(host), *name))
			return true;
	return is_own_domain(own, span_of(host));
}

static bool knows_us(const struct surroundings *own)
{
	return own->addresses[0] || own->domains[0];
}

/* --- mailboxes */

#define MAILBOXES_FEW 8 /* up to here a look at each is quicker than an index of them */

struct mailboxes {
	GPtrArray *keys;
	GHashTable *index; /* of the keys, when they are more than a few */
};

struct mailboxes *mailboxes_new(void)
{
	struct mailboxes *set = g_new0(struct mailboxes, 1);
	set->keys = g_ptr_array_new_with_free_func(g_free);
	return set;
}

void mailboxes_free(struct mailboxes *set)
{
	if (!set)
		return;
	g_clear_pointer(&set->index, g_hash_table_unref);
	g_ptr_array_unref(set->keys);
	g_free(set);
}

/* What address_same() compares, as one string. */
static char *mailbox_key(const char *address)
{
	char *key = address_key(address);
	for (char *p = key; *p; p++)
		*p = ascii_lower(*p);
	return key;
}

static bool have_key(const struct mailboxes *set, const char *key)
{
	if (set->index)
		return g_hash_table_contains(set->index, key);
	for (guint i = 0; i < set->keys->len; i++)
		if (strcmp(set->keys->pdata[i], key) == 0)
			return true;
	return false;
}

/* Takes the key. */
static void add_key(struct mailboxes *set, char *key)
{
	if (have_key(set, key)) {
		g_free(key);
		return;
	}
	g_ptr_array_add(set->keys, key);
	if (set->index)
		g_hash_table_add(set->index, key);
	if (set->index || set->keys->len <= MAILBOXES_FEW)
		return;
	set->index = g_hash_table_new(strhash, g_str_equal);
	for (guint i = 0; i < set->keys->len; i++)
		g_hash_table_add(set->index, set->keys->pdata[i]);
}

void mailboxes_add(struct mailboxes *set, const char *field)
{
	size_t at = 0;
	struct span address, text = span_of(field);
	while (field && (address = address_list_next(text, &at)).n) {
		g_autofree char *one = span_dup(address);
		add_key(set, mailbox_key(one));
	}
}

bool mailboxes_have(const struct mailboxes *set, const char *address)
{
	if (!set || !set->keys->len || !address)
		return false;
	g_autofree char *key = mailbox_key(address);
	return have_key(set, key);
}

size_t mailboxes_count(const struct mailboxes *set)
{
	return set ? set->keys->len : 0;
}

/* --- origin */

/* The address in a field such as From; g_free, NULL when there is none. */
static char *address_in(const char *field)
{
	struct span address = field ? address_find(span_of(field)) : SPAN_NONE;
	return address.n ? span_dup(address) : NULL;
}

/* H15 (3): the returned message bears the marks of our own systems. */
static bool bears_our_marks(const struct surroundings *own, const struct original *original)
{
	const char *at = original->id ? strrchr(original->id, '@') : NULL;
	if (at && is_own_host(own, at + 1))
		return true;
	for (size_t i = 0; i < original->dkim.n; i++)
		if (is_own_domain(own, span_of(original->dkim.v[i])))
			return true;
	for (size_t i = 0; i < original->received.n; i++)
		if (is_own_host(own, original->received.v[i]))
			return true;
	return false;
}

static enum origin origin_of(const struct surroundings *own, const struct report *report,
	bool from_ours, const struct sent *sent)
{
	const struct original *original = &report->original;
	if (sent && (sent->ours || sent->referred))
		return ORIGIN_OWN;
	if (!original->present)
		return ORIGIN_UNKNOWN;
	if (bears_our_marks(own, original))
		return ORIGIN_OWN;
	/* Forged only where our mail would show: a whole header, a domain of our own, and none of
	 * its marks. */
	return from_ours && original->complete && own->domains[0] ? ORIGIN_FORGED : ORIGIN_UNKNOWN;
}

/*
 * A recipient that the message does not name need not be made up: a list or a hidden copy went to
 * it, or a server of somebody it does name passed it on.
 */
static bool is_explained(const struct report *report, const struct mailboxes *returned_to)
{
	if (report->original.list_id)
		return true;
	for (guint i = 0; report->reporting_mta && i < returned_to->keys->len; i++) {
		const char *at = strrchr(returned_to->keys->pdata[i], '@');
		if (at && domain_is_under(span_of(report->reporting_mta), at + 1))
			return true;
	}
	return false;
}

void report_context_init(struct report_context *context, const struct surroundings *own,
	const struct report *report, const struct sent *sent)
{
	g_autofree char *from = knows_us(own) ? address_in(report->original.from) : NULL;
	bool own_domain = from && is_own_domain(own, address_domain(span_of(from)));
	context->from_ours = is_own_address(own, from);
	context->origin = origin_of(own, report, own_domain, sent);
	context->returned_to = mailboxes_new();
	mailboxes_add(context->returned_to, report->original.to);
	mailboxes_add(context->returned_to, report->original.cc);
	context->explained = is_explained(report, context->returned_to);
}

void report_context_clear(struct report_context *context)
{
	mailboxes_free(context->returned_to);
	context->returned_to = NULL;
}

/* --- trust */

static bool have_recipient(const struct mailboxes *set, const struct recipient *recipient)
{
	return mailboxes_have(set, recipient->address) ||
	       mailboxes_have(set, recipient->original_address);
}

static enum trust trust_of(const struct surroundings *own, const struct report_context *in,
	const struct report *report, const struct recipient *recipient, const struct sent *sent)
{
	bool found = sent && sent->ours && mailboxes_count(sent->to);
	bool nothing = !report->original.present || mailboxes_count(in->returned_to) == 0;
	if (found && have_recipient(sent->to, recipient))
		return TRUST_PROVEN;
	if (!recipient->address || (nothing && !found))
		return TRUST_BARE;
	if (!found && have_recipient(in->returned_to, recipient))
		return !knows_us(own) || in->from_ours ? TRUST_CONSISTENT : TRUST_BARE;
	/* H12: the message that was sent names what Exchange encapsulates otherwise. */
	return in->explained || address_capsule(span_of(recipient->address)) ? TRUST_BARE
									     : TRUST_CONTRADICTED;
}

/* --- who acts */

/* What the report tells (extract/verdict), as seen from here (rules 6 and 8). */
static struct actors who_of(
	const struct surroundings *own, enum origin origin, const struct recipient *recipient)
{
	struct actors who = {{0}, 0};
	if (origin == ORIGIN_FORGED) {
		actors_add(&who, ACTOR_NOBODY);
		return who;
	}
	bool ours = is_own_host(own, recipient->remote_mta) ||
		    (recipient->address &&
			    is_own_domain(own, address_domain(span_of(recipient->address))));
	for (unsigned i = 0; i < recipient->who.count; i++) {
		enum actor actor = recipient->who.who[i];
		actors_add(
			&who, ours && actor == ACTOR_RECIPIENT_ADMIN ? ACTOR_SENDER_ADMIN : actor);
	}
	return who;
}

/* categories.md rule 4: the other sense of hard. */
int recipient_type(const struct surroundings *own, const struct recipient *recipient)
{
	if (!own->smtp_types)
		return recipient->type;
	switch (recipient->finality) {
	case FINALITY_REFUSED:
		return TYPE_HARD;
	case FINALITY_GAVE_UP:
	case FINALITY_RETRYING:
		return TYPE_SOFT;
	default:
		return recipient->type;
	}
}

struct context context_of(const struct surroundings *own, const struct report_context *in,
	const struct report *report, const struct recipient *recipient, const struct sent *sent)
{
	return (struct context){
		.origin = in->origin,
		.trust = trust_of(own, in, report, recipient, sent),
		.who = who_of(own, in->origin, recipient),
		.type = recipient_type(own, recipient),
		.state = STATE_NONE,
	};
}

/* Without index and settings nothing is ours and nothing is proven. */
static char *none[] = {NULL};
static const struct surroundings nobody = {none, none, none, false, false};

void contexts_neutral(const struct report *report, struct context *contexts)
{
	struct report_context in;
	report_context_init(&in, &nobody, report, NULL);
	for (size_t i = 0; i < report->recipients_n; i++)
		contexts[i] = context_of(&nobody, &in, report, &report->recipients[i], NULL);
	report_context_clear(&in);
}

struct context context_neutral(const struct report *report, const struct recipient *recipient)
{
	struct context context = {
		.origin = ORIGIN_UNKNOWN, .trust = TRUST_BARE, .type = TYPE_UNDETERMINED};
	struct report_context in;
	if (!recipient)
		return context;
	report_context_init(&in, &nobody, report, NULL);
	context = context_of(&nobody, &in, report, recipient, NULL);
	report_context_clear(&in);
	return context;
}

struct context row_context(const struct row *row)
{
	return (struct context){
		.origin = (enum origin)row->origin,
		.trust = (enum trust)row->trust,
		.who = row->who,
		.type = row->type,
		.state = (enum state)row->state,
		.suggestion = row_text(row, ROW_SUGGESTION),
	};
}
