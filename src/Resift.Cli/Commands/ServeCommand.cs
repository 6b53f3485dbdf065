using System.CommandLine;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Resift.AspNetCore;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary><c>resift serve</c>: the models over HTTP, in the dialects that clients already speak.</summary>
internal sealed class ServeCommand : Command, IHelpEpilogue
{
    public const int LargestPort = 65535;

    /// <summary>How long requests under way may take to end when the server is told to stop.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    /// <summary>The largest number of MiB that a body may have: as many bytes as an array has at most.</summary>
    public const int LargestBodyMiB = int.MaxValue / BytesPerMiB;

    private const int BytesPerMiB = 1024 * 1024;
    private const int DefaultPort = 8080;

    // A key of a container's environment, where a hash would be one more thing to compute.
    private const string KeyVariable = "RESIFT_API_KEY";

    private const string CertificateVariable = "RESIFT_TLS_CERTIFICATE";
    private const string CertificateKeyVariable = "RESIFT_TLS_KEY";
    private const string PasswordVariable = "RESIFT_TLS_PASSWORD";

    private static readonly ResiftServerOptions _defaults = new();

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

    private readonly Option<LogFormat?> _log = OptionTypes.Choice(
        "--log",
        "What standard error hears: text: what goes wrong, in words; json: every request too, a JSON object a line. Default: text.",
        Enum.GetValues<LogFormat>());

    private readonly Option<bool> _openMetrics = new("--open-metrics")
    {
        Description = "Let anybody who reaches the server read /metrics, without a key.",
    };

    private readonly Option<string[]> _withReranker = new("--with-reranker")
    {
        Description = "One more reranker: a tier, a provider as NAME:MODEL, a name of the configuration file, or a model of this " +
            "machine; may be given several times.",
        HelpName = "[NAME=]MODEL",
    };

    private readonly Option<string[]> _withEmbedder = new("--with-embedder")
    {
        Description = "One more embedder; may be given several times.",
        HelpName = "[NAME=]MODEL",
    };

    private readonly Option<int?> _memoryBudget = OptionTypes.Number(
        "--memory-budget",
        "How many MiB loaded models may take while some are idle: then those that were not used for longest are unloaded. Default: no " +
            "limit.",
        minimum: 1);

    private readonly Option<int?> _maxBody = OptionTypes.Number(
        "--max-body",
        $"How many MiB the body of a request may have; {_defaults.MaxRequestsUnderWay} may be in memory at once. Default: " +
            $"{_defaults.MaxBodyBytes / BytesPerMiB}.",
        minimum: 1);

    private readonly Option<bool> _check = new("--check")
    {
        Description = "Do not serve, but ask the server that runs with these options whether it is ready: exit code 0, or 1 if it is not.",
    };

    private readonly Option<string> _certificate = OptionTypes.Text(
        "--tls-certificate",
        $"Speak HTTPS by this certificate: a PEM file, or PKCS #12 with its password in {PasswordVariable}. Default: " +
            $"{CertificateVariable}, else HTTP.",
        "FILE");

    private readonly Option<string> _certificateKey = OptionTypes.Text(
        "--tls-key", $"The PEM file of the certificate's key, if that is another. Default: {CertificateKeyVariable}.", "FILE");

