/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/fill.h"

#include "base/address.h"
#include "base/text.h"
#include "rules/advice.h"
#include "triage/figures.h"

#define FACT_MAX 320 /* bytes of a fact in running text: the longest mail address */
#define BRIEF_MAX 76 /* bytes of an address in a text that is read beside it */

/* --- how a fact reads; all of them lie in the arena */

static const char *cut(struct span text, struct arena *arena)
{
	return text.n ? arena_span(arena, (struct span){text.p, MIN(text.n, FACT_MAX)}) : NULL;
}

/* Takes the copy. */
static const char *keep(char *copy, struct arena *arena)
{
	const char *kept = arena_str(arena, copy);
	g_free(copy);
	return kept;
}

/* Only then can a host name read otherwise than it is written. */
static bool has_letters(struct span host)
{
	for (size_t i = 0; i < host.n; i++)
		if ((host.p[i] & 0x80) || ((host.p[i] | 0x20) == 'x' &&
						  span_starts_nocase(span_from(host, i), "xn--")))
			return true;
	return false;
}

/* The letters of a domain and what goes over the wire; false where the two are the same. */
static bool is_spelt_twice(struct span domain, char **letters, char **wire)
{
	*letters = *wire = NULL;
	domain.n = MIN(domain.n, FACT_MAX);
	if (!has_letters(domain))
		return false;
	g_autofree char *plain = g_strndup(domain.p, domain.n);
	*letters = g_hostname_to_unicode(plain);
	*wire = g_hostname_to_ascii(plain);
	return *letters && *wire && g_ascii_strcasecmp(*letters, *wire) != 0;
}

/*
 * A domain in the letters of its language, with what goes over the wire behind it where the two
 * differ (H21): "bücher.example (xn--bcher-kva.example)". A host name may be an address literal.
 */
static const char *show_domain(const char *text, struct arena *arena)
{
	struct span name = span_trim(span_of(text));
	if (name.n > 2 && name.p[0] == '[' && name.p[name.n - 1] == ']')
		name = span_make(name.p + 1, name.p + name.n - 1);
	g_autofree char *letters = NULL, *wire = NULL;
	if (!is_spelt_twice(name, &letters, &wire))
		return cut(name, arena);
	return arena_printf(arena, "%s (%s)", letters, wire);
}

/* The same of a mail address: "info@bücher.example (info@xn--bcher-kva.example)". */
static const char *show_mailbox(const char *address, struct arena *arena)
{
	struct span local = address_local(span_of(address));
	g_autofree char *letters = NULL, *wire = NULL;
	if (!is_spelt_twice(address_domain(span_of(address)), &letters, &wire))
		return cut(span_of(address), arena);
	int n = (int)MIN(local.n, FACT_MAX);
	return arena_printf(arena, "%.*s@%s (%.*s@%s)", n, local.p, letters, n, local.p, wire);
}

static const char *show_text(const char *text, struct arena *arena)
{
	return cut(span_trim(span_of(text)), arena);
}

/* --- facts that are more than a field */

/* Of an internal address of Exchange the name that it hides (H12). */
static const char *address_fact(const struct fill *with, struct arena *arena)
{
	const struct recipient *recipient = with->recipient;
	if (recipient->display)
		return show_text(recipient->display, arena);
	if (!recipient->address)
		return NULL;
	const char *mailbox = show_mailbox(recipient->address, arena);
	return with->brief && mailbox && strlen(mailbox) > BRIEF_MAX
		       ? keep(text_middle(mailbox, BRIEF_MAX), arena)
		       : mailbox;
}

static const char *domain_fact(const struct fill *with, struct arena *arena)
{
	const char *domain = cut(address_domain(span_of(with->recipient->address)), arena);
	return domain ? show_domain(domain, arena) : NULL;
}

/* Who refused: the remote server; of a report that a server of the recipient's own domain wrote,
 * that server. */
static const char *server_fact(const struct fill *with, struct arena *arena)
{
	const struct recipient *recipient = with->recipient;
	const char *own = with->report->reporting_mta;
	if (recipient->remote_mta)
		return show_domain(recipient->remote_mta, arena);
	if (recipient->remote_ip)
		return show_text(recipient->remote_ip, arena);
	const char *domain = cut(address_domain(span_of(recipient->address)), arena);
	return own && domain && domain_is_under(span_of(own), domain) ? show_domain(own, arena)
								      : NULL;
}

/* The mailbox in From; NULL when there is none. */
static const char *sender_of(const struct fill *with, struct arena *arena)
{
	const char *from = with->report->original.from;
	return from ? cut(address_find(span_of(from)), arena) : NULL;
}

static const char *sender_fact(const struct fill *with, struct arena *arena)
{
	const char *sender = sender_of(with, arena);
	return sender ? show_mailbox(sender, arena) : NULL;
}

