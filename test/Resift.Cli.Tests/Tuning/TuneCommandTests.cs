using System.Text.RegularExpressions;
using Resift.Retrieval;

namespace Resift.Cli.Tests.Tuning;

public sealed partial class TuneCommandTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CommandLine _cli;
    private readonly List<string> _asked = [];
    private string? _stopsAt;

    public TuneCommandTests() => _cli = new()
    {
        Width = 240,
        Stop = _stop.Token,
        Loader = new TestLoader
        {
            BeforeQuery = async (query, cancellationToken) =>
            {
                _asked.Add(query);
                if (query == _stopsAt)
                {
                    await _stop.CancelAsync();
                    cancellationToken.ThrowIfCancellationRequested();
                }
            },
        },
    };

    private string Profile => _cli.At("profile.json");

    public void Dispose()
    {
        _cli.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Tune_AnotherSettingIsBetter_FindsItAndWritesIt()
    {
        await TuneAsync("--output", Profile);

        var profile = SearchProfile.Load(Profile);
        var fit = profile.Fit!;
        Assert.True(fit.IsGained);
        Assert.True(fit.Low > 0 && fit.Low < fit.Gain && fit.Gain < fit.High && fit.P < 0.05, fit.ToString());
        Assert.Equal((PlantedSet.Queries, "nDCG@10"), (fit.Queries, fit.Measure));
        Assert.Equal(["planted"], fit.Sets);
        Assert.Equal((RetrieverKind.Lexical, SearchTier.Light), (profile.Retriever, profile.Tier));
        Assert.True(profile.FirstStageWeight < 1, $"{profile.FirstStageWeight}");
        Assert.Null(profile.MinScore);
        Assert.Null(profile.Embedder);
        Assert.NotNull(profile.Reranker);
        Assert.Contains("Gained by what was chosen", _cli.Output, StringComparison.Ordinal);
        Assert.Contains("has what was chosen", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Tune_ShuffledJudgements_SaysThatNothingIsGainedAndWritesTheSettingsOfNow(int shuffle)
    {
        await TuneAsync(shuffle, "--output", Profile);

        var profile = SearchProfile.Load(Profile);
        Assert.Contains("nothing is gained", _cli.Output, StringComparison.Ordinal);
        Assert.False(profile.Fit!.IsGained);
        Assert.Equal((SearchTier.Light, 16, 1.0), (profile.Tier, profile.Depth, profile.FirstStageWeight));
        Assert.Contains("has the settings of now", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_SettingOfNow_IsWorthWhatEvalSays()
    {
        string folder = PlantedSet.Write(_cli);
        Assert.True(await _cli.RunAsync("tune", folder, "--store", _cli.At("s.db"), "--retriever", "hybrid", "--system", "light",
            "--depths", "5", "--weights", "0") == ExitCode.Ok, _cli.Error);
        string tuned = Cell(_cli.Output, "now");
        _cli.Clear();
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("eval", folder, "--retriever", "hybrid", "--system", "light", "--store",
            _cli.At("s.db"), "--depths", "5", "--json", _cli.At("r.json")));

        var report = await RegressionCheck.ReadAsync(_cli.At("r.json"), TestContext.Current.CancellationToken);
        Assert.Equal(Figures.Quality(report.Sets[0].Stages[0].Systems[0].Mean), tuned);
    }

    [Fact]
    public async Task Tune_WantedPrecision_WritesTheThreshold()
    {
        await TuneAsync("--want-precision", "0.7", "--output", Profile);

        var profile = SearchProfile.Load(Profile);
        Assert.Equal(ScoreScale.Logit, profile.MinScoreScale);

        // The shoes of a query have all four words, and those of other brands three.
        Assert.Equal(3, profile.MinScore);
        Assert.Contains("For a precision of 70.0 %, keep scores from 3 (logit)", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_SecondTime_ScoresNothingAndSaysTheSame()
    {
        await TuneAsync();
        string first = _cli.Output;
        _cli.Clear();
        _asked.Clear();

        await TuneAsync();

        Assert.Empty(_asked);
        Assert.Equal(first, _cli.Output);
    }

    [Fact]
    public async Task Tune_Cancelled_EndsWithoutAProfileAndGoesOnWhereItWas()
    {
        _stopsAt = "zbak shoes to buy";
        Assert.Equal(ExitCode.Cancelled, await RunAsync(null, "--output", _cli.At("none.json")));
        Assert.False(File.Exists(_cli.At("none.json")));
        string[] done = [.. _asked.Distinct()];

        List<string> asked = [];
        var loader = new TestLoader
        {
            BeforeQuery = (query, _) =>
            {
                asked.Add(query);
                return Task.CompletedTask;
            },
        };
        using var next = new CommandLine { Loader = loader };
        Assert.Equal(ExitCode.Ok, await next.RunAsync(["tune", PlantedSet.Write(next), .. Narrow, "--store", _cli.At("s.db")]));
        Assert.Contains("zaak shoes to buy", done);
        Assert.Empty(asked.Intersect(done.Except([_stopsAt])));
        Assert.Equal(PlantedSet.Queries, asked.Union(done).Count());
    }

    [Fact]
    public async Task Tune_Markdown_PutsItsSectionInPlaceOfTheOld()
    {
        string path = _cli.File("results.md", "# Results\n\nKept.\n\n## Which settings\n\nreplaced\n\n## Later\n\nkept too\n");
        await TuneAsync("--markdown", path);
        string once = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        await TuneAsync("--markdown", path);

        Assert.Equal(once, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        Assert.StartsWith("# Results\n\nKept.\n\n## Which settings\n\n- planted: 40 judged queries\n", once, StringComparison.Ordinal);
        Assert.EndsWith("\n\n## Later\n\nkept too\n", once, StringComparison.Ordinal);
        Assert.DoesNotContain("replaced", once, StringComparison.Ordinal);
        Assert.Contains("| now | lexical | light | 16 | 1 |", once, StringComparison.Ordinal);
        Assert.Contains("Made by `resift tune ", once, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_LeaveOneOut_SaysOfEachDefaultWhetherAnotherIsBetter()
    {
        string[] folders = [PlantedSet.Write(_cli, "one"), PlantedSet.Write(_cli, "two"), PlantedSet.Write(_cli, "three")];

        Assert.True(await _cli.RunAsync(["tune", .. folders, .. Narrow, "--store", _cli.At("s.db"), "--leave-one-out", "--markdown",
            _cli.At("d.md")]) == ExitCode.Ok, _cli.Error);

        string[] rows = [.. (await File.ReadAllLinesAsync(_cli.At("d.md"), TestContext.Current.CancellationToken))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(2)];
        Assert.Equal(["first stage", "tier", "candidates of light", "weight in light", "all together"], rows.Select(row => CellOf(row, 0)));
        Assert.Equal(["nothing is gained", "nothing is gained", "nothing is gained"], rows[..3].Select(row => CellOf(row, 5)));
        Assert.StartsWith("gained by 0", CellOf(rows[3], 5), StringComparison.Ordinal);
        Assert.StartsWith("gained by lexical, light reads", CellOf(rows[4], 5), StringComparison.Ordinal);
        Assert.Contains("weight in light", _cli.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_IndexFile_TunesBySearchingIt()
    {
        for (int i = 0; i < 12; i++)
        {
            _cli.File($"docs/page{i:D2}.md", $"# Page {i}\n\nTo undo a commit, see number {i}.");
        }

        Assert.Equal(ExitCode.Ok, await _cli.RunAsync("index", _cli.At("docs"), "--db", _cli.At("x.db")));
        string judged = _cli.File("judged.jsonl", string.Concat(Enumerable.Range(0, 12).Select(
            i => $$"""{"query": "undo number {{i}}", "relevant": ["docs/page{{i:D2}}.md"]}""" + "\n")));

        Assert.True(await _cli.RunAsync("tune", "--judged", judged, "--db", _cli.At("x.db"), "--store", _cli.At("s.db"), "--depths", "5",
            "--weights", "0", "--system", "light", "--output", Profile) == ExitCode.Ok, _cli.Error);

        var profile = SearchProfile.Load(Profile);
        Assert.Equal(RetrieverKind.Hybrid, profile.Retriever);
        Assert.Equal("letters", profile.Embedder?.Name);
        Assert.Equal(12, profile.Fit!.Queries);
    }

    [Theory]
    [InlineData("--weights expects different numbers from 0 to 1", "--weights", "0,2")]
    [InlineData("--weights expects different numbers from 0 to 1", "--weights", "0.5,0.5")]
    [InlineData("--depths expects different whole numbers", "--depths", "ten")]
    [InlineData("--measure expects a measure", "--measure", "nDGC@10")]
    [InlineData("--folds expects a whole number of at least 2", "--folds", "1")]
    [InlineData("--want-precision expects a number above 0", "--want-precision", "0")]
    [InlineData("name at least two", "--leave-one-out")]
    public async Task Tune_WrongOptions_EndsWithTwoAndSaysWhatIsExpected(string message, params string[] args)
    {
        Assert.Equal(ExitCode.Usage, await _cli.RunAsync(["tune", PlantedSet.Write(_cli), "--store", _cli.At("s.db"), .. args]));

        Assert.Contains(message, _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_LeaveOneOutAndAProfile_AreAUsageError()
    {
        string[] folders = [PlantedSet.Write(_cli, "one"), PlantedSet.Write(_cli, "two")];

        Assert.Equal(ExitCode.Usage, await _cli.RunAsync(["tune", .. folders, "--leave-one-out", "--output", Profile]));

        Assert.Contains("leave out one or the other", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_TooFewQueriesOrNoJudgements_SaysWhatIsMissing()
    {
        Assert.Equal(ExitCode.Error, await RunAsync(null, "--queries", "9"));
        Assert.Contains("There are 9 judged queries; 10 or more were expected", _cli.Error, StringComparison.Ordinal);

        Directory.Delete(_cli.At("planted/qrels"), recursive: true);
        Assert.Equal(ExitCode.Error, await _cli.RunAsync(["tune", _cli.At("planted"), .. Narrow, "--store", _cli.At("s.db")]));
        Assert.Contains("Nobody judged the queries of planted", _cli.Error, StringComparison.Ordinal);

        string again = PlantedSet.Write(_cli, "other/planted");
        Assert.Equal(ExitCode.Error, await _cli.RunAsync(
            ["tune", PlantedSet.Write(_cli), again, .. Narrow, "--store", _cli.At("s.db")]));
        Assert.Contains("Two sets are called planted", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tune_ProfileThatCannotBeWritten_FailsBeforeAnythingIsScored()
    {
        Assert.Equal(ExitCode.Error, await RunAsync(null, "--output", _cli.At("none/profile.json")));

        Assert.Contains("There is no folder", _cli.Error, StringComparison.Ordinal);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task Tune_DamagedJudgements_SaysFileAndLine()
    {
        PlantedSet.Write(_cli);
        _cli.File("planted/qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\tshoe1\tmuch\n");

        Assert.Equal(ExitCode.Error, await _cli.RunAsync(["tune", _cli.At("planted"), .. Narrow, "--store", _cli.At("s.db")]));

        Assert.Contains("test.tsv:2", _cli.Error, StringComparison.Ordinal);
    }

    // By words alone and by one reranker, whose order counts for nothing as it is.
    private static string[] Narrow { get; } =
        ["--retriever", "lexical", "--system", "light", "--first-stage-weight", "1", "--depths", "5", "--weights", "0,0.5"];

    private static string Cell(string output, string row) => Row().Split(output.Split('\n').First(line => Row().Split(line) is
        [_, var name, ..] && name == row))[^2];

    private static string CellOf(string row, int index) => row.Split(" | ")[index].Trim('|', ' ');

    private Task<int> RunAsync(int? shuffle, params string[] args) =>
        _cli.RunAsync(["tune", PlantedSet.Write(_cli, shuffle: shuffle), .. Narrow, "--store", _cli.At("s.db"), .. args]);

    private Task TuneAsync(params string[] args) => TuneAsync(null, args);

    private async Task TuneAsync(int? shuffle, params string[] args) =>
        Assert.True(await RunAsync(shuffle, args) == ExitCode.Ok, _cli.Error);

    [GeneratedRegex(@"\s*│\s*")]
    private static partial Regex Row();
}
