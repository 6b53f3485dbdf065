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
    private readonly ProfileOption _profile = new(console);

    private readonly IndexFileOption _db = new(console) { Description = "An index file to be searched as well, at /resift/search." };

    private readonly Option<string> _collection = OptionTypes.Text(
        "--collection", $"The collection in that file. Default: {SqliteIndex.DefaultCollection}.", "NAME");

    public void AddTo(Command command)
    {
        _db.AddTo(command);
        command.Add(_collection);
        _profile.AddTo(command);
    }

    /// <summary>Opens the index; null if the command line names none. What an environment or a folder says is not served.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="embedder">Embeds queries.</param>
    /// <param name="reranker">Reranks what is found.</param>
    /// <param name="tier">The tier that the reranker belongs to.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="UsageException">A collection or a profile is named, and no file.</exception>
    /// <exception cref="InvalidDataException">The profile was fitted to other models.</exception>
    public async Task<ServedIndex?> OpenAsync(
        ParseResult parsed, IEmbeddingGenerator<string, Embedding<float>> embedder, IReranker reranker, SearchTier tier,
        CancellationToken cancellationToken)
    {
        string? collection = parsed.GetValue(_collection);
        var profile = _profile.ReadNamed(parsed);
        if (!_db.IsGiven(parsed))
        {
            return collection is null && profile is null
                ? null
                : throw new UsageException(
                    $"{(collection is null ? "--profile" : "--collection")} belongs to --db; name the index file as well.");
        }

        try
        {
            profile?.ThrowIfFittedToOther(embedder);

            // What was fitted to one tier says nothing about another.
            (profile?.Tier == tier ? profile : null)?.ThrowIfFittedToOther(reranker);
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidDataException(exception.Message, exception);
        }

        return await ServedIndex.OpenAsync(
            _db.Read(parsed), collection ?? SqliteIndex.DefaultCollection, embedder, profile, cancellationToken);
    }
}

/// <summary>An index that a server searches, by words and by meaning.</summary>
internal sealed class ServedIndex : IDisposable
{
    private readonly OpenCollection _collection;
    private readonly SearchProfile? _profile;

    private ServedIndex(string name, OpenCollection collection, IRetriever retriever, SearchProfile? profile)
    {
        Name = name;
        Retriever = retriever;
        (_collection, _profile) = (collection, profile);
    }

    /// <summary>Gets the name that clients ask for: that of the file.</summary>
    public string Name { get; }

    public IRetriever Retriever { get; }

    public static async Task<ServedIndex> OpenAsync(
        string path, string collection, IEmbeddingGenerator<string, Embedding<float>> embedder, SearchProfile? profile,
        CancellationToken cancellationToken)
    {
        var open = await OpenCollection.ForSearchAsync(new FilePlace(path), collection, cancellationToken);
        try
        {
            await open.ThrowUnlessEmbeddedByAsync(embedder, cancellationToken);
            var kind = profile?.Retriever ?? RetrieverKind.Hybrid;
            var retriever = open.Collection.CreateRetriever(kind, kind == RetrieverKind.Lexical ? null : embedder, profile?.Fusion);
            return new(Path.GetFileNameWithoutExtension(path), open, retriever, profile);
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

            Follow(options, tier);
        });
    }

    private void Follow(SearchOptions options, SearchTier tier)
    {
        if (_profile is null)
        {
            return;
        }

        options.Candidates = _profile.Candidates;
        if (_profile.Tier == SearchTier.FirstStageOnly)
        {
            options.Tier = SearchTier.FirstStageOnly;
        }
        else if (_profile.Tier == tier)
        {
            var fitted = _profile.ToSearchOptions();
            options.Depth = options.LightDepth = _profile.Depth;
            (options.FirstStageWeight, options.Select) = (fitted.FirstStageWeight, fitted.Select);
        }
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
            Documents = _collection.Collection.InFile,
        };
    }

    public void Dispose() => _collection.Dispose();
}
