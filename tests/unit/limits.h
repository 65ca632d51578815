/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long hostile input may take: CPU time, so that a busy machine fails no test. Quadratic
 * behaviour takes minutes; sanitizers cost about a factor of ten.
 */
#ifndef NIXIE_TESTS_LIMITS_H
#define NIXIE_TESTS_LIMITS_H

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

#endif
