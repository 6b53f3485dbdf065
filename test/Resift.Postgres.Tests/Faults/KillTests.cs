using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.CompilerServices;
using Npgsql;
using Resift.Retrieval;
using Resift.Testing;
using Xunit.v3;

namespace Resift.Postgres.Tests.Faults;

/// <summary>
/// Kills a process in the middle of an upsert, again and again: what it committed must be there, whole, and going on must finish the job.
/// The process is this very program, told to run one test that does nothing otherwise.
/// </summary>
public sealed class KillTests(PostgresServer server)
{
    private const string ServerVariable = "RESIFT_KILL_TEST_SERVER";
    private const string SchemaVariable = "RESIFT_KILL_TEST_SCHEMA";
    private const string PipeVariable = "RESIFT_KILL_TEST_PIPE";
    private const int Documents = 3000;
    private const int PassagesPerDocument = 4;
    private const int Kills = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KilledWriter_AtAnyMoment_LosesNothingThatWasCommitted()
    {
        await using var index = await server.OpenAsync("kill", "");
        long committed = 0;
        for (int kill = 1; kill <= Kills; kill++)
        {
            long told = await RunAndKillAsync(index.Options.Schema, commits: 3 * kill);
            long documents = await DocumentsAfterTheLastTransactionAsync(index);
            Assert.InRange(documents, Math.Max(told, committed + 1), Documents - 1);
            Assert.Equal(documents * PassagesPerDocument, (await index.Collection.GetInfoAsync(Token)).Passages);
            await index.CheckAsync();
            committed = documents;
        }

        var result = await index.Collection.UpsertAsync(All().ToAsyncEnumerable(), index.Embedder, cancellationToken: Token);
        Assert.Equal((committed, Documents - committed, 0), (result.Unchanged, result.Added, result.Updated));
        await index.CheckAsync();
    }

    [ChildFact]
    public async Task Child_ToldASchema_UpsertsIntoItAndTellsWhatIsCommitted()
    {
        using var output = new BinaryWriter(
            new AnonymousPipeClientStream(PipeDirection.Out, Environment.GetEnvironmentVariable(PipeVariable)!));
        await using var source = NpgsqlDataSource.Create(Environment.GetEnvironmentVariable(ServerVariable)!);
        var index = await PostgresIndex.OpenAsync(source, new() { Schema = Environment.GetEnvironmentVariable(SchemaVariable)! }, Token);
        using var embedder = new TestEmbeddingGenerator();
        await index.GetCollection().UpsertAsync(All().ToAsyncEnumerable(), embedder, new Teller(output), Token);
    }

    private static IEnumerable<IndexedDocument> All() => Enumerable.Range(0, Documents).Select(i => TestIndex.Document(
        $"document {i}",
        [.. Enumerable.Range(0, PassagesPerDocument).Select(j => $"the cat of passage {j} in document {i} sat on a mat")]));

    // The server hears of the end of a process a moment after it, and until then its transaction has the collection locked.
    private static async Task<long> DocumentsAfterTheLastTransactionAsync(TestIndex index)
    {
        await index.Collection.DeleteAsync(["none"], Token);
        return (await index.Collection.GetInfoAsync(Token)).Documents;
    }

    private async Task<long> RunAndKillAsync(string schema, int commits)
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        string program = Path.Combine(AppContext.BaseDirectory, "Resift.Postgres.Tests" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = new ProcessStartInfo(program, ["-method", $"*.{nameof(Child_ToldASchema_UpsertsIntoItAndTellsWhatIsCommitted)}"])
        {
            Environment =
            {
                [TestServer.Variable] = server.ConnectionString,
                [ServerVariable] = server.ConnectionString,
                [SchemaVariable] = schema,
                [PipeVariable] = pipe.GetClientHandleAsString(),
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEndAsync(Token);
        _ = child.StandardError.ReadToEndAsync(Token);
        pipe.DisposeLocalCopyOfClientHandle();
        try
        {
            return await ReadAsync(pipe, commits) ?? throw new InvalidOperationException($"The child ended too soon: {await output}");
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>Reads so many reports in which the number of new documents has grown.</summary>
    private static async Task<long?> ReadAsync(AnonymousPipeServerStream pipe, int commits)
    {
        byte[] report = new byte[2 * sizeof(long)];
        long documents = 0;
        long changed = 0;
        for (int seen = 0; seen < commits;)
        {
            if (await pipe.ReadAtLeastAsync(report, report.Length, throwOnEndOfStream: false, Token) < report.Length)
            {
                return null;
            }

            documents = BitConverter.ToInt64(report);
            long now = documents - BitConverter.ToInt64(report, sizeof(long));
            seen += now > changed ? 1 : 0;
            changed = now;
        }

        return documents;
    }

    /// <summary>What there is in the child process alone.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    [XunitTestCaseDiscoverer(typeof(ConditionalFactDiscoverer))]
    private sealed class ChildFactAttribute(
        [CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : FactAttribute(sourceFilePath, sourceLineNumber), IConditionalFact
    {
        public bool CanRun => Environment.GetEnvironmentVariable(PipeVariable) is not null;
    }

    private sealed class Teller(BinaryWriter output) : IProgress<UpsertResult>
    {
        public void Report(UpsertResult value)
        {
            output.Write(value.Documents);
            output.Write(value.Unchanged);
            output.Flush();
        }
    }
}
