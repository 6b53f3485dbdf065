using Resift.Testing;

namespace Resift.Cli.Tests.Doctor;

public sealed class ReferenceScoresTests
{
    private const string Model = "cross-encoder/ms-marco-MiniLM-L6-v2";

    private static readonly LocalModelInfo _info = new TestLoader().ReadInfo(ModelFolder.Reranker) with { ModelId = Model };

    [Theory]
    [InlineData(0, ScoreScale.Logit, true)]
    [InlineData(0, ScoreScale.Probability, true)]
    [InlineData(0.0009, ScoreScale.Logit, true)]
    [InlineData(-0.0011, ScoreScale.Logit, false)]
    [InlineData(0.0011, ScoreScale.Probability, false)]
    public async Task Compare_ScoresOffByALittle_AreHeldToAThousandth(double off, ScoreScale scale, bool expected)
    {
        var pairs = ReferenceScores.Of(Model);
        using var reranker = new Published(pairs, off, scale);

        var result = await ReferenceScores.CompareAsync(pairs, _info, reranker, TestContext.Current.CancellationToken);

        Assert.Equal(expected ? CheckOutcome.Ok : CheckOutcome.Fail, result.Outcome);
    }

    [Fact]
    public async Task Compare_AnotherScore_IsNamedWithThePublishedOne()
    {
        var pairs = ReferenceScores.Of(Model);
        ReferencePair[] others =
        [
            .. pairs.Select(pair => pair.Document.StartsWith("Paris", StringComparison.Ordinal) ? pair with { Logit = 3 } : pair),
        ];
        using var reranker = new Published(others, 0, ScoreScale.Logit);

        var result = await ReferenceScores.CompareAsync(pairs, _info, reranker, TestContext.Current.CancellationToken);

        Assert.Contains("3 of 4 published scores are met", result.Message, StringComparison.Ordinal);
        Assert.Contains(
            "'Paris is the capital of France.' scores 3 for 'What is the capital of France?', where 8.5007 is published", result.Message,
            StringComparison.Ordinal);
        Assert.Contains($"resift models verify {Model}", result.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cross-encoder/ms-marco-MiniLM-L-6-v2", 4)]
    [InlineData("cross-encoder/ms-marco-MiniLM-L-12-v2", 6)]
    [InlineData("baai/BGE-reranker-base", 2)]
    [InlineData("somebody/ms-marco-MiniLM-L6-v2", 0)]
    public void Of_AModel_HasItsPairs(string model, int pairs) => Assert.Equal(pairs, ReferenceScores.Of(model).Count);

    [Fact]
    public async Task Doctor_ModelOfTheHubInFewerBits_SaysWhatDiffers()
    {
        // The bundled weights are those of the hub in eight bits, so they come near to what is published and no nearer.
        var environment = new Dictionary<string, string>();
        using var cli = new CommandLine { Loader = new LocalModelLoader(environment.GetValueOrDefault) };
        environment["HF_HUB_CACHE"] = cli.At("hub");
        await using var hub = new LoopbackHub().WithFolder(MiniLM12Model.RerankerFolder);
        hub.Fault = request => new LoopbackReply { Status = 307 }.With("Location", request.Path.Replace(
            "cross-encoder/ms-marco-MiniLM-L12-v2", LoopbackHub.Repository, StringComparison.Ordinal)) is var renamed
                && request.Path.Contains("MiniLM-L12", StringComparison.Ordinal) ? renamed : null;
        cli.Environment["HF_HUB_CACHE"] = environment["HF_HUB_CACHE"];
        cli.Environment["HF_ENDPOINT"] = hub.Address.AbsoluteUri;
        Assert.Equal(ExitCode.Ok, await cli.RunAsync("models", "pull", "cross-encoder/ms-marco-MiniLM-L12-v2"));

        Assert.Equal(ExitCode.Error, await cli.RunAsync("doctor", "--model", "cross-encoder/ms-marco-MiniLM-L12-v2"));

        Assert.Matches(@"  fail     golden      0 of 6 published scores are met: 'Berlin had .*' scores 9\.\d+ for 'How many .*', where " +
            @"9\.2189 is published", cli.Output);
        Assert.Contains("1 of 8 checks failed.", cli.Output, StringComparison.Ordinal);
    }

    private sealed class Published(IReadOnlyList<ReferencePair> pairs, double off, ScoreScale scale) : IReranker
    {
        public Task<RerankResponse> RerankAsync(
            string query, IReadOnlyList<string> documents, RerankOptions? options = null, CancellationToken cancellationToken = default)
        {
            double[] scores =
            [
                .. documents.Select(document => pairs.Single(pair => pair.Query == query && pair.Document == document).Logit + off)
                    .Select(logit => ScoreScale.Logit.Convert(logit, scale)),
            ];
            return Task.FromResult(RerankResponse.Create(scores, scale, topN: null));
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
