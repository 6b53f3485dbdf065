using System.Text.Json;
using Microsoft.Extensions.AI;
using Resift.Cli;
using Resift.Evaluation;
using Resift.Retrieval;
using Resift.Sqlite;

namespace Resift.Benchmarks;

/// <summary>Something that is searched with judged questions.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="First">The retrievers that tables compare; the last one is what the tiers stand on.</param>
/// <param name="Queries">The questions.</param>
/// <param name="Cutoff">The cut-off of nDCG: where people stop to read.</param>
/// <param name="Priors">What is known of documents beforehand, given a query; null for nothing.</param>
internal sealed record TieredSet(
    string Name,
    IReadOnlyList<IRetriever> First,
    IReadOnlyList<JudgedQuery> Queries,
    int Cutoff,
    Func<string, Func<SearchDocument, double>>? Priors)
{
    /// <summary>Reads a data set in the files of BEIR, and indexes it in memory.</summary>
    public static async Task<TieredSet> ReadAsync(
        string folder, int queries, LocalEmbeddingGenerator embedder, string cache, BenchmarkProgress progress)
    {
        var dataset = await BenchmarkDataset.ReadAsync(BeirDataset.Open(folder), queries);
        var embeddings = await CorpusEmbeddings.LoadAsync(
            embedder, [.. dataset.Documents.Select(document => document.Text)], cache, progress);
        return new(dataset.Name, await FirstStages.CreateAsync(dataset.Documents, embeddings), dataset.Queries, 10, null);
    }

    /// <summary>Indexes a folder of documentation as <c>resift index</c> does, and reads the questions about it.</summary>
    /// <param name="folder">The folder; its name is that of the file of questions.</param>
    /// <param name="embedder">Embeds the questions.</param>
    /// <param name="cache">Where the index is kept.</param>
    /// <param name="disposal">Closes the index at the end.</param>
    public static async Task<TieredSet> IndexAsync(
        string folder, IEmbeddingGenerator<string, Embedding<float>> embedder, string cache, List<IDisposable> disposal)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        string questions = Path.Combine(
            Repository.Root, "test", "Resift.Retrieval.Tests", "Quality", "DocumentationQuestions", $"{name}.jsonl");
        if (!File.Exists(questions))
        {
            throw new ArgumentException($"There are no judged questions about {name}: {questions} was expected.");
        }

        Directory.CreateDirectory(cache);
        string db = Path.Combine(cache, $"{name}.db");
        var console = new CliConsole(() => Stream.Null, TextWriter.Null, Console.Error);
        if (await ResiftCommand.InvokeAsync(["index", folder, "--db", db], console, new LocalModelLoader(_ => null)) != 0)
        {
            throw new InvalidDataException($"{folder} could not be indexed.");
        }

        var index = SqliteIndex.Open(db, new() { ReadOnly = true });
        disposal.Add(index);
        var collection = index.GetCollection();
        var dense = collection.CreateDense(embedder);
        return new(
            $"docs: {name}",
            [collection.Lexical, dense, new HybridRetriever([collection.Lexical, dense], FusionOptions.LexicalAndDense)],
            [.. File.ReadLines(questions).Select(Question)],
            3,
            new PagePriors([]).For);
    }

    /// <summary>Gets the name by which judgements know what a document is.</summary>
    public static string IdOf(SearchDocument document) => document.Metadata.GetValueOrDefault("path", document.DocumentId);

    private static JudgedQuery Question(string line)
    {
        using var json = JsonDocument.Parse(line);
        return new(
            json.RootElement.GetProperty("query").GetString()!,
            json.RootElement.GetProperty("relevant").EnumerateObject().ToDictionary(page => page.Name, page => page.Value.GetInt32()));
    }
}
