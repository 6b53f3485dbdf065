using Resift.Local.Tests.Models;

namespace Resift.Local.Tests;

/// <summary>What the options of precision choose, and who says so.</summary>
public sealed class LocalPrecisionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("F32", LocalWeightType.Single)]
    [InlineData("F16", LocalWeightType.Half)]
    [InlineData("BF16", LocalWeightType.BFloat16)]
    public async Task Load_FloatingPointFile_KeepsItsTypeInSinglePrecision(string dtype, LocalWeightType expected)
    {
        new TinyModel { Dtype = dtype }.Write(_folder.Path);

        Assert.Equal((LocalPrecision.Single, expected), await RanAsync(new()));
    }

    [Fact]
    public async Task Load_Int8File_RunsInIntegersWhereAskedTo()
    {
        new TinyModel { Dtype = "I8" }.Write(_folder.Path);

        Assert.Equal((LocalPrecision.Single, LocalWeightType.Single), await RanAsync(new()));
        Assert.Equal((LocalPrecision.Int8, LocalWeightType.Int8), await RanAsync(new() { Precision = LocalPrecision.Int8 }));
        Assert.Equal((LocalPrecision.Single, LocalWeightType.Single), await RanAsync(new() { Precision = LocalPrecision.Single }));
        Assert.Equal(
            (LocalPrecision.Single, LocalWeightType.Int8),
            await RanAsync(new() { Precision = LocalPrecision.Single, WeightType = LocalWeightType.Int8 }));
    }

    [Fact]
    public void Load_Int8Embedder_RunsInIntegersWhereAskedTo()
    {
        new TinyModel { Dtype = "I8", Labels = 0, Pooling = "mean" }.Write(_folder.Path);

        using var automatic = LocalEmbeddingGenerator.Load(_folder.Path);
        using var integers = LocalEmbeddingGenerator.Load(_folder.Path, new() { Precision = LocalPrecision.Int8 });

        Assert.Equal(LocalPrecision.Single, Info(automatic).Precision);
        Assert.Equal(LocalPrecision.Int8, Info(integers).Precision);

        static LocalModelInfo Info(LocalEmbeddingGenerator embedder) => (LocalModelInfo)embedder.GetService(typeof(LocalModelInfo))!;
    }

    [Fact]
    public void Load_PrecisionAndWeightsThatContradict_RefusedByName()
    {
        new TinyModel().Write(_folder.Path);

        var exception = Assert.Throws<ArgumentException>(() =>
            LocalReranker.Load(_folder.Path, new() { Precision = LocalPrecision.Int8, WeightType = LocalWeightType.Half }));

        Assert.Contains("Precision Int8", exception.Message, StringComparison.Ordinal);
        Assert.Contains("WeightType is Half", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_UnknownValues_Refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LocalModelOptions { Precision = (LocalPrecision)9 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new LocalModelOptions { WeightType = (LocalWeightType)9 });
    }

    [Fact]
    public void Fingerprint_OtherNumbers_IsAnother()
    {
        new TinyModel().Write(_folder.Path);
        LocalModelOptions[] options =
        [
            new(),
            new() { WeightType = LocalWeightType.BFloat16 },
            new() { WeightType = LocalWeightType.Half },
            new() { WeightType = LocalWeightType.Int8, Precision = LocalPrecision.Single },
            new() { Precision = LocalPrecision.Int8 },
        ];

        Assert.Equal(options.Length, options.Select(Fingerprint).Distinct().Count());
        Assert.Equal(Fingerprint(new()), Fingerprint(new() { Precision = LocalPrecision.Single, WeightType = LocalWeightType.Single }));
        Assert.Equal(LocalModelInfo.ReadFingerprint(_folder.Path), Fingerprint(new()));
    }

    private ModelFingerprint Fingerprint(LocalModelOptions options)
    {
        using var reranker = LocalReranker.Load(_folder.Path, options);
        return reranker.GetService<ModelFingerprint>()!;
    }

    /// <summary>What the facts of a loaded model and its response say.</summary>
    private async Task<(LocalPrecision Precision, LocalWeightType Type)> RanAsync(LocalModelOptions options)
    {
        using var reranker = LocalReranker.Load(_folder.Path, options);
        var info = reranker.GetService<LocalModelInfo>()!;
        var response = await reranker.RerankAsync("a", ["b"], cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(info.Precision, response.AdditionalProperties![LocalReranker.PrecisionKey]);
        return (info.Precision, info.WeightType);
    }
}
