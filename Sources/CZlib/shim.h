// SPDX-License-Identifier: Apache-2.0

#ifndef R3MES_CZLIB_SHIM_H
#define R3MES_CZLIB_SHIM_H

#include <zlib.h>

#endif
