using System.CommandLine;

namespace Resift.Cli;

/// <summary><c>resift models pull</c>: gets a model from the hub into its cache.</summary>
internal sealed class ModelsPullCommand : Command, IHelpEpilogue
{
    private readonly CliConsole _console;
    private readonly IModelLoader _loader;
    private readonly Argument<string> _name = ModelsCommand.NameArgument(
        "The model, as ORG/NAME or ORG/NAME@REVISION (a branch, tag or commit), or by its short name in the list.");

    private readonly Option<bool> _onnx = new("--onnx") { Description = "Get the graph for ONNX Runtime instead of safetensors." };
    private readonly Option<bool> _force = new("--force") { Description = "Get a model that does not run here, for other programs." };
    private readonly Option<bool> _acceptLicense = new("--accept-license")
    {
        Description = "Accept a licence that forbids commercial use. It is remembered for this model.",
    };

    public ModelsPullCommand(CliConsole console, IModelLoader loader)
        : base("pull", "Gets a model from the Hugging Face hub.")
    {
        _console = console;
        _loader = loader;
        Add(_name);
        Add(_onnx);
        Add(_force);
        Add(_acceptLicense);
        SetAction(RunAsync);
    }

    public string Epilogue => """
        Examples:
          resift models pull bge-reranker-base
          resift models pull BAAI/bge-reranker-v2-m3@main
          resift rerank "how do I undo a commit" notes.txt --model BAAI/bge-reranker-v2-m3

        Only the files that are needed come, and each is checked by its hash. A download that breaks off, or is ended by Ctrl-C,
        goes on where it was. HF_TOKEN is for gated and private models, HF_ENDPOINT for a mirror, HTTPS_PROXY for a proxy.
        """;

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var id = HubAccess.Parse(parsed.GetValue(_name)!);
        var options = HubAccess.Options(_console.Environment);
        if (options.IsOffline)
        {
            throw new UsageException(
                "HF_HUB_OFFLINE says to stay offline, so nothing can be pulled; unset it, or use 'resift models import'.");
        }

        var weights = parsed.GetValue(_onnx) ? HubWeights.Onnx : HubWeights.Safetensors;
        using var hub = new ModelHub(options);
        var facts = await hub.GetInfoAsync(id, cancellationToken);
        var files = facts.FilesNeeded(weights);
        ThrowUnlessRun(facts, weights, parsed.GetValue(_force));
        long size = files.Sum(file => file.Size);
        _console.Note($"{id} at commit {facts.Commit[..8]}: {files.Count} files, {HubWork.Megabytes(size)}, licence: " +
            (facts.License ?? "not stated"));
        new LicenseConsent(_console).Require(id.Repository, facts.License, parsed.GetValue(_acceptLicense));
        var model = await DownloadAsync(hub, facts, weights, size, cancellationToken);
        NoteUnlessOpened(model, weights);
        _console.Output.WriteLine(model.Folder);
        return ExitCode.Ok;
    }

    private async Task<CachedModel> DownloadAsync(
        ModelHub hub, HubModelInfo facts, HubWeights weights, long size, CancellationToken cancellationToken)
    {
        try
        {
            return await new HubWork(_console).RunAsync(
                size, progress => hub.DownloadAsync(facts, weights, progress, cancellationToken));
        }
        catch (OperationCanceledException)
        {
            _console.Note("what came is kept; the same command goes on from there");
            throw;
        }
    }

    private static void ThrowUnlessRun(HubModelInfo facts, HubWeights weights, bool isForced)
    {
        if (isForced || weights == HubWeights.Onnx ||
            (facts.ModelType is { } type && LocalModelInfo.SupportedModelTypes.Contains(type)))
        {
            return;
        }

        string code = facts.HasOwnCode ? " It names code of its own (auto_map) instead, and code of a repository is never run." : "";
        string supported = string.Join(", ", LocalModelInfo.SupportedModelTypes);
        throw new NotSupportedException(
            $"config.json of {facts.Id} has the model_type '{facts.ModelType ?? "none"}', which is not computed here; supported: " +
            $"{supported}.{code} --onnx gets its graph for ONNX Runtime, if it has one; --force gets it for other programs.");
    }

    private void NoteUnlessOpened(CachedModel model, HubWeights weights)
    {
        if (weights == HubWeights.Onnx)
        {
            return;
        }

        try
        {
            _loader.ReadInfo(model.Folder);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or NotSupportedException)
        {
            _console.Note($"it is there, but does not run here: {exception.Message}");
        }
    }
}
