using Microsoft.Extensions.AI;

namespace Resift.Cli.Tests;

/// <summary>Embeds a text as the counts of its letters a to z, and says that it read 100 letters and no more.</summary>
internal sealed class LetterEmbedder : IEmbeddingGenerator<string, Embedding<float>>
{
    public List<int> BatchSizes { get; } = [];

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var embeddings = values.Select(text => new Embedding<float>(Vector(text))
        {
            AdditionalProperties = text.Length > 100 ? new() { ["truncated_tokens"] = text.Length - 100 } : null,
        }).ToList();
        BatchSizes.Add(embeddings.Count);
        return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(embeddings));
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private static float[] Vector(string text)
    {
        float[] counts = new float[26];
        foreach (char letter in text.ToLowerInvariant().Where(char.IsAsciiLetterLower))
        {
            counts[letter - 'a']++;
        }

        return counts;
    }
}
