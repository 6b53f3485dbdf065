using System.Diagnostics;
using System.Text;

namespace Resift.Cli.Tests.Indexing;

/// <summary><c>.gitignore</c> files mean what they mean to Git.</summary>
public sealed class IgnoreRulesTests : IDisposable
{
    // What patterns are put together of, and what names are: enough alike to meet.
    private static readonly string[] _pieces =
    [
        "a", "b", "ab", "foo", ".txt", "é", "*", "*", "**", "**/", "/**", "/**/", "/", "/", "?", "[ab]", "[!a]", "[^b]", "[a-c]", "[c-a]",
        "[]a]",
        "[!]]", "[a-]", "[[:alpha:]]", "[![:digit:]_]", "[[:nope:]]", "[[:al]", "[", "]", "[\\]]", "[a\\-c]", "\\", "\\*", "\\ ", " ", "!",
        "#", "-", "\t",
        "\r", "[/]", "\\/",
    ];

    private static readonly string[] _names =
        ["a", "b", "ab", "ba", "abc", "foo", "foo.txt", "a.txt", "b.txt", "é", "éa", "a b", " a", "a ", "*", "[ab]", "]", "-", "!a", "#a",
            "1", "c_c"];

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("*.txt\n!keep.txt", "a.txt keep.txt d/b.txt", "keep.txt")]
    [InlineData("foo/", "foo/a x/foo bar/foo/b", "x/foo")]
    [InlineData("/foo", "foo x/foo", "x/foo")]
    [InlineData("x/foo", "x/foo y/x/foo", "y/x/foo")]
    [InlineData("x/*\n!x/keep/", "x/a x/keep/c x/d/b", "x/keep/c")]
    [InlineData("x/\n!x/keep", "x/keep y", "y")]
    [InlineData("**/foo", "foo x/foo x/y/foo", "")]
    [InlineData("x/**", "x/a x/y/b y/x/a", "y/x/a")]
    [InlineData("a/**/b", "a/b a/x/b a/x/y/b b", "b")]
    [InlineData("a**b", "ab axb a/b", "a/b")]
    [InlineData("\\#a\n\\!b\n# c", "#a !b c", "c")]
    [InlineData("a\\ b", "a\u00A0b", "a\u00A0b")]
    [InlineData("\uFEFFa\r\nb/ \r\nc\\", "a b/x c", "c")]
    [InlineData("[z-a]\n[\n[a\n[[:nope:]]\n\\\n!\n/\n//", "a [ b", "a [ b")]
    [InlineData("?", "a é", "é")]
    [InlineData("[!a]", "a b", "a")]
    public void Ignore_Patterns_LeaveOutWhatGitLeavesOut(string rules, string files, string kept)
    {
        Write("", rules);
        foreach (string file in files.Split(' '))
        {
            _cli.File($"tree/{file}", "x");
        }

        Assert.Equal(kept.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), Walked());
    }

    [Fact]
    public void Ignore_FileOfAnInnerFolder_GoesFirst()
    {
        Write("", "*.txt");
        Write("sub", "!a.txt");
        _cli.File("tree/a.txt", "x");
        _cli.File("tree/sub/a.txt", "x");
        _cli.File("tree/sub/b.txt", "x");

        Assert.Equal(["sub/a.txt"], Walked());
    }

    [Theory]
    [InlineData("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*ab")]
    [InlineData("/**/*a*/**/*a*/**/*a*/**/*a*/**/*a*/**/*a*/**/*a*/**/*a*/**/*a*/**/b")]
    [InlineData("**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/**/x")]
    public void Ignore_PatternThatCouldBacktrackForYears_IsDone(string pattern)
    {
        Write("", string.Concat(Enumerable.Repeat($"{pattern}\n", 100)));
        string folder = string.Join('/', Enumerable.Repeat("aaaa", 20));
        _cli.File($"tree/{folder}/{new string('a', 200)}", "x");

        Assert.Single(Walked());
    }

    [Fact]
    public void Ignore_FileThatIsTooLong_IsNamedAndItsRulesDoNotHold()
    {
        Write("", $"a.txt\n{new string('#', 1024 * 1024)}");
        _cli.File("tree/a.txt", "x");
        var skipped = new SkippedFiles();

        Assert.Equal(["a.txt"], Walked(skipped));
        string line = Assert.Single(skipped.Lines(), line => line.Contains("skipped:"));
        Assert.Contains("its rules do not hold", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ignore_RandomPatterns_AreThoseOfGit()
    {
        // Each of these folders has rules of its own, and half of them also a folder with other rules in it.
        int folders = int.TryParse(Environment.GetEnvironmentVariable("RESIFT_GITIGNORE_FOLDERS"), out int asked) ? asked : 100;
        var random = new Random(12);
        for (int i = 0; i < folders; i++)
        {
            Write($"{i}", Patterns(random));
            if (random.Next(2) == 0)
            {
                Write($"{i}/{Name(random)}", Patterns(random));
            }

            for (int file = 0; file < 15; file++)
            {
                string[] path = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Name(random))];
                try
                {
                    _cli.File($"tree/{i}/{string.Join('/', path)}", "x");
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    // The name of a folder that is there already, or of a file in a place where a folder should be.
                }
            }
        }

        string[] expected = await AskGitAsync();

        Assert.True(expected.Length > folders, $"Git keeps {expected.Length} files of {folders} folders.");
        string[] walked = Walked();
        string[] wrong =
        [
            .. expected.Except(walked).Select(path => $"{path} was ignored by\n{RulesAround(path)}"),
            .. walked.Except(expected).Select(path => $"{path} was not ignored by\n{RulesAround(path)}"),
        ];
        Assert.Equal("", string.Join("\n\n", wrong));
    }

    private string RulesAround(string path) => string.Join(" and ", Path.GetDirectoryName(path)!.Split('/')
        .Aggregate((string[])[""], (folders, name) => [.. folders, Path.Combine(folders[^1], name)])
        .Select(folder => _cli.At($"tree/{folder}/.gitignore")).Where(File.Exists).Select(File.ReadAllText));

    private static string Patterns(Random random) => string.Join(
        '\n', Enumerable.Range(0, 1 + random.Next(5)).Select(_ => string.Concat(random.GetItems(_pieces, 1 + random.Next(5)))));

    private static string Name(Random random) => _names[random.Next(_names.Length)];

    private void Write(string folder, string rules) => _cli.File($"tree/{folder}/.gitignore", Encoding.UTF8.GetBytes(rules));

    private string[] Walked(SkippedFiles? skipped = null)
    {
        var walk = new FileWalk(new PathFilter(["*"], null), obeysGitignore: true, _ => "", skipped ?? new());
        walk.Add(_cli.At("tree"), TestContext.Current.CancellationToken);
        return [.. walk.Files.Select(file => file.Name).Order(StringComparer.Ordinal)];
    }

    private async Task<string[]> AskGitAsync()
    {
        await GitAsync("init", "--quiet");
        string kept = await GitAsync("-c", "core.excludesFile=", "ls-files", "--others", "--exclude-standard", "-z");
        return [.. kept.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Where(path => Path.GetFileName(path) != ".gitignore").Order(StringComparer.Ordinal)];
    }

    private async Task<string> GitAsync(params string[] args)
    {
        Process? git = null;
        try
        {
            git = Process.Start(new ProcessStartInfo("git", ["-C", _cli.At("tree"), .. args])
            {
                RedirectStandardOutput = true,
                StandardOutputEncoding = Encoding.UTF8,
            });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("git is not installed");
        }

        using (git)
        {
            string output = await git!.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await git.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, git.ExitCode);
            return output;
        }
    }
}
