using System.CommandLine;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Resift.AspNetCore;
using Resift.Mcp;
using Resift.Retrieval;
using Resift.Sqlite;

namespace Resift.Cli;

/// <summary>The options that say which index a server searches besides; none unless the command line names one.</summary>
internal sealed class ServedIndexOptions(CliConsole console)
{
    private readonly IndexFileOption _db = new(console) { Description = "An index file to be searched as well, at /resift/search." };

    private readonly Option<string> _collection = OptionTypes.Text(
        "--collection", $"The collection in that file. Default: {SqliteIndex.DefaultCollection}.", "NAME");

    public void AddTo(Command command)
    {
        _db.AddTo(command);
        command.Add(_collection);
    }

    /// <summary>Opens the index; null if the command line names none. What an environment or a folder says is not served.</summary>
    /// <exception cref="UsageException">A collection is named, and no file.</exception>
    public ServedIndex? Open(ParseResult parsed, IEmbeddingGenerator<string, Embedding<float>> embedder)
    {
        string? collection = parsed.GetValue(_collection);
        if (!_db.IsGiven(parsed))
        {
            return collection is null ? null : throw new UsageException("--collection belongs to --db; name the index file as well.");
        }

        return ServedIndex.Open(_db.Read(parsed), collection ?? SqliteIndex.DefaultCollection, embedder);
    }
}

/// <summary>An index that a server searches, by words and by meaning.</summary>
internal sealed class ServedIndex : IDisposable
{
    private readonly OpenCollection _collection;

    private ServedIndex(string name, OpenCollection collection, IRetriever retriever)
    {
        Name = name;
        Retriever = retriever;
        _collection = collection;
    }

    /// <summary>Gets the name that clients ask for: that of the file.</summary>
    public string Name { get; }

    public IRetriever Retriever { get; }

    public static ServedIndex Open(string path, string collection, IEmbeddingGenerator<string, Embedding<float>> embedder)
    {
        var open = OpenCollection.ForSearch(path, collection);
        try
        {
            open.ThrowUnlessEmbeddedBy(embedder);
            var retriever = new HybridRetriever(
                [open.Collection.Lexical, open.Collection.CreateDense(embedder)], FusionOptions.LexicalAndDense);
            return new(Path.GetFileNameWithoutExtension(path), open, retriever);
        }
        catch
        {
            open.Dispose();
            throw;
        }
    }

    /// <summary>Adds the index to a server.</summary>
    /// <param name="services">The container.</param>
    /// <param name="isBundled">Whether a bundled model reranks, for which it is known how much it should read.</param>
    /// <param name="tier">The tier that the bundled model belongs to.</param>
    public void AddTo(IServiceCollection services, bool isBundled, SearchTier tier)
    {
        services.AddSingleton(Retriever);
        services.AddResiftMcp(CreateMcp);
        services.Configure<ResiftServerOptions>(options => options.AddRetriever(Name));
        services.Configure<SearchOptions>(options =>
        {
            options.LightDepth = SearchTiers.LightDepth;
            if (isBundled)
            {
                options.Depth = SearchTiers.FullDepth;
                options.FirstStageWeight = SearchTiers.WeightOf(tier);
            }
        });
    }

    private ResiftMcpOptions CreateMcp(IServiceProvider services)
    {
        var reranker = services.GetRequiredService<IReranker>();
        var options = services.GetRequiredService<IOptions<SearchOptions>>().Value;
        return new()
        {
            Search = new(Retriever, reranker),
            SearchOptions = _ => options,
            Reranker = reranker,
            Documents = _collection.Collection,
        };
    }

    public void Dispose() => _collection.Dispose();
}
