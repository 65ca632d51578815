/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/bouncer.h"

#include "base/address.h"

/* The host behind `from` or `by` of a Received field, where it is one of `domain`. */
static struct span host_of(struct span value, const char *word, const char *domain)
{
	const char *at = value.n ? span_find_nocase(value, word) : NULL;
	struct span host;
	size_t n = 0;

	if (!at || (at > value.p && g_ascii_isalnum(at[-1])))
		return SPAN_NONE;
	host = span_make(at + strlen(word), value.p + value.n);
	while (n < host.n && (g_ascii_isalnum(host.p[n]) || host.p[n] == '.' || host.p[n] == '-'))
		n++;
	host.n = n;
	while (host.n && host.p[host.n - 1] == '.')
		host.n--;
	return domain_is_under(host, domain) ? host : SPAN_NONE;
}

/* What the Received fields tell. */
struct way {
	struct span host; /* the lowest one of `domain`: the first server on the way */
	int fields;
	bool networked; /* somewhere it came over a network: the address of a host is noted */
};

static struct way read_way(const struct mail_fields *fields, const char *domain)
{
	struct way way = {.host = SPAN_NONE};

	for (size_t i = 0; i < fields->n; i++) {
		struct span value = fields->v[i].value, host;

		if (fields->v[i].known != MAIL_RECEIVED)
			continue;
		way.fields++;
		way.networked |= value.n && memchr(value.p, '[', value.n);
		host = host_of(value, "from ", domain);
		if (!host.n)
			host = host_of(value, "by ", domain);
		if (host.n)
			way.host = host;
	}
	return way;
}

/* The domain that the returned message was sent from, else that of whom the report was sent to. */
static struct span sender_domain(const struct report *report)
{
	const char *const fields[] = {
		report->original.return_path, report->original.from, report->to};

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		struct span address = address_find(span_of(fields[i]));

		if (address.n)
			return address_domain(address);
	}
	return SPAN_NONE;
}

void bouncer_find(struct reading *reading)
{
	const struct format *generic = format_generic(reading->extractor->formats);
	struct span domain = address_domain(reading->from), sender = sender_domain(reading->report);
	g_autofree char *from_domain = span_dup(domain), *sent_from = span_dup(sender);
	struct way way = read_way(&reading->header.fields, from_domain);
	struct span server = span_of(reading->report->reporting_mta);

	/* A person may have passed the report on: then the header is that of another mail. */
	if (!server.n && reading->marks.areas[generic->index] & AREA_FROM &&
		memchr(from_domain, '.', domain.n)) {
		if (way.host.n)
			server = way.host;
		else if (reading_is_daemon(reading))
			server = domain;
	}
	reading->sender = sender;
	reading->server = server.n ? arena_span(reading->arena, server) : NULL;
	reading->own_side = (sender.n && domain_is_under(server, sent_from)) ||
			    (way.fields == 1 && !way.networked);
}

bool bouncer_is_outgoing(const struct reading *reading, const char *address)
{
	struct span sender = reading->sender, domain = address_domain(span_of(address));
	g_autofree char *to = span_dup(domain), *from = span_dup(sender);

	return reading->own_side && sender.n && domain.n && !domain_is_under(domain, from) &&
	       !domain_is_under(sender, to);
}
