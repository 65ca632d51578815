/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef NIXIE_CLI_LANGUAGE_H
#define NIXIE_CLI_LANGUAGE_H

#include "cli/cli.h"

/*
 * The language that this run tells its results in: --lang; for people also the setting and then the
 * locale, since machine output is English unless --lang asks. `*lang` is NULL for English; g_free.
 * A language that was asked for and is not there is an error that names those which are.
 */
bool cli_language(const struct cli *cli, char **lang, GError **error);

/*
 * The language of messages, which is that of the results for people. First that of --lang in the
 * words of the command line, or of the locale, so that there are words for what is wrong with the
 * options; then, once options and settings are read, what they say.
 */
void cli_speak_first(const struct cli *cli, char *const *argv);
void cli_speak(const struct cli *cli);
/* Of a command whose results hold sentences: they are as cli_language() has it. */
void cli_speak_results(const struct cli *cli);

#endif
