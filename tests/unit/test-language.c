/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sentence tells, by the words of its language. */
#include <glib.h>

#include "extract/language.h"

#define PROBLEM (TOLD_FAILURE | TOLD_DELAY)

static struct language_set *set;

static const struct {
	const char *text;
	unsigned want, of; /* of these bits exactly those */
} sentences[] = {
	{"Your message could not be delivered to the following address", TOLD_FAILURE, PROBLEM},
	{"Your message was delivered", 0, PROBLEM},
	{"Your message was delivered. Do not answer.", 0, PROBLEM},
	{"Your mail has not yet been delivered", TOLD_DELAY | TOLD_FAILURE, PROBLEM},
	{"Ihre Nachricht konnte leider nicht an alle Empfänger ausgeliefert werden", TOLD_FAILURE,
		PROBLEM},
	{"IHRE NACHRICHT WURDE NICHT ZUGESTELLT", TOLD_FAILURE, PROBLEM},
	{"Unzustellbar: Angebot", TOLD_FAILURE, PROBLEM},
	{"Votre message n’a pas pu être remis", TOLD_FAILURE, PROBLEM},
	{"Votre message n'a pas pu etre remis", TOLD_FAILURE, PROBLEM},
	{"Su mensaje no se ha podido entregar", TOLD_FAILURE, PROBLEM},
	{"notable entregado", 0, PROBLEM},
	{"Wiadomość nie została dostarczona", TOLD_FAILURE, PROBLEM},
	{"Zpráva nebyla doručena", TOLD_FAILURE, PROBLEM},
	{"İletiniz teslim edilemedi", TOLD_FAILURE, PROBLEM},
	{"Το μήνυμα ΔΕΝ ΠΑΡΑΔΟΘΗΚΕ", TOLD_FAILURE, PROBLEM},
	{"Ваше сообщение не было доставлено", TOLD_FAILURE, PROBLEM},
	{"Ваше сообщение доставлено", 0, PROBLEM},
	{"تعذر تسليم رسالتك", TOLD_FAILURE, PROBLEM},
	{"نامه شما تحويل داده نشد", TOLD_FAILURE, PROBLEM}, /* the Arabic yeh */
	{"ההודעה לא נמסרה", TOLD_FAILURE, PROBLEM},
	{"ไม่สามารถส่งข้อความได้", TOLD_FAILURE, PROBLEM},
	{"Thư của bạn không gửi được", TOLD_FAILURE, PROBLEM},
	{"メールをお届けできませんでした", TOLD_FAILURE, PROBLEM},
	{"ﾒｰﾙを配信できません", TOLD_FAILURE, PROBLEM},
	{"您的邮件未能送达", TOLD_FAILURE, PROBLEM},
	{"메일을 보내지 못했습니다", TOLD_FAILURE, PROBLEM},
	{"Hệ thống thư", TOLD_DAEMON, TOLD_DAEMON},
	{"Il suo messaggio è stato consegnato", TOLD_DELIVERY, TOLD_DELIVERY | TOLD_TROUBLE},
	{"Il suo messaggio non è stato consegnato", TOLD_DELIVERY | TOLD_TROUBLE,
		TOLD_DELIVERY | TOLD_TROUBLE},
	{"\xff\xfe not \x80 delivered", TOLD_FAILURE, PROBLEM},
	{"", 0, ~0u},
};

static void test_sentences(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(sentences); i++) {
		unsigned told = language_told(set, span_of(sentences[i].text)) & sentences[i].of;

		if (told != sentences[i].want)
			g_error("%s: %#x, want %#x", sentences[i].text, told, sentences[i].want);
	}
}

/* Words far apart are of no one sentence. */
static void test_apart(void)
{
	g_autoptr(GString) text = g_string_new("We do not ");

	for (int i = 0; i < 40; i++)
		g_string_append(text, "wait for ");
	g_string_append(text, "what is delivered");
	g_assert_cmpuint(language_told(set, span_of(text->str)) & PROBLEM, ==, 0);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path =
		g_build_filename(g_getenv("NIXIE_DATADIR"), "formats", "languages.ini", NULL);
	int rc;

	g_test_init(&argc, &argv, NULL);
	set = language_set_load(path, &error);
	g_assert_no_error(error);
	g_test_add_func("/language/sentences", test_sentences);
	g_test_add_func("/language/apart", test_apart);
	rc = g_test_run();
	language_set_free(set);
	return rc;
}
