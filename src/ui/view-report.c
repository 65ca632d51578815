/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view-report.h"

#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/words.h"
#include "ui/look-up.h"
#include "ui/menu.h"

#define RAW_BYTES_MAX \
	((size_t)4 << 20) /* of a file that are shown; `save` and `edit` take all of it */
#define WRAP_BELOW 76     /* panes narrower than a mail's usual lines wrap them */
#define SIDE_STEP 8

void report_pane_init(struct report_pane *pane, struct app *app)
{
	pane->app = app;
	pane->wrap = -1;
	pane->text = g_string_new(NULL);
	flow_init(&pane->flow, term_flags(app->term));
}

void report_pane_clear(struct report_pane *pane)
{
	g_free(pane->part);
	g_string_free(pane->text, TRUE);
	flow_clear(&pane->flow);
}

/* --- what is shown */

static bool is_in_header(const struct evidence *evidence)
{
	return !g_strcmp0(evidence->part, "header");
}

/* The part that holds the first evidence; NULL: none does. */
static const char *evidence_part(const struct recipient *recipient)
{
	for (size_t i = 0; recipient && i < recipient->evidence_n; i++)
		if (recipient->evidence[i].part && !is_in_header(&recipient->evidence[i]))
			return recipient->evidence[i].part;
	return NULL;
}

/* Reads the head of the file: read, not mapped, since a file that is cut meanwhile would end this
 * process. */
static void read_raw(struct report_pane *pane, const char *path)
{
	g_autoptr(GError) error = NULL;
	int fd = file_open_mail(path, &error);
	struct stat status;
	size_t n = 0;
	ssize_t got = 0;

	if (fd < 0) {
		g_string_assign(pane->text, error->message);
		return;
	}
	pane->size = fstat(fd, &status) == 0 ? (uint64_t)status.st_size : 0;
	g_string_set_size(pane->text, MIN((size_t)pane->size, RAW_BYTES_MAX));
	while (n < pane->text->len &&
		(got = pread(fd, pane->text->str + n, pane->text->len - n, (off_t)n)) != 0) {
		if (got < 0 && errno != EINTR)
			break;
		n += got > 0 ? (size_t)got : 0;
	}
	g_string_truncate(pane->text, n);
	close(fd);
}

static void add_evidence(struct report_pane *pane, const struct evidence *e, size_t at, size_t n)
{
	/* What says most of why comes first. */
	static const char *const telling[] = {"diagnostic", "text", "reply", "status"};
	unsigned rank = 0;

	while (rank < G_N_ELEMENTS(telling) && g_strcmp0(e->field, telling[rank]) != 0)
		rank++;
	flow_add_evidence(&pane->flow, at, n);
	if (rank < pane->telling && at < pane->text->len) {
		pane->telling = rank;
		pane->told = at;
	}
}

static void make_raw(struct report_pane *pane, const struct details *details)
{
	const struct recipient *recipient = details->recipient;

	read_raw(pane, details->file);
	flow_set(&pane->flow, (struct span){pane->text->str, pane->text->len});
	for (size_t i = 0; recipient && i < recipient->evidence_n; i++)
		add_evidence(pane, &recipient->evidence[i], recipient->evidence[i].raw_at,
			recipient->evidence[i].raw_n);
}

static bool is_usual(struct span line)
{
	static const char *const usual[] = {"From:", "To:", "Date:", "Subject:"};

	for (size_t i = 0; i < G_N_ELEMENTS(usual); i++)
		if (span_starts_nocase(line, usual[i]))
			return true;
	return false;
}

/* The header above the part: all of it, or the usual fields above the first part, or where a field
 * decided. */
static void add_header(
	struct report_pane *pane, const struct reading *reading, const struct recipient *recipient)
{
	const struct reading_part *first = reading->parts->len ? reading->parts->pdata[0] : NULL;
	bool usual = first && !g_strcmp0(first->id, reading->part);
	struct span rest = span_of(reading->header), line;

