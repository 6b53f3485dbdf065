using System.Globalization;
using System.Runtime.Intrinsics;
using Iced.Intel;
using Resift.Local.Inference;
using static Iced.Intel.AssemblerRegisters;

namespace Resift.Local.Tests.Inference;

[Trait("Engine", "Parity")]
public sealed class VnniTileTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Code_AssembledFromItsSource_IsWhatIsCheckedIn(bool isWindows) =>
        Assert.Equal(Convert.ToHexString(Assemble(isWindows)), Convert.ToHexString(VnniTile.Code(isWindows)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(97)]
    [InlineData(1024)]
    public unsafe void Run_AnyBytes_GivesTheSumsOfTheModel(int steps)
    {
        Assert.SkipUnless(VnniTile.IsInHardware, "The processor has no AVX-512 VNNI.");
        Assert.True(VnniTile.IsAvailable);
        const int Width = Quads512.PanelWidth;
        var random = new Random(steps);
        Func<byte>[] values = [() => 0, () => 127, () => 128, () => 255, () => (byte)random.Next(256)];
        foreach (var (value, weight) in values.SelectMany(value => values[3..].Select(weight => (value, weight))))
        {
            int lda = steps + 3;
            byte[] a = [.. Enumerable.Range(0, 4 * Kernels.TileRows * lda).Select(_ => value())];
            byte[] b = [.. Enumerable.Range(0, 4 * steps * Width).Select(_ => weight())];
            int[] zeros = new int[Width], expected = new int[Kernels.TileRows * Width], sums = [.. expected, 0x12345678];
            fixed (void* rows = a, panel = b)
            fixed (int* start = zeros, model = expected, actual = sums)
            {
                MicroKernel<Quads512, int, Vector512<int>>.Tile((int*)rows, lda, (int*)panel, steps, start, 0, model, Width);
                VnniTile.Run((int*)rows, lda, (int*)panel, steps, actual);
            }

            Assert.Equal([.. expected, 0x12345678], sums);
        }
    }

    [Fact]
    public async Task Run_WhileTheCollectorStopsEveryThread_GivesTheSameSums()
    {
        Assert.SkipUnless(VnniTile.IsAvailable, "The processor has no AVX-512 VNNI.");
        const int Steps = 256, Width = Quads512.PanelWidth;
        var stop = TestContext.Current.CancellationToken;
        byte[] a = new byte[4 * Kernels.TileRows * Steps], b = new byte[4 * Steps * Width];
        new Random(1).NextBytes(a);
        new Random(2).NextBytes(b);
        int[] first = Sums(a, b);

        var collects = Task.Run(() => Enumerable.Range(0, 100).ToList().ForEach(_ => GC.Collect()), stop);
        int[][] all = [.. ParallelEnumerable.Range(0, 20_000).Select(_ => Sums(a, b))];
        await collects;

        Assert.All(all, sums => Assert.Equal(first, sums));

        static unsafe int[] Sums(byte[] a, byte[] b)
        {
            int[] sums = new int[Kernels.TileRows * Width];
            fixed (void* rows = a, panel = b)
            fixed (int* target = sums)
            {
                VnniTile.Run((int*)rows, Steps, (int*)panel, Steps, target);
            }

            return sums;
        }
    }

    [Fact]
    public void TryCreate_Code_MayBeExecutedAndNotWritten()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The rights of memory are read as Linux tells them.");

        nint memory = ExecutableMemory.TryCreate([0xC3]);

        Assert.NotEqual(0, memory);
        string mapping = File.ReadLines("/proc/self/maps").First(line => Holds(line, (nuint)memory));
        Assert.Contains(" r-xp ", mapping, StringComparison.Ordinal);

        // Linux makes one range of neighbours with the same rights, so that this one may begin before.
        static bool Holds(string line, nuint address)
        {
            string[] range = line[..line.IndexOf(' ', StringComparison.Ordinal)].Split('-');
            return Parse(range[0]) <= address && address < Parse(range[1]);
        }

        static nuint Parse(string text) => nuint.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    /// <summary>The source of the code.</summary>
    private static byte[] Assemble(bool isWindows)
    {
        var code = new Assembler(64);

        // Registers that no caller of either convention expects to find unchanged. rax: a, r9: its distance in bytes, r10: its fourth row,
        // rdx: b, rcx: steps left, r8: sums.
        if (isWindows)
        {
            code.mov(rax, rcx);
            code.mov(rcx, r9);
            code.mov(r9, rdx);
            code.mov(rdx, r8);
            code.mov(r8, __qword_ptr[rsp + 40]);
        }
        else
        {
            code.mov(rax, rdi);
            code.mov(r9, rsi);
        }

        code.shl(r9, 2);
        code.lea(r10, __[r9 + (r9 * 2)]);
        code.add(r10, rax);
        AssemblerRegisterZMM[] sums = [zmm16, zmm17, zmm18, zmm19, zmm20, zmm21, zmm22, zmm23, zmm24, zmm25, zmm26, zmm27];
        var (left, right, x) = (zmm28, zmm29, zmm30);
        foreach (var sum in sums)
        {
            code.vpxord(sum, sum, sum);
        }

        AssemblerMemoryOperand[] rows =
        [
            __dword_ptr[rax], __dword_ptr[rax + r9], __dword_ptr[rax + (r9 * 2)],
            __dword_ptr[r10], __dword_ptr[r10 + r9], __dword_ptr[r10 + (r9 * 2)],
        ];
        var step = code.CreateLabel();
        code.Label(ref step);
        code.vmovdqu32(left, __zmmword_ptr[rdx]);
        code.vmovdqu32(right, __zmmword_ptr[rdx + 64]);
        for (int row = 0; row < rows.Length; row++)
        {
            code.vpbroadcastd(x, rows[row]);
            code.vpdpbusd(sums[2 * row], left, x);
            code.vpdpbusd(sums[(2 * row) + 1], right, x);
        }

        code.add(rax, 4);
        code.add(r10, 4);
        code.add(rdx, 128);
        code.dec(rcx);
        code.jne(step);
        for (int i = 0; i < sums.Length; i++)
        {
            code.vmovdqu32(__zmmword_ptr[r8 + (64 * i)], sums[i]);
        }

        code.ret();
        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), rip: 0);
        return stream.ToArray();
    }
}
