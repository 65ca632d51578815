/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The notices that services write for programs, from data/formats/services.notice: by which value
 * each is recognised, and the paths on which its facts lie.
 */
#ifndef NIXIE_EXTRACT_NOTICE_H
#define NIXIE_EXTRACT_NOTICE_H

#include <glib.h>
#include <jansson.h>

#include "base/arena.h"

/* What a path may lead to. The first are of a recipient. */
enum notice_fact {
	NOTICE_ADDRESS,
	NOTICE_ACTION,
	NOTICE_STATUS,
	NOTICE_REPLY,
	NOTICE_WORDS,
	NOTICE_CLASS,
	NOTICE_ATTEMPTS,
	NOTICE_REMOTE_MTA,
	NOTICE_REMOTE_IP,
	NOTICE_LAST_ATTEMPT,
	NOTICE_REPORTING_MTA,
	NOTICE_DATE,
	NOTICE_ORIGINAL_ID,
	NOTICE_ORIGINAL_FROM,
	NOTICE_ORIGINAL_TO,
	NOTICE_ORIGINAL_SUBJECT,
	NOTICE_ORIGINAL_DATE,
	NOTICE_KIND,
	NOTICE_FACTS
};

struct notice_service {
	char *id, *title;
	GPtrArray *facts[NOTICE_FACTS]; /* alternatives: char** of paths to be joined */
	GPtrArray *recipients;          /* paths, char* */
	GPtrArray *inside;              /* paths, char*; of a wrapper only */
	GHashTable *kinds;              /* value -> enum kind + 1 */
	GHashTable *classes;            /* class -> words */
};

/* struct notice_service; g_ptr_array_unref. */
GPtrArray *notice_services_load(const char *path, GError **error);

/* The value at a path; NULL. `at` is the recipient, or the event itself. */
const json_t *notice_value(const json_t *event, const json_t *at, const char *path);
/* The text of a fact: strings and numbers, of a list all of them; NULL when no path leads to any.
 */
const char *notice_text(const struct notice_service *service, enum notice_fact fact,
	const json_t *event, const json_t *at, struct arena *arena);
/* enum kind, or -1 when the notice is none of this service. */
int notice_kind(const struct notice_service *service, const json_t *event, struct arena *arena);

#endif
