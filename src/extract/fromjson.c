/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "extract/fromjson.h"

#include <jansson.h>

#include "base/address.h"
#include "base/errors.h"
#include "base/words.h"
#include "extract/dsn.h"

#define SCHEMA 1
#define LIST_MAX 10000                   /* texts of a list, evidence of a recipient */
#define NUMBER_MAX ((json_int_t)1 << 48) /* seconds, bytes: none of ours is larger */
#define PLAIN_FLAGS (JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)

/* A line that is read. */
struct line {
	struct fromjson *from;
	struct arena *arena;
	GError **error;
};

/* English, as all reasons are that go into results for machines. */
static bool fail(const struct line *line, const char *key, const char *why)
{
	g_set_error(line->error, NIXIE_ERROR, NIXIE_PARTIAL, "\"%s\" %s", key, why);
	return false;
}

/* NULL where it is missing or null: unknown. */
static const json_t *value_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return value && !json_is_null(value) ? value : NULL;
}

/* --- values */

static bool read_text(
	const struct line *line, const char *key, const json_t *value, const char **text)
{
	if (!json_is_string(value))
		return fail(line, key, _("is no text"));
	if (json_string_length(value) > FROMJSON_STRING_MAX)
		return fail(line, key, _("is longer than any text that nixie writes"));
	*text = arena_str(line->arena, json_string_value(value));
	return true;
}

static bool read_number(
	const struct line *line, const char *key, const json_t *value, int64_t *number)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
		json_integer_value(value) > NUMBER_MAX)
		return fail(line, key, _("is no number that can be"));
	*number = json_integer_value(value);
	return true;
}

static bool read_name(const struct line *line, const char *key, const json_t *value,
	const char *const *names, int count, int *index)
{
	*index = json_is_string(value) ? name_index(names, count, span_of(json_string_value(value)))
				       : -1;
	return *index >= 0 || fail(line, key, _("is none of the words that nixie writes there"));
}

static bool is_list(const struct line *line, const char *key, const json_t *value, size_t most)
{
	return (json_is_array(value) && json_array_size(value) <= most) ||
	       fail(line, key, _("is no list that can be"));
}

static bool read_list(
	const struct line *line, const char *key, const json_t *value, struct strings *list)
{
	size_t i;
	const json_t *item;

	if (!is_list(line, key, value, LIST_MAX))
		return false;
	list->v = arena_alloc(line->arena, (json_array_size(value) + 1) * sizeof *list->v);
	json_array_foreach((json_t *)value, i, item)
	{
		if (!read_text(line, key, item, &list->v[list->n]))
			return false;
		list->n++;
	}
	return true;
}

static bool read_flag(const struct line *line, const char *key, const json_t *value, bool *flag)
{
	*flag = json_is_true(value);
	return json_is_boolean(value) || fail(line, key, _("is neither true nor false"));
}

/* --- fields */

static bool read_field(
	const struct line *line, const json_t *value, const struct field *field, void *base)
{
	void *at = G_STRUCT_MEMBER_P(base, field->offset);

	switch (field->type) {
	case FIELD_STR:
		return read_text(line, field->name, value, at);
	case FIELD_INT:
		return read_number(line, field->name, value, at);
	case FIELD_ENUM:
		return read_name(line, field->name, value, field->names, field->count, at);
	case FIELD_LIST:
		return read_list(line, field->name, value, at);
	case FIELD_FLAG:
		return read_flag(line, field->name, value, at);
	}
	return true;
}

static bool read_fields(
	const struct line *line, const json_t *object, const struct field *fields, void *base)
{
	for (; fields->name; fields++) {
		const json_t *value = value_of(object, fields->name);

		/* It is told as a sentence, which says nothing to a program. */
		if (!value || strcmp(fields->name, "conflict") == 0)
			continue;
		if (!read_field(line, value, fields, base))
			return false;
	}
	return true;
}

/* --- what is more than a field */

static bool read_original(const struct line *line, const json_t *object, struct report *report)
{
	const json_t *value = value_of(object, "original");

	if (!value)
		return true;
	if (!json_is_object(value))
		return fail(line, "original", _("is no object"));
	report->original.present = true;
	return read_fields(line, value, original_fields, &report->original);
}

