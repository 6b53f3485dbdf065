// The package is published as a pre-release only, so the types that the guide's adapter reads stand here in the shape of its sources.
namespace Microsoft.Extensions.DataIngestion;

public sealed record IngestionDocument(string Identifier);

public sealed class IngestionChunk<T>(T content, IngestionDocument document, string? context = null)
{
    public T Content => content;

    public IngestionDocument Document => document;

    public string? Context => context;

    public IDictionary<string, object> Metadata { get; } = new Dictionary<string, object>();
}
