using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>What a model is asked: a question with the passages to answer it from.</summary>
/// <param name="Question">The question.</param>
/// <param name="Messages">The messages for the model, with what was said before.</param>
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

    /// <summary>
    /// Gets what was searched for: the question, or, where it has a <see cref="RagOptions.History"/>, that question made self-contained.
    /// </summary>
    public string SearchedFor { get; init; } = Question;

    /// <summary>
    /// Gets why the model did not make the question self-contained, so that the search was for this question and the one before; null if
    /// it did or was not to.
    /// </summary>
    public string? RewriteFailure { get; init; }

    /// <summary>
    /// Gets what making the question self-contained consumed, without numbers if the model did not say; null if none was asked.
    /// </summary>
    public UsageDetails? RewriteUsage { get; init; }

    /// <summary>
    /// Searches for passages and makes the prompt, without asking a model: a question with a <see cref="RagOptions.History"/> is searched
    /// for together with the one before.
    /// </summary>
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
    public static Task<RagPrompt> BuildAsync(
        TwoStageRetriever search, string question, RagOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(search);
        ArgumentException.ThrowIfNullOrWhiteSpace(question);
        return BuildAsync(search, null, question, options ?? new(), cancellationToken);
    }

    /// <summary>Creates the prompt after a model has made the question self-contained, if there is one.</summary>
    internal static async Task<RagPrompt> BuildAsync(
        TwoStageRetriever search, IChatClient? client, string question, RagOptions options, CancellationToken cancellationToken)
    {
        var followUp = await FollowUp.CreateAsync(client, question, options, cancellationToken).ConfigureAwait(false);
        var context = await RagContext.FindAsync(search, followUp.SearchedFor, options, cancellationToken).ConfigureAwait(false);
        var messages = options.Template(followUp.Asked, context.InPromptOrder(options));
        return messages is { Count: > 0 }
            ? new(question, followUp.AddHistory(messages), context.Search)
            {
                Passages = context.Passages,
                LeftOut = context.LeftOut,
                ContextTokens = context.Tokens,
                TokensAreEstimated = options.CountTokens is null,
                SearchedFor = followUp.SearchedFor,
                RewriteFailure = followUp.Failure,
                RewriteUsage = followUp.Usage,
            }
            : throw new InvalidOperationException(
                "RagOptions.Template made no message; at least one with the question was expected. Begin with RagTemplates.Cited.");
    }
}
