/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The charset stage. Labels are read as meant: ISO-8859-1 as the Windows set that replaced it,
 * GB2312 as GB18030, and so on, as browsers do (WHATWG Encoding Standard, section 4.2), and known
 * slips of the pen as the label they were to be.
 *
 * Stateless charsets are converted in chunks, those with shifts line by line, each line
 * from the initial state (RFC 1468 and RFC 1922 demand that of the sender, and it keeps one broken
 * escape from spoiling the rest). A mark is set at each beginning, and the way back begins at the
 * mark before.
 */
#include "mail/charset.h"

#include <errno.h>
#include <gmime/gmime.h>

#define CHUNK 1024
#define LINE_MAX_BYTES ((size_t)1 << 16) /* longer lines are cut for charsets with shifts */
#define CHAR_MAX_BYTES 16
#define REPLACEMENT "\xEF\xBF\xBD"

enum charset_kind {
	CHARSET_ASCII, /* says nothing: guess */
	CHARSET_UTF8,
	CHARSET_BYTES, /* one or more bytes a character, no shifts; ASCII alone is itself */
	CHARSET_WIDE2, /* UTF-16 */
	CHARSET_WIDE4, /* UTF-32 */
	CHARSET_SHIFT, /* ISO-2022-JP: escapes */
	CHARSET_UTF7,
	CHARSET_LINE, /* what only whole lines can be told of */
};

struct charset {
	const char *key;   /* the label in lower case, letters and digits only */
	const char *name;  /* shown */
	const char *iconv; /* NULL: as `name` */
	enum charset_kind kind;
	const char *next; /* key of the one to try when this one does not fit */
};

struct charset_mark {
	size_t in, out;
};

