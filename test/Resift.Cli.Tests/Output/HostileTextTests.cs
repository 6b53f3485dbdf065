using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Resift.Testing;

namespace Resift.Cli.Tests.Output;

/// <summary>
/// Every command, with foreign text wherever some can stand: ids, titles, paths, documents, names of models, messages of servers. None of
/// it may steer the terminal, hide from the reader or look like a line of ours.
/// </summary>
public sealed partial class HostileTextTests
{
    private const string Forged = "[9] forged.md";

    private static readonly Dictionary<string, string> _texts = new()
    {
        // The window's title, the clipboard, a forged link, a cleared screen, and hidden text.
        ["escapes"] =
            "\u001b]0;owned\u0007\u001b]52;c;ZWNobyBoaQ==\u0007\u001b]8;;evil:x\u001b\\link\u001b]8;;\u001b\\\u001b[2J\u001b[8mhidden",
        ["controls"] = "\u009b2J\u009d0;owned\u009c good\b\b\b\bevil\u007f\0",
        ["invisible"] =
            $"\u202egpj.exe\u202c\u2066\u2069\u200e\u200f\u061c{char.ConvertFromUtf32(0xE0041)}{char.ConvertFromUtf32(0xE0042)}x",
        ["lines"] = $"x\n  {Forged} (0.99)\r\n  {Forged}\r  {Forged}\u2028  {Forged}\u2029  {Forged}\u0085  {Forged}\v{Forged}",
    };

