namespace Resift.Local.Inference;

/// <summary>What computes the vectors of texts. Safe for concurrent use.</summary>
internal interface ITextEmbedder : IDisposable
{
    LocalModelInfo Info { get; }

    ModelFingerprint Fingerprint { get; }

    TokenCounter TokenCounter { get; }

    /// <summary>Gets a value indicating whether vectors have the length 1.</summary>
    bool Normalizes { get; }

    /// <summary>Embeds texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="prompt">What stands before each of them.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<TextVectors> EmbedAsync(IReadOnlyList<string> texts, string prompt, CancellationToken cancellationToken);
}

/// <summary>The vectors of texts.</summary>
/// <param name="Values">Their numbers, one vector behind the other.</param>
/// <param name="TokensCut">How many tokens of each text were not read.</param>
/// <param name="Tokens">How many tokens were read, in all.</param>
internal sealed record TextVectors(float[] Values, int[] TokensCut, long Tokens);
