using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>A question in a conversation, with what it takes to search for it and to ask it.</summary>
/// <param name="Question">The question in the user's words.</param>
/// <param name="SearchedFor">The question as it can be understood by itself.</param>
/// <param name="History">What was said before, as far as it fits into the prompt.</param>
internal sealed record FollowUp(string Question, string SearchedFor, IReadOnlyList<ChatMessage> History)
{
    private const int LongestQuestion = 1000;

    private const string Rules =
        "Below stand a conversation and its last question, which may only be understood with the conversation. Write that question so " +
        "that it can be understood alone, for a search in documents: put in what its words refer to, and change or add nothing else. If " +
        "it can be understood alone already, repeat it. Do not answer it. Write the question and nothing else, in the " +
        "language of the question.";

    /// <summary>
    /// Gets what making the question self-contained consumed, without numbers if it did not say; null if no model was asked.
    /// </summary>
    public UsageDetails? Usage { get; private init; }

    /// <summary>Gets why no model made the question self-contained though one should; null if none should, or one did.</summary>
    public string? Failure { get; private init; }

    /// <summary>Gets what is asked: the user's words, unless what they refer to does not stand before them.</summary>
    public string Asked => History.Count > 0 ? Question : SearchedFor;

    /// <summary>Creates the question of a conversation.</summary>
    /// <param name="client">The model that makes it self-contained; null for none.</param>
    /// <param name="question">The question.</param>
    /// <param name="options">What was said before, and what is done with it.</param>
    /// <param name="cancellationToken">Stops the model.</param>
    public static async Task<FollowUp> CreateAsync(
        IChatClient? client, string question, RagOptions options, CancellationToken cancellationToken)
    {
        if (options.History.LastOrDefault(message => message.Role == ChatRole.User)?.Text is not { } before)
        {
            return new(question, question, []);
        }

        var joined = new FollowUp(question, $"{before} {question}", Recent(options));
        if (client is null || !options.RewriteQuestion || joined.History.Count == 0)
        {
            return joined;
        }

        try
        {
            var response = await client.GetResponseAsync(
                Ask(joined.History, question), options.Chat?.Clone(), cancellationToken).ConfigureAwait(false);
            var usage = response.Usage ?? new();
            string rewritten = string.Join(' ', Reasoning.Remove(response.Text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                .Trim('"', '“', '”', '„', ' ');
            return rewritten.Length is > 0 and <= LongestQuestion
                ? joined with { SearchedFor = rewritten, Usage = usage }
                : joined with { Failure = $"the model wrote {rewritten.Length} characters in place of a question", Usage = usage };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return joined with { Failure = exception.Message };
        }
    }

    /// <summary>Puts what was said before into a prompt: behind the rules, and before everything else.</summary>
    public IReadOnlyList<ChatMessage> AddHistory(IReadOnlyList<ChatMessage> prompt)
    {
        int rules = prompt.TakeWhile(message => message.Role == ChatRole.System).Count();
        return History.Count == 0 ? prompt : [.. prompt.Take(rules), .. History, .. prompt.Skip(rules)];
    }

    private static ChatMessage[] Ask(IEnumerable<ChatMessage> history, string question)
    {
        var lines = history.Select(message => $"{(message.Role == ChatRole.User ? "User" : "Assistant")}: {message.Text}");
        return [new(ChatRole.System, Rules), new(ChatRole.User, $"{string.Join("\n\n", lines)}\n\nLast question: {question}")];
    }

    // The last questions with their answers, as many as fit.
    private static List<ChatMessage> Recent(RagOptions options)
    {
        List<ChatMessage> recent = [];
        List<ChatMessage> exchange = [];
        int left = options.MaxHistoryTokens;
        var said = options.History.Where(message => message.Role == ChatRole.User || message.Role == ChatRole.Assistant);
        foreach (var message in said.Reverse())
        {
            bool isQuestion = message.Role == ChatRole.User;
            string text = isQuestion ? message.Text : CitationParser.Remove(Reasoning.Remove(message.Text));
            left -= RagContext.Count(text, options);
            if (left < 0)
            {
                break;
            }

            exchange.Insert(0, new(message.Role, text));
            if (isQuestion)
            {
                recent.InsertRange(0, exchange);
                exchange.Clear();
            }
        }

        return recent;
    }
}
