/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/address.h"

#include <arpa/inet.h>

#include "base/text.h"

#define LOCAL_MAX 64   /* RFC 5321 section 4.5.3.1.1 */
#define DOMAIN_MAX 255 /* section 4.5.3.1.2 */
#define LABEL_MAX 63   /* RFC 1035 section 2.3.4 */
#define ADDRESS_MAX 320

/* Chinese, Japanese and Korean: a sentence runs into an address without a blank. */
#define SCRIPT_WITHOUT_BLANKS 0x2e80
#define IPV6_TAG "IPv6:" /* RFC 5321 section 4.1.3 */

/* Of ASCII: what a local part may hold, and a domain. */
enum { IN_LOCAL = 1, IN_DOMAIN = 2, IN_BOTH = IN_LOCAL | IN_DOMAIN };
static const unsigned char allowed_in[0x80] = {
	['0' ... '9'] = IN_BOTH,
	['A' ... 'Z'] = IN_BOTH,
	['a' ... 'z'] = IN_BOTH,
	['-'] = IN_BOTH,
	['!'] = IN_LOCAL,
	['#' ... '\''] = IN_LOCAL,
	['*' ... '+'] = IN_LOCAL,
	['/'] = IN_LOCAL,
	['='] = IN_LOCAL,
	['?'] = IN_LOCAL,
	['^' ... '`'] = IN_LOCAL,
	['{' ... '~'] = IN_LOCAL,
};

static inline bool is_allowed(int32_t c, unsigned char in)
{
	if (c < 0x80)
		return c >= 0 && allowed_in[c] & in;
	return text_char_cells(c) >= 0 &&
	       (g_unichar_isalnum((gunichar)c) || g_unichar_ismark((gunichar)c));
}

static bool is_dot_string(struct span s, unsigned char in, size_t label_max)
{
	size_t label = 0;

	for (size_t at = 0; at < s.n;) {
		size_t from = at;
		int32_t c;

		if (!(s.p[at] & 0x80) && allowed_in[(unsigned char)s.p[at]] & in) {
			at++;
			if (++label > label_max)
				return false;
			continue;
		}
		c = text_next(s, &at);
		if (c == '.') {
			if (!label)
				return false;
			label = 0;
			continue;
		}
		if (!is_allowed(c, in))
			return false;
		label += at - from;
		if (label > label_max)
			return false;
	}
	return label > 0;
}

/* Quoted-string of RFC 5321: printable ASCII (and UTF-8, RFC 6531), backslash escapes. */
static bool is_quoted_string(struct span s)
{
	if (s.n < 2 || s.p[0] != '"' || s.p[s.n - 1] != '"')
		return false;
	s = (struct span){s.p + 1, s.n - 2};
	for (size_t at = 0; at < s.n;) {
		int32_t c = text_next(s, &at);

		if (c == '\\') {
			if (at >= s.n)
				return false;
			c = text_next(s, &at);
		} else if (c == '"') {
			return false;
		}
		if (c < 0 || text_char_cells(c) < 0)
			return false;
	}
	return true;
}

int ip_version(struct span in)
{
	char text[IP_TEXT_MAX + 1];
	unsigned char bytes[sizeof(struct in6_addr)];

	if (!in.n || in.n >= sizeof text)
		return 0;
	memcpy(text, in.p, in.n);
	text[in.n] = '\0';
	if (inet_pton(AF_INET, text, bytes) == 1)
		return 4;
	return inet_pton(AF_INET6, text, bytes) == 1 ? 6 : 0;
}

/* [192.0.2.1], [IPv6:2001:db8::1]; a literal of another kind is none that mail goes to. */
static bool is_literal(struct span s)
{
	int version = 4;

	if (s.n < 3 || s.p[0] != '[' || s.p[s.n - 1] != ']')
		return false;
	s = (struct span){s.p + 1, s.n - 2};
	if (span_starts_nocase(s, IPV6_TAG)) {
		s = span_from(s, strlen(IPV6_TAG));
		version = 6;
	}
	return !memchr(s.p, '\0', s.n) && ip_version(s) == version;
}

static bool has_edge_hyphen(struct span domain)
{
	const char *end = domain.p + domain.n;

	for (const char *at = domain.p; at < end && (at = memchr(at, '-', (size_t)(end - at)));
		at++)
		if (at == domain.p || at[-1] == '.' || at + 1 == end || at[1] == '.')
			return true;
	return false;
}

