using System.Diagnostics;
using System.Globalization;
using Resift.Testing;

namespace Resift.Orleans.Tests;

/// <summary>A Redis of the test's own, which can be ended and started again; the test is skipped where there is none.</summary>
internal sealed class RedisProcess : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("resift-redis-").FullName;
    private readonly int _port = Ports.Free();
    private Process? _process;

    public string Address => FormattableString.Invariant($"127.0.0.1:{_port}");

    public static RedisProcess Start()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Assert.SkipUnless(folders.Any(folder => File.Exists(Path.Combine(folder, "redis-server"))), "redis-server is not on the path");
        var redis = new RedisProcess();
        redis.StartAgain();
        return redis;
    }

    /// <summary>Starts it with what it had written when it was stopped.</summary>
    public void StartAgain()
    {
        _process = Process.Start(new ProcessStartInfo("redis-server")
        {
            ArgumentList =
            {
                "--port", _port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder, "--appendonly", "yes",
                "--save", "",
            },
            RedirectStandardOutput = true,
        })!;
        string? line;
        do
        {
            line = _process.StandardOutput.ReadLine();
        }
        while (line?.Contains("eady to accept connections", StringComparison.Ordinal) == false);
        Assert.NotNull(line);
        _ = _process.StandardOutput.ReadToEndAsync();
    }

    public void Stop()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            Stop();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
