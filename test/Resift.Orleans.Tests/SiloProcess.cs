using System.Diagnostics;
using System.Globalization;

namespace Resift.Orleans.Tests;

/// <summary>A silo in a process of its own, which can be frozen and killed.</summary>
internal sealed class SiloProcess : IDisposable
{
    private readonly Process _process;

    public SiloProcess(RedisProcess redis)
    {
        _process = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "OrleansSilo.dll"),
                "--redis", redis.Address,
                "--silo-port", Ports.Free().ToString(CultureInfo.InvariantCulture),
                "--gateway-port", Ports.Free().ToString(CultureInfo.InvariantCulture),
                "--milliseconds-per-pair", "1",
            },
            RedirectStandardOutput = true,
        })!;
        Id = _process.Id;
    }

    public int Id { get; }

    /// <summary>Waits until the silo is a member of the cluster.</summary>
    public async Task ReadyAsync()
    {
        string? line;
        do
        {
            line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        while (line?.Contains("The silo is ready.", StringComparison.Ordinal) == false);
        Assert.NotNull(line);
        _ = _process.StandardOutput.ReadToEndAsync();
    }

    public void Freeze()
    {
        using var signal = Process.Start("kill", ["-STOP", Id.ToString(CultureInfo.InvariantCulture)]);
        signal.WaitForExit();
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
