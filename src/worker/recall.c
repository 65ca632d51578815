/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/recall.h"

#include <string.h>

#include "store/recipients.h"
#include "verdicts/known.h"
#include "worker/wire.h"

#define FORM "2 " /* of what message_pack makes; behind it the mail root, which is in the paths */
#define SWEPT 100 /* messages that are looked at, whether they are still there */
#define CHANGES_MAX 20000 /* messages changed since; above that all is forgotten at once */
#define KEPT_BYTES ((guint)1 << 20) /* go together: the file is locked for no longer than that */

/* What is kept of a message, of `bytes`. */
struct kept {
	char *id;
	guint from, n;
};

struct recall {
	struct known *known;
	bool is_blank; /* nothing was known when this began */
	struct pack scratch;
	GByteArray *bytes; /* that wait to be kept */
	GArray *kept;      /* struct kept */
};

static bool is_there(void *reader, const char *id)
{
	bool has;

	return reader_has(reader, id, &has, NULL) && has;
}

/* False: nothing can be made of what is known. */
static bool catch_up(struct reader *reader, struct known *known)
{
	uint64_t now = reader_revision(reader), then = known_revision(known);
	g_autoptr(GPtrArray) ids = NULL;

	if (now == then)
		return true;
	if (then == 0 || now < then)
		return known_move(known, now, NULL);
	ids = reader_changes(reader, then, CHANGES_MAX);
	if (!known_move(known, now, ids ? (const char *const *)ids->pdata : NULL))
		return false;
	if (ids)
		known_sweep(known, SWEPT + 2 * ids->len, is_there, reader);
	return true;
}

struct recall *recall_open(struct reader *reader)
{
	g_autofree char *form = g_strconcat(FORM, reader_root(reader), NULL);
	struct known *known;
	struct recall *recall;
	bool is_blank;

	/* An index that counts no revisions cannot tell what has changed. */
	if (!reader_revision(reader))
		return NULL;
	known = known_open(reader_uuid(reader), form);
	if (!known)
		return NULL;
	is_blank = known_revision(known) == 0;
	if (!catch_up(reader, known)) {
		known_close(known);
		return NULL;
	}
	recall = g_new0(struct recall, 1);
	recall->known = known;
	pack_init(&recall->scratch);
	recall->is_blank = is_blank;
	recall->bytes = g_byte_array_new();
	recall->kept = g_array_new(FALSE, FALSE, sizeof(struct kept));
	return recall;
}

void recall_settle(struct recall *recall)
{
	if (!recall)
		return;
	for (guint i = 0; i < recall->kept->len; i++) {
		struct kept *kept = &g_array_index(recall->kept, struct kept, i);

		known_put(recall->known, kept->id, recall->bytes->data + kept->from, kept->n);
		g_free(kept->id);
	}
	g_array_set_size(recall->kept, 0);
	g_byte_array_set_size(recall->bytes, 0);
	known_commit(recall->known);
}

void recall_close(struct recall *recall)
{
	if (!recall)
		return;
	recall_settle(recall);
	known_close(recall->known);
	pack_clear(&recall->scratch);
	g_byte_array_unref(recall->bytes);
	g_array_unref(recall->kept);
	g_free(recall);
}

static bool knows_recipients(const struct message_glance *glance)
{
	int64_t stamp;

	return glance->to && glance->file && recipients_stamp(glance->file, &stamp) &&
	       stamp == glance->stamp;
}

/* A file that was damaged may hold anything. */
static bool is_message(
	const struct pack *pack, struct pack_place place, const char *id, bool recipients)
{
	struct unpack unpack;
	struct message_glance glance;

	unpack_tail(&unpack, pack, place);
	glance = message_glance(&unpack);
	return unpack_end(&unpack) && strcmp(glance.id, id) == 0 &&
	       (!recipients || knows_recipients(&glance));
}

bool recall_message(struct recall *recall, const char *id, bool recipients, struct pack *pack)
{
	const struct pack_place place = pack_place(pack);
	size_t n;
	const void *bytes = recall && !recall->is_blank ? known_get(recall->known, id, &n) : NULL;

	if (!bytes)
		return false;
	if (pack_restore(pack, bytes, n) && is_message(pack, place, id, recipients))
		return true;
	pack_cut(pack, place);
	return false;
}

/* A value of which only the sum is known here may be known in full later. */
static bool is_settled(const struct message *message)
{
	for (char **line = message->properties; *line; line++)
		if (strstr(*line, "=sha256:"))
			return false;
	return true;
}

struct message *recall_find(struct recall *recall, const char *id, bool recipients)
{
	const struct pack_place place = {0};
	struct message *message;
	struct unpack unpack;

	if (!recall || !recall_message(recall, id, recipients, &recall->scratch))
		return NULL;
	unpack_tail(&unpack, &recall->scratch, place);
	message = message_unpack(&unpack);
	pack_cut(&recall->scratch, place);
	return message;
}

void recall_keep(struct recall *recall, const struct message *message)
{
	struct kept kept;

	if (!recall || !is_settled(message))
		return;
	kept = (struct kept){.id = g_strdup(message->id), .from = recall->bytes->len};
	message_pack(&recall->scratch, message);
	pack_save(&recall->scratch, recall->bytes);
	kept.n = recall->bytes->len - kept.from;
	g_array_append_val(recall->kept, kept);
	if (recall->bytes->len > KEPT_BYTES)
		recall_settle(recall);
}
