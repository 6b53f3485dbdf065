namespace Resift.Cli;

/// <summary>A document that was read from a file.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text.</param>
/// <param name="IsMarkdown">Whether headings and blocks of Markdown say where it is cut.</param>
/// <param name="Metadata">What else is known about it.</param>
internal sealed record SourceDocument(string Id, string Text, bool IsMarkdown, IReadOnlyDictionary<string, string> Metadata);
