/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/wire.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/errors.h"

#define READ_STEP ((size_t)64 << 10)

/* Padded so that a GVariant behind it is aligned as it wants to be. */
struct header {
	uint32_t kind, size;
};

/* NOLINTNEXTLINE(bugprone-macro-parentheses): a literal */
#define WIRE_TYPE(name, type) [WIRE_##name] = type,
/* NOLINTNEXTLINE(bugprone-suspicious-missing-comma): the comma is the macro's */
const char *const wire_types[WIRE_KIND_COUNT] = {WIRE_KINDS(WIRE_TYPE)};
#undef WIRE_TYPE

/* --- in */

void wire_in_init(struct wire_in *in, bool fds)
{
	in->bytes = g_byte_array_new();
	in->at = 0;
	in->fds = fds ? g_array_new(FALSE, FALSE, sizeof(int)) : NULL;
}

void wire_in_clear(struct wire_in *in)
{
	int fd;

	while ((fd = wire_take_fd(in)) >= 0)
		close(fd);
	g_byte_array_unref(in->bytes);
	if (in->fds)
		g_array_unref(in->fds);
	*in = (struct wire_in){0};
}

/* Moves what is left to the front when that frees at least as much as it moves. */
static void compact(struct wire_in *in)
{
	if (in->at < in->bytes->len / 2 || !in->at)
		return;
	g_byte_array_remove_range(in->bytes, 0, (guint)in->at);
	in->at = 0;
}

static void keep_fds(struct wire_in *in, struct msghdr *message)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
			g_array_append_val(in->fds, fd);
		}
	}
}

enum wire_read wire_read(struct wire_in *in, int fd)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int) * WIRE_FDS_MAX)];
	size_t used;
	ssize_t got;

	compact(in);
	used = in->bytes->len;
	g_byte_array_set_size(in->bytes, (guint)(used + READ_STEP));
	do {
		struct iovec room = {in->bytes->data + used, READ_STEP};
		struct msghdr message = {
			.msg_iov = &room,
			.msg_iovlen = 1,
			.msg_control = in->fds ? control : NULL,
			.msg_controllen = in->fds ? sizeof control : 0,
		};

		got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
		if (got > 0 && in->fds)
			keep_fds(in, &message);
	} while (got < 0 && errno == EINTR);
	g_byte_array_set_size(in->bytes, (guint)(used + (size_t)MAX(got, 0)));
	if (got > 0)
		return WIRE_GOT;
	return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? WIRE_AGAIN : WIRE_EOF;
}

enum wire_next wire_next(struct wire_in *in, enum wire_kind *kind, GVariant **value)
{
	size_t have = in->bytes->len - in->at;
	struct header header;
	g_autoptr(GBytes) bytes = NULL;

	if (have < sizeof header)
		return WIRE_NEED_MORE;
	memcpy(&header, in->bytes->data + in->at, sizeof header);
	if (header.kind >= WIRE_KIND_COUNT || header.size > WIRE_FRAME_MAX)
		return WIRE_BAD;
	if (have - sizeof header < header.size)
		return WIRE_NEED_MORE;
	bytes = g_bytes_new(in->bytes->data + in->at + sizeof header, header.size);
	in->at += sizeof header + header.size;
	*kind = (enum wire_kind)header.kind;
	*value = g_variant_ref_sink(
		g_variant_new_from_bytes(G_VARIANT_TYPE(wire_types[*kind]), bytes, FALSE));
	/* Packs are checked when they are unpacked: GLib would look at each byte of them. */
	if (strstr(wire_types[*kind], PACK_TYPE) || g_variant_is_normal_form(*value))
		return WIRE_FRAME;
	g_clear_pointer(value, g_variant_unref);
	return WIRE_BAD;
}

int wire_take_fd(struct wire_in *in)
{
	int fd;

	if (!in->fds || !in->fds->len)
		return -1;
	fd = g_array_index(in->fds, int, 0);
	g_array_remove_index(in->fds, 0);
	return fd;
}

/* --- out */

GBytes *wire_frame(enum wire_kind kind, GVariant *value)
{
	g_autoptr(GVariant) held = g_variant_ref_sink(value ? value : g_variant_new_tuple(NULL, 0));
	size_t size = g_variant_get_size(held);
	struct header header = {kind, (uint32_t)size};
	char *bytes;

	g_assert(g_variant_is_of_type(held, G_VARIANT_TYPE(wire_types[kind])));
	if (size > WIRE_FRAME_MAX)
		return NULL;
	/*
	 * malloc aligns for any type, so behind the header the value is aligned for its widest
	 * member.
	 */
	bytes = g_malloc(sizeof header + size);
	memcpy(bytes, &header, sizeof header);
	g_variant_store(held, bytes + sizeof header);
	return g_bytes_new_take(bytes, sizeof header + size);
}

void wire_init(struct wire *wire, int fd)
{
	wire->fd = fd;
	wire_in_init(&wire->in, true);
}

