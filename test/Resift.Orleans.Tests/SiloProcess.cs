using System.Diagnostics;
using System.Globalization;
using Resift.Testing;

namespace Resift.Orleans.Tests;

/// <summary>A silo in a process of its own, which can be frozen and killed.</summary>
internal sealed class SiloProcess : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts a silo.</summary>
    /// <param name="redis">Where it finds the others.</param>
    /// <param name="secondsAhead">By how much its clock is ahead of that of the machine. The monotonic clock is left alone.</param>
    public SiloProcess(RedisProcess redis, int secondsAhead = 0)
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "OrleansSilo.dll"),
            "--redis", redis.Address,
            "--silo-port", Ports.Free().ToString(CultureInfo.InvariantCulture),
            "--gateway-port", Ports.Free().ToString(CultureInfo.InvariantCulture),
            "--milliseconds-per-pair", "1",
        ];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true };
        if (secondsAhead > 0)
        {
            // The program `faketime` sets the same, but the process would be a child of its own.
            start.Environment["LD_PRELOAD"] = FakeTime() ?? throw new InvalidOperationException("There is no libfaketime.");
            start.Environment["FAKETIME"] = FormattableString.Invariant($"+{secondsAhead}s");
            start.Environment["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";

            // Else timed waits of .NET, which are by the monotonic clock, end at once, and the process keeps both cores busy.
            start.Environment["FAKETIME_FORCE_MONOTONIC_FIX"] = "0";
        }

        _process = Process.Start(start)!;
        Id = _process.Id;
    }

    public int Id { get; }

    /// <summary>Gets the library by which a process gets another clock; null where it is not installed.</summary>
    public static string? FakeTime() => Directory.Exists("/usr/lib")
        ? Directory.GetDirectories("/usr/lib")
            .Select(folder => Path.Combine(folder, "faketime/libfaketimeMT.so.1"))
            .FirstOrDefault(File.Exists)
        : null;

    /// <summary>Waits until the silo is a member of the cluster.</summary>
    /// <returns>What its own clock says then.</returns>
    public async Task<DateTimeOffset> ReadyAsync()
    {
        const string Ready = "The silo is ready: ";
        string? line;
        do
        {
            line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        }
        while (line?.StartsWith(Ready, StringComparison.Ordinal) == false);
        Assert.NotNull(line);
        _ = _process.StandardOutput.ReadToEndAsync();
        return DateTimeOffset.Parse(line[Ready.Length..], CultureInfo.InvariantCulture);
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
