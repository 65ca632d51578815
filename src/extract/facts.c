/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/facts.h"

#include "base/address.h"
#include "rules/lexicon.h"
#include "rules/words.h"

#define LINKS_MAX 8
#define LINK_MAX 2000
#define TRIES_MAX 64
#define ATTEMPTS_MAX 99999

static bool is_ip(struct span s)
{
	if (span_starts_nocase(s, "IPv6:"))
		s = span_from(s, 5);
	return s.n >= 3 && ip_version(s);
}

static const bool ip_chars[256] = {
	['.'] = true, ['0' ... ':'] = true, ['A' ... 'F'] = true, ['a' ... 'f'] = true};

static bool is_ip_char(char c)
{
	return ip_chars[(unsigned char)c];
}

/* Before what is part of a name, or of a longer number. */
static bool is_of_name(char c)
{
	return g_ascii_isalnum(c) || c == '.' || c == '-' || c == '_' || c == '@' || !c;
}

/* "192.0.2.1:25" is an address with a port. */
static struct span without_port(struct span run)
{
	const char *colon = run.n ? memchr(run.p, ':', run.n) : NULL;

	return colon && memchr(run.p, '.', (size_t)(colon - run.p)) ? span_make(run.p, colon) : run;
}

/* Where the next run of such characters with a dot or colon begins, from `at` on. */
static size_t next_run(struct span text, size_t at)
{
	const char *begin = text.p + at, *end = text.p + text.n;
	const char *mark = span_either(begin, end, '.', ':');

	while (mark < end && mark > begin && is_ip_char(mark[-1]))
		mark--;
	return (size_t)(mark - text.p);
}

/* May an address begin at `at`? */
static bool may_begin(struct span text, size_t at)
{
	return is_ip_char(text.p[at]) && !(at && is_of_name(text.p[at - 1]));
}

/* The next run of characters that is an IP address and touches no letter or digit, from *at on. */
static struct span next_ip(struct span text, size_t *at)
{
	while (*at < text.n) {
		size_t from = next_run(text, *at), to;
		struct span run;

		/* A run behind a letter may hold one behind a colon: `host:192.0.2.1`. */
		while (from < text.n && is_ip_char(text.p[from]) && !may_begin(text, from))
			from++;
		for (to = from; to < text.n && is_ip_char(text.p[to]);)
			to++;
		*at = to;
		run = (struct span){text.p + from, to - from};
		while (run.n && (run.p[run.n - 1] == '.' || run.p[run.n - 1] == ':'))
			run.n--;
		run = without_port(run);
		if (run.n >= 3 && run.n <= IP_TEXT_MAX &&
			(to == text.n || !g_ascii_isalnum(text.p[to])) && is_ip(run))
			return run;
	}
	return SPAN_NONE;
}

/* A name has a letter: "5.7.1 [192.0.2.1] is listed" names no host. */
static struct span name_before(struct span text, const char *end)
{
	bool letter = false;
	const char *p;

	while (end > text.p && end[-1] == ' ')
		end--;
	for (p = end; p > text.p && (g_ascii_isalnum(p[-1]) || strchr(".-_", p[-1])) && p[-1];)
		letter |= g_ascii_isalpha(*--p);
	while (end > p && end[-1] == '.')
		end--;
	return letter && memchr(p, '.', (size_t)(end - p)) ? span_make(p, end) : SPAN_NONE;
}

bool facts_host(struct span text, struct span *host, struct span *ip)
{
	size_t at = 0;

	for (*ip = next_ip(text, &at); ip->n; *ip = next_ip(text, &at)) {
		char before = ip->p > text.p ? ip->p[-1] : ' ';
		bool wrapped = before == '[' || before == '(';

		*host = name_before(text, ip->p - 1);
		/* Gmail: `[mx.example.org 192.0.2.1: socket error]` */
		if (host->n && (wrapped || (host->p > text.p && host->p[-1] == '[')))
			return true;
	}
	*host = SPAN_NONE;
	return false;
}

struct span facts_ip(struct span text, const char *except)
{
	size_t at = 0;
	struct span ip = next_ip(text, &at);

	while (ip.n && except && span_equal_nocase(ip, except))
		ip = next_ip(text, &at);
	return ip;
}

static struct span link_at(struct span text)
{
	size_t n = 0;

	while (n < text.n && n < LINK_MAX && (unsigned char)text.p[n] > ' ' &&
		!strchr("<>\"'`{}|\\^", text.p[n]))
		n++;
	while (n && strchr(".,;:!?)]", text.p[n - 1]))
		n--;
	return (struct span){text.p, n};
}

