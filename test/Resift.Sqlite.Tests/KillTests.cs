using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.CompilerServices;
using Resift.Retrieval;
using Resift.Testing;
using Xunit.v3;

namespace Resift.Sqlite.Tests;

/// <summary>
/// Kills a process in the middle of an upsert, again and again: what it committed must be there, whole, and going on must finish the job.
/// The process is this very program, told to run one test that does nothing otherwise.
/// </summary>
public sealed class KillTests
{
    private const string FileVariable = "RESIFT_KILL_TEST_FILE";
    private const string PipeVariable = "RESIFT_KILL_TEST_PIPE";
    private const int Documents = 3000;
    private const int PassagesPerDocument = 4;
    private const int Kills = 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KilledWriter_AtAnyMoment_LosesNothingThatWasCommitted()
    {
        using var index = new TemporaryIndex();
        long committed = 0;
        for (int kill = 1; kill <= Kills; kill++)
        {
            long told = await RunAndKillAsync(index.FilePath, commits: 3 * kill);
            index.Reopen();
            long documents = index.Collection.GetInfo().Documents;
            Assert.InRange(documents, Math.Max(told, committed + 1), Documents - 1);
            Assert.Equal(documents * PassagesPerDocument, index.Collection.GetInfo().Passages);
            IndexCheck.Check(index.FilePath);
            committed = documents;
        }

        var result = await index.Collection.UpsertAsync(All().ToAsyncEnumerable(), index.Embedder, cancellationToken: Token);
        Assert.Equal((committed, Documents - committed, 0), (result.Unchanged, result.Added, result.Updated));
        Assert.Equal(Documents * PassagesPerDocument, index.Collection.GetInfo().Passages);
        IndexCheck.Check(index.FilePath);
    }

    [ChildFact]
    public async Task Child_ToldAFile_UpsertsIntoItAndTellsWhatIsCommitted()
    {
        string file = Environment.GetEnvironmentVariable(FileVariable)!;
        string pipe = Environment.GetEnvironmentVariable(PipeVariable)!;
        using var output = new BinaryWriter(new AnonymousPipeClientStream(PipeDirection.Out, pipe));
        using var index = SqliteIndex.Open(file);
        using var embedder = new TestEmbeddingGenerator();
        await index.GetCollection().UpsertAsync(All().ToAsyncEnumerable(), embedder, new Teller(output), Token);
    }

    private static IEnumerable<IndexedDocument> All() => Enumerable.Range(0, Documents).Select(i => TemporaryIndex.Document(
        $"document {i}",
        [.. Enumerable.Range(0, PassagesPerDocument).Select(j => $"the cat of passage {j} in document {i} sat on a mat")]));

    /// <summary>Starts the child and kills it soon after it has committed some times.</summary>
    /// <returns>How many documents it said were done when it was killed.</returns>
    private static async Task<long> RunAndKillAsync(string file, int commits)
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        string program = Path.Combine(AppContext.BaseDirectory, "Resift.Sqlite.Tests" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = new ProcessStartInfo(program)
        {
            ArgumentList = { "-method", $"*.{nameof(Child_ToldAFile_UpsertsIntoItAndTellsWhatIsCommitted)}" },
            Environment = { [FileVariable] = file, [PipeVariable] = pipe.GetClientHandleAsString() },
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

    /// <summary>Reads so many reports in which the number of documents has grown by commits.</summary>
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
