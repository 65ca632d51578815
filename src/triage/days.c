/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/days.h"

#include "base/clock.h"

#define DAY_S 86400

static GDateTime *midnight_of(GDateTime *day)
{
	return g_date_time_new_local(g_date_time_get_year(day), g_date_time_get_month(day),
		g_date_time_get_day_of_month(day), 0, 0, 0);
}

const char *day_name(struct day *day, int64_t time)
{
	if (time >= day->begin && time < day->end)
		return day->text;
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_local(time);
	if (!when)
		return NULL;
	g_autoptr(GDateTime) begin = midnight_of(when);
	g_autoptr(GDateTime) end = g_date_time_add_days(begin, 1);
	day->begin = g_date_time_to_unix(begin);
	day->end = g_date_time_to_unix(end);
	g_snprintf(day->text, sizeof day->text, "%04d-%02d-%02d", g_date_time_get_year(when),
		g_date_time_get_month(when), g_date_time_get_day_of_month(when));
	return day->text;
}

void rows_by_day(const GPtrArray *rows, unsigned *counts, size_t days)
{
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(clock_now());
	/* begins[i]: midnight before day i */
	g_autofree int64_t *begins = g_new(int64_t, days + 1);
	for (size_t i = 0; i <= days; i++) {
		g_autoptr(GDateTime) day = g_date_time_add_days(now, (int)(i + 1) - (int)days);
		g_autoptr(GDateTime) midnight = midnight_of(day);
		begins[i] = g_date_time_to_unix(midnight);
	}
	memset(counts, 0, days * sizeof *counts);
	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = rows->pdata[i];
		if (row->date < begins[0] || row->date >= begins[days])
			continue;
		size_t day = (size_t)((row->date - begins[0]) / DAY_S);
		while (day > 0 && (day >= days || row->date < begins[day]))
			day--;
		while (day + 1 < days && row->date >= begins[day + 1])
			day++;
		counts[day]++;
	}
}
