/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What nixie knows about failed mail, loaded from data/: categories, status codes, providers,
 * blocklists. The text rules are in rules/rule.h. Read-only after loading.
 */
#ifndef NIXIE_RULES_KNOWLEDGE_H
#define NIXIE_RULES_KNOWLEDGE_H

#include <glib.h>

#include "base/span.h"

/*
 * Kinds, types, finality, actors, retry advice: their names stand in reference order in names.c,
 * once.
 */
enum kind {
	KIND_FAILURE,
	KIND_DELAY,
	KIND_DELIVERED,
	KIND_RELAYED,
	KIND_EXPANDED,
	KIND_AUTO_REPLY,
	KIND_CHALLENGE,
	KIND_COMPLAINT,
	KIND_READ_RECEIPT,
	KIND_REPORT,
	KIND_NOT_A_BOUNCE,
	KIND_COUNT
};
enum bounce_type { TYPE_HARD, TYPE_SOFT, TYPE_UNDETERMINED, TYPE_COUNT };
enum finality {
	FINALITY_REFUSED,
	FINALITY_GAVE_UP,
	FINALITY_RETRYING,
	FINALITY_NOT_ATTEMPTED,
	FINALITY_UNKNOWN,
	FINALITY_COUNT
};
enum origin { ORIGIN_OWN, ORIGIN_FORGED, ORIGIN_UNKNOWN, ORIGIN_COUNT };
enum trust { TRUST_PROVEN, TRUST_CONSISTENT, TRUST_BARE, TRUST_CONTRADICTED, TRUST_COUNT };
enum actor {
	ACTOR_SENDER,
	ACTOR_SENDER_ADMIN,
	ACTOR_RECIPIENT,
	ACTOR_RECIPIENT_ADMIN,
	ACTOR_NOBODY,
	ACTOR_COUNT
};
enum retry { RETRY_NEVER, RETRY_AFTER_FIX, RETRY_AFTER, RETRY_AUTOMATIC, RETRY_COUNT };
enum confidence {
	CONFIDENCE_HIGH,
	CONFIDENCE_MEDIUM,
	CONFIDENCE_LOW,
	CONFIDENCE_NONE,
	CONFIDENCE_COUNT
};
enum phase {
	PHASE_NONE,
	PHASE_CONNECT,
	PHASE_HELO,
	PHASE_TLS,
	PHASE_AUTH,
	PHASE_MAIL,
	PHASE_RCPT,
	PHASE_DATA,
	PHASE_EOD,
	PHASE_COUNT
};
/* Scopes of codes.tsv that are no provider. */
enum code_scope {
	SCOPE_RFC,
	SCOPE_SMTP,
	SCOPE_TEXT,
	SCOPE_BLOCKLISTS,
	SCOPE_GATEWAYS,
	SCOPE_COUNT
};
/* What in a report contradicts the verdict (hard-problems H1 to H3). */
enum conflict {
	CONFLICT_NONE,
	CONFLICT_CODES, /* the Status field and the code in the server's words */
	CONFLICT_CLASS, /* the Status field says final, the reply temporary, or the other way */
	CONFLICT_WORDS, /* the code usually means something else than the words */
	CONFLICT_COUNT
};

/* What became of a recipient since; triage/state finds it. */
enum state {
	STATE_NONE,
	STATE_RETRY,
	STATE_DUE,
	STATE_RETRIED,
	STATE_BOUNCED_AGAIN,
	STATE_ANSWERED,
	STATE_QUIET,
	STATE_PROPOSED,
	STATE_SUPPRESSED,
	STATE_DONE,
	STATE_COUNT
};

/* What happened to an address, and how it stands with it (triage/outcome.h). */
enum event_kind {
	EVENT_FAILURE,
	EVENT_DELAY,
	EVENT_ANSWERED, /* mail from the address */
	EVENT_QUIET,    /* a letter to it that did not come back for some days */
	EVENT_SENT,     /* a younger one that has not come back so far */
	EVENT_COUNT
};

enum condition {
	CONDITION_UNKNOWN,
	CONDITION_DEAD,
	CONDITION_FAILING,
	CONDITION_RECOVERING,
	CONDITION_ALIVE_AGAIN,
	CONDITION_COUNT
};

/* A mailbox that belongs to nobody in particular, by its name (data/role-accounts.txt). */
enum role_account { MAILBOX_PERSON, MAILBOX_UNREAD, MAILBOX_READ, MAILBOX_ROLES };

