using Microsoft.Extensions.AI;

namespace Resift.Retrieval;

/// <summary>
/// How questions are answered from documents. The defaults are those of the field: twenty candidates, of which the model is given the best
/// five passages, and told to say so if they do not answer.
/// </summary>
/// <remarks>Not to be changed while a question is answered by it. What keeps options copies them.</remarks>
public sealed class RagOptions
{
    /// <summary>
    /// Gets or sets the search for passages. Its <see cref="SearchOptions.TopN"/> is how many passages the model is given at most: whatever
    /// <see cref="SearchOptions.GroupByDocument"/> says, several passages of one document count, and are given, each for itself.
    /// </summary>
    public SearchOptions Search
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(Search));
    } = new() { Candidates = 20 };

    /// <summary>
    /// Gets or sets the lowest score, on <see cref="MinScoreScale"/>, that a passage needs; null, the default, for no threshold. It holds
    /// beside <see cref="SearchOptions.Select"/>, which gets what it leaves.
    /// </summary>
    /// <remarks>
    /// A threshold is for who has measured one on own questions: at 0.5, a tenth of questions that could be answered were refused, while
    /// nonsense passed. It is not applied where nothing was reranked or reranking failed, because the scores are then not the reranker's.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN.</exception>
    public double? MinScore
    {
        get;
        set => field = value is double.NaN
            ? throw new ArgumentOutOfRangeException(nameof(MinScore), value, "MinScore must be a number; null is no threshold.")
            : value;
    }

    /// <summary>Gets or sets the scale that <see cref="MinScore"/> is on.</summary>
    public ScoreScale MinScoreScale { get; set; } = ScoreScale.Probability;

    /// <summary>
    /// Gets or sets how many tokens of passages, their titles included, the model is given at most; 4000 unless set. The rest of the prompt
    /// comes on top.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxContextTokens
    {
        get;
        set => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxContextTokens), value, "MaxContextTokens must be at least 1.");
    } = 4000;

    /// <summary>
    /// Gets or sets what counts the tokens of the model that answers; null for an estimate of one token for four bytes of UTF-8.
    /// </summary>
    public TokenCounter? CountTokens { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether the best passages stand at the beginning and the end of the prompt and the worst in the
    /// middle (see <see cref="PromptOrder"/>), instead of best first. Numbers go by rank either way.
    /// </summary>
    public bool BestAtBothEnds { get; set; }

    /// <summary>Gets or sets what makes the prompt.</summary>
    public RagTemplate Template
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(Template));
    } = RagTemplates.Cited;

    /// <summary>
    /// Gets or sets how many characters the answer has at most, in UTF-16 code units; 1,000,000 unless set. What the model writes beyond is
    /// not read, and the answer's <see cref="RagAnswer.FinishReason"/> is <see cref="ChatFinishReason.Length"/>. A stream is given up at
    /// that place, and also after as many parts without text. How long a model may take is up to the client.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxAnswerCharacters
    {
        get;
        set => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxAnswerCharacters), value, "MaxAnswerCharacters must be at least 1.");
    } = 1_000_000;

    /// <summary>
    /// Gets or sets what was said before the question, oldest first: questions of the user and answers of the model; empty unless set. What
    /// fits into <see cref="MaxHistoryTokens"/> stands in the prompt before the question, without the citations of answers, whose numbers
    /// were those of other passages. Messages of other roles are not used.
    /// </summary>
    public IReadOnlyList<ChatMessage> History
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(History));
    } = [];

    /// <summary>
    /// Gets or sets how many tokens of <see cref="History"/> the model is given at most; 2000 unless set. Older questions go first, each
    /// with its answer.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxHistoryTokens
    {
        get;
        set => field = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxHistoryTokens), value, "MaxHistoryTokens must be at least 0.");
    } = 2000;

    /// <summary>
    /// Gets or sets a value indicating whether a question with a history is first made self-contained by the model, in a short request of
    /// its own, since "and on Windows?" finds nothing by itself; true unless set. If it is not, or that fails, the search is for the
    /// question before and this one together.
    /// </summary>
    public bool RewriteQuestion { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether the model is asked even if there is no passage to answer from.</summary>
    public bool AnswerWithoutPassages { get; set; }

    /// <summary>Gets or sets the answer that is given, without asking the model, if no passage is relevant.</summary>
    public string NoPassagesAnswer
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(NoPassagesAnswer));
    } = "Nothing relevant to this question was found in the documents.";

    /// <summary>
    /// Gets or sets what the model is asked for, such as its name or the longest answer; null for its defaults. It is copied for each call.
    /// </summary>
    public ChatOptions? Chat { get; set; }

    /// <summary>Gets or sets what tokens cost, for <see cref="RagAnswer.Cost"/>; null to estimate no cost.</summary>
    public RagPrices? Prices { get; set; }

    /// <summary>Creates a copy that can be changed without changing this one.</summary>
    /// <returns>The copy; <see cref="Search"/>, <see cref="Chat"/> and <see cref="Prices"/> are copies as well.</returns>
    public RagOptions Clone()
    {
        var clone = (RagOptions)MemberwiseClone();
        clone.Search = Search.Clone();
        clone.Chat = Chat?.Clone();
        clone.Prices = Prices?.Clone();
        return clone;
    }
}
