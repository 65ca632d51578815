/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The child that reads one mail for a screen: no rules, no verdict, and a sandbox from the start.
 */
#include <unistd.h>

#include "base/file.h"
#include "worker/reading.h"
#include "worker/roles.h"
#include "worker/sandbox.h"

static bool decode(struct wire *wire, int fd, const char *part, GError **error)
{
	struct file_bytes bytes;
	struct reading *reading;

	if (!file_read_fd(fd, &bytes, error))
		return false;
	reading = reading_make(bytes.bytes, part);
	wire_send(wire, WIRE_READING, reading_pack(reading));
	reading_free(reading);
	file_bytes_clear(&bytes);
	return true;
}

void role_decoder(struct wire *wire)
{
	enum wire_kind kind;
	GVariant *request;
	const char *part;
	g_autoptr(GError) error = NULL;
	int fd;

	g_free(sandbox_enter());
	if (!wire_receive(wire, &kind, &request) || kind != WIRE_DECODE)
		return;
	g_variant_get(request, "(m^&ay)", &part);
	fd = wire_take_fd(&wire->in);
	if (fd < 0)
		return;
	sandbox_next_message(g_get_monotonic_time());
	decode(wire, fd, part, &error);
	wire_send_end(wire, error);
	close(fd);
	g_variant_unref(request);
}
