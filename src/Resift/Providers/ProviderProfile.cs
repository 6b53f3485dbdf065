namespace Resift;

/// <summary>What is the same in every request to one API: address, key, path, names in the answer, and what it can do.</summary>
/// <param name="Name">The name in metadata and price tables, in lower case.</param>
/// <param name="DisplayName">The name in messages.</param>
/// <param name="Endpoint">The public address, or the one a server of this kind has by default.</param>
/// <param name="Path">The path of the request, with a leading slash.</param>
internal sealed record ProviderProfile(string Name, string DisplayName, string Endpoint, string Path)
{
    /// <summary>Gets the environment variables that may hold the key; the first that is set counts.</summary>
    public IReadOnlyList<string> KeyVariables { get; init; } = [];

    /// <summary>Gets the environment variables that may hold the address.</summary>
    public IReadOnlyList<string> EndpointVariables { get; init; } = [];

    /// <summary>Gets a value indicating whether the public address refuses calls without a key. Other addresses are free to.</summary>
    public bool RequiresKey { get; init; }

    /// <summary>Gets the header that the key goes into; null for <c>Authorization: Bearer</c>.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>Gets headers that every request has.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public string? DefaultModelId { get; init; }

    /// <summary>Gets a value indicating whether somebody has to name a model.</summary>
    public bool RequiresModel { get; init; }

    /// <summary>Gets the facts about a model, which is null where none is named.</summary>
    public Func<string?, ModelFacts> FactsOf { get; init; } = static _ => new();

    /// <summary>Gets the member of the answer that lists the results; null if the answer is that list.</summary>
    public string? ListName { get; init; } = "results";

    public string ScoreName { get; init; } = "relevance_score";

    /// <summary>Gets the documented fields that callers may set by additional properties; all other properties stay here.</summary>
    public IReadOnlyList<string> ExtraFields { get; init; } = [];

    /// <summary>
    /// Gets a value indicating whether the API refuses blank documents. They are not sent then, and are irrelevant for certain.
    /// </summary>
    public bool RefusesBlankDocuments { get; init; }

    /// <summary>Gets a value indicating whether the API can be told to refuse what is too long.</summary>
    public bool CanRefuseLongDocuments { get; init; }

    public bool LimitsTokensPerDocument { get; init; }
}
