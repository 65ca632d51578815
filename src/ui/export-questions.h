/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the export box asks: its fields, which of them matter, and the export that they ask for. */
#ifndef NIXIE_UI_EXPORT_QUESTIONS_H
#define NIXIE_UI_EXPORT_QUESTIONS_H

#include "triage/export.h"
#include "triage/target.h"
#include "ui/app.h"
#include "ui/form.h"

enum export_question {
	EXPORT_SCOPE,
	EXPORT_PER,
	EXPORT_FORMAT,
	EXPORT_TARGETS,
	EXPORT_COLUMNS,
	EXPORT_SAFETY,
	EXPORT_TRUST,
	EXPORT_FILE,
	EXPORT_BUTTONS,
};
enum export_button { EXPORT_BUTTON_EXPORT, EXPORT_BUTTON_COPY, EXPORT_BUTTON_CANCEL };

struct export_questions {
	struct session *session;
	struct form form;         /* its fields are enum export_question */
	struct target_book *book; /* NULL: it could not be read */
	GPtrArray *chosen; /* rows of the first scope: marked, of the group, or under the cursor */
	char *columns_text;
	bool named; /* the user has changed the file name */
};

void export_questions_init(struct export_questions *questions, struct app *app);
void export_questions_clear(struct export_questions *questions);
/* True when the key moved or changed something; Enter and Esc are the caller's. */
bool export_questions_key(struct export_questions *questions, int key);
/* A target decides what a line is; the others have nothing to ask of it. */
bool export_question_is_asked(struct export_questions *questions, enum export_question question);

/* What is asked for. The rows are to be unreferenced, the rest lives until the next key. */
GPtrArray *export_questions_rows(struct export_questions *questions);
struct export_options export_questions_options(struct export_questions *questions);
const struct target *export_questions_target(struct export_questions *questions); /* NULL: none */
const char *export_questions_path(struct export_questions *questions);            /* as typed */
enum export_button export_questions_button(struct export_questions *questions);

#endif
