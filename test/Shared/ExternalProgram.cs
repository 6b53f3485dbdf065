using System.ComponentModel;
using System.Diagnostics;

namespace Resift.Testing;

/// <summary>Runs programs that a machine may lack; a test that needs one is skipped there.</summary>
internal static class ExternalProgram
{
    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit code, and all that it wrote.</returns>
    public static async Task<(int Code, string Output)> RunAsync(string program, string folder, params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            Assert.Skip($"there is no {program} on this machine");
        }

        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }

    /// <summary>
    /// Installs what a folder of the repository with a <c>package.json</c> pins, once, into a folder of build outputs beside copies of the
    /// folder's files; skips the test where npm or its registry cannot be reached.
    /// </summary>
    /// <returns>The folder to run Node in.</returns>
    public static async Task<string> InstallNodePackagesAsync(string folder)
    {
        string from = TestData.InRepository(folder), to = TestData.InRepository($"artifacts/node/{Path.GetFileName(folder)}");
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }

        string installed = Path.Combine(to, "node_modules", ".installed");
        string wanted = await File.ReadAllTextAsync(Path.Combine(from, "package-lock.json"), TestContext.Current.CancellationToken);
        if (!File.Exists(installed) || await File.ReadAllTextAsync(installed, TestContext.Current.CancellationToken) != wanted)
        {
            var (code, output) = await RunAsync("npm", to, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            Assert.SkipUnless(code == 0, $"npm cannot install {folder}: {output}");
            await File.WriteAllTextAsync(installed, wanted, TestContext.Current.CancellationToken);
        }

        return to;
    }
}
