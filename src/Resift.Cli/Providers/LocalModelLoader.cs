using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary>Opens the models that run on this machine.</summary>
/// <param name="variable">Gets the value of an environment variable.</param>
internal sealed class LocalModelLoader(Func<string, string?> variable) : IModelLoader
{
    public string FindFolder(string nameOrFolder) => ModelFolder.Find(nameOrFolder, variable);

    public LocalModelInfo ReadInfo(string folder) => LocalModelInfo.Read(folder);

    public IReadOnlyList<string> ReadUnusedTensors(string folder) => LocalModelInfo.ReadUnusedTensors(folder);

    public ModelFingerprint ReadFingerprint(string folder) => LocalModelInfo.ReadFingerprint(folder);

    public IReranker LoadReranker(string folder, LocalModelOptions options) => LocalReranker.Load(folder, options);

    public IEmbeddingGenerator<string, Embedding<float>> LoadEmbedder(string folder, LocalModelOptions options) =>
        LocalEmbeddingGenerator.Load(folder, options);

    public IReranker RerankBy(IEmbeddingGenerator<string, Embedding<float>> embedder) => new EmbeddingReranker(embedder);
}
