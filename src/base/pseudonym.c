/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/pseudonym.h"

#include "base/address.h"
#include "base/form.h"
#include "base/strhash.h"

#define ID_MIN 8     /* bytes from which letters mixed with digits are an id */
#define NUMBER_MIN 6 /* digits from which a number is one, and no limit or year */
#define HOST_MAX 255
#define GROUPS_MIN 4 /* colons in what only looks like an IPv6 address; a time has two */

struct pseudonyms {
	enum pseudonym_style style;
	GHashTable *kept;   /* lower case -> itself */
	GHashTable *hidden; /* lower case -> kind */
	GHashTable *common; /* lower case words that are never hidden */
	GHashTable *stands; /* "kind name" -> its stand-in */
	GHashTable *counts; /* kind -> how many there are */
};

struct pseudonyms *pseudonyms_new(enum pseudonym_style style)
{
	struct pseudonyms *names = g_new0(struct pseudonyms, 1);

	names->style = style;
	names->kept = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	names->common = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	names->hidden = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	names->stands = g_hash_table_new_full(strhash, g_str_equal, g_free, g_free);
	names->counts = g_hash_table_new(strhash, g_str_equal);
	return names;
}

void pseudonyms_free(struct pseudonyms *names)
{
	if (!names)
		return;
	g_hash_table_unref(names->kept);
	g_hash_table_unref(names->common);
	g_hash_table_unref(names->hidden);
	g_hash_table_unref(names->stands);
	g_hash_table_unref(names->counts);
	g_free(names);
}

static char *lower(struct span s)
{
	return g_ascii_strdown(s.p, (gssize)s.n);
}

void pseudonyms_keep(struct pseudonyms *names, struct span name)
{
	g_hash_table_add(names->kept, lower(name));
}

bool pseudonyms_keeps(const struct pseudonyms *names, struct span name)
{
	g_autofree char *key = lower(name);

	return g_hash_table_contains(names->kept, key);
}

void pseudonyms_hide(struct pseudonyms *names, const char *kind, struct span word)
{
	g_autofree char *low = lower(word);

	if (!pseudonyms_keeps(names, word) && !g_hash_table_contains(names->common, low))
		g_hash_table_insert(names->hidden, g_steal_pointer(&low), (gpointer)kind);
}

void pseudonyms_reveal(struct pseudonyms *names)
{
	g_hash_table_remove_all(names->hidden);
}

/* The stand-in of `name`, made by `make` from its number within the kind. */
static const char *stand_in(struct pseudonyms *names, const char *kind, struct span name,
	char *(*make)(const char *kind, struct span name, unsigned number))
{
	g_autofree char *low = lower(name);
	g_autofree char *key = g_strdup_printf("%s %s", kind, low);
	const char *stand = g_hash_table_lookup(names->stands, key);
	unsigned number;

	if (stand)
		return stand;
	number = GPOINTER_TO_UINT(g_hash_table_lookup(names->counts, kind)) + 1;
	g_hash_table_insert(names->counts, (gpointer)kind, GUINT_TO_POINTER(number));
	stand = make(kind, name, number);
	g_hash_table_insert(names->stands, g_steal_pointer(&key), (gpointer)stand);
	return stand;
}

static char *make_counted(const char *kind, struct span name, unsigned number)
{
	(void)name;
	return g_strdup_printf("%s%u", kind, number);
}

static char *make_ip(const char *kind, struct span name, unsigned number)
{
	(void)name;
	/* The ranges for measuring (RFC 2544, RFC 5180): nobody's. */
	return *kind == '4' ? g_strdup_printf("198.18.%u.%u", number / 250, number % 250 + 1)
			    : g_strdup_printf("2001:2::%x", number);
}

/* The same form with other letters and digits, so that what tells an id by its form still does. No
 * number begins with 0: in JSON that is none (RFC 8259 section 6). */
