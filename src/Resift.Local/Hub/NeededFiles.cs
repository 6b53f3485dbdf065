using System.Text.RegularExpressions;

namespace Resift.Local.Hub;

/// <summary>Chooses the files of a repository that a model is loaded from, among all that lie there for other programs.</summary>
/// <remarks>All names are matched whole and from few characters, so what is chosen is the name of a file in the model's folder.</remarks>
internal static partial class NeededFiles
{
    private const string SingleFile = "model.safetensors";

    private static readonly string[] _graphs = ["onnx/model.onnx", "model.onnx"];

    public static IReadOnlyList<HubFile> Of(HubModelInfo model, HubWeights weights)
    {
        HubFile[] files = [.. model.Files.Where(file => Companions().IsMatch(file.Path))];
        HubFile[] chosen = weights == HubWeights.Onnx ? Onnx(model.Files) : Safetensors(model.Files);
        return chosen is [] ? throw new NotSupportedException(WhyNone(model, weights)) : [.. files, .. chosen];
    }

    private static HubFile[] Safetensors(IReadOnlyList<HubFile> files)
    {
        HubFile[] single = [.. files.Where(file => file.Path == SingleFile)];
        return single is [] ? [.. files.Where(file => Shards().IsMatch(file.Path))] : single;
    }

    private static HubFile[] Onnx(IReadOnlyList<HubFile> files)
    {
        string? graph = _graphs.FirstOrDefault(path => files.Any(file => file.Path == path));
        string folder = graph is null ? "" : graph[..^"model.onnx".Length];
        return graph is null ? [] :
        [
            .. files.Where(file => file.Path == graph || (file.Path.StartsWith(folder, StringComparison.Ordinal)
                && GraphData().IsMatch(file.Path[folder.Length..]))),
        ];
    }

    private static string WhyNone(HubModelInfo model, HubWeights weights)
    {
        string found = $"{model.Id} at commit {model.Commit} has no {(weights == HubWeights.Onnx ? "onnx/model.onnx" : SingleFile)}";
        string? First(string pattern) =>
            model.Files.FirstOrDefault(file => Regex.IsMatch(file.Path, pattern, RegexOptions.IgnoreCase))?.Path;

        if (weights == HubWeights.Safetensors && First(@"^adapter_model\.") is { } adapter)
        {
            return $"{found}, but {adapter}: it is an adapter of another model. Merge the two, or choose a model that is whole.";
        }

        if (weights == HubWeights.Safetensors && First(@"(^|/)model\.onnx\z") is { } graph)
        {
            return $"{found}, but {graph}: get its graph for ONNX Runtime (HubWeights.Onnx, --onnx), or choose a revision with " +
                "safetensors.";
        }

        if (First(@"\.gguf\z") is { } gguf)
        {
            return $"{found}, but {gguf}: GGUF is the format of llama.cpp. Choose the model that it was made from, or serve it by " +
                "llama.cpp and use that server.";
        }

        return First(@"\.(bin|pt|pth|ckpt|pkl)\z") is { } pickle
            ? $"{found}, but {pickle}: pickles can run code and are not read. Choose a revision with safetensors, or convert the weights."
            : $"{found}: it has no weights that are read here. Is {model.Id.Repository} the name of a model with weights?";
    }

    [GeneratedRegex(@"^(config[\w.-]*\.json|(tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|chat_template|" +
        @"modules|sentence_bert_config|resift_calibration|model\.safetensors\.index)\.json|vocab\.txt|merges\.txt|" +
        @"(sentencepiece\.bpe|spm|spiece|tokenizer)\.model|chat_template\.jinja|README\.md|LICEN[CS]E(\.(txt|md))?|" +
        @"\d+_\w+/(config\.json|model\.safetensors))\z")]
    private static partial Regex Companions();

    // Large tensors lie beside the graph: in one file, or each in a file without an ending.
    [GeneratedRegex(@"^(model\.onnx[._]data|\w+)\z")]
    private static partial Regex GraphData();

    [GeneratedRegex(@"^model-\d+-of-\d+\.safetensors\z")]
    private static partial Regex Shards();
}