static bool read_who(const struct line *line, const json_t *object, struct actors *who)
{
	const json_t *value = value_of(object, "who"), *item;
	size_t i;

	if (!value)
		return true;
	if (!is_list(line, "who", value, G_N_ELEMENTS(who->who)))
		return false;
	json_array_foreach((json_t *)value, i, item)
	{
		int actor;

		if (!read_name(line, "who", item, actor_names, ACTOR_COUNT, &actor))
			return false;
		who->who[who->count++] = (typeof(who->who[0]))actor;
	}
	return true;
}

static bool read_ses(const struct line *line, const json_t *object, struct recipient *recipient)
{
	const json_t *value = value_of(object, "ses"), *type, *subtype;

	if (!value)
		return true;
	type = value_of(value, "type");
	subtype = value_of(value, "subtype");
	return (!type || read_text(line, "ses", type, &recipient->ses_type)) &&
	       (!subtype || read_text(line, "ses", subtype, &recipient->ses_subtype));
}

static bool read_range(
	const struct line *line, const char *key, const json_t *value, uint64_t *at, uint64_t *n)
{
	int64_t from, size;

	if (!json_is_array(value) || json_array_size(value) != 2)
		return fail(line, key, _("is no range of bytes"));
	if (!read_number(line, key, json_array_get(value, 0), &from) ||
		!read_number(line, key, json_array_get(value, 1), &size))
		return false;
	*at = (uint64_t)from;
	*n = (uint64_t)size;
	return true;
}

static bool read_one_evidence(
	const struct line *line, const json_t *item, struct evidence *evidence)
{
	return (json_is_object(item) || fail(line, "evidence", _("holds what is no object"))) &&
	       read_text(line, "part", json_object_get(item, "part"), &evidence->part) &&
	       read_text(line, "field", json_object_get(item, "field"), &evidence->field) &&
	       read_range(line, "raw", json_object_get(item, "raw"), &evidence->raw_at,
		       &evidence->raw_n) &&
	       read_range(line, "decoded", json_object_get(item, "decoded"), &evidence->decoded_at,
		       &evidence->decoded_n) &&
	       read_text(line, "text", json_object_get(item, "text"), &evidence->text);
}

static bool read_evidence(
	const struct line *line, const json_t *object, struct recipient *recipient)
{
	const json_t *value = value_of(object, "evidence"), *item;
	size_t i;

	if (!value)
		return true;
	if (!is_list(line, "evidence", value, LIST_MAX))
		return false;
	recipient->evidence =
		arena_alloc(line->arena, (json_array_size(value) + 1) * sizeof(struct evidence));
	json_array_foreach((json_t *)value, i, item)
	{
		if (!read_one_evidence(line, item, &recipient->evidence[i]))
			return false;
		recipient->evidence_n++;
	}
	return true;
}

static bool is_known_category(const struct line *line, const struct recipient *recipient)
{
	return !recipient->category || category_by_id(line->from->knowledge, recipient->category) ||
	       fail(line, "category", _("is none that this nixie knows"));
}

static bool read_recipient(
	const struct line *line, const json_t *object, struct recipient *recipient)
{
	recipient_init(recipient);
	if (!read_fields(line, object, recipient_fields, recipient) ||
		!read_who(line, object, &recipient->who) || !read_ses(line, object, recipient) ||
		!read_evidence(line, object, recipient) || !is_known_category(line, recipient))
		return false;
	/* What is written for others rests on it, so it is not taken on trust. */
	recipient->valid =
		recipient->address && address_class(span_of(recipient->address)) == ADDRESS_OK;
	return true;
}

/* `report` is where origin and trust stand. */
static bool read_told(const struct line *line, const json_t *report, const json_t *object,
	struct fromjson_recipient *told)
{
	const json_t *origin = value_of(report, "origin"), *trust = value_of(report, "trust");
	const json_t *suggestion = value_of(object, "suggestion");
	const json_t *state = value_of(object, "state");

	*told = (struct fromjson_recipient){ORIGIN_UNKNOWN, TRUST_BARE, STATE_NONE, NULL};
	return (!origin || read_name(line, "origin", origin, origin_names, ORIGIN_COUNT,
				   &told->origin)) &&
	       (!trust ||
		       read_name(line, "trust", trust, trust_names, TRUST_COUNT, &told->trust)) &&
	       (!state ||
		       read_name(line, "state", state, state_names, STATE_COUNT, &told->state)) &&
	       (!suggestion || read_text(line, "suggestion", suggestion, &told->suggestion));
}

