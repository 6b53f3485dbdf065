namespace Resift.Orleans.Wire;

/// <summary>What a silo says to a piece of work. Errors come as data: each keeps its type, and nothing is logged on the way.</summary>
[GenerateSerializer]
[Alias("resift.answer")]
internal sealed class RerankAnswer
{
    /// <summary>Gets the response; null if there is an error.</summary>
    [Id(0)]
    public WireResponse? Response { get; init; }

    /// <summary>Gets the error; null if there is a response.</summary>
    [Id(1)]
    public WireError? Error { get; init; }

    /// <summary>Gets how many tokens are under way at the silo's reranker, this work no longer counted.</summary>
    [Id(2)]
    public long QueuedTokens { get; init; }

    /// <inheritdoc />
    public override string ToString() => Error is null ? "an answer" : $"the error {Error.Kind}";
}
