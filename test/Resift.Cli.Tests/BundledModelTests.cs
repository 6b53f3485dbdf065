using System.Globalization;
using System.Text.Json;
using Resift.Testing;

namespace Resift.Cli.Tests;

/// <summary>The command line with the models that come with it, end to end.</summary>
public sealed class BundledModelTests : IDisposable
{
    private readonly CommandLine _cli = new() { Loader = new LocalModelLoader(_ => null) };

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Compare_Exercise_NamesModelsAndScales()
    {
        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync("compare"), _cli.Error));
        Assert.Contains("all-MiniLM-L6-v2, cosine", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("ms-marco-MiniLM-L12-v2, probability", _cli.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ModelFolder.Embedder, "talk", "forum", "objgraph")]
    [InlineData(ModelFolder.Reranker, "objgraph", "tracemalloc", "caches")]
    [InlineData(ModelFolder.StrongReranker, "objgraph", "tracemalloc", "caches")]
    public async Task Rerank_Exercise_PutsTheAnswersFirst(string model, params string[] expected)
    {
        string documents = string.Join('\n', SampleDocuments.All.Select(document =>
            $$"""{"id": "{{document.Id}}", "text": "{{document.Text}}"}"""));

        await _cli.RunWithInputAsync(documents, "rerank", SampleDocuments.Query, "--model", model, "--top-n", "3", "--format", "trec");

        Assert.Equal(expected, _cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[2]));
    }

    [Fact]
    public async Task Compare_CrossEncoderAsEmbedder_IsRefused()
    {
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("compare", "--embedder", ModelFolder.Reranker));
        Assert.Contains("'resift-mini-v2' is a cross-encoder", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_GoldenPairAsLogit_GivesTheCalibratedLogOdds()
    {
        string golden = File.ReadLines(TestData.InRepository("models/resift-mini-v2/golden.jsonl")).First();
        using var pair = JsonDocument.Parse(golden);

        string query = pair.RootElement.GetProperty("query").GetString()!;
        string maxTokens = pair.RootElement.GetProperty("max_length").GetInt32().ToString(CultureInfo.InvariantCulture);

        int code = await _cli.RunWithInputAsync(
            golden, "rerank", query, "--tier", "light", "--text-field", "document", "--scale", "logit", "--format", "json",
            "--max-tokens", maxTokens);

        Assert.Equal(ExitCode.Ok, code);
        using var json = JsonDocument.Parse(_cli.Output);
        double score = json.RootElement.GetProperty("results")[0].GetProperty("score").GetDouble();
        var curve = LocalModelInfo.Read(MiniModels.RerankerFolder).Calibration!;
        double expected = (curve.Slope * pair.RootElement.GetProperty("logit").GetDouble()) + curve.Intercept;
        Assert.Equal(expected, score, 1e-3);
    }

    [Theory]
    [InlineData("rerank", "red", "-")]
    [InlineData("embed", "-")]
    public async Task AnyCommand_MoreTokensThanTheModelHasPositionsFor_WrongCommandLine(params string[] command)
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunWithInputAsync("red fish\n", [.. command, "--max-tokens", "5000"]));
        Assert.StartsWith("resift: --max-tokens 5000 is more than the 512 positions that '", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_EmbedderAsModel_GivesCosines()
    {
        int code = await _cli.RunWithInputAsync(
            "cats sleep a lot\ninterest rates rise\n", "rerank", "sleeping cats", "--model", "all-MiniLM-L6-v2", "--format", "json");

        Assert.Equal((ExitCode.Ok, ""), (code, _cli.Error));
        using var json = JsonDocument.Parse(_cli.Output);
        Assert.Equal("cosine", json.RootElement.GetProperty("scale").GetString());
        Assert.Equal(0, json.RootElement.GetProperty("results")[0].GetProperty("index").GetInt32());
    }

    [Fact]
    public async Task Rerank_EmbedderOnLogitScale_IsRefused()
    {
        int code = await _cli.RunWithInputAsync(
            "a\n", "rerank", "b", "--model", "all-MiniLM-L6-v2", "--min-score", "0", "--scale", "logit");

        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("--scale logit cannot be had here: the scores are on the scale 'cosine'", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embed_GoldenText_GivesTheGoldenVector()
    {
        string golden = File.ReadLines(TestData.InRepository("models/all-MiniLM-L6-v2/golden.jsonl")).First();
        using var expected = JsonDocument.Parse(golden);

        Assert.Equal(ExitCode.Ok, await _cli.RunWithInputAsync(golden, "embed"));
        using var json = JsonDocument.Parse(_cli.Output);
        float[] want = [.. expected.RootElement.GetProperty("embedding").EnumerateArray().Select(value => value.GetSingle())];
        float[] got = [.. json.RootElement.GetProperty("embedding").EnumerateArray().Select(value => value.GetSingle())];
        Assert.Equal(want.Length, got.Length);
        Assert.True(want.Zip(got, (a, b) => (double)a * b).Sum() > 0.99999);
    }

    [Fact]
    public async Task ModelsShow_Bundled_GivesTheirFacts()
    {
        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync("models", "show", "--format", "json"), _cli.Error));
        using var json = JsonDocument.Parse(_cli.Output);
        JsonElement[] models = [.. json.RootElement.EnumerateArray()];
        Assert.Equal(["cross-encoder", "cross-encoder", "embedder"], models.Select(model => model.GetProperty("kind").GetString()));
        Assert.Equal([512, 512, 256], models.Select(model => model.GetProperty("max_tokens").GetInt32()));
        Assert.Equal(["probability", "probability", "cosine"], models.Select(model => model.GetProperty("scale").GetString()));
        Assert.Equal(3, models.Select(model => model.GetProperty("fingerprint").GetString()).Distinct().Count());
        Assert.Equal(JsonValueKind.Null, models[2].GetProperty("calibration").ValueKind);
    }

    [Fact]
    public async Task IndexAndSearch_Exercise_PutTheAnswersFirst()
    {
        foreach (var document in SampleDocuments.All)
        {
            _cli.File($"docs/{document.Id}.txt", document.Text);
        }

        string db = _cli.At("x.db");
        Assert.Equal((ExitCode.Ok, ""), (await _cli.RunAsync("index", _cli.At("docs"), "--db", db), _cli.Error));
        _cli.Clear();

        await _cli.RunAsync("search", SampleDocuments.Query, "--db", db, "--top-n", "3", "--first-stage-weight", "0", "--format", "trec");

        Assert.Equal(
            ["docs/objgraph.txt", "docs/tracemalloc.txt", "docs/caches.txt"],
            _cli.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[2]));
    }

    [Fact]
    public async Task Rerank_LongDocument_ReportsTheCut()
    {
        int code = await _cli.RunWithInputAsync(string.Concat(Enumerable.Repeat("word ", 1_000)), "rerank", "word", "--format", "jsonl");

        Assert.Equal(ExitCode.Ok, code);
        Assert.Matches(@"1 of 1 documents were cut \(largest cut: \d+ tokens of document 0\)", _cli.Error);
    }

    [ReferenceFact("golden/models")]
    public async Task Rerank_EachLabelOfSeveral_GivesItsShareOfTheProbability()
    {
        foreach (string file in (string[])["config.json", "model.safetensors"])
        {
            File.Copy(TestData.Shared($"golden/models/bert-3-labels/{file}"), Path.Combine(_cli.Folder, file));
        }

        // As many tokens as the model has.
        File.WriteAllLines(
            Path.Combine(_cli.Folder, "vocab.txt"), File.ReadLines(TestData.Shared("golden/models/bert/vocab.txt")).Take(400));
        double sum = 0;
        foreach (string label in (string[])["contradiction", "1", "neutral"])
        {
            using var cli = new CommandLine { Loader = new LocalModelLoader(_ => null) };
            string[] args = ["--model", _cli.Folder, "--label", label, "--scale", "probability", "--format", "json"];
            Assert.Equal((ExitCode.Ok, ""), (await cli.RunWithInputAsync("text", ["rerank", "query", .. args]), cli.Error));
            using var json = JsonDocument.Parse(cli.Output);
            sum += json.RootElement.GetProperty("results")[0].GetProperty("score").GetDouble();
        }

        Assert.Equal(1, sum, 1e-5);
        await _cli.RunWithInputAsync("text", "rerank", "query", "--model", _cli.Folder, "--label", "unheard");
        Assert.Contains("entailment", _cli.Error, StringComparison.Ordinal);
    }
}
