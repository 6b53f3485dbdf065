using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;

namespace Resift.Benchmarks;

/// <summary>A silo with the bundled reranker in a process of its own: this program, started once more.</summary>
internal sealed class BenchmarkSilo : IDisposable
{
    /// <summary>The argument by which this program becomes a silo.</summary>
    public const string Command = "orleans-silo";

    private const string Ready = "ready";

    private readonly Process _process;

    private BenchmarkSilo(Process process, int port, int gateway) => (_process, Port, Gateway) = (process, port, gateway);

    public int Port { get; }

    public int Gateway { get; }

    /// <summary>Starts a silo, and waits until it is a member of the cluster.</summary>
    /// <param name="first">The silo that the others find each other by; null for that one itself.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <param name="core">The core that it is kept to; null for all.</param>
    public static async Task<BenchmarkSilo> StartAsync(BenchmarkSilo? first, int threads, int? core)
    {
        (int port, int gateway) = (FreePort(), FreePort());
        string[] numbers =
        [
            .. new[] { port, gateway, first?.Port ?? port, threads, core ?? -1 }.Select(n => n.ToString(CultureInfo.InvariantCulture)),
        ];
        var process = Process.Start(OwnProcess.Start([Command, .. numbers]))!;
        string? line = await process.StandardOutput.ReadLineAsync().ConfigureAwait(false);
        return line == Ready
            ? new(process, port, gateway)
            : throw new InvalidDataException($"The silo said '{line}'; '{Ready}' was expected.");
    }

    /// <summary>Is a silo until the process is ended.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        int[] numbers = [.. args.Select(arg => int.Parse(arg, CultureInfo.InvariantCulture))];
        if (numbers[4] >= 0 && OperatingSystem.IsLinux())
        {
            Process.GetCurrentProcess().ProcessorAffinity = 1 << numbers[4];
        }

        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.UseOrleans(orleans => orleans
            .UseLocalhostClustering(numbers[0], numbers[1], new IPEndPoint(IPAddress.Loopback, numbers[2]))
            .AddReranker("mini", _ => MiniModels.LoadReranker(new() { Threads = numbers[3] })));
        using var host = builder.Build();
        await host.StartAsync().ConfigureAwait(false);
        Console.WriteLine(Ready);
        await host.WaitForShutdownAsync().ConfigureAwait(false);
        return 0;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