	for (size_t i = 0; recipient && i < recipient->evidence_n; i++)
		usual |= is_in_header(&recipient->evidence[i]);
	while (span_line(&rest, &line))
		if (pane->headers || (usual && is_usual(line))) {
			g_string_append_len(pane->text, line.p, (gssize)line.n);
			g_string_append_c(pane->text, '\n');
		}
	if (pane->text->len)
		g_string_append_c(pane->text, '\n');
}

/* Where a byte of the decoded source stands in the text that is shown. */
static size_t place_in_text(const struct reading *reading, uint64_t at)
{
	size_t low = 0, high = reading->text_n;

	if (!reading->origin)
		return (size_t)MIN(at, reading->text_n);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (reading->origin[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* `header` bytes stand above the part. */
static void mark_evidence(struct report_pane *pane, const struct reading *reading,
	const struct evidence *e, size_t header)
{
	if (is_in_header(e)) {
		const char *at =
			e->text && *e->text
				? span_find((struct span){pane->text->str, header}, e->text)
				: NULL;

		if (at)
			add_evidence(pane, e, (size_t)(at - pane->text->str), strlen(e->text));
	} else if (!g_strcmp0(e->part, reading->part)) {
		size_t from = place_in_text(reading, e->decoded_at);
		size_t to = place_in_text(reading, e->decoded_at + e->decoded_n);

		add_evidence(pane, e, header + from, to - from);
	}
}

static void make_decoded(
	struct report_pane *pane, const struct reading *reading, const struct recipient *recipient)
{
	size_t header;

	g_string_truncate(pane->text, 0);
	add_header(pane, reading, recipient);
	header = pane->text->len;
	if (reading->text)
		g_string_append_len(pane->text, reading->text, (gssize)reading->text_n);
	else
		g_string_append(
			pane->text, _("[This part is no text; s saves the report with it.]\n"));
	if (reading->cut)
		g_string_append(pane->text,
			_("\n[The rest is left out here; x shows the bytes of the file.]\n"));
	flow_set(&pane->flow, (struct span){pane->text->str, pane->text->len});
	for (size_t i = 0; recipient && i < recipient->evidence_n; i++)
		mark_evidence(pane, reading, &recipient->evidence[i], header);
}

static void say_instead(struct report_pane *pane, const char *text)
{
	g_string_assign(pane->text, text);
	flow_set(&pane->flow, (struct span){pane->text->str, pane->text->len});
}

void report_pane_forget(struct report_pane *pane)
{
	pane->row = NULL;
	pane->details = NULL;
	pane->reading = NULL;
	g_clear_pointer(&pane->part, g_free);
	say_instead(pane, "");
}

/* Makes the text anew where something changed; true when it did. */
static bool make(struct report_pane *pane, const struct row *row)
{
	const struct details *details =
		row_text(row, ROW_ERROR) ? NULL : session_details(pane->app->session, row);
	const char *part = pane->part ? pane->part
			   : details  ? evidence_part(details->recipient)
				      : NULL;
	bool raw = pane->raw;
	const struct reading *reading =
		raw || !details ? NULL : session_reading(pane->app->session, row, part);

	if (!pane->stale && row == pane->row && details == pane->details &&
		reading == pane->reading)
		return false;
	pane->stale = false;
	pane->telling = UINT_MAX;
	pane->row = row;
	pane->details = details;
	pane->reading = reading;
	if (row_text(row, ROW_ERROR))
		say_instead(pane, row_text(row, ROW_ERROR));
	else if (!details || (!reading && !raw))
		say_instead(pane, row->gone ? _("The file is no longer there.")
					    : _("Reading the report ..."));
	else if (raw)
		make_raw(pane, details);
	else
		make_decoded(pane, reading, details->recipient);
	return true;
}

/* All evidence comes into the window; where it is too far apart, what tells most
 * of why. A third from the top, or as low as it must. */
static void show_evidence(struct report_pane *pane)
{
	const GArray *evidence = pane->flow.evidence;
	struct scroll *scroll = &pane->scroll;
	const struct flow_range *range;
	size_t first, last = 0;

	scroll->cursor = scroll->top = 0;
	if (!evidence->len)
		return;
	for (guint i = 0; i < evidence->len; i++) {
		range = &g_array_index(evidence, struct flow_range, i);
		last = MAX(last, flow_row_of(&pane->flow, range->at + range->n - 1));
	}
	first = flow_row_of(&pane->flow, g_array_index(evidence, struct flow_range, 0).at);
	if (last - first >= scroll->height)
		first = last = flow_row_of(&pane->flow, pane->told);
	if (last >= scroll->height)
		scroll->top = MIN(first,
			MAX(first - MIN(first, scroll->height / 3), last + 2 - scroll->height));
	scroll_to(scroll, first);
}

void report_pane_draw(
	struct report_pane *pane, struct rect area, const struct row *row, int *y, int *x)
{
	bool changed, wrap;
	int width = area.w - 1; /* beside the margin */

	if (!row) {
		report_pane_forget(pane);
		return;
	}
	if (row != pane->row && pane->row &&
		(row->entry != pane->row->entry || row->file != pane->row->file))
		g_clear_pointer(&pane->part, g_free);
	changed = make(pane, row);
	wrap = pane->wrap < 0 ? width < WRAP_BELOW : pane->wrap;
	changed |= wrap != pane->flow.wrap || (wrap && width != pane->flow.width);
	flow_layout(&pane->flow, width, wrap);
	scroll_fit(&pane->scroll, pane->flow.rows->len, area.h);
	if (pane->to_top)
		scroll_to(&pane->scroll, 0);
	else if (changed)
		show_evidence(pane);
	pane->to_top = pane->to_top && !pane->reading && !pane->raw;
	flow_draw(&pane->flow, pane->app->term, area, &pane->scroll, pane->app->found);
	*y = area.y + (int)(pane->scroll.cursor - pane->scroll.top);
	*x = area.x;
}

/* "message/delivery-status" without what the heading has no room for. */
static const char *short_type(const char *type)
{
	const char *slash = strchr(type, '/');

	return slash && g_str_has_prefix(type, "message/") ? slash + 1 : type;
}

void report_pane_heading(const struct report_pane *pane, int cells, GString *out)
{
	const struct reading *reading = pane->reading;
	g_autoptr(GString) all = g_string_new(NULL);

	if (pane->row && row_text(pane->row, ROW_ERROR))
		return;
	if (pane->raw) {
		g_string_append_printf(out, _("bytes of the file, %" PRIu64 "%s"), pane->size,
			pane->size > RAW_BYTES_MAX ? _(" (the first 4 MB)") : "");
		return;
	}
	if (!reading || !reading->parts->len)
		return;
	for (guint i = 0; i < reading->parts->len; i++) {
		const struct reading_part *part = reading->parts->pdata[i];
		bool shown = !g_strcmp0(part->id, reading->part);

		g_string_append_printf(all, "%s%s%s %s%s", i ? "  " : "", shown ? "[" : "",
			part->id, short_type(part->type), shown ? "]" : "");
		if (shown)
			g_string_append_printf(out, _("part %u/%u %s"), i + 1, reading->parts->len,
				short_type(part->type));
	}
	if ((int)text_cells((struct span){all->str, all->len}) <= cells)
		g_string_assign(out, all->str);
}

/* --- commands */

static void choose_part(void *user, int chosen)
{
	struct report_pane *pane = user;
	const struct reading_part *part;

	if (!pane->reading || chosen >= (int)pane->reading->parts->len)
		return;
	part = pane->reading->parts->pdata[chosen];
	g_free(pane->part);
	pane->part = g_strdup(part->id);
	pane->raw = false;
}

static void open_parts(struct report_pane *pane)
{
	const struct reading *reading = pane->reading;
	struct menu *menu;

	if (pane->raw) {
		app_say(pane->app, _("These are the bytes of the file; x goes back to its parts."));
		return;
	}
	if (!reading || !reading->parts->len) {
		app_say(pane->app, reading ? _("There are no parts to choose from.")
					   : _("The report is still being read."));
		return;
	}
	menu = menu_new(_("Parts"), choose_part, pane);
	for (guint i = 0; i < reading->parts->len; i++) {
		const struct reading_part *part = reading->parts->pdata[i];
		g_autofree char *text = g_strdup_printf("%*s%-6s %s%s%s",
			(int)MIN(part->depth, 10) * 2, "", part->id, part->type,
			part->filename ? "  " : "", part->filename ? part->filename : "");

		menu_add(menu, i < 9 ? (int)('1' + i) : 0, text,
			!g_strcmp0(part->id, reading->part));
	}
	menu_push(pane->app, menu);
}

static void go_to(struct report_pane *pane, struct flow_range range)
{
	scroll_to(&pane->scroll, flow_row_of(&pane->flow, range.at));
	flow_show(&pane->flow, range);
}

static void next_evidence(struct report_pane *pane, bool back)
{
	struct flow_range found;

	if (flow_next_evidence(&pane->flow, pane->scroll.cursor, back, &found))
		go_to(pane, found);
	else
		app_say(pane->app, _("Nothing in this part decided."));
}

bool report_pane_command(struct report_pane *pane, int command)
{
	switch (command) {
	case UI_PARTS:
		open_parts(pane);
		return true;
	case UI_HEADERS:
		pane->headers = pane->raw || !pane->headers; /* a file begins with its header */
		pane->to_top = pane->headers;
		pane->stale = true;
		return true;
	case UI_RAW:
		pane->raw = !pane->raw;
		pane->stale = true;
		return true;
	case UI_WRAP:
		pane->wrap = !pane->flow.wrap;
		return true;
	case UI_NEXT_EVIDENCE:
	case UI_PREVIOUS_EVIDENCE:
		next_evidence(pane, command == UI_PREVIOUS_EVIDENCE);
		return true;
	case UI_RIGHT:
		pane->flow.left += pane->flow.wrap ? 0 : SIDE_STEP;
		return true;
	case UI_LEFT:
		pane->flow.left = MAX(pane->flow.left - SIDE_STEP, 0);
		return true;
	default:
		return scroll_command(&pane->scroll, command);
	}
}

void report_pane_search(struct report_pane *pane, const char *text, bool back, bool again)
{
	struct flow_range found;

	if (flow_find(&pane->flow, text, pane->scroll.cursor, back, again, &found))
		go_to(pane, found);
	else
		app_complain(pane->app, _("this part does not hold \"%s\""), text);
}

/* Where the line that holds `at` begins, or ends. */
static size_t line_begin(struct span text, size_t at)
{
	while (at > 0 && text.p[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_end(struct span text, size_t at)
{
	while (at < text.n && text.p[at] != '\n')
		at++;
	return at;
}

static bool goes_on(struct span text, size_t begin)
{
	return begin < text.n && (text.p[begin] == ' ' || text.p[begin] == '\t');
}

/* A field or a reply that was folded is one line (RFC 5322 section 2.2.3). */
static struct span whole_line(struct span text, size_t at)
{
	size_t begin = line_begin(text, at), end = line_end(text, at);

	while (begin > 0 && goes_on(text, begin))
		begin = line_begin(text, begin - 1);
	while (end < text.n && goes_on(text, end + 1))
		end = line_end(text, end + 1);
	return span_make(text.p + begin, text.p + end);
}

/* The evidence that touches the row; SPAN_NONE: none does. */
static struct span evidence_in(const struct flow *flow, const struct flow_row *row)
{
	for (guint i = 0; i < flow->evidence->len; i++) {
		const struct flow_range *range =
			&g_array_index(flow->evidence, struct flow_range, i);

		if (range->at < row->at + row->n && range->at + range->n > row->at)
			return (struct span){flow->text.p + range->at, range->n};
	}
	return SPAN_NONE;
}

char *report_pane_words(const struct report_pane *pane)
{
	const struct flow *flow = &pane->flow;
	const struct flow_row *row;
	struct span evidence;
	char *words;

	if (!pane->row || pane->scroll.cursor >= flow->rows->len)
		return NULL;
	row = &g_array_index(flow->rows, struct flow_row, pane->scroll.cursor);
	words = look_up_words(pane->app, whole_line(flow->text, row->at));
	evidence = words ? SPAN_NONE : evidence_in(flow, row);
	return evidence.n ? span_dup(evidence) : words;
}
