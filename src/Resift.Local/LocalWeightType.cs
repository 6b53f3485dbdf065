using System.Diagnostics.CodeAnalysis;

namespace Resift;

/// <summary>What the weights of a model's layers are kept as in memory.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "These are the field's names of precisions.")]
public enum LocalWeightType
{
    /// <summary>Single precision: 4 bytes a weight, and the fastest arithmetic on single-precision numbers.</summary>
    Single,

    /// <summary>bfloat16: 2 bytes a weight; a weight of another type is rounded to 8 significant bits.</summary>
    BFloat16,

    /// <summary>IEEE half precision: 2 bytes a weight; a weight of another type is rounded to 11 significant bits, up to 65,504.</summary>
    Half,

    /// <summary>8-bit integers with one scale for each output of a layer: 1 byte a weight.</summary>
    Int8,
}
