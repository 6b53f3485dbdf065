using Microsoft.Extensions.AI;

namespace Resift.Cli.Tests;

/// <summary>Ranks by the cosine of an embedder's vectors.</summary>
internal sealed class LetterReranker(IEmbeddingGenerator<string, Embedding<float>> embedder) : IReranker
{
    public async Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
    {
        var vectors = await embedder.GenerateAsync([query, .. documents], cancellationToken: cancellationToken);
        double[] scores = [.. vectors.Skip(1).Select(vector => Cosine(vectors[0].Vector.Span, vector.Vector.Span))];
        return RerankResponse.Create(scores, ScoreScale.Cosine, options?.TopN) with { ModelId = "letters" };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() => embedder.Dispose();

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double dot = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
        {
            dot += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }

        return aa == 0 || bb == 0 ? 0 : dot / Math.Sqrt(aa * bb);
    }
}
