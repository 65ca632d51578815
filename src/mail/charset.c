/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of labels. They are read as meant: ISO-8859-1 as the Windows set that replaced it,
 * GB2312 as GB18030, and so on, as browsers do (WHATWG Encoding Standard, section 4.2), and known
 * slips of the pen as the label they were to be. For what glibc has no decoder see mail/shift.h.
 */
#include "mail/charset.h"

#include <gmime/gmime.h>

#define LABEL_MAX 40

static const struct charset charsets[] = {
	{"utf8", "UTF-8", NULL, CHARSET_UTF8},
	{"usascii", "US-ASCII", NULL, CHARSET_ASCII},
	{"iso88591", "windows-1252", "CP1252", CHARSET_BYTES},
	{"windows1252", "windows-1252", "CP1252", CHARSET_BYTES},
	{"iso2022jp", "ISO-2022-JP", NULL, CHARSET_SHIFT, "cp50221"},

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
	{"csiso2022jp", "ISO-2022-JP", NULL, CHARSET_SHIFT, "cp50221"},
	{"iso2022jpms", "CP50221", "EUC-JP-MS", CHARSET_LINE, "iso2022jp3", SHIFTS_JIS},
	{"cp50220", "CP50221", "EUC-JP-MS", CHARSET_LINE, "iso2022jp3", SHIFTS_JIS},
	{"cp50221", "CP50221", "EUC-JP-MS", CHARSET_LINE, "iso2022jp3", SHIFTS_JIS},
	{"iso2022jp3", "ISO-2022-JP-3", NULL, CHARSET_LINE, "eucjp"},
	{"shiftjis", "Shift_JIS", "CP932", CHARSET_BYTES},
	{"xsjis", "Shift_JIS", "CP932", CHARSET_BYTES},
	{"sjis", "Shift_JIS", "CP932", CHARSET_BYTES},
	{"windows31j", "Shift_JIS", "CP932", CHARSET_BYTES},
	{"cp932", "Shift_JIS", "CP932", CHARSET_BYTES},
	{"ms932", "Shift_JIS", "CP932", CHARSET_BYTES},
	{"eucjp", "EUC-JP", "EUC-JP-MS", CHARSET_BYTES, "shiftjis"},
	{"xeucjp", "EUC-JP", "EUC-JP-MS", CHARSET_BYTES, "shiftjis"},
	{"hzgb2312", "HZ-GB-2312", "GB18030", CHARSET_LINE, NULL, SHIFTS_HZ},
	{"hz", "HZ-GB-2312", "GB18030", CHARSET_LINE, NULL, SHIFTS_HZ},
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

/*
 * The label without case and punctuation. False when it cannot be one: iconv gives `/` a meaning of
 * its own.
 */
static bool label_key(const char *label, char key[static LABEL_MAX + 1])
{
	size_t n = 0;

	for (; *label; label++) {
		if (g_ascii_isalnum(*label) && n < LABEL_MAX)
			key[n++] = g_ascii_tolower(*label);
		else if (g_ascii_isalnum(*label) || !strchr("-_.: ()'\"", *label))
			return false;
	}
	key[n] = '\0';
	return n > 0;
}

const struct charset *charset_by_key(const char *key)
{
	for (size_t i = 0; i < G_N_ELEMENTS(charsets); i++)
		if (charsets[i].key[0] == key[0] && strcmp(charsets[i].key, key) == 0)
			return &charsets[i];
	return NULL;
}

static iconv_t open_descriptor(const struct charset *charset)
{
	return g_mime_iconv_open("UTF-8", charset->iconv ? charset->iconv : charset->name);
}

/*
 * glibc loads a library for a charset, and lets go of it with the last descriptor: one of each is
 * kept, since loading costs more than most texts, and is lent to one reader at a time.
 */
static struct kept {
	iconv_t cd;
	bool open, lent;
} descriptors[G_N_ELEMENTS(charsets)];

static struct kept *kept_for(const struct charset *charset)
{
	bool known = charset >= charsets && charset < charsets + G_N_ELEMENTS(charsets);

	return known ? &descriptors[charset - charsets] : NULL;
}

iconv_t charset_open(const struct charset *charset)
{
	static gsize ready; /* g_mime_init() counts its calls; one is enough */
	struct kept *kept;

	if (g_once_init_enter(&ready)) {
		g_mime_init();
		g_once_init_leave(&ready, 1);
	}
	kept = kept_for(charset);
	if (!kept || kept->lent)
		return open_descriptor(charset);
	if (!kept->open)
		kept->cd = open_descriptor(charset);
	else
		iconv(kept->cd, NULL, NULL, NULL, NULL);
	kept->open = kept->lent = kept->cd != (iconv_t)-1;
	return kept->cd;
}

void charset_close(const struct charset *charset, iconv_t cd)
{
	struct kept *kept = kept_for(charset);

	if (kept && kept->lent && kept->cd == cd)
		kept->lent = false;
	else
		g_mime_iconv_close(cd);
}

const struct charset *charset_find(const char *label, struct arena *arena)
{
	const struct charset *known;
	struct charset *made;
	char key[LABEL_MAX + 1];
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
	charset_close(made, cd);
	return made;
}

size_t charset_unit(const struct charset *charset)
{
	return charset->kind == CHARSET_WIDE2 ? 2 : charset->kind == CHARSET_WIDE4 ? 4 : 1;
}