static const struct charset charsets[] = {
	{"utf8", "UTF-8", NULL, CHARSET_UTF8},
	{"usascii", "US-ASCII", NULL, CHARSET_ASCII},
	{"iso88591", "windows-1252", "CP1252", CHARSET_BYTES},
	{"windows1252", "windows-1252", "CP1252", CHARSET_BYTES},
	{"iso2022jp", "ISO-2022-JP", NULL, CHARSET_SHIFT, "iso2022jp3"},

	{"ansix341968", "US-ASCII", NULL, CHARSET_ASCII},
	{"ascii", "US-ASCII", NULL, CHARSET_ASCII},
	{"iso646us", "US-ASCII", NULL, CHARSET_ASCII},
	{"unknown", "US-ASCII", NULL, CHARSET_ASCII},
	{"unknown8bit", "US-ASCII", NULL, CHARSET_ASCII},
	{"xunknown", "US-ASCII", NULL, CHARSET_ASCII},

	{"uft8", "UTF-8", NULL, CHARSET_UTF8},
	{"utf", "UTF-8", NULL, CHARSET_UTF8},
	{"unicode", "UTF-8", NULL, CHARSET_UTF8},
	{"unicode11utf8", "UTF-8", NULL, CHARSET_UTF8},
	{"xutf8", "UTF-8", NULL, CHARSET_UTF8},

	{"unicode11utf7", "UTF-7", NULL, CHARSET_UTF7},
	{"utf7", "UTF-7", NULL, CHARSET_UTF7},
	{"utf16", "UTF-16BE", NULL, CHARSET_WIDE2},
	{"utf16be", "UTF-16BE", NULL, CHARSET_WIDE2},
	{"utf16le", "UTF-16LE", NULL, CHARSET_WIDE2},
	{"utf32", "UTF-32BE", NULL, CHARSET_WIDE4},
	{"utf32be", "UTF-32BE", NULL, CHARSET_WIDE4},
	{"utf32le", "UTF-32LE", NULL, CHARSET_WIDE4},

	{"latin1", "windows-1252", "CP1252", CHARSET_BYTES},
	{"cp1252", "windows-1252", "CP1252", CHARSET_BYTES},
	{"ansi", "windows-1252", "CP1252", CHARSET_BYTES},
	{"iso88592", "ISO-8859-2", NULL, CHARSET_BYTES},
	{"latin2", "ISO-8859-2", NULL, CHARSET_BYTES},
	{"iso88593", "ISO-8859-3", NULL, CHARSET_BYTES},
	{"iso88594", "ISO-8859-4", NULL, CHARSET_BYTES},
	{"iso88595", "ISO-8859-5", NULL, CHARSET_BYTES},
	{"iso88596", "ISO-8859-6", NULL, CHARSET_BYTES},
	{"iso88597", "ISO-8859-7", NULL, CHARSET_BYTES},
	{"iso88598", "ISO-8859-8", NULL, CHARSET_BYTES},
	{"iso88598i", "ISO-8859-8", NULL, CHARSET_BYTES},
	{"iso88599", "windows-1254", "CP1254", CHARSET_BYTES},
	{"iso885910", "ISO-8859-10", NULL, CHARSET_BYTES},
	{"iso885911", "windows-874", "CP874", CHARSET_BYTES},
	{"iso885913", "ISO-8859-13", NULL, CHARSET_BYTES},
	{"iso885914", "ISO-8859-14", NULL, CHARSET_BYTES},
	{"iso885915", "ISO-8859-15", NULL, CHARSET_BYTES},
	{"latin9", "ISO-8859-15", NULL, CHARSET_BYTES},
	{"iso885916", "ISO-8859-16", NULL, CHARSET_BYTES},
	{"tis620", "windows-874", "CP874", CHARSET_BYTES},
	{"windows874", "windows-874", "CP874", CHARSET_BYTES},
	{"windows1250", "windows-1250", "CP1250", CHARSET_BYTES},
	{"cp1250", "windows-1250", "CP1250", CHARSET_BYTES},
	{"windows1251", "windows-1251", "CP1251", CHARSET_BYTES},
	{"cp1251", "windows-1251", "CP1251", CHARSET_BYTES},
	{"windows1253", "windows-1253", "CP1253", CHARSET_BYTES},
	{"windows1254", "windows-1254", "CP1254", CHARSET_BYTES},
	{"windows1256", "windows-1256", "CP1256", CHARSET_BYTES},
	{"windows1257", "windows-1257", "CP1257", CHARSET_BYTES},
	{"windows1255", "windows-1255", "CP1255", CHARSET_LINE},
	{"windows1258", "windows-1258", "CP1258", CHARSET_LINE},
	{"koi8r", "KOI8-R", NULL, CHARSET_BYTES},
	{"koi8u", "KOI8-U", NULL, CHARSET_BYTES},
	{"ibm437", "IBM437", NULL, CHARSET_BYTES},
	{"cp437", "IBM437", NULL, CHARSET_BYTES},
	{"ibm850", "IBM850", NULL, CHARSET_BYTES},
	{"cp850", "IBM850", NULL, CHARSET_BYTES},
	{"ibm852", "IBM852", NULL, CHARSET_BYTES},
	{"ibm866", "IBM866", NULL, CHARSET_BYTES},
	{"cp866", "IBM866", NULL, CHARSET_BYTES},
	{"macintosh", "macintosh", NULL, CHARSET_BYTES},

	{"iso2022jp1", "ISO-2022-JP-2", NULL, CHARSET_SHIFT, "iso2022jp3"},
	{"iso2022jp2", "ISO-2022-JP-2", NULL, CHARSET_SHIFT, "iso2022jp3"},
	{"csiso2022jp", "ISO-2022-JP", NULL, CHARSET_SHIFT, "iso2022jp3"},
	{"iso2022jpms", "ISO-2022-JP", NULL, CHARSET_SHIFT, "iso2022jp3"},
	{"cp50220", "ISO-2022-JP", NULL, CHARSET_SHIFT, "iso2022jp3"},
	{"cp50221", "ISO-2022-JP", NULL, CHARSET_SHIFT, "iso2022jp3"},
	{"iso2022jp3", "ISO-2022-JP-3", NULL, CHARSET_LINE, "eucjp"},
	{"shiftjis", "Shift_JIS", "CP932", CHARSET_BYTES},
	{"xsjis", "Shift_JIS", "CP932", CHARSET_BYTES},
	{"sjis", "Shift_JIS", "CP932", CHARSET_BYTES},
	{"windows31j", "Shift_JIS", "CP932", CHARSET_BYTES},
	{"cp932", "Shift_JIS", "CP932", CHARSET_BYTES},
	{"ms932", "Shift_JIS", "CP932", CHARSET_BYTES},
	{"eucjp", "EUC-JP", "EUC-JP-MS", CHARSET_BYTES, "shiftjis"},
	{"xeucjp", "EUC-JP", "EUC-JP-MS", CHARSET_BYTES, "shiftjis"},
	{"gb2312", "GB18030", NULL, CHARSET_BYTES},
	{"gb231280", "GB18030", NULL, CHARSET_BYTES},
	{"gbk", "GB18030", NULL, CHARSET_BYTES},
	{"xgbk", "GB18030", NULL, CHARSET_BYTES},
	{"cp936", "GB18030", NULL, CHARSET_BYTES},
	{"euccn", "GB18030", NULL, CHARSET_BYTES},
	{"gb18030", "GB18030", NULL, CHARSET_BYTES},
	{"big5", "Big5", "CP950", CHARSET_BYTES, "big5hkscs"},
	{"xbig5", "Big5", "CP950", CHARSET_BYTES, "big5hkscs"},
	{"cp950", "Big5", "CP950", CHARSET_BYTES, "big5hkscs"},
	{"big5hkscs", "Big5-HKSCS", NULL, CHARSET_LINE},
	{"euctw", "EUC-TW", NULL, CHARSET_BYTES},
	{"euckr", "EUC-KR", "CP949", CHARSET_BYTES},
	{"ksc5601", "EUC-KR", "CP949", CHARSET_BYTES},
	{"ksc56011987", "EUC-KR", "CP949", CHARSET_BYTES},
	{"ksc56011989", "EUC-KR", "CP949", CHARSET_BYTES},
	{"cp949", "EUC-KR", "CP949", CHARSET_BYTES},
	{"iso2022kr", "ISO-2022-KR", NULL, CHARSET_LINE},
	{"iso2022cn", "ISO-2022-CN", NULL, CHARSET_LINE},
};
static const struct charset guessed_windows = {
	"windows1252", "windows-1252", "CP1252", CHARSET_BYTES};

