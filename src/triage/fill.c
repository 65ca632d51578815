/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/fill.h"

#include "base/address.h"
#include "rules/advice.h"
#include "triage/figures.h"

#define FACT_MAX 320 /* bytes of a fact in running text: the longest mail address */

/* --- how a fact reads */

static char *cut(struct span text)
{
	return text.n ? g_strndup(text.p, MIN(text.n, FACT_MAX)) : NULL;
}

/* Only then can a host name read otherwise than it is written. */
static bool has_letters(const char *host)
{
	for (const char *at = host; *at; at++)
		if ((*at & 0x80) ||
			((*at | 0x20) == 'x' && g_ascii_strncasecmp(at, "xn--", 4) == 0))
			return true;
	return false;
}

/*
 * A domain in the letters of its language, with what goes over the wire behind it where the two
 * differ (H21): "bücher.example (xn--bcher-kva.example)". A host name may be an address literal.
 */
static char *show_domain(const char *text)
{
	struct span name = span_trim(span_of(text));
	if (name.n > 2 && name.p[0] == '[' && name.p[name.n - 1] == ']')
		name = span_make(name.p + 1, name.p + name.n - 1);
	g_autofree char *plain = cut(name);
	if (!plain || !has_letters(plain))
		return g_steal_pointer(&plain);
	g_autofree char *letters = g_hostname_to_unicode(plain);
	g_autofree char *wire = g_hostname_to_ascii(plain);
	if (!letters || !wire || g_ascii_strcasecmp(letters, wire) == 0)
		return g_steal_pointer(&plain);
	return g_strdup_printf("%s (%s)", letters, wire);
}

/* The same of a mail address: "info@bücher.example (info@xn--bcher-kva.example)". */
static char *show_mailbox(const char *address)
{
	struct span local = address_local(span_of(address)),
		    domain = address_domain(span_of(address));
	g_autofree char *host = cut(domain);
	if (!host || !has_letters(host))
		return cut(span_of(address));
	g_autofree char *letters = g_hostname_to_unicode(host);
	g_autofree char *wire = g_hostname_to_ascii(host);
	if (!letters || !wire || g_ascii_strcasecmp(letters, wire) == 0)
		return cut(span_of(address));
	int n = (int)MIN(local.n, FACT_MAX);
	return g_strdup_printf("%.*s@%s (%.*s@%s)", n, local.p, letters, n, local.p, wire);
}

static char *show_text(const char *text)
{
	return cut(span_trim(span_of(text)));
}

/* --- facts that are more than a field */

/* Of an internal address of Exchange the name that it hides (H12). */
static char *address_fact(const struct fill *with)
{
	const struct recipient *recipient = with->recipient;
	if (recipient->display)
		return show_text(recipient->display);
	return recipient->address ? show_mailbox(recipient->address) : NULL;
}

static char *domain_fact(const struct fill *with)
{
	g_autofree char *domain = cut(address_domain(span_of(with->recipient->address)));
	return domain ? show_domain(domain) : NULL;
}

/* Who refused: the remote server; of a report that a server of the recipient's own domain wrote,
 * that server. */
static char *server_fact(const struct fill *with)
{
	const struct recipient *recipient = with->recipient;
	const char *own = with->report->reporting_mta;
	if (recipient->remote_mta)
		return show_domain(recipient->remote_mta);
	if (recipient->remote_ip)
		return show_text(recipient->remote_ip);
	g_autofree char *domain = cut(address_domain(span_of(recipient->address)));
	return own && domain && domain_is_under(span_of(own), domain) ? show_domain(own) : NULL;
}

/* The mailbox in From; NULL when there is none. g_free. */
static char *sender_of(const struct fill *with)
{
	const char *from = with->report->original.from;
	return from ? cut(address_find(span_of(from))) : NULL;
}

static char *sender_fact(const struct fill *with)
{
	g_autofree char *sender = sender_of(with);
	return sender ? show_mailbox(sender) : NULL;
}

static char *sender_domain_fact(const struct fill *with)
{
	g_autofree char *sender = sender_of(with);
	g_autofree char *domain = cut(address_domain(span_of(sender)));
	return domain ? show_domain(domain) : NULL;
}

static const struct blocklist *blocklist_of(const struct fill *with)
{
	const char *list = with->recipient->list;
	const struct blocklist *named = list ? blocklist_by_name(with->knowledge, list) : NULL;
	return named || !list ? named : blocklist_find(with->knowledge, span_of(list));
}

/* "Spamhaus (zen.spamhaus.org)": the name people know, with what the server wrote. */
static char *list_fact(const struct fill *with)
{
	const struct blocklist *known = blocklist_of(with);
	const char *list = with->recipient->list;
	if (known && list && g_ascii_strcasecmp(known->name, list) == 0)
		return g_strdup(known->title);
	if (!known || !list || span_find_nocase(span_of(list), known->title) ||
		span_find_nocase(span_of(known->title), list))
		return known && list && strlen(known->title) > strlen(list) ? g_strdup(known->title)
		       : list                                               ? show_text(list)
									    : NULL;
	return g_strdup_printf("%s (%.*s)", known->title, FACT_MAX, list);
}

