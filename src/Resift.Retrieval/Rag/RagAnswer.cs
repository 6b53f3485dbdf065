using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>An answer with everything that it rests on.</summary>
/// <param name="Text">The answer, without reasoning that the model wrote between <c>&lt;think&gt;</c> and <c>&lt;/think&gt;</c>.</param>
/// <param name="Prompt">What the model was, or would have been, asked.</param>
public sealed record RagAnswer(string Text, RagPrompt Prompt)
{
    /// <summary>Gets what the model answered; null if it was not asked, because there was no passage to answer from.</summary>
    public ChatResponse? Response { get; init; }

    /// <summary>Gets a value indicating whether the model was asked. If not, <see cref="Text"/> says why.</summary>
    public bool IsModelCalled => Response is not null;

    /// <summary>Gets the passages that the model was given, most relevant first.</summary>
    public IReadOnlyList<RagPassage> Passages => Prompt.Passages;

    /// <summary>Gets the relevant passages that did not fit into the token budget.</summary>
    public IReadOnlyList<RagPassage> LeftOut => Prompt.LeftOut;

    /// <summary>Gets the citations of passages that the model was given, in the order of the text.</summary>
    public IReadOnlyList<RagCitation> Citations { get; init; } = [];

    /// <summary>Gets the citations of numbers that the model was not given, in the order of the text.</summary>
    public IReadOnlyList<RagCitation> InvalidCitations { get; init; } = [];

    /// <summary>Gets the passages that are cited, each once, most relevant first.</summary>
    public IReadOnlyList<RagPassage> CitedPassages =>
        [.. Passages.Where(passage => Citations.Any(citation => citation.Number == passage.Number))];

    /// <summary>Gets the search, with what embedding and reranking consumed.</summary>
    public SearchResponse Search => Prompt.Search;

    /// <summary>Gets why the passages may be worse than they could be, such as a reranker that failed; null if they are not.</summary>
    public string? DegradedReason => Search.DegradedReason;

    /// <summary>Gets a value indicating whether the passages may be worse than they could be.</summary>
    public bool IsDegraded => Search.IsDegraded;

    /// <summary>Gets why the model stopped, such as at the longest answer allowed; null if it was not asked or did not say.</summary>
    public ChatFinishReason? FinishReason => Response?.FinishReason;

    /// <summary>Gets why the model refused to answer, in its own words; null if it did not.</summary>
    public string? Refusal => Response?.Messages.SelectMany(message => message.Contents).OfType<ErrorContent>().FirstOrDefault()?.Message;

    /// <summary>
    /// Gets what the chat model consumed for the answer; null if it was not asked or did not say. <see cref="RagPrompt.RewriteUsage"/>
    /// comes on top.
    /// </summary>
    public UsageDetails? ChatUsage => Response?.Usage;

    /// <summary>Gets what embedding the question consumed; null if nothing was embedded, or unknown.</summary>
    public UsageDetails? EmbeddingUsage => Search.EmbeddingUsage;

    /// <summary>Gets what reranking consumed; null if nothing was reranked, or unknown.</summary>
    public RerankUsage? RerankUsage => Search.RerankUsage;

    /// <summary>Gets an estimate of what the answer cost; null if <see cref="RagOptions.Prices"/> is.</summary>
    public RagCost? Cost { get; init; }

    /// <summary>Gets how long each stage took: those of the search, then <c>chat</c> if the model was asked.</summary>
    public IReadOnlyList<StageTiming> Timings { get; init; } = [];
}

/// <summary>A place in an answer that refers to a passage by its number.</summary>
/// <param name="Number">The number that the model wrote.</param>
/// <param name="Passage">The passage with that number; null if the model was given none, so that the citation is invalid.</param>
/// <param name="Start">Where its bracket begins in the answer's text, in UTF-16 code units.</param>
/// <param name="Length">The length of its bracket, which may hold several numbers, in UTF-16 code units.</param>
public sealed record RagCitation(int Number, RagPassage? Passage, int Start, int Length)
{
    /// <summary>Gets a value indicating whether there is such a passage. Whether it says what the answer says is not known.</summary>
    public bool IsValid => Passage is not null;
}

/// <summary>
/// A part of an answer that is written while one reads: the first has the <see cref="Prompt"/>, those that follow have
/// <see cref="Text"/>, and the last has the whole <see cref="Answer"/>. The texts of all parts, from the last <see cref="IsRestart"/> on
/// if there is one, are the text of the answer.
/// </summary>
public sealed record RagUpdate
{
    /// <summary>Gets the text that was added; may be empty.</summary>
    public string Text { get; init; } = "";

    /// <summary>
    /// Gets a value indicating whether the texts of all updates before this one were the model's reasoning and are no part of the answer.
    /// That turns out late where a model writes <c>&lt;/think&gt;</c> without having written <c>&lt;think&gt;</c>.
    /// </summary>
    public bool IsRestart { get; init; }

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
