namespace Resift;

/// <summary>What the check of a file in the cache found.</summary>
public enum HubFileState
{
    /// <summary>Its content has the hash that the hub stated when it was downloaded.</summary>
    Ok,

    /// <summary>Its content is another.</summary>
    Damaged,

    /// <summary>It is a link to nothing.</summary>
    Missing,

    /// <summary>It is a plain file, as where links are impossible, so that its hash is not known.</summary>
    Unknown,
}

/// <summary>A file of a model in the cache that was checked.</summary>
/// <param name="Path">Its path in the model's folder, with slashes.</param>
/// <param name="State">What was found.</param>
public sealed record HubFileCheck(string Path, HubFileState State);
