/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The child that reads one report and tells what its verdicts were made from. */
#include <unistd.h>

#include "base/file.h"
#include "worker/engine.h"
#include "worker/roles.h"
#include "worker/sandbox.h"
#include "worker/trialwire.h"

static bool try_file(struct wire *wire, struct engine *engine, int fd, bool fragment,
	const char *asked, GError **error)
{
	const struct trial *trials;
	struct file_bytes bytes;
	struct report *report;
	struct pack pack;

	if (!file_read_fd(fd, &bytes, error))
		return false;
	report = extract_tried(engine->extractor, bytes.bytes, fragment, asked, &trials);
	pack_init(&pack);
	trials_pack(&pack, report, trials);
	wire_send(wire, WIRE_TRIALS, pack_end(&pack));
	pack_clear(&pack);
	report_free(report);
	file_bytes_clear(&bytes);
	return true;
}

void role_trial(struct wire *wire)
{
	struct engine engine = {0};
	enum wire_kind kind;
	g_autoptr(GVariant) request = NULL;
	const char *datadir, *asked;
	g_autofree const char **rule_dirs = NULL;
	gboolean fragment;
	g_autoptr(GError) error = NULL;
	int fd;

	if (!wire_receive(wire, &kind, &request) || kind != WIRE_TRY)
		return;
	g_variant_get(request, "(^&ay^a&aybm^&ay)", &datadir, &rule_dirs, &fragment, &asked);
	fd = wire_take_fd(&wire->in);
	if (fd < 0)
		return;
	if (engine_load(&engine, datadir, rule_dirs, &error)) {
		g_free(sandbox_enter());
		sandbox_next_message(g_get_monotonic_time());
		try_file(wire, &engine, fd, fragment, asked, &error);
	}
	wire_send_end(wire, error);
	close(fd);
}
