// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A vCPUFreq device for a guest of two CPUs, as ACPI describes it: an SSDT for
// 'qemu-system-x86_64 -acpitable file=vcpufreq.aml', compiled by 'iasl vcpufreq.asl'.
//
// PRP0001 makes the operating system match the compatible string of _DSD, as it does
// for a device tree (Documentation/firmware-guide/acpi/enumeration.rst of Linux).  The
// region has 0x1000 bytes for each CPU that the guest can have.

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
            })
            Name (_DSD, Package ()
            {
                ToUUID ("daffd814-6eba-4d8c-8a91-bc9bbf4aa301"),
                Package ()
                {
                    Package () { "compatible", "qemu,virtual-cpufreq" }
                }
            })
        }
    }
}
