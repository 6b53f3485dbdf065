using Microsoft.Extensions.AI;
using Resift.Retrieval;
using Resift.Testing;
using static Resift.Sqlite.Tests.TemporaryIndex;

namespace Resift.Sqlite.Tests.Vectors;

public sealed class EmbeddingModelTests
{
    [Fact]
    public async Task Texts_OfUpsertAndSearch_AreEmbeddedAsWhatTheyAre()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat"));
        await FindAsync(index.Collection.CreateDense(index.Embedder), "cat");
        Assert.Equal([EmbeddingPurpose.Document, EmbeddingPurpose.Query], index.Embedder.Purposes);
    }

    [Fact]
    public async Task AnotherName_ToSearchOrToUpsert_IsRefusedNamingBoth()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat"));
        using var other = Embedder("other-model", 64);
        await AssertRefusedAsync(index, other, "'word-hash' (64 dimensions)", "'other-model'");
        Assert.Empty(other.Received);
    }

    [Fact]
    public async Task AnotherDimension_ToSearchOrToUpsert_IsRefusedNamingBoth()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat"));
        using var other = Embedder("word-hash", 32);
        await AssertRefusedAsync(index, other, "'word-hash' (64 dimensions)", "'word-hash' (32 dimensions)");
    }

    [Fact]
    public async Task NameInEmbeddingsOnly_IsKeptAndCompared()
    {
        using var index = new TemporaryIndex() { Embedder = Unnamed("first") };
        await index.UpsertAsync(Document("a", "the cat sat"));
        Assert.Equal("first", index.Collection.GetInfo().ModelId);
        using var other = Unnamed("second");
        await AssertRefusedAsync(index, other, "'first' (3 dimensions)", "'second' (3 dimensions)");
    }

    [Fact]
    public async Task NoNameAtAll_IsJudgedByDimensions()
    {
        using var index = new TemporaryIndex() { Embedder = Unnamed(null) };
        await index.UpsertAsync(Document("a", "the cat sat"));
        using var named = Unnamed("named");
        Assert.Equal(["a#0"], await FindAsync(index.Collection.CreateDense(named), "cat"));
        using var wide = Embedder("wide", 64);
        await AssertRefusedAsync(index, wide, "a model without a name (3 dimensions)", "'wide' (64 dimensions)");
    }

    [Fact]
    public async Task Model_AfterReopening_IsStillKnown()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat", "on a mat"), Document("b", "dogs"));
        index.Reopen(new() { ReadOnly = true });
        Assert.Equal(
            new CollectionInfo
            {
                Name = "default",
                ModelId = "word-hash",
                Dimensions = 64,
                Documents = 2,
                Passages = 3,
                Template = "title > headings",
            },
            index.Collection.GetInfo());
    }

    [Fact]
    public async Task AnotherFingerprint_UnderTheSameName_IsRefused()
    {
        using var index = new TemporaryIndex() { Embedder = Fingerprinted("final", "11") };
        await index.UpsertAsync(Document("a", "the cat sat"));
        Assert.Equal("11", index.Collection.GetInfo().ModelFingerprint);
        using var other = Fingerprinted("final", "22");
        await AssertRefusedAsync(index, other, "fingerprint 11", "fingerprint 22");
    }

    [Fact]
    public async Task SameFingerprint_UnderAnotherName_IsTheSameModel()
    {
        using var index = new TemporaryIndex() { Embedder = Fingerprinted("final", "11") };
        await index.UpsertAsync(Document("a", "the cat sat"));
        using var moved = Fingerprinted("moved", "11");
        Assert.Equal(["a#0"], await FindAsync(index.Collection.CreateDense(moved), "cat"));
    }

    [Fact]
    public async Task AnotherTemplate_IsRefused()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat"));
        var collection = index.Index.GetCollection(options: new() { Template = PassageTemplate.TextOnly });
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => collection.UpsertAsync(
            new[] { Document("b", "dogs") }.ToAsyncEnumerable(), index.Embedder, cancellationToken: Token));
        Assert.Contains("'title > headings', but 'text' came", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cut_OfTheLastUpsert_IsRemembered()
    {
        using var index = new TemporaryIndex();
        foreach (string cut in (string[])["tokens=100", "tokens=200"])
        {
            await index.Index.GetCollection(options: new() { Cut = cut }).UpsertAsync(
                new[] { Document("a", cut) }.ToAsyncEnumerable(), index.Embedder, cancellationToken: Token);
        }

        await index.UpsertAsync(Document("b", "nobody says how"));
        Assert.Equal("tokens=200", index.Collection.GetInfo().Cut);
    }

    [Fact]
    public async Task Collection_OfAnotherModel_StandsBesideTheFirst()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat"));
        using var other = Embedder("other-model", 32);
        var collection = index.Index.GetCollection("other");
        await collection.UpsertAsync(new[] { Document("a", "the cat sat") }.ToAsyncEnumerable(), other, cancellationToken: Token);
        Assert.Equal(["a#0"], await FindAsync(collection.CreateDense(other), "cat"));
        Assert.Equal(["a#0"], await FindAsync(index.Collection.CreateDense(index.Embedder), "cat"));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task VectorThatIsNotFinite_IsRefusedAndNothingStored(float value)
    {
        using var index = new TemporaryIndex() { Embedder = Giving(new float[] { 1, value, 0 }) };
        var error = await Assert.ThrowsAsync<RerankerException>(() => index.UpsertAsync(Document("a", "the cat sat")));
        Assert.StartsWith("The embedding of the document 'a#0' has the component", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, index.Collection.GetInfo().Documents);
    }

    [Fact]
    public async Task VectorThatIsNotFinite_OneOfMany_IsNamedByItsPassage()
    {
        using var index = new TemporaryIndex()
        {
            Embedder = new()
            {
                GenerateAsyncCallback = (texts, _, _) => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(
                    texts.Select(text => new Embedding<float>(new float[] { 1, text == "dogs" ? float.NaN : 0 })))),
            },
        };
        var error = await Assert.ThrowsAsync<RerankerException>(
            () => index.UpsertAsync(Document("a", "cats"), Document("b", "mice", "dogs")));
        Assert.StartsWith("The embedding of the document 'b#1' has the component", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VectorThatIsNotFinite_OfAQuery_IsRefusedAsTheQuerys()
    {
        using var index = new TemporaryIndex();
        await index.UpsertAsync(Document("a", "the cat sat"));
        float[] vector = new float[64];
        vector[3] = float.NegativeInfinity;
        using var broken = Giving(vector);
        var error = await Assert.ThrowsAsync<RerankerException>(() => FindAsync(index.Collection.CreateDense(broken), "cat"));
        Assert.Contains("The embedding of the query has the component", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThrowIfEmbeddedByOther_BeforeAnythingIsEmbedded_ComparesFingerprintsAndNames()
    {
        using var index = new TemporaryIndex() { Embedder = Fingerprinted("final", "11") };
        using var other = Fingerprinted("final", "22");
        index.Collection.ThrowIfEmbeddedByOther(other);
        await index.UpsertAsync(Document("a", "the cat sat"));
        using var moved = Fingerprinted("moved", "11");
        index.Collection.ThrowIfEmbeddedByOther(moved);
        var error = Assert.Throws<InvalidOperationException>(() => index.Collection.ThrowIfEmbeddedByOther(other));
        Assert.Contains("fingerprint 11), but this embedder is 'final' (fingerprint 22)", error.Message, StringComparison.Ordinal);
        Assert.Empty(other.Received);
    }

    [Fact]
    public async Task VectorOfNoDimensions_IsRefused()
    {
        using var index = new TemporaryIndex() { Embedder = Giving([]) };
        await Assert.ThrowsAsync<RerankerException>(() => index.UpsertAsync(Document("a", "the cat sat")));
    }

    [Fact]
    public async Task TooFewVectors_AreRefused()
    {
        using var index = new TemporaryIndex()
        {
            Embedder = new() { GenerateAsyncCallback = (_, _, _) => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>()) },
        };
        await Assert.ThrowsAsync<RerankerException>(() => index.UpsertAsync(Document("a", "the cat sat")));
    }

    private static TestEmbeddingGenerator Embedder(string name, int dimensions) =>
        new() { Metadata = new("test", defaultModelId: name, defaultModelDimensions: dimensions) };

    private static TestEmbeddingGenerator Fingerprinted(string name, string fingerprint) =>
        new() { Metadata = new("test", defaultModelId: name, defaultModelDimensions: 64), Fingerprint = new(fingerprint) };

    private static TestEmbeddingGenerator Unnamed(string? nameInEmbeddings) => new()
    {
        Metadata = new("test"),
        GenerateAsyncCallback = (texts, _, _) => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(
            texts.Select(text => new Embedding<float>(new float[] { 1, 2, 3 }) { ModelId = nameInEmbeddings }))),
    };

    private static TestEmbeddingGenerator Giving(float[] vector) => new()
    {
        GenerateAsyncCallback = (texts, _, _) => Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(
            texts.Select(text => new Embedding<float>(vector)))),
    };

    private static async Task AssertRefusedAsync(TemporaryIndex index, TestEmbeddingGenerator other, params string[] names)
    {
        var search = await Assert.ThrowsAsync<InvalidOperationException>(() => FindAsync(index.Collection.CreateDense(other), "cat"));
        var upsert = await Assert.ThrowsAsync<InvalidOperationException>(() => index.Collection.UpsertAsync(
            new[] { Document("b", "dogs") }.ToAsyncEnumerable(), other, cancellationToken: Token));
        Assert.All(names, name => Assert.Contains(name, search.Message, StringComparison.Ordinal));
        Assert.All(names, name => Assert.Contains(name, upsert.Message, StringComparison.Ordinal));
        Assert.Equal(1, index.Collection.GetInfo().Documents);
    }
}
