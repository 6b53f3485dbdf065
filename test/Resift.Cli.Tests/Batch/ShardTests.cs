using System.Text.Json.Nodes;

namespace Resift.Cli.Tests.Batch;

public sealed class ShardTests : IDisposable
{
    private const int Shards = 16;
    private const string ContradictsItself = "that this version can read ('resift-shard-1' was expected), or contradicts itself.";

    private static readonly string[] _words = ["red", "blue", "green", "shoes", "fish", "été", "🍞"];

    private readonly CommandLine _cli;
    private readonly string[] _run;
    private readonly string[] _batch;
    private readonly string[] _embed;
    private Func<string, bool> _fails = _ => false;

    public ShardTests()
    {
        _cli = new()
        {
            Loader = new TestLoader
            {
                BeforeQuery = (query, _) =>
                    _fails(query) ? throw new RerankerException("The score of document 1 is NaN.") : Task.CompletedTask,
            },
        };
        var numbers = Enumerable.Range(0, 60);
        _cli.File("corpus.jsonl", Lines(
            _words.Select((word, i) => $$"""{"_id": "d{{i}}", "text": "{{word}} {{_words[^(i + 1)]}}"}""")));
        _cli.File("queries.jsonl", Lines(
            numbers.Select(q => $$"""{"_id": "q{{q}}", "text": "{{_words[q % 7]}} {{q}}"}""")));
        _cli.File("run.trec", Lines(
            from q in numbers from d in Enumerable.Range(0, 3) select $"q{q * 7 % 60} Q0 d{(q + d) % 7} {d + 1} {9 - d} x"));
        const string Documents = """["red", {"id": "x", "text": "blue fish"}, ""]""";
        _cli.File("requests.jsonl", Lines(numbers.Select(q =>
            $$"""{{{(q % 3 == 0 ? "" : $"\"id\": {q}, ")}}"query": "{{_words[q % 7]}} {{q}}", "documents": {{Documents}}}""")));
        _run =
        [
            // Some queries keep no document, and so have no line.
            "rerank", "--run", _cli.At("run.trec"), "--corpus", _cli.At("corpus.jsonl"), "--queries", _cli.At("queries.jsonl"),
            "--min-score", "0",
        ];
        _batch = ["rerank", "--batch", _cli.At("requests.jsonl")];
        _embed = ["embed", _cli.At("corpus.jsonl")];
    }

    public static TheoryData<string> Kinds => ["run", "batch", "embed"];

