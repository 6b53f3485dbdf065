using Iced.Intel;
using Resift.Local.Inference;
using static Iced.Intel.AssemblerRegisters;

namespace Resift.Benchmarks;

/// <summary>The rate of <c>vpdpbusd</c> on registers of 512 bits, which .NET 10 cannot say: machine code, as in the engine.</summary>
internal static unsafe class VnniPeak
{
    /// <summary>Creates the peak; null where the engine's own code cannot run.</summary>
    public static RegisterPeak? TryCreate()
    {
        nint code = VnniTile.IsAvailable ? ExecutableMemory.TryCreate(Assemble(OperatingSystem.IsWindows())) : 0;
        return code == 0 ? null : new("vpdpbusd (512 bits)", 8 * 16, steps =>
        {
            ((delegate* unmanaged<long, void>)code)(steps);
            return steps;
        });
    }

    private static byte[] Assemble(bool isWindows)
    {
        var code = new Assembler(64);
        AssemblerRegisterZMM[] chains =
            [zmm16, zmm17, zmm18, zmm19, zmm20, zmm21, zmm22, zmm23, zmm24, zmm25, zmm26, zmm27];
        code.mov(rax, isWindows ? rcx : rdi);
        foreach (var chain in (AssemblerRegisterZMM[])[.. chains, zmm28])
        {
            code.vpxord(chain, chain, chain);
        }

        var step = code.CreateLabel();
        code.Label(ref step);
        foreach (var chain in chains[..RegisterPeak.Chains])
        {
            code.vpdpbusd(chain, zmm28, zmm28);
        }

        code.dec(rax);
        code.jne(step);
        code.ret();
        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), rip: 0);
        return stream.ToArray();
    }
}
