using System.Text.RegularExpressions;
using Resift.Testing;

namespace Resift.Tests;

/// <summary>Keeps what the documentation shows and links to true.</summary>
public sealed partial class ReadmeTests
{
    public static TheoryData<string> Pages() =>
    [
        "README.md", "CONTRIBUTING.md",
        .. Directory.GetFiles(TestData.InRepository("docs"), "*.md", SearchOption.AllDirectories)
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
    public void Links_ToFiles_AreNotBroken(string page)
    {
        string folder = Path.GetDirectoryName(TestData.InRepository(page))!;
        var broken = Link().Matches(Read(page)).Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && !Path.Exists(Path.Combine(folder, target)));

        Assert.Empty(broken);
    }

    // A checkout may have other line ends.
    private static string Read(string path) => File.ReadAllText(TestData.InRepository(path)).ReplaceLineEndings("\n");

    // The target of a Markdown link without its anchor; links within a page have no target.
    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)\s]*)?\)")]
    private static partial Regex Link();
}
