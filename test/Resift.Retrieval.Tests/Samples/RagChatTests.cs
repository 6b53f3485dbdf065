using System.Diagnostics;
using Resift.Testing;

namespace Resift.Retrieval.Tests.Samples;

/// <summary>Runs the sample as a user does.</summary>
public sealed class RagChatTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RagChat_Offline_ShowsPassagesAndPrompt()
    {
        string output = await RunAsync(null, "", "how many moons does mars have");

        Assert.Contains("[1] mars 0.", output, StringComparison.Ordinal);
        Assert.Contains("--- system", output, StringComparison.Ordinal);
        Assert.Contains("Question: how many moons does mars have", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RagChat_WithAModel_AnswersEachLineAndNamesSources()
    {
        using var server = new ChatCompletionsServer { Parts = ["Run git reset", " --soft HEAD~1 [1]."] };

        string output = await RunAsync(
            server.Endpoint, "How do I take back the last commit and keep its changes?\n\nhow many moons has mars\n");

        Assert.Contains("Run git reset --soft HEAD~1 [1].", output, StringComparison.Ordinal);
        Assert.Contains("[1] git-undo 0.", output, StringComparison.Ordinal);
        Assert.Contains("[1] mars 0.", output, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
    }

    private static async Task<string> RunAsync(Uri? endpoint, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "RagChat.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["OPENAI_API_KEY"] = "";
        start.Environment["OPENAI_BASE_URL"] = endpoint?.ToString() ?? "";
        start.Environment["OPENAI_MODEL"] = "test-model";
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input.AsMemory(), Token);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var errors = process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }
}
