/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/date.h"

#include <glib.h>

struct date {
	int year, month, day, hour, minute, second;
	int zone; /* minutes east */
};

/* Zones of RFC 5322 section 4.3, and those that servers still write. */
static const struct {
	const char *name;
	int minutes;
} zones[] = {
	{"UT", 0},
	{"UTC", 0},
	{"GMT", 0},
	{"Z", 0},
	{"EST", -300},
	{"EDT", -240},
	{"CST", -360},
	{"CDT", -300},
	{"MST", -420},
	{"MDT", -360},
	{"PST", -480},
	{"PDT", -420},
	{"BST", 60},
	{"CET", 60},
	{"CEST", 120},
	{"MSK", 180},
	{"JST", 540},
};

static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

static const bool is_word_byte[256] = {['0' ... '9'] = true,
	['A' ... 'Z'] = true,
	['a' ... 'z'] = true,
	['+'] = true,
	['-'] = true,
	[':'] = true,
	['.'] = true};

/* The next word of letters and digits (with + - : . inside); comments in parentheses are skipped.
 */
static struct span next_word(struct span *in)
{
	const char *at = in->p, *end = in->p + in->n, *begin;
	size_t depth = 0;

	for (; at < end; at++) {
		if (*at == '(')
			depth++;
		else if (*at == ')')
			depth -= depth > 0;
		else if (!depth && is_word_byte[(unsigned char)*at] && *at != ':' && *at != '.')
			break;
	}
	begin = at;
	while (at < end && is_word_byte[(unsigned char)*at])
		at++;
	*in = span_make(at, end);
	return at > begin ? span_make(begin, at) : SPAN_NONE;
}

static bool read_number(struct span word, int max, int *number)
{
	int value = 0;

	if (!word.n || word.n > 4)
		return false;
	for (size_t i = 0; i < word.n; i++) {
		if (!g_ascii_isdigit(word.p[i]))
			return false;
		value = value * 10 + (word.p[i] - '0');
	}
	*number = value;
	return value <= max;
}

static bool read_month(struct span word, int *month)
{
	for (int i = 0; i < 12 && word.n >= 3; i++)
		if (g_ascii_strncasecmp(word.p, months + i * 3, 3) == 0) {
			*month = i + 1;
			return true;
		}
	return false;
}

static bool read_time(struct span word, struct date *date)
{
	int *const parts[] = {&date->hour, &date->minute, &date->second};
	size_t part = 0;

	if (!word.n)
		return false;
	for (size_t from = 0; from <= word.n && part < 3; part++) {
		struct span rest = span_from(word, from);
		const char *colon = rest.n ? memchr(rest.p, ':', rest.n) : NULL;
		struct span number = colon ? span_make(rest.p, colon) : rest;

		if (!read_number(number, part == 0 ? 23 : 60, parts[part]))
			return false;
		from += number.n + 1;
	}
	return part >= 2;
}

static void read_zone(struct span word, struct date *date)
{
	int value;

	if (word.n == 5 && (word.p[0] == '+' || word.p[0] == '-') &&
		read_number(span_from(word, 1), 9999, &value)) {
		date->zone = value / 100 * 60 + value % 100;
		if (word.p[0] == '-')
			date->zone = -date->zone;
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(zones); i++)
		if (span_equal_nocase(word, zones[i].name))
			date->zone = zones[i].minutes;
}

/* RFC 5322 section 4.3: two digits below 50 are 20xx, others 19xx. */
static int full_year(int year, size_t digits)
{
	if (digits <= 2)
		return year < 50 ? 2000 + year : 1900 + year;
	return digits == 3 ? 1900 + year : year;
}

static bool read_date(struct span in, struct date *date)
{
	struct span word = next_word(&in), year;

	*date = (struct date){0};
	if (!word.n)
		return false;
	if (word.n && g_ascii_isalpha(word.p[0]))
		word = next_word(&in); /* the day of the week */
	if (!read_number(word, 31, &date->day) || !date->day)
		return false;
	if (!read_month(next_word(&in), &date->month))
		return false;
	year = next_word(&in);
	if (!read_number(year, 9999, &date->year))
		return false;
	date->year = full_year(date->year, year.n);
	if (!read_time(next_word(&in), date))
		return false;
	read_zone(next_word(&in), date);
	return date->year >= 1970 && ABS(date->zone) < 24 * 60;
}

/* Days since 1970-01-01 of a date of the Gregorian calendar. */
static int64_t days(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = y / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static char *put_digits(char *at, int number, int digits, char behind)
{
	for (int i = digits - 1; i >= 0; i--, number /= 10)
		at[i] = (char)('0' + number % 10);
	at[digits] = behind;
	return at + digits + 1;
}

static const char *rfc3339_of(const struct date *d, struct arena *arena)
{
	char text[sizeof "2026-11-22T10:00:00+01:00"], *at = text;

	at = put_digits(at, d->year, 4, '-');
	at = put_digits(at, d->month, 2, '-');
	at = put_digits(at, d->day, 2, 'T');
	at = put_digits(at, d->hour, 2, ':');
	at = put_digits(at, d->minute, 2, ':');
	at = put_digits(at, d->second, 2, d->zone < 0 ? '-' : '+');
	at = put_digits(at, ABS(d->zone) / 60, 2, ':');
	put_digits(at, ABS(d->zone) % 60, 2, '\0');
	return arena_str(arena, text);
}

bool date_read(struct span in, const char **rfc3339, int64_t *epoch, struct arena *arena)
{
	struct date d;

	if (!read_date(in, &d))
		return false;
	if (epoch)
		*epoch = days(d.year, d.month, d.day) * 86400 + d.hour * 3600 + d.minute * 60 +
			 d.second - (int64_t)d.zone * 60;
	if (rfc3339)
		*rfc3339 = rfc3339_of(&d, arena);
	return true;
}

const char *date_text(struct span in, struct arena *arena)
{
	const char *text = NULL;

	in = span_trim(in);
	if (!in.n)
		return NULL;
	if (!date_read(in, &text, NULL, arena)) {
		char *copy = arena_span(arena, in);

		for (char *p = copy; *p; p++)
			if (g_ascii_iscntrl(*p))
				*p = ' ';
		text = copy;
	}
	return text;
}
