using System.Diagnostics;
using Resift.Testing;

namespace Resift.Cli.Tests.Batch;

/// <summary>The script for SLURM, run as SLURM runs it: a process for each part, with its number in the environment.</summary>
public sealed class SlurmArrayTests : IDisposable
{
    private const int Parts = 3;

    private readonly CommandLine _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Script_AllTasks_MergeToWhatOneRunWrites()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no /bin/bash.");
        string program = Path.Combine(AppContext.BaseDirectory, "Resift.Cli.dll");
        _cli.File("resift.sh", $"resift() {{ dotnet '{program}' \"$@\"; }}\n");
        string requests = _cli.File("requests.jsonl", string.Concat(Enumerable.Range(0, 9).Select(i =>
            $$"""{"id": {{i}}, "query": "undo commit {{i}}", "documents": ["Use git revert.", "Bake bread {{i}}."]}""" + "\n")));

        for (int task = 0; task < Parts; task++)
        {
            await RunAsync(requests, task);
        }

        using var real = new CommandLine { Loader = new LocalModelLoader(_ => null) };
        Assert.Equal(ExitCode.Ok, await real.RunAsync(["rerank", "--batch", requests, "--output", _cli.At("whole")]));
        string[] parts = [.. Enumerable.Range(0, Parts).Select(task => _cli.At($"part-{task}.jsonl"))];
        Assert.Equal(ExitCode.Ok, await _cli.RunAsync(["merge", .. parts, "--output", _cli.At("merged")]));
        Assert.Equal(
            await File.ReadAllTextAsync(_cli.At("whole"), TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(_cli.At("merged"), TestContext.Current.CancellationToken));
    }

    private async Task RunAsync(string requests, int task)
    {
        string script = TestData.InRepository("deploy/batch/slurm-array.sh");
        var start = new ProcessStartInfo("/bin/bash", [script, requests]) { WorkingDirectory = _cli.Folder, RedirectStandardError = true };
        // What bash reads before a script: there 'resift' is the program of this build.
        start.Environment["BASH_ENV"] = _cli.At("resift.sh");
        start.Environment["SLURM_ARRAY_TASK_ID"] = $"{task}";
        start.Environment["SLURM_ARRAY_TASK_COUNT"] = $"{Parts}";
        start.Environment["SLURM_CPUS_PER_TASK"] = "1";
        using var process = Process.Start(start)!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, error);
    }
}
