using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Resift.Postgres.Tests;
using Resift.Testing;

[assembly: AssemblyFixture(typeof(VectorServer))]

namespace Resift.Postgres.Tests;

/// <summary>
/// A database with pgvector: the one that the environment names, if it has the extension, or else PGlite, which is PostgreSQL in a process
/// of Node.
/// </summary>
public sealed class VectorServer : TestServer
{
    private Process? _process;

    public override bool IsWhole => _process is null;

    public override async ValueTask InitializeAsync()
    {
        if (Named is { } named && await HasVectorAsync(named))
        {
            ConnectionString = named;
            return;
        }

        string folder = TestData.InRepository("test/Resift.Postgres.Tests/pglite");
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            Missing = $"PGlite is not there: npm ci in {folder} installs it, or {TestServer.Variable} names a server with pgvector";
            return;
        }

        try
        {
            _process = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, "server.mjs")])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Missing = "there is no node";
            return;
        }

        string? port = await _process!.StandardOutput.ReadLineAsync();
        if (!int.TryParse(port, CultureInfo.InvariantCulture, out int number))
        {
            Missing = "PGlite did not start";
            return;
        }

        // It has one session that all connections share, so there is one. A reset would be for others, and TLS it has not.
        ConnectionString = $"Host=127.0.0.1;Port={number};Username=postgres;Database=postgres;SSL Mode=Disable;Maximum Pool Size=1;" +
            "No Reset On Close=true;Timeout=300;Command Timeout=300";
    }

    protected override async ValueTask StopAsync()
    {
        if (_process is not null)
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }

            _process.Dispose();
        }
    }

    private static async Task<bool> HasVectorAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand("CREATE EXTENSION IF NOT EXISTS vector");
        try
        {
            await command.ExecuteNonQueryAsync();
            return true;
        }
        catch (PostgresException)
        {
            return false;
        }
    }
}
