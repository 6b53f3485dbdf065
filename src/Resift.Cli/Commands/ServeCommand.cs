using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Resift.AspNetCore;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary><c>resift serve</c>: the models over HTTP, in the dialects that clients already speak.</summary>
internal sealed class ServeCommand : Command, IHelpEpilogue
{
    public const int LargestPort = 65535;

    /// <summary>How long requests under way may take to end when the server is told to stop.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    private const int DefaultPort = 8080;

    // A key of a container's environment, where a hash would be one more thing to compute.
    private const string KeyVariable = "RESIFT_API_KEY";

    private readonly CliConsole _console;
    private readonly RerankerOptionGroup _reranker;
    private readonly ServedIndexOptions _index;
    private readonly Option<string> _embedder = OptionTypes.Text(
        "--embedder", $"The embedder, a bundled one, one of the hub or a folder. Default: {ModelFolder.Embedder}.", "NAME|FOLDER");

    private readonly Option<string> _host = OptionTypes.Text(
        "--host", "The address to listen at: localhost, or an IP address, such as 0.0.0.0 for all. Default: localhost.", "ADDRESS");

    private readonly Option<int?> _port = OptionTypes.Number(
        "--port", $"The port to listen at; 0 for any that is free. Default: {DefaultPort}.", minimum: 0);

    private readonly Option<string[]> _keyHash = new("--key-hash")
    {
        Description = $"The hash of a key that may call, as sha256:HEX; may be given several times. {KeyVariable} may hold a key as well.",
        HelpName = "HASH",
    };

    private readonly Option<bool> _anonymous = new("--anonymous")
    {
        Description = "Let other machines call without a key.",
    };

    private readonly Option<string[]> _alias = new("--alias")
    {
        Description = "Another name for the reranker or the embedder, that clients ask for; may be given several times.",
        HelpName = "NAME=MODEL",
    };

    private readonly Option<bool> _ownNames = new("--own-names")
    {
        Description = "Do not answer to the names of hosted models, such as rerank-v3.5.",
    };

    private readonly Option<bool> _noPlayground = new("--no-playground")
    {
        Description = "Do not show the page at / on which people try it.",
    };

    public ServeCommand(CliConsole console, IModelLoader loader)
        : base("serve", "Answers clients of Cohere, Voyage, Jina, TEI, vLLM, OpenAI's embeddings and others over HTTP.")
    {
        _console = console;
        _reranker = new(console, loader, hasEmbedder: true, hasTier: true) { ConfigSaysMore = true };
        _index = new(console);
        Add(_host);
        Add(_port);
        _index.AddTo(this);
        Add(_keyHash);
        Add(_anonymous);
        Add(_alias);
        Add(_ownNames);
        Add(_noPlayground);
        _reranker.AddTo(this);
        Add(_embedder);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift serve --port 8080
          resift serve --db docs.db
          RESIFT_API_KEY=… resift serve --host 0.0.0.0
          resift serve --model BAAI/bge-reranker-v2-m3 --alias my-reranker=bge-reranker-v2-m3

        Then, with a client of Cohere: CO_API_URL=http://localhost:8080. Ctrl-C ends it, after the requests under way.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = ServerSettings.Find(_console, parsed.GetValue<string>(RerankerOptionGroup.ConfigName));
        var choice = _reranker.Read(parsed);
        string embedderName = parsed.GetValue(_embedder) ?? ModelFolder.Embedder;
        var (rerankName, embedName) = (ShortName(choice.Name), ShortName(embedderName));
        var aliases = ReadAliases(parsed, settings, rerankName, embedName);
        string[] hashes =
        [
            .. settings.KeyHashes, .. parsed.GetValue(_keyHash) ?? [],
            .. _console.Variable(KeyVariable) is { } key ? (string[])[ResiftServerOptions.HashKey(key)] : [],
        ];
        var endpoint = new IPEndPoint(Address(parsed.GetValue(_host) ?? settings.Host ?? "localhost"), Port(parsed, settings));
        bool isAnonymous = parsed.GetValue(_anonymous) || settings.Anonymous is true;
        if (hashes.Length == 0 && !isAnonymous && !IPAddress.IsLoopback(endpoint.Address))
        {
            throw new UsageException($"{endpoint.Address} lets other machines call, and no key is set. Set {KeyVariable} or --key-hash, " +
                "or let everybody in by --anonymous.");
        }

        var (reranker, embedder) = await Opening.BothAsync(() => choice.Open(), () => choice.Models.OpenEmbedder(embedderName));
        using (reranker)
        using (embedder)
        {
            using var index = _index.Open(parsed, embedder);
            await ServerHost.RunAsync(
                _console, endpoint, ShutdownTimeout, services => AddServices(services, index), app => Map(app, index), Started,
                cancellationToken);
        }

        return ExitCode.Ok;

        void AddServices(IServiceCollection services, ServedIndex? index)
        {
            // Instances, which the container does not dispose.
            services.AddSingleton(reranker).AddSingleton(embedder);
            services.AddResiftServer(options =>
            {
                options.AddReranker(rerankName).AddEmbeddingGenerator(embedName);
                options.AllowsAnonymousRemotes = isAnonymous;
                options.KeyHashes.UnionWith(hashes);
                foreach (var (name, model) in aliases)
                {
                    options.Aliases[name] = model;
                }
            });
            index?.AddTo(services, choice.IsOpen, SearchTiers.OfModel(rerankName) ?? SearchTier.Full);
        }

        void Map(IEndpointRouteBuilder app, ServedIndex? index)
        {
            app.MapResift();
            if (index is not null)
            {
                app.MapResiftMcp();
            }

            if (!parsed.GetValue(_noPlayground))
            {
                app.MapResiftPlayground();
            }
        }

        void Started(string address)
        {
            string who = hashes.Length > 0 ? "callers with a key" : isAnonymous ? "everybody" : "this machine";
            _console.Output.WriteLine($"{address} answers {who} with {rerankName} and {embedName}");
            _console.Output.Flush();
        }
    }

    private static string ShortName(string nameOrFolder) => Path.GetFileName(Path.TrimEndingDirectorySeparator(nameOrFolder));

    private static IPAddress Address(string host) => host == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(host, out var address) ? address
        : throw new UsageException($"--host expects localhost or an IP address, but got '{host}'.");

    private int Port(ParseResult parsed, ServerSettings settings) => (parsed.GetValue(_port) ?? settings.Port ?? DefaultPort) switch
    {
        > LargestPort and var port => throw new UsageException(
            $"--port expects a whole number of at most {LargestPort}, but got '{port}'."),
        var port => port,
    };

    private Dictionary<string, string> ReadAliases(ParseResult parsed, ServerSettings settings, string reranker, string embedder)
    {
        var aliases = new Dictionary<string, string>();
        if (!parsed.GetValue(_ownNames))
        {
            foreach (string name in HostedNames.Rerankers)
            {
                aliases[name] = reranker;
            }

            foreach (string name in HostedNames.Embedders)
            {
                aliases[name] = embedder;
            }
        }

        var given = (parsed.GetValue(_alias) ?? []).Select(text => text.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } model]
            ? KeyValuePair.Create(name, model)
            : throw new UsageException($"--alias expects NAME=MODEL, but got '{text}'."));
        foreach (var (name, model) in settings.Aliases.Concat(given))
        {
            aliases[name] = model == reranker || model == embedder
                ? model
                : throw new UsageException($"'{name}' is to be an alias of '{model}', but the models are {reranker} and {embedder}.");
        }

        return aliases;
    }
}
