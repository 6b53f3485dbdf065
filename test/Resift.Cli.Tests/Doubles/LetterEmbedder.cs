using Microsoft.Extensions.AI;

namespace Resift.Cli.Tests;

/// <summary>
/// Embeds a text as the counts of its letters a to z, and says that it read 100 letters and no more. Its tokens are words.
/// </summary>
internal sealed class LetterEmbedder : IEmbeddingGenerator<string, Embedding<float>>
{
    public List<int> BatchSizes { get; } = [];

    public List<EmbeddingPurpose?> Purposes { get; } = [];

    /// <summary>Gets how often it was disposed; a loader gives the same one each time.</summary>
    public int Disposals { get; private set; }

    /// <summary>Gets or sets the name of its model.</summary>
    public string ModelId { get; set; } = "letters";

    /// <summary>Gets or sets what happens before texts are embedded.</summary>
    public Action<IReadOnlyList<string>, CancellationToken> Before { get; set; } = (_, _) => { };

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        string[] texts = [.. values];
        Before(texts, cancellationToken);
        var embeddings = texts.Select(text => new Embedding<float>(Vector(text))
        {
            AdditionalProperties = text.Length > 100 ? new() { [EmbeddingProperties.TruncatedTokensKey] = text.Length - 100 } : null,
        }).ToList();
        BatchSizes.Add(embeddings.Count);
        Purposes.Add(options.GetPurpose());
        return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(embeddings));
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(TokenCounter) ? (TokenCounter)(text => Words.Of(text.ToString()).Length)
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? new EmbeddingGeneratorMetadata("test", null, ModelId, 26)
        : null;

    public void Dispose() => Disposals++;

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
