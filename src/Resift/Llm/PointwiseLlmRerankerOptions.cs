using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>What a <see cref="PointwiseLlmReranker"/> can be told.</summary>
public sealed class PointwiseLlmRerankerOptions : LlmRerankerOptions
{
    /// <summary>Gets or sets how many requests of one call are under way at once; 8 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxConcurrency
    {
        get;
        set => field = AtLeastOne(value);
    } = 8;

    /// <summary>
    /// Gets or sets what reads the log-probabilities of the answer's tokens from a response, in the order of the tokens; null, the default,
    /// if the client has none. It gives null for a response without them.
    /// </summary>
    /// <remarks>
    /// Microsoft.Extensions.AI has no common form for them, so each client needs its own; the guide to LLM rerankers has the one for
    /// OpenAI. The request must ask for them: see <see cref="LlmRerankerOptions.ConfigureChat"/>. At least four alternatives per token are
    /// wanted, one for each grade.
    /// </remarks>
    public Func<ChatResponse, IReadOnlyList<AnswerToken>?>? ReadLogProbabilities { get; set; }
}

/// <summary>A token of a model's answer, with what could have stood in its place.</summary>
/// <param name="Text">The token.</param>
/// <param name="Alternatives">The most probable tokens at this place, the one that was chosen among them.</param>
public sealed record AnswerToken(string Text, IReadOnlyList<TokenLogProbability> Alternatives);

/// <summary>A token with the natural logarithm of its probability.</summary>
/// <param name="Token">The token.</param>
/// <param name="LogProbability">The natural logarithm of its probability; at most 0.</param>
public readonly record struct TokenLogProbability(string Token, double LogProbability);
