using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>What each tier reads with the bundled models. docs/measurements.md says what that gives and costs.</summary>
internal static class SearchTiers
{
    /// <summary>How many candidates the small model reads.</summary>
    public const int LightDepth = 16;

    private const double LightWeight = 0.7;
    private const double FullWeight = 0.4;

    /// <summary>How many the large model reads in the tier full. That the small one chooses them gains nothing at this depth.</summary>
    public const int FullDepth = 18;

    /// <summary>Gets the name of a tier, as it is typed and written.</summary>
    public static string Name(this SearchTier tier) =>
        tier == SearchTier.FirstStageOnly ? "embedding" : tier.ToString().ToLowerInvariant();

    /// <summary>Gets the tier of a name in which something is reranked; null if it is none.</summary>
    public static SearchTier? Find(string name) =>
        name == SearchTier.Light.Name() ? SearchTier.Light : name == SearchTier.Full.Name() ? SearchTier.Full : null;

    /// <summary>Gets the bundled model that reads in a tier.</summary>
    public static string ModelOf(SearchTier tier) => tier == SearchTier.Light ? ModelFolder.Reranker : ModelFolder.StrongReranker;

    /// <summary>Gets the tier in which a bundled model reads; null for any other model.</summary>
    public static SearchTier? OfModel(string name) => name switch
    {
        ModelFolder.Reranker => SearchTier.Light,
        ModelFolder.StrongReranker => SearchTier.Full,
        _ => null,
    };

    /// <summary>Gets how many candidates are read in a tier.</summary>
    public static int DepthOf(SearchTier tier) => tier == SearchTier.Light ? LightDepth : FullDepth;

    /// <summary>Gets the share of the first stage in the order.</summary>
    public static double WeightOf(SearchTier tier) => tier == SearchTier.Full ? FullWeight : LightWeight;
}