    public void Dispose() => _cli.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Merge_AllShards_IsWhatOneRunWrites(string kind)
    {
        string[] files = await WriteShardsAsync(kind);
        await AssertOkAsync([.. Command(kind), "--output", _cli.At("whole")]);

        await AssertOkAsync(["merge", .. files.Reverse(), "--output", _cli.At("merged")]);

        Assert.Equal(await File.ReadAllBytesAsync(_cli.At("whole"), Stop), await File.ReadAllBytesAsync(_cli.At("merged"), Stop));
        Assert.NotEmpty(await File.ReadAllTextAsync(_cli.At("merged"), Stop));
        Assert.Contains($" records of {Shards} shards\n", _cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(_cli.Folder), file => file.EndsWith(".tmp", StringComparison.Ordinal)
            || file.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Merge_LargerAndSmallerShardsOfAnotherNumber_SameBytes()
    {
        await WriteShardsAsync("batch");
        await AssertOkAsync(["merge", .. Files("batch"), "--output", _cli.At("sixteen")]);
        await AssertOkAsync([.. _batch, "--shard", "0/2", "--output", _cli.At("first")]);
        await AssertOkAsync([.. _batch, "--shard", "1/2", "--output", _cli.At("second")]);

        await AssertOkAsync(["merge", _cli.At("first"), _cli.At("second"), "--output", _cli.At("two")]);

        Assert.Equal(await File.ReadAllBytesAsync(_cli.At("sixteen"), Stop), await File.ReadAllBytesAsync(_cli.At("two"), Stop));
    }

    [Theory]
    [InlineData("q1")]
    [InlineData("")]
    [InlineData("été 🍞")]
    public void Holds_AnyKey_ExactlyOneShard(string key) =>
        Assert.Single(Enumerable.Range(0, Shards), index => new Shard(index, Shards).Holds(key));

    // SHA-256("q1") begins with 0xc75de8c1b7c3ae52: another version, or another program, shares records out alike.
    [Fact]
    public void Holds_KnownKey_ByItsHash() => Assert.True(new Shard(106, 1000).Holds("q1"));

    [Theory]
    [InlineData("16/16")]
    [InlineData("-1/3")]
    [InlineData("1")]
    [InlineData("1/2/3")]
    [InlineData("a/b")]
    [InlineData("0/0")]
    [InlineData("0/100001")]
    public async Task Shard_NoPart_SaysWhatWasExpected(string shard)
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync([.. _batch, "--shard", shard, "--output", _cli.At("x")]));

        Assert.Contains($"--shard expects {Cli.Shard.Expected}, but got '{shard}'.", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Shard_ToStandardOutput_Refused(string kind)
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync([.. Command(kind), "--shard", "0/2"]));

        Assert.Contains("--shard needs --output FILE", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Merge_ShardsMissingOrTwice_NamesThem()
    {
        string[] files = await WriteShardsAsync("batch");

        await AssertRefusedAsync(files[1..^1], "Of 16 shards 2 are missing: 0, 15.");
        await AssertRefusedAsync([.. files, await CopyAsync(files[3], "again")], "The shard 3/16 is there twice: ");
    }

    [Fact]
    public async Task Merge_FileCutShortOrChanged_Refused()
    {
        string[] files = await WriteShardsAsync("batch");
        byte[] content = await File.ReadAllBytesAsync(files[2], Stop);

        await File.WriteAllBytesAsync(files[2], content[..^1], Stop);
        await AssertRefusedAsync(files, $"{files[2]} is not what its manifest says ({content.Length} bytes with the SHA-256 ");

        content[10] ^= 1;
        await File.WriteAllBytesAsync(files[2], content, Stop);
        await AssertRefusedAsync(files, "it was cut short or changed. Run that shard once more.");
    }

    [Fact]
    public async Task Merge_ShardOfOtherInputOrOptions_Refused()
    {
        string[] files = await WriteShardsAsync("batch");

        await AssertOkAsync([.. _batch, "--top-n", "1", "--shard", "5/16", "--output", files[5]]);
        await AssertRefusedAsync(files, $"{files[5]} was made with other options, or another version of the model than {files[0]}");

        string other = _cli.File("other.jsonl", await File.ReadAllTextAsync(_cli.At("requests.jsonl"), Stop)
            + """{"id": "new", "query": "new", "documents": []}""");
        await AssertOkAsync(["rerank", "--batch", other, "--shard", "5/16", "--output", files[5]]);
        await AssertRefusedAsync(files, "was made with another input than");

        await AssertOkAsync([.. _batch, "--shard", "5/17", "--output", files[5]]);
        await AssertRefusedAsync(files, "was made with another number of shards than");
    }

    [Theory]
    [InlineData("", "is no manifest of a shard: ")]
    [InlineData("[]", "is no manifest of a shard: ")]
    [InlineData("null", "is no manifest of a shard that this version can read")]
    [InlineData("{}", "is no manifest of a shard: ")]
    public async Task Merge_DamagedManifest_Refused(string content, string expected)
    {
        string[] files = await WriteShardsAsync("batch");
        await File.WriteAllTextAsync(ShardManifest.NameFor(files[4]), content, Stop);

        await AssertRefusedAsync(files, expected);
    }

    [Theory]
    [InlineData("format", "\"resift-shard-9\"", ContradictsItself)]
    [InlineData("shard", "\"3\"", ContradictsItself)]
    [InlineData("positions", "[5]", ContradictsItself)]
    [InlineData("lines", "[1]", ContradictsItself)]
    [InlineData("model", "\"x\"", "was made with another model (x, and ")]
    public async Task Merge_ManifestThatContradictsItselfOrOthers_Refused(string field, string value, string expected)
    {
        string[] files = await WriteShardsAsync("run");
        string path = ShardManifest.NameFor(files[4]);
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(path, Stop))!.AsObject();
        manifest[field] = JsonNode.Parse(value);
        await File.WriteAllTextAsync(path, manifest.ToJsonString(), Stop);

        await AssertRefusedAsync(files, expected);
    }

    [Fact]
    public async Task Merge_FileWithoutManifest_SaysWhy()
    {
        string[] files = await WriteShardsAsync("batch");
        File.Delete(ShardManifest.NameFor(files[4]));

        await AssertRefusedAsync(files, "was made without --shard, or its shard is not done. Run that shard once more.");
    }

    [Theory]
    [InlineData("run")]
    [InlineData("batch")]
    public async Task Shard_StoppedAndResumed_IsWhatOneRunWrites(string kind)
    {
        string[] first = [.. Command(kind), "--shard", "0/2", "--output", _cli.At("a")];
        int asked = 0;
        _fails = _ => Interlocked.Increment(ref asked) > 12;
        Assert.Equal(ExitCode.Error, await _cli.RunAsync(first));
        Assert.Contains("are in a.partial; the same command with --resume goes on", _cli.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_cli.At("a")));
        _fails = _ => false;

        await AssertOkAsync([.. first, "--resume"]);

        await AssertOkAsync([.. Command(kind), "--shard", "1/2", "--output", _cli.At("b")]);
        await AssertOkAsync(["merge", _cli.At("a"), _cli.At("b"), "--output", _cli.At("merged")]);
        await AssertOkAsync([.. Command(kind), "--output", _cli.At("whole")]);
        Assert.Equal(await File.ReadAllBytesAsync(_cli.At("whole"), Stop), await File.ReadAllBytesAsync(_cli.At("merged"), Stop));
    }

