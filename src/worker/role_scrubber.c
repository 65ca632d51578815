/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The child that makes reports anonymous, one after the other. */
#include <unistd.h>

#include "base/file.h"
#include "extract/scrub.h"
#include "worker/engine.h"
#include "worker/roles.h"
#include "worker/sandbox.h"

static GVariant *scrubbed_value(const GString *mail, bool same)
{
	return g_variant_new("(b@ay)", same,
		g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, mail->str, mail->len, 1));
}

/* A file that cannot be read is an empty answer. */
static bool scrub_file(struct wire *wire, struct engine *engine, struct pseudonyms *names, int fd)
{
	struct file_bytes bytes;
	bool same = false, sent;
	GString *mail;

	sandbox_next_message(g_get_monotonic_time());
	if (!file_read_fd(fd, &bytes, NULL)) {
		mail = g_string_new(NULL);
	} else {
		mail = scrub_message(engine->extractor, names, bytes.bytes, &same);
		file_bytes_clear(&bytes);
	}
	sent = wire_send(wire, WIRE_SCRUBBED, scrubbed_value(mail, same));
	g_string_free(mail, TRUE);
	return sent;
}

static void scrub_files(struct wire *wire, struct engine *engine, struct pseudonyms *names)
{
	enum wire_kind kind;
	GVariant *request;
	bool goes_on = true;

	while (goes_on && wire_receive(wire, &kind, &request)) {
		int fd = kind == WIRE_FILES ? wire_take_fd(&wire->in) : -1;

		g_variant_unref(request);
		if (fd < 0)
			return;
		goes_on = scrub_file(wire, engine, names, fd);
		close(fd);
	}
}

void role_scrubber(struct wire *wire)
{
	struct engine engine = {0};
	struct pseudonyms *names = NULL;
	enum wire_kind kind;
	g_autoptr(GVariant) request = NULL;
	const char *datadir;
	g_autofree const char **rule_dirs = NULL;
	g_autoptr(GError) error = NULL;

	if (!wire_receive(wire, &kind, &request) || kind != WIRE_SCRUB)
		return;
	g_variant_get(request, "(^&ay^a&ay)", &datadir, &rule_dirs);
	if (engine_load(&engine, datadir, rule_dirs, &error))
		names = scrub_names(engine.extractor, datadir, &error);
	if (!names) {
		wire_send_end(wire, error);
		return;
	}
	g_free(sandbox_enter());
	scrub_files(wire, &engine, names);
}
