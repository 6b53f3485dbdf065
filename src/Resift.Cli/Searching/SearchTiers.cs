using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>What each tier reads with the bundled models. docs/measurements.md says what that gives and costs.</summary>
internal static class SearchTiers
{
    /// <summary>The tier of a search unless told otherwise.</summary>
    public const SearchTier Default = SearchTier.Light;

    /// <summary>How many candidates the small model reads.</summary>
    public const int LightDepth = 20;

    /// <summary>How many of them the large model reads in the tier full.</summary>
    public const int FullDepth = 15;
}