static bool is_among(const struct strings *links, struct span link)
{
	for (size_t i = 0; i < links->n; i++)
		if (strlen(links->v[i]) == link.n && memcmp(links->v[i], link.p, link.n) == 0)
			return true;
	return false;
}

/* Where the next link begins: before `://`, or at a host that is a link without saying so. */
static const char *next_link(struct span text)
{
	const char *found = span_find(text, "://"), *bare;
	static const char *const hosts[] = {"www.", "delist."};

	for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++) {
		struct span before = found ? span_make(text.p, found) : text;

		bare = span_find_nocase(before, hosts[i]);
		if (bare && (bare == text.p ||
				    !(g_ascii_isalnum(bare[-1]) || strchr(".-_@", bare[-1]))))
			found = bare;
	}
	if (found && *found == ':')
		for (int n = 0; n < 5 && found > text.p && g_ascii_isalpha(found[-1]); n++)
			found--;
	return found;
}

static bool is_link(struct span link)
{
	return link.n >= 10 &&
	       (span_starts_nocase(link, "http://") || span_starts_nocase(link, "https://") ||
		       !span_find(link, "://"));
}

struct strings facts_links(struct span text, struct arena *arena)
{
	struct strings links = {NULL, 0};

	for (int tries = 0; text.n && links.n < LINKS_MAX && tries < TRIES_MAX; tries++) {
		const char *at = next_link(text);
		struct span link;

		if (!at)
			break;
		link = link_at(span_make(at, text.p + text.n));
		text = span_make(at + MAX(link.n, 1), text.p + text.n);
		if (!is_link(link))
			continue;
		if (!links.v)
			links.v = arena_alloc(arena, LINKS_MAX * sizeof *links.v);
		if (!is_among(&links, link))
			links.v[links.n++] = arena_span(arena, link);
	}
	return links;
}

static bool is_digit_at(struct span text, size_t at)
{
	return at < text.n && g_ascii_isdigit(text.p[at]);
}

/* Before a number that is part of something else. */
static const bool is_glued[256] = {['\0'] = true,
	['-' ... '/'] = true, /* - . / */
	['0' ... '9'] = true,
	[':'] = true,
	['A' ... 'Z'] = true,
	['a' ... 'z'] = true};

/* The number whose digits stand from `at` to `end`; -1: it is too long, or part of something else.
 */
static int64_t number_at(struct span text, size_t at, size_t end)
{
	int64_t value = 0;

	if ((at && is_glued[(unsigned char)text.p[at - 1]]) ||
		(end < text.n && text.p[end] == '.' && is_digit_at(text, end + 1)))
		return -1;
	for (; at < end && value <= ATTEMPTS_MAX; at++)
		value = value * 10 + (text.p[at] - '0');
	return value > ATTEMPTS_MAX ? -1 : value;
}

/* The word behind a blank, `3 attempts`. */
static struct span word_behind(struct span text, size_t at)
{
	size_t from = at, end;

	while (from < text.n && text.p[from] == ' ')
		from++;
	for (end = from; end < text.n && (g_ascii_isalpha(text.p[end]) || text.p[end] & 0x80);)
		end++;
	return from > at ? (struct span){text.p + from, end - from} : SPAN_NONE;
}

/* The word before a colon, `attempts: 3`. */
static struct span word_before_colon(struct span text, size_t at)
{
	while (at && text.p[at - 1] == ' ')
		at--;
	if (!at || text.p[at - 1] != ':')
		return SPAN_NONE;
	return word_before(text, at - 1);
}

int64_t facts_attempts(const struct knowledge *knowledge, struct span text)
{
	for (size_t at = 0, end; at < text.n; at = end) {
		int64_t value;

		at = (size_t)(span_digit(text.p + at, text.p + text.n) - text.p);
		for (end = at; is_digit_at(text, end);)
			end++;
		value = end > at ? number_at(text, at, end) : -1;
		if (value < 0)
			continue;
		if (lexicon_is(knowledge, LEXICON_ATTEMPT, word_behind(text, end)))
			return value;
		/* `Delivery failed, 20 attempts: 550 ...`: a reply is no count. */
		if ((value < 200 || value >= 600) &&
			lexicon_is(knowledge, LEXICON_ATTEMPT, word_before_colon(text, at)))
			return value;
	}
	return -1;
}