static const char *sender_domain_fact(const struct fill *with, struct arena *arena)
{
	const char *domain = cut(address_domain(span_of(sender_of(with, arena))), arena);
	return domain ? show_domain(domain, arena) : NULL;
}

static const struct blocklist *blocklist_of(const struct fill *with)
{
	const char *list = with->recipient->list;
	const struct blocklist *named = list ? blocklist_by_name(with->knowledge, list) : NULL;
	return named || !list ? named : blocklist_find(with->knowledge, span_of(list));
}

/* "Spamhaus (zen.spamhaus.org)": the name people know, with what the server wrote. */
static const char *list_fact(const struct fill *with, struct arena *arena)
{
	const struct blocklist *known = blocklist_of(with);
	const char *list = with->recipient->list;
	if (known && list && g_ascii_strcasecmp(known->name, list) == 0)
		return known->title;
	if (!known || !list || span_find_nocase(span_of(list), known->title) ||
		span_find_nocase(span_of(known->title), list))
		return known && list && strlen(known->title) > strlen(list) ? known->title
		       : list                                               ? show_text(list, arena)
									    : NULL;
	return arena_printf(arena, "%s (%.*s)", known->title, FACT_MAX, list);
}

static const char *removal_fact(const struct fill *with, struct arena *arena)
{
	const struct blocklist *known = blocklist_of(with);
	(void)arena;
	return known ? known->removal : NULL;
}

static const char *list_note_fact(const struct fill *with, struct arena *arena)
{
	const struct blocklist *known = blocklist_of(with);
	(void)arena;
	return known ? known->note : NULL;
}

/* H38: mail dressed up as a bounce gets no link into our advice. */
static const char *link_fact(const struct fill *with, struct arena *arena)
{
	const struct strings *links = &with->recipient->links;
	return links->n && !with->report->suspicious ? show_text(links->v[0], arena) : NULL;
}

static const char *wait_fact(const struct fill *with, struct arena *arena)
{
	int64_t seconds = with->recipient->retry_after;
	return seconds > 0 ? keep(figure_time(with->knowledge, seconds), arena) : NULL;
}

