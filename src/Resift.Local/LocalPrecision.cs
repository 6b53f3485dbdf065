using System.Diagnostics.CodeAnalysis;

namespace Resift;

/// <summary>The arithmetic of a model's linear layers; softmax, norms and activations are in single precision always.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "These are the field's names of precisions.")]
public enum LocalPrecision
{
    /// <summary>What suits most uses, which is single precision: it changes no score of a model, on any machine.</summary>
    Automatic,

    /// <summary>Single precision, whatever weights are kept as.</summary>
    Single,

    /// <summary>
    /// Integers: int8 weights with a scale for each output, times int8 activations with a scale for each token, added up exactly in 32
    /// bits.
    /// </summary>
    Int8,
}
