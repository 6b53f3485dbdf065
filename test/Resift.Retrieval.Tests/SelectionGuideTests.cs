using Resift.Testing;
using Resift.Tests;

namespace Resift.Retrieval.Tests;

/// <summary>Runs the code of docs/guide-selection.md, and holds the page to it.</summary>
public sealed class SelectionGuideTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Guide_Cuts_RelevantOnesOnce()
    {
        string[] documents = ["cats sleep a lot", "Cats sleep a lot!", "dogs bark", "cats purr"];
        using var reranker = new TestReranker();
        var response = await reranker.RerankAsync("cats sleep", documents, cancellationToken: Cancellation);

        var relevant = response
            .WithoutNearDuplicateTexts(index => documents[index])
            .AtLeast(0.5, ScoreScale.Probability)
            .AtMost(5);
        var passages = relevant.Results.BestAtBothEnds().Select(result => documents[result.Index]);

        Assert.Equal(["cats sleep a lot", "cats purr"], passages);
    }

    [Fact]
    public void Guide_SelectOfASearch_CutsByTheCandidates()
    {
        var options = new SearchOptions
        {
            Select = (response, candidates) => response
                .AtLeast(0.5, ScoreScale.Probability)
                .Diversify(index => candidates[index].Embedding, count: 5),
        };

        var kept = options.Select(
            Responses.Of(ScoreScale.Probability, 0.2, 0.7), [new(new("a", "A"), 1), new(new("b", "B"), 1)]);
        Assert.Equal([1], kept.Indices());
    }

    [Fact]
    public async Task Guide_Calibration_FittedSavedAndUsed()
    {
        string path = Path.GetTempFileName();
        using var reranker = new TestReranker { Metadata = new("test") { ScoreScale = ScoreScale.Logit, IsPointwise = true } };
        (string Query, string[] Documents, int[] Relevant)[] judged =
        [
            ("cats sleep", ["cats sleep", "dogs bark", "dogs sleep"], [0]),
            ("dogs bark", ["dogs bark", "cats bark", "cats purr"], [0, 1]),
        ];

        var examples = new List<JudgedScore>();
        foreach (var (query, documents, relevant) in judged)
        {
            var response = await reranker.RerankAsync(query, documents, cancellationToken: Cancellation);
            examples.AddRange(response.ConvertTo(ScoreScale.Logit).Results
                .Select(result => new JudgedScore(result.Score, relevant.Contains(result.Index))));
        }

        PlattCalibration.Fit(examples, smoothed: true).Save(path);
        using var calibrated = reranker.AsBuilder().UseCalibration(ScoreCalibration.Load(path)).Build();
        var answer = await calibrated.RerankAsync("cats sleep", ["dogs bark", "cats sleep"], cancellationToken: Cancellation);
        File.Delete(path);

        Assert.Equal(ScoreScale.Probability, answer.ScoreScale);
        Assert.Equal([1, 0], answer.AtLeastRatioOfTop(0).Indices());
        Assert.Equal([1], answer.AtLeast(0.5, ScoreScale.Probability).Indices());
    }

    // Every example of the page is in this file, but for usings, line breaks, await's test tokens and the name of the file.
    [Fact]
    public void Guide_CodeExamples_StandInThisFile()
    {
        string page = File.ReadAllText(TestData.InRepository("docs/guide-selection.md")).ReplaceLineEndings("\n");
        string tests = Normalized(File.ReadAllText(TestData.InRepository("test/Resift.Retrieval.Tests/SelectionGuideTests.cs")));
        string[] examples = [.. page.Split("```csharp\n").Skip(1).Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)])];
        Assert.Equal(5, examples.Length);
        Assert.All(examples, example => Assert.Contains(Normalized(example), tests, StringComparison.Ordinal));
    }

    private static string Normalized(string code) => string.Concat(code
        .Replace(", cancellationToken: Cancellation", "", StringComparison.Ordinal)
        .Replace("\"calibration.json\"", "path", StringComparison.Ordinal)
        .Replace("using Resift;\n", "", StringComparison.Ordinal)
        .Replace("using Resift.Retrieval;\n", "", StringComparison.Ordinal)
        .Where(character => !char.IsWhiteSpace(character)));
}
