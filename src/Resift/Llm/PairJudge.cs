namespace Resift;

/// <summary>Compares documents of one call, each pair once, as long as the budget lasts. Not safe for concurrent use.</summary>
internal sealed class PairJudge(LlmRequest request, Conversation conversation, PairwiseLlmRerankerOptions options)
{
    private const int Neither = -1;

    private readonly Dictionary<(int First, int Second), int> _better = [];

    /// <summary>Gets how many different pairs were compared.</summary>
    public int Comparisons => _better.Count;

    public int Ties { get; private set; }

    /// <summary>Gets how many answers could be read.</summary>
    public int Readable { get; private set; }

    public int DocumentsSeen => _better.Keys.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct().Count();

    /// <summary>Determines which of two documents is better; of a tie, the one that came first from the first stage.</summary>
    /// <returns>The index of the better one; null if the budget is used up.</returns>
    public async Task<int?> BetterAsync(int a, int b, CancellationToken cancellationToken)
    {
        var pair = (First: Math.Min(a, b), Second: Math.Max(a, b));
        if (_better.TryGetValue(pair, out int known))
        {
            return known;
        }

        if (_better.Count == options.MaxComparisons)
        {
            return null;
        }

        return _better[pair] = await CompareAsync(pair.First, pair.Second, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> CompareAsync(int first, int second, CancellationToken cancellationToken)
    {
        Task<int?>[] asked = options.AskBothOrders
            ? [AskAsync(first, second, cancellationToken), AskAsync(second, first, cancellationToken)]
            : [AskAsync(first, second, cancellationToken)];
        int?[] votes = await Task.WhenAll(asked).ConfigureAwait(false);
        Readable += votes.Count(vote => vote is not null);
        if (votes.All(vote => vote == second))
        {
            return second;
        }

        Ties += votes.All(vote => vote == first) ? 0 : 1;
        return first;
    }

    private async Task<int?> AskAsync(int a, int b, CancellationToken cancellationToken)
    {
        var question = Prompt.Pairwise.Ask(request, [("A", request.Documents[a]), ("B", request.Documents[b])]);
        var choice = await conversation.AskAsync(Prompt.Pairwise, question, ChoiceAnswer.Read, cancellationToken).ConfigureAwait(false);
        return choice switch
        {
            Choice.A => a,
            Choice.B => b,
            Choice.Neither => Neither,
            _ => null,
        };
    }
}
