namespace Resift.Retrieval;

/// <summary>
/// The names that <see cref="StageScore.Stage"/> and <see cref="StageTiming.Stage"/> have beside those of the retrievers, which are their
/// own: <see cref="IRetriever.Name"/>.
/// </summary>
public static class SearchStages
{
    /// <summary>The time of the first stage as a whole, where it has no parts.</summary>
    public const string Retrieve = "retrieve";

    /// <summary>The time in which the lists of several retrievers become one.</summary>
    public const string Fuse = "fuse";

    /// <summary>The scores and time of the small reranker that chooses what the other one reads.</summary>
    public const string Light = "light";

    /// <summary>The scores and time of the reranker that has the last word.</summary>
    public const string Rerank = "rerank";

    /// <summary>The mixture of a reranker's scores with the first stage's, which gives the order.</summary>
    public const string Mixed = "mixed";

    /// <summary>The time of <see cref="SearchOptions.Select"/>.</summary>
    public const string Select = "select";

    /// <summary>The time of the model that answers.</summary>
    public const string Chat = "chat";
}
