using System.Text;

namespace Resift.Cli.Tests.Commands;

public sealed class BadInputTests : IDisposable
{
    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Theory]
    [InlineData("--top-n expects a whole number of at least 1, but got '0'.", "rerank", "q", "--top-n", "0")]
    [InlineData("--top-n expects a whole number of at least 1, but got '-3'.", "rerank", "q", "--top-n", "-3")]
    [InlineData("--top-n expects a whole number of at least 1, but got 'three'.", "compare", "--top-n", "three")]
    [InlineData("--max-tokens expects a whole number of at least 8, but got '7'.", "rerank", "q", "--max-tokens", "7")]
    [InlineData("--threads expects a whole number of at least 1, but got '0'.", "embed", "--threads", "0")]
    [InlineData("--min-score expects a number, but got 'NaN'.", "rerank", "q", "--min-score", "NaN")]
    [InlineData("--format expects one of table, json, jsonl, trec, but got 'xml'.", "rerank", "q", "--format", "xml")]
    [InlineData("Unrecognized command or argument '--nope'.", "compare", "--nope")]
    [InlineData(
        "there is no option '--top'. Did you mean --top-n? Where it is meant as text, put '--'",
        "search", "undo", "--top", "3", "--db", "x")]
    [InlineData("there is no option '--nope'. Where", "rerank", "undo", "--nope=3")]
    [InlineData("there is no option '--filters'. Did you mean --filter?", "ask", "undo", "--filters", "lang=en")]
    [InlineData("the query is blank", "rerank", "  ")]
    [InlineData("the query is blank", "compare", "--query", " ")]
    [InlineData("a QUERY was expected", "rerank")]
    [InlineData("--documents needs a --query", "compare", "--documents", "x")]
    [InlineData("'a b' cannot be the tag of a run", "rerank", "q", "--tag", "a b")]
    [InlineData("--corpus, --queries and --run belong together", "rerank", "--run", "x")]
    [InlineData(
        "--depth, --skip-missing, --query-field and --query-id-field belong to --run", "rerank", "q", "--depth", "5")]
    [InlineData("--run takes its queries from --queries", "rerank", "q", "--run", "x", "--corpus", "x", "--queries", "x")]
    [InlineData("--run reads and writes TREC runs", "rerank", "--run", "x", "--corpus", "x", "--queries", "x", "--format", "json")]
    public async Task Invoke_WrongCommandLine_IsAUsageError(string expected, params string[] args)
    {
        int code = await _cli.RunWithInputAsync("a document", args);

        Assert.Equal(ExitCode.Usage, code);
        Assert.StartsWith("resift: " + expected, _cli.Error, StringComparison.Ordinal);
        Assert.Equal(1, _cli.Error.Count(c => c == '\n'));
        Assert.Empty(_cli.Output);
    }

    [Theory]
    [InlineData("", "standard input has no documents")]
    [InlineData(" \n\n", "standard input has no documents")]
    [InlineData("[]", "standard input has no documents")]
    [InlineData("{\"text\": \"a\"}\n\n{\"text\": \"b\"", "standard input:3: this is not JSON: Expected depth to be zero")]
    [InlineData("{\"text\": \"a\"}\n{\"body\": \"b\"}", "standard input:2: there is no text field 'text'; the record has 'body'.")]
    [InlineData("{\"number\": 1}", "standard input:1: there is no text field 'text', 'content'")]
    [InlineData("{\"text\": \"a\"}\n{\"text\": null}", "standard input:2: there is no text field 'text'")]
    [InlineData("{\"text\": \"a\"}\n7", "standard input:2: a JSON object or string was expected, but it is a number.")]
    [InlineData("{\"text\": \"\\ud83d alone\"}", "standard input:1: the text field 'text' has half of a surrogate pair")]
    [InlineData("[\"a\",\n \"b\"", "standard input:2: this is not a JSON array")]
    [InlineData("[\"a\", [1]]", "standard input, item 1 of the array: a JSON object or string was expected, but it is an array.")]
    [InlineData("a\nb\0c", "standard input:2: there is a zero byte, so this seems to be a binary file; UTF-8 text was expected.")]
    public async Task Rerank_BadDocuments_SaysWhereAndWhat(string input, string expected)
    {
        int code = await _cli.RunWithInputAsync(input, "rerank", "query");

        Assert.Equal(ExitCode.Error, code);
        Assert.StartsWith("resift: " + expected, _cli.Error, StringComparison.Ordinal);
        Assert.Equal(1, _cli.Error.Count(c => c == '\n'));
        Assert.Empty(_cli.Output);
    }

    [Fact]
    public async Task Rerank_Latin1File_NamesTheByte()
    {
        string file = _cli.File("latin1.txt", Encoding.Latin1.GetBytes("plain\ncaf\u00e9 noir\n"));

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("rerank", "query", file));
        Assert.StartsWith($"resift: {file}:2: byte 0xE9 is not valid UTF-8 here.", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_Utf16File_SaysSo()
    {
        string file = _cli.File("utf16.txt", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("text")]);

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("rerank", "query", file));
        Assert.StartsWith($"resift: {file} is UTF-16; UTF-8 was expected.", _cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rerank_MissingFileOrFolder_SaysSo()
    {
        string missing = Path.Combine(_cli.Folder, "missing.txt");

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("rerank", "query", missing));
        Assert.Equal(ExitCode.Error, await _cli.RunAsync("rerank", "query", _cli.Folder));
        Assert.Equal($"resift: There is no file {missing}.\nresift: {_cli.Folder} is a folder; a file was expected.\n", _cli.Error);
    }

    [Fact]
    public async Task Rerank_UnknownModel_NamesTheBundledOnes()
    {
        Assert.Equal(ExitCode.Error, await _cli.RunWithInputAsync("text", "rerank", "query", "--model", "gpt-99"));
        Assert.Equal(
            "resift: There is no model 'gpt-99': neither a folder, nor one of the bundled models (resift-mini-v2, " +
                "ms-marco-MiniLM-L12-v2, all-MiniLM-L6-v2), nor one of the hub as ORG/NAME; 'resift models' lists some.\n",
            _cli.Error);
    }

    [Fact]
    public async Task Rerank_ModelOfTheWrongKind_IsRefused()
    {
        Assert.Equal(ExitCode.Error, await _cli.RunWithInputAsync("text", "rerank", "query", "--model", _cli.Folder));
        Assert.Contains("is a classifier with 3 labels", _cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rerank", "query")]
    [InlineData("embed")]
    public async Task Invoke_TerminalAndNoFile_SaysWhatIsExpectedInsteadOfWaiting(params string[] args)
    {
        using var cli = new CommandLine { IsInputTerminal = true };

        Assert.Equal(ExitCode.Usage, await cli.RunAsync(args));
        Assert.StartsWith("resift: no FILE was given and nothing is piped in.", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_Bug_IsOneLineAndVerboseShowsTheStack()
    {
        var loader = new TestLoader { BeforeQuery = (_, _) => throw new InvalidOperationException("two\nlines") };
        using var cli = new CommandLine { Loader = loader };

        Assert.Equal(ExitCode.Error, await cli.RunWithInputAsync("text", "rerank", "query"));
        Assert.Equal("resift: unexpected InvalidOperationException: two lines (--verbose shows where; please report it)\n", cli.Error);

        await cli.RunWithInputAsync("text", "rerank", "query", "--verbose");
        Assert.Contains("   at Resift.Cli.Tests.", cli.Error, StringComparison.Ordinal);
    }
}