static char *removal_fact(const struct fill *with)
{
	const struct blocklist *known = blocklist_of(with);
	return known ? g_strdup(known->removal) : NULL;
}

static char *list_note_fact(const struct fill *with)
{
	const struct blocklist *known = blocklist_of(with);
	return known ? g_strdup(known->note) : NULL;
}

/* H38: mail dressed up as a bounce gets no link into our advice. */
static char *link_fact(const struct fill *with)
{
	const struct strings *links = &with->recipient->links;
	return links->n && !with->report->suspicious ? show_text(links->v[0]) : NULL;
}

static char *wait_fact(const struct fill *with)
{
	int64_t seconds = with->recipient->retry_after;
	return seconds > 0 ? figure_time(with->knowledge, seconds) : NULL;
}

/* "Choir <choir.lists.example>": the name, else the id. */
static char *mailing_list_fact(const struct fill *with)
{
	const char *id = with->report->original.list_id, *angle = id ? strchr(id, '<') : NULL;
	if (!angle)
		return id ? show_text(id) : NULL;
	struct span name = span_trim(span_make(id, angle)), inner = span_of(angle + 1);
	const char *end = memchr(inner.p, '>', inner.n);
	if (name.n > 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
		name = span_make(name.p + 1, name.p + name.n - 1);
	return cut(name.n ? name : span_make(inner.p, end ? end : inner.p + inner.n));
}

static char *meaning_fact(const struct fill *with)
{
	return with->code ? g_strdup(with->code->meaning) : NULL;
}

static char *cause_fact(const struct fill *with)
{
	return with->cause && *with->cause ? g_strdup(with->cause) : NULL;
}

static char *pass_on_fact(const struct fill *with)
{
	return g_strdup(with->pass_on);
}

/* --- the table */

#define OF_REPORT(field) offsetof(struct report, field)
#define OF_RECIPIENT(field) offsetof(struct recipient, field)
static const struct {
	char *(*make)(const struct fill *with); /* or: a field, and how it reads */
	bool in_report;
	size_t offset;
	char *(*show)(const char *value);
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

/* NULL: unknown. g_free. */
static char *fact(struct span name, const struct fill *with)
{
	for (const struct fill_fact *more = with->more; more && more->name; more++)
		if (span_equal_nocase(name, more->name))
			return more->value && *more->value ? g_strdup(more->value) : NULL;
	int i = name_index(text_fact_names, TEXT_FACTS, name);
	if (i < 0)
		return NULL;
	if (facts[i].make)
		return facts[i].make(with);
	const void *of =
		facts[i].in_report ? (const void *)with->report : (const void *)with->recipient;
	const char *value = G_STRUCT_MEMBER(const char *, of, facts[i].offset);
	if (!value || !*value)
		return NULL;
	return facts[i].figure ? facts[i].figure(with->knowledge, value) : facts[i].show(value);
}

/* --- texts */

/* Appends `text` with its facts; false when one is unknown for which no words stand in. Rule files
 * of a user may be broken: an open brace stays as it is. */
static bool fill_facts(GString *out, struct span text, const struct fill *with)
{
	bool whole = true;
	for (const char *at = text.p, *to = text.p + text.n, *open, *end; at < to; at = end + 1) {
		open = memchr(at, '{', (size_t)(to - at));
		end = open ? memchr(open, '}', (size_t)(to - open)) : NULL;
		g_string_append_len(out, at, (end ? open : to) - at);
		if (!end)
			break;
		at = open;
		const char *bar = memchr(at, '|', (size_t)(end - at));
		g_autofree char *value = fact(span_make(at + 1, bar ? bar : end), with);
		if (value)
			g_string_append(out, value);
		else if (bar)
			g_string_append_len(out, bar + 1, end - bar - 1);
		whole = whole && (value || bar);
	}
	return whole;
}

char *fill_text(const char *template, const struct fill *with)
{
	if (!strpbrk(template, "{["))
		return g_strdup(template);
	GString *out = g_string_sized_new(strlen(template) + FACT_MAX);
	for (const char *at = template; *at;) {
		const char *open = strchr(at, '['), *end = open ? strchr(open, ']') : NULL;
		if (!end) {
			fill_facts(out, span_of(at), with);
			break;
		}
		fill_facts(out, span_make(at, open), with);
		bool is_optional = memchr(open, '{', (size_t)(end - open));
		gsize before = out->len;
		if (!is_optional)
			g_string_append_len(out, open, end + 1 - open);
		else if (!fill_facts(out, span_make(open + 1, end), with))
			g_string_truncate(out, before);
		at = end + 1;
	}
	return g_string_free(out, FALSE);
}