    [Fact]
    public async Task Batch_ResumedOverAnotherInput_Refused()
    {
        int asked = 0;
        _fails = _ => Interlocked.Increment(ref asked) > 12;
        Assert.Equal(ExitCode.Error, await _cli.RunAsync([.. _batch, "--output", _cli.At("a")]));
        string partial = await File.ReadAllTextAsync(_cli.At("a.partial"), Stop);
        _fails = _ => false;
        string text = await File.ReadAllTextAsync(_cli.At("requests.jsonl"), Stop);

        string[] others = [text.Replace("blue fish", "blue fisch", StringComparison.Ordinal), text.Split('\n')[0], ""];
        foreach (string other in others)
        {
            _cli.File("requests.jsonl", other);
            Assert.Equal(ExitCode.Error, await _cli.RunAsync([.. _batch, "--output", _cli.At("a"), "--resume"]));
            Assert.Contains("a.partial is of another batch: its input, model or options differ.", _cli.Error, StringComparison.Ordinal);
            Assert.Equal(partial, await File.ReadAllTextAsync(_cli.At("a.partial"), Stop));
            _cli.Clear();
        }
    }

    [Fact]
    public async Task Batch_StandardInputToStandardOutput_OneLineForEachRequest()
    {
        int code = await _cli.RunWithInputAsync(
            """
            {"id": "a", "query": "red", "documents": ["blue", {"id": 7, "text": "red fish"}]}

            {"query": "blue", "documents": []}
            """,
            "rerank", "--batch", "-", "--top-n", "1");

        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal("""
            {"index":0,"id":"a","scale":"logit","results":[{"index":1,"id":"7","score":0}]}
            {"index":1,"id":null,"scale":"logit","results":[]}

            """, _cli.Output);
    }

    [Theory]
    [InlineData("[]", "standard input:1: an object with query and documents was expected, but it is an array.")]
    [InlineData("{", "standard input:1: this is not JSON: ")]
    [InlineData("""{"documents": []}""", "standard input:1: there is no 'query'; the object has 'documents'.")]
    [InlineData("""{"query": " ", "documents": []}""", "standard input:1: the query is blank;")]
    [InlineData("""{"query": "a"}""", "standard input:1: an array 'documents' was expected; the object has 'query'.")]
    [InlineData("""{"query": "a", "documents": [1]}""", "1, document 0: a text, or an object with a text, was expected, but")]
    [InlineData("""{"query": "a", "documents": ["x", {"id": 1}]}""", "1, document 1: there is no 'text'; the object has 'id'.")]
    public async Task Batch_BadRequest_SaysWhere(string input, string expected)
    {
        Assert.Equal(ExitCode.Error, await _cli.RunWithInputAsync(input, "rerank", "--batch", "-"));

        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Output);
    }

    [Fact]
    public async Task Batch_NoRequests_NothingToDo()
    {
        Assert.Equal(ExitCode.Ok, await _cli.RunWithInputAsync("", "rerank", "--batch", "-"));

        Assert.StartsWith("resift: standard input has no requests\n", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_cli.Output);
    }

    [Theory]
    [InlineData("--tag x")]
    [InlineData("--format json")]
    [InlineData("--input-format lines")]
    [InlineData("--depth 3")]
    [InlineData("--run run.trec --corpus corpus.jsonl --queries queries.jsonl")]
    public async Task Batch_OptionsOfOtherForms_Refused(string options) =>
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync([.. _batch, .. options.Split(' ')]));

    [Theory]
    [InlineData("--resume")]
    [InlineData("--shard 0/2")]
    [InlineData("--max-cost 1")]
    public async Task Rerank_OptionsOfABatchAlone_Refused(string options) =>
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync(["rerank", "red", _cli.At("corpus.jsonl"), .. options.Split(' ')]));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => $"{line}\n"));

    private string[] Command(string kind) => kind switch { "run" => _run, "batch" => _batch, _ => _embed };

    private string[] Files(string kind) => [.. Enumerable.Range(0, Shards).Select(index => _cli.At($"{kind}-{index}"))];

    private async Task<string[]> WriteShardsAsync(string kind)
    {
        string[] files = Files(kind);
        foreach (var (index, file) in files.Index())
        {
            await AssertOkAsync([.. Command(kind), "--shard", $"{index}/{Shards}", "--output", file]);
        }

        return files;
    }

    private async Task<string> CopyAsync(string file, string name)
    {
        await File.WriteAllBytesAsync(_cli.At(name), await File.ReadAllBytesAsync(file, Stop), Stop);
        File.Copy(ShardManifest.NameFor(file), ShardManifest.NameFor(_cli.At(name)));
        return _cli.At(name);
    }

    private async Task AssertOkAsync(string[] args)
    {
        int code = await _cli.RunAsync(args);
        Assert.True(code == ExitCode.Ok, _cli.Error);
    }

    private async Task AssertRefusedAsync(string[] files, string expected)
    {
        string target = _cli.File("merged", "old");
        _cli.Clear();

        Assert.Equal(ExitCode.Error, await _cli.RunAsync(["merge", .. files, "--output", target]));

        Assert.Contains(expected, _cli.Error, StringComparison.Ordinal);
        Assert.Equal("old", await File.ReadAllTextAsync(target, Stop));
    }
}
