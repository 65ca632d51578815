/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small facts inside a diagnostic: hosts, addresses of hosts, links. */
#ifndef NIXIE_EXTRACT_FACTS_H
#define NIXIE_EXTRACT_FACTS_H

#include "base/arena.h"
#include "extract/report.h"
#include "rules/knowledge.h"

/* The first `host[192.0.2.1]`, `host [IP]` or `host (IP)`; empty spans for what is missing. False
 * when there is no IP. */
bool facts_host(struct span text, struct span *host, struct span *ip);
/* The first IP address that is not `except` (may be NULL). */
struct span facts_ip(struct span text, const char *except);
/* http and https links, each once. */
struct strings facts_links(struct span text, struct arena *arena);
/* How often delivery was tried: `after 3 attempts`, `1 attempt(s)`, `delivery attempts: 2`; -1: not
 * told. */
int64_t facts_attempts(const struct knowledge *knowledge, struct span text);

#endif