/* --- lines */

/* Recipients of one line, which count when all of it is good. */
struct found {
	GArray *recipients, *others, *told;
};

static bool add_recipient(
	const struct line *line, const json_t *report, const json_t *object, struct found *found)
{
	struct recipient recipient;
	struct fromjson_recipient told;

	if (!json_is_object(object))
		return fail(line, "recipients", _("holds what is no object"));
	if (!read_recipient(line, object, &recipient) || !read_told(line, report, object, &told))
		return false;
	g_array_append_val(found->recipients, recipient);
	g_array_append_val(found->told, told);
	return true;
}

static bool add_other(const struct line *line, const json_t *object, struct found *found)
{
	struct recipient other;

	if (!json_is_object(object))
		return fail(line, "others", _("holds what is no object"));
	if (!read_recipient(line, object, &other))
		return false;
	g_array_append_val(found->others, other);
	return true;
}

static bool add_recipients(const struct line *line, const json_t *report, struct found *found)
{
	const json_t *list = json_object_get(report, "recipients"), *item;
	const json_t *others = value_of(report, "others");
	size_t i;

	if (!is_list(line, "recipients", list, DSN_RECIPIENTS_MAX) ||
		(others && !is_list(line, "others", others, DSN_RECIPIENTS_MAX)))
		return false;
	json_array_foreach((json_t *)list, i, item)
	{
		if (!add_recipient(line, report, item, found))
			return false;
	}
	json_array_foreach((json_t *)others, i, item)
	{
		if (!add_other(line, item, found))
			return false;
	}
	return true;
}

/* Of the first line; the others repeat it, and are looked at no less. */
static bool read_report(const struct line *line, const json_t *object, struct report *report)
{
	const json_t *tags = value_of(object, "tags");
	struct strings list = {NULL, 0};

	if (!read_fields(line, object, report_fields, report) ||
		!read_original(line, object, report) ||
		(tags && !read_list(line, "tags", tags, &list)))
		return false;
	for (size_t i = 0; i < list.n && !line->from->lines; i++)
		g_ptr_array_add(line->from->tags, (char *)list.v[i]);
	report->cut = false; /* that was told when it was read */
	return true;
}

static bool take(struct fromjson *from, const json_t *object, GError **error)
{
	struct report *report = from->report ? from->report : report_new_in(arena_new());
	const struct line line = {from, report->arena, error};
	struct found found = {g_array_new(FALSE, TRUE, sizeof(struct recipient)),
		g_array_new(FALSE, TRUE, sizeof(struct recipient)),
		g_array_new(FALSE, TRUE, sizeof(struct fromjson_recipient))};
	const json_t *failure = value_of(object, "error");
	bool good =
		read_report(&line, object, from->report ? report_new_in(report->arena) : report);

	if (good && failure)
		good = read_text(&line, "error", failure, &from->failure);
	else if (good)
		good = json_object_get(object, "recipients")
			       ? add_recipients(&line, object, &found)
			       : add_recipient(&line, object, object, &found);
	if (good) {
		from->report = report;
		from->lines++;
		g_array_append_vals(
			from->recipients, found.recipients->data, found.recipients->len);
		g_array_append_vals(from->others, found.others->data, found.others->len);
		g_array_append_vals(from->told, found.told->data, found.told->len);
	} else if (!from->report) {
		g_ptr_array_set_size(from->tags, 0);
		report_free(report);
	}
	g_array_unref(found.recipients);
	g_array_unref(found.others);
	g_array_unref(found.told);
	return good;
}

/* NULL with error. */
static json_t *parse(struct span line, GError **error)
{
	json_error_t why;
	json_t *root;

	if (line.n > FROMJSON_LINE_MAX) {
		g_set_error(error, NIXIE_ERROR, NIXIE_PARTIAL,
			_("it is longer than %zu MiB; --per=recipient writes shorter lines"),
			FROMJSON_LINE_MAX >> 20);
		return NULL;
	}
	root = json_loadb(line.p, line.n, PLAIN_FLAGS, &why);
	if (!root) {
		/* It quotes bytes of the line, and not always whole letters. */
		g_autofree char *said = g_utf8_make_valid(why.text, -1);

		g_set_error(error, NIXIE_ERROR, NIXIE_PARTIAL,
			_("it is no JSON, from byte %d on: %s"), why.position, said);
	}
	return root;
}