/* The label without case and punctuation. False when it cannot be one: iconv gives `/` a meaning of
 * its own. */
static bool label_key(const char *label, char key[static 41])
{
	size_t n = 0;

	for (; *label; label++) {
		if (g_ascii_isalnum(*label) && n < 40)
			key[n++] = g_ascii_tolower(*label);
		else if (g_ascii_isalnum(*label) || !strchr("-_.: ()'\"", *label))
			return false;
	}
	key[n] = '\0';
	return n > 0;
}

static const struct charset *charset_by_key(const char *key)
{
	for (size_t i = 0; i < G_N_ELEMENTS(charsets); i++)
		if (strcmp(charsets[i].key, key) == 0)
			return &charsets[i];
	return NULL;
}

/* A descriptor from GMime's cache, in its initial state. */
static iconv_t charset_open(const struct charset *charset)
{
	static gsize ready; /* g_mime_init() counts its calls; one is enough */

	if (g_once_init_enter(&ready)) {
		g_mime_init();
		g_once_init_leave(&ready, 1);
	}
	return g_mime_iconv_open("UTF-8", charset->iconv ? charset->iconv : charset->name);
}

/* What a label means; a name that only iconv knows becomes a charset of whole lines. NULL: nothing.
 */
static const struct charset *charset_find(const char *label, struct arena *arena)
{
	const struct charset *known;
	struct charset *made;
	char key[41];
	iconv_t cd;

	if (!label || !label_key(label, key))
		return NULL;
	known = charset_by_key(key);
	if (known)
		return known;
	made = arena_make(arena, struct charset);
	made->key = made->name = arena_str(arena, label);
	made->kind = CHARSET_LINE;
	cd = charset_open(made);
	if (cd == (iconv_t)-1)
		return NULL;
	g_mime_iconv_close(cd);
	return made;
}