/* "Choir <choir.lists.example>": the name, else the id. */
static const char *mailing_list_fact(const struct fill *with, struct arena *arena)
{
	const char *id = with->report->original.list_id, *angle = id ? strchr(id, '<') : NULL;
	if (!angle)
		return id ? show_text(id, arena) : NULL;
	struct span name = span_trim(span_make(id, angle)), inner = span_of(angle + 1);
	const char *end = memchr(inner.p, '>', inner.n);
	if (name.n > 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
		name = span_make(name.p + 1, name.p + name.n - 1);
	return cut(name.n ? name : span_make(inner.p, end ? end : inner.p + inner.n), arena);
}

static const char *meaning_fact(const struct fill *with, struct arena *arena)
{
	(void)arena;
	return with->code ? with->code->meaning : NULL;
}

static const char *cause_fact(const struct fill *with, struct arena *arena)
{
	(void)arena;
	return with->cause && *with->cause ? with->cause : NULL;
}

static const char *pass_on_fact(const struct fill *with, struct arena *arena)
{
	(void)arena;
	return with->pass_on;
}

/* --- the table */

#define OF_REPORT(field) offsetof(struct report, field)
#define OF_RECIPIENT(field) offsetof(struct recipient, field)
static const struct {
	const char *(*make)(const struct fill *with, struct arena *arena); /* or: a field ... */
	bool in_report;
	size_t offset;
	const char *(*show)(const char *value, struct arena *arena); /* ... and how it reads */
	char *(*figure)(const struct knowledge *knowledge, const char *value);
} facts[TEXT_FACTS] = {
	[TEXT_ADDRESS] = {address_fact},
	[TEXT_DISPLAY] = {NULL, false, OF_RECIPIENT(display), show_text},
	[TEXT_ORIGINAL_ADDRESS] = {NULL, false, OF_RECIPIENT(original_address), show_mailbox},
	[TEXT_NEW_ADDRESS] = {NULL, false, OF_RECIPIENT(new_address), show_mailbox},
	[TEXT_DOMAIN] = {domain_fact},
	[TEXT_SERVER] = {server_fact},
	[TEXT_REMOTE_MTA] = {NULL, false, OF_RECIPIENT(remote_mta), show_domain},
	[TEXT_REPORTING_MTA] = {NULL, true, OF_REPORT(reporting_mta), show_domain},
	[TEXT_SENDING_IP] = {NULL, false, OF_RECIPIENT(sending_ip), show_text},
	[TEXT_SENDER] = {sender_fact},
	[TEXT_SENDER_DOMAIN] = {sender_domain_fact},
	[TEXT_LIST] = {list_fact},
	[TEXT_REMOVAL] = {removal_fact},
	[TEXT_LIST_NOTE] = {list_note_fact},
	[TEXT_MAILING_LIST] = {mailing_list_fact},
	[TEXT_LINK] = {link_fact},
	[TEXT_TOKEN] = {NULL, false, OF_RECIPIENT(token), show_text},
	[TEXT_LIMIT] = {NULL, false, OF_RECIPIENT(limit), NULL, figure_size},
	[TEXT_SIZE] = {NULL, false, OF_RECIPIENT(size), NULL, figure_size},
	[TEXT_WAIT] = {wait_fact},
	[TEXT_UNTIL] = {NULL, false, OF_RECIPIENT(will_retry_until), NULL, figure_date},
	[TEXT_SINCE] = {NULL, true, OF_REPORT(arrival), NULL, figure_date},
	[TEXT_DATE] = {NULL, true, OF_REPORT(date), NULL, figure_date},
	[TEXT_STATUS] = {NULL, false, OF_RECIPIENT(status), show_text},
	[TEXT_STATUS_FIELD] = {NULL, false, OF_RECIPIENT(status_field), show_text},
	[TEXT_REPLY] = {NULL, false, OF_RECIPIENT(reply), show_text},
	[TEXT_MEANING] = {meaning_fact},
	[TEXT_CAUSE] = {cause_fact},
	[TEXT_PASS_ON] = {pass_on_fact},
};

/* NULL: unknown. */
static const char *fact(struct span name, const struct fill *with, struct arena *arena)
{
	for (const struct fill_fact *more = with->more; more && more->name; more++)
		if (span_equal_nocase(name, more->name))
			return more->value && *more->value ? more->value : NULL;
	int i = name_index(text_fact_names, TEXT_FACTS, name);
	if (i < 0)
		return NULL;
	if (facts[i].make)
		return facts[i].make(with, arena);
	const void *of =
		facts[i].in_report ? (const void *)with->report : (const void *)with->recipient;
	const char *value = G_STRUCT_MEMBER(const char *, of, facts[i].offset);
	if (!value || !*value)
		return NULL;
	return facts[i].figure ? keep(facts[i].figure(with->knowledge, value), arena)
			       : facts[i].show(value, arena);
}

/* --- texts */

/* A text in pieces, which follow each other in what is filled. */
struct filled {
	struct span *pieces;
	size_t n, room;
	struct arena *arena;
};

static void add(struct filled *out, struct span piece)
{
	if (out->n == out->room) {
		struct span *more = arena_alloc(out->arena, MAX(2 * out->room, 16) * sizeof *more);
		if (out->n)
			memcpy(more, out->pieces, out->n * sizeof *more);
		out->pieces = more;
		out->room = MAX(2 * out->room, 16);
	}
	out->pieces[out->n++] = piece;
}

static const char *joined(const struct filled *out)
{
	size_t n = 1;
	for (size_t i = 0; i < out->n; i++)
		n += out->pieces[i].n;
	char *text = arena_room(out->arena, n), *at = text;
	for (size_t i = 0; i < out->n; at += out->pieces[i++].n)
		if (out->pieces[i].n)
			memcpy(at, out->pieces[i].p, out->pieces[i].n);
	*at = '\0';
	return text;
}

/* Appends `text` with its facts; false when one is unknown for which no words stand in. Rule files
 * of a user may be broken: an open brace stays as it is. */
static bool fill_facts(struct filled *out, struct span text, const struct fill *with)
{
	bool whole = true;
	for (const char *at = text.p, *to = text.p + text.n, *open, *end; at < to; at = end + 1) {
		open = memchr(at, '{', (size_t)(to - at));
		end = open ? memchr(open, '}', (size_t)(to - open)) : NULL;
		add(out, span_make(at, end ? open : to));
		if (!end)
			break;
		at = open;
		const char *bar = memchr(at, '|', (size_t)(end - at));
		const char *value = fact(span_make(at + 1, bar ? bar : end), with, out->arena);
		if (value)
			add(out, span_of(value));
		else if (bar)
			add(out, span_make(bar + 1, end));
		whole = whole && (value || bar);
	}
	return whole;
}

const char *fill_text_in(struct arena *arena, const char *template, const struct fill *with)
{
	struct filled out = {.arena = arena};
	if (!template[strcspn(template, "{[")])
		return template;
	for (const char *at = template; *at;) {
		const char *open = strchr(at, '['), *end = open ? strchr(open, ']') : NULL;
		if (!end) {
			fill_facts(&out, span_of(at), with);
			break;
		}
		fill_facts(&out, span_make(at, open), with);
		bool is_optional = memchr(open, '{', (size_t)(end - open));
		size_t before = out.n;
		if (!is_optional)
			add(&out, span_make(open, end + 1));
		else if (!fill_facts(&out, span_make(open + 1, end), with))
			out.n = before;
		at = end + 1;
	}
	return joined(&out);
}

char *fill_text(const char *template, const struct fill *with)
{
	struct arena *arena = arena_new_brief();
	char *text = g_strdup(fill_text_in(arena, template, with));
	arena_free(arena);
	return text;
}
