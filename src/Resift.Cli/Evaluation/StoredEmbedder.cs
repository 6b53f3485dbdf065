using System.Runtime.InteropServices;
using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary>Embeds each document once, whatever asks for it how often. Queries are embedded anew, so that their time is measured.</summary>
/// <remarks>Not safe for concurrent use.</remarks>
internal sealed class StoredEmbedder(IEmbeddingGenerator<string, Embedding<float>> inner, PairStore store)
    : DelegatingEmbeddingGenerator<string, Embedding<float>>(inner)
{
    // Without one, nobody knows whether the model is the same the next time.
    private readonly ModelFingerprint? _fingerprint = inner.GetService<ModelFingerprint>();

    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (_fingerprint is null || options.GetPurpose() != EmbeddingPurpose.Document)
        {
            return await base.GenerateAsync(values, options, cancellationToken);
        }

        long model = store.Use($"{_fingerprint} {options?.Dimensions}");
        string[] texts = [.. values];
        var known = texts.Distinct().ToDictionary(text => text, text => store.FindVector(model, text));
        string[] missing = [.. known.Where(entry => entry.Value is null).Select(entry => entry.Key)];
        if (missing.Length > 0)
        {
            var embedded = await base.GenerateAsync(missing, options, cancellationToken);
            foreach (var (text, embedding) in missing.Zip(embedded))
            {
                known[text] = new(embedding.Vector.ToArray(), embedding.GetTruncatedTokens());
            }

            store.AddVectors(model, missing.Select(text => (text, known[text]!)));
        }

        return [.. texts.Select(text => Embedding(known[text]!))];
    }

    private static Embedding<float> Embedding(StoredVector stored) => new(stored.Values)
    {
        AdditionalProperties = new() { [EmbeddingProperties.TruncatedTokensKey] = stored.TruncatedTokens },
    };
}

/// <summary>A vector that was computed.</summary>
/// <param name="Values">Its numbers.</param>
/// <param name="TruncatedTokens">How many tokens of the text the embedder did not read.</param>
internal sealed record StoredVector(float[] Values, int TruncatedTokens)
{
    public static StoredVector FromBytes(byte[] bytes, int truncatedTokens) =>
        new(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), truncatedTokens);

    public byte[] ToBytes() => MemoryMarshal.AsBytes<float>(Values).ToArray();
}
