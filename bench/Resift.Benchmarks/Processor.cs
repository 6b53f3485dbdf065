using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;
using Resift.Local.Inference;

namespace Resift.Benchmarks;

/// <summary>What the processor is and has, also where .NET has no use for it yet.</summary>
internal static class Processor
{
    public static string Describe()
    {
        string[] has =
        [
            .. Avx2.IsSupported ? ["AVX2"] : (string[])[],
            .. Fma.IsSupported ? ["FMA"] : (string[])[],
            .. Bit(7, 1, Register.Eax, 4) ? ["AVX-VNNI"] : (string[])[],
            .. Bit(7, 0, Register.Ebx, 16) ? ["AVX-512"] : (string[])[],
            .. Bit(7, 0, Register.Ecx, 11) ? ["AVX-512 VNNI"] : (string[])[],
            .. Bit(7, 0, Register.Edx, 25) ? ["AMX int8"] : (string[])[],
            .. System.Runtime.Intrinsics.Arm.Dp.IsSupported ? ["Arm dot product"] : (string[])[],
        ];
        string vectors = Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256" : "128";
        string int8 = VnniTile.IsAvailable && vectors == "512" ? "vpdpbusd of 512 bits, by machine code"
            : Quads256.IsSupported && vectors == "256" ? "vpdpbusd of 256 bits"
            : Quads128.IsSupported ? "sdot of 128 bits"
            : $"pairs of 16 bits, in {vectors} bits";
        string instructions = has.Length == 0 ? "none of the instructions asked for" : string.Join(", ", has);
        return $"{Name()} ({RuntimeInformation.ProcessArchitecture}): {instructions}; vectors of {vectors} bits; int8 by {int8}";
    }

    private enum Register
    {
        Eax,
        Ebx,
        Ecx,
        Edx,
    }

    private static bool Bit(int leaf, int subleaf, Register register, int bit)
    {
        if (!X86Base.IsSupported || X86Base.CpuId(0, 0).Eax < leaf || (subleaf > 0 && X86Base.CpuId(leaf, 0).Eax < subleaf))
        {
            return false;
        }

        var (eax, ebx, ecx, edx) = X86Base.CpuId(leaf, subleaf);
        int value = register switch
        {
            Register.Eax => eax,
            Register.Ebx => ebx,
            Register.Ecx => ecx,
            _ => edx,
        };
        return (value & (1 << bit)) != 0;
    }

    private static string Name()
    {
        const int First = unchecked((int)0x80000002);
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < unchecked((uint)First) + 2)
        {
            return "a processor without a name";
        }

        byte[] bytes = [.. Enumerable.Range(0, 3).SelectMany(part =>
        {
            var (eax, ebx, ecx, edx) = X86Base.CpuId(First + part, 0);
            return new[] { eax, ebx, ecx, edx }.SelectMany(BitConverter.GetBytes);
        })];
        return Encoding.ASCII.GetString(bytes).Trim('\0', ' ');
    }
}
