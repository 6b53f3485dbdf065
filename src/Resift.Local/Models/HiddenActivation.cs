namespace Resift.Local.Models;

/// <summary>The activation between the two matrices of a feed-forward block, or after a dense layer of a head.</summary>
internal enum HiddenActivation
{
    /// <summary>x·Φ(x) with the exact error function (Hendrycks and Gimpel 2016).</summary>
    Gelu,

    /// <summary>The tanh approximation of GELU: ½x(1 + tanh(√(2/π)(x + 0.044715x³))).</summary>
    GeluTanh,

    /// <summary>max(0, x).</summary>
    Relu,

    /// <summary>x·σ(x).</summary>
    Silu,

    /// <summary>The hyperbolic tangent: what BERT's pooler ends with.</summary>
    Tanh,
}
