using Resift.Retrieval;


namespace Resift.Cli;

/// <summary>A document that was read from a file.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text.</param>
/// <param name="Outline">The headings and blocks that say where it is cut; null if it has none, which is plain text.</param>
/// <param name="Metadata">What else is known about it.</param>
internal sealed record SourceDocument(string Id, string Text, DocumentOutline? Outline, IReadOnlyDictionary<string, string> Metadata);
