/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures as people read them, in the language of `knowledge`: sizes, spans of time, dates. */
#ifndef NIXIE_TRIAGE_FIGURES_H
#define NIXIE_TRIAGE_FIGURES_H

#include "rules/knowledge.h"

/*
 * A size as a server writes it, "26214400" or "10 MB": "25 MB". NULL when it cannot be a size.
 * g_free.
 */
char *figure_size(const struct knowledge *knowledge, const char *text);
/* 300: "5 minutes"; rounded up to what people would wait. g_free. */
char *figure_time(const struct knowledge *knowledge, int64_t seconds);
/*
 * "2026-07-28T06:56:01+09:00": "28 July 2026, 06:56 (UTC+09:00)"; midnight is a day without a time.
 * Anything else as it stands. g_free.
 */
char *figure_date(const struct knowledge *knowledge, const char *date);

#endif
