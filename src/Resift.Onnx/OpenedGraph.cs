using Resift.Local.Configuration;
using Resift.Local.Models;
using Resift.Local.Tokenization;
using Resift.Onnx.Graphs;

namespace Resift;

/// <summary>A folder with a graph, opened: its configuration read, its tokenizer and graph loaded, and tried on two short inputs.</summary>
internal sealed class OpenedGraph
{
    private static readonly string[] _graphFiles = ["model.onnx", Path.Combine("onnx", "model.onnx")];

    private OpenedGraph(string folder, OnnxGraph graph, OnnxConfig config, LocalModelKind kind, int? maxTokens)
    {
        (Folder, Graph, Config) = (folder, graph, config);
        Head = GraphHead.Find(graph, config, kind);
        Usage = SentenceTransformersConfig.Load(folder, kind, Head.Template is not null);
        var sentence = SentenceBertConfig.Load(folder, kind, Head.AnswersInWords);
        var files = TokenizerConfiguration.Read(folder);
        var tokenizer = TokenizerLoader.Load(folder, files, sentence.Lowercase);
        config.ThrowIfTooManyTokens(tokenizer.VocabularySize);
        int limit = config.MaxTokens(maxTokens, sentence.MaxTokens, files.ModelMaxLength);
        Texts = new(tokenizer, limit);
        Layout = new(config.PadId, files.PadsLeft, HasTypes: files.WhyWithoutTypes is null);
        if (Head.Template is { } template)
        {
            Instruction = template.Instruction is not null && Usage.Prompts.Default is { Length: > 0 } own ? own : template.Instruction;
            Chat = new(tokenizer, template, Instruction, limit);
        }

        Width = graph.WidthOf(Head, Trial(kind));
        Info = new()
        {
            ModelId = new DirectoryInfo(folder).Name,
            Architecture = config.ClassName,
            Kind = kind,
            Graph = graph.Path,
            Inputs = graph.Inputs,
            Output = Head.Output,
            MaxTokens = limit,
            License = ModelCard.ReadLicense(folder),
        };
    }

    public string Folder { get; }

    public OnnxGraph Graph { get; }

    public OnnxConfig Config { get; }

    public GraphHead Head { get; }

    public SentenceTransformersConfig Usage { get; }

    public PairEncoder Texts { get; }

    /// <summary>Gets what encodes the pairs of a model that is asked by a chat template; null for others.</summary>
    public ChatPairEncoder? Chat { get; }

    public string? Instruction { get; }

    public BatchLayout Layout { get; }

    /// <summary>Gets how many numbers the output has in its last axis, as it turned out.</summary>
    public int Width { get; }

    /// <summary>Gets what is known whatever the model is used as.</summary>
    public OnnxModelInfo Info { get; }

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="kind">What the model must be.</param>
    /// <param name="options">How it runs.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is corrupt, or two of them contradict each other.</exception>
    /// <exception cref="NotSupportedException">The model is not of that kind, or wants what is not done here.</exception>
    public static OpenedGraph Open(string folder, LocalModelKind kind, OnnxModelOptions options)
    {
        var config = OnnxConfig.Load(folder);
        var graph = OnnxGraph.Load(GraphOf(folder, config, options.GraphFile), options);
        try
        {
            return new(folder, graph, config, kind, options.MaxTokens);
        }
        catch
        {
            graph.Dispose();
            throw;
        }
    }

    private static string GraphOf(string folder, OnnxConfig config, string? file)
    {
        if (file is not null)
        {
            return ModelFolder.Require(folder, file);
        }

        return _graphFiles.Select(name => ModelFolder.Find(folder, name)).FirstOrDefault(path => path is not null)
            ?? throw new FileNotFoundException(
                $"'{folder}' has neither {string.Join(" nor ", _graphFiles)}; {ModelFolder.Found(folder)}. " + (config.ModelType == "t5"
                    ? "The two graphs of T5 are not supported; LocalReranker runs it by its safetensors."
                    : $"Export the model (optimum-cli export onnx), or name its graph by {nameof(OnnxModelOptions.GraphFile)}."),
                Path.Combine(folder, _graphFiles[0]));
    }

    /// <summary>Encodes two inputs of different lengths, so that the axes of the output can be told apart.</summary>
    private PaddedBatch Trial(LocalModelKind kind)
    {
        const string Short = "a", Long = "a b c d e";
        if (kind == LocalModelKind.Embedder)
        {
            return new([NotEmpty(Texts.EncodeSingle(Short)), NotEmpty(Texts.EncodeSingle(Long))], Layout);
        }

        IPairEncoder pairs = Chat is { } chat ? chat : Texts;
        var query = pairs.EncodeQuery(Short);
        return new([NotEmpty(pairs.Encode(query, Short)), NotEmpty(pairs.Encode(query, Long))], Layout);

        static TokenSequence NotEmpty(TokenSequence sequence) => sequence.Length > 0 ? sequence : new([0], 1);
    }
}
