using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

namespace Resift.Postgres.Tests.Quality;

/// <summary>Embeds each text once, however many indexes have it: for models that embed queries and documents in the same way.</summary>
internal sealed class RememberingEmbedder(IEmbeddingGenerator<string, Embedding<float>> inner)
    : DelegatingEmbeddingGenerator<string, Embedding<float>>(inner)
{
    private readonly ConcurrentDictionary<string, Embedding<float>> _known = new(StringComparer.Ordinal);

    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        string[] texts = [.. values];
        string[] missing = [.. texts.Where(text => !_known.ContainsKey(text)).Distinct()];
        if (missing.Length > 0)
        {
            foreach (var (text, embedding) in missing.Zip(await base.GenerateAsync(missing, options, cancellationToken)))
            {
                _known[text] = embedding;
            }
        }

        return new(texts.Select(text => _known[text]));
    }
}