static bool is_ascii(struct span s)
{
	size_t i = 0;

	for (; i + sizeof(uint64_t) <= s.n; i += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, s.p + i, sizeof word);
		if (word & UINT64_C(0x8080808080808080))
			return false;
	}
	for (; i < s.n; i++)
		if (s.p[i] & 0x80)
			return false;
	return true;
}

static bool has(struct span s, char c)
{
	return s.n && memchr(s.p, c, s.n);
}

/* Are these bytes, all below 128, the text itself? */
static bool ascii_is_text(const struct charset *charset, struct span bytes)
{
	switch (charset->kind) {
	case CHARSET_ASCII:
	case CHARSET_UTF8:
	case CHARSET_BYTES:
		return true;
	case CHARSET_SHIFT:
		return !has(bytes, '\x1B') && !has(bytes, '\x0E');
	case CHARSET_UTF7:
		return !has(bytes, '+');
	default:
		return false;
	}
}

/*
 * Is every `+` of UTF-7 followed by `-` or by whole characters (RFC 2152)? iconv is lenient, and
 * would eat the plus of an address in a text that bears the label but not the encoding.
 */
static bool utf7_is_sound(struct span bytes)
{
	const char *end = bytes.p + bytes.n, *p = bytes.p;

	while ((p = memchr(p, '+', (size_t)(end - p)))) {
		size_t n = 0;

		for (p++; p < end && (g_ascii_isalnum(*p) || *p == '+' || *p == '/'); p++)
			n++;
		if (n ? n * 6 % 16 >= 6 : p == end || *p != '-')
			return false;
	}
	return true;
}

static bool is_linewise(const struct charset *charset)
{
	return charset->kind == CHARSET_SHIFT || charset->kind == CHARSET_UTF7 ||
	       charset->kind == CHARSET_LINE;
}

static size_t unit_of(const struct charset *charset)
{
	return charset->kind == CHARSET_WIDE2 ? 2 : charset->kind == CHARSET_WIDE4 ? 4 : 1;
}

/* Length of the chunk that begins here. */
static size_t chunk_length(const struct charset *charset, struct span rest)
{
	size_t most = MIN(rest.n, is_linewise(charset) ? LINE_MAX_BYTES : CHUNK);
	const char *lf = is_linewise(charset) ? memchr(rest.p, '\n', most) : NULL;

	return lf ? (size_t)(lf - rest.p) + 1 : most;
}

struct conversion {
	const struct charset *charset;
	iconv_t cd;
	GString *out;
	GArray *marks;
	size_t used; /* bytes read */
	size_t bad;  /* bytes that mean nothing, each a U+FFFD in the text */
};

/* Converts one chunk; what remains of it is the head of a character, unless the chunk is `whole`.
 */
static size_t chunk_convert(struct conversion *c, struct span chunk, bool whole)
{
	size_t unit = unit_of(c->charset), room = chunk.n * 4 + CHAR_MAX_BYTES;
	gsize before = c->out->len;
	char *in = (char *)chunk.p, *out;
	size_t left = chunk.n;

	g_string_set_size(c->out, before + room);
	out = c->out->str + before;
	iconv(c->cd, NULL, NULL, NULL, NULL);
	while (left && iconv(c->cd, &in, &left, &out, &room) == (size_t)-1) {
		size_t skip = MIN(errno == EINVAL ? left : unit, left);

		if (errno == E2BIG || (errno == EINVAL && !whole) || room < strlen(REPLACEMENT))
			break;
		c->bad++;
		memcpy(out, REPLACEMENT, strlen(REPLACEMENT));
		out += strlen(REPLACEMENT);
		room -= strlen(REPLACEMENT);
		in += skip;
		left -= skip;
	}
	iconv(c->cd, NULL, NULL, &out, &room); /* some decoders hold the last character back */
	g_string_set_size(c->out, (gsize)(out - c->out->str));
	return chunk.n - left;
}

