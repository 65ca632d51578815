/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "worker/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/text.h"
#include "base/words.h"
#include "worker/sandbox.h"

#define STDERR_KEPT ((size_t)2048)

struct outgoing {
	GBytes *frame;
	size_t sent;
	int *fds;
	size_t fds_n;
};

struct channel {
	struct spawner *spawner;
	struct child child;
	const struct channel_events *events;
	void *user;
	struct wire_in in;
	GQueue out;     /* struct outgoing* */
	GString *noise; /* the end of what came on stderr */
	guint in_source, out_source, noise_source, left_source;
	bool *gone; /* set by channel_free while a callback runs */
};

static void outgoing_free(void *data)
{
	struct outgoing *outgoing = data;

	for (size_t i = 0; i < outgoing->fds_n; i++)
		close(outgoing->fds[i]);
	g_free(outgoing->fds);
	g_bytes_unref(outgoing->frame);
	g_free(outgoing);
}

/* --- in */

/* The next frame goes to whom it is for; a foul one ends what was to come. */
static enum wire_next hand_on(struct channel *channel)
{
	enum wire_kind kind;
	g_autoptr(GVariant) value = NULL;
	enum wire_next next = wire_next(&channel->in, &kind, &value);

	if (next == WIRE_FRAME)
		channel->events->frame(channel->user, kind, value);
	if (next == WIRE_BAD)
		channel->events->closed(channel->user);
	return next;
}

/*
 * All frames that are there: no more than one read brought. False when the channel was freed.
 */
static bool deliver(struct channel *channel)
{
	bool gone = false;

	/* cppcheck-suppress autoVariables ; taken back before it ends, or the channel is gone */
	channel->gone = &gone;
	while (hand_on(channel) == WIRE_FRAME && !gone)
		;
	if (gone)
		return false;
	channel->gone = NULL;
	return true;
}

static void drop_source(guint *source)
{
	if (*source)
		g_source_remove(*source);
	*source = 0;
}

static gboolean on_input(gint fd, GIOCondition condition, gpointer data)
{
	struct channel *channel = data;
	enum wire_read got = wire_read(&channel->in, fd);

	(void)condition;
	if (!deliver(channel))
		return G_SOURCE_REMOVE;
	if (got != WIRE_EOF)
		return G_SOURCE_CONTINUE;
	channel->in_source = 0;
	channel->events->closed(channel->user);
	return G_SOURCE_REMOVE;
}

static gboolean on_left(gpointer data)
{
	struct channel *channel = data;

	channel->left_source = 0;
	deliver(channel);
	return G_SOURCE_REMOVE;
}

enum noise { NOISE_CAME, NOISE_NONE, NOISE_ENDED };

static enum noise read_noise(struct channel *channel)
{
	char buf[1024];
	ssize_t got = read(channel->child.stderr_fd, buf, sizeof buf);

	if (got <= 0)
		return got < 0 && (errno == EAGAIN || errno == EINTR) ? NOISE_NONE : NOISE_ENDED;
	g_string_append_len(channel->noise, buf, got);
	if (channel->noise->len > STDERR_KEPT)
		g_string_erase(channel->noise, 0, (gssize)(channel->noise->len - STDERR_KEPT));
	return NOISE_CAME;
}

static gboolean on_noise(gint fd, GIOCondition condition, gpointer data)
{
	struct channel *channel = data;

	(void)fd;
	(void)condition;
	if (read_noise(channel) != NOISE_ENDED)
		return G_SOURCE_CONTINUE;
	channel->noise_source = 0;
	return G_SOURCE_REMOVE;
}

/* --- out */

/* Sends what the socket takes. False when it is broken; the reading side will tell. */
static bool push(struct channel *channel)
{
	struct outgoing *outgoing;

	while ((outgoing = g_queue_peek_head(&channel->out))) {
		_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int) * WIRE_FDS_MAX)] = {0};
		gsize size;
		const char *bytes = g_bytes_get_data(outgoing->frame, &size);
		struct iovec left = {(void *)(bytes + outgoing->sent), size - outgoing->sent};
		struct msghdr message = {.msg_iov = &left, .msg_iovlen = 1};
		ssize_t put;

		/* Descriptors go with the first byte of their frame. */
		if (outgoing->fds_n && !outgoing->sent) {
			struct cmsghdr *c = (struct cmsghdr *)(void *)control;

			message.msg_control = control;
			message.msg_controllen = CMSG_SPACE(sizeof(int) * outgoing->fds_n);
			c->cmsg_level = SOL_SOCKET;
			c->cmsg_type = SCM_RIGHTS;
			c->cmsg_len = CMSG_LEN(sizeof(int) * outgoing->fds_n);
			memcpy(CMSG_DATA(c), outgoing->fds, sizeof(int) * outgoing->fds_n);
		}
		put = sendmsg(channel->child.fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK;
		outgoing->sent += (size_t)put;
		if (outgoing->sent == size)
			outgoing_free(g_queue_pop_head(&channel->out));
	}
	return true;
}

static gboolean on_output(gint fd, GIOCondition condition, gpointer data)
{
	struct channel *channel = data;
	bool whole = push(channel);

	(void)fd;
	(void)condition;
	if (whole && !g_queue_is_empty(&channel->out))
		return G_SOURCE_CONTINUE;
	channel->out_source = 0;
	if (whole && channel->events->drained)
		channel->events->drained(channel->user);
	return G_SOURCE_REMOVE;
}