/* What the index knows of the message that a report is about. */
enum trace {
	TRACE_OURS,    /* it is there, and was sent from here */
	TRACE_OTHERS,  /* it is there, but was not */
	TRACE_GONE,    /* it is not, but the report shows that it came from here */
	TRACE_NONE,    /* it is not, though mail that was sent from here is */
	TRACE_UNKNOWN, /* mail that was sent from here is not in the index */
	TRACE_UNNAMED, /* the report does not name it */
	TRACE_COUNT
};

/* NULL-ended, so that they can be listed. */
extern const char *const trace_names[TRACE_COUNT + 1];
extern const char *const event_names[EVENT_COUNT + 1];
extern const char *const condition_names[CONDITION_COUNT + 1];
extern const char *const role_names[MAILBOX_ROLES + 1];
extern const char *const kind_names[KIND_COUNT + 1];
extern const char *const type_names[TYPE_COUNT + 1];
extern const char *const finality_names[FINALITY_COUNT + 1];
extern const char *const origin_names[ORIGIN_COUNT + 1];
extern const char *const trust_names[TRUST_COUNT + 1];
extern const char *const actor_names[ACTOR_COUNT + 1];
extern const char *const retry_names[RETRY_COUNT + 1];
extern const char *const confidence_names[CONFIDENCE_COUNT + 1];
extern const char *const state_names[STATE_COUNT + 1];
extern const char *const phase_names[PHASE_COUNT + 1];       /* PHASE_NONE is "" */
extern const char *const conflict_names[CONFLICT_COUNT + 1]; /* CONFLICT_NONE is "" */
extern const char *const scope_names[SCOPE_COUNT + 1];
/* Index of `name` in one of these tables, or -1. */
int name_index(const char *const *names, int count, struct span name);

#define ACTORS_MAX ACTOR_COUNT
struct actors {
	unsigned char who[ACTORS_MAX]; /* enum actor, first actor first */
	unsigned char count;
};

/*
 * Texts and values of a category, or what a rule overrides of them (then unset values are NULL or
 * -1).
 */
struct advice {
	char *title, *short_title, *explanation; /* in the language asked for */
	char *delay;                             /* why it is held up, while it is tried */
	GPtrArray *next;                         /* char*, or NULL */
	int type;                                /* enum bounce_type */
	struct actors who;
	int retry; /* enum retry */
	int retry_seconds;
	char *retry_text;
	char *ses, *ses_soft; /* "Permanent/General" */
};

/* What is looked for in the words of a category, bit by bit. */
enum names {
	NAMES_LIST = 1 << 0,
	NAMES_IP = 1 << 1,
	NAMES_SIZE = 1 << 2,
	NAMES_WAIT = 1 << 3,
	NAMES_NEW_ADDRESS = 1 << 4,
};

/* What a failure of this reason says about the address (hard-problems 2.6): nothing, for the fault
 * is that of the sender or of a server; that it is dead; that it may be, if it happens again and
 * again.
 */
enum suppress { SUPPRESS_NEVER, SUPPRESS_DEAD, SUPPRESS_REPEATED, SUPPRESS_COUNT };

struct category {
	char *id;
	int index;      /* place in the reference order */
	int finality;   /* enum finality: what a final report means by it where no code tells */
	unsigned facts; /* enum names: what its words may name */
	bool vague;   /* a code of it says so little that words of another one contradict nothing */
	int suppress; /* enum suppress */
	struct advice advice;
};

/* One row of codes.tsv. */
struct code {
	char *key;                       /* the columns that name the row, with their TABs */
	char *scope, *phrase, *meaning;  /* phrase NULL: none */
	int reply;                       /* 0: none */
	bool bare;                       /* reply `-`: counts only where no reply is known */
	unsigned short status[3];        /* class 0: none */
	unsigned short status_to;        /* last detail of a range; else status[2] */
	const struct category *category; /* NULL: no failure (2.x.x) */
	int type;                        /* -1 with such */
	struct actors who;
	int confidence;
	int line;
};

struct provider {
	char *id, *title;
	GPtrArray *remote; /* domain suffixes */
	GPtrArray *text;   /* literals */
	bool always;       /* its codes hold everywhere, after those of whoever is recognised */
	int index;         /* place in providers.ini: the first of several recognised counts */
};

struct blocklist {
	char *id, *removal;
	char *name;         /* the title in English, which facts hold */
	char *title, *note; /* in the language asked for */
	struct actors who;  /* who acts; count 0: as the category says */
	GPtrArray *match;
};

