/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long hostile input may take: CPU time, so that a busy machine fails no test. Quadratic
 * behaviour takes minutes; sanitizers cost about a factor of ten. And the texts that cause it in
 * tables whose hash is known.
 */
#ifndef NIXIE_TESTS_LIMITS_H
#define NIXIE_TESTS_LIMITS_H

#include <glib.h>
#include <time.h>

#ifdef __has_feature
#define LIMITS_CLANG_ASAN __has_feature(address_sanitizer)
#else
#define LIMITS_CLANG_ASAN 0
#endif

#if defined(__SANITIZE_ADDRESS__) || LIMITS_CLANG_ASAN
#define HOSTILE_SECONDS 60.0
#else
#define HOSTILE_SECONDS 10.0
#endif

/* CPU seconds of this process so far. */
static inline double limits_now(void)
{
	return (double)clock() / CLOCKS_PER_SEC;
}

/* The number, below 65,536, in words of two letters that g_str_hash takes for each other. g_free.
 */
static inline char *limits_alike(unsigned number)
{
	GString *text = g_string_new(NULL);

	for (unsigned bit = 1; bit < 65536; bit *= 2)
		g_string_append(text, number & bit ? "ar" : "c0");
	return g_string_free(text, FALSE);
}

#endif
