using Resift.Local.Models;

namespace Resift.Local.Inference;

/// <summary>The parameters of a normalisation, padded with zeros to whole panels.</summary>
internal sealed unsafe class LayerNorm : IDisposable
{
    private readonly NativeBuffer _values;
    private readonly int _padded;

    public LayerNorm(WeightTensor gain, WeightTensor? bias, float epsilon, int panelWidth)
    {
        Width = gain.Columns;
        Epsilon = epsilon;
        _padded = PackedLinear.Align(Width, panelWidth);
        _values = new(3L * _padded);
        gain.ReadRow(0, _values.Span(0, Width));
        bias?.ReadRow(0, _values.Span(_padded, Width));
    }

    /// <summary>Reads a normalisation of the store.</summary>
    public LayerNorm(WeightStore weights, NormLayout layout, float epsilon, int panelWidth)
        : this(
            weights.Get($"{layout.Name}.weight", layout.Width.Size),
            layout.HasBias ? weights.Get($"{layout.Name}.bias", layout.Width.Size) : null,
            epsilon,
            panelWidth) => IsRms = layout.IsRms;

    public int Width { get; }

    public float Epsilon { get; }

    /// <summary>Gets a value indicating whether the mean stays, and rows are divided by their root mean square.</summary>
    public bool IsRms { get; }

    public float* Gain => _values.Pointer;

    public float* Bias => _values.Pointer + _padded;

    /// <summary>Gets zeros: the input's bias where it has none, or has it already.</summary>
    public float* NoInputBias => _values.Pointer + (2 * _padded);

    /// <summary>Multiplies what comes out of it with a factor.</summary>
    public void Scale(float factor)
    {
        foreach (ref float value in _values.Span(0, 2 * _padded))
        {
            value *= factor;
        }
    }

    public void Dispose() => _values.Dispose();
}
