using System.Text;
using System.Text.Json;
using Resift.Testing;

namespace Resift.Retrieval.Tests;

public sealed class SearchProfileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("resift-profile-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static SearchProfile Full { get; } = new()
    {
        Retriever = RetrieverKind.Hybrid,
        Fusion = new() { Method = FusionMethod.Sum, Normalization = ScoreNormalization.ZScore, Weights = [0.1, 0.9] },
        Candidates = 80,
        Tier = SearchTier.Full,
        Depth = 30,
        FirstStageWeight = 0.2,
        MinScore = -1.5,
        MinScoreScale = ScoreScale.Logit,
        Embedder = new() { Name = "e", Fingerprint = "0123" },
        Reranker = new() { Name = "r" },
        Fit = new()
        {
            Sets = ["docs", "wiki"],
            Queries = 53,
            Measure = "nDCG@10",
            Gain = 0.03,
            Low = 0.01,
            High = 0.05,
            P = 0.002,
            IsGained = true,
            Date = new(2026, 11, 26),
        },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_WhatSaveWrote_IsTheSame()
    {
        string path = Path.Combine(_folder, "profile.json");
        Full.Save(path);
        var loaded = SearchProfile.Load(path);

        Assert.Equal(Full.ToJson(), loaded.ToJson());
        Assert.Equal((RetrieverKind.Hybrid, SearchTier.Full, 80), (loaded.Retriever, loaded.Tier, loaded.Candidates));
        Assert.Equal((30, 0.2, -1.5, ScoreScale.Logit), (loaded.Depth, loaded.FirstStageWeight, loaded.MinScore, loaded.MinScoreScale));
        Assert.Equal((FusionMethod.Sum, ScoreNormalization.ZScore), (loaded.Fusion.Method, loaded.Fusion.Normalization));
        Assert.Equal([0.1, 0.9], loaded.Fusion.Weights!);
        Assert.Equal((Full.Embedder, Full.Reranker), (loaded.Embedder, loaded.Reranker));
        Assert.Equal(Full.Fit! with { Sets = loaded.Fit!.Sets }, loaded.Fit);
        Assert.Equal(Full.Fit.Sets, loaded.Fit.Sets);
        Assert.Equal([path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Load_ReciprocalRank_KeepsItsConstant()
    {
        var profile = SearchProfile.FromJson(new SearchProfile { Fusion = new() { K = 20 } }.ToJson());

        Assert.Equal((FusionMethod.ReciprocalRank, 20.0), (profile.Fusion.Method, profile.Fusion.K));
        Assert.Null(profile.Fusion.Weights);
    }

    [Fact]
    public void Load_TheLeast_HasTheDefaults()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("\uFEFF{\"version\": 1, \"tier\": \"light\"}"));
        var profile = SearchProfile.Load(stream);

        Assert.Equal((null, 50, null, 0.5), (profile.Retriever, profile.Candidates, profile.Depth, profile.FirstStageWeight));
        Assert.Equal(FusionOptions.LexicalAndDense.Weights!, profile.Fusion.Weights!);
        Assert.Null(profile.ToSearchOptions().Select);
    }

    [Theory]
    [InlineData("", "not the JSON of a profile")]
    [InlineData("{", "not the JSON of a profile")]
    [InlineData("[]", "not the JSON of a profile")]
    [InlineData("null", "no \"version\"")]
    [InlineData("{\"tier\": \"light\"}", "no \"version\"; 1 was expected")]
    [InlineData("{\"version\": 2, \"tear\": \"light\"}", "Its version is 2, and this release reads 1")]
    [InlineData("{\"version\": 1}", "has no \"tier\"")]
    [InlineData("{\"version\": 1, \"tier\": \"best\"}", "\"tier\" is 'best'; one of embedding, light, full")]
    [InlineData("{\"version\": 1, \"tier\": \"light\", \"debth\": 3}", "debth")]
    [InlineData("{\"version\": 1, \"tier\": \"light\", \"depth\": 3, \"depth\": 4}", "not the JSON of a profile")]
    [InlineData("{\"version\": 1, \"tier\": \"light\", \"depth\": 0}", "Depth must be at least 1")]
    [InlineData("{\"version\": 1, \"tier\": \"light\", \"candidates\": 0}", "Candidates must be at least 1")]
    [InlineData("{\"version\": 1, \"tier\": \"light\", \"firstStageWeight\": 1.5}", "FirstStageWeight must be in [0, 1]")]
    [InlineData("{\"version\": 1, \"tier\": \"light\", \"minScore\": \"NaN\"}", "not the JSON of a profile")]
    [InlineData("{\"version\": 1, \"tier\": \"light\", \"minScoreScale\": \"logit\"}", "no \"minScore\"")]
    [InlineData("{\"version\": 1, \"tier\": \"light\", \"minScore\": 1, \"minScoreScale\": \"rank\"}", "\"minScoreScale\" is 'rank'")]
    [InlineData("{\"version\": 1, \"tier\": \"light\", \"retriever\": \"bm25\"}", "\"retriever\" is 'bm25'")]
    [InlineData("{\"version\": 1, \"tier\": \"light\", \"fusion\": {}}", "\"fusion\" has no \"method\"")]
    [InlineData("{\"version\": 1, \"tier\": \"light\", \"fusion\": {\"method\": \"sum\", \"weights\": [1]}}", "There are 1 weights")]
    [InlineData("{\"version\": 1, \"tier\": \"light\", \"fusion\": {\"method\": \"sum\", \"weights\": [1, -1]}}", "Every weight must be")]
    [InlineData("{\"version\": 1, \"tier\": \"light\", \"fit\": {\"queries\": 3}}", "not the JSON of a profile")]
    public void Load_SomethingElse_SaysWhichFileAndWhy(string content, string reason)
    {
        string path = Path.Combine(_folder, "bad.json");
        File.WriteAllText(path, content);

        var error = Assert.Throws<InvalidDataException>(() => SearchProfile.Load(path));

        Assert.StartsWith($"The profile '{path}' cannot be used. ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FileThatIsFarTooLarge_ReadsItsBeginningOnly()
    {
        string path = Path.Combine(_folder, "large.json");
        File.WriteAllText(path, new string(' ', 100_000));

        Assert.Contains("more than 65536 bytes", Assert.Throws<InvalidDataException>(() => SearchProfile.Load(path)).Message,
            StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => SearchProfile.Load(Path.Combine(_folder, "none.json")));
    }

    [Theory]
    [InlineData(SearchTier.Light, 7, null, 7)]
    [InlineData(SearchTier.Light, null, null, null)]
    [InlineData(SearchTier.Full, 7, 7, 16)]
    [InlineData(SearchTier.FirstStageOnly, null, null, 16)]
    public void ToSearchOptions_Tier_TellsWhoseDepthItIs(SearchTier tier, int? depth, int? expected, int? expectedLight)
    {
        var options = new SearchProfile { Tier = tier, Depth = depth, FirstStageWeight = 0.3, Candidates = 60 }.ToSearchOptions();

        Assert.Equal((tier, expected, expectedLight), (options.Tier, options.Depth, options.LightDepth));
        Assert.Equal((0.3, 60), (options.FirstStageWeight, options.Candidates));
    }

    [Fact]
    public async Task ToSearchOptions_MinScore_CutsOnItsScale()
    {
        var reranker = new TestReranker
        {
            RerankAsyncCallback = (_, documents, _, _) => Task.FromResult(RerankResponse.Create(
                [.. documents.Select(text => text == "good" ? 0.9 : 0.1)], ScoreScale.Probability, null)),
        };
        var profile = new SearchProfile { MinScore = 0, MinScoreScale = ScoreScale.Logit };
        var search = new TwoStageRetriever(new ScriptedRetriever("bad", "good"), reranker, profile.ToSearchOptions());

        var response = await search.SearchAsync("q", cancellationToken: Stop);

        Assert.Equal("good", Assert.Single(response.Hits).Id);
    }

    [Fact]
    public async Task CreateRetriever_Kind_ChoosesOrFuses()
    {
        var lexical = new ScriptedRetriever("words") { Name = "lexical" };
        var dense = new ScriptedRetriever("meaning") { Name = "dense" };

        Assert.Same(lexical, new SearchProfile { Retriever = RetrieverKind.Lexical }.CreateRetriever(lexical, dense));
        Assert.Same(dense, new SearchProfile { Retriever = RetrieverKind.Dense }.CreateRetriever(lexical, dense));
        var meaning = await FirstAsync(new() { Retriever = RetrieverKind.Hybrid, Fusion = Weighted(0.2, 0.8) });
        var words = await FirstAsync(new() { Fusion = Weighted(0.8, 0.2) });
        Assert.Equal(("meaning", "words"), (meaning, words));

        static FusionOptions Weighted(params double[] weights) =>
            new() { Method = FusionMethod.Sum, Normalization = ScoreNormalization.MinMax, Weights = weights };

        async Task<string> FirstAsync(SearchProfile profile) =>
            (await profile.CreateRetriever(lexical, dense).RetrieveAsync("q", cancellationToken: Stop)).Candidates[0].Id;
    }

    [Fact]
    public void Fusion_ChangedAfterwards_StaysWhatItWas()
    {
        var given = FusionOptions.LexicalAndDense;
        var profile = new SearchProfile { Fusion = given };
        given.K = 1;
        profile.Fusion.K = 2;

        Assert.Equal(60, profile.Fusion.K);
    }

    [Theory]
    [InlineData("m", "a", "m", "a", false)]
    [InlineData("m", "a", "renamed", "a", false)]
    [InlineData("m", "a", "m", "b", true)]
    [InlineData("m", null, "m", "b", false)]
    [InlineData("m", null, "n", "b", true)]
    [InlineData("m", "a", null, null, false)]
    [InlineData(null, null, "n", "b", false)]
    public void ThrowIfFittedToOther_Model_IsToldByFingerprintElseByName(
        string? name, string? fingerprint, string? usedName, string? usedFingerprint, bool isOther)
    {
        var model = new ProfileModel { Name = name, Fingerprint = fingerprint };
        var profile = new SearchProfile { Reranker = model, Embedder = model };
        var used = usedFingerprint is null ? null : new ModelFingerprint(usedFingerprint);
        using var reranker = new TestReranker
        {
            Metadata = new("test") { DefaultModelId = usedName },
            GetServiceCallback = (type, _) => type == typeof(ModelFingerprint) ? used
                : type == typeof(RerankerMetadata) ? new RerankerMetadata("test") { DefaultModelId = usedName }
                : null,
        };
        using var embedder = new TestEmbeddingGenerator { Metadata = new("test", null, usedName), Fingerprint = used };

        var ofReranker = Record.Exception(() => profile.ThrowIfFittedToOther(reranker));
        var ofEmbedder = Record.Exception(() => profile.ThrowIfFittedToOther(embedder));

        Assert.Equal((isOther, isOther), (ofReranker is InvalidOperationException, ofEmbedder is InvalidOperationException));
        Assert.Equal(isOther, ofReranker?.Message.Contains($"'{name}'", StringComparison.Ordinal) ?? false);
        new SearchProfile().ThrowIfFittedToOther(reranker);
    }

    [Fact]
    public void ToJson_Profile_IsShortAndSaysWhatItWasFittedTo()
    {
        using var json = JsonDocument.Parse(Full.ToJson());

        Assert.Equal(1, json.RootElement.GetProperty("version").GetInt32());
        Assert.Equal("2026-11-26", json.RootElement.GetProperty("fit").GetProperty("date").GetString());
        Assert.InRange(Full.ToJson().Length, 100, 1500);
    }
}
