namespace Resift.Benchmarks;

/// <summary>This engine at the level where pairs are encoded already: the one seam between the peer benchmark and Resift.Local.</summary>
internal sealed class ResiftEngine : IDisposable
{
    private ResiftEngine(string modelFolder, int threads) =>
        throw new NotSupportedException($"engine pending ({modelFolder}, {threads} threads)");

    /// <summary>Gets what writes where the time of the last calls went; null if the engine keeps no profile.</summary>
    public Action<TextWriter>? WriteProfile => null;

    /// <summary>Loads the engine, or gives null while there is none.</summary>
    public static ResiftEngine? LoadOrNull(string modelFolder, int threads) =>
        IsPending ? null : new ResiftEngine(modelFolder, threads);

    private static bool IsPending => true;

    public float[] Score(IReadOnlyList<EncodedPair> pairs) => throw new NotSupportedException($"engine pending ({pairs.Count} pairs)");

    public void Dispose()
    {
    }
}
