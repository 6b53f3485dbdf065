using Resift.Retrieval;

namespace Resift.Cli.Tests.Formats;

/// <summary>Reads and cuts a file as <c>resift index</c> does.</summary>
internal static class Reading
{
    // One token a word.
    private static readonly TokenCounter _words =
        text => text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    /// <summary>Reads the documents of a file.</summary>
    /// <param name="name">Its name, which says what it is.</param>
    /// <param name="content">What is in it.</param>
    /// <param name="leaveOut">Hears of parts that are bad; null if there may be none.</param>
    /// <param name="limit">How long it may take.</param>
    public static async Task<List<SourceDocument>> ReadAsync(
        string name, byte[] content, Action<string>? leaveOut = null, TimeSpan? limit = null)
    {
        var kind = FileKinds.FromPath(name) ?? throw new ArgumentException($"{name} is of no known type.", nameof(name));
        var file = new SourceFile($"/{name}", "", name, kind, content.Length, IsNamed: true);
        var documents = new DocumentReader(null, null, limit).ReadAsync(
            file, new MemoryStream(content), leaveOut ?? (reason => Assert.Fail(reason)), TestContext.Current.CancellationToken);
        return await documents.ToListAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Reads a file that is one document.</summary>
    public static async Task<SourceDocument> ReadOneAsync(string name, byte[] content) => Assert.Single(await ReadAsync(name, content));

    /// <summary>Cuts a document.</summary>
    public static List<SearchDocument> Cut(SourceDocument document, int tokens = 40) =>
        [.. new PassageCutter(_words, new() { Tokens = tokens, Overlap = 0 }).Prepare(document).Passages()];
}
