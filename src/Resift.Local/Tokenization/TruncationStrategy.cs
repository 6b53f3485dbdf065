namespace Resift.Local.Tokenization;

/// <summary>Which text of a pair is cut when both together are too long.</summary>
internal enum TruncationStrategy
{
    /// <summary>None: the limit does not hold.</summary>
    None,

    /// <summary>The longer one, and both once they are equally long.</summary>
    LongestFirst,

    /// <summary>The first one alone.</summary>
    OnlyFirst,

    /// <summary>The second one alone.</summary>
    OnlySecond,
}