static void convert(struct conversion *c, struct span bytes, size_t max)
{
	while (c->used < bytes.n && c->out->len <= max) {
		struct charset_mark mark = {c->used, c->out->len};
		struct span rest = span_from(bytes, c->used);
		size_t n = chunk_length(c->charset, rest), used;

		g_array_append_val(c->marks, mark);
		used = chunk_convert(
			c, (struct span){rest.p, n}, n == rest.n || is_linewise(c->charset));
		if (used == 0)
			break;
		c->used += used;
	}
}

/* Shortens UTF-8 text to at most `max` bytes, between two characters. */
static size_t utf8_head(const char *text, size_t n, size_t max)
{
	if (n <= max)
		return n;
	for (n = max; n && ((unsigned char)text[n] & 0xC0) == 0x80;)
		n--;
	return n;
}

/*
 * One broken character in eight is damage; more is another charset. So is an escape that is still
 * there: glibc's ISO-2022-JP lets those pass that it does not know.
 */
static bool conversion_fits(const struct conversion *c)
{
	size_t characters = 0;

	if (c->charset->kind == CHARSET_SHIFT &&
		has((struct span){c->out->str, c->out->len}, '\x1B'))
		return false;
	for (size_t i = 0; c->bad && i < c->out->len; i++)
		characters += ((unsigned char)c->out->str[i] & 0xC0) == 0xC0;
	return c->bad == 0 || c->bad * 8 <= characters - c->bad;
}

/* Decodes by one charset. False, and nothing done, when it does not fit and `force` is not set. */
static bool decode_by(struct charset_text *text, const struct charset *charset, struct span bytes,
	size_t max, bool force, struct arena *arena)
{
	struct conversion c = {.charset = charset};
	struct span rest = span_from(bytes, text->skip);
	bool fits;

	c.cd = charset_open(charset);
	if (c.cd == (iconv_t)-1)
		return false;
	c.out = g_string_sized_new(rest.n + rest.n / 2 + 64);
	c.marks = g_array_new(FALSE, FALSE, sizeof(struct charset_mark));
	convert(&c, rest, max);
	g_mime_iconv_close(c.cd);
	fits = force || conversion_fits(&c);
	if (fits) {
		size_t n = utf8_head(c.out->str, c.out->len, max);

		text->name = charset->name;
		text->charset = charset;
		text->cut = n < c.out->len || c.used < rest.n;
		text->copied = n > rest.n || memcmp(c.out->str, rest.p, n) != 0;
		if (text->copied) {
			text->text =
				(struct span){arena_span(arena, (struct span){c.out->str, n}), n};
			text->n_marks = c.marks->len;
			text->marks =
				arena_alloc(arena, c.marks->len * sizeof(struct charset_mark));
			memcpy(text->marks, c.marks->data,
				c.marks->len * sizeof(struct charset_mark));
		} else {
			text->text = (struct span){rest.p, n};
		}
	}
	g_string_free(c.out, TRUE);
	g_array_free(c.marks, TRUE);
	return fits;
}

/* The bytes are the text. */
static void decode_as_is(struct charset_text *text, const char *name, struct span bytes, size_t max)
{
	struct span rest = span_from(bytes, text->skip);

	text->name = name;
	text->text = (struct span){rest.p, utf8_head(rest.p, rest.n, max)};
	text->cut = text->text.n < rest.n;
}

/* Is what begins at `valid` one character that was cut off? Reports are cut anywhere. */
static bool is_cut_off(const char *valid, const char *end)
{
	return g_utf8_get_char_validated(valid, end - valid) == (gunichar)-2;
}

/* A character cut off at the very end is left out; without a label, only where others speak for
 * UTF-8. */
static bool decode_utf8(struct charset_text *text, struct span bytes, size_t max, bool labelled,
	struct arena *arena)
{
	const char *end = bytes.p + bytes.n, *valid;

