namespace Resift.Retrieval;

/// <summary>The names of the stages that follow the first; those of the first are its retrievers' own.</summary>
internal static class StageNames
{
    /// <summary>The first stage as a whole, where it has no parts.</summary>
    public const string Retrieve = "retrieve";

    /// <summary>The reranker's scores and time.</summary>
    public const string Rerank = "rerank";

    /// <summary>The time of the caller's cut.</summary>
    public const string Select = "select";

    /// <summary>The mixture of the reranker's scores with the first stage's.</summary>
    public const string Mixed = "mixed";

    /// <summary>The time of the model that answers.</summary>
    public const string Chat = "chat";
}