static char *make_id(const char *kind, struct span name, unsigned number)
{
	g_autofree char *hash = NULL;
	char *id = g_strndup(name.p, name.n), seed[32];
	static const char letters[] = "ghjkmnpqrstvwxyz";

	(void)kind;
	g_snprintf(seed, sizeof seed, "%u", number);
	hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, seed, -1);
	for (size_t i = 0; i < name.n; i++) {
		unsigned nibble = (unsigned)g_ascii_xdigit_value(hash[i % 64]);

		if (g_ascii_isdigit(id[i]))
			id[i] = i ? (char)('0' + nibble % 10) : (char)('1' + nibble % 9);
		else if (g_ascii_isxdigit(id[i]))
			id[i] = (char)((g_ascii_isupper(id[i]) ? 'A' : 'a') + nibble % 6);
		else if (g_ascii_isalpha(id[i]))
			id[i] = g_ascii_isupper(id[i]) ? g_ascii_toupper(letters[nibble])
						       : letters[nibble];
	}
	return id;
}

void pseudonyms_append_word(
	struct pseudonyms *names, const char *kind, struct span name, GString *out)
{
	name = span_trim(name);
	if (!name.n)
		return;
	if (names->style == PSEUDONYM_COUNTED)
		g_string_append(out, stand_in(names, kind, name, make_counted));
	else
		g_string_append(out, names->style == PSEUDONYM_GAP ? "..." : kind);
}

/* --- what a word is */

static bool is_id(struct span word)
{
	unsigned form = form_of(word);
	size_t digits = 0;

	while (digits < word.n && g_ascii_isdigit(word.p[digits]))
		digits++;
	if (digits == word.n)
		return word.n >= NUMBER_MIN;
	return word.n >= ID_MIN && form == (FORM_DIGITS | FORM_LETTERS);
}

/* 2002:a05:27e7:b0:a29:949a, which Gmail writes for its own machines, and its like. */
static bool is_groups(struct span word)
{
	unsigned colons = 0;

	for (size_t i = 0; i < word.n; i++) {
		if (word.p[i] != ':' && !g_ascii_isxdigit(word.p[i]))
			return false;
		colons += word.p[i] == ':';
	}
	return colons >= GROUPS_MIN;
}

/* 550, 5.1.1: what says something. */
static bool is_code(struct span word)
{
	return form_is_status(word) ||
	       (word.n == 3 && form_of(word) == FORM_DIGITS && strchr("245", word.p[0]));
}

/* --- writing */

static void put_gap(GString *out)
{
	g_string_append(out, "...");
}

/* The part of a host that everybody knows, at its end; SPAN_NONE. */
static struct span known_above(const struct pseudonyms *names, struct span host)
{
	if (host.n > HOST_MAX) /* it names no host, and holds more labels than may be looked up */
		return SPAN_NONE;
	for (struct span rest = host; rest.n;) {
		const char *dot = memchr(rest.p, '.', rest.n);

		if (pseudonyms_keeps(names, rest))
			return rest;
		if (!dot)
			break;
		rest = span_from(rest, (size_t)(dot + 1 - rest.p));
	}
	return SPAN_NONE;
}

/* `RESOLVER.ADR.RecipientNotFound`: of a word that is known by its beginning. */
static bool begins_known(const struct pseudonyms *names, struct span word)
{
	const char *first = word.n > HOST_MAX ? NULL : memchr(word.p, '.', word.n);

	for (size_t n = first ? (size_t)(first - word.p) + 1 : word.n; n < word.n; n++)
		if (word.p[n] == '.' && pseudonyms_keeps(names, (struct span){word.p, n}))
			return true;
	return false;
}

/* The domain that somebody registered: two labels, three below co.uk and its like. */
static struct span registered(struct span host)
{
	const char *dots[3] = {NULL};
	size_t n = 0;

	for (const char *p = host.p + host.n; p-- > host.p && n < 3;)
		if (*p == '.')
			dots[n++] = p;
	if (n >= 2 && dots[0] - dots[1] <= 4 && host.p + host.n - dots[0] == 3)
		return n == 3 ? span_make(dots[2] + 1, host.p + host.n) : host;
	return n >= 2 ? span_make(dots[1] + 1, host.p + host.n) : host;
}

static void put_host(struct pseudonyms *names, struct span host, GString *out)
{
	struct span known = known_above(names, host), site;

	if (known.n == host.n || (!known.n && begins_known(names, host))) {
		g_string_append_len(out, host.p, (gssize)host.n);
		return;
	}
	if (names->style != PSEUDONYM_COUNTED) {
		g_string_append(out, names->style == PSEUDONYM_GAP ? "..." : "host.example");
		return;
	}
	site = known.n ? known : registered(host);
	if (site.n < host.n)
		g_string_append_printf(out, "%s.", stand_in(names, "host", host, make_counted));
	if (known.n)
		g_string_append_len(out, known.p, (gssize)known.n);
	else
		g_string_append_printf(
			out, "%s.example", stand_in(names, "site", site, make_counted));
}

