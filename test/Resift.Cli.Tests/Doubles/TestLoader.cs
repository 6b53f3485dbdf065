using System.Collections.Concurrent;
using Microsoft.Extensions.AI;

namespace Resift.Cli.Tests;

/// <summary>Loads doubles for the bundled models' names, and takes any other folder for a classifier.</summary>
internal sealed class TestLoader : IModelLoader
{
    public LetterEmbedder Embedder { get; } = new();

    /// <summary>Gets what no model is computed from.</summary>
    public IReadOnlyList<string> UnusedTensors { get; init; } = [];

    /// <summary>Gets what every model wants before a query.</summary>
    public string QueryPrompt { get; init; } = "";

    public LocalModelOptions? Options { get; private set; }

    /// <summary>Gets the rerankers that were loaded, in that order.</summary>
    public ConcurrentQueue<string> LoadedRerankers { get; } = new();

    public Func<string, CancellationToken, Task> BeforeQuery { get; init; } = (_, _) => Task.CompletedTask;

    // No cache of this machine is looked into.
    public string FindFolder(string nameOrFolder) =>
        ModelFolder.Find(nameOrFolder, name => name == "HF_HUB_CACHE" ? Path.Combine(Path.GetTempPath(), "resift-no-such-cache") : null);

    public LocalModelInfo ReadInfo(string folder) => new()
    {
        ModelId = Path.GetFileName(folder),
        Architecture = "BertForSequenceClassification",
        Kind = Path.GetFileName(folder) switch
        {
            ModelFolder.Reranker or ModelFolder.StrongReranker => LocalModelKind.CrossEncoder,
            ModelFolder.Embedder => LocalModelKind.Embedder,
            _ => LocalModelKind.Classifier,
        },
        Labels = 1,
        ScoreScale = ScoreScale.Logit,
        MaxTokens = 512,
        Layers = 6,
        HiddenSize = 384,
        Parameters = 22_713_601,
        Storage = "I8 (int8-per-row)",
        License = "apache-2.0",
        QueryPrompt = QueryPrompt,
    };

    public ModelFingerprint ReadFingerprint(string folder) => ModelFingerprint.Create(Path.GetFileName(folder));

    public IReadOnlyList<string> ReadUnusedTensors(string folder) => UnusedTensors;

    public IReranker LoadReranker(string folder, LocalModelOptions options)
    {
        Options = options;
        LoadedRerankers.Enqueue(Path.GetFileName(folder));
        return Path.GetFileName(folder) is ModelFolder.Reranker or ModelFolder.StrongReranker
            ? new WordOverlapReranker(options) { Before = BeforeQuery }
            : throw new NotSupportedException($"The model in {folder} is a classifier with 3 labels.");
    }

    public IEmbeddingGenerator<string, Embedding<float>> LoadEmbedder(string folder, LocalModelOptions options)
    {
        Options = options;
        return Embedder;
    }

    public IReranker RerankBy(IEmbeddingGenerator<string, Embedding<float>> embedder) => new LetterReranker(embedder);
}
