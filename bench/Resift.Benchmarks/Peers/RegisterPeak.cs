using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Resift.Local.Inference;

namespace Resift.Benchmarks;

/// <summary>
/// The rate that this machine reaches with some instructions on registers alone: the ceiling of any matrix product made of them.
/// </summary>
/// <param name="Name">The instructions.</param>
/// <param name="Operations">Multiplications and additions of one step of all chains.</param>
/// <param name="Run">Runs some steps.</param>
internal sealed record RegisterPeak(string Name, int Operations, Func<long, double> Run)
{
    /// <summary>How many chains run side by side.</summary>
    public const int Chains = 12;

    private const int Bursts = 40;

    // Shorter than a time slice, so that some bursts go by undisturbed on a busy machine.
    private const double BurstSeconds = 0.004;

    // Long enough to meet what slows the work beside it, short beside that.
    private const double SustainedSeconds = 0.15;

    /// <summary>Gets the multiply-add of single-precision numbers, as wide as the hardware has it.</summary>
    public static RegisterPeak MultiplyAdd { get; } =
        Vector512.IsHardwareAccelerated ? Of<Add512, Vector512<float>>("FMA of Vector512<float>", 2 * 16)
        : Vector256.IsHardwareAccelerated ? Of<Add256, Vector256<float>>("FMA of Vector256<float>", 2 * 8)
        : Of<Add128, Vector128<float>>("FMA of Vector128<float>", 2 * 4);

    /// <summary>Gets the ways to multiply int8 numbers that the hardware has and .NET or the engine offers.</summary>
    public static IReadOnlyList<RegisterPeak> Integers { get; } =
    [
        .. VnniPeak.TryCreate() is { } code ? [code] : (RegisterPeak[])[],
        Avx512BW.IsSupported ? Of<Pairs512, Vector512<int>>("vpmaddwd, vpaddd (512 bits)", 4 * 16)
            : Avx2.IsSupported ? Of<Pairs256, Vector256<int>>(AvxVnni.IsSupported ? "vpdpwssd" : "vpmaddwd, vpaddd", 4 * 8)
            : Of<Pairs128, Vector128<int>>("pmaddwd, paddd", 4 * 4),
        .. Avx2.IsSupported ? [Of<Bytes256, Vector256<int>>("vpmaddubsw, vpmaddwd, vpaddd", 8 * 8)] : (RegisterPeak[])[],
        .. Avx512BW.IsSupported ? [Of<Bytes512, Vector512<int>>("vpmaddubsw, vpmaddwd, vpaddd (512 bits)", 8 * 16)] : (RegisterPeak[])[],
        .. AvxVnni.IsSupported ? [Of<Vnni256, Vector256<int>>("vpdpbusd", 8 * 8)] : (RegisterPeak[])[],
    ];

    private interface IChain<TVector>
    {
        static abstract TVector Start { get; }

        static abstract TVector Factor { get; }

        static abstract TVector Step(TVector value, TVector factor);

        static abstract double First(TVector value);
    }

    /// <summary>
    /// Measures billions of operations a second of all threads at once: the best of many bursts, since other work only lowers it.
    /// </summary>
    /// <param name="threads">How many threads compute.</param>
    public double Measure(int threads)
    {
        long steps = 1 << 12;
        while (Burst(1, steps) < BurstSeconds)
        {
            steps *= 2;
        }

        double seconds = Enumerable.Range(0, Bursts).Min(_ => Burst(threads, steps));
        return (double)Operations * Chains * steps * threads / seconds / 1e9;
    }

    /// <summary>
    /// Measures billions of operations a second of all threads at once over a while: what the machine gives at this time, to which work
    /// that is measured right behind it can be compared, where others use the same machine.
    /// </summary>
    /// <param name="threads">How many threads compute.</param>
    public double MeasureNow(int threads)
    {
        long steps = 1 << 16;
        double seconds = Burst(threads, steps);
        steps = (long)Math.Max(steps, steps * SustainedSeconds / seconds);
        return (double)Operations * Chains * steps * threads / Burst(threads, steps) / 1e9;
    }

    /// <summary>Runs all threads at once; the time is from the first one's start to the last one's end, as they saw it.</summary>
    private double Burst(int threads, long steps)
    {
        using var start = new Barrier(threads);
        long[] began = new long[threads];
        long[] ended = new long[threads];
        Thread[] all = [.. Enumerable.Range(0, threads).Select(i => new Thread(() =>
        {
            start.SignalAndWait();
            began[i] = Stopwatch.GetTimestamp();
            GC.KeepAlive(Run(steps));
            ended[i] = Stopwatch.GetTimestamp();
        }))];
        Array.ForEach(all, thread => thread.Start());
        Array.ForEach(all, thread => thread.Join());
        return Stopwatch.GetElapsedTime(began.Min(), ended.Max()).TotalSeconds;
    }

    private static RegisterPeak Of<TChain, TVector>(string name, int operations)
        where TChain : IChain<TVector> => new(name, operations, RunChains<TChain, TVector>);

