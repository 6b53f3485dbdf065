namespace Resift.Retrieval;

/// <summary>A part of a text between two places where it may well be cut: a paragraph, a list item, a heading, a block of code.</summary>
/// <param name="Start">
/// Where it begins, in UTF-16 code units; the marker of a list or quote that begins with it is part of it. It ends where the next one
/// begins.
/// </param>
/// <param name="StaysWhole">Whether it is code, a table or a heading, which is cut between lines if at all.</param>
/// <param name="Level">The level of a heading that opens a section, 1 for the outermost; 0 for any other block.</param>
/// <param name="Heading">The text of that heading without markup.</param>
public readonly record struct OutlineBlock(int Start, bool StaysWhole, int Level = 0, string Heading = "");
