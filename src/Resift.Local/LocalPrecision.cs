using System.Diagnostics.CodeAnalysis;

namespace Resift;

/// <summary>The arithmetic of a model's linear layers; softmax, norms and activations are in single precision always.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "These are the field's names of precisions.")]
public enum LocalPrecision
{
    /// <summary>
    /// Integers for a cross-encoder's weights that are kept as int8 where the hardware is faster with them, and single precision for all
    /// others.
    /// </summary>
    Automatic,

    /// <summary>Single precision, whatever weights are kept as.</summary>
    Single,

    /// <summary>
    /// Integers: int8 weights with a scale for each output, times int8 activations with a scale for each token, added up exactly in 32
    /// bits.
    /// </summary>
    Int8,
}
