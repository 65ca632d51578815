/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames between this program and its children, over a socket pair. A frame is a kind, a length
 * and a GVariant of the type that the kind has in wire_types; what comes in is checked for
 * its limit, its kind and normal form before anybody looks at it, for a child may have been taken
 * over by the mail it read. Strings that come from mail or from file names travel as `ay`, which
 * may hold any byte.
 */
#ifndef NIXIE_WORKER_WIRE_H
#define NIXIE_WORKER_WIRE_H

#include <glib.h>
#include <stdbool.h>

#include "store/store.h"
#include "worker/pack.h"

#define WIRE_FRAME_MAX ((size_t)512 << 20)
#define WIRE_FDS_MAX 64 /* descriptors with one frame */
#define WIRE_BY_FD UINT32_MAX

/*
 * Every kind with its type. Maybe types (m) stand where NULL has a meaning of its own.
 *
 * Requests:
 *   READ     store, query, exclude, oldest_first, limit, offset, ids, recipients, once, total
 *   COUNT    store, queries
 *   NAMES    store
 *   IDS      store, query, exclude
 *   ABSENT   store, Message-IDs; MATCHES of those that the index does not have follows
 *   LETTERS  store, query of what was sent from here
 *   WRITE    store, uuid, kind, label; CHANGES frames and GO follow
 *   INDEX    mail, database, tags
 *   CACHE    uuid, rule hash; then LOOKUP (ids and paths) and KEEP frames
 *   KEEP     of each: id, path, stamp of the file, packed report
 *   FIND     name of a list that was kept
 *   LIST     name and state of one
 *   SHELVE   name of a list, the state of the one that this goes on with, when reading its files
 *            began, a page: paths, and what is the asker's
 *   LISTED   in which state the list that was shelved holds; none: it does not
 *   EXTRACT  datadir, rule directories; two trays come along, for mails and answers, or none; then
 *            MAILS frames
 *   MAILS    half of the trays, how long each mail in it is (WIRE_BY_FD: it is a descriptor that
 *            comes along), whether they are fragments
 *   FILES    how many descriptors come along, whether they are fragments
 *   DECODE   the part; a descriptor comes along
 *   SCRUB    datadir, rule directories; then FILES frames with one descriptor each
 *   TEACH    datadir, rule directories; then a LESSON frame: the correction that is to be tried
 *   TRY      datadir, rule directories, whether it is a fragment, a rule to hear of; a descriptor
 *            comes along
 * Answers:
 *   INFO     uuid, revision, path, count, total, own addresses, exclude tags, synchronize flags,
 *            writable
 *   ROWS, MESSAGES  how many rows these stand for, how many there are, and they
 *   MATCHES  Message-IDs
 *   POST     whether all before is void, how many letters there are, and they
 *   REPORTS  of each: place in the batch, whether there is a report, and it, or why there is none
 *   LAID     the same, in the tray: how many numbers, how many bytes of texts
 *   FACTS    place in the LOOKUP, packed report
 *   LOOKED   all FACTS of one LOOKUP have been sent
 *   FOUND    the state in which the list of a FIND is kept; none: it is not
 *   PAGE     of a LIST: paths, whether each file is as it was then, and what is the asker's
 *   PAGED    all PAGEs of one LIST have been sent, or the others are not what was written
 *   SHELVED  whether more pages may come
 *   SKIPPED  file, why
 *   SCRUBBED whether it is read as the original is, the anonymised mail
 *   LEARNED  the rule that a correction makes, and which wordings it changes
 *   TRIALS   packed report, then for each recipient what its verdict was made from
 *   READING  parts and header, text, where its bytes come from (HTML)
 *   END      exit code, why
 */
