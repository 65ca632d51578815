/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "triage/redact.h"

#include "base/address.h"
#include "base/strhash.h"

#define LEFT_OUT "[left out]"
#define LOCAL_MIN 2         /* bytes of a local part that is also looked for alone */
#define LOCAL_MAX 64        /* bytes: RFC 5321 section 4.5.3.1.1 */
#define MAILBOXES_MAX 10000 /* of one report whose local parts are looked for */

struct redactor {
	GHashTable *numbers; /* mailbox key -> number from 1 */
};

/* What is done to a field. Those without a row are searched, so that a new one leaks nothing. */
enum treatment { SEARCH, KEEP, DROP, ONE_ADDRESS, ADDRESSES_ALONE, CUT_QUERY };
static const struct {
	const char *name;
	enum treatment treatment;
} treatments[] = {
	{"id", KEEP},
	{"references", KEEP},
	{"envelope_id", KEEP},
	{"queue_id", KEEP},
	{"reporting_mta", KEEP},
	{"remote_mta", KEEP},
	{"received", KEEP},
	{"dkim", KEEP},
	{"list", KEEP},
	{"format", KEEP},
	{"action", KEEP},
	{"category", KEEP},
	{"rule", KEEP},
	{"subject", DROP},
	{"display", DROP},
	{"address", ONE_ADDRESS},
	{"original_address", ONE_ADDRESS},
	{"new_address", ONE_ADDRESS},
	{"from", ADDRESSES_ALONE},
	{"to", ADDRESSES_ALONE},
	{"cc", ADDRESSES_ALONE},
	{"links", CUT_QUERY},
};

/* One report on its way: its mailboxes, whose local parts may also stand alone in what is said. */
struct pass {
	struct redactor *redactor;
	struct arena *arena;
	GHashTable *mailboxes; /* local part in lower case -> address as written */
	const char *own[2];    /* addresses of the recipient that is told of; NULL */
};

struct redactor *redactor_new(void)
{
	struct redactor *redactor = g_new(struct redactor, 1);

	redactor->numbers = g_hash_table_new_full(strhash, g_str_equal, g_free, NULL);
	return redactor;
}

void redactor_free(struct redactor *redactor)
{
	if (!redactor)
		return;
	g_hash_table_unref(redactor->numbers);
	g_free(redactor);
}

/* --- addresses */

static unsigned number_of(struct redactor *redactor, const char *address)
{
	g_autofree char *exact = address_key(address);
	char *key = g_utf8_validate(exact, -1, NULL) ? g_utf8_strdown(exact, -1) : g_strdup(exact);
	unsigned number = GPOINTER_TO_UINT(g_hash_table_lookup(redactor->numbers, key));

	if (number) {
		g_free(key);
		return number;
	}
	number = g_hash_table_size(redactor->numbers) + 1;
	g_hash_table_insert(redactor->numbers, key, GUINT_TO_POINTER(number));
	return number;
}

static void put_number(const struct pass *pass, const char *address, GString *out)
{
	g_string_append_printf(out, "user%u", number_of(pass->redactor, address));
}

char *redact_address(struct redactor *redactor, const char *address)
{
	struct span domain = address_domain(span_of(address));
	unsigned number = number_of(redactor, address);

	return domain.n ? g_strdup_printf("user%u@%.*s", number, (int)domain.n, domain.p)
			: g_strdup_printf("user%u", number);
}

static void put_address(const struct pass *pass, struct span address, GString *out)
{
	g_autofree char *text = span_dup(address);
	g_autofree char *shown = redact_address(pass->redactor, text);

	g_string_append(out, shown);
}

static bool is_word_byte(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '-' || (c & 0x80);
}

/* Neither within a word nor within the name of a host. */
static bool stands_alone(struct span text, const char *at, size_t n)
{
	const char *end = at + n, *stop = text.p + text.n;

	if (at > text.p && is_word_byte(at[-1]))
		return false;
	if (at > text.p + 1 && at[-1] == '.' && is_word_byte(at[-2]))
		return false;
	if (end < stop && is_word_byte(*end))
		return false;
	return !(end + 1 < stop && *end == '.' && is_word_byte(end[1]));
}

static const char *mailbox_of(const struct pass *pass, struct span word)
{
	g_autofree char *local = g_ascii_strdown(word.p, (gssize)word.n);

	for (size_t i = 0; i < G_N_ELEMENTS(pass->own); i++)
		if (pass->own[i] && span_equal_nocase(address_local(span_of(pass->own[i])), local))
			return pass->own[i];
	return g_hash_table_lookup(pass->mailboxes, local);
}

/* The mailbox with the longest local part that stands at the beginning of `rest`; NULL when none
 * does. However many there are, it takes a few steps. */
static const char *local_at(const struct pass *pass, struct span text, struct span rest, size_t *n)
{
	for (*n = MIN(rest.n, LOCAL_MAX); *n >= LOCAL_MIN; --*n) {
		const char *mailbox = stands_alone(text, rest.p, *n)
					      ? mailbox_of(pass, (struct span){rest.p, *n})
					      : NULL;

		if (mailbox)
			return mailbox;
	}
	*n = 0;
	return NULL;
}

/* Text between addresses. */
static void put_words(const struct pass *pass, struct span text, GString *out)
{
	for (size_t i = 0; i < text.n;) {
		size_t n = 0;
		bool begins = i == 0 || !is_word_byte(text.p[i - 1]);
		const char *mailbox = begins ? local_at(pass, text, span_from(text, i), &n) : NULL;

		if (mailbox)
			put_number(pass, mailbox, out);
		else
			g_string_append_c(out, text.p[i]);
		i += MAX(n, 1);
	}
}

