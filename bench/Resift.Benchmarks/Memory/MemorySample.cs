namespace Resift.Benchmarks;

/// <summary>The memory of this process at one moment.</summary>
/// <param name="Elapsed">The time since sampling began.</param>
/// <param name="WorkingSet">Megabytes of memory that the process has in use.</param>
/// <param name="Heap">Megabytes of managed objects, dead ones that were not collected yet included.</param>
internal readonly record struct MemorySample(TimeSpan Elapsed, double WorkingSet, double Heap)
{
    /// <summary>Bytes in a megabyte, as every figure here counts them.</summary>
    public const double Megabyte = 1 << 20;

    public static MemorySample Take(TimeSpan elapsed) =>
        new(elapsed, Environment.WorkingSet / Megabyte, GC.GetTotalMemory(forceFullCollection: false) / Megabyte);

    public override string ToString() => $"{Elapsed.TotalSeconds,8:F1} {WorkingSet,15:F1} {Heap,11:F1}";
}
