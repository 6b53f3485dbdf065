using System.Diagnostics;
using System.Text.Json;
using ModelContextProtocol.Client;
using Resift.Testing;

namespace Resift.Mcp.Tests;

/// <summary><c>resift mcp</c> as an agent starts it: a process of its own, with the bundled models.</summary>
public sealed class CommandTests : IAsyncLifetime
{
    // In its own folder, since the framework of this project stands in for some of its files.
    private static readonly string _command = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "../../Resift.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)),
        "Resift.Cli.dll"));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("resift-mcp-tests-");

    public async ValueTask InitializeAsync()
    {
        string documents = _folder.CreateSubdirectory("docs").FullName;
        await File.WriteAllTextAsync(
            Path.Combine(documents, "reset.md"), "# Undo\n\ngit reset --soft HEAD~1 takes back the last commit.\n", TestIndex.Token);
        await File.WriteAllTextAsync(Path.Combine(documents, "bread.md"), "# Bread\n\nBake it at 240 degrees.\n", TestIndex.Token);
        var (code, _, error) = await RunAsync("dotnet", _command, "index", documents, "--db", Db);
        Assert.True(code == 0, error);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return default;
    }

    private string Db => Path.Combine(_folder.FullName, "docs.db");

    [Theory]
    [InlineData("2025-06-18")]
    [InlineData("2026-07-28")]
    public async Task Command_StartedByAnAgent_SpeaksNothingButTheProtocol(string version)
    {
        var said = new List<string>();
        var transport = new StdioClientTransport(new()
        {
            Name = "docs",
            Command = "dotnet",
            Arguments = [_command, "mcp", "--db", Db, "--about", "recipes"],
            StandardErrorLines = said.Add,
        });
        await using var client = await McpClient.CreateAsync(transport, new()
        {
            ProtocolVersion = version,
            // The models are opened first, which takes its time on a busy machine.
            DiscoverProbeTimeout = Timeout.InfiniteTimeSpan,
        }, cancellationToken: TestIndex.Token);

        var found = await client.CallAsync("search", ("query", "how do I undo a commit"), ("top_n", 1));
        string id = found.StructuredContent!.Value.GetProperty("hits")[0].GetProperty("document_id").GetString()!;
        var document = await client.CallAsync("get_document", ("document_id", id));

        Assert.EndsWith("reset.md", id, StringComparison.Ordinal);
        Assert.Equal("probability", found.StructuredContent.Value.GetProperty("hits")[0].GetProperty("scale").GetString());
        Assert.Contains(
            "git reset --soft HEAD~1", document.StructuredContent!.Value.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, (await client.ListToolsAsync(cancellationToken: TestIndex.Token)).Count);
        Assert.Empty(said);
    }

    [Fact]
    public async Task Command_WhoseAgentGoes_EndsWithoutAnError()
    {
        var (code, output, error) = await RunAsync("dotnet", _command, "mcp", "--db", Db);

        Assert.Equal((0, "", ""), (code, output, error));
    }

    [Fact]
    public async Task Command_WithoutAnIndex_SaysWhatToDoOnStandardError()
    {
        var (code, output, error) = await RunAsync("dotnet", _command, "mcp", "--db", Path.Combine(_folder.FullName, "none.db"));

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("resift index", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspector_OfTheProtocolsAuthors_ListsAndCallsTools()
    {
        string inspector = TestData.InRepository("test/clients/mcp/node_modules/.bin/mcp-inspector");
        Assert.SkipUnless(File.Exists(inspector), "the inspector is not installed: run 'npm ci' in test/clients/mcp");

        var tools = await InspectAsync(inspector, "--method", "tools/list");
        var call = await InspectAsync(
            inspector, "--method", "tools/call", "--tool-name", "search", "--tool-arg", "query=undo a commit", "--tool-arg", "top_n=1");
        var resources = await InspectAsync(inspector, "--method", "resources/list");

        Assert.Equal(3, tools.GetProperty("tools").GetArrayLength());
        Assert.EndsWith("reset.md", call.GetProperty("structuredContent").GetProperty("hits")[0].GetProperty("document_id").GetString(),
            StringComparison.Ordinal);
        Assert.Equal(2, resources.GetProperty("resources").GetArrayLength());
    }

    private async Task<JsonElement> InspectAsync(string inspector, params string[] wanted)
    {
        var (code, output, error) = await RunAsync(inspector, ["--cli", "dotnet", _command, "mcp", "--db", Db, .. wanted]);
        Assert.True(code == 0, output + error);
        using var json = JsonDocument.Parse(output);
        return json.RootElement.Clone();
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(TestIndex.Token);
        string output = await process.StandardOutput.ReadToEndAsync(TestIndex.Token);
        await process.WaitForExitAsync(TestIndex.Token);
        return (process.ExitCode, output, await error);
    }
}
