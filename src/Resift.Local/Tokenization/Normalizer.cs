namespace Resift.Local.Tokenization;

/// <summary>One step of what a tokenizer does to a text before it is split. It may be used from any number of threads.</summary>
internal abstract class Normalizer
{
    /// <summary>Writes the normalized text.</summary>
    /// <param name="text">The text, without halves of surrogate pairs and not empty.</param>
    /// <param name="output">Where it goes; marked where the beginning is dropped.</param>
    public abstract void Apply(ReadOnlySpan<char> text, TextBuffer output);
}