/* The @ between local part and domain: a domain holds none, so it is the last one. */
static const char *at_sign(struct span in)
{
	return in.n ? memrchr(in.p, '@', in.n) : NULL;
}

struct span address_domain(struct span address)
{
	const char *at = at_sign(address);

	return at ? span_make(at + 1, address.p + address.n) : SPAN_NONE;
}

struct span address_local(struct span address)
{
	const char *at = at_sign(address);

	return at ? span_make(address.p, at) : SPAN_NONE;
}

/*
 * Languages without blanks go on right behind an address. No top-level domain mixes ASCII with
 * other letters (RFC 5890: it is one A-label or one U-label), so such a last label ends before
 * them.
 */
static size_t without_glued_text(struct span domain)
{
	const char *dot = domain.n ? memrchr(domain.p, '.', domain.n) : NULL;
	size_t label = dot ? (size_t)(dot + 1 - domain.p) : domain.n, n = label;

	while (n < domain.n && (unsigned char)domain.p[n] < 0x80)
		n++;
	return n > label + 1 ? n : domain.n;
}

/* Does it look like an address at all? */
static bool is_any(struct span in, struct span local, struct span domain)
{
	return local.n && domain.n && in.n <= ADDRESS_MAX;
}

enum address_class address_class(struct span in)
{
	struct span local = address_local(in), domain = address_domain(in);

	if (!is_any(in, local, domain))
		return ADDRESS_NONE;
	if (local.n > LOCAL_MAX || domain.n > DOMAIN_MAX)
		return ADDRESS_ODD;
	if (!is_dot_string(local, IN_LOCAL, LOCAL_MAX) && !is_quoted_string(local))
		return ADDRESS_ODD;
	if (is_literal(domain))
		return ADDRESS_OK;
	if (!is_dot_string(domain, IN_DOMAIN, LABEL_MAX) || has_edge_hyphen(domain) ||
		without_glued_text(domain) != domain.n)
		return ADDRESS_ODD;
	return ADDRESS_OK;
}

/* Start of the character that ends before `end`. */
static const char *previous_char(const char *begin, const char *end)
{
	const char *p = end - 1;

	while (p > begin && end - p < 4 && ((unsigned char)*p & 0xc0) == 0x80)
		p--;
	return p;
}

/* Walks left over a local part that ends at `at`. */
static const char *local_begin(const char *begin, const char *at)
{
	const char *p = at, *rule;

	if (p > begin && p[-1] == '"') {
		const char *quote = p - 1;

		while (quote > begin && at - quote < ADDRESS_MAX) {
			quote--;
			if (*quote == '"' && (quote == begin || quote[-1] != '\\'))
				return quote;
			if (*quote == '\n' || *quote == '\r')
				break;
		}
		return at;
	}
	while (p > begin && at - p < ADDRESS_MAX) {
		const char *q = p - 1;
		size_t zero = 0;
		int32_t c;

		if (!(*q & 0x80)) {
			if (*q != '.' && !(allowed_in[(unsigned char)*q] & IN_LOCAL))
				break;
			p = q;
			continue;
		}
		q = previous_char(begin, p);
		c = text_next(span_make(q, p), &zero);
		if (c != '.' && !is_allowed(c, IN_LOCAL))
			break;
		if (c >= SCRIPT_WITHOUT_BLANKS && p < at && (unsigned char)*p < 0x80)
			break;
		p = q;
	}
	while (p < at &&
		(*p == '\'' || *p == '`' || *p == '.')) /* quotation marks, dots of a leader */
		p++;
	rule = p;
	while (rule < at && *rule == '=')
		rule++;
	return rule - p > 1 ? rule : p; /* a line of them; a single one is of the address */
}

static bool ends_no_domain(char c)
{
	return c == '.' || c == '-' || c == '_';
}

static const char *domain_end(const char *p, const char *end)
{
	const char *begin = p;
	struct span s = span_make(p, end);
	size_t at = 0, good = 0;

	if (p < end && *p == '[') {
		const char *close = memchr(p, ']', (size_t)MIN(end - p, 64));

		return close ? close + 1 : p;
	}
	while (at < s.n && at < ADDRESS_MAX) {
		int32_t c = s.p[at] & 0x80 ? text_next(s, &at) : s.p[at++];

		if (c != '.' && c != '_' && !is_allowed(c, IN_DOMAIN))
			break;
		good = at;
	}
	while (good && ends_no_domain(begin[good - 1]))
		good--;
	return begin + without_glued_text(span_make(begin, begin + good));
}

