using System.Diagnostics;
using Resift.Postgres.Tests;
using Resift.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Resift.Postgres.Tests;

/// <summary>
/// A PostgreSQL of its own in a temporary folder, from the programs that Debian installs; or the one that the environment names.
/// </summary>
public sealed class PostgresServer : TestServer
{
    // Whoever is root may not run a server, and becomes this user for it, whom Debian's package makes.
    private const string User = "postgres";
    private const string ProgramsOfDebian = "/usr/lib/postgresql";

    private DirectoryInfo? _folder;
    private string? _programs;

    public string DataFolder => Path.Combine(_folder!.FullName, "data");

    /// <summary>Gets a value indicating whether it is the tests' own server, which they may stop.</summary>
    public bool IsOwn => _folder is not null;

    public int Port { get; private set; }

    public override async ValueTask InitializeAsync()
    {
        if (Named is { } named)
        {
            ConnectionString = named;
            return;
        }

        _programs = Directory.Exists(ProgramsOfDebian)
            ? Directory.GetDirectories(ProgramsOfDebian).Select(folder => Path.Combine(folder, "bin"))
                .Where(folder => File.Exists(Path.Combine(folder, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
            : null;
        if (_programs is null)
        {
            Missing = $"there is no PostgreSQL in {ProgramsOfDebian}, and {Variable} names none";
            return;
        }

        _folder = Directory.CreateTempSubdirectory("resift-postgres-");
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", User, _folder.FullName);
        }

        await RunAsServerAsync("initdb", "-D", DataFolder, "-U", User, "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8");
        Port = Ports.Free();
        await StartAsync();
        ConnectionString = $"Host=127.0.0.1;Port={Port};Username={User};Database=postgres;Maximum Pool Size=20;Timeout=15";
    }

    public Task StartAsync() => RunAsServerAsync(
        "pg_ctl", "-D", DataFolder, "-w", "-l", Path.Combine(_folder!.FullName, "log"), "-o",
        $"-p {Port} -k {_folder.FullName} -c listen_addresses=127.0.0.1 -c fsync=off -c log_statement=all", "start");

    /// <summary>Stops the server.</summary>
    /// <param name="mode">How: <c>fast</c>, or <c>immediate</c> as in a crash.</param>
    public Task StopAsync(string mode) => RunAsServerAsync("pg_ctl", "-D", DataFolder, "-w", "-m", mode, "stop");

    /// <summary>Reads what the server has logged.</summary>
    public string ReadLog() => File.ReadAllText(Path.Combine(_folder!.FullName, "log"));

    protected override async ValueTask StopAsync()
    {
        if (_folder is not null)
        {
            await StopAsync("immediate");
            _folder.Delete(recursive: true);
        }
    }

    private Task RunAsServerAsync(string program, params string[] arguments)
    {
        string path = Path.Combine(_programs!, program);
        return Environment.IsPrivilegedProcess
            ? RunAsync("setpriv", ["--reuid", User, "--regid", User, "--init-groups", path, .. arguments])
            : RunAsync(path, arguments);
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        // Their output goes nowhere: read from here, it would be held open by the server that they leave behind.
        string line = string.Join(' ', arguments.Prepend(program).Select(part => $"'{part}'"));
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"{line} >/dev/null 2>&1 </dev/null"]) { WorkingDirectory = _folder!.FullName };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{line} ended with {process.ExitCode}.");
        }
    }
}