    private static readonly Dictionary<string, Func<CommandLine, string, Task>> _commands = new()
    {
        ["rerank"] = (cli, text) => cli.RunAsync("rerank", "undo a commit", Records(cli, text)),
        ["rerank jsonl"] = (cli, text) => cli.RunAsync("rerank", "undo a commit", Records(cli, text), "--format", "jsonl"),
        ["rerank json"] = (cli, text) => cli.RunAsync("rerank", "undo a commit", Records(cli, text), "--format", "json"),
        ["rerank trec"] = (cli, text) => cli.RunAsync("rerank", "undo a commit", Records(cli, text), "--format", "trec"),
        ["rerank cut"] = (cli, text) => cli.RunAsync("rerank", "undo", Records(cli, text), "--max-tokens", "8"),
        ["rerank hint"] = (cli, text) => cli.RunAsync("rerank", "undo", Records(cli, text), "--text-field", "absent"),
        ["rerank no json"] = (cli, text) => cli.RunAsync("rerank", "undo", cli.File("x.jsonl", "{\"" + text), "--input-format", "jsonl"),
        ["rerank output"] = (cli, text) => cli.RunAsync("rerank", "undo", Records(cli, text), "--output", cli.At($"no/{FileName(text)}")),
        ["rerank wrong option"] = (cli, text) => cli.RunAsync("rerank", "undo", "--format", text),
        ["rerank unknown option"] = (cli, text) => cli.RunAsync("rerank", "undo", "x", text),
        ["rerank no file"] = (cli, text) => cli.RunAsync("rerank", "undo", FileName(text)),
        ["rerank run"] = RerankRunAsync,
        ["rerank configuration"] = (cli, text) => cli.RunAsync(
            "rerank", "undo", Records(cli, text), "--provider", "prod", "--config", cli.File(
            "resift.json", $$"""{"rerankers":{"prod":{"provider":{{Quoted(text)}} } } }""")),
        ["rerank provider"] = (cli, text) => WithServerAsync(
            new(request => ScoringApi.Answer(request, (_, documents) => [.. documents.Select(_ => 0.5)])),
            server => cli.RunAsync("rerank", "undo", Records(cli, text), "--provider", "tei", "--endpoint", server, "--model", text)),
        ["rerank provider fails"] = (cli, text) => WithServerAsync(
            new LoopbackServer(LoopbackReply.Json($$"""{"error":{{Quoted(text)}},"error_type":{{Quoted(text)}} }""", 422)),
            server => cli.RunAsync("rerank", "undo", Records(cli, text), "--provider", "tei", "--endpoint", server)),
        ["rerank llm fails"] = async (cli, text) =>
        {
            using var server = new ChatCompletionsServer { Status = HttpStatusCode.BadRequest, ErrorMessage = text };
            await cli.RunAsync("rerank", "undo", Records(cli, text), "--provider", "llm", "--endpoint", $"{server.Endpoint}");
        },
        ["doctor provider"] = (cli, text) => WithServerAsync(
            new LoopbackServer(LoopbackReply.Json($$"""{"error":{{Quoted(text)}},"error_type":{{Quoted(text)}} }""", 422)),
            server => cli.RunAsync("doctor", "--provider", "tei", "--endpoint", server, "--model", text)),
        ["doctor model"] = (cli, text) => cli.RunAsync("doctor", "--model", ModelNamed(cli, text)),
        ["models show"] = (cli, text) => cli.RunAsync("models", "show", ModelNamed(cli, text)),
        ["models show json"] = (cli, text) => cli.RunAsync("models", "show", ModelNamed(cli, text), "--format", "json"),
        ["compare"] = (cli, text) => cli.RunAsync("compare", "--query", $"undo {text}", "--documents", Records(cli, text)),
        ["embed"] = (cli, text) => cli.RunAsync("embed", Records(cli, text)),
        ["index"] = IndexAsync,
        ["compare index"] = (cli, text) => InIndexAsync(cli, text, "compare", "--query", $"undo {text}"),
        ["search"] = (cli, text) => InIndexAsync(cli, text, "search", $"undo a commit {text}", "--explain"),
        ["search json"] = (cli, text) => InIndexAsync(cli, text, "search", "undo a commit", "--format", "json"),
        ["search jsonl"] = (cli, text) => InIndexAsync(cli, text, "search", "undo a commit", "--format", "jsonl"),
        ["search trec"] = (cli, text) => InIndexAsync(cli, text, "search", "undo a commit", "--format", "trec"),
        ["search no collection"] = (cli, text) => InIndexAsync(cli, text, "search", "undo a commit", "--collection", text),
        ["ask dry"] = (cli, text) => InIndexAsync(cli, text, "ask", $"undo a commit {text}", "--dry-run"),
        ["ask dry json"] = (cli, text) => InIndexAsync(cli, text, "ask", "undo a commit", "--dry-run", "--format", "json"),
        ["ask sources"] = (cli, text) => AskAsync(cli, text, new() { Parts = ["Yes [1][2]."] }),
        ["ask"] = (cli, text) => AskAsync(cli, text, new() { Parts = ["[1] ", text, "\ud83d", "\ude00 [2][7]"] }),
        ["ask json"] = (cli, text) => AskAsync(cli, text, new() { Parts = ["[1] ", text] }, "--format", "json"),
        ["ask fails"] = (cli, text) => AskAsync(cli, text, new() { Status = HttpStatusCode.BadRequest, ErrorMessage = text }),
        ["db upgrade"] = async (cli, text) =>
        {
            await InIndexAsync(cli, text, "db", "upgrade");
            await cli.RunAsync("db", "upgrade", "--db", FileName(text));
        },
        ["help"] = (cli, text) => cli.RunAsync(text, "--help"),
    };

