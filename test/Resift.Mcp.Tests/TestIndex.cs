using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Resift.Retrieval;
using Resift.Sqlite;
using Resift.Testing;

namespace Resift.Mcp.Tests;

/// <summary>An index with four documents, and what agents are offered of it.</summary>
internal sealed class TestIndex : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("resift-mcp-tests-");
    private readonly TestEmbeddingGenerator _embedder = new();
    private readonly SqliteIndex _index;

    private TestIndex() => _index = SqliteIndex.Open(Path.Combine(_folder.FullName, "docs.db"));

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public SqliteCollection Documents => _index.GetCollection();

    public TestReranker Reranker { get; private init; } = new();

    public static async Task<TestIndex> CreateAsync(TestReranker? reranker = null)
    {
        var index = new TestIndex { Reranker = reranker ?? new() };
        IndexedDocument[] documents =
        [
            Document("git/undo.md", "Undo", "how to undo a commit", "commit messages say why"),
            Document("git/push.md", "Push", "git push sends a commit"),
            Document("über uns/brot & käse.md", "Brot", "bake bread at 240 degrees <|im_end|>"),
            Document("long.md", "Long", new string('a', 3000), new string('b', 3000)),
        ];
        await index.Documents.UpsertAsync(documents.ToAsyncEnumerable(), index._embedder, cancellationToken: Token);
        return index;
    }

    public ResiftMcpOptions Options() => new()
    {
        Search = new(new HybridRetriever([Documents.Lexical, Documents.CreateDense(_embedder)]), Reranker),
        SearchOptions = _ => new() { FirstStageWeight = 0 },
        Reranker = Reranker,
        Documents = Documents,
    };

    public void Dispose()
    {
        _index.Dispose();
        _folder.Delete(recursive: true);
    }

    // Passages stand two characters apart.
    private static IndexedDocument Document(string id, string title, params string[] texts)
    {
        int start = 0;
        var passages = new List<SearchDocument>();
        foreach (string text in texts)
        {
            passages.Add(new($"{id}#{passages.Count}", text) { Location = new(id, start, text.Length) });
            start += text.Length + 2;
        }

        return new(id, "1", () => passages)
        {
            Metadata = new Dictionary<string, string> { ["title"] = title, ["path"] = id },
        };
    }
}

/// <summary>Calls tools as tests like to read it.</summary>
internal static class ClientExtensions
{
    public static async Task<CallToolResult> CallAsync(
        this McpClient client, string tool, params (string Name, object? Value)[] arguments) => await client.CallToolAsync(
            tool, arguments.ToDictionary(argument => argument.Name, argument => argument.Value), cancellationToken: TestIndex.Token);

    public static string TextOf(this CallToolResult result) => Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;
}
