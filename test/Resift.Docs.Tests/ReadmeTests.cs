using System.Text.RegularExpressions;
using Resift.Testing;

namespace Resift.Docs.Tests;

/// <summary>Keeps what the documentation shows and links to true.</summary>
public sealed partial class ReadmeTests
{
    public static TheoryData<string> Pages() =>
    [
        "README.md", "CONTRIBUTING.md",
        .. Directory.GetFiles(TestData.InRepository("docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.GetFiles(TestData.InRepository("src"), "README.md", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(TestData.Root, path)),
    ];

    [Fact]
    public void Example_InReadme_IsTheQuickStart()
    {
        string readme = Read("README.md");
        const string Fence = "```csharp\n";
        int start = readme.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        int end = readme.IndexOf("```", start, StringComparison.Ordinal);

        Assert.Equal(Read("samples/QuickStart/Program.cs"), readme[start..end]);
    }

    [Fact]
    public void Example_InRagGuide_IsOfTheSample()
    {
        string sample = Read("samples/RagChat/Program.cs");
        string[] lines = [.. Read("docs/guide-rag.md").Split("```csharp\n")[1].Split("```")[0].Split('\n').Select(line => line.Trim())];

        Assert.All(lines, line => Assert.Contains(line, sample, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_ToFilesAndHeadings_AreNotBroken(string page)
    {
        string path = TestData.InRepository(page);
        var broken = Link().Matches(Read(path))
            .Select(match => (Target: match.Groups["target"].Value, Anchor: match.Groups["anchor"].Value))
            .Where(link => !link.Target.Contains("://", StringComparison.Ordinal))
            .Select(link => (Path: link.Target is "" ? path : Path.Combine(Path.GetDirectoryName(path)!, link.Target), link.Anchor))
            .Where(link => !Path.Exists(link.Path) || (link.Anchor is not "" && !Anchors(link.Path).Contains(link.Anchor)));

        Assert.Empty(broken);
    }

    // As code hosts make them: small letters, no punctuation, hyphens for spaces.
    private static IEnumerable<string> Anchors(string page) => Heading().Matches(Read(page))
        .Select(match => Punctuation().Replace(match.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    // A checkout may have other line ends.
    private static string Read(string path) => File.ReadAllText(TestData.InRepository(path)).ReplaceLineEndings("\n");

    [GeneratedRegex(@"\]\((?<target>[^)#\s]*)(#(?<anchor>[^)\s]*))?\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