    /// <summary>Runs independent chains, enough of them to hide the latency of one step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double RunChains<TChain, TVector>(long steps)
        where TChain : IChain<TVector>
    {
        TVector factor = TChain.Factor, start = TChain.Start;
        TVector a = start, b = start, c = start, d = start, e = start, f = start;
        TVector g = start, h = start, i = start, j = start, k = start, l = start;
        for (long step = 0; step < steps; step++)
        {
            a = TChain.Step(a, factor);
            b = TChain.Step(b, factor);
            c = TChain.Step(c, factor);
            d = TChain.Step(d, factor);
            e = TChain.Step(e, factor);
            f = TChain.Step(f, factor);
            g = TChain.Step(g, factor);
            h = TChain.Step(h, factor);
            i = TChain.Step(i, factor);
            j = TChain.Step(j, factor);
            k = TChain.Step(k, factor);
            l = TChain.Step(l, factor);
        }

        return TChain.First(a) + TChain.First(b) + TChain.First(c) + TChain.First(d) + TChain.First(e) + TChain.First(f)
            + TChain.First(g) + TChain.First(h) + TChain.First(i) + TChain.First(j) + TChain.First(k) + TChain.First(l);
    }

    private readonly struct Add512 : IChain<Vector512<float>>
    {
        public static Vector512<float> Start => Vector512.Create(0.5f);

        public static Vector512<float> Factor => Vector512.Create(0.999f);

        public static Vector512<float> Step(Vector512<float> value, Vector512<float> factor) =>
            Vector512.FusedMultiplyAdd(value, factor, factor);

        public static double First(Vector512<float> value) => value.ToScalar();
    }

    private readonly struct Add256 : IChain<Vector256<float>>
    {
        public static Vector256<float> Start => Vector256.Create(0.5f);

        public static Vector256<float> Factor => Vector256.Create(0.999f);

        public static Vector256<float> Step(Vector256<float> value, Vector256<float> factor) =>
            Vector256.FusedMultiplyAdd(value, factor, factor);

        public static double First(Vector256<float> value) => value.ToScalar();
    }

    private readonly struct Add128 : IChain<Vector128<float>>
    {
        public static Vector128<float> Start => Vector128.Create(0.5f);

        public static Vector128<float> Factor => Vector128.Create(0.999f);

        // Without the instruction, multiplication and addition: what the engine does there.
        public static Vector128<float> Step(Vector128<float> value, Vector128<float> factor) =>
            Vector128.MultiplyAddEstimate(value, factor, factor);

        public static double First(Vector128<float> value) => value.ToScalar();
    }

    private readonly struct Pairs512 : IChain<Vector512<int>>
    {
        public static Vector512<int> Start => Vector512<int>.One;

        public static Vector512<int> Factor => Vector512.Create((short)3).AsInt32();

        public static Vector512<int> Step(Vector512<int> value, Vector512<int> factor) => Dot512.MultiplyAdd(value, factor, value);

        public static double First(Vector512<int> value) => value.ToScalar();
    }

    private readonly struct Pairs256 : IChain<Vector256<int>>
    {
        public static Vector256<int> Start => Vector256<int>.One;

        public static Vector256<int> Factor => Vector256.Create((short)3).AsInt32();

        public static Vector256<int> Step(Vector256<int> value, Vector256<int> factor) => Dot256.MultiplyAdd(value, factor, value);

        public static double First(Vector256<int> value) => value.ToScalar();
    }

    private readonly struct Pairs128 : IChain<Vector128<int>>
    {
        public static Vector128<int> Start => Vector128<int>.One;

        public static Vector128<int> Factor => Vector128.Create((short)3).AsInt32();

        public static Vector128<int> Step(Vector128<int> value, Vector128<int> factor) => Dot128.MultiplyAdd(value, factor, value);

        public static double First(Vector128<int> value) => value.ToScalar();
    }

    private readonly struct Bytes256 : IChain<Vector256<int>>
    {
        public static Vector256<int> Start => Vector256<int>.One;

        public static Vector256<int> Factor => Vector256.Create((short)1).AsInt32();

        public static Vector256<int> Step(Vector256<int> value, Vector256<int> factor) =>
            value + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(value.AsByte(), factor.AsSByte()), factor.AsInt16());

        public static double First(Vector256<int> value) => value.ToScalar();
    }

    private readonly struct Bytes512 : IChain<Vector512<int>>
    {
        public static Vector512<int> Start => Vector512<int>.One;

        public static Vector512<int> Factor => Vector512.Create((short)1).AsInt32();

        public static Vector512<int> Step(Vector512<int> value, Vector512<int> factor) =>
            value + Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(value.AsByte(), factor.AsSByte()), factor.AsInt16());

        public static double First(Vector512<int> value) => value.ToScalar();
    }

    private readonly struct Vnni256 : IChain<Vector256<int>>
    {
        public static Vector256<int> Start => Vector256<int>.One;

        public static Vector256<int> Factor => Vector256.Create((sbyte)3).AsInt32();

        public static Vector256<int> Step(Vector256<int> value, Vector256<int> factor) =>
            AvxVnni.MultiplyWideningAndAdd(value, value.AsByte(), factor.AsSByte());

        public static double First(Vector256<int> value) => value.ToScalar();
    }
}
