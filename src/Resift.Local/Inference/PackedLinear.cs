using Resift.Local.Models;

namespace Resift.Local.Inference;

/// <summary>
/// A linear layer y = x Wᵀ + b with its weights in the order in which <see cref="MicroKernel{TSimd, TVector}"/> reads them: panels of two
/// vectors' width, each with one row per input. Output columns beyond the last are zero.
/// </summary>
internal sealed unsafe class PackedLinear : IDisposable
{
    private readonly NativeBuffer _panels;
    private readonly NativeBuffer _bias;

    private PackedLinear(int inputs, int outputs, int panelWidth)
    {
        Inputs = inputs;
        Outputs = outputs;
        PanelWidth = panelWidth;
        PaddedOutputs = Align(outputs, panelWidth);
        _panels = new((long)PaddedOutputs * inputs);
        _bias = new(PaddedOutputs);
    }

    public int Inputs { get; }

    public int Outputs { get; }

    public int PanelWidth { get; }

    public int PaddedOutputs { get; }

    public float* Bias => _bias.Pointer;

    /// <summary>Packs a layer of the store.</summary>
    public static PackedLinear Pack(int panelWidth, WeightStore weights, DenseLayout layout) => Pack(panelWidth, Part(weights, layout));

    /// <summary>Gets a layer of the store as a part to be packed beside others.</summary>
    public static (WeightTensor Weight, WeightTensor Bias, float Factor) Part(
        WeightStore weights, DenseLayout layout, float factor = 1) =>
        (weights.Get($"{layout.Name}.weight", layout.Output.Size, layout.Input.Size),
            weights.Get($"{layout.Name}.bias", layout.Output.Size), factor);

    /// <summary>Packs one or several layers with the same input side by side.</summary>
    /// <param name="panelWidth">The width of a panel in floats.</param>
    /// <param name="parts">Weights [outputs, inputs], bias [outputs], and a factor for both, such as attention's 1/√d.</param>
    public static PackedLinear Pack(int panelWidth, params ReadOnlySpan<(WeightTensor Weight, WeightTensor Bias, float Factor)> parts)
    {
        int outputs = 0;
        foreach (var part in parts)
        {
            outputs += part.Weight.Rows;
        }

        var packed = new PackedLinear(parts[0].Weight.Columns, outputs, panelWidth);
        float[] row = new float[packed.Inputs];
        int column = 0;
        foreach (var (weight, bias, factor) in parts)
        {
            bias.ReadRow(0, packed._bias.Span(column, weight.Rows));
            for (int i = 0; i < weight.Rows; i++, column++)
            {
                weight.ReadRow(i, row);
                packed._bias.Pointer[column] *= factor;
                float* target = packed.Panel(column / panelWidth) + (column % panelWidth);
                for (int k = 0; k < row.Length; k++)
                {
                    target[(nint)k * panelWidth] = row[k] * factor;
                }
            }
        }

        return packed;
    }

    /// <summary>Gets a panel: <see cref="Inputs"/> rows of <see cref="PanelWidth"/> floats.</summary>
    public float* Panel(int index) => _panels.Pointer + ((long)index * PanelWidth * Inputs);

    public void Dispose()
    {
        _panels.Dispose();
        _bias.Dispose();
    }

    public static int Align(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
