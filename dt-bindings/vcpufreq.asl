// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// SSDT with a virtual cpufreq device for a guest of two CPUs.  'iasl vcpufreq.asl' compiles
// it, and 'qemu-system-x86_64 -acpitable file=vcpufreq.aml' loads it.
//
// PRP0001 makes the operating system match the compatible string of _DSD, as it does
// for a device tree (Documentation/firmware-guide/acpi/enumeration.rst of Linux).  The
// first region has 0x1000 bytes for each CPU that the guest can have.  The second one is
// the pages that the host shares: cacheable, and above the range of 4 GiB in which the
// firmware makes addresses of devices uncached.

DefinitionBlock ("vcpufreq.aml", "SSDT", 2, "PVGST", "VCPUFREQ", 0x00000001)
{
    Scope (\_SB)
    {
        Device (CPUF)
        {
            Name (_HID, "PRP0001")
            Name (_UID, 0)
            Name (_CRS, ResourceTemplate ()
            {
                Memory32Fixed (ReadWrite, 0xFEF00000, 0x00002000)
                QWordMemory (ResourceConsumer, PosDecode, MinFixed, MaxFixed,
                    Cacheable, ReadWrite, 0,
                    0x4000000000, 0x400000FFFF, 0, 0x10000)
            })
            Name (_DSD, Package ()
            {
                ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
                Package ()
                {
                    Package () { "compatible",
                        Package () { "pvguest,virtual-cpufreq", "qemu,virtual-cpufreq" } }
                }
            })
        }
    }
}