struct knowledge;

/*
 * Loads the shipped data from `datadir`, texts in `lang` ("de", "pt_BR", NULL for English), falling
 * back to English text by text.
 */
struct knowledge *knowledge_load(const char *datadir, const char *lang, GError **error);
void knowledge_free(struct knowledge *knowledge);
/* The `lang` it was loaded for; NULL is English. */
const char *knowledge_lang(const struct knowledge *knowledge);
/* SHA-256 in hex over the names and lines of the files loaded but for translations. */
const char *knowledge_hash(const struct knowledge *knowledge);

const struct category *category_by_id(const struct knowledge *knowledge, const char *id);
const struct category *category_at(
	const struct knowledge *knowledge, int index); /* NULL past the end */
/*
 * What is said instead of a category's advice, or beside it: see the comments on the groups in
 * categories.ini.
 */
enum situation {
	SITUATION_DELAY,         /* rule 7 */
	SITUATION_DELAY_OVER,    /* the time is past until which it was tried */
	SITUATION_FORGED,        /* rule 8 */
	SITUATION_RETRIES_ENDED, /* H4: final, although its own advice is that the server tries
				    again */
	SITUATION_TEMPORARY,     /* a category that is final as a rule, and a temporary code */
	SITUATION_FORWARDED,     /* H8: the address behind a forwarding is dead */
	SITUATION_REPLY_ALONE,   /* nothing but three digits decided: the sentence hedges */
	SITUATION_CODE_ALONE,    /* a code was asked about, and it tells no cause */
	/* Beside it: a sentence more, and steps before the others. */
	SITUATION_DELAY_OURS,  /* the cause is on the sender's side */
	SITUATION_ADMIN_FIRST, /* the sender's mail admin, though not in the category's steps */
	SITUATION_DELAY_UNANSWERED, /* no server of that domain has spoken yet */
	SITUATION_FORWARDED_NOTE,   /* H8: it failed behind a forwarding, but the address lives */
	SITUATION_LIST_POST,        /* H30 */
	SITUATION_POSTMASTER,       /* H14 */
	SITUATION_OWN_SIDE,         /* rule 6 */
	SITUATION_UNREAD,           /* the address belongs to a program: mailbox_is_unread() */
	SITUATION_COUNT
};
enum role_account mailbox_role(const struct knowledge *knowledge, const char *address);
/* Is the mailbox one that nobody reads, by its name (data/role-accounts.txt)? */
bool mailbox_is_unread(const struct knowledge *knowledge, const char *address);
const struct advice *advice_for(const struct knowledge *knowledge, enum situation situation);

/* All rows of codes.tsv. */
const struct code *const *knowledge_codes(const struct knowledge *knowledge, size_t *count);
/*
 * The best code row for an enhanced code (class 0: none) and a reply (0: none) when `provider` (may
 * be NULL) speaks. First the code itself: the provider's own meaning, that of scopes which hold
 * always, the registry's, any other scope's; then x.y.0 for x.y.z (the row's status tells); then
 * the reply; x.0.0 comes last, since it says nothing. Rows with a phrase are not considered. NULL
 * when nothing is known.
 */
const struct code *code_lookup(const struct knowledge *knowledge, const unsigned short status[3],
	int reply, const struct provider *provider);

/*
 * Who speaks: the remote MTA's name tells, else what the text betrays, else the reporting MTA
 * (before the text when no remote MTA is known). Any argument may be empty. NULL when unknown.
 */
const struct provider *provider_find(const struct knowledge *knowledge, struct span remote_mta,
	struct span reporting_mta, struct span text);
/* NULL past the end. */
const struct provider *provider_at(const struct knowledge *knowledge, int index);
const struct provider *provider_by_id(const struct knowledge *knowledge, const char *id);
/*
 * The list that the text names: the longest of the words that occur decides. NULL when none does.
 */
const struct blocklist *blocklist_find(const struct knowledge *knowledge, struct span text);
/* By its English title, which is what a recipient's list is where the text gives no name. */
const struct blocklist *blocklist_by_name(const struct knowledge *knowledge, const char *name);

/* Hosts and words by which providers and blocklists are known. */
void knowledge_each_name(
	const struct knowledge *knowledge, void (*each)(void *user, const char *text), void *user);

/*
 * Lines of a plain list file of data/ (candidates, domains.txt, role-accounts.txt), comments
 * dropped; g_strfreev.
 */
char **knowledge_lines(const char *datadir, const char *name, GError **error);

#endif
