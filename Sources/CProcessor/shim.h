// SPDX-License-Identifier: Apache-2.0

#ifndef R3MES_CPROCESSOR_H
#define R3MES_CPROCESSOR_H

// sched.h shows this to GNU sources only, which Swift's module of it is not.
extern int sched_getcpu(void);

#endif