bool fromjson_add(struct fromjson *from, struct span line, GError **error)
{
	json_t *root = parse(line, error);
	const json_t *schema;
	bool good = false;

	if (!root)
		return false;
	schema = json_object_get(root, "schema");
	if (json_is_array(root))
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_PARTIAL,
			_("it is a list; --format=json-lines writes an object a line"));
	else if (!json_is_object(root))
		g_set_error_literal(error, NIXIE_ERROR, NIXIE_PARTIAL, _("it is no object"));
	else if (!(json_is_integer(schema) && json_integer_value(schema) == SCHEMA))
		g_set_error(error, NIXIE_ERROR, NIXIE_PARTIAL,
			_("its schema is not %d, which is the one that this nixie reads"), SCHEMA);
	else
		good = take(from, root, error);
	json_decref(root);
	return good;
}

void fromjson_init(struct fromjson *from, const struct knowledge *knowledge)
{
	*from = (struct fromjson){
		.knowledge = knowledge,
		.recipients = g_array_new(FALSE, TRUE, sizeof(struct recipient)),
		.others = g_array_new(FALSE, TRUE, sizeof(struct recipient)),
		.told = g_array_new(FALSE, TRUE, sizeof(struct fromjson_recipient)),
		.tags = g_ptr_array_new(),
	};
}

static struct recipient *copied(struct arena *arena, const GArray *recipients)
{
	size_t n = recipients->len * sizeof(struct recipient);
	struct recipient *copy = arena_alloc(arena, n + 1);

	if (n)
		memcpy(copy, recipients->data, n);
	return copy;
}

struct report *fromjson_end(struct fromjson *from)
{
	struct report *report = g_steal_pointer(&from->report);

	if (!report)
		return NULL;
	report->recipients = copied(report->arena, from->recipients);
	report->recipients_n = report->recipients_total = from->recipients->len;
	report->others = copied(report->arena, from->others);
	report->others_n = from->others->len;
	return report;
}

void fromjson_clear(struct fromjson *from)
{
	report_free(from->report);
	g_array_unref(from->recipients);
	g_array_unref(from->others);
	g_array_unref(from->told);
	g_ptr_array_unref(from->tags);
}

/* --- whose line it is */

/* As nixie writes it, which needs no parser. */
static bool find_place(struct span line, char **file, unsigned *index)
{
	static const char head[] = "{\"schema\":1,\"file\":\"", middle[] = "\",\"index\":";
	struct span rest = span_from(line, sizeof head - 1);
	size_t n = 0, at;
	uint64_t number = 0;

	if (line.n < sizeof head || memcmp(line.p, head, sizeof head - 1) != 0)
		return false;
	while (n < rest.n && rest.p[n] != '"' && rest.p[n] != '\\' && rest.p[n] >= ' ' &&
		rest.p[n] != 0x7f)
		n++;
	at = n + sizeof middle - 1;
	if (at >= rest.n || memcmp(rest.p + n, middle, sizeof middle - 1) != 0)
		return false;
	for (; at < rest.n && g_ascii_isdigit(rest.p[at]) && number < UINT32_MAX; at++)
		number = number * 10 + (uint64_t)(rest.p[at] - '0');
	if (at >= rest.n || rest.p[at] != ',' || number >= UINT32_MAX)
		return false;
	*file = g_strndup(rest.p, n);
	*index = (unsigned)number;
	if (g_utf8_validate(*file, -1, NULL))
		return true;
	g_clear_pointer(file, g_free);
	return false;
}

bool fromjson_place(struct span line, char **file, unsigned *index)
{
	json_t *root;
	const json_t *name, *number;
	bool known;

	if (find_place(line, file, index))
		return true;
	root = parse(line, NULL);
	name = json_object_get(root, "file");
	number = json_object_get(root, "index");
	known = json_is_string(name) && (!number || json_is_integer(number)) &&
		json_string_length(name) <= FROMJSON_STRING_MAX;
	if (known) {
		json_int_t place = number ? json_integer_value(number) : 0;

		*file = g_strdup(json_string_value(name));
		*index = (unsigned)CLAMP(place, 0, (json_int_t)UINT32_MAX - 1);
	}
	json_decref(root);
	return known;
}
