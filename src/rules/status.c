/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hand scanners, linear: each candidate is judged by its own bytes, its neighbours and the word
 * before it. RFC 3463 allows three digits in the subject, but 0 to 7 are all that exist; in running
 * text more is a version or a date.
 */
#include "rules/status.h"

#include <glib.h>

#include "rules/words.h"

/* `4.92.3` behind one of these is the version of a program. */
static const char *const version_words[] = {"version", "versions", "ver", "v", "release", "rel",
	"rev", "build", "exim", "postfix", "sendmail", "qmail", "courier", "exchange", "server",
	"smtpd", "esmtp", "php", "perl", "python", "ruby", "java", "openssl", "gnutls", "linux",
	"kernel", "windows", "mailscanner", "spamassassin", "mimedefang", "amavisd-new", "amavis",
	"clamav", "domino", "groupwise", "imail", "agent", "mailer", "client", "mta", "opendkim",
	"phpmailer", "swiftmailer", "thunderbird", "outlook", "mozilla", "firefox", "section",
	"chapter", NULL};
/* `dsn=5.1.1`: before `=` only these. */
static const char *const field_words[] = {
	"dsn", "status", "code", "error", "enhancedcode", "stat", NULL};

/* Reads up to three digits at `*at`, without a leading zero; -1 when there are none, or more. */
static int read_part(struct span text, size_t *at)
{
	size_t from = *at;
	int value = 0;

	while (*at < text.n && g_ascii_isdigit(text.p[*at]) && *at - from < 4)
		value = value * 10 + (text.p[(*at)++] - '0');
	if (*at == from || *at - from > 3 || (text.p[from] == '0' && *at - from > 1))
		return -1;
	return value;
}

/* x.y.z with class 2, 4 or 5 at `at`. */
static bool read_code(struct span text, size_t at, struct status *status)
{
	size_t from = at;

	if (text.p[at] != '2' && text.p[at] != '4' && text.p[at] != '5')
		return false;
	for (int i = 0; i < 3; i++) {
		int part;

		if (i && (at >= text.n || text.p[at++] != '.'))
			return false;
		part = read_part(text, &at);
		if (part < 0 || (i == 0 && part > 9))
			return false;
		status->v[i] = (unsigned short)part;
	}
	status->at = (struct span){text.p + from, at - from};
	return true;
}

static char byte_at(struct span text, size_t at)
{
	return at < text.n ? text.p[at] : ' ';
}

/* May a code begin at `at`, judged by the byte before? */
static bool may_begin(struct span text, size_t at)
{
	char before = at ? text.p[at - 1] : ' ';

	switch (before) {
	case '.':
	case '/':
	case '@':
	case '+':
	case '%':
		return false;
	case '_': /* `550_5.1.1_User_unknown` */
	case '-': /* `550-5.1.1`, but not `postfix-2.1.5` */
		if (at < 2 || before == '-')
			return at < 2 || !g_ascii_isalpha(text.p[at - 2]);
		return g_ascii_isdigit(text.p[at - 2]);
	case '=':
		return word_is_one_of(word_before(text, at - 1), field_words);
	default:
		return !g_ascii_isalnum(before);
	}
}

/* May a code end before `end`? Not in `5.1.1.20`, `5.1.1a`, `2.6.32-5`, `5.1.1.example.com`. */
static bool may_end(struct span text, size_t begin, size_t end)
{
	char next = byte_at(text, end), after = byte_at(text, end + 1);

	switch (next) {
	case '.':
		return !g_ascii_isalnum(after);
	case '-':
		return !g_ascii_isdigit(after);
	case '_':
		return begin > 0 && text.p[begin - 1] == '_';
	case '@':
	case '+':
	case '%':
	case '/':
		return false;
	default:
		return !g_ascii_isalnum(next);
	}
}

/* `5.1.12 10:33`: a day. */
static bool is_date(struct span text, size_t end)
{
	size_t at = end;

	while (at < text.n && (text.p[at] == ' ' || text.p[at] == ','))
		at++;
	return at > end && at + 3 < text.n && g_ascii_isdigit(text.p[at]) &&
	       (text.p[at + 1] == ':' ||
		       (g_ascii_isdigit(text.p[at + 1]) && text.p[at + 2] == ':')) &&
	       g_ascii_isdigit(text.p[at + (text.p[at + 1] == ':' ? 2 : 3)]);
}

bool status_find(struct span text, struct status *status)
{
	struct status found, delivered = {.v = {0}};

	for (size_t at = 0; at + 5 <= text.n; at++) {
		const char *dot = memchr(text.p + at + 1, '.', text.n - at - 1);
		size_t end;

		if (!dot)
			break;
		at = (size_t)(dot - text.p) - 1;
		if (!may_begin(text, at) || !read_code(text, at, &found))
			continue;
		end = at + found.at.n;
		if (found.v[1] > 9 || !may_end(text, at, end) || is_date(text, end) ||
			word_is_one_of(word_before(text, at), version_words))
			continue;
		if (found.v[0] != 2) {
			*status = found;
			return true;
		}
		if (!delivered.v[0])
			delivered = found;
	}
	*status = delivered;
	return delivered.v[0] != 0;
}

bool status_parse(struct span field, struct status *status)
{
	for (size_t at = 0; at + 5 <= field.n; at++) {
		size_t end;

		if ((at && (g_ascii_isalnum(field.p[at - 1]) || field.p[at - 1] == '.')) ||
			!read_code(field, at, status))
			continue;
		end = at + status->at.n;
		if (g_ascii_isdigit(byte_at(field, end)) ||
			(byte_at(field, end) == '.' && g_ascii_isdigit(byte_at(field, end + 1))))
			continue;
		return true;
	}
	*status = (struct status){.v = {0}};
	return false;
}

bool reply_refuses(struct span line)
{
	return line.n >= 3 && (line.p[0] == '4' || line.p[0] == '5') &&
	       g_ascii_isdigit(line.p[1]) && g_ascii_isdigit(line.p[2]);
}

bool status_is_vague(const unsigned short v[3])
{
	return v[1] == 0 && v[2] == 0;
}

const char *status_text(const unsigned short v[3], char buf[STATUS_TEXT])
{
	char *at = buf;

	for (int i = 0; i < 3; i++) {
		unsigned place = 1;

		while (v[i] / place > 9)
			place *= 10;
		for (; place; place /= 10)
			*at++ = (char)('0' + v[i] / place % 10);
		*at++ = i < 2 ? '.' : '\0';
	}
	return buf;
}
