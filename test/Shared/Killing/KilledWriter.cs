using System.Diagnostics;
using System.IO.Pipes;
using System.Reflection;
using System.Runtime.CompilerServices;
using Resift.Retrieval;
using Xunit.v3;

namespace Resift.Testing;

/// <summary>
/// A process that adds documents to an index until it is killed. It is this very program, told to run one test, a
/// <see cref="ChildFactAttribute"/>, that does nothing otherwise.
/// </summary>
internal static class KilledWriter
{
    private const string PipeVariable = "RESIFT_KILL_TEST_PIPE";

    /// <summary>Gets a value indicating whether this process is the child.</summary>
    public static bool IsThis => Environment.GetEnvironmentVariable(PipeVariable) is not null;

    /// <summary>Starts the child and kills it soon after it has committed some times.</summary>
    /// <param name="test">The name of the child's test.</param>
    /// <param name="environment">What the test is told.</param>
    /// <param name="commits">How often it commits.</param>
    /// <param name="cancellationToken">Stops the wait; the child is killed in any case.</param>
    /// <returns>How many documents it said were done when it was killed.</returns>
    public static async Task<long> RunAndKillAsync(
        string test, IReadOnlyDictionary<string, string> environment, int commits, CancellationToken cancellationToken)
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        string name = Assembly.GetExecutingAssembly().GetName().Name + (OperatingSystem.IsWindows() ? ".exe" : "");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, name), ["-method", $"*.{test}"])
        {
            Environment = { [PipeVariable] = pipe.GetClientHandleAsString() },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEndAsync(cancellationToken);
        _ = child.StandardError.ReadToEndAsync(cancellationToken);
        pipe.DisposeLocalCopyOfClientHandle();
        try
        {
            return await ReadAsync(pipe, commits, cancellationToken)
                ?? throw new InvalidOperationException($"The child ended too soon: {await output}");
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>Opens what the child tells its progress by.</summary>
    public static Teller OpenTeller() => new(new BinaryWriter(
        new AnonymousPipeClientStream(PipeDirection.Out, Environment.GetEnvironmentVariable(PipeVariable)!)));

    /// <summary>Reads so many reports in which the number of documents has grown by commits.</summary>
    private static async Task<long?> ReadAsync(AnonymousPipeServerStream pipe, int commits, CancellationToken cancellationToken)
    {
        byte[] report = new byte[2 * sizeof(long)];
        long documents = 0;
        long changed = 0;
        for (int seen = 0; seen < commits;)
        {
            if (await pipe.ReadAtLeastAsync(report, report.Length, throwOnEndOfStream: false, cancellationToken) < report.Length)
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

    /// <summary>Tells the parent what is committed.</summary>
    internal sealed class Teller(BinaryWriter output) : IProgress<UpsertResult>, IDisposable
    {
        public void Report(UpsertResult value)
        {
            output.Write(value.Documents);
            output.Write(value.Unchanged);
            output.Flush();
        }

        public void Dispose() => output.Dispose();
    }
}

/// <summary>What there is in the child process alone.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(ConditionalFactDiscoverer))]
internal sealed class ChildFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : FactAttribute(sourceFilePath, sourceLineNumber), IConditionalFact
{
    public bool CanRun => KilledWriter.IsThis;
}
