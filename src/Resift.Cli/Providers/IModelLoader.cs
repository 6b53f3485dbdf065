using Microsoft.Extensions.AI;

namespace Resift.Cli;

/// <summary>Opens models; the seam at which tests put a model that needs no weights.</summary>
internal interface IModelLoader
{
    /// <summary>Finds the folder that a model's name or path means.</summary>
    string FindFolder(string nameOrFolder);

    LocalModelInfo ReadInfo(string folder);

    /// <summary>Gets the names of the stored tensors that the model is not computed from.</summary>
    IReadOnlyList<string> ReadUnusedTensors(string folder);

    /// <summary>Gets the hash of all that the model's results depend on.</summary>
    ModelFingerprint ReadFingerprint(string folder);

    IReranker LoadReranker(string folder, LocalModelOptions options);

    IEmbeddingGenerator<string, Embedding<float>> LoadEmbedder(string folder, LocalModelOptions options);

    /// <summary>Creates a reranker of an embedder: the cosine of the query's and each document's vector.</summary>
    IReranker RerankBy(IEmbeddingGenerator<string, Embedding<float>> embedder);
}