    private readonly Option<string[]> _corsOrigin = new("--cors-origin")
    {
        Description = "Let pages of this origin call from browsers, or of all by '*'; may be given several times. Default: none.",
        HelpName = "ORIGIN",
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
        Add(_log);
        Add(_openMetrics);
        Add(_certificate);
        Add(_certificateKey);
        Add(_corsOrigin);
        Add(_withReranker);
        Add(_withEmbedder);
        Add(_memoryBudget);
        Add(_maxBody);
        Add(_check);
        Add(_noPlayground);
        _reranker.AddTo(this);
        Add(_embedder);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift serve --port 8080
          resift serve --db docs.db --profile profile.json
          RESIFT_API_KEY=… resift serve --host 0.0.0.0
          resift serve --model BAAI/bge-reranker-v2-m3 --alias my-reranker=bge-reranker-v2-m3

        Then, with a client of Cohere: CO_API_URL=http://localhost:8080. Ctrl-C ends it, after the requests under way.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string? file = ServerSettings.FindFile(_console, parsed.GetValue<string>(RerankerOptionGroup.ConfigName));
        byte[] content = file is null ? [] : KeyReload.ContentOf(file);
        var settings = file is null ? new() : ConfigurationFile.Read(file).Server;
        var endpoint = new IPEndPoint(Address(parsed.GetValue(_host) ?? settings.Host ?? "localhost"), Port(parsed, settings));
        if (parsed.GetValue(_check))
        {
            return await HealthCheck.RunAsync(_console, endpoint, FindCertificate(parsed, settings) is not null, cancellationToken);
        }

        int maxBody = MaxBodyBytes(parsed, settings);
        string[] hashes =
        [
            .. parsed.GetValue(_keyHash) ?? [],
            .. _console.Variable(KeyVariable) is { } key ? (string[])[ResiftServerOptions.HashKey(key)] : [],
        ];
        bool hasKeys = hashes.Length + settings.KeyHashes.Count + settings.Keys.Count > 0;
        bool isAnonymous = parsed.GetValue(_anonymous) || settings.Anonymous is true;
        if (!hasKeys && !isAnonymous && !IPAddress.IsLoopback(endpoint.Address))
        {
            throw new UsageException($"{endpoint.Address} lets other machines call, and no key is set. Set {KeyVariable} or --key-hash, " +
                "or let everybody in by --anonymous.");
        }

        using var certificate = FindCertificate(parsed, settings) is { } found
            ? ServerCertificate.Load(found, _console.Variable(PasswordVariable))
            : null;
        using var models = OpenModels(parsed, settings);
        var aliases = ReadAliases(parsed, settings, [.. models.Rerankers.Keys], [.. models.Embedders.Keys]);
        var host = new HostSettings(endpoint, ShutdownTimeout)
        {
            LogsJson = (parsed.GetValue(_log) ?? settings.Log) is LogFormat.Json,
            HasOpenMetrics = parsed.GetValue(_openMetrics) || settings.OpenMetrics is true,
            Certificate = certificate,
            CorsOrigins = ReadOrigins(parsed, settings),
        };
        await models.WarmAsync(cancellationToken);

        // Once the models are there, since an index knows its embedder by what that says of itself.
        var bundled = SearchTiers.OfModel(models.Rerankers.Keys.First());
        var tier = bundled ?? SearchTier.Full;
        using var index = await _index.OpenAsync(
            parsed, models.Embedders.Values.First(), models.Rerankers.Values.First(), tier, cancellationToken);
        await ServerHost.RunAsync(
            _console, host, services => AddServices(services, index), app => Map(app, index), Started, cancellationToken);
        return ExitCode.Ok;

        void AddServices(IServiceCollection services, ServedIndex? index)
        {
            models.AddTo(services);
            services.AddResiftServer(options =>
            {
                foreach (string name in models.Rerankers.Keys)
                {
                    options.AddReranker(name, serviceKey: name);
                }

                foreach (string name in models.Embedders.Keys)
                {
                    options.AddEmbeddingGenerator(name, serviceKey: name);
                }

                options.AllowsAnonymousRemotes = isAnonymous;
                options.MaxBodyBytes = maxBody;
                options.KeyHashes.UnionWith(hashes);
                options.KeyHashes.UnionWith(settings.KeyHashes);
                foreach (var key in settings.Keys)
                {
                    options.Keys.Add(key);
                }

                foreach (var (name, model) in aliases)
                {
                    options.Aliases[name] = model;
                }
            });
            if (hasKeys && file is not null)
            {
                services.AddHostedService(provider => new KeyReload(
                    file, content, hashes, provider.GetRequiredService<ResiftServerKeys>(),
                    provider.GetRequiredService<ILogger<KeyReload>>(), _console.Time));
            }

            index?.AddTo(services, isBundled: bundled is not null, tier);
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
            string who = hasKeys ? "callers with a key" : isAnonymous ? "everybody" : "this machine";
            _console.Output.WriteLine($"{address} answers {who} with {Names(models.Rerankers.Keys)} and {Names(models.Embedders.Keys)}");
            _console.Output.Flush();
        }
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names);

    private static IPAddress Address(string host) => host == "localhost" ? IPAddress.Loopback
        : IPAddress.TryParse(host, out var address) ? address
        : throw new UsageException($"--host expects localhost or an IP address, but got '{host}'.");

