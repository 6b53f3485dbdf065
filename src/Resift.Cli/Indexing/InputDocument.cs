namespace Resift.Cli;

/// <summary>A text that was read, with its id if it has one.</summary>
internal readonly record struct InputDocument(string? Id, string Text)
{
    /// <summary>Gets the record's other fields, if they were asked for.</summary>
    public IReadOnlyDictionary<string, string>? OtherFields { get; init; }
}
