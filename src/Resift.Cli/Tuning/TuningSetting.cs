using System.Globalization;
using Resift.Retrieval;

namespace Resift.Cli;

/// <summary>A way to find candidates.</summary>
/// <param name="Name">What it is called in reports.</param>
/// <param name="Kind">What finds them; null for somebody else's run.</param>
/// <param name="Fusion">How lists by words and by meaning are fused, where both find.</param>
internal sealed record FirstStageChoice(string Name, RetrieverKind? Kind, FusionOptions? Fusion = null);

/// <summary>One way to search: what finds candidates, who reads how many, and how much the first stage counts in the order.</summary>
/// <param name="FirstStage">What finds candidates.</param>
/// <param name="System">Who reads; null for nobody.</param>
/// <param name="Depth">How many are read; 0 where nobody reads.</param>
/// <param name="Weight">The share of the first stage in the order; 1 where nobody reads.</param>
internal sealed record TuningSetting(FirstStageChoice FirstStage, EvaluatedSystem? System, int Depth, double Weight)
{
    /// <summary>Gets who reads, in a word.</summary>
    public string Reader => System?.Name ?? SearchTier.FirstStageOnly.Name();

    /// <summary>Gets the setting in words.</summary>
    public override string ToString() => System is null
        ? $"{FirstStage.Name}, not reranked"
        : string.Create(CultureInfo.InvariantCulture, $"{FirstStage.Name}, {Reader} reads {Depth}, weight {Weight}");

    /// <summary>Counts in how many parts this differs from another setting.</summary>
    public int ChangesFrom(TuningSetting other) => new[]
    {
        FirstStage != other.FirstStage, System != other.System, Depth != other.Depth, Weight != other.Weight,
    }.Count(isOther => isOther);
}