struct span address_next(struct span text, size_t *at)
{
	const char *end, *low;

	if (*at >= text.n) { /* also of SPAN_NONE */
		*at = text.n;
		return SPAN_NONE;
	}
	end = text.p + text.n;
	low = text.p + *at;
	for (;;) {
		const char *sign = low < end ? memchr(low, '@', (size_t)(end - low)) : NULL;
		const char *from, *to;

		if (!sign) {
			*at = text.n;
			return SPAN_NONE;
		}
		from = local_begin(text.p + *at, sign);
		to = domain_end(sign + 1, end);
		low = sign + 1;
		if (from < sign && to > sign + 1) {
			*at = (size_t)(to - text.p);
			return span_make(from, to);
		}
	}
}

/* `rfc822;`, `unknown ;`, `rfc/822;`: the address type of RFC 3464 section 2.1.2, written loosely.
 */
static struct span without_type(struct span in)
{
	size_t i = 0;

	if (!in.n || !memchr(in.p, ';', in.n))
		return in;
	while (i < in.n && (g_ascii_isalnum(in.p[i]) || strchr("-/_ \t", in.p[i])))
		i++;
	return i && i < in.n && in.p[i] == ';' ? span_trim(span_from(in, i + 1)) : in;
}

/* A NUL is cut off like the rest. */
static bool ends_sentence(char c)
{
	return c == '.' || c == ',' || c == ';' || c == ':' || c == '>' || !c;
}

static struct span without_wrapping(struct span in)
{
	const char *colon;

	in = span_trim(in);
	if (span_starts_nocase(in, "mailto:"))
		in = span_from(in, 7);
	/* An obsolete source route, RFC 5321 appendix C: @a,@b:user@c */
	if (in.n && in.p[0] == '@' && (colon = memchr(in.p, ':', in.n)))
		in = span_make(colon + 1, in.p + in.n);
	while (in.n >= 2 && in.p[0] == '\'' && in.p[in.n - 1] == '\'')
		in = (struct span){in.p + 1, in.n - 2};
	while (in.n && ends_sentence(in.p[in.n - 1]))
		in.n--;
	return in;
}

/* The first such byte outside quotes, or `end`. */
static const char *unquoted(const char *begin, const char *end, char byte)
{
	bool quoted = false;

	for (const char *at = begin; (at = span_either(at, end, '"', byte)) < end; at++) {
		if (*at == byte && !quoted)
			return at;
		if (*at == '"' && (at == begin || at[-1] != '\\'))
			quoted = !quoted;
	}
	return end;
}

/* Content of the first <...> outside quotes; SPAN_NONE without one that holds an @. */
static struct span angle_content(struct span in)
{
	const char *end = in.p + in.n, *open;

	if (!in.n || !memchr(in.p, '<', in.n))
		return SPAN_NONE;
	open = unquoted(in.p, end, '<');
	return open < end ? span_make(open + 1, unquoted(open + 1, end, '>')) : SPAN_NONE;
}

/*
 * `found` with what stands before it up to a blank, where something invisible or a semicolon parts
 * the two: the word is one odd address, and its end is another mailbox, which nobody named.
 */
static struct span with_cut_part(struct span in, struct span found)
{
	const char *begin = found.p;
	bool cuts = false, visible = false;
	size_t at = 0;
	struct span before;

	while (begin > in.p && !g_ascii_isspace(begin[-1]) && begin[-1] != '<')
		begin--;
	before = span_make(begin, found.p);
	while (at < before.n) {
		int32_t c = text_next(before, &at);
		bool is_hidden = c < 0 || text_char_cells(c) < 0;

		cuts |= is_hidden || c == ';';
		visible |= !is_hidden && c != ';';
	}
	return cuts && visible ? span_make(begin, found.p + found.n) : found;
}

/* Does a domain go on behind nothing but what is invisible? */
static bool goes_on(struct span after)
{
	bool hidden = false;
	size_t at = 0;

	while (at < after.n) {
		int32_t c = text_next(after, &at);

		if (c < 0 || (c < 0x80 && g_ascii_isspace((char)c)))
			return false;
		if (text_char_cells(c) >= 0)
			return hidden && is_allowed(c, IN_DOMAIN);
		hidden = true;
	}
	return false;
}

