namespace Resift;

/// <summary>A cross-encoder that runs on this machine, in managed code.</summary>
public sealed class LocalReranker : IReranker
{
    /// <summary>Loads a cross-encoder from a folder in the Hugging Face layout.</summary>
    /// <param name="folder">The folder with <c>config.json</c>, <c>model.safetensors</c> and the tokenizer's files.</param>
    /// <param name="options">How it runs; null for the defaults.</param>
    /// <returns>The reranker; whoever loads it disposes it.</returns>
    public static LocalReranker Load(string folder, LocalModelOptions? options = null) => throw new NotImplementedException();

    /// <inheritdoc />
    public Task<RerankResponse> RerankAsync(
        string query,
        IReadOnlyList<string> documents,
        RerankOptions? options = null,
        CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null) => throw new NotImplementedException();

    /// <inheritdoc />
    public void Dispose()
    {
    }
}
