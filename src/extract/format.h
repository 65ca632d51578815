/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The families of reports, loaded from data/formats: by which words each is recognised, and the
 * words between which its recipients and reasons stand. A family is data only; the few layouts that
 * it may name are readers in C (extract/layout.h).
 *
 * All words of all families are looked for in one pass over each text; a mark is such a word found.
 */
#ifndef NIXIE_EXTRACT_FORMAT_H
#define NIXIE_EXTRACT_FORMAT_H

#include <glib.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "rules/knowledge.h"

/* What a word of a family says about the place where it stands. */
enum mark {
	MARK_SIGN,      /* the report is of this family */
	MARK_LIST,      /* recipients follow, a line each */
	MARK_RECIPIENT, /* a recipient follows at once */
	MARK_WRITTEN,   /* the address that the sender wrote follows at once */
	MARK_REASON,    /* the reason follows */
	MARK_END,       /* no recipient or reason after this */
	MARK_SEPARATOR, /* the returned message follows */
	MARK_HEADER,    /* at the start of a line: the returned message has begun */
	MARK_DELAY,     /* a notice of delay, not of failure */
	MARK_FINAL,     /* nobody will try again, whatever else is said */
	MARK_HOST,      /* the name of the reporting server follows */
	MARK_REMOTE,    /* name and address of the server that refused follow */
	MARK_FIELDS,    /* a field of RFC 3464 stands in the text */
	MARK_STRANGER,  /* the address that follows at once is nobody's that failed */
	MARK_SPARED,    /* addresses of those follow who got it */
	MARK_ADDRESSED, /* addresses of all follow whom it was written to */
	MARK_COUNT
};

/* Where a word may stand. */
enum area {
	AREA_HEADER = 1 << 0,
	AREA_FROM = 1 << 1,
	AREA_SUBJECT = 1 << 2,
	AREA_BODY = 1 << 3,
	AREA_MTA = 1 << 4, /* the Reporting-MTA field */
};
#define AREA_COUNT 5

/* Forms of a line that names a recipient. */
enum shape {
	SHAPE_ANGLE_COLON = 1 << 0, /* <a@b>: ... */
	SHAPE_ANGLE = 1 << 1,       /* <a@b> ... */
	SHAPE_COLON = 1 << 2,       /* a@b: ... or "a@b": ... */
	SHAPE_BARE = 1 << 3,        /* a@b alone */
	SHAPE_TAIL = 1 << 4,        /* a@b ... */
	SHAPE_MAILTO = 1 << 5,      /* Name<mailto:a@b> */
	SHAPE_NAMED = 1 << 6,       /* Name <a@b> or Name (a@b) */
};

enum layout { LAYOUT_LIST, LAYOUT_LABELLED, LAYOUT_TRANSCRIPT, LAYOUT_STRAY, LAYOUT_COUNT };

struct format {
	char *id, *title;
	int index;
	int kind;       /* enum kind of what it is about */
	int need;       /* points of its signs that suffice */
	int priority;   /* of two with equal points */
	int refines;    /* index of the family whose signs count with its own, -1: none */
	bool pasted;    /* people paste it into their own mails: no daemon need have sent it */
	char *note;     /* what such a mail tells beside its kind; NULL */
	char *category; /* what it means when neither words nor codes tell; NULL */
	unsigned shapes;
	unsigned char layouts[LAYOUT_COUNT], layouts_n;
	char **server, **client; /* arrows of a transcript */
};

struct format_set;

/* `knowledge` knows the categories; borrowed while loading. */
struct format_set *format_set_load(
	const char *dir, const struct knowledge *knowledge, GError **error);
void format_set_free(struct format_set *set); /* NULL is legal */
/* The family that stands for all unknown ones; its words for ends, separators and delays hold for
 * every family. */
const struct format *format_generic(const struct format_set *set);
/* What a text tells by the words of any language: enum told (extract/language.h). */
unsigned format_told(const struct format_set *set, struct span text);
/* `sum` takes all files that format_set_load reads, without reading what is in them. */
bool format_set_sum(const char *dir, GChecksum *sum, GError **error);

struct mark_hit {
	uint32_t at, n;
	unsigned char mark;
	unsigned char rank;    /* place of the word in its list, 0 first */
	unsigned short format; /* index */
};

struct mark_list {
	struct mark_hit *v;
	uint32_t n, room;
};

/* What was found in one report: signs of each family, and the marks of one text. */
struct marks {
	struct arena *arena;
	struct mark_list hits; /* by position, of words for all families */
	struct own_list *own;  /* of the families that were asked for */
	struct span text;      /* in which they are, up to the returned message */
	unsigned char *areas;  /* by format: areas in which a sign stood */
	bool delay, final;     /* in the subject */
};

/* What is found lies in the arena. */
void marks_init(struct marks *marks, const struct format_set *set, struct arena *arena);
/*
 * Notes the signs in `text`. With AREA_BODY keeps marks instead, replacing those of an earlier
 * text; the returned message is not looked through.
 */
void format_scan(
	const struct format_set *set, enum area area, struct span text, struct marks *marks);
/*
 * Marks of that kind in the text that was scanned last with AREA_BODY, by position, the longer one
 * first, among marks of other families and kinds. The words of a family are looked for when first
 * asked for.
 */
const struct mark_list *format_marks(const struct format_set *set, const struct format *format,
	enum mark mark, const struct marks *marks);
/* Notes the signs among the marks that stand before `end`. */
void marks_count_signs(struct marks *marks, size_t end);
/* Points of a family's signs: 2 for the text, 1 for header block, sender, subject and reporting
 * server each. */
int format_points(const struct format *format, const struct marks *marks);
int format_points_in(unsigned areas);
/* The best family by the signs found so far, NULL when none has what it needs. */
const struct format *format_recognise(const struct format_set *set, const struct marks *marks);

/* Does nothing but ornament stand between the start of the line and `at`? */
bool format_begins_line(struct span text, size_t at);

/* The phase of the mail dialogue that a diagnostic names; PHASE_NONE when it names none. */
enum phase format_phase(const struct format_set *set, struct span diagnostic);
/* Does a diagnostic say that the time for retries was over, whatever its codes are? */
bool format_gave_up(const struct format_set *set, struct span diagnostic);

#endif
