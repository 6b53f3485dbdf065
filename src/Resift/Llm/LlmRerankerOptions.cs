using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Resift;

/// <summary>What the rerankers that ask a chat model can be told, whichever way they ask.</summary>
/// <remarks>Immutable, so one instance can serve several rerankers. Delegates in it must be safe for concurrent use.</remarks>
public abstract class LlmRerankerOptions
{
    private protected LlmRerankerOptions()
    {
    }

    /// <summary>
    /// Gets or sets the sampling temperature; 0, the default, asks for the most probable answer. Null leaves it out of the
    /// request; so does a server's refusal, as of many reasoning models.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not a number.</exception>
    public float? Temperature
    {
        get;
        set => field = value is null or >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Temperature), value, "Temperature must be at least 0, or null to leave it out.");
    } = 0;

    /// <summary>Gets or sets the seed of the sampling, for clients that take one; null, the default, for none.</summary>
    public long? Seed { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the request carries a JSON schema of the answer; if the server refuses it, it is left
    /// out. The prompt describes the answer in words as well, and answers are read the same way. Turn it off for a server that ignores or
    /// mistreats schemas.
    /// </summary>
    public bool UseStructuredOutput { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether an answer that cannot be read is asked for once more. A refusal is not.</summary>
    public bool RetryMalformed { get; set; } = true;

    /// <summary>
    /// Gets or sets how many UTF-16 code units of a document are read at most; 2,000 by default, about the 300 words of RankGPT.
    /// The rest is cut off and reported.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxCharactersPerDocument
    {
        get;
        set => field = AtLeastOne(value);
    } = 2_000;

    /// <summary>
    /// Gets or sets how many UTF-16 code units of the query are read at most; 2,000 by default. The rest is cut off and reported.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxCharactersPerQuery
    {
        get;
        set => field = AtLeastOne(value);
    } = 2_000;

    /// <summary>
    /// Gets or sets how many documents one call may have; 1,000 by default. The number of requests grows with it, so more
    /// are refused instead of paid for.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxDocuments
    {
        get;
        set => field = AtLeastOne(value);
    } = 1_000;

    /// <summary>
    /// Gets or sets what counts the model's tokens. It makes <see cref="RerankOptions.MaxTokensPerDocument"/> possible, and the report of
    /// what was cut exact; without it, four bytes of UTF-8 are taken for one token.
    /// </summary>
    public TokenCounter? CountTokens { get; set; }

    /// <summary>
    /// Gets or sets what may change each request before it is sent, such as the reasoning effort, a limit on output tokens, or a provider's
    /// own options; null for nothing.
    /// </summary>
    public Action<ChatOptions>? ConfigureChat { get; set; }

    /// <summary>Creates a copy of options, or the defaults, which whoever keeps options works with.</summary>
    internal static TOptions CopyOf<TOptions>(TOptions? options)
        where TOptions : LlmRerankerOptions, new() => (TOptions?)options?.MemberwiseClone() ?? new();

    private protected static int AtLeastOne(int value, [CallerMemberName] string name = "") => value >= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 1.");
}
