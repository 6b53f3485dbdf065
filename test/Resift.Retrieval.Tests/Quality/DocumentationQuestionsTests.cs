using System.Text.Json;
using Resift.Testing;

namespace Resift.Retrieval.Tests.Quality;

/// <summary>The judged questions are what their page says; the benchmark <c>tiers</c> measures with them.</summary>
public sealed class DocumentationQuestionsTests
{
    private static readonly string _folder = TestData.InRepository("test/Resift.Retrieval.Tests/Quality/DocumentationQuestions");

    [Fact]
    public void Questions_OfEveryProject_AreJudgedAndToldApart()
    {
        string[] files = Directory.GetFiles(_folder, "*.jsonl");
        Assert.True(files.Length >= 3);
        var ids = new HashSet<string>();
        foreach (string file in files)
        {
            string[] lines = File.ReadAllLines(file);
            Assert.True(lines.Length >= 20, file);
            foreach (string line in lines)
            {
                using var json = JsonDocument.Parse(line);
                Assert.True(ids.Add(json.RootElement.GetProperty("id").GetString()!), line);
                Assert.False(string.IsNullOrWhiteSpace(json.RootElement.GetProperty("query").GetString()), line);
                var grades = json.RootElement.GetProperty("relevant").EnumerateObject().Select(page => page.Value.GetInt32()).ToArray();
                Assert.All(grades, grade => Assert.InRange(grade, 1, 2));
                Assert.Contains(2, grades);
            }
        }

        Assert.True(ids.Count >= 60);
    }
}