static void put_ip(struct pseudonyms *names, struct span ip, int version, GString *out)
{
	if (names->style == PSEUDONYM_GAP)
		put_gap(out);
	else if (names->style == PSEUDONYM_EXAMPLE)
		g_string_append(out, version == 4 ? "192.0.2.1" : "2001:db8::1");
	else
		g_string_append(out, stand_in(names, version == 4 ? "4" : "6", ip, make_ip));
}

static void put_id(struct pseudonyms *names, struct span id, GString *out)
{
	if (names->style == PSEUDONYM_GAP)
		put_gap(out);
	else
		g_string_append(out, stand_in(names, "id", id, make_id));
}

/* What a program appends to a name: `-owner` of a list's address, when it is kept. */
static struct span kept_tail(const struct pseudonyms *names, struct span local)
{
	const char *dash = local.n ? memrchr(local.p, '-', local.n) : NULL;
	struct span tail = dash ? span_make(dash, local.p + local.n) : SPAN_NONE;

	return tail.n && pseudonyms_keeps(names, tail) ? tail : SPAN_NONE;
}

static void put_address(
	struct pseudonyms *names, struct span local, struct span domain, GString *out)
{
	bool known = pseudonyms_keeps(names, local);

	if (names->style != PSEUDONYM_COUNTED) {
		if (names->style == PSEUDONYM_GAP)
			put_gap(out);
		else if (known)
			g_string_append_printf(out, "%.*s@example.com", (int)local.n, local.p);
		else
			g_string_append(out, "user@example.com");
		return;
	}
	if (known || !local.n) {
		g_string_append_len(out, local.p, (gssize)local.n);
	} else {
		struct span whole = span_make(local.p, domain.p + domain.n);
		struct span tail = kept_tail(names, local);

		g_string_append(out, stand_in(names, "user", whole, make_counted));
		g_string_append_len(out, tail.p, (gssize)tail.n);
	}
	g_string_append_c(out, '@');
	/* A bare name or a literal such as [192.0.2.1] is no host name, but names one. */
	if (domain.n && !memchr(domain.p, '.', domain.n))
		g_string_append_printf(
			out, "%s.example", stand_in(names, "site", domain, make_counted));
	else if (domain.n)
		put_host(names, domain, out);
}

/* --- scanning */

/* A piece without any of the separators inside. */
static void put_piece(struct pseudonyms *names, struct span piece, GString *out)
{
	int version = ip_version(piece);
	g_autofree char *low = lower(piece);
	const char *kind = g_hash_table_lookup(names->hidden, low);

	if (kind)
		g_string_append(out, stand_in(names, kind, piece, make_counted));
	else if (pseudonyms_keeps(names, piece) || is_code(piece))
		g_string_append_len(out, piece.p, (gssize)piece.n);
	else if (version)
		put_ip(names, piece, version, out);
	else if (form_is_host(piece))
		put_host(names, piece, out);
	else if (is_id(piece) || (names->style == PSEUDONYM_GAP && (form_of(piece) & FORM_DIGITS)))
		put_id(names, piece, out);
	else
		g_string_append_len(out, piece.p, (gssize)piece.n);
}

/* Bytes of a separator: `%40` is one of a form, `\u003c` of JSON. */
static size_t escape_at(struct span text, size_t at)
{
	size_t head = text.p[at] == '%' ? 1 : 2, digits = text.p[at] == '%' ? 2 : 4;

	if (text.p[at] == '\\' && (at + 1 >= text.n || text.p[at + 1] != 'u'))
		return 1;
	if ((text.p[at] != '%' && text.p[at] != '\\') || at + head + digits > text.n)
		return 1;
	for (size_t i = 0; i < digits; i++)
		if (!g_ascii_isxdigit(text.p[at + head + i]))
			return 1;
	return head + digits;
}

static const char separators[] = ":=/?&|~#%*!+";