void channel_send_fds(
	struct channel *channel, enum wire_kind kind, GVariant *value, const int *fds, size_t n)
{
	struct outgoing *outgoing = g_new0(struct outgoing, 1);

	g_assert(n <= WIRE_FDS_MAX);
	outgoing->frame = wire_frame(kind, value);
	g_assert(outgoing->frame); /* what this program itself sends stays far below the limit */
	outgoing->fds = g_memdup2(fds, n * sizeof *fds);
	outgoing->fds_n = n;
	g_queue_push_tail(&channel->out, outgoing);
	/* At once, if nothing is before it: who asks may have other things to do before the main
	 * loop comes round. */
	if (channel->out.length == 1)
		push(channel);
	if (g_queue_is_empty(&channel->out) && !channel->events->drained)
		return;
	if (!channel->out_source)
		channel->out_source = g_unix_fd_add(
			channel->child.fd, G_IO_OUT | G_IO_ERR | G_IO_HUP, on_output, channel);
}

void channel_send(struct channel *channel, enum wire_kind kind, GVariant *value)
{
	channel_send_fds(channel, kind, value, NULL, 0);
}

/* --- life */

static void block(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);

	fcntl(fd, F_SETFL, on ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

struct channel *channel_new(struct spawner *spawner, enum role role,
	const struct channel_events *events, void *user, GError **error)
{
	struct child child;
	struct channel *channel;

	if (!spawner_spawn(spawner, role, &child, error))
		return NULL;
	channel = g_new0(struct channel, 1);
	channel->spawner = spawner;
	channel->child = child;
	channel->events = events;
	channel->user = user;
	channel->noise = g_string_new(NULL);
	wire_in_init(&channel->in, false);
	g_queue_init(&channel->out);
	block(child.fd, false);
	block(child.stderr_fd, false);
	channel->in_source =
		g_unix_fd_add(child.fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_input, channel);
	channel->noise_source =
		g_unix_fd_add(child.stderr_fd, G_IO_IN | G_IO_HUP, on_noise, channel);
	return channel;
}

int channel_free(struct channel *channel, bool kill)
{
	int status;

	if (channel->gone)
		*channel->gone = true;
	drop_source(&channel->in_source);
	drop_source(&channel->out_source);
	drop_source(&channel->noise_source);
	drop_source(&channel->left_source);
	status = spawner_end(channel->spawner, &channel->child, kill);
	g_queue_clear_full(&channel->out, outgoing_free);
	wire_in_clear(&channel->in);
	g_string_free(channel->noise, TRUE);
	g_free(channel);
	return status;
}

void channel_flush(struct channel *channel)
{
	while (push(channel) && !g_queue_is_empty(&channel->out)) {
		struct pollfd wait = {channel->child.fd, POLLIN | POLLOUT, 0};

		poll(&wait, 1, -1);
		if ((wait.revents & ~POLLOUT) &&
			wire_read(&channel->in, channel->child.fd) == WIRE_EOF)
			return;
		g_byte_array_set_size(channel->in.bytes, 0);
		channel->in.at = 0;
	}
}

/* Frames that came with the one that was waited for are delivered from the loop. */
static void leave_rest(struct channel *channel)
{
	if (channel->in.bytes->len > channel->in.at && !channel->left_source)
		channel->left_source = g_idle_add(on_left, channel);
}

bool channel_wait_frame(struct channel *channel, enum wire_kind *kind, GVariant **value)
{
	enum wire_next next;

	while ((next = wire_next(&channel->in, kind, value)) == WIRE_NEED_MORE) {
		struct pollfd wait = {channel->child.fd, POLLIN, 0};

		if (!push(channel))
			return false;
		if (!g_queue_is_empty(&channel->out))
			wait.events |= POLLOUT;
		poll(&wait, 1, -1);
		if ((wait.revents & ~POLLOUT) &&
			wire_read(&channel->in, channel->child.fd) == WIRE_EOF)
			return false;
	}
	leave_rest(channel);
	return next == WIRE_FRAME;
}

static char *last_line(struct channel *channel)
{
	g_auto(GStrv) lines = NULL;
	char *last = NULL;

	while (read_noise(channel) == NOISE_CAME)
		;
	lines = g_strsplit(channel->noise->str, "\n", -1);
	for (size_t i = 0; lines[i]; i++)
		if (*g_strstrip(lines[i]))
			last = lines[i];
	return text_visible(last ? last : "", TEXT_PLAIN);
}

GError *channel_free_why(struct channel *channel, const char *what)
{
	g_autofree char *said = last_line(channel);
	const char *colon = *said ? ": " : "";
	int status = channel_free(channel, true);

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		return g_error_new(NIXIE_ERROR, NIXIE_BUSY,
			_("%s waited too long for the index, which is locked; try again"), what);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF)
		return g_error_new(NIXIE_ERROR, NIXIE_INTERNAL,
			_("%s took more than %d seconds and was stopped"), what,
			SANDBOX_CPU_SECONDS);
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		return g_error_new(NIXIE_ERROR, NIXIE_INTERNAL,
			_("%s met a fault of the program and ended (signal %d)%s%s"), what,
			WTERMSIG(status), colon, said);
	return g_error_new(NIXIE_ERROR, NIXIE_INTERNAL,
		_("%s ended before its answer was whole%s%s"), what, colon, said);
}
