/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/errors.h"

G_DEFINE_QUARK(nixie - error, nixie_error)
