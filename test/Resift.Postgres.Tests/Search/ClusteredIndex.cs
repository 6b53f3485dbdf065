using Microsoft.Extensions.AI;
using Resift.Testing;
using static Resift.Postgres.Tests.TestIndex;

namespace Resift.Postgres.Tests.Search;

/// <summary>An index of some thousand vectors, for the tests that only search it.</summary>
public sealed class ClusteredIndex(VectorServer server) : IAsyncLifetime
{
    public const int Passages = 4000;
    public const int Dimensions = 32;

    private TestIndex? _index;

    public async ValueTask InitializeAsync()
    {
        if (server.Missing is not null)
        {
            return;
        }

        var empty = await server.OpenAsync();
        _index = new(empty.Source, empty.Options, empty.Index) { Embedder = Clustered() };
        await _index.UpsertAsync([.. Enumerable.Range(0, Passages / 4).Select(i =>
            Document($"d{i}", [.. Enumerable.Range(0, 4).Select(part => $"passage {4 * i + part}")]) with
            {
                Metadata = Metadata(("thousandth", $"{i}"), ("path", $"docs/{i}")),
            })]);
    }

    public ValueTask DisposeAsync() => _index?.DisposeAsync() ?? default;

    /// <summary>Gets the index, or skips the test where there is no server.</summary>
    internal TestIndex Index()
    {
        Assert.SkipWhen(_index is null, server.Missing ?? "");
        return _index;
    }

    /// <summary>Makes of each text a vector that is near to some others, always the same.</summary>
    private static TestEmbeddingGenerator Clustered() => new()
    {
        Metadata = new("test", defaultModelId: "clustered", defaultModelDimensions: Dimensions),
        GenerateAsyncCallback = (texts, _, _) => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(texts.Select(text =>
        {
            var random = new Random(text.Aggregate(17, (hash, character) => unchecked(hash * 31 + character)));
            var center = new Random(random.Next(40));
            return new Embedding<float>(Enumerable.Range(0, Dimensions)
                .Select(_ => (float)(center.NextDouble() - 0.5 + (random.NextDouble() - 0.5) / 2)).ToArray());
        }))),
    };
}
