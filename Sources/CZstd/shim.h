// SPDX-License-Identifier: Apache-2.0

#ifndef R3MES_CZSTD_SHIM_H
#define R3MES_CZSTD_SHIM_H

#include <zstd.h>

#endif