static void put_pieces(struct pseudonyms *names, struct span atom, GString *out)
{
	while (atom.n) {
		struct span piece = atom;
		size_t n = 0;

		while (n < atom.n && !strchr(separators, atom.p[n]))
			n++;
		piece.n = n;
		/* What ends a sentence is no part of a name. */
		while (piece.n && strchr(".-_", piece.p[piece.n - 1]))
			piece.n--;
		put_piece(names, piece, out);
		n += n < atom.n ? escape_at(atom, n) : 0;
		g_string_append_len(out, piece.p + piece.n, (gssize)(n - piece.n));
		atom = span_from(atom, n);
	}
}

/* Where the local part of the address whose @ is at `at` begins. */
static size_t local_start(struct span atom, size_t at)
{
	size_t begin = at;

	while (begin && (g_ascii_isalnum(atom.p[begin - 1]) || (atom.p[begin - 1] & 0x80) ||
				strchr("!#$%&'*+/=?^_`{|}~.-", atom.p[begin - 1])))
		begin--;
	return begin;
}

static size_t domain_end(struct span atom, size_t at)
{
	while (at < atom.n &&
		(g_ascii_isalnum(atom.p[at]) || (atom.p[at] & 0x80) || strchr(".-_", atom.p[at])))
		at++;
	while (at && strchr(".-_", atom.p[at - 1]))
		at--;
	return at;
}

/* A run of bytes without blanks and brackets. */
static void put_atom(struct pseudonyms *names, struct span atom, GString *out)
{
	const char *sign;

	if (ip_version(atom)) {
		put_ip(names, atom, ip_version(atom), out);
		return;
	}
	if (is_groups(atom)) {
		put_id(names, atom, out);
		return;
	}
	while (atom.n && (sign = memchr(atom.p, '@', atom.n))) {
		size_t at = (size_t)(sign - atom.p), begin = local_start(atom, at);
		size_t end = domain_end(atom, at + 1);

		put_pieces(names, (struct span){atom.p, begin}, out);
		if (begin == at && end == at + 1)
			g_string_append_c(out, '@');
		else
			put_address(names, span_make(atom.p + begin, sign),
				span_make(sign + 1, atom.p + MAX(end, at + 1)), out);
		atom = span_from(atom, MAX(end, at + 1));
	}
	put_pieces(names, atom, out);
}

static bool is_edge(char c)
{
	return (unsigned char)c <= ' ' || c == 0x7f || strchr("<>()[]{}\"',;\\", c);
}

static void append_plain(struct pseudonyms *names, struct span text, GString *out)
{
	for (size_t at = 0; at < text.n;) {
		size_t begin = at;

		while (at < text.n && is_edge(text.p[at]))
			at += escape_at(text, at);
		g_string_append_len(out, text.p + begin, (gssize)(at - begin));
		begin = at;
		while (at < text.n && !is_edge(text.p[at]))
			at++;
		put_atom(names, (struct span){text.p + begin, at - begin}, out);
	}
}

void pseudonyms_append(struct pseudonyms *names, struct span text, GString *out)
{
	size_t at = 0, done = 0;
	struct span address;

	while ((address = address_next(text, &at)).n) {
		append_plain(names, span_make(text.p + done, address.p), out);
		put_address(names, address_local(address), address_domain(address), out);
		done = (size_t)(address.p + address.n - text.p);
	}
	append_plain(names, span_from(text, done), out);
}

void pseudonyms_keep_text(struct pseudonyms *names, struct span text)
{
	for (size_t at = 0; at < text.n;) {
		size_t begin;
		struct span piece;

		while (at < text.n && (is_edge(text.p[at]) || strchr("@:=/?&|~#%*!+", text.p[at])))
			at++;
		begin = at;
		while (at < text.n && !is_edge(text.p[at]) && !strchr("@:=/?&|~#%*!+", text.p[at]))
			at++;
		piece = (struct span){text.p + begin, at - begin};
		while (piece.n && strchr(".-_", piece.p[piece.n - 1]))
			piece.n--;
		/* What stands before an @ is the name of a daemon. */
		if (form_is_host(piece) || is_id(piece) ||
			(at < text.n && text.p[at] == '@' && piece.n))
			pseudonyms_keep(names, piece);
		else if (piece.n)
			g_hash_table_add(names->common, lower(piece));
	}
}
