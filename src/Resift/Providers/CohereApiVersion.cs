namespace Resift;

/// <summary>The two versions of Cohere's API that rerank.</summary>
public enum CohereApiVersion
{
    /// <summary>The older one, which is found behind Azure and in servers that imitate Cohere.</summary>
    V1 = 1,

    /// <summary>The one in use.</summary>
    V2 = 2,
}