	if (bytes.n >= 3 && memcmp(bytes.p, "\xEF\xBB\xBF", 3) == 0)
		text->skip = 3;
	if (g_utf8_validate_len(bytes.p, bytes.n, &valid) ||
		(is_cut_off(valid, end) && (labelled || !is_ascii(span_make(bytes.p, valid))))) {
		decode_as_is(text, "UTF-8", span_make(bytes.p, valid), max);
		return true;
	}
	if (decode_by(text, charset_by_key("utf8"), bytes, max, false, arena))
		return true;
	text->skip = 0;
	return false;
}

/* A byte order mark of UTF-16 or UTF-32 and, with a label that leaves it open, where the zeros
 * stand. */
static const struct charset *wide_order(
	struct span bytes, const struct charset *labelled, size_t *mark)
{
	static const struct {
		const char *mark;
		size_t n;
		const char *key;
	} marks[] = {
		{"\xFF\xFE\0\0", 4, "utf32le"},
		{"\0\0\xFE\xFF", 4, "utf32be"},
		{"\xFF\xFE", 2, "utf16le"},
		{"\xFE\xFF", 2, "utf16be"},
	};
	size_t zeros[2] = {0, 0};

	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
		if (bytes.n >= marks[i].n && memcmp(bytes.p, marks[i].mark, marks[i].n) == 0) {
			*mark = marks[i].n;
			return charset_by_key(marks[i].key);
		}
	*mark = 0;
	if (!labelled || strcmp(labelled->key, "utf16") != 0)
		return labelled;
	for (size_t i = 0; i < MIN(bytes.n, 1024); i++)
		zeros[i % 2] += bytes.p[i] == '\0';
	return zeros[1] > zeros[0] ? charset_by_key("utf16le") : labelled;
}

static bool decode_labelled(struct charset_text *text, const struct charset *charset,
	struct span bytes, size_t max, struct arena *arena)
{
	if (charset->kind == CHARSET_UTF8)
		return decode_utf8(text, bytes, max, true, arena);
	if (charset->kind == CHARSET_WIDE2 || charset->kind == CHARSET_WIDE4)
		charset = wide_order(bytes, charset, &text->skip);
	if (unit_of(charset) > 1 && !text->skip && !has(bytes, '\0'))
		return false; /* the label is wrong: any text has line ends or blanks */
	if (charset->kind == CHARSET_UTF7 && !utf7_is_sound(bytes))
		return false;
	for (; charset; charset = charset->next ? charset_by_key(charset->next) : NULL)
		if (decode_by(text, charset, bytes, max, false, arena))
			return true;
	text->skip = 0;
	return false;
}

/* Without a label that helps: byte order mark, escapes of ISO-2022-JP, UTF-8, Windows-1252. */
static void decode_guessed(
	struct charset_text *text, struct span bytes, size_t max, bool ascii, struct arena *arena)
{
	const struct charset *wide = wide_order(bytes, NULL, &text->skip);

	if (wide && decode_by(text, wide, bytes, max, false, arena))
		return;
	text->skip = 0;
	if (ascii) {
		if (span_find(bytes, "\x1B$") &&
			decode_by(text, charset_by_key("iso2022jp"), bytes, max, false, arena))
			return;
		decode_as_is(text, "US-ASCII", bytes, max);
		return;
	}
	if (decode_utf8(text, bytes, max, false, arena))
		return;
	if (!decode_by(text, &guessed_windows, bytes, max, true, arena))
		decode_by(text, charset_by_key("utf8"), bytes, max, true, arena);
}

struct charset_text charset_decode(
	struct span bytes, const char *label, size_t max, struct arena *arena)
{
	struct charset_text text = {.text = {bytes.p, 0}, .name = "US-ASCII"};
	const struct charset *charset = charset_find(label, arena);
	bool ascii = is_ascii(bytes);

	if (charset && ascii && charset->kind != CHARSET_ASCII && ascii_is_text(charset, bytes))
		decode_as_is(&text, charset->name, bytes, max);
	else if (!charset || charset->kind == CHARSET_ASCII ||
		 !decode_labelled(&text, charset, bytes, max, arena))
		decode_guessed(&text, bytes, max, ascii, arena);
	return text;
}

