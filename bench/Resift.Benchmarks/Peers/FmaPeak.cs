using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Resift.Benchmarks;

/// <summary>The fp32 multiply-add rate that this machine reaches with registers alone: the ceiling of any matrix product.</summary>
internal static class FmaPeak
{
    private const int Chains = 12;
    private const int Bursts = 40;

    // Shorter than a time slice, so that some bursts go by undisturbed on a busy machine.
    private const double BurstSeconds = 0.004;

    /// <summary>Gets the name of the widest vector that the hardware has.</summary>
    public static string Vector { get; } = Widest("Vector512<float>", "Vector256<float>", "Vector128<float>");

    /// <summary>Measures GFLOP/s of all threads at once: the best of many bursts, since other work only lowers it.</summary>
    /// <param name="threads">How many threads compute.</param>
    public static double Measure(int threads)
    {
        long steps = 1 << 12;
        while (Burst(1, steps).Seconds < BurstSeconds)
        {
            steps *= 2;
        }

        return Enumerable.Range(0, Bursts).Select(_ => Burst(threads, steps)).Max(burst => burst.Flops / burst.Seconds) / 1e9;
    }

    /// <summary>Runs all threads at once; the time is from the first one's start to the last one's end, as they saw it.</summary>
    private static (double Flops, double Seconds) Burst(int threads, long steps)
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
        double flops = 2.0 * Chains * Widest(16, 8, 4) * steps * threads;
        return (flops, Stopwatch.GetElapsedTime(began.Min(), ended.Max()).TotalSeconds);
    }

    private static T Widest<T>(T on512, T on256, T on128) =>
        Vector512.IsHardwareAccelerated ? on512 : Vector256.IsHardwareAccelerated ? on256 : on128;

    private static float Run(long steps) =>
        Vector512.IsHardwareAccelerated ? Run<Width512, Vector512<float>>(steps)
        : Vector256.IsHardwareAccelerated ? Run<Width256, Vector256<float>>(steps)
        : Run<Width128, Vector128<float>>(steps);

    /// <summary>Runs independent chains, enough of them to hide the latency of one multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Run<TWidth, TVector>(long steps)
        where TWidth : IWidth<TVector>
    {
        TVector factor = TWidth.Create(0.999f), term = TWidth.Create(0.001f);
        TVector a = factor, b = factor, c = factor, d = factor, e = factor, f = factor;
        TVector g = factor, h = factor, i = factor, j = factor, k = factor, l = factor;
        for (long step = 0; step < steps; step++)
        {
            a = TWidth.MultiplyAdd(a, factor, term);
            b = TWidth.MultiplyAdd(b, factor, term);
            c = TWidth.MultiplyAdd(c, factor, term);
            d = TWidth.MultiplyAdd(d, factor, term);
            e = TWidth.MultiplyAdd(e, factor, term);
            f = TWidth.MultiplyAdd(f, factor, term);
            g = TWidth.MultiplyAdd(g, factor, term);
            h = TWidth.MultiplyAdd(h, factor, term);
            i = TWidth.MultiplyAdd(i, factor, term);
            j = TWidth.MultiplyAdd(j, factor, term);
            k = TWidth.MultiplyAdd(k, factor, term);
            l = TWidth.MultiplyAdd(l, factor, term);
        }

        return TWidth.First(a) + TWidth.First(b) + TWidth.First(c) + TWidth.First(d) + TWidth.First(e) + TWidth.First(f)
            + TWidth.First(g) + TWidth.First(h) + TWidth.First(i) + TWidth.First(j) + TWidth.First(k) + TWidth.First(l);
    }

    private interface IWidth<TVector>
    {
        static abstract TVector Create(float value);

        static abstract TVector MultiplyAdd(TVector value, TVector factor, TVector term);

        static abstract float First(TVector value);
    }

    private readonly struct Width512 : IWidth<Vector512<float>>
    {
        public static Vector512<float> Create(float value) => Vector512.Create(value);

        public static Vector512<float> MultiplyAdd(Vector512<float> value, Vector512<float> factor, Vector512<float> term) =>
            Vector512.FusedMultiplyAdd(value, factor, term);

        public static float First(Vector512<float> value) => value.ToScalar();
    }

    private readonly struct Width256 : IWidth<Vector256<float>>
    {
        public static Vector256<float> Create(float value) => Vector256.Create(value);

        public static Vector256<float> MultiplyAdd(Vector256<float> value, Vector256<float> factor, Vector256<float> term) =>
            Vector256.FusedMultiplyAdd(value, factor, term);

        public static float First(Vector256<float> value) => value.ToScalar();
    }

    private readonly struct Width128 : IWidth<Vector128<float>>
    {
        public static Vector128<float> Create(float value) => Vector128.Create(value);

        public static Vector128<float> MultiplyAdd(Vector128<float> value, Vector128<float> factor, Vector128<float> term) =>
            Vector128.FusedMultiplyAdd(value, factor, term);

        public static float First(Vector128<float> value) => value.ToScalar();
    }
}