static const char *search(const struct pass *pass, struct span text)
{
	struct span address;
	g_autoptr(GString) out = g_string_new(NULL);
	size_t at = 0, done = 0;

	while ((address = address_next(text, &at)).n) {
		size_t from = (size_t)(address.p - text.p);

		put_words(pass, (struct span){text.p + done, from - done}, out);
		put_address(pass, address, out);
		done = from + address.n;
	}
	put_words(pass, span_from(text, done), out);
	return arena_str(pass->arena, out->str);
}

/* Whatever form it has. */
static const char *one_address(const struct pass *pass, const char *value)
{
	g_autoptr(GString) out = g_string_new(NULL);

	put_address(pass, span_of(value), out);
	return arena_str(pass->arena, out->str);
}

static const char *addresses_alone(const struct pass *pass, const char *value)
{
	struct span text = span_of(value), address;
	g_autoptr(GString) out = g_string_new(NULL);
	size_t at = 0;

	while ((address = address_next(text, &at)).n) {
		if (out->len)
			g_string_append(out, ", ");
		put_address(pass, address, out);
	}
	return out->len ? arena_str(pass->arena, out->str) : LEFT_OUT;
}

static const char *without_query(const struct pass *pass, const char *link)
{
	return search(pass, (struct span){link, strcspn(link, "?#")});
}

/* --- fields */

static enum treatment treatment_of(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(treatments); i++)
		if (strcmp(treatments[i].name, name) == 0)
			return treatments[i].treatment;
	return SEARCH;
}

static const char *treat(const struct pass *pass, enum treatment treatment, const char *value)
{
	if (!value || !*value)
		return value;
	switch (treatment) {
	case KEEP:
		return value;
	case DROP:
		return LEFT_OUT;
	case ONE_ADDRESS:
		return one_address(pass, value);
	case ADDRESSES_ALONE:
		return addresses_alone(pass, value);
	case CUT_QUERY:
		return without_query(pass, value);
	case SEARCH:
		break;
	}
	return search(pass, span_of(value));
}

static void treat_list(const struct pass *pass, enum treatment treatment, struct strings *list)
{
	const char **copy = arena_alloc(pass->arena, (list->n + 1) * sizeof *copy);

	for (size_t i = 0; i < list->n; i++)
		copy[i] = treat(pass, treatment, list->v[i]);
	list->v = copy;
}

static void treat_fields(const struct pass *pass, const struct field *fields, void *base)
{
	for (const struct field *field = fields; field->name; field++) {
		enum treatment treatment = treatment_of(field->name);

		if (field->type == FIELD_STR) {
			const char **slot = G_STRUCT_MEMBER_P(base, field->offset);
			*slot = treat(pass, treatment, *slot);
		} else if (field->type == FIELD_LIST) {
			treat_list(pass, treatment, G_STRUCT_MEMBER_P(base, field->offset));
		}
	}
}

static void note_mailbox(const struct pass *pass, struct span address)
{
	struct span local = address_local(address);
	g_autofree char *key = local.n ? g_ascii_strdown(local.p, (gssize)local.n) : NULL;

	if (local.n >= LOCAL_MIN && local.n <= LOCAL_MAX &&
		g_hash_table_size(pass->mailboxes) < MAILBOXES_MAX &&
		!g_hash_table_contains(pass->mailboxes, key))
		g_hash_table_insert(pass->mailboxes, g_steal_pointer(&key), span_dup(address));
}

static void note_mailboxes(const struct pass *pass, const char *field)
{
	struct span text = span_of(field), address;
	size_t at = 0;

	while (field && g_hash_table_size(pass->mailboxes) < MAILBOXES_MAX &&
		(address = address_next(text, &at)).n)
		note_mailbox(pass, address);
}

static void treat_recipients(struct pass *pass, struct recipient **recipients, size_t n)
{
	struct recipient *copy = arena_alloc(pass->arena, (n + 1) * sizeof *copy);

	for (size_t i = 0; i < n; i++) {
		struct recipient *one = &copy[i];
		struct evidence *evidence;

		*one = (*recipients)[i];
		pass->own[0] = one->address;
		pass->own[1] = one->original_address;
		treat_fields(pass, recipient_fields, one);
		evidence = arena_alloc(pass->arena, (one->evidence_n + 1) * sizeof *evidence);
		for (size_t k = 0; k < one->evidence_n; k++) {
			evidence[k] = one->evidence[k];
			evidence[k].text = treat(pass, SEARCH, evidence[k].text);
		}
		one->evidence = evidence;
	}
	pass->own[0] = pass->own[1] = NULL;
	*recipients = copy;
}

/* --- the report */

static void note_recipients(struct pass *pass, const struct recipient *recipients, size_t n)
{
	for (size_t i = 0; i < n && g_hash_table_size(pass->mailboxes) < MAILBOXES_MAX; i++) {
		note_mailboxes(pass, recipients[i].address);
		note_mailboxes(pass, recipients[i].original_address);
	}
}

struct report *redact_report(struct redactor *redactor, const struct report *report)
{
	struct report *copy = report_new();
	struct arena *arena = copy->arena;
	struct pass pass = {redactor, arena,
		g_hash_table_new_full(strhash, g_str_equal, g_free, g_free), {NULL}};

	*copy = *report;
	copy->arena = arena;
	note_recipients(&pass, report->recipients, report->recipients_n);
	note_recipients(&pass, report->others, report->others_n);
	note_mailboxes(&pass, report->original.from);
	note_mailboxes(&pass, report->original.to);
	treat_fields(&pass, report_fields, copy);
	treat_fields(&pass, original_fields, &copy->original);
	treat_recipients(&pass, &copy->recipients, copy->recipients_n);
	treat_recipients(&pass, &copy->others, copy->others_n);
	g_hash_table_unref(pass.mailboxes);
	return copy;
}