/* `found` with the rest of its word, where it was cut: its begin would name another place. */
static struct span with_cut_end(struct span in, struct span found)
{
	const char *end = found.p + found.n, *stop = in.p + in.n;

	if (!goes_on(span_make(end, stop)))
		return found;
	while (end < stop && !g_ascii_isspace(*end) && *end != '>')
		end++;
	return span_make(found.p, end);
}

static struct span find(struct span in)
{
	struct span angle, found;
	size_t at = 0;

	in = without_type(span_trim(in));
	angle = without_wrapping(angle_content(in));
	if (is_any(angle, address_local(angle), address_domain(angle)))
		return angle;
	in = without_wrapping(in);
	if (address_class(in) == ADDRESS_OK)
		return in;
	found = address_next(in, &at);
	return found.n ? with_cut_end(in, with_cut_part(in, found)) : SPAN_NONE;
}

struct span address_find(struct span in)
{
	struct span found = find(in);

	/* As a string it would end at the NUL, and name somebody else. */
	return found.n && memchr(found.p, '\0', found.n) ? SPAN_NONE : found;
}

size_t address_capsule(struct span address)
{
	size_t n = sizeof "IMCEA" - 1;

	if (!span_starts_nocase(address, "IMCEA"))
		return 0;
	while (n < address.n && g_ascii_isalnum(address.p[n]))
		n++;
	return n > sizeof "IMCEA" - 1 && n < address.n && address.p[n] == '-' ? n + 1 : 0;
}

static bool is_ascii(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] & 0x80)
			return false;
	return true;
}

char *address_key(const char *address)
{
	struct span in = span_of(address);
	struct span local = address_local(in), domain = address_domain(in);
	char *name, *ascii, *key;

	if (!local.n || !domain.n)
		return g_strdup(address);
	if (is_ascii(domain)) {
		key = span_dup(in);
		for (char *p = key + (domain.p - in.p); *p; p++)
			*p = ascii_lower(*p);
		return key;
	}
	name = span_dup(domain);
	ascii = text_is_utf8(domain) ? g_hostname_to_ascii(name) : NULL;
	if (!ascii)
		ascii = g_ascii_strdown(name, -1);
	key = g_strdup_printf("%.*s@%s", (int)local.n, local.p, ascii);
	g_free(ascii);
	g_free(name);
	return key;
}

bool address_same(const char *a, const char *b)
{
	g_autofree char *key_a = NULL, *key_b = NULL;

	if (!a || !b)
		return false;
	if (is_ascii(span_of(a)) && is_ascii(span_of(b)))
		return g_ascii_strcasecmp(a, b) == 0;
	key_a = address_key(a);
	key_b = address_key(b);
	return g_ascii_strcasecmp(key_a, key_b) == 0;
}

bool domain_is_under(struct span domain, const char *suffix)
{
	size_t n = strlen(suffix);

	if (domain.n && domain.p[domain.n - 1] == '.')
		domain.n--;
	return n && span_ends_nocase(domain, suffix) &&
	       (domain.n == n || domain.p[domain.n - n - 1] == '.');
}

/* Registries sell names below these: the organisation is one label more. */
static bool is_public_second_level(struct span label)
{
	static const char *const names[] = {"ac", "ad", "co", "com", "edu", "go", "gob", "gov",
		"gv", "ne", "net", "nom", "or", "org"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (span_equal_nocase(label, names[i]))
			return true;
	return false;
}

struct span host_organisation(struct span host)
{
	const char *starts[3] = {NULL}; /* of the last labels, the last first */
	const char *end;
	size_t n = 0;

	while (host.n && host.p[host.n - 1] == '.')
		host.n--;
	if (ip_version(host) || !host.n)
		return SPAN_NONE;
	for (const char *p = host.p + host.n; n < G_N_ELEMENTS(starts); p--)
		if (p == host.p || p[-1] == '.') {
			starts[n++] = p;
			if (p == host.p)
				break;
		}
	end = host.p + host.n;
	if (n == 3 && end - starts[0] == 2 &&
		is_public_second_level(span_make(starts[1], starts[0] - 1)))
		return span_make(starts[2], end);
	return n > 1 ? span_make(starts[1], end) : SPAN_NONE;
}