    public static MatrixTheoryData<string, string> Cases => new(_commands.Keys, _texts.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Run_ForeignText_ReachesNoTerminalAsItIs(string command, string text)
    {
        using var cli = new CommandLine
        {
            IsOutputTerminal = true,
            AllowsAnsi = true,
            Loader = new TestLoader { QueryPrompt = _texts[text] },
        };

        await _commands[command](cli, _texts[text]);

        Assert.NotEmpty(cli.Output + cli.Error);
        Assert.DoesNotContain("\u001b[8m", cli.Output, StringComparison.Ordinal);
        AssertPrintable(OurColours().Replace(cli.Output, ""));
        AssertPrintable(cli.Error);
        // A prompt has whole documents, lines and all, between tags, and an answer is the model's.
        if (command is not ("ask dry" or "ask"))
        {
            Assert.DoesNotContain(cli.Output.Split('\n'), line => line.StartsWith($"  {Forged}", StringComparison.Ordinal));
        }

        Assert.All(
            cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.StartsWith("resift: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rerank_JsonOfForeignText_KeepsTheTextAndWritesEmojiAsTheyAre()
    {
        string all = string.Concat(_texts.Values) + "日本 é 🍞 \\ud83c\\udf5e \" \ufffd";
        foreach (bool isTerminal in new[] { false, true })
        {
            using var cli = new CommandLine { IsOutputTerminal = isTerminal };

            Assert.Equal(ExitCode.Ok, await cli.RunAsync("rerank", "undo", Records(cli, all), "--format", "json"));

            using var json = JsonDocument.Parse(cli.Output);
            var result = json.RootElement.GetProperty("results")[0];
            Assert.Equal(($"{all} undo a commit", all), (result.GetProperty("text").GetString(), result.GetProperty("id").GetString()));
            Assert.Contains("日本 é 🍞 \\\\ud83c\\\\udf5e", cli.Output, StringComparison.Ordinal);
            AssertPrintable(cli.Output);
        }
    }

    [Theory]
    [InlineData("trec", "\u001b[2Jx", "1 Q0 \u001b[2Jx 1 2 full\n")]
    public async Task Rerank_TrecToAPipe_KeepsIdsAsTheyAre(string format, string id, string expected)
    {
        using var cli = new CommandLine();

        await cli.RunWithInputAsync(
            $$"""{"id":{{Quoted(id)}},"text":"undo a commit"}""", "rerank", "undo a commit", "--format", format, "--tag", "full");

        Assert.Equal(expected, cli.Output);
    }

    [Fact]
    public async Task Rerank_TableToAPipe_IsCleanedToo()
    {
        using var cli = new CommandLine();

        await cli.RunAsync("rerank", "undo", Records(cli, _texts["escapes"]));

        AssertPrintable(cli.Output);
    }

    private static void AssertPrintable(string text) => Assert.DoesNotContain(
        text.EnumerateRunes(), rune => (Rune.IsControl(rune) && rune.Value is not ('\n' or '\t')) || Printable.IsInvisible(rune)
            || rune.Value is 0x2028 or 0x2029);

    private static string Quoted(string text) => JsonValue.Create(text).ToJsonString();

    // No file system has these in names.
    private static string FileName(string text) => $"a{text.Replace("\0", "", StringComparison.Ordinal)}";

    private static string Records(CommandLine cli, string text)
    {
        string record = new JsonObject { ["id"] = text, ["title"] = text, ["text"] = $"{text} undo a commit" }.ToJsonString();
        return cli.File("records.jsonl", record + "\n{\"id\":\"b\",\"text\":\"cats sleep\"}");
    }

    private static string ModelNamed(CommandLine cli, string text) => Directory.CreateDirectory(cli.At(FileName(text))).FullName;

    private static async Task WithServerAsync(LoopbackServer server, Func<string, Task> run)
    {
        await using (server)
        {
            await run($"{server.Address}");
        }
    }

    private static async Task RerankRunAsync(CommandLine cli, string text) => await cli.RunAsync(
        "rerank",
        "--corpus", Records(cli, text),
        "--queries", cli.File("queries.jsonl", $$"""{"_id":{{Quoted(text)}},"text":"undo"}"""),
        "--run", cli.File("run.trec", $"{text} Q0 {text} 1 1 tag\n"),
        "--skip-missing");

    private static async Task IndexAsync(CommandLine cli, string text)
    {
        cli.File("docs/records.jsonl", File.ReadAllBytes(Records(cli, text)));
        cli.File("docs/bad.jsonl", "{\"" + text);
        if (!OperatingSystem.IsWindows())
        {
            cli.File($"docs/{FileName(text)}.md", $"# {text}\n\nundo a commit {text}");
            cli.File($"docs/{FileName(text)}.txt", [0xFF]);
            cli.File($"docs/bad.{FileName(text)}", "x");
        }

        await cli.RunAsync("index", cli.At("docs"), "--db", cli.At("x.db"));
    }

    private static async Task InIndexAsync(CommandLine cli, string text, params string[] args)
    {
        await IndexAsync(cli, text);
        await cli.RunAsync([.. args, "--db", cli.At("x.db")]);
    }

    private static async Task AskAsync(CommandLine cli, string text, ChatCompletionsServer server, params string[] more)
    {
        using (server)
        {
            await InIndexAsync(cli, text, ["ask", "undo a commit", "--endpoint", $"{server.Endpoint}", .. more]);
        }
    }

    [GeneratedRegex("\u001b\\[(0|[0-9]{1,3}(;[0-9]{1,3})*)m")]
    private static partial Regex OurColours();
}
