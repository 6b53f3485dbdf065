using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>What a model is asked: a question with the passages to answer it from.</summary>
/// <param name="Question">The question.</param>
/// <param name="Messages">The messages for the model.</param>
/// <param name="Search">The search that found the passages.</param>
public sealed record RagPrompt(string Question, IReadOnlyList<ChatMessage> Messages, SearchResponse Search)
{
    /// <summary>Gets the passages that the model is given, most relevant first; none if there is nothing to answer from.</summary>
    public IReadOnlyList<RagPassage> Passages { get; init; } = [];

    /// <summary>
    /// Gets the passages that are relevant and were left out because they did not fit into the token budget, most relevant first. They have
    /// the number 0, since they cannot be cited.
    /// </summary>
    public IReadOnlyList<RagPassage> LeftOut { get; init; } = [];

    /// <summary>Gets how many tokens <see cref="Passages"/> have, titles included.</summary>
    public int ContextTokens { get; init; }

    /// <summary>Gets a value indicating whether <see cref="ContextTokens"/> is an estimate, because no token counter was given.</summary>
    public bool TokensAreEstimated { get; init; }

    /// <summary>Searches for passages and makes the prompt, without asking a model.</summary>
    /// <param name="search">Finds the passages.</param>
    /// <param name="question">The question. Neither null, empty nor white space.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>The prompt.</returns>
    /// <exception cref="ArgumentException">The question is blank.</exception>
    /// <exception cref="NotSupportedException">
    /// <see cref="RagOptions.MinScore"/> is on a scale that does not lead to the reranker's.
    /// </exception>
    /// <exception cref="InvalidOperationException">The template made no message.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<RagPrompt> BuildAsync(
        TwoStageRetriever search, string question, RagOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(search);
        ArgumentException.ThrowIfNullOrWhiteSpace(question);
        options ??= new();
        var context = await RagContext.FindAsync(search, question, options, cancellationToken).ConfigureAwait(false);
        var messages = options.Template(question, context.InPromptOrder(options));
        return messages is { Count: > 0 }
            ? new(question, messages, context.Search)
            {
                Passages = context.Passages,
                LeftOut = context.LeftOut,
                ContextTokens = context.Tokens,
                TokensAreEstimated = options.CountTokens is null,
            }
            : throw new InvalidOperationException(
                "RagOptions.Template made no message; at least one with the question was expected. Begin with RagTemplates.Cited.");
    }
}
