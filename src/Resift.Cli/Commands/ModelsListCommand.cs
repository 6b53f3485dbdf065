using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace Resift.Cli;

/// <summary><c>resift models list</c>: the models that are here, and those that are known and could be.</summary>
internal sealed class ModelsListCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly IModelLoader _loader;
    private readonly Option<FactsFormat?> _format = Facts.FormatOption();

    public ModelsListCommand(CliConsole console, IModelLoader loader)
        : base("list", "Lists the models that come with the tool, those in the cache, and others that are known.")
    {
        _console = console;
        _loader = loader;
        Add(_format);
        SetAction(parsed => Show(parsed.GetValue(_format) ?? FactsFormat.Table));
    }

    public string Epilogue => """
        Examples:
          resift models list
          resift models list --format json

        The cache is that of Hugging Face's own tools (HF_HUB_CACHE, HF_HOME). Of models that are not here, the facts are those
        of their model cards. "managed" runs in this tool, "ONNX only" in ONNX Runtime.
        """;

    public void Show(FactsFormat format)
    {
        using var hub = HubAccess.Open(_console.Environment);
        var cached = hub.List();
        var here = cached.Select(model => model.Repository).ToHashSet(StringComparer.OrdinalIgnoreCase);
        ListedModel[] models =
        [
            .. ModelFolder.Bundled.Select(name => ListedModel.Bundled(name, _loader.ReadInfo(_loader.FindFolder(name)))),
            .. cached.Select(model => ListedModel.Cached(model, _loader)),
            .. Catalogue.All.Where(entry => !here.Contains(entry.Repository)).Select(ListedModel.Known),
        ];
        if (format == FactsFormat.Json)
        {
            WriteJson(models);
            return;
        }

        foreach (var kind in models.GroupBy(model => model.Kind))
        {
            WriteTable($"{kind.Key}s", kind);
        }

        _console.Output.WriteLine($"The cache is {Printable.OneLine(hub.CacheFolder)}. 'resift models pull NAME' gets a model.");
    }

    private void WriteTable(string heading, IEnumerable<ListedModel> models)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (string column in (string[])[heading, "size", "tokens", "langs", "licence", "runs", "here"])
        {
            table.AddColumn(new TableColumn(column) { Padding = new(0, 0, 2, 0) });
        }

        foreach (var model in models)
        {
            table.AddRow(
                Cell(model.Name), Cell(Short(model.Parameters)), Cell(model.Tokens is { } tokens ? Facts.Number(tokens) : ""),
                Cell(model.Languages), Cell(model.License), Cell(model.Runs), Cell(model.Here));
        }

        AnsiOutput.Create(_console).Write(table);
        _console.Output.WriteLine();

        static Text Cell(string text) => new(Printable.OneLine(text));
    }

    private static string Short(double? millions) => millions switch
    {
        null => "",
        >= 1000 => string.Create(CultureInfo.InvariantCulture, $"{millions / 1000:0.0} B"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{millions:0} M"),
    };

    private void WriteJson(ListedModel[] models) => Json.WriteLine(_console.Output, indented: true, json =>
    {
        json.WriteStartArray();
        foreach (var model in models)
        {
            json.WriteStartObject();
            json.WriteString("model", model.Name);
            json.WriteString("kind", model.Kind);
            json.WriteBoolean("bundled", model.IsBundled);
            json.WriteBoolean("cached", model.Cache is { IsComplete: true });
            json.WriteString("license", model.License is "" ? null : model.License);
            json.WriteString("runs", model.Runs);
            json.WriteString("purpose", model.Purpose);
            if (model.Cache is { } cache)
            {
                json.WriteString("commit", cache.Commit);
                json.WriteString("folder", cache.Folder);
                json.WriteNumber("bytes", cache.Size);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private sealed record ListedModel(string Name, string Kind)
    {
        public bool IsBundled { get; init; }

        public CachedModel? Cache { get; init; }

        /// <summary>Gets the number of parameters, in millions; null where it is not known.</summary>
        public double? Parameters { get; init; }

        public int? Tokens { get; init; }

        public string Languages { get; init; } = "";

        public string License { get; init; } = "";

        public required string Runs { get; init; }

        public string? Purpose { get; init; }

        public string Here => IsBundled ? "bundled" : Cache switch
        {
            null => "",
            { IsComplete: false } => "in part",
            _ => HubWork.Megabytes(Cache.Size),
        };

        public static ListedModel Bundled(string name, LocalModelInfo info) => Of(name, info) with { IsBundled = true };

        public static ListedModel Known(CatalogueEntry entry) => new(entry.Repository, entry.Kind)
        {
            Parameters = entry.Parameters,
            Tokens = entry.Tokens,
            Languages = entry.Languages,
            License = entry.License,
            Runs = entry.Runs,
            Purpose = entry.Purpose,
        };

        /// <summary>Describes a model of the cache by its own files, and by the catalogue where these cannot be read here.</summary>
        public static ListedModel Cached(CachedModel model, IModelLoader loader)
        {
            var entry = Catalogue.Find(model.Repository);
            ListedModel listed;
            try
            {
                listed = Of(model.Repository, loader.ReadInfo(model.Folder)) with
                {
                    Languages = entry?.Languages ?? "",
                    Purpose = entry?.Purpose,
                };
            }
            catch (Exception exception) when (exception is IOException or InvalidDataException or NotSupportedException)
            {
                listed = entry is null ? new(model.Repository, "other") { Runs = "not run" } : Known(entry);
            }

            return listed with { Cache = model, License = model.License ?? listed.License };
        }

        private static ListedModel Of(string name, LocalModelInfo info) => new(name, info.Kind switch
        {
            LocalModelKind.CrossEncoder => "reranker",
            LocalModelKind.Embedder => "embedder",
            _ => "other",
        })
        {
            Parameters = info.Parameters / 1e6,
            Tokens = info.MaxTokens,
            License = info.License ?? "",
            Runs = info.Kind == LocalModelKind.Classifier ? "not run" : "managed",
        };
    }
}