#define STORE_TYPE "(maymaymay)"
#define WIRE_KINDS(X) \
	X(READ, "(" STORE_TYPE "maybbttmaaybbb)") \
	X(COUNT, "(" STORE_TYPE "aay)") \
	X(NAMES, "(" STORE_TYPE ")") \
	X(IDS, "(" STORE_TYPE "mayb)") \
	X(ABSENT, "(" STORE_TYPE "aay)") \
	X(LETTERS, "(" STORE_TYPE "may)") \
	X(POST, PACK_TYPE) \
	X(WRITE, "(" STORE_TYPE "ayayay)") \
	X(CHANGES, PACK_TYPE) \
	X(GO, "()") \
	X(CANCEL, "()") \
	X(INDEX, "(ayayaay)") \
	X(CACHE, "(ayay)") \
	X(LOOKUP, PACK_TYPE) \
	X(KEEP, PACK_TYPE) \
	X(FIND, "(ay)") \
	X(LIST, "(ayay)") \
	X(SHELVE, "(aymayx" PACK_TYPE ")") \
	X(LISTED, "(may)") \
	X(EXTRACT, "(ayaayb)") \
	X(FILES, "(ub)") \
	X(MAILS, "(uaub)") \
	X(DECODE, "(may)") \
	X(TRY, "(ayaaybmay)") \
	X(SCRUB, "(ayaay)") \
	X(TEACH, "(ayaay)") \
	X(LESSON, PACK_TYPE) \
	X(FACTS, PACK_TYPE) \
	X(LOOKED, "()") \
	X(FOUND, "(may)") \
	X(PAGE, PACK_TYPE) \
	X(PAGED, "(b)") \
	X(SHELVED, "(b)") \
	X(INFO, "(aytayttaayaaybb)") \
	X(ROWS, PACK_TYPE) \
	X(MESSAGES, PACK_TYPE) \
	X(COUNTS, "(axt)") \
	X(MATCHES, "(aay)") \
	X(WORDS, "(aayaay)") \
	X(DELTAS, PACK_TYPE) \
	X(APPLIED, "(t)") \
	X(PROGRESS, "(tt)") \
	X(SKIPPED, "(ayay)") \
	X(HELLO, "(ay)") \
	X(REPORTS, PACK_TYPE) \
	X(LAID, "(uu)") \
	X(TRIALS, PACK_TYPE) \
	X(SCRUBBED, "(bay)") \
	X(LEARNED, PACK_TYPE) \
	X(READING, "(" PACK_TYPE "ayau)") \
	X(END, "(uay)")

#define WIRE_ENUM(name, type) WIRE_##name,
enum wire_kind { WIRE_KINDS(WIRE_ENUM) WIRE_KIND_COUNT };
#undef WIRE_ENUM

extern const char *const wire_types[WIRE_KIND_COUNT];

/* From one mail in a tray to the next. */
static inline size_t wire_aligned(size_t size)
{
	return (size + 15) & ~(size_t)15;
}

/* Bytes and descriptors that came in, and the frames in them. */
struct wire_in {
	GByteArray *bytes;
	size_t at;   /* first byte not taken yet */
	GArray *fds; /* NULL: descriptors are not taken in, the kernel drops them */
};

/*
 * `fds`: may descriptors come along? Children get them, this program never takes any from a child.
 */
void wire_in_init(struct wire_in *in, bool fds);
void wire_in_clear(struct wire_in *in); /* closes descriptors that nobody took */

enum wire_read { WIRE_GOT, WIRE_AGAIN, WIRE_EOF };
/* One recvmsg(2). */
enum wire_read wire_read(struct wire_in *in, int fd);

enum wire_next { WIRE_FRAME, WIRE_NEED_MORE, WIRE_BAD };
/*
 * The next whole frame; `value` is a new reference. After WIRE_BAD the sender is not to be heard
 * any more.
 */
enum wire_next wire_next(struct wire_in *in, enum wire_kind *kind, GVariant **value);
/* The oldest descriptor that came in, the caller's to close; -1 when there is none. */
int wire_take_fd(struct wire_in *in);

/*
 * A frame as bytes, ready to send. `value` (NULL: the empty tuple) is consumed if floating. NULL
 * when over the limit.
 */
GBytes *wire_frame(enum wire_kind kind, GVariant *value);

/* --- blocking, for children */

struct wire {
	int fd;
	struct wire_in in;
};

void wire_init(struct wire *wire, int fd);
/* False when the other side is gone. */
bool wire_send(struct wire *wire, enum wire_kind kind, GVariant *value);
/* Waits for a frame. False at the end, or when what came is no frame. */
bool wire_receive(struct wire *wire, enum wire_kind *kind, GVariant **value);
/* Is there something to receive (or the end), now or within that time? */
bool wire_pending(struct wire *wire, int milliseconds);
/* END with the error, or with success when it is NULL. */
bool wire_send_end(struct wire *wire, const GError *error);

/* What an END says: the error of the child, whole; false when it said success. */
bool wire_end_error(GVariant *end, GError **error);

/* --- the words of store/store.h on the wire */

/* The first member of a request. */
GVariant *store_ref_pack(const struct store_ref *store);
struct store_ref store_ref_unpack(GVariant *request); /* borrows from it */
void message_pack(struct pack *pack, const struct message *message);
struct message *message_unpack(struct unpack *unpack); /* never NULL; check unpack->bad */
/* Passes over one with a look at it, borrowed; all NULL when the unpack is bad. */
struct message_glance {
	const char *id, *file, *to; /* `file`: the first */
	int64_t stamp;
};
struct message_glance message_glance(struct unpack *unpack);
void change_pack(struct pack *pack, const struct change *change);
struct change *change_unpack(struct unpack *unpack); /* never NULL */

#endif
