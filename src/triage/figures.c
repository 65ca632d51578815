/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/figures.h"

#include "rules/wordbook.h"

#define KILO 1024.0
#define SIZE_LEAST 1024 /* a smaller number without a unit is no size of a message */

/* `template` with `value` in the place of `name`. g_free. */
static char *put(const char *template, const char *name, const char *value)
{
	const char *at = strstr(template, name);
	return at ? g_strdup_printf(
			    "%.*s%s%s", (int)(at - template), template, value, at + strlen(name))
		  : g_strdup(template);
}

/* --- sizes */

static char *size_words(const struct knowledge *knowledge, double bytes)
{
	int unit = SIZE_KILO;
	double value = bytes / KILO;

	for (; value >= KILO && unit + 1 < SIZE_COUNT; unit++)
		value /= KILO;
	/* 9.8 MB, but 25 MB. */
	g_autofree char *number = value < 10 && value - (double)(int64_t)value >= 0.05
					  ? g_strdup_printf("%d%s%d", (int)(value + 0.05),
						    sentence(knowledge, SENTENCE_DECIMAL),
						    (int)((value + 0.05) * 10) % 10)
					  : g_strdup_printf("%.0f", value);
	return words_with(word(knowledge, WORDS_SIZE, unit), number);
}

char *figure_size(const struct knowledge *knowledge, const char *text)
{
	static const struct {
		char letter;
		double factor;
	} units[] = {{'K', KILO}, {'M', KILO * KILO}, {'G', KILO * KILO * KILO}};
	char *end;
	double value = g_ascii_strtod(text, &end);

	if (end == text || !(value > 0 && value < 1e15))
		return NULL;
	end += strspn(end, " ");
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
		if (g_ascii_toupper(*end) == units[i].letter)
			return size_words(knowledge, value * units[i].factor);
	return value >= SIZE_LEAST ? size_words(knowledge, value) : NULL;
}

/* --- spans of time */

char *figure_time(const struct knowledge *knowledge, int64_t seconds)
{
	static const int64_t units[UNIT_COUNT] = {
		[UNIT_DAY] = 86400,
		[UNIT_HOUR] = 3600,
		[UNIT_MINUTE] = 60,
		[UNIT_SECOND] = 1,
	};
	int unit = 0;

	/* The largest unit that is whole, or of which there are at least two. */
	while (seconds % units[unit] && seconds < 2 * units[unit])
		unit++;
	int64_t n = (seconds + units[unit] - 1) / units[unit];
	if (n == 1)
		return g_strdup(word(knowledge, WORDS_ONE_UNIT, unit));
	g_autofree char *count = g_strdup_printf("%" G_GINT64_FORMAT, n);
	return put(word(knowledge, WORDS_UNITS, unit), "{n}", count);
}

/* --- dates */

/* "UTC", "UTC+09:00"; NULL: unknown. g_free. */
static char *zone_words(const char *zone)
{
	zone += strspn(zone, ".0123456789"); /* a fraction of the second */
	if (!*zone)
		return NULL;
	if (strcmp(zone, "Z") == 0 || strcmp(zone + 1, "00:00") == 0)
		return g_strdup("UTC");
	return g_strconcat("UTC", zone, NULL);
}

/* "28 July 2026". g_free. */
static char *day_words(const struct knowledge *knowledge, const char *date, int month)
{
	g_autofree char *year = g_strndup(date, 4);
	g_autofree char *day = g_strndup(date + (date[8] == '0' ? 9 : 8), date[8] == '0' ? 1 : 2);
	g_autofree char *with_day = put(sentence(knowledge, SENTENCE_DAY), "{day}",
		strcmp(day, "1") == 0 ? sentence(knowledge, SENTENCE_FIRST_DAY) : day);
	g_autofree char *with_month =
		put(with_day, "{month}", word(knowledge, WORDS_MONTH, month - 1));
	return put(with_month, "{year}", year);
}

static bool is_date(const char *text)
{
	static const char shape[] = "dddd-dd-ddTdd:dd:dd";
	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == 'd' ? !g_ascii_isdigit(text[i]) : text[i] != shape[i])
			return false;
	return true;
}

char *figure_date(const struct knowledge *knowledge, const char *date)
{
	int month = is_date(date) ? (date[5] - '0') * 10 + date[6] - '0' : 0;
	if (month < 1 || month > 12)
		return g_strdup(date);
	g_autofree char *day = day_words(knowledge, date, month);
	g_autofree char *zone = zone_words(date + 19);
	if (!zone || memcmp(date + 11, "00:00:00", 8) == 0)
		return g_steal_pointer(&day);
	g_autofree char *hour = g_strndup(date + 11, 5);
	g_autofree char *with_day = put(sentence(knowledge, SENTENCE_TIME), "{date}", day);
	g_autofree char *with_hour = put(with_day, "{time}", hour);
	return put(with_hour, "{zone}", zone);
}
