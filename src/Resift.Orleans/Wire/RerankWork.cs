namespace Resift.Orleans.Wire;

/// <summary>A call, or a part of one, on its way to a silo.</summary>
/// <remarks>A class and no record, and silent about its texts: whatever is logged of a message is logged by this name.</remarks>
[GenerateSerializer]
[Alias("resift.work")]
internal sealed class RerankWork
{
    /// <summary>Gets what the caller asks the silo by, whether it has the work.</summary>
    [Id(0)]
    public Guid Id { get; init; }

    /// <summary>Gets the name that the silo holds the reranker under.</summary>
    [Id(1)]
    public string Name { get; init; } = "";

    /// <summary>Gets which scores the caller counts on: see <see cref="HeldReport.Revision"/>.</summary>
    [Id(2)]
    public string Revision { get; init; } = "";

    /// <summary>Gets about how many tokens the model reads, the query counted once for each document.</summary>
    [Id(3)]
    public long Tokens { get; init; }

    /// <summary>Gets how long the caller still waits. A time that is left needs no clocks that agree.</summary>
    [Id(4)]
    public TimeSpan TimeLeft { get; init; }

    /// <summary>Gets the span that the silo's belongs to; null if nobody traces.</summary>
    [Id(5)]
    public string? TraceParent { get; init; }

    [Id(6)]
    public string Query { get; init; } = "";

    [Id(7)]
    public string[] Documents { get; init; } = [];

    [Id(8)]
    public WireOptions Options { get; init; } = new();

    /// <inheritdoc />
    public override string ToString() => $"{Documents.Length} documents for '{Name}'";
}
