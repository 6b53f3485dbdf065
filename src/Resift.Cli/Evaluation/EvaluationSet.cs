using Microsoft.Extensions.AI;
using Resift.Evaluation;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>Judged queries with the first stages that find candidates for them.</summary>
internal sealed class EvaluationSet : IDisposable
{
    private readonly List<IDisposable> _open = [];

    private EvaluationSet(string name, JudgedQueries judged) => (Name, Judged) = (name, judged);

    public string Name { get; }

    public JudgedQueries Judged { get; }

    public IReadOnlyList<CandidateSource> Sources { get; private set; } = [];

    /// <summary>Gets the name of a first stage that searches.</summary>
    public static string NameOf(RetrieverKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>Opens a folder of BEIR.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="plan">What is evaluated.</param>
    /// <param name="openEmbedder">Opens the embedder, if one is needed.</param>
    /// <param name="console">Where progress is shown.</param>
    /// <param name="cancellationToken">Stops reading and embedding.</param>
    public static async Task<EvaluationSet> OpenFolderAsync(
        string folder, EvaluationPlan plan, Func<IEmbeddingGenerator<string, Embedding<float>>> openEmbedder, CliConsole console,
        CancellationToken cancellationToken)
    {
        var data = BeirDataset.Open(folder);
        var qrels = !Directory.Exists(Path.Combine(folder, "qrels"))
            ? null
            : await data.ReadQrelsAsync(plan.Split, cancellationToken);
        var judged = JudgedQueries.Draw(await data.ReadQueriesAsync(cancellationToken), qrels, folder, plan);
        var set = new EvaluationSet(data.Name, judged);
        try
        {
            set.Sources = plan.Run is null
                ? await set.SearchAsync(data, plan.Retrievers, openEmbedder, console, cancellationToken)
                : [await RunOfAsync(data, judged, plan, cancellationToken)];
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    /// <summary>Opens an index file with queries that were judged for it.</summary>
    /// <param name="plan">What is evaluated.</param>
    /// <param name="openCollection">Opens the collection.</param>
    /// <param name="openEmbedder">Opens the embedder, if one is needed.</param>
    /// <param name="console">Gives standard input.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<EvaluationSet> OpenIndexAsync(
        EvaluationPlan plan, Func<CancellationToken, Task<OpenCollection>> openCollection,
        Func<IEmbeddingGenerator<string, Embedding<float>>> openEmbedder, CliConsole console, CancellationToken cancellationToken)
    {
        var judged = await JudgedQueries.ReadAsync(plan.Judged!, plan, console, cancellationToken);
        var set = new EvaluationSet(Path.GetFileNameWithoutExtension(plan.Judged!), judged);
        try
        {
            var collection = set.Keep(await openCollection(cancellationToken));
            IEmbeddingGenerator<string, Embedding<float>>? embedder = null;
            if (plan.Retrievers.Any(kind => kind != RetrieverKind.Lexical))
            {
                embedder = set.Keep(openEmbedder());
                await collection.ThrowUnlessEmbeddedByAsync(embedder, cancellationToken);
            }

            set.Sources = [.. plan.Retrievers.Select(kind => CandidateSource.Of(
                NameOf(kind),
                collection.Collection.CreateRetriever(kind, kind == RetrieverKind.Lexical ? null : embedder)))];
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    public void Dispose() => _open.ForEach(open => open.Dispose());

    private static async Task<CandidateSource> RunOfAsync(
        BeirDataset data, JudgedQueries judged, EvaluationPlan plan, CancellationToken cancellationToken)
    {
        var run = await Run.ReadAsync(plan.Run!, cancellationToken);
        var wanted = judged.Queries.SelectMany(query => run.GetDocuments(query.Id).Take(plan.Candidates)).Select(found => found.Id);
        var texts = await data.ReadTextsAsync(wanted, cancellationToken);
        return texts.Count > 0
            ? CandidateSource.Of(Path.GetFileNameWithoutExtension(plan.Run!), run, texts)
            : throw new InvalidDataException($"{plan.Run} has candidates for none of the judged queries of {data.Folder}.");
    }

    private async Task<IReadOnlyList<CandidateSource>> SearchAsync(
        BeirDataset data, IReadOnlyList<RetrieverKind> kinds, Func<IEmbeddingGenerator<string, Embedding<float>>> openEmbedder,
        CliConsole console, CancellationToken cancellationToken)
    {
        var documents = new List<SearchDocument>();
        await foreach (var document in data.ReadCorpusAsync(cancellationToken))
        {
            documents.Add(new(document.Id, document.TitleAndText));
        }

        var lexical = kinds.Any(kind => kind != RetrieverKind.Dense) ? new Bm25Retriever(documents) : null;
        var dense = kinds.Any(kind => kind != RetrieverKind.Lexical)
            ? await EmbedAsync(documents, Keep(openEmbedder()), console, cancellationToken)
            : null;
        return
        [
            .. kinds.Select(kind => CandidateSource.Of(NameOf(kind), kind switch
            {
                RetrieverKind.Lexical => lexical!,
                RetrieverKind.Dense => dense!,
                _ => new HybridRetriever([lexical!, dense!], FusionOptions.LexicalAndDense),
            })),
        ];
    }

    private async Task<DenseRetriever> EmbedAsync(
        List<SearchDocument> documents, IEmbeddingGenerator<string, Embedding<float>> embedder, CliConsole console,
        CancellationToken cancellationToken)
    {
        DenseRetriever? dense = null;
        int done = 0;
        await WorkProgress.RunAsync(console, documents.Count,
            _ => $"{Figures.Count(done)} of {Figures.Count(documents.Count)} documents of {Name} embedded",
            async show => dense = await DenseRetriever.CreateAsync(
                documents, embedder, new Reporting(count => show(done = count)), cancellationToken: cancellationToken));
        return dense!;
    }

    private T Keep<T>(T open)
        where T : IDisposable
    {
        _open.Add(open);
        return open;
    }

    /// <summary>Reports at once, where <see cref="Progress{T}"/> would do so on another thread at some time.</summary>
    private sealed class Reporting(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
