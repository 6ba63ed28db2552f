/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the device of pv_floor.ko reads as, by which it is told from nobody.
 */
#ifndef _PV_FLOOR_H
#define _PV_FLOOR_H

#define BENCH_FLOOR_VALUE	0x5a5a5a5a

#endif /* _PV_FLOOR_H */
