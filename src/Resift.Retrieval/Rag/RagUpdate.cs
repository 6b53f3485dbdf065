using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>
/// A part of an answer that is written while one reads: the first has the <see cref="Prompt"/>, those that follow have
/// <see cref="Text"/>, and the last has the whole <see cref="Answer"/>. The texts of all parts are the text of the answer.
/// </summary>
public sealed record RagUpdate
{
    /// <summary>Gets the text that was added; may be empty.</summary>
    public string Text { get; init; } = "";

    /// <summary>Gets, in the first update, what was found and is asked; otherwise null.</summary>
    public RagPrompt? Prompt { get; init; }

    /// <summary>Gets the model's own update, which may hold more than text; null if this one is not the model's.</summary>
    public ChatResponseUpdate? ChatUpdate { get; init; }

    /// <summary>Gets, in the last update, the answer with passages, citations and usage; otherwise null.</summary>
    public RagAnswer? Answer { get; init; }

    /// <summary>Gets the text that was added.</summary>
    /// <returns><see cref="Text"/>.</returns>
    public override string ToString() => Text;
}