    // What the command line names comes first, and so answers who names no model; what the file names stands in for the bundled ones.
    private ServedModels OpenModels(ParseResult parsed, ServerSettings settings)
    {
        var choice = _reranker.Read(parsed);
        var chosen = new ServedModel(ServedModel.ShortName(choice.Name), choice.Name);
        var listed = settings.Models.ToLookup(model => model.IsEmbedder);
        string? embedder = parsed.GetValue(_embedder) ?? (listed[true].Any() ? null : ModelFolder.Embedder);
        bool isChosen = _reranker.NamesOne(parsed) || !choice.IsOpen || !listed[false].Any();
        ServedModel[] models =
        [
            .. isChosen ? [chosen] : (ServedModel[])[],
            .. embedder is null ? [] : (ServedModel[])[new(ServedModel.ShortName(embedder), embedder) { IsEmbedder = true }],
            .. settings.Models,
            .. (parsed.GetValue(_withReranker) ?? []).Select(text => ServedModel.Parse(text, isEmbedder: false)),
            .. (parsed.GetValue(_withEmbedder) ?? []).Select(text => ServedModel.Parse(text, isEmbedder: true)),
        ];
        long? budget = parsed.GetValue(_memoryBudget) ?? settings.MemoryBudgetMiB;
        return new(
            models, model => ReferenceEquals(model, chosen) ? choice : _reranker.ReadNamed(parsed, model.Source), choice.Models,
            budget * BytesPerMiB);
    }

    private CertificateSettings? FindCertificate(ParseResult parsed, ServerSettings settings)
    {
        string? certificate = parsed.GetValue(_certificate) ?? _console.Variable(CertificateVariable);
        string? key = parsed.GetValue(_certificateKey) ?? _console.Variable(CertificateKeyVariable);
        return certificate is not null || key is null
            ? certificate is null ? settings.Certificate : new(certificate, key)
            : throw new UsageException($"{key} is the key of a certificate, which is missing: name it by --tls-certificate.");
    }

    private string[] ReadOrigins(ParseResult parsed, ServerSettings settings)
    {
        string[] origins = [.. settings.CorsOrigins, .. parsed.GetValue(_corsOrigin) ?? []];
        return Array.Find(origins, origin => origin != "*" && !IsOrigin(origin)) is { } wrong
            ? throw new UsageException(
                $"--cors-origin expects an origin, such as https://app.example or http://localhost:5173, or '*', but got '{wrong}'.")
            : origins;
    }

    private static bool IsOrigin(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text;

    private int Port(ParseResult parsed, ServerSettings settings) => (parsed.GetValue(_port) ?? settings.Port ?? DefaultPort) switch
    {
        > LargestPort and var port => throw new UsageException(
            $"--port expects a whole number of at most {LargestPort}, but got '{port}'."),
        var port => port,
    };

    private int MaxBodyBytes(ParseResult parsed, ServerSettings settings) => (parsed.GetValue(_maxBody) ?? settings.MaxBodyMiB) switch
    {
        > LargestBodyMiB and var size => throw new UsageException(
            $"--max-body expects a whole number of MiB of at most {LargestBodyMiB}, but got '{size}'."),
        { } size => size * BytesPerMiB,
        null => _defaults.MaxBodyBytes,
    };

    private Dictionary<string, string> ReadAliases(ParseResult parsed, ServerSettings settings, string[] rerankers, string[] embedders)
    {
        var aliases = new Dictionary<string, string>();
        if (!parsed.GetValue(_ownNames))
        {
            foreach (string name in HostedNames.Rerankers.Except(rerankers))
            {
                aliases[name] = rerankers[0];
            }

            foreach (string name in HostedNames.Embedders.Except(embedders))
            {
                aliases[name] = embedders[0];
            }
        }

        var given = (parsed.GetValue(_alias) ?? []).Select(text => text.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } model]
            ? KeyValuePair.Create(name, model)
            : throw new UsageException($"--alias expects NAME=MODEL, but got '{text}'."));
        foreach (var (name, model) in settings.Aliases.Concat(given))
        {
            aliases[name] = rerankers.Contains(model) || embedders.Contains(model)
                ? model
                : throw new UsageException(
                    $"'{name}' is to be an alias of '{model}', but the models are {Names(rerankers)} and {Names(embedders)}.");
        }

        return aliases;
    }
}