static bool send_bytes(struct wire *wire, GBytes *frame)
{
	size_t left;
	const char *at = g_bytes_get_data(frame, &left);

	while (left) {
		ssize_t put = send(wire->fd, at, left, MSG_NOSIGNAL);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		at += put;
		left -= (size_t)put;
	}
	return true;
}

bool wire_send(struct wire *wire, enum wire_kind kind, GVariant *value)
{
	g_autoptr(GBytes) frame = wire_frame(kind, value);

	return frame && send_bytes(wire, frame);
}

bool wire_receive(struct wire *wire, enum wire_kind *kind, GVariant **value)
{
	for (;;) {
		enum wire_next next = wire_next(&wire->in, kind, value);

		if (next != WIRE_NEED_MORE)
			return next == WIRE_FRAME;
		if (wire_read(&wire->in, wire->fd) == WIRE_EOF)
			return false;
	}
}

bool wire_pending(struct wire *wire, int milliseconds)
{
	struct pollfd poll_fd = {wire->fd, POLLIN, 0};

	return wire->in.bytes->len > wire->in.at || poll(&poll_fd, 1, milliseconds) > 0;
}

bool wire_send_end(struct wire *wire, const GError *error)
{
	return wire_send(wire, WIRE_END,
		g_variant_new("(u^ay)", error ? (guint32)error->code : (guint32)NIXIE_DONE,
			error ? error->message : ""));
}

bool wire_end_error(GVariant *end, GError **error)
{
	guint32 code;
	const char *why;

	g_variant_get(end, "(u^&ay)", &code, &why);
	if (code == NIXIE_DONE)
		return false;
	g_set_error_literal(error, NIXIE_ERROR, code < 256 ? (int)code : NIXIE_INTERNAL, why);
	return true;
}

/* --- the words of store/store.h */

GVariant *store_ref_pack(const struct store_ref *store)
{
	return g_variant_new("(m^aym^aym^ay)", store->database, store->config, store->profile);
}

struct store_ref store_ref_unpack(GVariant *request)
{
	struct store_ref store;
	g_autoptr(GVariant) first = g_variant_get_child_value(request, 0);

	g_variant_get(first, "(m^&aym^&aym^&ay)", &store.database, &store.config, &store.profile);
	return store;
}

void message_pack(struct pack *pack, const struct message *message)
{
	pack_text(pack, message->id);
	pack_text(pack, message->thread);
	pack_number(pack, message->date);
	pack_text(pack, message->from);
	pack_text(pack, message->subject);
	pack_list(pack, (const char *const *)message->tags);
	pack_list(pack, (const char *const *)message->files);
	pack_list(pack, (const char *const *)message->properties);
	pack_text(pack, message->to);
	pack_number(pack, message->stamp);
}

struct message *message_unpack(struct unpack *unpack)
{
	struct message *message = g_new0(struct message, 1);

	message->id = unpack_dup(unpack);
	message->thread = unpack_dup(unpack);
	message->date = unpack_number(unpack);
	message->from = unpack_dup(unpack);
	message->subject = unpack_dup(unpack);
	message->tags = unpack_list(unpack);
	message->files = unpack_list(unpack);
	message->properties = unpack_list(unpack);
	message->to = unpack_dup(unpack);
	message->stamp = unpack_number(unpack);
	if (!message->id)
		unpack->bad = true;
	return message;
}

static const char *pass_texts(struct unpack *unpack, size_t n)
{
	const char *first = NULL;

	for (size_t i = 0; i < n && !unpack->bad; i++) {
		const char *text = unpack_text(unpack);

		first = i ? first : text;
	}
	return first;
}

struct message_glance message_glance(struct unpack *unpack)
{
	struct message_glance glance = {.id = unpack_text(unpack)};

	pass_texts(unpack, 1); /* thread */
	unpack_number(unpack);
	pass_texts(unpack, 2);                       /* from, subject */
	pass_texts(unpack, unpack_count(unpack, 1)); /* tags */
	glance.file = pass_texts(unpack, unpack_count(unpack, 1));
	pass_texts(unpack, unpack_count(unpack, 1)); /* properties */
	glance.to = unpack_text(unpack);
	glance.stamp = unpack_number(unpack);
	unpack->bad = unpack->bad || !glance.id;
	if (unpack->bad)
		glance = (struct message_glance){NULL};
	return glance;
}

void change_pack(struct pack *pack, const struct change *change)
{
	pack_text(pack, change->id);
	pack_list(pack, change->add_tags);
	pack_list(pack, change->remove_tags);
	pack_list(pack, change->add_properties);
	pack_list(pack, change->remove_properties);
}

struct change *change_unpack(struct unpack *unpack)
{
	struct change *change = g_new0(struct change, 1);

	change->id = unpack_dup(unpack);
	change->add_tags = (const char *const *)unpack_list(unpack);
	change->remove_tags = (const char *const *)unpack_list(unpack);
	change->add_properties = (const char *const *)unpack_list(unpack);
	change->remove_properties = (const char *const *)unpack_list(unpack);
	if (!change->id)
		unpack->bad = true;
	return change;
}
