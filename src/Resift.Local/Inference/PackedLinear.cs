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
    public static LinearPart Part(WeightStore weights, DenseLayout layout, float factor = 1) => new(
        weights.Get($"{layout.Name}.weight", layout.Output.Size, layout.Input.Size),
        layout.HasBias ? weights.Get($"{layout.Name}.bias", layout.Output.Size) : null,
        layout.FirstRow,
        layout.Rows,
        factor);

    /// <summary>Packs one or several layers with the same input side by side.</summary>
    /// <param name="panelWidth">The width of a panel in floats.</param>
    /// <param name="parts">The layers.</param>
    public static PackedLinear Pack(int panelWidth, params ReadOnlySpan<LinearPart> parts)
    {
        int outputs = 0;
        foreach (var part in parts)
        {
            outputs += part.Rows;
        }

        var packed = new PackedLinear(parts[0].Weight.Columns, outputs, panelWidth);
        float[] row = new float[packed.Inputs];
        int column = 0;
        foreach (var (weight, bias, firstRow, rows, factor) in parts)
        {
            bias?.ToArray().AsSpan(firstRow, rows).CopyTo(packed._bias.Span(column, rows));
            for (int i = 0; i < rows; i++, column++)
            {
                weight.ReadRow(firstRow + i, row);
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

/// <summary>A linear layer, or some of its rows, to be packed beside others.</summary>
/// <param name="Weight">Weights [outputs, inputs].</param>
/// <param name="Bias">A bias for each output; null for none.</param>
/// <param name="FirstRow">The first output that is taken.</param>
/// <param name="Rows">How many are.</param>
/// <param name="Factor">What weights and bias are multiplied with, such as attention's 1/√d.</param>
internal readonly record struct LinearPart(WeightTensor Weight, WeightTensor? Bias, int FirstRow, int Rows, float Factor);
