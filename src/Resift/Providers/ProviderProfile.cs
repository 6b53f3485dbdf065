namespace Resift;

/// <summary>What is the same in every request to one API: address, key, path, names in the answer, and what it can do.</summary>
/// <param name="Name">The name in metadata, price tables and additional properties, in lower case.</param>
/// <param name="DisplayName">The name in messages.</param>
/// <param name="Endpoint">The public address, or the one a server of this kind has by default.</param>
/// <param name="Path">The path of the request, with a leading slash; <see cref="ModelPlace"/> in it stands for the model's name.</param>
internal sealed record ProviderProfile(string Name, string DisplayName, string Endpoint, string Path)
{
    /// <summary>What stands in a path for the model's name.</summary>
    public const string ModelPlace = "{model}";

    /// <summary>What most APIs call the place of a document in the request.</summary>
    public const string UsualIndexName = "index";

    /// <summary>Gets the environment variables that may hold the key; the first that is set counts.</summary>
    public IReadOnlyList<string> KeyVariables { get; init; } = [];

    /// <summary>Gets the environment variables that may hold the address.</summary>
    public IReadOnlyList<string> EndpointVariables { get; init; } = [];

    /// <summary>Gets a value indicating whether the public address refuses calls without a key. Other addresses are free to.</summary>
    public bool RequiresKey { get; init; }

    /// <summary>Gets the header that the key goes into; null for <c>Authorization: Bearer</c>.</summary>
    public string? KeyHeader { get; init; }

    /// <summary>Gets the public address of keys that begin in a certain way.</summary>
    public (string KeyPrefix, string Endpoint)? EndpointOfKeys { get; init; }

    /// <summary>Gets headers that every request has.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public string? DefaultModelId { get; init; }

    /// <summary>Gets a value indicating whether a slash in a model's name is one of the path, and not escaped.</summary>
    public bool KeepsSlashesOfModel { get; init; }

    /// <summary>Gets a value indicating whether somebody has to name a model.</summary>
    public bool RequiresModel { get; init; }

    /// <summary>Gets what holds for all models that <see cref="HostedModels"/> says nothing else of.</summary>
    public ModelFacts Facts { get; init; } = new();

    /// <summary>Gets the member of the answer that lists the results; null if the answer is that list.</summary>
    public string? ListName { get; init; } = "results";

    /// <summary>Gets the member of a result that says which document it is; null if results are scores in the documents' order.</summary>
    public string? IndexName { get; init; } = UsualIndexName;

    public string ScoreName { get; init; } = "relevance_score";

    /// <summary>Gets the documented fields that callers may set by additional properties.</summary>
    public IReadOnlyList<string> ExtraFields { get; init; } = [];

    /// <summary>Gets which documents the API refuses; null for none. They are not sent, and rank last.</summary>
    public Func<string, bool>? Refuses { get; init; }

    /// <summary>Gets what holds for a model of this API.</summary>
    public ModelFacts FactsOf(string? model) => HostedModels.Find(Name, model)?.Over(Facts) ?? Facts;
}