struct span charset_utf8(struct span bytes, const char *label, struct arena *arena)
{
	return charset_decode(bytes, label, SIZE_MAX, arena).text;
}

/* --- The way back */

struct stepper {
	const struct charset_text *text;
	struct span bytes; /* behind the byte order mark */
	iconv_t cd;
	size_t in, out;
	size_t mark;  /* the next one */
	size_t shift; /* where the shift that holds began */
	bool shifted;
};

/* Reads one character, or a shift; false at the end. */
static bool step(struct stepper *s)
{
	const struct charset *charset = s->text->charset;
	const struct charset_mark *marks = s->text->marks;
	const char *p = s->bytes.p + s->in;
	size_t begin = s->in, most;

	if (s->mark < s->text->n_marks && s->in >= marks[s->mark].in) {
		iconv(s->cd, NULL, NULL, NULL, NULL);
		s->shifted = false;
		s->mark++;
	}
	most = (s->mark < s->text->n_marks ? marks[s->mark].in : s->bytes.n) - s->in;
	most = MIN(most, CHAR_MAX_BYTES);
	if (most == 0)
		return false;
	for (size_t n = MIN(unit_of(charset), most);; n += unit_of(charset)) {
		char room[4 * CHAR_MAX_BYTES], *in = (char *)p, *out = room;
		size_t left = MIN(n, most), free = sizeof room;
		bool done = iconv(s->cd, &in, &left, &out, &free) != (size_t)-1;

		if (!done && errno == EINVAL && in == p && n < most)
			continue;
		s->in += (size_t)(in - p);
		s->out += sizeof room - free;
		if (!done && in == p) {
			s->in += errno == EINVAL ? most : MIN(unit_of(charset), most);
			s->out += strlen(REPLACEMENT);
		}
		break;
	}
	if (charset->kind == CHARSET_SHIFT && *p == '\x1B') {
		s->shift = begin;
		s->shifted = s->in - begin < 3 || p[1] != '(' || p[2] != 'B';
	} else if (charset->kind == CHARSET_UTF7 && !s->shifted && *p == '+') {
		s->shift = begin;
		s->shifted = true;
	} else if (charset->kind == CHARSET_UTF7 && !g_ascii_isalnum(*p) && *p != '+' &&
		   *p != '/') {
		s->shifted = false;
	}
	return true;
}

/* The last mark at or before byte `out` of the text. */
static size_t mark_before(const struct charset_text *text, size_t out)
{
	size_t low = 0, high = text->n_marks;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		*(text->marks[middle].out <= out ? &low : &high) = middle;
	}
	return low;
}

struct mail_range charset_source(
	const struct charset_text *text, struct span bytes, struct mail_range range)
{
	struct stepper s = {.text = text, .bytes = span_from(bytes, text->skip)};
	size_t end = range.at + range.n, begin;

	if (!text->copied || !text->n_marks)
		return (struct mail_range){range.at + text->skip, range.n};
	s.mark = mark_before(text, range.at);
	begin = s.in = text->marks[s.mark].in;
	s.out = text->marks[s.mark].out;
	if (text->charset->kind == CHARSET_LINE) {
		while (s.mark < text->n_marks && text->marks[s.mark].out < end)
			s.mark++;
		s.in = s.mark < text->n_marks ? text->marks[s.mark].in : s.bytes.n;
		return (struct mail_range){begin + text->skip, range.n ? s.in - begin : 0};
	}
	s.cd = charset_open(text->charset);
	if (s.cd == (iconv_t)-1)
		return (struct mail_range){begin + text->skip, s.bytes.n - begin};
	while (s.out <= range.at) {
		begin = s.shifted ? s.shift : s.in;
		if (!step(&s))
			break;
	}
	while (s.out < end && step(&s))
		;
	g_mime_iconv_close(s.cd);
	return (struct mail_range){begin + text->skip, range.n ? s.in - begin : 0};
}
