using System.Diagnostics;

namespace Resift.Benchmarks;

/// <summary><c>resift serve</c> in a process of its own, on a free port of this machine, with the small bundled model.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Gets the memory that it has in use, in megabytes.</summary>
    public double WorkingSet
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / (1024.0 * 1024);
        }
    }

    public static async Task<ServerProcess> StartAsync()
    {
        string tool = Path.Combine(AppContext.BaseDirectory, "Resift.Cli.dll");
        var process = Process.Start(new ProcessStartInfo("dotnet", [tool, "serve", "--port", "0", "--tier", "light"])
        {
            RedirectStandardOutput = true,
        })!;

        // "http://127.0.0.1:1234 answers …"
        string line = await process.StandardOutput.ReadLineAsync().ConfigureAwait(false) ??
            throw new InvalidOperationException("'resift serve' ended before it listened; what it said is above.");
        return new(process, new(line.Split(' ')[0]));
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
