using System.Diagnostics;
using Resift.Testing;

namespace Resift.Docs.Tests;

/// <summary>The figures of the page about scale come from the program that it names.</summary>
public sealed class ScalePageTests
{
    [Fact]
    public async Task Page_ItsBlockOfFigures_IsWhatTheProgramPrints()
    {
        string page = await File.ReadAllTextAsync(TestData.InRepository("docs/scale.md"), TestContext.Current.CancellationToken);
        string block = page.Split("```text\n")[1].Split("```")[0];

        string program = Path.Combine(AppContext.BaseDirectory, "CapacityPlan.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program]) { RedirectStandardOutput = true })!;
        string printed = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        Assert.Equal(block, printed);
    }
}
