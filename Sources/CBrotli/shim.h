// SPDX-License-Identifier: Apache-2.0

#ifndef R3MES_CBROTLI_SHIM_H
#define R3MES_CBROTLI_SHIM_H

#include <brotli/decode.h>
#include <brotli/encode.h>

#endif
